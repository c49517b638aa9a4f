"""Stories with an event of nearly every kind, and changed events as a hostile chain writes them.

Words of a log are changed, not fields of an event: what comes out of the decoder is all that the
steps behind it ever meet.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from random import Random
from typing import Final

from lodetrace.audit.anchor import Anchor, Consensus
from lodetrace.audit.evidence import Evidence, ProvenEvent
from lodetrace.audit.logs import decoded
from lodetrace.audit.rows import Entry
from lodetrace.chain.receipts import Log
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import (
    CertificateStatus,
    CustodyModel,
    EventKind,
    Material,
    Measure,
    RunKind,
    Scheme,
)
from tests.support.audit_world import (
    CHAIN,
    DAY,
    START,
    World,
    WorldEvidence,
    header,
    scoped,
    told,
)
from tests.support.synthetic_chain import CONTRACTS, log_of
from tests.unit.audit import proven_history

WORD: Final = 32
WILD: Final = tuple(
    number.to_bytes(WORD, "big")
    for number in (0, 1, 2, 3, 23, 27, 32, 64, 255, 256, START, START + 400 * DAY)
) + tuple(
    number.to_bytes(WORD, "big")
    for bits in (8, 16, 32, 40, 48, 64, 160, 255, 256)
    for number in ((1 << bits) - 1, (1 << bits - 1) + 1)
)

ACTS: Final = ("word", "word", "word", "word", "drop", "twice", "move", "time")


@cache
def stories() -> tuple[Evidence, ...]:
    """A car with all its past, a lot of which part was retired, one that was settled and held."""
    return (_car(), _retired(), _settled(), proven_history.evidence(proven_history.story()))


def changed(evidence: Evidence, seeded: Random) -> Evidence:
    """One to three events changed; raises EventRefused where no decoder reads one.

    What a chain would have noted: other places follow from the order, other rows from the events.
    """
    recorded = evidence.recorded if isinstance(evidence, WorldEvidence) else evidence.events
    events = list(recorded)
    for _ in range(seeded.choice((1, 1, 2, 3))):
        at = seeded.randrange(len(events))
        act = seeded.choice(ACTS)
        if act == "word":
            events[at] = _with_other_word(events[at], events, seeded)
        elif act == "drop" and len(events) > 1:
            del events[at]
        elif act == "twice":
            events.insert(seeded.randrange(len(events) + 1), events[at])
        elif act == "move":
            events.insert(seeded.randrange(len(events)), events.pop(at))
        elif act == "time":
            later = seeded.choice((-400, -1, 1, 8, 200, 2_000)) * DAY
            events[at:] = [replace(one, time=max(one.time + later, 0)) for one in events[at:]]
    placed = [replace(one, place=place) for place, one in enumerate(events, start=1)]
    if isinstance(evidence, WorldEvidence):
        return told(evidence, placed)
    return replace(evidence, events=tuple(placed))


def reread(proven: ProvenEvent, log: Log) -> ProvenEvent:
    """What step 5 makes of a log in the place of an event; raises EventRefused."""
    entry = Entry(log.address, proven.block, proven.time, proven.place, log.topics, log.data)
    (shown,), _ = decoded([entry], _anchor())
    return replace(proven, event=shown.event)


@cache
def _anchor() -> Anchor:
    return Anchor.of_genesis(header(0, START - DAY), CHAIN, CONTRACTS, Consensus.NONE)


def _with_other_word(
    proven: ProvenEvent, others: Sequence[ProvenEvent], seeded: Random
) -> ProvenEvent:
    log = log_of(proven.event)
    topics, data = list(log.topics), log.data
    places = len(topics) - 1 + len(data) // WORD
    if places == 0:
        return proven
    place = seeded.randrange(places)
    word = _word(log, log_of(seeded.choice(others).event), seeded)
    if place < len(topics) - 1:
        topics[place + 1] = word
    else:
        at = (place - len(topics) + 1) * WORD
        data = data[:at] + word + data[at + WORD :]
    return reread(proven, Log(log.address, tuple(topics), data))


def _word(own: Log, foreign: Log, seeded: Random) -> bytes:
    """A wild number, a word of the same or another event, or one a little larger or smaller."""
    log = seeded.choice((own, foreign))
    words = [*log.topics, *_words(log.data)]
    found = seeded.choice(words)
    near = int.from_bytes(found, "big") + seeded.choice((-1, 1, 1 << 8, 1 << 255))
    return seeded.choice((found, seeded.choice(WILD), (near % (1 << 256)).to_bytes(WORD, "big")))


def _words(data: bytes) -> Iterator[bytes]:
    return (data[at : at + WORD] for at in range(0, len(data) - WORD + 1, WORD))


def _sold(world: World) -> bytes:
    lot = world.birth()
    world.hold(lot)
    world.renew(lot)
    world.release(lot)
    record = world.price_record()
    world.offer(lot, "beta")
    world.check_price(lot, record, "beta", inside=False)
    world.accept(lot)
    return lot


def _car() -> Evidence:
    world = World.founded()
    first, second = _sold(world), world.birth()
    world.hand_over(second, "beta")
    world.accredit("certifier", Scheme.IRMA, Scheme.CHAIN_OF_CUSTODY)
    world.set_status("mine-irma", "mine", CertificateStatus.SUSPENDED)
    (stock,) = world.run(RunKind.PROCESS, [first], [(Material.SULPHATE, 1)])
    (other,) = world.run(RunKind.PROCESS, [second], [(Material.SULPHATE, 1)])
    (both,) = world.run(RunKind.REBOOK, [stock, other], [(Material.SULPHATE, 1)])
    world.chain.next(25 * 3_600)
    (pack,) = world.run(RunKind.PROCESS, [both], [(Material.PACK, 4)])
    car = world.declare()
    world.assign(car, pack, 4)
    world.seal(car)
    total = world.total(car, 1)
    world.claim(total, Measure.CREDIT_SHARE, 900_000)
    world.claim(total, Measure.CARBON_INTENSITY, 12_500_000, 0)
    world.suspend("oracle two")
    world.reinstate("oracle two")
    world.set_group("beta", "group of others", days_ago=3)
    world.close("mine")
    world.set_band("refinery", 4_000, 0, 40_000)
    return world.evidence(car, product=True)


def _retired() -> Evidence:
    world = World.founded()
    lot = world.birth()
    world.hand_over(lot, "beta")
    (packs,) = world.run(RunKind.PROCESS, [lot], [(Material.PACK, 4)])
    for name, units in (("car", 1), ("other car", 2)):
        product = world.declare(name)
        world.assign(product, packs, units)
        world.seal(product)
    _, rest = world.retire(packs, kept=2)
    retired, _ = world.retire(rest, 2, product=scoped("beta", "other car"))
    return world.evidence(retired)


def _settled() -> Evidence:
    world = World.founded()
    stated = world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    world.hand_over(lot, "beta")
    world.offer(lot, "gamma")
    world.reject(lot)
    world.offer(lot, "gamma")
    world.dispute(lot)
    measured = world.event("laboratory", EventKind.MEASUREMENT, hours=1, ago=60, inputs=[lot])
    world.approve(lot, measured)
    (out,) = world.run(RunKind.SETTLE, [lot], [(Material.ORE, 1)], stated=measured)
    world.withdraw(stated)
    (rest,) = world.run(RunKind.REBOOK, [out], [(Material.ORE, 1)], model=CustodyModel.MASS_BALANCE)
    world.offer(rest, "gamma")
    return world.evidence(rest)


def kinds() -> set[type[ev.Event]]:
    """Of all events in the stories."""
    return {type(shown.event) for evidence in stories() for shown in evidence.events}
