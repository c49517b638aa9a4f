"""Forgeries of a claim (SPEC section 9)."""

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
    PPM,
    RUN_EVENT,
    TOTAL,
    ClaimCase,
    Lot,
    commit,
)

LOT = Lot(1000, 77, 250, units=4, credits=(400, 300, 200, 0), direct=21)
CREDIT = ClaimCase(LOT, threshold=400_000, mask=1)
CAHRA = ClaimCase(LOT, threshold=250_000, cahra=1)
CARBON = ClaimCase(LOT, threshold=77_000, carbon=1)
DIRECT = ClaimCase(LOT, threshold=21_000, direct=1)
PER_UNIT = ClaimCase(LOT, threshold=250, per_unit=1)
TRUE = {
    "credit": CREDIT,
    "cahra": CAHRA,
    "carbon": CARBON,
    "direct": DIRECT,
    "metal per unit": PER_UNIT,
}
AT_LEAST = ("credit", "metal per unit")
OPENED = on("opened.out", "subject")
ONE_MEASURE = on(
    *(f"chosen.{name}" for name in ("isCredit", "direct", "cahra", "carbon", "perUnit"))
)


def _subject() -> Iterator[Forgery]:
    poor = replace(LOT, credits=(0, 0, 0, 0)).commitment(COBALT)
    yield Forgery("subject opened to other credits", CREDIT, [OPENED], {"subject": poor})
    for name, tag in (
        ("another element", NICKEL),
        ("a total", COBALT + TOTAL),
        ("a birth", COBALT + BIRTH),
        ("an event of a run", COBALT + RUN_EVENT),
        ("format 1", COBALT_1),
    ):
        other = commit(tag, LOT.slots, LOT.salt)
        yield Forgery(f"subject of {name}", CREDIT, [OPENED], {"subject": other})
    for name, claim in TRUE.items():
        empty = replace(claim, subject=Lot(units=0 if claim is PER_UNIT else 1), threshold=0)
        stop = ["something", "counted"] if claim is PER_UNIT else ["something"]
        yield Forgery(f"claim of {name} about no metal", empty, stop)
    bare = replace(PER_UNIT, subject=replace(LOT, units=0))
    yield Forgery("metal per unit of no units", bare, ["counted"])
    square = {"context.square": CTX * CTX}
    stop = [on("context.square", "context.ctx")]
    yield Forgery("ctx exchanged", CREDIT, stop, {"ctx": CTX + 1}, square)


def _threshold() -> Iterator[Forgery]:
    for name, claim in TRUE.items():
        step = 1 if name in AT_LEAST else -1
        off = replace(claim, threshold=claim.threshold + step)
        yield Forgery(f"threshold of {name} off by one", off, ["compared.holds"])
    off = replace(CREDIT, threshold=400_001)
    bound = on("compared.bound", "compared.threshold", "compared.base")
    yield Forgery("bound declared low", off, [bound], {}, {"compared.bound": 400_000_000})
    signed = on(*(f"compared.{name}" for name in ("signed", "measured", "atLeast", "bound")))
    yield Forgery("difference declared positive", off, [signed], {}, {"compared.signed": 1})
    bit = "compared.holds.bits.out[0]"
    chosen = {f"compared.holds.bits.out[{i}]": 0 for i in range(1, 128)} | {bit: -1000}
    yield Forgery("difference in bits that are none", off, [on(bit)], {}, chosen)
    read = {"chosen.number.out": 400_000}
    yield Forgery("threshold read lower", off, ["chosen.number"], {}, read)


def _measure() -> Iterator[Forgery]:
    low = replace(CARBON, threshold=10**9)
    yield Forgery("two shares at once", replace(low, cahra=1), [ONE_MEASURE])
    yield Forgery("carbon and direct at once", replace(low, direct=1), [ONE_MEASURE])
    both = replace(PER_UNIT, threshold=0, mask=1)
    stop = [ONE_MEASURE, "compared.holds"]  # at least, twice over
    yield Forgery("credit and metal per unit at once", replace(both, threshold=10**9), stop)
    yield Forgery("credit and cahra at once", replace(CREDIT, cahra=1), [ONE_MEASURE])
    nothing = replace(CREDIT, mask=0)
    yield Forgery("no measure", replace(nothing, threshold=1), [ONE_MEASURE])
    blind = {"chosen.noMask.out": 0}
    empty = on("chosen.noMask.in", "chosen.noMask.inv", "chosen.noMask.out")
    stop = [empty, "compared.holds"]
    yield Forgery("mask seen where none is", nothing, stop, {}, blind)
    # a credit share of 40 % passes for "at most 90 %", as if it were cahra
    least = replace(CREDIT, threshold=900_000, cahra=1)
    stop = [on("chosen.noMask.in", "chosen.noMask.out")]
    yield Forgery("mask overlooked", least, stop, {}, {"chosen.noMask.inv": 0})
    direction = on("chosen.isCredit", "chosen.noMask.out")
    case = replace(CREDIT, threshold=900_000)
    stop = [direction, ONE_MEASURE]
    yield Forgery("direction of a credit turned", case, stop, {}, {"chosen.isCredit": 0})
    turned = on("compared.atLeast", "chosen.isCredit", "chosen.perUnit")
    light = replace(PER_UNIT, threshold=300)
    yield Forgery(
        "direction of metal per unit turned", light, [turned], {}, {"compared.atLeast": 0}
    )


