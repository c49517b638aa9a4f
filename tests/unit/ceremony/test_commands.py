"""The commands of a ceremony: four members with keys of their own, and a fourth who only reads."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lodetrace.ceremony.folder import TranscriptFolder
from lodetrace.cli.main import app
from lodetrace.errors import ExitCode
from lodetrace.keys.member_keys import MemberKeys
from tests.support.toy_setup import ToySetup, r1cs_bytes
from tests.unit.base_install import in_base
from tests.unit.ceremony.toy import NAMES, SEATS, draft
from zk_circuits.ceremony.constraints import ConstraintSystem
from zk_circuits.key_policy import KeyManifest

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name, value in {
        "LODETRACE_NETWORKS": str(root / "networks.yaml"),
        "LODETRACE_NETWORK": "anvil",
        "LODETRACE_HOME": str(tmp_path / "home"),
    }.items():
        monkeypatch.setenv(name, value)

    def invoke(*words: str | Path, json_too: bool = True) -> Result:
        return CliRunner().invoke(app, ["ceremony", *map(str, words), *["--json"] * json_too])

    return invoke


def told(done: Result) -> dict[str, object]:
    assert done.exit_code == ExitCode.OK, done.output
    return json.loads(done.stdout)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Draft, phase 1, and what the toy circuit starts from; members 0 to 3 sign by --dev-index."""
    folder = tmp_path / "sources"
    (folder / "built").mkdir(parents=True)
    (folder / "built/toy.r1cs").write_bytes(r1cs_bytes())
    system = ConstraintSystem.load(folder / "built/toy.r1cs")
    (folder / "built/toy.zkey").write_bytes(ToySetup().zkey(system))
    (folder / "toy.ptau").write_bytes(ToySetup().ptau())
    document = draft()
    for at, member in enumerate(document["members"]):
        member["signer"] = MemberKeys.for_development(at).signer
    (folder / "draft.json").write_text(json.dumps(document))
    return folder


def test_a_ceremony_by_its_commands(run: Run, sources: Path, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    given = ("--draft", sources / "draft.json", "--ptau", sources / "toy.ptau")
    words = ("plan", folder, *given, "--circuits", sources / "built")
    told(run(*words, "--dry-run"))
    assert not folder.exists()
    made = told(run(*words))
    assert "no table does" in str(made["phase_1"]), "a toy's powers are not the published ones"
    assert run(*words).exit_code == ExitCode.STORAGE

    seat = MemberKeys.for_development(9).signer
    unsigned = run("contribute", folder, "--seat", seat, "--dev-index", "0")
    assert json.loads(unsigned.stderr)["type"].endswith("PlanUnsigned")
    told(run("sign", folder, "--dev-index", "9", "--dry-run"))
    assert not (folder / "signatures.json").exists()
    told(run("sign", folder, "--dev-index", "9"))

    (tmp_path / "dice.txt").write_text("4 2 6 6 1 3\n")
    for at, name in enumerate(NAMES):
        assert told(run("status", folder))["next"] == name
        turn = ("contribute", folder, "--seat", seat, "--dev-index", str(at))
        told(run(*turn, "--dry-run"))
        assert len(TranscriptFolder(folder).turns()) == at
        done = told(run(*turn, "--own", tmp_path / "dice.txt"))
        assert (done["turn"], done["member"]) == (at + 1, name)
        again = run(*turn)
        assert again.exit_code == ExitCode.REFUSED
        assert json.loads(again.stderr)["type"].endswith("NotYourTurn")
        verified = run("verify", folder, "--seat", seat)
        assert verified.exit_code == (ExitCode.OK if at >= 2 else ExitCode.REFUSED)
        if at >= 2:
            absent = told(verified)["absent"]
            assert absent == list(NAMES[at + 1 :]), "a last turn that was left out is seen"

    verdict = told(run("finish", folder, "--seat", seat, "--out", tmp_path / "ours"))
    assert verdict["contributions"] == list(NAMES)
    assert verdict["groups"] == 3
    assert KeyManifest.load(tmp_path / "ours/manifest.json").entry("toy")
    shown = run("verify", folder, "--seat", seat, json_too=False)
    assert "mine, refiner, trader, maker: 3 ownership groups" in shown.stdout
    assert run("status", folder, json_too=False).exit_code == ExitCode.OK


def test_whoever_only_reads_needs_the_base_alone(honest: TranscriptFolder, tmp_path: Path) -> None:
    seats = [word for seat in SEATS for word in ("--seat", seat)]
    words = ("ceremony", "verify", str(honest.path), *seats, "--json")
    done = in_base(*words, folder=tmp_path)
    assert (done.returncode, done.stderr) == (ExitCode.OK, "")
    assert json.loads(done.stdout)["contributions"] == list(NAMES)


def test_randomness_of_ones_own_that_never_ends(run: Run, honest: TranscriptFolder) -> None:
    """A member's first idea may be a device of the system."""
    words = ("contribute", honest.path, "--seat", SEATS[0], "--dev-index", "0")
    endless = run(*words, "--own", "/dev/zero")
    assert json.loads(endless.stderr)["type"].endswith("OwnUnreadable")
    assert "no end" in endless.stderr


def test_sources_that_are_not_there(run: Run, sources: Path, tmp_path: Path) -> None:
    words = ("plan", tmp_path / "keys", "--draft", sources / "draft.json")
    missing = run(*words, "--ptau", sources / "gone", "--circuits", sources / "built")
    assert json.loads(missing.stderr)["type"].endswith("OwnUnreadable")
    (sources / "built/toy.zkey").unlink()
    lonely = run(*words, "--ptau", sources / "toy.ptau", "--circuits", sources / "built")
    assert json.loads(lonely.stderr)["type"].endswith("CircuitsMissing")
    (sources / "draft.json").write_text("[]")
    (sources / "built/toy.zkey").write_bytes(b"")
    empty = run(*words, "--ptau", sources / "toy.ptau", "--circuits", sources / "built")
    assert json.loads(empty.stderr)["type"].endswith("PlanMalformed")
    assert not (tmp_path / "keys").exists()
