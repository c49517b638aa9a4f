"""Runs the circuits' tests, unless the very same inputs have passed in this clone before.

    python -m scripts.lanes.circuits PYTEST...

They are a function of their sources: circuits, keys, the Python beside them, the tests with all
that these import, the locks that pin circom and everything else, and the settings below. With
CI=true they always run.
"""

import ast
import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
STAMP: Final = ROOT / "build" / "lanes" / "circuits.passed"

FOLDERS: Final = ("zk_circuits", "tests/circuits", "contracts/generated")
FILES: Final = (
    "package-lock.json",
    "pyproject.toml",
    "requirements/dev.txt",
    "requirements/main.txt",
    "scripts/setup/solc-wasm.cjs",
    "scripts/setup/solc.py",
    "tests/conftest.py",
)
PACKAGES: Final = ("lodetrace", "zk_circuits", "tests")
SETTINGS: Final = ("FORGERIES", "HYPOTHESIS_PROFILE", "LODETRACE_REQUIRE_SHARED", "POSEIDON_INPUTS")


def main() -> int:
    """The exit code of the tests, 0 where they need not run."""
    now = digest(ROOT)
    if os.environ.get("CI") != "true" and STAMP.is_file():
        passed, _, when = STAMP.read_text("utf-8").partition(" ")
        if passed == now:
            print(
                f"circuits: NOT RUN. The same inputs passed here on {when}; remove {STAMP} to run"
            )
            return 0
    code = subprocess.run(sys.argv[1:], cwd=ROOT, check=False).returncode
    if code == 0 and digest(ROOT) == now:
        STAMP.parent.mkdir(parents=True, exist_ok=True)
        STAMP.write_text(f"{now} {datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "utf-8")
    return code


def digest(root: Path) -> str:
    """Of everything that can change how the tests end."""
    summed = hashlib.sha256()
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    for fact in (platform.python_version(), platform.machine(), node.stdout):
        summed.update(f"{fact}\n".encode())
    for name in SETTINGS:
        summed.update(f"{name}={os.environ.get(name)}\n".encode())
    for path in sorted(inputs(root)):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        summed.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return summed.hexdigest()


def inputs(root: Path) -> set[Path]:
    """The files: whole folders, and what their Python imports, to the end."""
    found = {root / name for name in FILES}
    for folder in FOLDERS:
        found |= {path for path in (root / folder).rglob("*") if path.is_file()}
    found = {path for path in found if "__pycache__" not in path.parts}
    left = [path for path in found if path.suffix == ".py"]
    while left:
        new = set(_imported(left.pop(), root)) - found
        found |= new
        left += new
    return found


def _imported(path: Path, root: Path) -> Iterator[Path]:
    """Our own modules that a file imports, in functions as well."""
    package = path.parent.relative_to(root).parts
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *filter(None, [node.module])])
            names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        for name in names:
            if name.partition(".")[0] in PACKAGES:
                yield from _modules(name, root)


def _modules(name: str, root: Path) -> Iterator[Path]:
    """The file of a dotted name, and those of the packages around it."""
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        place = root.joinpath(*parts[:length])
        for path in (place.with_suffix(".py"), place / "__init__.py"):
            if path.is_file():
                yield path


if __name__ == "__main__":
    sys.exit(main())
