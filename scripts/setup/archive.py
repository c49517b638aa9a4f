"""The one-file verifier: `python scripts/setup/archive.py build/dist` writes lodetrace-verify.pyz.

An archive that Python runs as it is. It holds the modules that the program can reach, the data
beside them, and the libraries of pure Python that it prints and pairs with, with their licences.
The same checkout and locks make the same bytes: entries are sorted, stored as they are (what zlib
makes differs between its builds) and dated by SOURCE_DATE_EPOCH, or 1980.
"""

import ast
import os
import sys
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path, PurePosixPath
from runpy import run_path
from time import gmtime
from typing import Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

ROOT: Final = Path(__file__).resolve().parents[2]
NAME: Final = "lodetrace-verify.pyz"
START: Final = "lodetrace.cli.audit.standalone"
IN_PAGE: Final = "lodetrace.cli.audit.in_page"
"""Where verify.html begins, which carries the archive as it is."""
MAIN: Final = f"""\
import sys

if sys.version_info < (3, 11):
    sys.exit("Python 3.11 or later is needed; this is " + sys.version.split()[0])

from {START} import run

run()
"""
OURS: Final = ("lodetrace", "zk_circuits")

CARRIED: Final = ("py_ecc", "rich")
"""Libraries of pure Python: pairings, and what is printed."""

USED_WHERE_INSTALLED: Final = frozenset({
    "coincurve",  # signatures, faster
    "eth_abi",  # structs that members sign, which nobody verifies
    "eth_hash",  # keccak256, faster
    "fontTools",  # with weasyprint
    "light_poseidon_python",  # commitments, faster
    "typer",  # questions, which this program never asks
    "weasyprint",  # PDF
    "xlsxwriter",  # workbooks
})  # fmt: skip
"""Everything else that the modules name: none is needed, and none is carried."""

EARLIEST: Final = 315_532_800
"""1 January 1980, before which the format has no dates."""

LICENCES: Final = """\
lodetrace-verify.pyz holds Lodetrace {version}, Apache-2.0 (LICENSE), and these libraries as
they are published, each with its licence:

{carried}
"""


class NotCarried(Exception):
    """A module names a library that the archive does not have."""


def build(target: Path) -> Path:
    """The archive, in `target`."""
    entries = dict(sorted({**_own(), **_libraries(), "__main__.py": MAIN.encode()}.items()))
    path = target / NAME
    target.mkdir(parents=True, exist_ok=True)
    date = gmtime(max(EARLIEST, int(os.environ.get("SOURCE_DATE_EPOCH", EARLIEST))))[:6]
    with path.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with ZipFile(file, "w", ZIP_STORED) as archive:
            for name, content in entries.items():
                archive.writestr(ZipInfo(name, date), content)
    path.chmod(0o755)
    return path


def _own() -> dict[str, bytes]:
    """Our modules that the program reaches, and data beside them."""
    modules = _reached()
    paths = {*modules.values(), ROOT / "LICENSE"}
    for path in list(paths):
        if path.name == "__init__.py":
            paths.update(path.parent.glob("*.json"))
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}


def _reached() -> dict[str, Path]:
    """Modules that the first ones import, and those that these import, inside functions too."""
    found: dict[str, Path] = {}
    waiting = [START, IN_PAGE]
    while waiting:
        name = waiting.pop()
        path = _path(name)
        if path is None or name in found:
            continue
        found[name] = path
        waiting.append(name.rpartition(".")[0])
        waiting += _imports(path)
    return found


def _path(module: str) -> Path | None:
    """The file of a module of ours; None for a name in one."""
    base = ROOT.joinpath(*module.split("."))
    files = (base / "__init__.py", base.with_suffix(".py"))
    return next((file for file in files if module and file.is_file()), None)


def _imports(path: Path) -> Iterator[str]:
    """Names that a module imports when it runs; raises NotCarried for another's library."""
    for node in _run(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            named = [node.module or "", *(f"{node.module}.{one.name}" for one in node.names)]
        else:
            continue
        for name in named:
            top = name.partition(".")[0]
            if top in OURS:
                yield name
            elif top not in {*CARRIED, *USED_WHERE_INSTALLED, *sys.stdlib_module_names}:
                raise NotCarried(f"{path.relative_to(ROOT)} imports {name}")


def _run(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but those for readers of types alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        yield from _run(node)


def _libraries() -> dict[str, bytes]:
    """The carried libraries whole, with what describes them and their licences."""
    found: dict[str, bytes] = {}
    told = []
    for name in CARRIED:
        library = distribution(name)
        licences = []
        for file in library.files or ():
            if _is_wanted(PurePosixPath(file)):
                found[file.as_posix()] = file.read_binary()
                if "LICENSE" in file.name:
                    licences.append(file.as_posix())
        if not licences:
            raise NotCarried(f"{name} comes without its licence")
        meta = library.metadata
        licence = meta["License-Expression" if "License-Expression" in meta else "License"]
        told.append(f"{name} {library.version}, {licence} ({', '.join(licences)})")
    version = run_path(str(ROOT / "lodetrace" / "version.py"))["VERSION"]
    text = LICENCES.format(version=version, carried="\n".join(told))
    return {**found, "LICENCES.txt": text.encode()}


def _is_wanted(file: PurePosixPath) -> bool:
    if file.parts[0].endswith(".dist-info"):
        return file.name == "METADATA" or "LICENSE" in file.name
    return file.suffix == ".py" and ".." not in file.parts


if __name__ == "__main__":
    print(build(Path(sys.argv[1])))
