"""Installs the pinned Solidity compiler where py-solc-x and Brownie look for it.

Order: the pinned version already stands there; else py-solc-x downloads the native build, within
a time limit; else npm's WebAssembly build answers behind a launcher. Both give the same bytecode,
the native one four to five times faster.

    python scripts/setup/solc.py build/solcx
"""

import argparse
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

VERSION = "0.8.30"
COMMIT = "73712a01"
LAUNCHER = Path(__file__).with_name("solc-wasm.cjs")
# Seconds. py-solc-x sets no time limit of its own; the native build is about 15 MB.
CONNECT_LIMIT, SILENCE_LIMIT, DOWNLOAD_LIMIT = 5, 20, 120


def answers(compiler: Path) -> bool:
    """Whether the file runs and is exactly the pinned release."""
    try:
        done = subprocess.run(
            [compiler, "--version"], capture_output=True, text=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return f"Version: {VERSION}+commit.{COMMIT}" in done.stdout


def download(folder: Path) -> None:
    """Runs in a child process, which its parent ends after DOWNLOAD_LIMIT."""
    import requests
    import solcx

    requests.get = functools.partial(requests.get, timeout=(CONNECT_LIMIT, SILENCE_LIMIT))
    # ConnectionError: py-solc-x raises the builtin one on an HTTP error page
    failures = (requests.RequestException, ConnectionError, OSError, ValueError,
                solcx.exceptions.SolcInstallationError, solcx.exceptions.DownloadError)  # fmt: skip
    try:
        solcx.install_solc(VERSION, solcx_binary_path=folder)
    except failures as error:
        sys.exit(f"{type(error).__name__} from py-solc-x")


def install_native(target: Path) -> str:
    """Downloads beside the target and moves it there whole; returns the reason of a failure."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".incoming-") as folder:
        command = [sys.executable, __file__, "--download", folder]
        environment = {**os.environ, "SOLCX_BINARY_PATH": folder, "TMPDIR": folder}
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=DOWNLOAD_LIMIT
            )
        except subprocess.TimeoutExpired:
            return f"no answer within {DOWNLOAD_LIMIT} s"
        native = Path(folder, target.name)
        if done.returncode != 0:
            return (done.stderr.strip().splitlines() or ["download failed"])[-1]
        if not answers(native):
            return "the downloaded file does not run here or is another release"
        native.replace(target)
    return ""


def install_launcher(target: Path) -> None:
    arriving = target.with_name(f".launcher-{os.getpid()}")
    shutil.copyfile(LAUNCHER, arriving)
    arriving.chmod(0o755)
    arriving.replace(target)


def install(folder: Path) -> str:
    """Returns what stands in the folder now; exits with a message where nothing works."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder.resolve() / f"solc-v{VERSION}"
    if is_current(target):
        return f"solc {VERSION} is installed"
    if not (reason := install_native(target)):
        return f"solc {VERSION} installed, native"
    install_launcher(target)
    if not answers(target):
        target.unlink()
        sys.exit(
            f"solc {VERSION}: no native compiler ({reason}) and npm's build does not answer;"
            " run `npm ci` with node 20, 22 or 24, then `make setup` again"
        )
    return f"solc {VERSION} installed, WebAssembly (no native compiler: {reason})"


def is_current(target: Path) -> bool:
    """An older launcher is replaced; a native compiler of the pinned release stays."""
    if not target.exists() or not answers(target):
        return False
    content = target.read_bytes()
    return not content.startswith(b"#!") or content == LAUNCHER.read_bytes()


def main() -> None:
    parser = argparse.ArgumentParser(description="install the pinned Solidity compiler")
    parser.add_argument("folder", type=Path, help="where py-solc-x looks: SOLCX_BINARY_PATH")
    parser.add_argument("--download", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.download:
        download(arguments.folder)
    else:
        print(install(arguments.folder))


if __name__ == "__main__":
    main()
