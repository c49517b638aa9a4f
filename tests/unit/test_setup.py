"""The set-up: locks and make's targets."""

import ast
import json
import os
import re
import shutil
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.unit.setup_steps import ROOT, pins, run

OURS = {"zk_circuits", "lodetrace", "oracle", "api", "demo"}

# --- locks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", ["main.txt", "dev.txt", "brownie.txt"])
def test_every_python_package_is_pinned_by_hash(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text("utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) > 50
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"://|--index|--extra-index|--find-links|--trusted-host", text)


def test_the_two_environments_agree_where_they_meet() -> None:
    main, brownie = pins("main.txt") | pins("dev.txt"), pins("brownie.txt")
    for package in ("web3", "eth-account", "pydantic", "py-solc-x"):
        assert main[package] == brownie[package]


def test_the_tools_of_tests_change_no_pin() -> None:
    main, dev = pins("main.txt"), pins("dev.txt")
    assert {name: dev[name] for name in main.keys() & dev} == {
        name: main[name] for name in main.keys() & dev
    }


def test_the_demo_needs_no_tool_of_tests() -> None:
    """Whatever the product and the demo import, in functions as well, is in the main lock."""
    imported = set()
    for folder in OURS:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    imported |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                    imported.add(node.module.partition(".")[0])
    of_module = packages_distributions()
    needed = {
        module: [name.lower().replace("_", "-").replace(".", "-") for name in of_module[module]]
        for module in imported - OURS
        if module in of_module
    }
    assert {"web3", "uvicorn", "httpx", "yaml"} <= needed.keys()
    locked = pins("main.txt")
    assert [module for module, names in needed.items() if not set(names) & locked.keys()] == []


def test_every_wish_is_in_its_lock() -> None:
    for name in ("main", "dev", "brownie"):
        wishes = (ROOT / "requirements" / f"{name}.in").read_text("utf-8")
        wanted = re.findall(r"^([A-Za-z0-9][A-Za-z0-9_-]*)", wishes, re.MULTILINE)
        locked = pins(f"{name}.txt")
        assert [wish for wish in wanted if wish.lower().replace("_", "-") not in locked] == []


def test_node_packages_are_pinned_and_name_no_registry() -> None:
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    wishes = {**wanted["dependencies"], **wanted["optionalDependencies"]}
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wishes} == wishes
    assert [name for name, entry in lock.items() if "resolved" in entry] == []
    # anvil's siblings for other platforms are optional: npm checks them where it installs them
    loose = {name for name, entry in lock.items() if name and not entry.get("integrity")}
    bundled = {name for name in loose if lock[name].get("inBundle")}
    assert all("/@foundry-rs/anvil-" in name for name in loose - bundled), loose - bundled
    assert "node_modules/@foundry-rs/anvil-linux-amd64" not in loose


def test_the_linter_of_the_description_has_a_lock_of_its_own_that_names_no_registry() -> None:
    folder = ROOT / "tests" / "lint"
    (wish,) = json.loads((folder / "package.json").read_text("utf-8"))["dependencies"].items()
    lock = json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"]
    assert wish == ("@redocly/cli", lock["node_modules/@redocly/cli"]["version"])
    assert [name for name, entry in lock.items() if "resolved" in entry] == []
    assert [name for name, entry in lock.items() if name and "integrity" not in entry] == []
    assert "@redocly/cli" not in (ROOT / "package-lock.json").read_text("utf-8")


def test_what_drives_the_browser_has_locks_of_its_own() -> None:
    text = (ROOT / "requirements" / "browser.txt").read_text("utf-8")
    assert "playwright" in pins("browser.txt")
    assert "playwright" not in pins("main.txt") | pins("dev.txt")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"://|--index|--extra-index|--find-links|--trusted-host", text)
    folder = ROOT / "tests" / "browser"
    (wish,) = json.loads((folder / "package.json").read_text("utf-8"))["dependencies"].items()
    lock = json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"]
    assert wish == ("axe-core", lock["node_modules/axe-core"]["version"])
    assert [name for name, entry in lock.items() if "resolved" in entry] == []


