"""What each lie in a transcript is called, and that an honest one holds."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from lodetrace.ceremony import errors
from lodetrace.ceremony.attestation import Attestation, Contribution, StepAttested, binding
from lodetrace.ceremony.contribution import take_turn
from lodetrace.ceremony.folder import ATTESTATION, PLAN, POWERS, SIGNATURES, TranscriptFolder
from lodetrace.ceremony.key_set import write_key_set
from lodetrace.ceremony.verification import verified
from lodetrace.errors import InputError, Refused
from lodetrace.secp256k1 import Signature
from tests.support.toy_setup import ToySetup
from tests.unit.ceremony.toy import (
    CIRCUIT,
    NAMES,
    SEATS,
    address,
    contributed,
    draft,
    founded,
    plan_of,
    secret,
    sign,
)
from zk_circuits.ceremony.step import Step, contribute, drawn_for, sha256
from zk_circuits.field import R
from zk_circuits.key_policy import KeyManifest
from zk_circuits.published_keys import published_as
from zk_circuits.verifying_key import VerifyingKey


def refusal(folder: TranscriptFolder) -> Refused | InputError:
    with pytest.raises((Refused, InputError)) as caught:
        verified(folder, SEATS)
    return caught.value


def forge_turn(
    folder: TranscriptFolder,
    name: str,
    factor: int,
    signer: str | None = None,
    change: Callable[[Step], Step] = lambda step: step,
) -> Step:
    """A turn under a member's name, with a factor that everybody knows, signed by whom one likes.

    change: of the step, before it is attested.
    """
    standing = verified(folder, SEATS)
    plan, circuit = standing.plan, standing.circuits[CIRCUIT]
    turn = len(standing.members) + 1
    member = next(one for one in plan.members if one.name == name)
    drawn = binding(plan, turn, member, standing.word)
    made = contribute(circuit.last, factor, drawn_for(drawn, CIRCUIT, circuit.hash))
    made = change(made)
    content = made.to_bytes()
    steps = (StepAttested(CIRCUIT, circuit.hash, sha256(content)),)
    said = Contribution(plan.id, turn, standing.word, "by hand", steps)
    signature = Signature.make(said.typed_data(plan), secret(signer or name))
    files = {f"{CIRCUIT}.step": content, ATTESTATION: Attestation(said, signature).to_bytes()}
    folder.add_turn(turn, files)
    return made


def drop(folder: TranscriptFolder, turn: str) -> None:
    shutil.rmtree(folder.file(f"turns/{turn}"))


def test_an_honest_ceremony_holds(honest: TranscriptFolder, tmp_path: Path) -> None:
    standing = verified(honest, SEATS)
    assert [member.name for member in standing.members] == list(NAMES)
    assert standing.signers == tuple(sorted(SEATS[:2]))
    assert standing.next is None
    [key] = standing.keys().values()
    assert published_as(key) is None
    write_key_set(standing, tmp_path / "ours")
    assert VerifyingKey.load(tmp_path / "ours/toy.vkey.json") == key
    entry = KeyManifest.load(tmp_path / "ours/manifest.json").entry(CIRCUIT)
    assert entry.vkey == sha256((tmp_path / "ours/toy.vkey.json").read_bytes()).hex()


def test_one_person_replaces_two_members_under_their_names(begun: TranscriptFolder) -> None:
    """Attack: whoever contributes next makes the turns before him anew, with secrets he knows."""
    drop(begun, "02")
    drop(begun, "01")
    forge_turn(begun, "mine", 31337, signer="trader")
    refused = refusal(begun)
    assert isinstance(refused, errors.NotTheMembersWord)
    assert "turn 1, mine" in str(refused)
    assert address("trader") in str(refused)


def test_a_turn_under_another_members_name(begun: TranscriptFolder) -> None:
    forge_turn(begun, "trader", 31337, signer="maker")
    assert isinstance(refusal(begun), errors.NotTheMembersWord)


@pytest.mark.parametrize("turn", ["01", "02", "03"])
def test_a_turn_is_left_out(changed: TranscriptFolder, turn: str) -> None:
    drop(changed, turn)
    refused = refusal(changed)
    assert isinstance(refused, errors.TurnMissing)
    assert NAMES[int(turn) - 1] in str(refused)


def test_a_turn_is_left_out_and_the_others_move_up(changed: TranscriptFolder) -> None:
    drop(changed, "02")
    for turn in ("03", "04"):
        source = changed.file(f"turns/{turn}")
        source.rename(changed.file(f"turns/{int(turn) - 1:02d}"))
    assert isinstance(refusal(changed), errors.TurnMisplaced)


def test_the_last_turn_is_left_out(changed: TranscriptFolder) -> None:
    """What is left is a transcript, of which everybody sees how many contributed."""
    drop(changed, "04")
    drop(changed, "03")
    standing = verified(changed, SEATS)
    assert [member.name for member in standing.members] == ["mine", "refiner"]
    with pytest.raises(errors.ContributionsTooFew, match=r"2 contributions are there, .* 3"):
        standing.keys()


def test_turns_are_exchanged(changed: TranscriptFolder) -> None:
    turns = changed.file("turns")
    (turns / "01").rename(turns / "x")
    (turns / "02").rename(turns / "01")
    (turns / "x").rename(turns / "02")
    assert isinstance(refusal(changed), errors.TurnMisplaced)


def test_a_turn_is_repeated(begun: TranscriptFolder) -> None:
    shutil.copytree(begun.file("turns/02"), begun.file("turns/03"))
    assert isinstance(refusal(begun), errors.TurnMisplaced)


def test_more_turns_than_members(changed: TranscriptFolder) -> None:
    shutil.copytree(changed.file("turns/04"), changed.file("turns/05"))
    assert isinstance(refusal(changed), errors.TurnMisplaced)


def test_a_branch_that_was_given_up(begun: TranscriptFolder, tmp_path: Path) -> None:
    """Attack: the refiner takes its turn twice, and the trader's follows the other one."""
    other = TranscriptFolder(tmp_path / "other")
    shutil.copytree(begun.path, other.path)
    drop(other, "02")
    contributed(other, "refiner", "trader")
    shutil.copytree(other.file("turns/03"), begun.file("turns/03"))
    refused = refusal(begun)
    assert isinstance(refused, errors.OtherBranch)
    assert "turn 3, trader" in str(refused)


