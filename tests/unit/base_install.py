"""An installation of the base package alone, in a process without any connection."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]


@cache
def base_modules() -> frozenset[str]:
    """Top-level modules of what pyproject.toml asks for in its base, and of what that needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return modules_of(project["dependencies"])


def modules_of(requirements: Iterable[str]) -> frozenset[str]:
    """Top-level modules that come with these requirements, and with what those need."""
    wanted, seen = [Requirement(text) for text in requirements], set[str]()
    done: set[str] = set()
    while wanted:
        asked = wanted.pop()
        seen.add(asked.name.lower().replace("_", "-"))
        if str(asked) in done:
            continue
        done.add(str(asked))
        for text in distribution(asked.name).requires or []:
            needed = Requirement(text)
            extras = ["", *asked.extras]
            if needed.marker is None or any(
                needed.marker.evaluate({"extra": one}) for one in extras
            ):
                wanted.append(needed)
    return frozenset(
        module
        for module, names in packages_distributions().items()
        if seen & {name.lower().replace("_", "-") for name in names}
    )


BASE_ONLY = """
import importlib.abc, sys
ALLOWED = set({allowed!r}) | set(sys.stdlib_module_names) | {{"zk_circuits", "lodetrace"}}
class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        top = name.split(".")[0]
        if top not in ALLOWED and not top.startswith(("__editable__", "_sysconfigdata")):
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
for name in [name for name in sys.modules if name.split(".")[0] not in ALLOWED]:
    del sys.modules[name]
sys.meta_path.insert(0, Absent())
def alone(event, values):
    program = event == "subprocess.Popen" and values[0] != "file"  # pycryptodome asks it once
    if program or event.startswith("socket."):
        raise AssertionError(f"{{event}} {{values}}")
sys.addaudithook(alone)
{statement}
"""

COMMAND = """
from lodetrace.cli.main import run
sys.argv = ["lodetrace"] + sys.argv[1:]
run()
"""


def in_base(
    *words: str, folder: Path, statement: str = COMMAND, without: str = ""
) -> subprocess.CompletedProcess[str]:
    """Runs `lodetrace words…`, or a statement, where nothing else can be imported, and where
    every socket and every other program raises. without: a module of the base that is not there."""
    allowed = sorted(base_modules() - {without})
    program = BASE_ONLY.format(allowed=allowed, statement=statement)
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        capture_output=True, text=True, check=False, cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},  # this checkout, whichever is installed
    )  # fmt: skip