# --- make ----------------------------------------------------------------------------------------


def test_help_names_every_target_a_person_calls() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    listed = {line.split()[0] for line in run("make", "help", cwd=ROOT).stdout.splitlines()}
    for target in ("system", "setup", "compile", "zk", "demo", "test", "bench", "lint", "clean"):
        assert target in listed
    assert [name for name in listed if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []


def test_a_second_setup_has_nothing_to_do() -> None:
    before = os.times()
    asked = run("make", "--question", "ready", cwd=ROOT)
    after = os.times()
    assert asked.returncode == 0, "run `make setup` first"
    used = after.children_user + after.children_system
    # of the processor: other lanes run beside this one
    assert used - before.children_user - before.children_system < 1


def test_the_check_of_continuous_integration_requires_everything() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    text = script.read_text("utf-8")
    assert "set -euo pipefail" in text
    assert "LODETRACE_REQUIRE_SHARED=1 make test" in text


NEEDS_SHARED = "def test_it(shared_dir):\n    assert shared_dir\n"
NEEDS_PROGRAM = """from tests.support.required import absent, optional_module

def test_it():
    absent("no such program")

def test_other():
    optional_module("no_such_package")
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("needs", "given", "outcome"),
    [
        (NEEDS_SHARED, {"LODETRACE_REQUIRE_SHARED": "1"}, "1 error"),
        (NEEDS_SHARED, {"CI": "true"}, "1 skipped"),  # a hosted runner has the clone alone
        (NEEDS_SHARED, {}, "1 skipped"),
        (NEEDS_PROGRAM, {"LODETRACE_REQUIRE_SHARED": "1"}, "2 failed"),
        (NEEDS_PROGRAM, {"CI": "true"}, "2 failed"),
        (NEEDS_PROGRAM, {}, "2 skipped"),
    ],
)
def test_what_is_absent_skips_or_fails(
    tmp_path: Path, needs: str, given: dict[str, str], outcome: str
) -> None:
    clone = tmp_path / "clone"
    (clone / "tests" / "support").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "conftest.py", clone / "tests")
    for name in ("__init__.py", "required.py"):
        shutil.copy(ROOT / "tests" / "support" / name, clone / "tests" / "support")
    (clone / "tests" / "test_it.py").write_text(needs, "utf-8")
    bare = {k: v for k, v in os.environ.items() if k not in ("CI", "LODETRACE_REQUIRE_SHARED")}
    done = run(sys.executable, "-m", "pytest", "-rs", "tests", cwd=clone, env={**bare, **given})
    assert outcome in done.stdout
    assert ("shared" if needs == NEEDS_SHARED else "no such program") in done.stdout


def test_the_handbook_names_the_packages_for_paper() -> None:
    """Those that `make system` installs beside the programs: Pango and the fonts."""
    asked = re.search(r"for package in (lib.*?);", (ROOT / "scripts/setup/system.sh").read_text())
    told = re.search(r"^apt-get install (lib.*)$", (ROOT / "docs/auditors.md").read_text(), re.M)
    assert asked is not None
    assert told is not None
    assert asked[1].split() == told[1].split()
    assert {"fonts-dejavu-core", "fonts-wqy-microhei"} <= set(asked[1].split())


def test_no_test_skips_past_what_continuous_integration_requires() -> None:
    """Besu is in no registry and has a lane of its own."""
    skips = re.compile(r"pytest\.(skip|importorskip)\(|mark\.skip")
    files = [path for path in sorted((ROOT / "tests").rglob("*.py")) if path != Path(__file__)]
    found = {
        path.relative_to(ROOT / "tests").as_posix()
        for path in files
        if skips.search(path.read_text("utf-8"))
    }
    alone = {name for name in found if not name.startswith("besu/")}
    assert alone == {"support/required.py"}