def test_a_turn_of_another_ceremony(begun: TranscriptFolder, tmp_path: Path) -> None:
    other = founded(tmp_path / "other", least={"contributions": 4, "groups": 2})
    contributed(other, "mine", "refiner", "trader")
    shutil.copytree(other.file("turns/03"), begun.file("turns/03"))
    assert isinstance(refusal(begun), errors.OtherCeremony)


def test_keys_without_any_contribution(honest: TranscriptFolder, tmp_path: Path) -> None:
    empty = TranscriptFolder(tmp_path / "empty")
    shutil.copytree(honest.path, empty.path)
    shutil.rmtree(empty.file("turns"))
    standing = verified(empty, SEATS)
    assert standing.next is not None
    assert standing.next.name == "mine"
    with pytest.raises(errors.ContributionsTooFew, match="0 contributions"):
        standing.keys()
    with pytest.raises(errors.ContributionsTooFew):
        write_key_set(standing, tmp_path / "ours")
    assert not (tmp_path / "ours/manifest.json").exists()


@pytest.mark.parametrize("factor", [1, R - 1, 2, 16])
def test_contributions_that_hide_nothing(begun: TranscriptFolder, factor: int) -> None:
    forge_turn(begun, "trader", factor)
    refused = refusal(begun)
    assert isinstance(refused, errors.StepRefused)
    assert "small multiple" in str(refused)


def test_members_who_undo_each_other(honest: TranscriptFolder, tmp_path: Path) -> None:
    """Attack: three who agree, each with a secret of its own, end at three times the generator."""
    folder = TranscriptFolder(tmp_path / "agreed")
    shutil.copytree(honest.path, folder.path)
    shutil.rmtree(folder.file("turns"))
    one, two = 0xA11CE << 99, 0xB0B << 77
    forge_turn(folder, "mine", one)
    forge_turn(folder, "refiner", two)
    forge_turn(folder, "trader", 3 * pow(one * two, -1, R) % R)
    with pytest.raises(errors.FinalKeyRefused, match="3 times the generator"):
        verified(folder, SEATS).keys()


@pytest.mark.parametrize("name", ["l_points", "h_points"])
def test_points_that_are_not_those_of_the_initial_key(begun: TranscriptFolder, name: str) -> None:
    """Attack: an honest delta with points of the attacker's own, attested in good order."""
    points = list(getattr(verified(begun, SEATS).circuits[CIRCUIT].last, name))
    points[1] = points[0]
    forge_turn(begun, "trader", 31337, change=lambda step: replace(step, **{name: points}))
    refused = refusal(begun)
    assert isinstance(refused, errors.StepRefused)
    assert f"its {name[0].upper()} points" in str(refused)


