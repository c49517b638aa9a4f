"""The clone of somebody who reads docs/ and types its commands, the demo told in it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT
from tests.e2e import warm_programs
from tests.e2e.documented_blocks import Documented, answers_to
from tests.e2e.reader_shell import ReaderShell

PORTS = (8545, 8000, 8001, 8020, 8021)
"""Those of the pages; a machine that runs tests may have given them to others."""
WARM = {"lodetrace": "lodetrace", "lodetrace-oracle": "oracle"}
"""Programs by their modules; the others, and what is ended by a signal, are started as they are."""
COLD = {"lodetrace-gateway": "-m api", "python": "", "python3": ""}
COPIED = ("examples", "networks.yaml")
"""Where commands write, and what they take for the middle of a clone."""
STICK = "/media/stick"
SOCKET = ".programs"
LOADING = 60  # seconds


@dataclass(frozen=True)
class ReadersClone:
    """folder: as a clone is after `make demo SERVE=0`. ports: documented → of this machine."""

    folder: Path
    ports: Mapping[int, int]

    @contextmanager
    def programs(self) -> Iterator[None]:
        """Loaded, as long as somebody types."""
        address = self.folder / SOCKET
        command = [sys.executable, warm_programs.__file__, str(address)]
        with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}) as server:
            try:
                deadline = time.monotonic() + LOADING
                while not address.exists() and server.poll() is None:
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
                yield
            finally:
                server.terminate()

    def shell(self) -> ReaderShell:
        """A terminal in the clone."""
        return ReaderShell(self.folder, self._environment)

    def faults(self, shell: ReaderShell, command: Documented) -> list[str]:
        """Types a command; what is not as the page has it."""
        typed = shell.type(self._here(command.text))
        printed = self._documented(typed.printed)
        said = f"{command.place}: {command.text}\n{printed}"
        if typed.code != command.code:
            return [f"{said}ended with {typed.code}, not {command.code}"]
        if command.answer is None or answers_to(command.answer, printed):
            return []
        documented = "\n".join(command.answer)
        return [f"{said}--- is documented as\n{documented}"]

    @property
    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("LODETRACE_")}
        return kept | {
            "HOME": str(self.folder / "home"),
            "PATH": os.pathsep.join([str(self.folder / ".venv" / "bin"), os.environ["PATH"]]),
            "PYTHONPATH": str(ROOT),
            "LODETRACE_PASSPHRASE": "what a reader types",
            "LODETRACE_PORT": str(self.ports[8000]),
            "LODETRACE_ORACLE_PORT": str(self.ports[8020]),
            "LODETRACE_ORACLE_MONITOR_PORT": str(self.ports[8021]),
        }

    def _here(self, text: str) -> str:
        """A command of a page on this machine."""
        for port, taken in self.ports.items():
            text = text.replace(str(port), str(taken))
        return text.replace(STICK, str(self.folder / "stick"))

    def _documented(self, printed: str) -> str:
        for port, taken in self.ports.items():
            printed = printed.replace(str(taken), str(port))
        return printed.replace(str(self.folder / "stick"), STICK)


def readers_clone(folder: Path, told: Path) -> ReadersClone:
    """Of this very clone, whose builds it has; told: the folder of a demo that was told."""
    folder.mkdir()
    for path in ROOT.iterdir():
        if path.name in COPIED:
            copy = shutil.copytree if path.is_dir() else shutil.copy
            copy(path, folder / path.name)
        elif path.name not in ("build", ".venv", ".git"):
            (folder / path.name).symlink_to(path)
    for name in ("build", "home", "stick", ".venv/bin"):
        (folder / name).mkdir(parents=True)
    (folder / "build" / "contracts").symlink_to(ROOT / "build" / "contracts")
    shutil.copytree(told, folder / "build" / "demo")
    warm = f"exec {sys.executable} -IS {warm_programs.__file__} {folder / SOCKET}"
    lines = {name: f'exec {sys.executable} {words} "$@"' for name, words in COLD.items()}
    for name, module in WARM.items():
        service = f'[ "$1" != run ] || exec {sys.executable} -m {module} "$@"'
        lines[name] = f'{service}\n{warm} {module} "$@"'
    for name, line in lines.items():
        program = folder / ".venv" / "bin" / name
        program.write_text(f"#!/bin/sh\n{line}\n")
        program.chmod(0o755)
    return ReadersClone(folder, dict(zip(PORTS, _free_ports(len(PORTS)), strict=True)))


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports
