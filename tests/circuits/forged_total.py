"""Forgeries of a total (SPEC section 8)."""

from collections.abc import Iterator
from dataclasses import replace

from tests.circuits.forged_amounts import NAMES, TOP, lot_with
from tests.circuits.forgery import Forgery, on, sum_of_bits
from tests.circuits.signals import (
    BIRTH,
    COBALT,
    COBALT_1,
    CTX,
    NICKEL,
    NOTHING,
    RUN_EVENT,
    TOTAL,
    Lot,
    R,
    TotalCase,
    commit,
    lot_of,
)

A = Lot(600, 100, 600, units=3, credits=(600, 0, 0, 0), direct=30, salt=1)
B = Lot(400, 55, 0, units=2, credits=(0, 100, 0, 0), direct=5, salt=2)
SUM = TotalCase(((A, 3), (B, 5)))
MADE = SUM.sum()
HALF_A_BIT = pow(2, -1, R)


def opens(part: int) -> frozenset[str]:
    """The constraint that a used part opens to its commitment."""
    slot = f"used[{part}].slot"
    return on(f"{slot}.opened.out", f"{slot}.used", f"{slot}.commitment")


def _parts() -> Iterator[Forgery]:
    real = replace(A, metal=1).commitment(COBALT)
    yield Forgery("part opened to more metal", SUM, [opens(0)], {"part[0]": real})
    for name, tag in (
        ("another element", NICKEL),
        ("a total", COBALT + TOTAL),
        ("a birth", COBALT + BIRTH),
        ("an event of a run", COBALT + RUN_EVENT),
        ("format 1", COBALT_1),
    ):
        other = commit(tag, B.slots, B.salt)
        yield Forgery(f"part of {name} used as a lot", SUM, [opens(1)], {"part[1]": other})
    chained = replace(SUM, totals=0b01)
    lot = A.commitment(COBALT)
    yield Forgery("lot used as a total", chained, [opens(0)], {"part[0]": lot})
    bits = sum_of_bits("isTotal", 16)
    yield Forgery(
        "type of a part read otherwise", SUM, [bits], {"totals": 0b01}, {"isTotal.out[0]": 0}
    )
    yield Forgery("types of 17 bits", SUM, [bits], {"totals": 1 << 16})
    # tag + 2 * 2 is the tag of an event of a run; part 2 is unused, so its type may be anything
    event = commit(COBALT + RUN_EVENT, A.slots, A.salt)
    chosen = {"isTotal.out[0]": 2, "isTotal.out[2]": -HALF_A_BIT}
    stop = [on("isTotal.out[0]"), on("isTotal.out[2]")]
    yield Forgery("event used as a lot by two bits in one", SUM, stop, {"part[0]": event}, chosen)
    tag = on("used[1].tag", "tag", "isTotal.out[1]")
    retagged = {"used[1].tag": COBALT + BIRTH}
    part = {"part[1]": commit(COBALT + BIRTH, B.slots, B.salt)}
    yield Forgery("part opened under a tag of its own", SUM, [tag], part, retagged)


def _padding() -> Iterator[Forgery]:
    for slot, name in enumerate(NAMES):
        slots = [0] * 9
        slots[slot] = 7
        case = replace(SUM, parts=(*SUM.parts, (lot_of(slots), 2)))
        stop = [f"used[2].slot.padding[{slot}]", "used[2].padding"]
        yield Forgery(f"padding that mints {name}", case, stop, {"part[2]": 0})
    weighted = replace(SUM, parts=(*SUM.parts, (NOTHING, 1)))
    yield Forgery("padding with a weight", weighted, ["used[2].padding"], {"part[2]": 0})
    idle = replace(SUM, parts=(*SUM.parts, (replace(NOTHING, metal=7), 0)))
    stop = ["used[2].slot.padding[0]"]
    yield Forgery("padding with metal that weighs nothing", idle, stop, {"part[2]": 0})
    empty = "used[2].slot.empty"
    ghost = replace(SUM, parts=(*SUM.parts, (Lot(7), 2)))
    stop = [on(f"{empty}.in", f"{empty}.inv", f"{empty}.out"), opens(2)]
    yield Forgery("part that is not there", ghost, stop, {"part[2]": 0}, {f"{empty}.out": 0})
    hidden = replace(SUM, parts=((A, 3),))
    used = on("used[1].slot.used", "used[1].slot.empty.out")
    nothing = replace(NOTHING, salt=0).commitment(COBALT)
    fraction = B.commitment(COBALT) * pow(nothing, -1, R) % R
    part = {"part[1]": B.commitment(COBALT)}
    chosen = {"used[1].slot.used": fraction}
    yield Forgery("selector that is no bit hides a part", hidden, [used], part, chosen)


