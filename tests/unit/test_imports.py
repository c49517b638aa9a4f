"""The directions of imports, and what starts without heavy libraries."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# package → the packages of this repository that it may import besides itself
MAY_IMPORT = {
    "zk_circuits": set(),
    "lodetrace": {"zk_circuits"},
    "oracle": {"zk_circuits", "lodetrace"},
    "api": {"zk_circuits", "lodetrace"},
    "demo": {"zk_circuits", "lodetrace", "oracle", "api"},  # no package imports it
}
OUR_PACKAGES = {*MAY_IMPORT, "scripts", "tests", "benchmarks"}
# the independent model judges the others, so it knows none of them
INDEPENDENT = ROOT / "tests" / "model"
# seconds of import time, or absent from the base package
HEAVY = ("web3", "eth_account", "fastapi", "sqlalchemy", "groth16py", "brownie", "pydantic")
BROWNIE_BELONGS_TO = (ROOT / "scripts", ROOT / "tests" / "contracts")


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def imported(source: str, package: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Line and absolute name of every import, at the top or inside a function."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            yield node.lineno, ".".join([*above, *filter(None, [node.module])])


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    return imported(path.read_text("utf-8"), path.relative_to(ROOT).parts[:-1])


def breaches(path: Path, forbidden: set[str]) -> list[str]:
    place = path.relative_to(ROOT)
    return [
        f"{place}:{line} imports {name}"
        for line, name in imports_of(path)
        if name.split(".")[0] in forbidden
    ]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_run_one_way(package: str) -> None:
    forbidden = OUR_PACKAGES - MAY_IMPORT[package] - {package}
    found = modules(ROOT / package)
    assert found, f"{package} has no modules"
    assert [line for path in found for line in breaches(path, forbidden)] == []


def test_the_independent_model_imports_nothing_of_ours() -> None:
    forbidden = OUR_PACKAGES - {"tests"}
    found = modules(INDEPENDENT)
    assert found, "the model is gone"
    assert [line for path in found for line in breaches(path, forbidden)] == []
    ours = [name for path in found for _, name in imports_of(path) if name.startswith("tests")]
    assert {name for name in ours if not name.startswith("tests.model")} == set()


def test_only_scripts_and_contract_tests_import_brownie() -> None:
    elsewhere = [
        path
        for folder in sorted(OUR_PACKAGES)
        for path in modules(ROOT / folder)
        if not any(path.is_relative_to(home) for home in BROWNIE_BELONGS_TO)
    ]
    assert [line for path in elsewhere for line in breaches(path, {"brownie"})] == []


def test_the_reader_of_imports_sees_every_form() -> None:
    """A rule that sees nothing would always hold."""
    source = "import api.routes\nfrom oracle import checks\ndef f():\n from ..model import judge\n"
    assert [*imported(source, ("tests", "unit"))] == [
        (1, "api.routes"),
        (2, "oracle"),
        (4, "tests.model"),
    ]


def loaded_after(statement: str) -> set[str]:
    """Modules that a fresh interpreter has loaded after the statement, which may print."""
    program = f"{statement}\nimport sys\nprint('\\n--8<--', *sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split("--8<--")[-1].split())


def heavy_after(statement: str) -> list[str]:
    """Heavy packages among them."""
    return sorted(set(HEAVY) & {name.split(".")[0] for name in loaded_after(statement)})


def importable(package: str) -> list[str]:
    """Every module that a plain import reaches; __main__ runs, so it is left out."""
    paths = [path.relative_to(ROOT).with_suffix("") for path in modules(ROOT / package)]
    names = (".".join(path.parts).removesuffix(".__init__") for path in paths)
    return [name for name in names if not name.endswith("__main__")]


def test_the_circuits_and_their_verifier_load_without_heavy_libraries() -> None:
    assert heavy_after(f"import {', '.join(importable('zk_circuits'))}") == []


HELP = (
    "import sys\nsys.argv = ['lodetrace', '--help']\n"
    "from lodetrace.cli.main import run\n"
    "try:\n run()\nexcept SystemExit as end:\n assert not end.code, end.code"
)
BEHIND_COMMANDS = ("lodetrace.onchain", "lodetrace.node", "lodetrace.contracts.events",
                   "lodetrace.member", "lodetrace.documents", "eth_hash", "Crypto")  # fmt: skip
"""Half of the time that --help took, before commands loaded them."""


def test_help_of_the_command_line_loads_no_heavy_library() -> None:
    assert heavy_after(HELP) == []


def test_help_of_the_command_line_loads_nothing_that_commands_alone_need() -> None:
    loaded = loaded_after(HELP)
    assert "lodetrace.cli.lot.offers" in loaded
    assert sorted(name for name in loaded if name.startswith(BEHIND_COMMANDS)) == []


def test_the_check_of_heavy_libraries_sees_one() -> None:
    assert heavy_after("import web3, fastapi") != []


WATCH = """
import os, sys
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
ACTS = {"socket.connect", "socket.bind", "subprocess.Popen", "os.mkdir", "os.remove", "os.rename",
        "sqlite3.connect"}
def watch(event, values):
    if event in ACTS or (event == "open" and (values[2] or 0) & WRITES):
        print(event, values, file=sys.__stdout__)
sys.addaudithook(watch)
"""


def acts_of(statement: str) -> str:
    """Files written, sockets and processes opened by a statement, in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCH + statement],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_nothing_happens_at_import(package: str) -> None:
    assert acts_of(f"import {', '.join(importable(package))}") == ""


def test_the_watch_at_import_sees_acts(tmp_path: Path) -> None:
    assert "open" in acts_of(f"open({str(tmp_path / 'written')!r}, 'w')")
    assert "sqlite3.connect" in acts_of("import sqlite3; sqlite3.connect(':memory:')")


def test_no_float_comes_near_an_amount() -> None:
    """Amounts are integers; float() is called nowhere in the packages."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for package in MAY_IMPORT
        for path in modules(ROOT / package)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "float"
    ]
    assert found == []
