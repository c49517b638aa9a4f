"""Forgeries of a claim (SPEC section 8)."""

from collections.abc import Iterator
from dataclasses import replace

from tests.circuits.forged_amounts import NAMES, SLOTS, TOP, lot_of
from tests.circuits.forgery import Forgery, on, sum_of_bits
from tests.circuits.signals import COBALT, CTX, EVENT, NICKEL, PPM, TOTAL, ClaimCase, Lot

LOT = Lot(1000, 77, 250, credits=(400, 300, 200, 0, 0))
CREDIT = ClaimCase(LOT, threshold=400_000, mask=1)
CAHRA = ClaimCase(LOT, threshold=250_000, cahra=1)
CARBON = ClaimCase(LOT, threshold=77_000, carbon=1)
OPENED = on("opened.out", "subject")


def _subject() -> Iterator[Forgery]:
    poor = replace(LOT, credits=(0, 0, 0, 0, 0)).commitment(COBALT)
    yield Forgery("subject opened to other credits", CREDIT, [OPENED], {"subject": poor})
    for name, tag in (
        ("another element", NICKEL),
        ("a total", COBALT + TOTAL),
        ("an event", COBALT + EVENT),
    ):
        other = replace(LOT, tag=tag).commitment(COBALT)
        yield Forgery(f"subject of {name}", CREDIT, [OPENED], {"subject": other})
    for name, claim in (("credit", CREDIT), ("cahra", CAHRA), ("carbon", CARBON)):
        empty = replace(claim, subject=Lot())
        yield Forgery(f"claim of {name} about no metal", empty, ["something"])
    burden = replace(CREDIT, subject=replace(LOT, burden=5))
    yield Forgery("burden of the subject", burden, ["opened.burden"])
    square = {"context.square": CTX * CTX}
    stop = [on("context.square", "context.ctx")]
    yield Forgery("ctx exchanged", CREDIT, stop, {"ctx": CTX + 1}, square)


def _threshold() -> Iterator[Forgery]:
    for name, claim, step in (("credit", CREDIT, 1), ("cahra", CAHRA, -1), ("carbon", CARBON, -1)):
        off = replace(claim, threshold=claim.threshold + step)
        yield Forgery(f"threshold of {name} off by one", off, ["share.holds"])
    off = replace(CREDIT, threshold=400_001)
    bound = on("share.bound", "share.threshold", "share.metal")
    yield Forgery("bound declared low", off, [bound], {}, {"share.bound": 400_000_000})
    signed = on("share.signed", "share.measured", "share.atLeast", "share.bound")
    yield Forgery("difference declared positive", off, [signed], {}, {"share.signed": 1})
    bit = "share.holds.bits.out[0]"
    chosen = {f"share.holds.bits.out[{i}]": 0 for i in range(1, 128)} | {bit: -1000}
    yield Forgery("difference in bits that are none", off, [on(bit)], {}, chosen)
    number = "chosen.number"
    read = {f"{number}.out": 400_000}
    yield Forgery("threshold read lower", off, [number], {}, read)


def _measure() -> Iterator[Forgery]:
    chosen = [on("chosen.isCredit", "chosen.cahra", "chosen.carbon")]
    low = replace(CARBON, threshold=10**9)
    yield Forgery("two shares at once", replace(low, cahra=1), chosen)
    yield Forgery("credit and cahra at once", replace(CREDIT, cahra=1), chosen)
    nothing = replace(CREDIT, mask=0)
    yield Forgery("no measure", nothing, chosen)
    two = replace(low, cahra=1, subject=replace(LOT, cahra=0))
    yield Forgery("cahra claimed with carbon's bound", two, chosen)
    blind = {"chosen.noMask.out": 0}
    yield Forgery(
        "mask seen where none is",
        nothing,
        [on("chosen.noMask.in", "chosen.noMask.inv", "chosen.noMask.out"), "share.holds"],
        {},
        blind,
    )
    # a credit share of 40 % passes for "at most 90 %", as if it were cahra
    least = replace(CREDIT, threshold=900_000, cahra=1)
    stop = [on("chosen.noMask.in", "chosen.noMask.out")]
    yield Forgery("mask overlooked", least, stop, {}, {"chosen.noMask.inv": 0})
    direction = on("chosen.isCredit", "chosen.noMask.out")
    case = replace(CREDIT, threshold=900_000)
    stop = [direction, *chosen]
    yield Forgery("direction of a credit turned", case, stop, {}, {"chosen.isCredit": 0})


def _statement() -> Iterator[Forgery]:
    bits = sum_of_bits("chosen.bits", 71)
    word = CREDIT.signals()["statement"]
    yield Forgery("statement of 72 bits", CREDIT, [bits], {"statement": word + (1 << 71)})
    other = replace(CREDIT, mask=2)
    swapped = {"chosen.bits.out[64]": 1, "chosen.bits.out[65]": 0}
    yield Forgery("mask read otherwise", other, [bits], {}, swapped)
    # credit 2 counted twice instead of credit 3 once: 2^65 * 3 = 2^65 + 2^66
    double = replace(CREDIT, mask=0b110, threshold=900_000)
    no_bit = {"chosen.bits.out[65]": 3, "chosen.bits.out[66]": 0}
    stop = [on("chosen.bits.out[65]")]
    yield Forgery("mask that is no bit triples a credit", double, stop, {}, no_bit)


def _terms() -> Iterator[Forgery]:
    product = on("carbon", "chosen.carbon", "slots[1]")
    yield Forgery("carbon left out", replace(CARBON, threshold=0), [product], {}, {"carbon": 0})
    product = on("cahra", "chosen.cahra", "slots[2]")
    yield Forgery("cahra left out", replace(CAHRA, threshold=0), [product], {}, {"cahra": 0})
    more = replace(CREDIT, threshold=700_000)
    product = on("credit[1]", "chosen.mask[1]", "slots[5]")
    yield Forgery("credit counted that is not masked", more, [product], {}, {"credit[1]": 300})
    wired = on("share.measured", "carbon", "cahra", *(f"credit[{k}]" for k in range(5)))
    yield Forgery("measure declared high", more, [wired], {}, {"share.measured": 700})


def _amounts() -> Iterator[Forgery]:
    for slot in SLOTS:
        lot = lot_of(slot, TOP, 1)
        for name, value in (("2^64", lot), ("negative", lot_of(slot, -5, 1))):
            case = ClaimCase(value, threshold=0, mask=16 if slot != 8 else 8)
            yield Forgery(f"{NAMES[slot]} is {name}", case, [f"amounts.amount[{slot}]"])
    bit = "amounts.amount[1].bits.out[0]"
    case = ClaimCase(replace(LOT, carbon=TOP), threshold=0, mask=1)
    yield Forgery("carbon in bits that are none", case, [on(bit)], {}, {bit: TOP})
    # so much less than nothing that any bound holds
    debt = ClaimCase(replace(LOT, carbon=-PPM), threshold=0, carbon=1)
    yield Forgery("negative carbon below any bound", debt, ["amounts.amount[1]"])


FORGERIES = [*_subject(), *_threshold(), *_measure(), *_statement(), *_terms(), *_amounts()]
