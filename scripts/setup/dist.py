"""Builds the two wheels without a network: `python scripts/setup/dist.py build/dist`.

From a copy, because setuptools leaves files beside what it builds, and takes up again what an
earlier build left there. Entries are dated by SOURCE_DATE_EPOCH, or 1980, whatever the clone's are.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]

SERVICES: Final = Path("scripts", "setup", "services")
PROJECTS: Final = (Path(), SERVICES)
"""Folders of a pyproject.toml: `lodetrace`, `lodetrace-services`."""

FOLDERS: Final = (*map(Path, ("lodetrace", "zk_circuits", "oracle", "api")), SERVICES)
FILES: Final = ("pyproject.toml", "README.md", "LICENSE")
EARLIEST: Final = "315532800"
"""1 January 1980, before which a wheel has no dates."""

LEFT_OUT: Final = shutil.ignore_patterns("__pycache__", "*.zkey.xz")
"""Proving keys are in no wheel: only who proves needs them, and they are large."""


def build(target: Path) -> list[Path]:
    """The two wheels, in `target`; those of earlier builds are removed."""
    for earlier in target.glob("lodetrace*.whl"):
        earlier.unlink()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in FOLDERS:
            shutil.copytree(ROOT / name, copy / name, ignore=LEFT_OUT)
        for file in FILES:
            shutil.copy(ROOT / file, copy)
        # one after the other: what the first leaves in the copy is no package of the second
        for project in PROJECTS:
            _wheel(copy / project, target)
    return sorted(target.glob("*.whl"))


def _wheel(project: Path, target: Path) -> None:
    words = ["wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    command = [sys.executable, "-m", "pip", *words, "--wheel-dir", str(target), str(project)]
    subprocess.run(command, check=True, env={"SOURCE_DATE_EPOCH": EARLIEST, **os.environ})


if __name__ == "__main__":
    for wheel in build(Path(sys.argv[1])):
        print(wheel)