def test_deltas_that_differ_between_the_groups(begun: TranscriptFolder) -> None:
    before = verified(begun, SEATS).circuits[CIRCUIT].last.delta

    def in_g1_alone(step: Step) -> Step:
        return replace(step, delta=replace(step.delta, two=before.two))

    forge_turn(begun, "trader", 31337, change=in_g1_alone)
    refused = refusal(begun)
    assert isinstance(refused, errors.StepRefused)
    assert "delta in G2 is not delta in G1" in str(refused)


def test_a_proof_of_knowledge_that_was_made_for_somebody_else(begun: TranscriptFolder) -> None:
    """Attack: the step that the trader was sent is attested by him as his own, proof and all."""
    last = verified(begun, SEATS).circuits[CIRCUIT].last
    stolen = contribute(last, 31337, lambda delta: bytes(32))
    forge_turn(begun, "trader", 31337, change=lambda step: replace(step, proof=stolen.proof))
    refused = refusal(begun)
    assert isinstance(refused, errors.StepRefused)
    assert "proof of knowledge" in str(refused)


def test_a_step_that_is_not_the_attested_one(changed: TranscriptFolder) -> None:
    shutil.copy(changed.file("turns/01/toy.step"), changed.file("turns/02/toy.step"))
    refused = refusal(changed)
    assert isinstance(refused, errors.StepRefused)
    assert "turn 2, refiner" in str(refused)


def test_another_phase_1_under_the_same_name(changed: TranscriptFolder) -> None:
    changed.file(POWERS).write_bytes(ToySetup(tau=31337).ptau())
    assert isinstance(refusal(changed), errors.PhaseOneRefused)
    changed.file(POWERS).unlink()
    assert isinstance(refusal(changed), errors.TranscriptMalformed)


