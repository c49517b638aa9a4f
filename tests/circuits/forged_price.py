"""Forgeries of a settlement price against a range (SPEC section 13)."""

from collections.abc import Iterator
from dataclasses import replace

from tests.circuits.forged_amounts import TOP
from tests.circuits.forgery import Forgery, on, sum_of_bits
from tests.circuits.signals import (
    COBALT,
    COBALT_1,
    CTX,
    PRICE_OF_NICKEL,
    PriceCase,
    poseidon,
)

INSIDE = PriceCase(low=100, high=200, paid=150, inside=1)
BELOW = replace(INSIDE, paid=99, inside=0)
ABOVE = replace(INSIDE, paid=201, inside=0)
RANGE_OPENS = on("rangeOpened.out", "range")
PRICE_OPENS = on("priceOpened.out", "price")
SAID = on("fromLow.out", "toHigh.out", "inside")


def _opened() -> Iterator[Forgery]:
    signals = INSIDE.signals()
    wider = replace(INSIDE, low=1).signals()["range"]
    yield Forgery("range opened wider", INSIDE, [RANGE_OPENS], {"range": wider})
    cheaper = replace(INSIDE, paid=149).signals()["price"]
    yield Forgery("price opened higher", INSIDE, [PRICE_OPENS], {"price": cheaper})
    swapped = {"range": signals["price"]}
    yield Forgery("price used as the range", INSIDE, [RANGE_OPENS], swapped)
    yield Forgery("range used as the price", INSIDE, [PRICE_OPENS], {"price": signals["range"]})
    lots = (("a lot", COBALT), ("a lot of format 1", COBALT_1))
    for name, tag in (("another element", PRICE_OF_NICKEL), *lots):
        other = replace(INSIDE, tag=tag).signals()
        yield Forgery(f"range of {name}", INSIDE, [RANGE_OPENS], {"range": other["range"]})
        yield Forgery(f"price of {name}", INSIDE, [PRICE_OPENS], {"price": other["price"]})
    square = {"context.square": CTX * CTX}
    stop = [on("context.square", "context.ctx")]
    yield Forgery("ctx exchanged", INSIDE, stop, {"ctx": CTX + 1}, square)
    # what is hashed is what is compared
    committed = poseidon([INSIDE.tag, 1, INSIDE.high, INSIDE.range_salt])
    wired = [on("rangeOpened.low", "low")]
    chosen = {"rangeOpened.low": 1}
    yield Forgery("low end hashed lower", INSIDE, wired, {"range": committed}, chosen)
    committed = poseidon([INSIDE.tag, 149, INSIDE.price_salt])
    wired = [on("priceOpened.price", "paid")]
    chosen = {"priceOpened.price": 149}
    yield Forgery("price hashed lower", INSIDE, wired, {"price": committed}, chosen)


def _ends() -> Iterator[Forgery]:
    free = PriceCase(0, 200, 150, 1)
    yield Forgery("low end 0", free, ["something"])
    turned = PriceCase(200, 100, 150, 0)
    yield Forgery("ends turned around", turned, ["ordered"])
    apart = on("ordered.difference.in", "ordered.low", "ordered.high")
    yield Forgery("difference declared", turned, [apart], {}, {"ordered.difference.in": 0})
    bit = "ordered.difference.bits.out[0]"
    negative = _bits("ordered.difference.bits", 64, -100)
    yield Forgery("difference in bits that are none", turned, [on(bit)], {}, negative)


def _amounts() -> Iterator[Forgery]:
    """Outside 64 bits; the comparisons, which know nothing of that, still have their bits."""
    both = PriceCase(TOP, TOP, 5, 0)
    yield Forgery("both ends are 2^64", both, ["lowAmount", "highAmount"])
    yield Forgery("high end is 2^64", PriceCase(1, TOP, 5, 1), ["highAmount"])
    yield Forgery("price is 2^64", PriceCase(1, 5, TOP, 0), ["paidAmount"])
    debt = PriceCase(-5, 200, 150, 1)
    yield Forgery("low end is negative", debt, ["lowAmount"])
    yield Forgery("price is negative", PriceCase(1, 200, -5, 0), ["paidAmount"])
    for name, case, value in (
        ("low", debt, -5),
        ("high", PriceCase(1, TOP, 5, 1), TOP),
        ("paid", PriceCase(1, 5, TOP, 0), TOP),
    ):
        bit, chosen = f"{name}Amount.bits.out[0]", _bits(f"{name}Amount.bits", 64, value)
        yield Forgery(f"{name} in bits that are none", case, [on(bit)], {}, chosen)


def _said() -> Iterator[Forgery]:
    for case, name in ((BELOW, "below"), (ABOVE, "above")):
        lie = replace(case, inside=1)
        said = "outside said to be inside" if case is ABOVE else f"{name} said to be inside"
        yield Forgery(said, lie, [SAID])
    yield Forgery("inside said to be outside", replace(INSIDE, inside=0), [SAID])
    yield Forgery("bit that is none", replace(INSIDE, inside=2), [SAID])
    for part, case in (("fromLow", BELOW), ("toHigh", ABOVE)):
        less = f"{part}.compare.lt"
        lie = replace(case, inside=1)
        answer = [on(f"{less}.out", f"{less}.n2b.out[64]")]
        yield Forgery(f"{part} declared", lie, answer, {}, {f"{less}.out": 1})
        bits = [sum_of_bits(f"{less}.n2b", 65)]
        yield Forgery(f"{part} in other bits", lie, bits, {}, {f"{less}.n2b.out[64]": 0})
        difference = [on(f"{less}.n2b.in", f"{less}.in[0]", f"{less}.in[1]")]
        yield Forgery(f"{part} of another difference", lie, difference, {}, {f"{less}.n2b.in": 0})
        one = [on(f"{part}.compare.lt.in[1]", f"{part}.compare.in[1]")]
        chosen = {f"{part}.compare.lt.in[1]": 201 if part == "toHigh" else 100}
        chosen[f"{part}.compare.lt.in[1]"] += 1
        yield Forgery(f"{part} one step later", lie, one, {}, chosen)


def _bits(component: str, count: int, value: int) -> dict[str, int]:
    """The whole value in the lowest bit."""
    return {f"{component}.out[{i}]": 0 for i in range(1, count)} | {f"{component}.out[0]": value}


FORGERIES = [*_opened(), *_ends(), *_amounts(), *_said()]
