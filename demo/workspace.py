"""The demo's folder: chain, keys, index and results of one story, by one version of the code."""

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from demo.errors import OtherDemo
from lodetrace.devchain import stop_all
from lodetrace.text import short_id

ROOT: Final = Path(__file__).resolve().parents[1]

MADE_BY: Final = ("contracts/**/*.sol", "zk_circuits/keys/*/manifest.json", "lodetrace/**/plan.py")
"""Files that decide what is on a chain: with others the chain has to be made anew."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """Paths of one demo. story: the folder with the story's data."""

    folder: Path
    story: Path

    @property
    def chain(self) -> Path:
        return self.folder / "chain"

    @property
    def home(self) -> Path:
        """Keystores, vaults and outboxes of all members of the story."""
        return self.folder / "home"

    @property
    def deployments(self) -> Path:
        return self.folder / "deployments"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def access(self) -> Path:
        """Database of the gateway's sessions, publications and log of reads."""
        return self.folder / "access.db"

    @property
    def index(self) -> Path:
        return self.folder / "gateway.db"

    def claim(self, genesis: str = "its own") -> None:
        """Makes the folder this demo's; raises OtherDemo where it is another's.

        genesis: of a chain that somebody else runs.
        """
        now = {"story": _digest(self.story, ("**/*",)), "code": _digest(ROOT, MADE_BY)}
        now["chain"] = genesis
        mark = self.folder / "made-by.json"
        if mark.is_file():
            found = {"story": "", "chain": "its own"} | json.loads(mark.read_text("utf-8"))
            if found != now:
                raise OtherDemo(folder=self.folder, made_by=_short(found), now=_short(now))
            return
        for folder in (self.folder, self.home, self.deployments, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        mark.write_text(json.dumps(now, indent=2) + "\n", "utf-8")

    def reset(self) -> None:
        """Ends the chain and removes everything."""
        if self.folder.exists():
            stop_all(self.folder)
            shutil.rmtree(self.folder)


def _digest(folder: Path, patterns: Iterable[str]) -> str:
    """SHA-256 over names and contents of the files that match."""
    summed = hashlib.sha256()
    found = {path for pattern in patterns for path in folder.glob(pattern) if path.is_file()}
    for path in sorted(found):
        if "__pycache__" in path.parts:
            continue
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        summed.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return summed.hexdigest()


def _short(mark: dict[str, str]) -> str:
    chain = f" on chain {short_id(mark['chain'], 8)}" if mark["chain"].startswith("0x") else ""
    return f"code {mark['code'][:8]} with story {mark['story'][:8]}{chain}"
