"""Verifies a whole transcript, from the plan to the last key, without a node or another program.

In this order: plan and signatures; the chain of attestations and the hashes of all files; phase
1; constraints and initial keys; each step; the points of the last keys. The first thing that is
wrong is refused by name, with turn, member and circuit.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from lodetrace.ceremony.attestation import Attestation, binding
from lodetrace.ceremony.errors import (
    CircuitRefused,
    ContributionsTooFew,
    FinalKeyRefused,
    NotTheMembersWord,
    OtherBranch,
    OtherCeremony,
    PhaseOneRefused,
    PlanUnsigned,
    StepRefused,
    TranscriptRefused,
    TurnMisplaced,
    TurnMissing,
)
from lodetrace.ceremony.folder import (
    ATTESTATION,
    LARGEST,
    PLAN,
    POWERS,
    TURNS,
    TranscriptFolder,
    initial_name,
    r1cs_name,
    step_name,
    turn_name,
)
from lodetrace.ceremony.plan import CircuitPlanned, Participant, Plan
from lodetrace.text import hex_of
from zk_circuits.ceremony.constraints import ConstraintSystem
from zk_circuits.ceremony.initial import require_initial
from zk_circuits.ceremony.powers import Powers, blake2b
from zk_circuits.ceremony.proving_key import ProvingKey
from zk_circuits.ceremony.step import Step, drawn_for, require_points, require_step, sha256
from zk_circuits.errors import ZkError
from zk_circuits.published_keys import published_as
from zk_circuits.verifying_key import VerifyingKey

Say = Callable[[str], None]
_SEED: Final = b"lodetrace-ceremony/1/points"


@dataclass(frozen=True, slots=True)
class CircuitStanding:
    """A circuit after the turns so far. hash: SHA-256 of the file that `last` came from."""

    key: ProvingKey
    first: Step
    last: Step
    hash: bytes

    def verifying_key(self) -> VerifyingKey:
        """Raises KeyUnusable."""
        return replace(self.key, delta_2=self.last.delta.two).verifying_key()


@dataclass(frozen=True, slots=True)
class TurnTaken:
    """after: SHA-256 of each circuit's step. drawn: what its proofs of knowledge are drawn from.

    word: what the next turn goes on from.
    """

    number: int
    member: Participant
    after: dict[str, bytes]
    drawn: bytes
    word: bytes

    @property
    def where(self) -> str:
        """What a refusal calls it."""
        return f"turn {self.number}, {self.member.name}"


@dataclass(frozen=True, slots=True)
class Standing:
    """A transcript that holds so far. word: what the next turn goes on from.

    members: who contributed, in order; signers: of the plan, by address.
    """

    plan: Plan
    signers: tuple[str, ...]
    circuits: dict[str, CircuitStanding]
    members: tuple[Participant, ...]
    word: bytes

    @property
    def next(self) -> Participant | None:
        """Whose turn it is."""
        rest = self.plan.members[len(self.members) :]
        return rest[0] if rest else None

    def keys(self) -> dict[str, VerifyingKey]:
        """The keys of a finished ceremony; raises ContributionsTooFew or FinalKeyRefused."""
        plan, groups = self.plan, {one.group for one in self.members}
        for name, value, least in (
            ("contributions", len(self.members), plan.contributions),
            ("ownership groups", len(groups), plan.groups),
        ):
            if value < least:
                reason = f"{value} {name} are there, the plan asks for {least}"
                raise ContributionsTooFew(where="the ceremony", reason=reason)
        found = {}
        for name, circuit in self.circuits.items():
            with refused(FinalKeyRefused, name):
                found[name] = circuit.verifying_key()
            if published_as(found[name]):
                reason = "it has a point of the published development keys"
                raise FinalKeyRefused(where=name, reason=reason)
        return found


def verified(
    folder: TranscriptFolder, seats: Sequence[str], say: Say = lambda step: None
) -> Standing:
    """The transcript as it stands; raises TranscriptRefused or InputError.

    seats: addresses of the council's keys, which the reader has from elsewhere.
    """
    say("plan and attestations")
    plan = Plan.parse(folder.read(PLAN))
    signers = _signers(folder, plan, seats)
    turns = attested(folder, plan)
    say("phase 1")
    powers = _powers(folder, plan)
    circuits = {}
    for planned in plan.circuits:
        say(f"initial key of {planned.name}")
        circuits[planned.name] = _initial(folder, planned, powers)
    for turn in turns:
        say(turn.where)
        for name, circuit in circuits.items():
            circuits[name] = _after(folder, circuit, turn, name)
    for name, circuit in circuits.items():
        say(f"last key of {name}")
        with refused(StepRefused, turns[-1].where if turns else "the initial key"):
            seed = _SEED + circuit.key.sha256 + circuit.hash
            require_points(name, circuit.first, circuit.last, seed)
    word = turns[-1].word if turns else plan.id
    return Standing(plan, signers, circuits, tuple(turn.member for turn in turns), word)


@contextmanager
def refused(kind: type[TranscriptRefused], where: str) -> Iterator[None]:
    """Turns errors of zk_circuits into a refusal by name."""
    try:
        yield
    except ZkError as error:
        raise kind(where=where, reason=error) from error


def _signers(folder: TranscriptFolder, plan: Plan, seats: Sequence[str]) -> tuple[str, ...]:
    """More than half of the seats have to be among them."""
    known = {seat.lower() for seat in seats}
    digest = plan.typed_data()
    found = {signature.signer(digest) for signature in folder.signatures()}
    signed = {one for one in found if one.lower() in known}
    if 2 * len(signed) <= len(known) or not known:
        reason = f"{len(signed)} of {len(known)} seats signed it, more than half have to"
        raise PlanUnsigned(where="the plan", reason=reason)
    return tuple(sorted(signed))


def _powers(folder: TranscriptFolder, plan: Plan) -> Powers:
    """No point of another file than the plan's is looked at: that takes minutes."""
    content, expected = folder.read(POWERS, LARGEST), plan.phase_1
    if (digest := blake2b(content)) != expected.blake2b:
        reason = f"its BLAKE2b is {digest.hex()}, the plan's {expected.blake2b.hex()}"
        raise PhaseOneRefused(where=POWERS, reason=reason)
    with refused(PhaseOneRefused, POWERS):
        powers = Powers.of(POWERS, content)
        if powers.power != expected.power:
            reason = f"it is for 2^{powers.power} constraints, the plan says 2^{expected.power}"
            raise PhaseOneRefused(where=POWERS, reason=reason)
        powers.require_consistent()
    return powers


