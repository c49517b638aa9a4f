"""Forgeries of a birth (SPEC section 5)."""

from collections.abc import Iterator
from dataclasses import replace

from tests.circuits.forgery import Forgery, on, sum_of_bits
from tests.circuits.signals import (
    COBALT,
    COBALT_1,
    CTX,
    NICKEL,
    RUN_EVENT,
    TOTAL,
    Birth,
    OriginCase,
    commit,
)

TOP = 2**64
EVENT = Birth(metal=1000, carbon=500, units=4, attested=(1000, 300, 200, 0), direct=120)
BIRTH = OriginCase(EVENT, gates=0b10001)
"""Credit 1 passes, the place is a conflict-affected or high-risk area."""
EVENT_OPENS = on("eventOpened.out", "event")
LOT_OPENS = on("lotOpened.out", "lot")


def _opened() -> Iterator[Forgery]:
    lot = BIRTH.born()
    modest = replace(EVENT, metal=999).commitment(COBALT)
    yield Forgery("event opened to more metal", BIRTH, [EVENT_OPENS], {"event": modest})
    clean = replace(lot, carbon=120).commitment(COBALT)
    yield Forgery("lot committed to less carbon", BIRTH, [LOT_OPENS], {"lot": clean})
    for name, event in (
        ("lot", commit(COBALT, EVENT.slots, EVENT.salt)),
        ("total", commit(COBALT + TOTAL, EVENT.slots, EVENT.salt)),
        ("event of a run", commit(COBALT + RUN_EVENT, EVENT.slots, EVENT.salt)),
        ("event of another element", EVENT.commitment(NICKEL)),
        ("event of format 1", commit(COBALT_1 + 1, EVENT.slots, EVENT.salt)),
    ):
        yield Forgery(f"{name} used as the event", BIRTH, [EVENT_OPENS], {"event": event})
    other = lot.commitment(NICKEL)
    yield Forgery("lot of another element", BIRTH, [LOT_OPENS], {"lot": other})
    as_run = {"event": commit(COBALT + RUN_EVENT, EVENT.slots, EVENT.salt)}
    tag = on("eventOpened.tag", "tag")
    chosen = {"eventOpened.tag": COBALT + RUN_EVENT}
    yield Forgery("event opened under the tag of a run", BIRTH, [tag], as_run, chosen)
    scrap = replace(BIRTH, event=replace(EVENT, spare=5))
    chosen = {"eventOpened.slots[2]": 5}
    yield Forgery("v2 of a birth", scrap, [on("eventOpened.slots[2]")], {}, chosen)


def _counted() -> Iterator[Forgery]:
    """The public count against what was attested, and what the lot holds."""
    for name, count in (("more", 400), ("fewer", 1)):
        edited = replace(BIRTH, count=count)
        stop = [on("eventOpened.slots[3]", "word.count"), on("lotOpened.slots[3]", "word.count")]
        own = {"eventOpened.slots[3]": 4, "lotOpened.slots[3]": 4}
        yield Forgery(f"count edited, {name} units than attested", edited, stop, {}, own)
        lot = replace(BIRTH, count=count, lot=replace(BIRTH.born(), units=count))
        attested = {"eventOpened.slots[3]": 4}
        yield Forgery(f"{name} units born than attested", lot, stop[:1], {}, attested)
        read = {"word.number.out": 4}
        yield Forgery(f"count read otherwise, {name}", edited, ["word.number"], {}, read)


