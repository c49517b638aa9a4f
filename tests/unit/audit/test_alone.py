"""A bundle is verified by the base package alone, with no connection to anything.

tests/vectors/story holds what `lodetrace audit export` wrote about a lot of examples/cobalt on
Ganache, up to the claim on it: a file of an accepted version has to verify for ever.
"""

import json
import shutil
from pathlib import Path

import pytest

from tests.unit.base_install import ROOT, in_base

pytestmark = pytest.mark.slow

STORY = ROOT / "tests" / "vectors" / "story"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A reader's folder: the file, and the anchor that he has from elsewhere."""
    for name in ("sulphate.bundle", "anchor.json"):
        shutil.copy(STORY / name, tmp_path)
    return tmp_path


VERIFY = ("audit", "verify", "sulphate.bundle", "--trust", "anchor.json")


def test_the_base_package_verifies_a_bundle_without_a_connection(folder: Path) -> None:
    done = in_base(*VERIFY, "--json", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["accepted"] is True
    assert [step["number"] for step in found["steps"]] == list(range(1, 11))
    assert "finality is not proven" in found["verdict"]["headline"]


def test_people_see_each_step_as_it_passes(folder: Path) -> None:
    done = in_base(*VERIFY, "--out", "page.html", folder=folder)
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if " ✓ " in line][6].split()[2] == "Proofs"
    assert "VERIFIED, WITH LIMITS" in done.stdout
    assert "finality is not proven" in (folder / "page.html").read_text("utf-8")


def test_a_changed_bundle_is_refused_there_as_well(folder: Path) -> None:
    file = folder / "sulphate.bundle"
    changed = bytearray(file.read_bytes())
    changed[len(changed) // 2] ^= 1
    file.write_bytes(changed)
    done = in_base(*VERIFY, "--json", folder=folder)
    assert done.returncode == 5, done.stderr
    refusal = json.loads(done.stdout)["refusal"]
    assert (refusal["step"], refusal["code"]) == (1, "ChecksumMismatch")


WHEEL = "light_poseidon_python"
OPEN_ALL = """
import json, sys
from zk_circuits.commitment import Opening, commit
from zk_circuits.balance import Balance
from zk_circuits.errors import OpeningMismatch
from zk_circuits.tags import Tag
for vector in json.load(open(sys.argv[1], encoding="utf-8")):
    slots = tuple(int(slot) for slot in vector["slots"])
    assert commit(int(vector["tag"]), slots, int(vector["salt"])) == int(vector["commitment"])
opening = Opening(Tag(27), Balance(10, 5, 2), 7)
opening.check(opening.commitment)
try:
    opening.check(opening.commitment + 1)
except OpeningMismatch:
    print("every opening was judged")
"""


def test_no_compiled_hash_is_needed(folder: Path) -> None:
    """An auditor without the wheel of Poseidon, by the reference in Python."""
    done = in_base(*VERIFY, "--json", folder=folder, without=WHEEL)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["accepted"] is True
    vectors = str(ROOT / "zk_circuits" / "vectors" / "commitments.json")
    judged = in_base(vectors, folder=folder, statement=OPEN_ALL, without=WHEEL)
    assert (judged.stdout, judged.stderr) == ("every opening was judged\n", "")


def test_a_demand_that_is_not_met_is_said(folder: Path) -> None:
    (folder / "policy.json").write_text('{"format": "lodetrace-policy/1", "finality": true}')
    done = in_base(*VERIFY, "--policy", "policy.json", "--json", folder=folder)
    assert done.returncode == 5, done.stderr
    assert json.loads(done.stdout)["refusal"]["code"] == "FinalityMissing"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("audit", "verify", "gone.bundle", "--trust", "anchor.json"), 8),
        (("audit", "verify", "sulphate.bundle", "--trust", "sulphate.bundle"), 3),
        ((*VERIFY, "--policy", "anchor.json"), 3),
        ((*VERIFY, "--names", "sulphate.bundle"), 3),
        ((*VERIFY, "--out", "page.docx"), 2),
        ((*VERIFY, "--fast"), 9),
        (("audit", "compare", "anchor.json", "anchor.json", "--bundle", "sulphate.bundle"), 0),
    ],
)
def test_every_end_has_its_exit_code(folder: Path, words: tuple[str, ...], code: int) -> None:
    done = in_base(*words, "--json", folder=folder)
    assert done.returncode == code, done.stderr


def test_the_wheel_that_is_not_there_would_be_seen(folder: Path) -> None:
    assert in_base(folder=folder, statement=f"import {WHEEL}").returncode == 0
    done = in_base(folder=folder, statement=f"import {WHEEL}", without=WHEEL)
    assert f"No module named '{WHEEL}'" in done.stderr


@pytest.mark.parametrize(
    ("statement", "seen"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "socket."),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
        ("import web3", "No module named 'web3'"),
    ],
)
def test_what_is_shut_out_would_be_seen(folder: Path, statement: str, seen: str) -> None:
    done = in_base(folder=folder, statement=statement)
    assert done.returncode != 0
    assert seen in done.stderr
