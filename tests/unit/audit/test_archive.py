"""lodetrace-verify.pyz: the verifier in a Python that has nothing else, and no connection."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from lodetrace.cli.audit.standalone import parser
from lodetrace.cli.main import app
from lodetrace.version import VERSION
from tests.unit.base_install import in_base
from tests.unit.setup_steps import ROOT, run, step

STORY = ROOT / "tests" / "vectors" / "story"
VERIFY = ("sulphate.bundle", "--trust", "anchor.json", "--now", "2026-11-01T00:00:00Z")

ALONE = """
import runpy, sys
def alone(event, values):
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.fork", "os.spawn", "os.system")):
        raise AssertionError(f"{event} {values}")
sys.addaudithook(alone)
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    compiled = {"coincurve", "eth_hash", "light_poseidon_python", "typer", "Crypto"}
    foreign = compiled & sys.modules.keys()
    assert not foreign, foreign
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built: Path = step("archive").build(tmp_path_factory.mktemp("dist"))
    return built


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("sulphate.bundle", "anchor.json"):
        shutil.copy(STORY / name, tmp_path)
    return tmp_path


def alone(archive: Path, *words: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """-I -S: neither the environment's packages nor its variables; a socket would raise."""
    return run(sys.executable, "-I", "-S", "-c", ALONE, archive, *words, cwd=folder)


@pytest.mark.slow
def test_it_gives_the_same_verdict_as_the_command(archive: Path, folder: Path) -> None:
    """In plain Python: no compiled curve, hash or commitment is there."""
    done = alone(archive, *VERIFY, "--json", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    command = in_base("audit", "verify", *VERIFY, "--json", folder=folder)
    assert command.returncode == 0, command.stderr
    assert done.stdout == command.stdout
    assert json.loads(done.stdout)["accepted"] is True


@pytest.mark.slow
def test_people_see_the_same(archive: Path, folder: Path) -> None:
    done = alone(archive, *VERIFY, "--out", "page.html", folder=folder)
    command = in_base("audit", "verify", *VERIFY, "--out", "other.html", folder=folder)
    assert (done.returncode, done.stdout) == (0, command.stdout), done.stderr
    assert done.stderr == command.stderr
    assert (folder / "page.html").read_bytes() == (folder / "other.html").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("gone.bundle", "--trust", "anchor.json"), 8),
        (("sulphate.bundle", "--trust", "sulphate.bundle"), 3),
        ((*VERIFY, "--out", "page.docx"), 2),
        ((*VERIFY, "--out", "page.pdf"), 9),
        (("sulphate.bundle",), 2),
        (("--version",), 0),
    ],
)
def test_it_ends_as_the_command_does(
    archive: Path, folder: Path, words: tuple[str, ...], code: int
) -> None:
    done = alone(archive, *words, folder=folder)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    if words == ("--version",):
        assert done.stdout == f"lodetrace-verify {VERSION}\n"


@pytest.mark.slow
def test_wrong_usage_is_told_to_machines_as_well(archive: Path, folder: Path) -> None:
    done = alone(archive, "--json", "--nonsense", folder=folder)
    assert (done.returncode, done.stdout) == (2, "")
    told = json.loads(done.stderr)
    assert (told["code"], told["exit_code"]) == ("WrongUsage", 2)
    assert "BUNDLE" in told["detail"]


@pytest.mark.slow
def test_it_writes_the_working_paper_as_the_command_does(archive: Path, folder: Path) -> None:
    words = ("--report", "paper.html", "--engagement", "Cobalt 2026", "--prepared-by", "A. Mensah")
    done = alone(archive, *VERIFY, *words, folder=folder)
    assert done.returncode == 0, done.stderr
    first = (folder / "paper.html").read_bytes()
    command = in_base("audit", "verify", *VERIFY, *words, folder=folder)
    assert command.returncode == 0, command.stderr
    assert first == (folder / "paper.html").read_bytes()


@pytest.mark.slow
def test_a_changed_bundle_is_refused_there_as_well(archive: Path, folder: Path) -> None:
    file = folder / "sulphate.bundle"
    changed = bytearray(file.read_bytes())
    changed[len(changed) // 2] ^= 1
    file.write_bytes(changed)
    done = alone(archive, *VERIFY, "--json", folder=folder)
    assert done.returncode == 5, done.stderr
    assert json.loads(done.stdout)["refusal"]["step"] == 1


@pytest.mark.slow
def test_the_same_checkout_makes_the_same_bytes(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = step("archive").build(tmp_path)
    assert again.read_bytes() == archive.read_bytes()
    with ZipFile(archive) as file:
        names = file.namelist()
    assert names == sorted(names)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1764547200")
    step("archive").build(tmp_path)
    with ZipFile(again) as file:
        assert {entry.date_time for entry in file.infolist()} == {(2025, 12, 1, 0, 0, 0)}


def test_it_holds_what_it_needs_and_no_more(archive: Path) -> None:
    """Modules that speak to nodes, hold keys or send are not in it, nor anything compiled."""
    with ZipFile(archive) as file:
        names = file.namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names if "/" in name} == {
        "lodetrace", "py_ecc", "rich", "zk_circuits",
    }  # fmt: skip
    for absent in ("member", "node", "keys", "network", "transactions", "devchain"):
        assert not [name for name in names if name.startswith(f"lodetrace/{absent}/")]
    assert {Path(name).suffix for name in names} <= {".py", ".json", ".txt", ""}


def test_it_names_the_licence_of_everything_that_it_carries(archive: Path) -> None:
    with ZipFile(archive) as file:
        said = file.read("LICENCES.txt").decode()
        carried = step("archive").CARRIED
        for name in carried:
            (line,) = [one for one in said.splitlines() if one.startswith(f"{name} ")]
            path = line.rpartition("(")[2].rstrip(")")
            assert "MIT" in line
            assert b"Permission is hereby granted" in file.read(path)
        assert b"Apache License" in file.read("LICENSE")


def test_a_library_that_is_not_carried_ends_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    making = step("archive")
    monkeypatch.setattr(making, "CARRIED", ("py_ecc",))
    with pytest.raises(making.NotCarried, match="imports rich"):
        making.build(tmp_path)


def test_its_options_are_those_of_the_command() -> None:
    import typer

    audit = typer.main.get_command(app).commands["audit"]  # type: ignore[attr-defined]
    command = {one.name for one in audit.commands["verify"].params}
    own = {action.dest for action in parser()._actions} - {"help", "version"}
    assert own - {"json"} == command - {"fast", "dry_run", "as_json"}
