"""Forgeries of a total (SPEC section 7)."""

from collections.abc import Iterator
from dataclasses import replace

from tests.circuits.forged_amounts import NAMES, SLOTS, TOP, lot_of
from tests.circuits.forgery import Forgery, on, sum_of_bits
from tests.circuits.signals import COBALT, CTX, EVENT, NICKEL, Event, Lot, R, TotalCase

A = Lot(600, 100, 600, credits=(600, 0, 0, 0, 0), salt=1)
B = Lot(400, 55, 0, credits=(0, 100, 0, 0, 0), salt=2)
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
        ("a total", COBALT + 2),
        ("an event", COBALT + 1),
    ):
        other = replace(B, tag=tag).commitment(COBALT)
        yield Forgery(f"part of {name} used as a lot", SUM, [opens(1)], {"part[1]": other})
    chained = replace(SUM, totals=0b01)
    lot = A.commitment(COBALT)
    yield Forgery("lot used as a total", chained, [opens(0)], {"part[0]": lot})
    bits = sum_of_bits("isTotal", 16)
    yield Forgery(
        "type of a part read otherwise", SUM, [bits], {"totals": 0b01}, {"isTotal.out[0]": 0}
    )
    yield Forgery("types of 17 bits", SUM, [bits], {"totals": 1 << 16})
    # tag + 2 * 1/2 is the tag of an event; part 2 is unused, so its type may be anything
    event = Event(metal_out=600, carbon=100, metal_in=600, attested=A.credits, salt=A.salt)
    chosen = {"isTotal.out[0]": HALF_A_BIT, "isTotal.out[2]": -pow(8, -1, R)}
    stop = [on("isTotal.out[0]"), on("isTotal.out[2]")]
    part = {"part[0]": event.commitment(COBALT)}
    yield Forgery("event used as a lot by half a bit", SUM, stop, part, chosen)
    tag = on("used[1].tag", "tag", "isTotal.out[1]")
    retagged = {"used[1].tag": COBALT + EVENT}
    part = {"part[1]": replace(B, tag=COBALT + EVENT).commitment(COBALT)}
    yield Forgery("part opened under a tag of its own", SUM, [tag], part, retagged)


def _padding() -> Iterator[Forgery]:
    for slot in SLOTS:
        extra = lot_of(slot, 7, 7 if slot == 0 else 0)
        case = replace(SUM, parts=(*SUM.parts, (extra, 2)))
        stop = [f"used[2].slot.padding[{slot}]", "used[2].padding"]
        yield Forgery(f"padding that mints {NAMES[slot]}", case, stop, {"part[2]": 0})
    weighted = replace(SUM, parts=(*SUM.parts, (Lot(), 1)))
    yield Forgery("padding with a weight", weighted, ["used[2].padding"], {"part[2]": 0})
    idle = replace(SUM, parts=(*SUM.parts, (Lot(7), 0)))
    stop = ["used[2].slot.padding[0]"]
    yield Forgery("padding with metal that weighs nothing", idle, stop, {"part[2]": 0})
    empty = "used[2].slot.empty"
    ghost = replace(SUM, parts=(*SUM.parts, (Lot(7), 2)))
    stop = [on(f"{empty}.in", f"{empty}.inv", f"{empty}.out"), opens(2)]
    yield Forgery("part that is not there", ghost, stop, {"part[2]": 0}, {f"{empty}.out": 0})
    hidden = replace(SUM, parts=((A, 3),))
    used = on("used[1].slot.used", "used[1].slot.empty.out")
    fraction = _opening_to_nothing(B.commitment(COBALT))
    chosen = {"used[1].slot.used": fraction}
    part = {"part[1]": B.commitment(COBALT)}
    yield Forgery("selector that is no bit hides a part", hidden, [used], part, chosen)
    loaded = replace(SUM, parts=((replace(A, burden=5), 3), (B, 5)))
    stop = ["used[0].slot.opened.burden", "made.burden"]
    yield Forgery("burden of a part and of the total", loaded, stop)


def _weights() -> Iterator[Forgery]:
    one = replace(SUM, total=replace(MADE, metal=MADE.metal + 600, carbon=MADE.carbon + 100))
    one = replace(one, total=replace(one.total, cahra=2400, credits=(2400, 500, 0, 0, 0)))
    bits = sum_of_bits("weight.bits[0]", 128)
    four = {f"weight.bits[0].out[{i}]": int(i in (2, 32, 34)) for i in range(128)}
    yield Forgery("weight read otherwise", one, [bits], {}, four)
    word = SUM.signals()["weights"][0]
    yield Forgery("weights of 129 bits", SUM, [bits], {"weights[0]": word + (1 << 128)})
    number = "weight.number[0]"
    yield Forgery("weight declared otherwise", one, [number], {}, {f"{number}.out": 4})
    # the weight of part 1, moved into a bit of part 0
    merged = 3 + (5 << 32)
    tiny = TotalCase(((Lot(1, salt=1), 3), (B, 5)), total=Lot(merged, salt=99))
    no_bit = {f"weight.bits[0].out[{i}]": 0 for i in (1, 32, 34)}
    no_bit["weight.bits[0].out[0]"] = merged
    stop = [on("weight.bits[0].out[0]")]
    yield Forgery("weight moved to another part by a bit that is none", tiny, stop, {}, no_bit)
    product = on("used[1].weighted[1]", "used[1].weight", "used[1].slots[1]")
    clean = replace(SUM, total=replace(MADE, carbon=300))
    yield Forgery("carbon of a part left out", clean, [product], {}, {"used[1].weighted[1]": 0})


def _sum() -> Iterator[Forgery]:
    clean = replace(SUM, total=replace(MADE, carbon=0))
    opened = on("made.out", "total")
    yield Forgery("total committed to less carbon", clean, [opened])
    terms = on("made.slots[1]", *(f"used[{i}].weighted[1]" for i in range(16)))
    stop = [terms, on("amounts.slots[1]", *(f"used[{i}].weighted[1]" for i in range(16)))]
    yield Forgery("carbon left out of the sum", clean, stop[:1], {}, {"made.slots[1]": 0})
    as_lot = {"total": MADE.commitment(COBALT)}
    yield Forgery("total committed as a lot", SUM, [opened], as_lot)
    chosen = {"made.tag": COBALT}
    yield Forgery("total under the tag of a lot", SUM, [on("made.tag", "tag")], as_lot, chosen)
    for slot in SLOTS:
        lot = lot_of(slot, 2**63, 2**63 if slot == 0 else 1)
        case = TotalCase(((lot, 2),))
        stop = f"amounts.amount[{slot}]"
        yield Forgery(f"{NAMES[slot]} overflows to 2^64", case, [stop])
        bit = f"{stop}.bits.out[0]"
        name = f"{NAMES[slot]} overflows in bits that are none"
        yield Forgery(name, case, [on(bit)], {}, {bit: TOP})
    square = {"context.square": CTX * CTX}
    stop = [on("context.square", "context.ctx")]
    yield Forgery("ctx exchanged", SUM, stop, {"ctx": CTX + 1}, square)


def _opening_to_nothing(commitment: int) -> int:
    """The selector with which a commitment opens to zeros."""
    return commitment * pow(Lot(salt=0).commitment(COBALT), -1, R) % R


FORGERIES = [*_parts(), *_padding(), *_weights(), *_sum()]
