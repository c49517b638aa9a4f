"""A bundle of 10,000 events about one lot: what a car maker gets after years of ordinary trade.

A mine's lots are sold and refined two by two, and the accounts of what comes out are joined until
one is left; each birth and refining has its site event, attested, and each act a Groth16 proof.
The head is sealed by validators with real keys, words of rows lie in real state; boxes are random.
Proofs are made with the trapdoor of keys that only this benchmark has, because ten minutes of
proving would measure nothing: who verifies them does the same work.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import count
from typing import Any, Final

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import Bundle
from lodetrace.audit.statements.event_index import ShownEvents
from lodetrace.audit.statements.recorded import statement_of
from lodetrace.audit.steps import ProvenEvent
from lodetrace.contracts.enums import CustodyModel, Material, RunKind
from lodetrace.contracts.events import Event, RunRecorded
from lodetrace.contracts.sealed_boxes import is_sealed_box
from tests.support.audit_world import World
from tests.support.proven_world import chain_of
from tests.support.synthetic_chain import CHAIN_ID
from tests.support.trapdoor import TrapdoorKey
from zk_circuits.ctx import ProofContext, boxes_hash
from zk_circuits.keccak import keccak256

BIRTHS: Final = 914
"""Lots of the mine; with their sales, runs and site events they make 10,000 events."""

KEYS: Final = {
    "origin": TrapdoorKey(5, 1), "rebook2": TrapdoorKey(7, 2), "run4": TrapdoorKey(13, 3),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LongAncestry:
    """The bundle, and the anchor it is verified with."""

    bundle: Bundle
    anchor: Anchor

    @property
    def events(self) -> int:
        """How many events it shows: each entry is one."""
        return len(self.bundle.entries)


def long_ancestry(births: int = BIRTHS) -> LongAncestry:
    """The lot that is left, with everything before it."""
    world = World.founded()
    return proven_ancestry(world, _blended(world, births))


def proven_ancestry(world: World, lot: bytes) -> LongAncestry:
    """A lot of a world, on a chain that proves all that happened there."""
    events, keys = _proven(world.chain.events)
    chain = chain_of(events)
    needed = sorted(keys, key=lambda key: key.hash)
    bundle = replace(chain.bundle(lot), keys=tuple(key.key.words() for key in needed))
    return LongAncestry(bundle, chain.anchor())


def _blended(world: World, births: int) -> bytes:
    """Every lot is sold to the refinery and refined with another, then what is made is joined."""
    lots = deque[bytes]()
    for _ in range(births):
        lot = world.birth()
        world.hand_over(lot, "beta")
        lots.append(lot)
    balance = CustodyModel.MASS_BALANCE
    for done in range(births - 1):
        pair = [lots.popleft(), lots.popleft()]
        kind = RunKind.PROCESS if done < births // 2 else RunKind.REBOOK
        lots += world.run(kind, pair, [(Material.SULPHATE, 1)], model=balance)
    return lots[0]


def _proven(events: Sequence[ProvenEvent]) -> tuple[list[ProvenEvent], list[TrapdoorKey]]:
    """The same with boxes, and the public signals and the proof of each act; the keys of these."""
    boxes = count()
    boxed = [replace(proven, event=_boxed(proven.event, boxes)) for proven in events]
    shown, found = ShownEvents(boxed), []
    used = set[str]()
    for proven in boxed:
        statement = statement_of(shown, proven)
        if statement is None:
            found.append(proven)
            continue
        event: Any = proven.event
        used.add(statement.circuit)
        key = KEYS[statement.circuit]
        ctx = statement.ctx(ProofContext(CHAIN_ID, proven.address, key.hash, event.account))
        signals = tuple(statement.signals(ctx).values())
        proof = key.prove(signals)
        found.append(replace(proven, event=replace(event, public_signals=signals, proof=proof)))
    return found, [KEYS[circuit] for circuit in used]


def _box(number: int) -> bytes:
    return b"\x01" + b"".join(keccak256(b"box %d/%d" % (number, at)) for at in range(6))[:176]


def _boxed(event: Any, boxes: "count[int]") -> Event:
    """With ciphertexts as they are: nothing of them can be packed."""
    if isinstance(event, RunRecorded):
        return replace(event, boxes=boxes_hash([_box(next(boxes)) for _ in event.outputs]))
    sealed = {
        one.name: _box(next(boxes))
        for one in fields(event)
        if isinstance(found := getattr(event, one.name), bytes) and is_sealed_box(found)
    }
    return replace(event, **sealed)
