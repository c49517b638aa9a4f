"""The two wheels: what is in them, what they ask for, and that they work outside of a clone."""

import sys
import tomllib
from collections.abc import Mapping
from email import message_from_string
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from lodetrace.version import VERSION
from tests.unit.base_install import modules_of
from tests.unit.setup_steps import ROOT, pins, run, step
from tests.unit.test_imports import imports_of, modules

PACKAGES = {"lodetrace": {"lodetrace", "zk_circuits"}, "lodetrace_services": {"api", "oracle"}}
"""Wheel → the packages in it, all of which lie at the top of the repository."""

# the Solidity verifiers' template is of use beside contracts/generated only
STAYS = {"zk_circuits/verifier.sol.in"}
# of the explorer a wheel has what was bundled
EXPLORER, BUNDLED = "api/explorer/", "api/explorer/dist/"
SITE = Path("lib", f"python{sys.version_info.major}.{sys.version_info.minor}", "site-packages")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    built = step("dist").build(tmp_path_factory.mktemp("dist"))
    found = {path.name.split("-")[0]: path for path in built}
    assert set(found) == set(PACKAGES)
    return found


def names(wheel: Path) -> set[str]:
    """Files in a wheel but for those that describe it."""
    with ZipFile(wheel) as file:
        return {name for name in file.namelist() if ".dist-info/" not in name}


def metadata(wheel: Path, name: str) -> str:
    with ZipFile(wheel) as file:
        (inside,) = [one for one in file.namelist() if one.endswith(f".dist-info/{name}")]
        return file.read(inside).decode()


def project(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / folder / "pyproject.toml").read_text("utf-8"))
    return found["project"]


# --- what is in them -----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("wheel", PACKAGES)
def test_a_wheel_holds_its_packages_whole_and_nothing_else(
    wheels: Mapping[str, Path], wheel: str
) -> None:
    """Every module and every file that one reads; neither tests nor keys that prove."""
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES[wheel]
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    wanted = {one for one in wanted if not one.startswith(EXPLORER) or one.startswith(BUNDLED)}
    proving = {name for name in wanted if ".zkey" in name}
    assert bool(proving) is (wheel == "lodetrace")
    assert names(wheels[wheel]) == wanted - proving - STAYS


@pytest.mark.slow
def test_both_wheels_are_of_one_version_and_the_services_ask_for_it(
    wheels: Mapping[str, Path],
) -> None:
    described = {
        name: message_from_string(metadata(path, "METADATA")) for name, path in wheels.items()
    }
    assert {one["Version"] for one in described.values()} == {VERSION}
    assert f"lodetrace[member]=={VERSION}" in described["lodetrace_services"].get_all(
        "Requires-Dist", []
    )
    assert [one["License-File"] for one in described.values()] == ["LICENSE", "LICENSE"]


@pytest.mark.slow
def test_each_wheel_brings_its_own_programs(wheels: Mapping[str, Path]) -> None:
    programs = {
        name: {line.split(" = ")[0] for line in metadata(path, "entry_points.txt").split("\n")[1:]}
        for name, path in wheels.items()
    }
    assert programs["lodetrace"] - {""} == {"lodetrace"}
    assert programs["lodetrace_services"] - {""} == {"lodetrace-gateway", "lodetrace-oracle"}


# --- what they ask for ---------------------------------------------------------------------------


@pytest.mark.parametrize("wheel", PACKAGES)
def test_a_wheel_asks_for_everything_that_it_imports(wheel: str) -> None:
    library, services = project(Path()), project(Path("scripts/setup/services"))
    extras = library["optional-dependencies"]
    wanted = [*library["dependencies"], *extras["member"]]
    if wheel == "lodetrace":
        wanted += [one for name in ("pdf", "prove", "xlsx") for one in extras[name]]
    else:
        wanted += services["dependencies"]
    asked = modules_of(one for one in wanted if not one.startswith("lodetrace["))
    known = asked | set().union(*PACKAGES.values()) | sys.stdlib_module_names
    missing = {
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for package in PACKAGES[wheel]
        for path in modules(ROOT / package)
        for line, name in imports_of(path)
        if name.split(".")[0] not in known
    }
    assert missing == set()


