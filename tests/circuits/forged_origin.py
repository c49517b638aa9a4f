"""Forgeries of a birth (SPEC section 5)."""

from collections.abc import Iterator
from dataclasses import replace

from tests.circuits.forgery import Forgery, on, sum_of_bits
from tests.circuits.signals import COBALT, CTX, NICKEL, TOTAL, Event, OriginCase, commit

TOP = 2**64
EVENT = Event(metal_out=1000, carbon=500, attested=(1000, 300, 200, 0, 0))
BIRTH = OriginCase(EVENT, gates=0b100001)
"""Credit 1 passes, the place is a conflict-affected or high-risk area."""
EVENT_OPENS = on("eventOpened.out", "event")
LOT_OPENS = on("lotOpened.out", "lot")


def _opened() -> Iterator[Forgery]:
    lot = BIRTH.born()
    modest = replace(EVENT, metal_out=999).commitment(COBALT)
    yield Forgery("event opened to more metal", BIRTH, [EVENT_OPENS], {"event": modest})
    clean = replace(lot, carbon=0).commitment(COBALT)
    yield Forgery("lot committed to less carbon", BIRTH, [LOT_OPENS], {"lot": clean})
    for name, event in (
        ("lot", commit(COBALT, EVENT.slots, EVENT.salt)),
        ("total", commit(COBALT + TOTAL, EVENT.slots, EVENT.salt)),
        ("event of another element", EVENT.commitment(NICKEL)),
    ):
        yield Forgery(f"{name} used as the event", BIRTH, [EVENT_OPENS], {"event": event})
    other = lot.commitment(NICKEL)
    yield Forgery("lot of another element", BIRTH, [LOT_OPENS], {"lot": other})
    as_event = {"event": commit(COBALT, EVENT.slots, EVENT.salt)}
    tag = on("eventOpened.tag", "tag")
    chosen = {"eventOpened.tag": COBALT}
    yield Forgery("event opened under the tag of a lot", BIRTH, [tag], as_event, chosen)
    run = replace(EVENT, metal_in=5)
    zero = [on("eventOpened.slots[2]")]
    chosen = {"eventOpened.slots[2]": 5}
    yield Forgery("birth from the event of a run", replace(BIRTH, event=run), zero, {}, chosen)
    spare = replace(BIRTH, event=replace(EVENT, spare=5))
    chosen = {"eventOpened.slots[3]": 5}
    stop = [on("eventOpened.slots[3]"), "eventOpened.burden"]
    yield Forgery("spare amount of the event", spare, stop, {}, chosen)
    loaded = replace(BIRTH, lot=replace(lot, burden=5))
    chosen = {"lotOpened.slots[3]": 5}
    stop = [on("lotOpened.slots[3]"), "lotOpened.burden"]
    yield Forgery("burden of the lot", loaded, stop, {}, chosen)


def _gated() -> Iterator[Forgery]:
    lot = BIRTH.born()
    greedy = replace(BIRTH, lot=replace(lot, credits=(1000, 300, 0, 0, 0)))
    product = on("lotOpened.slots[5]", "gate.out[1]", "attested[1]")
    chosen = {"lotOpened.slots[5]": 300}
    yield Forgery("credit through a closed gate", greedy, [product], {}, chosen)
    safe = replace(BIRTH, lot=replace(lot, cahra=0))
    product = on("lotOpened.slots[2]", "gate.out[5]", "metal")
    chosen = {"lotOpened.slots[2]": 0}
    yield Forgery("cahra left out", safe, [product], {}, chosen)
    bits = sum_of_bits("gate", 6)
    yield Forgery("closed gate read as open", greedy, [bits], {}, {"gate.out[1]": 1})
    yield Forgery("cahra gate read as closed", safe, [bits], {}, {"gate.out[5]": 0})
    poor = replace(EVENT, attested=(300, 0, 0, 0, 0))
    case = OriginCase(poor, gates=0b000011)
    tripled = replace(case, lot=replace(case.born(), credits=(900, 0, 0, 0, 0)))
    chosen = {"gate.out[0]": 3, "gate.out[1]": 0}
    stop = [on("gate.out[0]")]
    yield Forgery("gate that is no bit triples a credit", tripled, stop, {}, chosen)
    yield Forgery("gates of 7 bits", BIRTH, [bits], {"gates": BIRTH.gates + 64})
    square = {"context.square": CTX * CTX}
    stop = [on("context.square", "context.ctx")]
    yield Forgery("ctx exchanged", BIRTH, stop, {"ctx": CTX + 1}, square)


def _possible() -> Iterator[Forgery]:
    empty = OriginCase(Event(0, 500))
    yield Forgery("lot without metal", empty, ["possible.something"])
    for k in range(5):
        attested = tuple(1001 * (i == k) for i in range(5))
        stop = [f"possible.kind[{k}]"]
        if k in (1, 2):
            stop.append("possible.exclusive")
        case = OriginCase(replace(EVENT, attested=attested))
        yield Forgery(f"kind {k + 1} above the metal", case, stop)
    twice = OriginCase(replace(EVENT, attested=(0, 600, 401, 0, 0)))
    yield Forgery("metal recycled twice over", twice, ["possible.exclusive"])


def _amounts() -> Iterator[Forgery]:
    # of each kind 1 mg: the difference from the metal has 64 bits
    cases = [("metal", Event(TOP, 0, attested=(1, 1, 1, 1, 1))), ("carbon", Event(1, TOP))]
    for i, (name, event) in enumerate(cases):
        stop = f"possible.amount[{i}]"
        yield Forgery(f"{name} is 2^64", OriginCase(event), [stop])
        bit = f"{stop}.bits.out[0]"
        name = f"{name} in bits that are none"
        yield Forgery(name, OriginCase(event), [on(bit)], {}, {bit: TOP})
    for k in range(5):
        attested = tuple(TOP if i == k else 1 for i in range(5))
        both = ["possible.amount[0]", f"possible.amount[{2 + k}]"]
        case = OriginCase(Event(TOP, 0, attested=attested))
        stop = [*both, "possible.exclusive"] if k in (1, 2) else both
        yield Forgery(f"kind {k + 1} is 2^64", case, stop)
        negative = tuple(-5 * (i == k) for i in range(5))
        case = OriginCase(Event(1000, 0, attested=negative))
        yield Forgery(f"kind {k + 1} is negative", case, both[1:])
    debt = OriginCase(Event(-5, 0, attested=(-5, -5, 0, 0, 0)))
    stop = [f"possible.amount[{i}]" for i in (0, 2, 3)]
    rest = [f"possible.kind[{k}]" for k in (2, 3, 4)]
    yield Forgery("negative metal", debt, [*stop, *rest])


FORGERIES = [*_opened(), *_gated(), *_possible(), *_amounts()]
