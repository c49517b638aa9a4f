"""The verifier as a page: `python scripts/setup/verifier.py build/dist`.

Writes lodetrace-verifier-VERSION.zip: verify.html, which carries lodetrace-verify.pyz and Pyodide
and needs no server, the licences, and the sums of everything. The same checkout and locks make the
same bytes. Its tools have a lock of their own (verifier/), because nothing else needs them.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from runpy import run_path
from tempfile import TemporaryDirectory
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCES: Final = ROOT / "verifier"
PYODIDE: Final = SOURCES / "node_modules" / "pyodide"

IN_WORKER: Final = ("pyodide.asm.mjs", "pyodide.js")
"""Of Pyodide, unchanged: the beginning of the worker, which cannot load a file by itself."""

DATA: Final = ("pyodide.asm.wasm", "python_stdlib.zip")
"""Of Pyodide, unchanged: what the worker is given."""

CARRIED: Final = (*IN_WORKER, *DATA)

BUDGET: Final = 7_500_000
"""Bytes of the zip."""


class TooLarge(Exception):
    """The zip has outgrown what a page may weigh."""


class NotInstalled(Exception):
    """The tools of the lock are not there."""


def build(target: Path) -> Path:
    """The zip, in `target`."""
    if not PYODIDE.is_dir():
        raise NotInstalled("run `make verifier`, or `npm ci` in verifier/")
    target.mkdir(parents=True, exist_ok=True)
    archive = run_path(str(ROOT / "scripts" / "setup" / "archive.py"))
    version = run_path(str(ROOT / "lodetrace" / "version.py"))["VERSION"]
    with TemporaryDirectory(dir=target) as place:
        carried = archive["build"](Path(place)).read_bytes()
        folder = Path(place) / f"lodetrace-verifier-{version}"
        _write(folder, version, carried)
        seconds = os.environ.get("SOURCE_DATE_EPOCH", str(archive["EARLIEST"]))
        made = _packed("zip", str(folder), str(max(int(seconds), archive["EARLIEST"])))
    if len(made) > BUDGET:
        raise TooLarge(f"{len(made)} bytes, and {BUDGET} are allowed")
    path = target / f"lodetrace-verifier-{version}.zip"
    path.write_bytes(made)
    return path


def _write(folder: Path, version: str, carried: bytes) -> None:
    """Everything that the zip holds."""
    folder.mkdir()
    page = _page(version, carried).encode()
    (folder / "verify.html").write_bytes(page)
    shutil.copy(SOURCES / "NOTICE.md", folder)
    shutil.copy(ROOT / "LICENSE", folder)
    shutil.copytree(SOURCES / "licences", folder / "licences")
    sums = {
        "verify.html": page,
        "lodetrace-verify.pyz": carried,
        **{f"pyodide/{name}": (PYODIDE / name).read_bytes() for name in CARRIED},
    }
    lines = (f"{sha256(content).hexdigest()}  {name}\n" for name, content in sums.items())
    (folder / "SHA256SUMS").write_text("".join(lines), "utf-8")


def _page(version: str, carried: bytes) -> str:
    """verify.html. What it holds is compressed, then written in base64."""
    script, style = _source("page.js"), _source("page.css")
    pyodide = {name: (PYODIDE / name).read_bytes() for name in CARRIED}
    parts = [*(pyodide[name] for name in IN_WORKER), _source("worker.js").encode()]
    lock = json.loads((PYODIDE / "pyodide-lock.json").read_text("utf-8"))
    data = {
        "worker": b"\n".join(parts),
        "wasm": pyodide["pyodide.asm.wasm"],
        "library": pyodide["python_stdlib.zip"],
        "archive": carried,
        "lock": json.dumps({**lock, "packages": {}}).encode(),
    }
    values = {
        "csp": _policy(script, style),
        "style": style,
        "script": script,
        "version": version,
        "archive_sha256": sha256(carried).hexdigest(),
        "pyodide_version": json.loads((PYODIDE / "package.json").read_text("utf-8"))["version"],
        "data": "\n".join(
            f'<script type="text/plain" id="data-{name}">{_deflated(content)}</script>'
            for name, content in data.items()
        ),
    }
    return _filled(_source("page.html"), values)


def _policy(script: str, style: str) -> str:
    """What the browser lets the page do: no connection, and no code but this.

    A module worker from a Blob does not start under file://, one from a data: address does.
    """
    hashes = {
        name: b64encode(sha256(text.encode()).digest()).decode()
        for name, text in (("script", script), ("style", style))
    }
    return "; ".join((
        "default-src 'none'",
        f"script-src 'sha256-{hashes['script']}' 'wasm-unsafe-eval'",
        f"style-src 'sha256-{hashes['style']}'",
        "worker-src data:",
        "img-src data:",
        "connect-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ))  # fmt: skip


def _source(name: str) -> str:
    return (SOURCES / name).read_text("utf-8")


def _filled(template: str, values: Mapping[str, str]) -> str:
    """The template with {{name}} replaced; a name that is not given is an error."""
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found[1]], template)


def _deflated(content: bytes) -> str:
    """Raw deflate in base64, as the page unpacks it."""
    return b64encode(_packed("deflate", given=content)).decode()


def _packed(*task: str, given: bytes = b"") -> bytes:
    """What pack.mjs makes."""
    command = ["node", str(SOURCES / "pack.mjs"), *task]
    return subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True).stdout


if __name__ == "__main__":
    made = build(Path(sys.argv[1]))
    print(made, f"({made.stat().st_size:,} bytes)".replace(",", " "))
    print("sha256", sha256(made.read_bytes()).hexdigest())