def _initial(folder: TranscriptFolder, planned: CircuitPlanned, powers: Powers) -> CircuitStanding:
    name, contents = planned.name, list[bytes]()
    for file, expected in ((r1cs_name(name), planned.r1cs), (initial_name(name), planned.initial)):
        contents.append(folder.read(file, LARGEST))
        if (actual := sha256(contents[-1])) != expected:
            reason = f"its SHA-256 is {actual.hex()}, the plan's {expected.hex()}"
            raise CircuitRefused(where=file, reason=reason)
    with refused(CircuitRefused, name):
        system = ConstraintSystem.of(r1cs_name(name), contents[0])
        key = ProvingKey.of(initial_name(name), contents[1])
        require_initial(name, key, system, powers)
        first = Step.initial(key)
    return CircuitStanding(key, first, first, key.sha256)


def attested(folder: TranscriptFolder, plan: Plan) -> list[TurnTaken]:
    """The turns that are there, each the word of its member over the one before.

    Raises TranscriptRefused or InputError. Whether the steps are contributions is not looked at.
    """
    word, hashes = plan.id, {one.name: one.initial for one in plan.circuits}
    found: list[TurnTaken] = []
    for turn, member in enumerate(_contributors(folder, plan), 1):
        file = f"{TURNS}/{turn_name(turn)}/{ATTESTATION}"
        attestation = Attestation.parse(file, folder.read(file))
        drawn = binding(plan, turn, member, word)
        steps = attestation.contribution.circuits
        after = {one.name: one.after for one in steps}
        taken = TurnTaken(turn, member, after, drawn, attestation.word(plan))
        _require_word(plan, attestation, taken, word)
        _require_files(folder, attestation, taken, hashes)
        hashes = after
        word = taken.word
        found.append(taken)
    return found