def _gated() -> Iterator[Forgery]:
    lot = BIRTH.born()
    greedy = replace(BIRTH, lot=replace(lot, credits=(1000, 300, 0, 0)))
    product = on("lotOpened.slots[5]", "word.gate[1]", "attested[1]")
    chosen = {"lotOpened.slots[5]": 300}
    yield Forgery("credit through a closed gate", greedy, [product], {}, chosen)
    safe = replace(BIRTH, lot=replace(lot, cahra=0))
    product = on("lotOpened.slots[2]", "word.cahra", "metal")
    chosen = {"lotOpened.slots[2]": 0}
    yield Forgery("cahra left out", safe, [product], {}, chosen)
    bits = sum_of_bits("word.bits", 37)
    yield Forgery("closed gate read as open", greedy, [bits], {}, {"word.bits.out[33]": 1})
    yield Forgery("cahra gate read as closed", safe, [bits], {}, {"word.bits.out[36]": 0})
    poor = replace(EVENT, attested=(300, 0, 0, 0))
    case = OriginCase(poor, gates=0b00011)
    tripled = replace(case, lot=replace(case.born(), credits=(900, 0, 0, 0)))
    chosen = {"word.bits.out[32]": 3, "word.bits.out[33]": 0}
    stop = [on("word.bits.out[32]")]
    yield Forgery("gate that is no bit triples a credit", tripled, stop, {}, chosen)
    word = BIRTH.signals()["rule"]
    yield Forgery("rule of 38 bits", BIRTH, [bits], {"rule": word + (1 << 37)})
    clean = replace(BIRTH, lot=replace(lot, direct=0))
    taken = on("lotOpened.slots[8]", "direct")
    chosen = {"lotOpened.slots[8]": 0}
    yield Forgery("direct emissions left out", clean, [taken], {}, chosen)
    square = {"context.square": CTX * CTX}
    stop = [on("context.square", "context.ctx")]
    yield Forgery("ctx exchanged", BIRTH, stop, {"ctx": CTX + 1}, square)


def _possible() -> Iterator[Forgery]:
    empty = OriginCase(Birth(0, 500))
    yield Forgery("lot without metal", empty, ["possible.something"])
    for k in range(4):
        attested = tuple(1001 * (i == k) for i in range(4))
        stop = [f"possible.kind[{k}]"]
        if k in (1, 2):
            stop.append("possible.exclusive")
        case = OriginCase(replace(EVENT, attested=attested))
        yield Forgery(f"kind {k + 1} above the metal", case, stop)
    twice = OriginCase(replace(EVENT, attested=(0, 600, 401, 0)))
    yield Forgery("metal recycled twice over", twice, ["possible.exclusive"])
    above = OriginCase(replace(EVENT, direct=501))
    yield Forgery("direct above carbon", above, ["possible.within"])


def _amounts() -> Iterator[Forgery]:
    # of each kind 1 mg: the difference from the metal has 64 bits
    ones = (1, 1, 1, 1)
    cases = (("metal", Birth(TOP, 0, attested=ones), 0), ("carbon", Birth(1, TOP, direct=1), 1))
    for name, event, place in cases:
        stop = f"possible.amount[{place}]"
        yield Forgery(f"{name} is 2^64", OriginCase(event), [stop])
        bit = f"{stop}.bits.out[0]"
        name = f"{name} in bits that are none"
        yield Forgery(name, OriginCase(event), [on(bit)], {}, {bit: TOP})
    owed = OriginCase(Birth(1000, 5, direct=-5))
    yield Forgery("direct emissions are negative", owed, ["possible.amount[2]"])
    for k in range(4):
        attested = tuple(TOP if i == k else 1 for i in range(4))
        both = ["possible.amount[0]", f"possible.amount[{3 + k}]"]
        case = OriginCase(Birth(TOP, 0, attested=attested))
        stop = [*both, "possible.exclusive"] if k in (1, 2) else both
        yield Forgery(f"kind {k + 1} is 2^64", case, stop)
        negative = tuple(-5 * (i == k) for i in range(4))
        case = OriginCase(Birth(1000, 0, attested=negative))
        yield Forgery(f"kind {k + 1} is negative", case, both[1:])
    debt = OriginCase(Birth(-5, 0, attested=(-5, -5, 0, 0)))
    stop = [f"possible.amount[{i}]" for i in (0, 3, 4)]
    rest = [f"possible.kind[{k}]" for k in (2, 3)]
    yield Forgery("negative metal", debt, [*stop, *rest])


FORGERIES = [*_opened(), *_counted(), *_gated(), *_possible(), *_amounts()]