def _weights() -> Iterator[Forgery]:
    four = replace(SUM, total=replace(TotalCase(((A, 4), (B, 5))).sum()))
    bits = sum_of_bits("weight.bits[0]", 128)
    read = {f"weight.bits[0].out[{i}]": int(i in (2, 32, 34)) for i in range(128)}
    yield Forgery("weight read otherwise", four, [bits], {}, read)
    word = SUM.signals()["weights"][0]
    yield Forgery("weights of 129 bits", SUM, [bits], {"weights[0]": word + (1 << 128)})
    number = "weight.number[0]"
    yield Forgery("weight declared otherwise", four, [number], {}, {f"{number}.out": 4})
    # the weight of part 1, moved into a bit of part 0
    merged = 3 + (5 << 32)
    tiny = TotalCase(((Lot(1, units=0, salt=1), 3), (B, 5)), total=Lot(merged, units=0, salt=99))
    no_bit = {f"weight.bits[0].out[{i}]": 0 for i in (1, 32, 34)}
    no_bit["weight.bits[0].out[0]"] = merged
    stop = [on("weight.bits[0].out[0]")]
    yield Forgery("weight moved to another part by a bit that is none", tiny, stop, {}, no_bit)
    product = on("used[1].weighted[1]", "used[1].weight", "used[1].slots[1]")
    clean = replace(SUM, total=replace(MADE, carbon=300))
    yield Forgery("carbon of a part left out", clean, [product], {}, {"used[1].weighted[1]": 0})


def _sum() -> Iterator[Forgery]:
    opened = on("made.out", "total")
    for slot, total in ((1, replace(MADE, carbon=0)), (3, replace(MADE, units=190)),
                        (8, replace(MADE, direct=0))):  # fmt: skip
        name, value = NAMES[slot], total.slots[slot]
        case = replace(SUM, total=total)
        yield Forgery(f"total committed to other {name}", case, [opened])
        terms = on(f"made.slots[{slot}]", *(f"used[{i}].weighted[{slot}]" for i in range(16)))
        chosen = {f"made.slots[{slot}]": value}
        yield Forgery(f"{name} of the total edited", case, [terms], {}, chosen)
    as_lot = {"total": MADE.commitment(COBALT)}
    yield Forgery("total committed as a lot", SUM, [opened], as_lot)
    chosen = {"made.tag": COBALT}
    yield Forgery("total under the tag of a lot", SUM, [on("made.tag", "tag")], as_lot, chosen)
    square = {"context.square": CTX * CTX}
    stop = [on("context.square", "context.ctx")]
    yield Forgery("ctx exchanged", SUM, stop, {"ctx": CTX + 1}, square)


def _overflows() -> Iterator[Forgery]:
    for slot, name in enumerate(NAMES):
        lot = lot_with(slot, 2**63, 2**63 if slot == 0 else 1)
        case = TotalCase(((lot, 2),))
        stop = f"amounts.amount[{slot}]"
        yield Forgery(f"{name} overflows to 2^64", case, [stop])
        bit = f"{stop}.bits.out[0]"
        name = f"{name} overflows in bits that are none"
        yield Forgery(name, case, [on(bit)], {}, {bit: TOP})


FORGERIES = [*_parts(), *_sum(), *_padding(), *_weights(), *_overflows()]