def _statement() -> Iterator[Forgery]:
    bits = sum_of_bits("chosen.bits", 72)
    word = CREDIT.signals()["statement"]
    yield Forgery("statement of 73 bits", CREDIT, [bits], {"statement": word + (1 << 72)})
    other = replace(CREDIT, mask=2)
    swapped = {"chosen.bits.out[64]": 1, "chosen.bits.out[65]": 0}
    yield Forgery("mask read otherwise", other, [bits], {}, swapped)
    # direct emissions claimed in the words of all carbon
    carbon = replace(CARBON, threshold=21_000)
    swapped = {"chosen.bits.out[68]": 1, "chosen.bits.out[70]": 0}
    yield Forgery("direct read for carbon", carbon, [bits], {}, swapped)
    # credit 2 counted twice instead of credit 3 once: 2^65 * 3 = 2^65 + 2^66
    double = replace(CREDIT, mask=0b110, threshold=900_000)
    no_bit = {"chosen.bits.out[65]": 3, "chosen.bits.out[66]": 0}
    stop = [on("chosen.bits.out[65]")]
    yield Forgery("mask that is no bit triples a credit", double, stop, {}, no_bit)


def _terms() -> Iterator[Forgery]:
    for name, slot in (("direct", 8), ("carbon", 1), ("cahra", 2)):
        product = on(name, f"chosen.{name}", f"slots[{slot}]")
        none = replace(TRUE[name], threshold=0)
        yield Forgery(f"{name} left out", none, [product], {}, {name: 0})
    more = replace(CREDIT, threshold=700_000)
    product = on("credit[1]", "chosen.mask[1]", "slots[5]")
    yield Forgery("credit counted that is not masked", more, [product], {}, {"credit[1]": 300})
    terms = ("direct", "carbon", "cahra", *(f"credit[{k}]" for k in range(4)), "metal")
    wired = on("compared.measured", *terms)
    high = {"compared.measured": 700 * PPM}
    yield Forgery("measure declared high", more, [wired], {}, high)
    heavier = replace(PER_UNIT, threshold=333)
    product = on("units", "chosen.perUnit", "slots[3]")
    yield Forgery("units left out", heavier, [product], {}, {"units": 3})
    richer = replace(PER_UNIT, threshold=500)
    product = on("metal", "chosen.perUnit", "slots[0]")
    base = on("compared.base", "slots[0]", "metal", "units")
    chosen = {"metal": 2000, "compared.base": 4}
    yield Forgery("metal counted twice", richer, [product, base], {}, chosen)
    yield Forgery("base declared low", richer, [base], {}, {"compared.base": 2})


def _amounts() -> Iterator[Forgery]:
    for slot, name in enumerate(NAMES):
        for kind, value in (("2^64", TOP), ("negative", -5)):
            case = ClaimCase(lot_with(slot, value, 1), threshold=0, mask=8 if slot != 7 else 4)
            yield Forgery(f"{name} is {kind}", case, [f"amounts.amount[{slot}]"])
    bit = "amounts.amount[1].bits.out[0]"
    case = ClaimCase(replace(LOT, carbon=TOP), threshold=0, mask=1)
    yield Forgery("carbon in bits that are none", case, [on(bit)], {}, {bit: TOP})
    # so much less than nothing that any bound holds
    debt = ClaimCase(replace(LOT, direct=-PPM), threshold=0, direct=1)
    yield Forgery("negative emissions below any bound", debt, ["amounts.amount[8]"])


FORGERIES = [*_subject(), *_threshold(), *_measure(), *_statement(), *_terms(), *_amounts()]