@pytest.mark.parametrize("name", ["toy.step", "toy.r1cs", "toy.zkey", POWERS])
def test_files_that_change_while_they_are_verified(
    changed: TranscriptFolder, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Attack: in a shared folder, another step lies there once the attested one was hashed.

    What is parsed has to be the bytes that were hashed, so each file is exchanged after each read.
    """
    read, exchanged = TranscriptFolder.read, list[str]()

    def reading(folder: TranscriptFolder, file: str, *limit: int) -> bytes:
        content = read(folder, file, *limit)
        if file.endswith(name):
            folder.file(file).write_bytes(b"something else")
            exchanged.append(file)
        return content

    monkeypatch.setattr(TranscriptFolder, "read", reading)
    if name == "toy.step":
        refused = refusal(changed)
        assert isinstance(refused, errors.StepRefused)
        assert "attested is" in str(refused)
    else:
        assert len(verified(changed, SEATS).members) == len(NAMES)
    assert exchanged


@pytest.mark.parametrize("name", [PLAN, POWERS, "circuits/toy.zkey", "turns/02/toy.step"])
def test_files_without_an_end(changed: TranscriptFolder, name: str) -> None:
    """Attack: what is no file never ends, and one of 2 TB takes no room where it is sent from."""
    path = changed.file(name)
    path.unlink()
    os.mkfifo(path)
    refused = refusal(changed)
    assert isinstance(refused, errors.TranscriptMalformed)
    assert f"{name}: it is a folder, a pipe or a device" in str(refused)
    path.unlink()
    path.symlink_to("/dev/zero")
    assert isinstance(refusal(changed), errors.TranscriptMalformed)
    path.unlink()
    with path.open("wb") as file:
        file.truncate(1 << 41)
    refused = refusal(changed)
    assert isinstance(refused, errors.TranscriptMalformed)
    assert "2,199,023,255,552 bytes" in str(refused)


def test_an_initial_key_of_another_phase_1(honest: TranscriptFolder, tmp_path: Path) -> None:
    """Attack: whoever makes the folder knows the tau of the key, and names an honest phase 1."""
    known = honest.file("circuits/toy.zkey").read_bytes()
    folder = founded(tmp_path / "swapped", ToySetup(alpha=31337), known)
    refused = refusal(folder)
    assert isinstance(refused, errors.CircuitRefused)
    assert "toy: the initial key is refused, alpha" in str(refused)


def test_another_circuit_under_the_same_name(changed: TranscriptFolder) -> None:
    changed.file("circuits/toy.r1cs").write_bytes(b"r1cs of something else")
    assert isinstance(refusal(changed), errors.CircuitRefused)


def test_a_plan_that_was_changed_after_it_was_signed(changed: TranscriptFolder) -> None:
    """Attack: a made-up number of contributions, in a file that one can edit."""
    document = json.loads(changed.read(PLAN))
    document["least"]["contributions"] = 4
    changed.file(PLAN).write_text(json.dumps(document, indent=2) + "\n")
    assert isinstance(refusal(changed), errors.PlanUnsigned)
    sign(changed, plan_of(changed), seats=3)
    assert isinstance(refusal(changed), errors.OtherCeremony)


def test_a_plan_needs_more_than_half_of_the_seats(changed: TranscriptFolder) -> None:
    with pytest.raises(errors.PlanUnsigned, match="2 of 4 seats"):
        verified(changed, [*SEATS, address("seat 3")])
    with pytest.raises(errors.PlanUnsigned, match="0 of 0"):
        verified(changed, [])
    changed.file(SIGNATURES).unlink()
    assert isinstance(refusal(changed), errors.PlanUnsigned)


@pytest.mark.parametrize(
    "change",
    [
        {"least": {"contributions": 2, "groups": 2}},
        {"least": {"contributions": 3, "groups": 1}},
        {"least": {"contributions": 5, "groups": 2}},
        {"least": {"contributions": 3, "groups": 4}},
        {"members": [draft()["members"][0]] * 3},
        {"members": []},
        {"members": [{**one, "signer": address("x")} for one in draft()["members"]]},
        {"chainId": "1337"},
        {"directory": "0x12"},
        {"phase2": {}},
    ],
)
def test_plans_that_promise_too_little(change: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(errors.PlanMalformed):
        founded(tmp_path / "poor", **change)
    assert not (tmp_path / "poor").exists()


def test_somebody_elses_turn(begun: TranscriptFolder) -> None:
    standing = verified(begun, SEATS)
    with pytest.raises(errors.NotYourTurn, match="it is the turn of trader"):
        take_turn(begun, standing, secret("maker"), address("maker"))
    assert begun.turns() == ["01", "02"]


def test_two_at_once_and_one_that_was_cut_off(begun: TranscriptFolder) -> None:
    """What a killed process left behind is no turn, and the second of two writes nothing."""
    standing = verified(begun, SEATS)
    left = begun.file("turns/.arriving")
    left.mkdir()
    (left / "toy.step").write_bytes(b"half")
    assert verified(begun, SEATS).word == standing.word
    take_turn(begun, standing, secret("trader"), address("trader"))
    there = begun.read("turns/03/toy.step")
    with pytest.raises(FileExistsError):
        take_turn(begun, standing, secret("trader"), address("trader"))
    assert begun.read("turns/03/toy.step") == there
    assert [one.name for one in verified(begun, SEATS).members] == ["mine", "refiner", "trader"]


def test_a_members_own_randomness_is_mixed_with_the_systems(
    begun: TranscriptFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The same file twice gives two steps; the same of both gives one."""
    standing, steps = verified(begun, SEATS), []
    for own, system in ((b"dice", 1), (b"dice", 2), (b"dice", 1), (b"coins", 1)):
        drawn = bytes([system]) * 64
        monkeypatch.setattr("secrets.token_bytes", lambda count, drawn=drawn: drawn[:count])
        shutil.rmtree(begun.file("turns/03"), ignore_errors=True)
        take_turn(begun, standing, secret("trader"), address("trader"), own)
        steps.append(begun.read("turns/03/toy.step"))
    assert steps[0] == steps[2]
    assert len(set(steps)) == 3


def test_no_changed_byte_is_accepted(changed: TranscriptFolder) -> None:
    """Each is refused by a name of ours, whichever file it is in."""
    random = Random(18)
    files = sorted(path for path in changed.path.rglob("*") if path.is_file())
    for _ in range(150):
        path = random.choice(files)
        content = path.read_bytes()
        at = random.randrange(len(content))
        bit = 1 << random.randrange(8)
        path.write_bytes(content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :])
        with pytest.raises((Refused, InputError)):
            verified(changed, SEATS)
        path.write_bytes(content[: random.randrange(len(content))])
        with pytest.raises((Refused, InputError)):
            verified(changed, SEATS)
        path.write_bytes(content)
    verified(changed, SEATS)
