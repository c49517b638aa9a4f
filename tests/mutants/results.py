"""What became of each mutant, one line of JSON for each, so that a run goes on where it stopped."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

SHARED: Final = ("tests/support/**/*.py", "tests/**/conftest.py", "tests/mutants/*.py")
"""What every test may depend on."""


class Fate(StrEnum):
    """IDLE: its guard refuses in no test. BROKEN: the run ended without a verdict."""

    KILLED = "killed"
    SURVIVED = "survived"
    IDLE = "idle"
    BROKEN = "broken"

    @property
    def survives(self) -> bool:
        """Whether the guard can be dropped unseen."""
        return self in (Fate.SURVIVED, Fate.IDLE)


@dataclass(frozen=True, slots=True)
class Result:
    """by: the test that fails, or what went wrong. digest: of what the result depends on."""

    guard: str
    fate: Fate
    by: str
    seconds: float
    digest: str


class Results:
    """A file of results; of each guard, the last line counts."""

    def __init__(self, path: Path, root: Path) -> None:
        self._path: Final = path
        self._root: Final = root
        self._found: Final[dict[str, Result]] = {}
        if path.exists():
            whole, _, cut_off = path.read_text("utf-8").rpartition("\n")
            for line in whole.splitlines():
                told = json.loads(line)
                self._found[told["guard"]] = Result(**(told | {"fate": Fate(told["fate"])}))
            if cut_off:
                path.write_text(f"{whole}\n" if whole else "", "utf-8")

    def add(self, guard: str, fate: Fate, by: str, seconds: float, files: Iterable[str]) -> Result:
        """files: what the result depends on, beside what all tests share."""
        result = Result(guard, fate, by, seconds, self.digest(files))
        self._found[guard] = result
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(result)) + "\n")
        return result

    def known(self, guard: str, module: str, tests: Iterable[str]) -> Result | None:
        """An earlier result that still holds.

        A killed mutant stays killed while the module and the file of the test that killed it are
        what they were; a survivor, while all tests of its room are.
        """
        result = self._found.get(guard)
        if result is None or result.fate is Fate.BROKEN:
            return None
        files = [result.by.partition("::")[0]] if result.fate is Fate.KILLED else tests
        return result if result.digest == self.digest([module, *files]) else None

    def digest(self, files: Iterable[str]) -> str:
        """Of the files below the root, and of what all tests share."""
        shared = {
            path.relative_to(self._root).as_posix()
            for pattern in SHARED
            for path in self._root.glob(pattern)
        }
        summed = hashlib.sha256()
        for name in sorted({*files, *shared}):
            path = self._root / name
            content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "none"
            summed.update(f"{name} {content}\n".encode())
        return summed.hexdigest()