# --- outside of a clone --------------------------------------------------------------------------


def install(wheel: Path, environment: Path) -> None:
    """Into an environment that has no pip of its own, without a network."""
    words = ["install", "--quiet", "--no-deps", "--no-index", "--no-warn-script-location", wheel]
    python = environment / "bin" / "python"
    done = run(sys.executable, "-m", "pip", "--python", python, *words)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fresh, with the libraries of the environment that runs the tests, but not with the clone."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    (folder / SITE / "libraries.pth").write_text(f"{Path(sys.prefix) / SITE}\n")
    return folder


OFFLINE = """
import sys
def alone(event, values):
    if event in ("socket.connect", "socket.getaddrinfo"):
        raise AssertionError(f"{event} {values}")
sys.addaudithook(alone)
import api.cli, api.serve, oracle.assembly, oracle.cli
from api.app import create_app
from fastapi.testclient import TestClient
client = TestClient(create_app(None, 1))  # not started: nothing follows a chain
assert client.get("/health").json()["version"] == VERSION
assert "<html" in client.get("/").text
assert "SwaggerUIBundle({" in client.get("/docs/start.js").text
assert client.get("/docs/swagger-ui-bundle.js").status_code == 200
from lodetrace.plausibility.rulebook import rulebooks
assert rulebooks()
print(api.__file__, oracle.__file__)
"""


@pytest.mark.slow
def test_the_wheels_work_outside_of_the_clone(
    wheels: Mapping[str, Path], environment: Path, tmp_path: Path
) -> None:
    programs = environment / "bin"
    install(wheels["lodetrace"], environment)
    said = run(programs / "lodetrace", "--version", cwd=tmp_path)
    assert (said.returncode, said.stdout) == (0, f"lodetrace {VERSION}\n"), said.stderr
    nothing = run(programs / "python", "-c", "import oracle", cwd=tmp_path)
    assert "No module named 'oracle'" in nothing.stderr
    install(wheels["lodetrace_services"], environment)
    for program in ("lodetrace-oracle", "lodetrace-gateway"):
        said = run(programs / program, "--version", cwd=tmp_path)
        assert (said.returncode, said.stdout) == (0, f"{program} {VERSION}\n"), said.stderr
    simulating = ("prices", "simulate", "--days", "2")
    simulated = run(programs / "lodetrace-oracle", *simulating, cwd=tmp_path)
    assert simulated.returncode == 0, simulated.stderr
    loaded = run(programs / "python", "-c", f"VERSION = {VERSION!r}{OFFLINE}", cwd=tmp_path)
    assert loaded.returncode == 0, loaded.stderr
    assert all(Path(one).is_relative_to(environment) for one in loaded.stdout.split())


@pytest.mark.slow
def test_the_base_alone_answers_help(wheels: Mapping[str, Path], tmp_path: Path) -> None:
    """What an auditor installs: no web3, no service, and a command line that answers."""
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("\n".join(f"{name}=={pin}" for name, pin in pins("main.txt").items()))
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    installing = [python, "-m", "pip", "install", "--quiet", "--constraint", constraints]
    installed = run(*installing, wheels["lodetrace"], timeout=600)
    assert installed.returncode == 0, installed.stderr
    answer = run(python.with_name("lodetrace"), "--help", cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "Usage" in answer.stdout
    for absent in ("web3", "fastapi", "sqlalchemy", "nacl", "yaml"):
        assert run(python, "-c", f"import {absent}").returncode != 0
    # an auditor verifies proofs with the keys that the package carries
    package = run(python, "-c", "import zk_circuits; print(*zk_circuits.__path__)", cwd=tmp_path)
    keys = _key_files(Path(package.stdout.strip()))
    assert _key_files(ROOT / "zk_circuits") == keys != set()


def _key_files(package: Path) -> set[str]:
    """Set and name of what an auditor needs of each set of keys."""
    folder = package / "keys"
    return {path.relative_to(folder).as_posix() for path in folder.glob("*/*.json")}