def _contributors(folder: TranscriptFolder, plan: Plan) -> list[Participant]:
    """Who contributed, by the folders that are there."""
    there = folder.turns()
    for turn, name in enumerate(there, 1):
        if turn > len(plan.members):
            reason = f"the plan has {len(plan.members)} members"
            raise TurnMisplaced(where=f"{TURNS}/{name}", reason=reason)
        if name != turn_name(turn):
            member = plan.members[turn - 1].name
            reason = f"the contribution of {member} is not there, but {TURNS}/{name} is"
            raise TurnMissing(where=f"turn {turn}", reason=reason)
    return list(plan.members[: len(there)])


def _require_word(plan: Plan, attestation: Attestation, taken: TurnTaken, word: bytes) -> None:
    """Whether it is the member's word about this turn, over what stands."""
    said, member, where = attestation.contribution, taken.member, taken.where
    if said.ceremony != plan.id:
        reason = f"it is attested for ceremony {hex_of(said.ceremony)}, this is {hex_of(plan.id)}"
        raise OtherCeremony(where=where, reason=reason)
    if said.turn != taken.number:
        raise TurnMisplaced(where=where, reason=f"it was attested as turn {said.turn}")
    signer = attestation.signature.signer(said.typed_data(plan))
    if signer.lower() != member.signer.lower():
        reason = f"{signer} attested it, {member.name} signs with {member.signer}"
        raise NotTheMembersWord(where=where, reason=reason)
    if said.previous != word:
        reason = f"it goes on from {hex_of(said.previous)}, before it stands {hex_of(word)}"
        raise OtherBranch(where=where, reason=reason)
    names, planned = [one.name for one in said.circuits], [one.name for one in plan.circuits]
    if names != planned:
        reason = f"it is about {', '.join(names)}, the plan about {', '.join(planned)}"
        raise CircuitRefused(where=where, reason=reason)


def _require_files(
    folder: TranscriptFolder, attestation: Attestation, taken: TurnTaken, hashes: dict[str, bytes]
) -> None:
    """Whether its files are the attested ones, and go on from those before."""
    for said in attestation.contribution.circuits:
        if said.before != hashes[said.name]:
            before = hashes[said.name].hex()
            reason = f"{said.name} goes on from {said.before.hex()}, not from {before}"
            raise OtherBranch(where=taken.where, reason=reason)
        file = step_name(taken.number, said.name)
        _attested_step(folder, file, said.after, taken.where)


def _attested_step(folder: TranscriptFolder, file: str, after: bytes, where: str) -> bytes:
    """The bytes of a step, whenever they are read: a shared folder changes under its reader."""
    content = folder.read(file, LARGEST)
    if (actual := sha256(content)) != after:
        reason = f"{file} has SHA-256 {actual.hex()}, attested is {after.hex()}"
        raise StepRefused(where=where, reason=reason)
    return content


def _after(
    folder: TranscriptFolder, circuit: CircuitStanding, turn: TurnTaken, name: str
) -> CircuitStanding:
    """A circuit after one more turn."""
    file = step_name(turn.number, name)
    content = _attested_step(folder, file, turn.after[name], turn.where)
    with refused(StepRefused, turn.where):
        step = Step.read(file, content, circuit.first)
        challenge = drawn_for(turn.drawn, name, circuit.hash)(step.delta.one)
        require_step(name, circuit.last.delta, step, challenge)
    return replace(circuit, last=step, hash=turn.after[name])
