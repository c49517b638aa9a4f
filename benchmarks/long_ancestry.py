"""A bundle of 10,000 events about one lot: what a car maker gets after years of ordinary trade.

A mine's lots are sold and refined two by two, and the accounts of what comes out are joined until
one is left; each birth and refining has its site event, attested, and each act a Groth16 proof.
Blocks are sealed by validators with real keys, receipts and their blooms are those of real tries,
counters and standings lie in real state; boxes are random. Proofs are made with the trapdoor of
keys that only this benchmark has, because ten minutes of proving would measure nothing: who
verifies them does the same work. One transaction a block, which is the least compact that a chain
can be.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from functools import reduce
from itertools import count, groupby
from typing import Any, Final

from trie import HexaryTrie

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import Bundle
from lodetrace.audit.statements.event_index import ShownEvents
from lodetrace.audit.statements.recorded import statement_of
from lodetrace.audit.steps import ProvenEvent
from lodetrace.chain.receipts import Log, Receipt, encode_receipt, receipt_key
from lodetrace.chain.strict_rlp import Item, integer_bytes
from lodetrace.contracts.enums import CustodyModel, Material, RunKind, SubjectKind
from lodetrace.contracts.events import Event, LotMade, RunRecorded
from lodetrace.contracts.sealed_boxes import is_sealed_box
from tests.support.audit_world import World
from tests.support.synthetic_chain import CHAIN_ID, Chain, Transaction, log_of
from tests.support.trapdoor import TrapdoorKey
from zk_circuits.ctx import ProofContext, boxes_hash
from zk_circuits.keccak import keccak256

BIRTHS: Final = 712
"""Lots of the mine; with their sales, runs and site events they make 10,000 events."""

BLOOM_BYTES: Final = 256
BLOOM_FIELD, TIME_FIELD = 6, 11
KEYS: Final = {
    "origin": TrapdoorKey(5, 1), "rebook2": TrapdoorKey(7, 2), "run4": TrapdoorKey(13, 3),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LongAncestry:
    """The bundle, the anchor it is verified with, and the logs that it proves, by block."""

    bundle: Bundle
    anchor: Anchor
    logs: dict[int, tuple[Log, ...]]

    @property
    def events(self) -> int:
        """How many events it shows: each log is one."""
        return sum(len(logs) for logs in self.logs.values())


@dataclass
class TimedChain(Chain):
    """A made chain whose blocks bear the times of the story, and blooms."""

    time: int = 0
    bloom: bytes = field(default=bytes(BLOOM_BYTES))

    def _receipts(self, transactions: Sequence[Transaction]) -> HexaryTrie:
        trie = HexaryTrie({})
        for index, done in enumerate(transactions):
            self.bloom = bloom_of(done.logs)  # of the block too: it has one transaction
            receipt = Receipt(done.kind, True, 120_000, self.bloom, done.logs)
            trie[receipt_key(index)] = encode_receipt(receipt)
        return trie

    def _fields(self, *parts: Any) -> list[Item]:
        items = super()._fields(*parts)
        items[BLOOM_FIELD], items[TIME_FIELD] = self.bloom, integer_bytes(self.time)
        return items


def long_ancestry(births: int = BIRTHS) -> LongAncestry:
    """The lot that is left, with everything before it."""
    world = World.founded()
    return proven_ancestry(world, _blended(world, births))


def proven_ancestry(world: World, lot: bytes) -> LongAncestry:
    """A lot of a world, on a chain that proves all that happened there."""
    events, keys = _proven(world.chain.events)
    chain = TimedChain(time=events[0].time - 1)
    logs: dict[int, tuple[Log, ...]] = {}
    for _, group in groupby(events, key=lambda proven: proven.block):
        transaction = list(group)
        chain.time = transaction[0].time
        logs[len(chain.blocks)] = tuple(log_of(proven.event) for proven in transaction)
        chain.seal(Transaction(logs[len(chain.blocks)]))
    counters: dict[SubjectKind, list[bytes]] = {}
    for (kind, subject), value in world.chain.numbers.items():
        chain.count(kind, subject, value)
        counters.setdefault(kind, []).append(subject)
    for event_id, standing in world.standing.items():
        chain.stand(event_id, used=standing.used)
    chain.time += 1
    chain.seal()
    receipts = {number: [0] for number in logs}
    shown = chain.bundle(receipts, counters, list(world.standing), subject=lot)
    needed = sorted(keys, key=lambda key: key.hash)
    bundle = replace(shown, keys=tuple(key.key.words() for key in needed))
    return LongAncestry(bundle, chain.anchor(), logs)


def bloom_of(logs: Sequence[Log]) -> bytes:
    """Three bits of 2,048 for each address and topic (Yellow Paper, section 4.3.1)."""
    words = [word for log in logs for word in (log.address, *log.topics)]
    hashes = [keccak256(word) for word in words]
    places = {int.from_bytes(one[at : at + 2], "big") % 2048 for one in hashes for at in (0, 2, 4)}
    return reduce(lambda bits, place: bits | 1 << place, places, 0).to_bytes(BLOOM_BYTES, "big")


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
    boxed = _noted([replace(proven, event=_boxed(proven.event, boxes)) for proven in events])
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
    sealed = {
        one.name: _box(next(boxes))
        for one in fields(event)
        if isinstance(found := getattr(event, one.name), bytes) and is_sealed_box(found)
    }
    return replace(event, **sealed)


def _noted(events: Sequence[ProvenEvent]) -> list[ProvenEvent]:
    """With the records of the runs over the boxes that their lots have now."""
    sealed: dict[bytes, list[bytes]] = {}
    for proven in events:
        if isinstance(proven.event, LotMade):
            sealed.setdefault(proven.event.run_id, []).append(proven.event.sealed_to_owner)
    return [
        replace(proven, event=replace(event, boxes=boxes_hash(sealed[event.run_id])))
        if isinstance(event := proven.event, RunRecorded)
        else proven
        for proven in events
    ]
