"""Forgeries of a rebook (SPEC section 7)."""

from collections.abc import Iterator
from dataclasses import replace

from tests.circuits.fair import fair
from tests.circuits.forged_amounts import run_amounts
from tests.circuits.forged_shares import run_shares
from tests.circuits.forged_slots import run_slots
from tests.circuits.forged_units import run_units
from tests.circuits.forgery import Forgery, on, sum_of_bits
from tests.circuits.ground import on_paper
from tests.circuits.signals import Rule, RunCase

PAPER = on_paper("rebook2")
READ = "word.read"
OTHER_WORDS = (
    ("free credits", "proportional", Rule(proportional=0)),
    ("a settlement", "settles", Rule(settles=1)),
    ("a closed gate", "gate[2]", Rule(gates=0b1011)),
    ("a grant", "grant[1]", Rule(grants=0b10)),
    ("scrap", "isScrap[0]", Rule(scrap=0b1)),
    ("scrap of an output that is not there", "isScrap[3]", Rule(scrap=0b1000)),
    ("units of an output that is not there", "inUnits[2]", Rule(units=0b100)),
    ("a count of an output that is not there", "count[3]", Rule(counts=(1, 1, 0, 1))),
    ("a tolerance", "tolerance", Rule(tolerance=1)),
    ("a loss at least", "lossFrom", Rule(loss_from=1)),
    ("a loss at most", "lossTo", Rule(loss_to=1)),
    ("a bound of scrap", "scrapTo", Rule(scrap_to=1)),
)


def _metal() -> Iterator[Forgery]:
    sums = on("consumed.sum[0]", "made.sum[0]")
    for name, metals in (("lost", (700, 299)), ("made", (701, 300))):
        outputs = fair(PAPER.inputs, metals)
        outputs = tuple(replace(lot, credits=(0, 0, 0, 0)) for lot in outputs)
        yield Forgery(f"metal {name} on paper", replace(PAPER, outputs=outputs), [sums])
    nothing = RunCase((), (), circuit="rebook2")
    little = [
        f"shares.{name}.allocated[{j}].little"
        for name in ("carbon", "direct", "cahra")
        for j in range(2)
    ]
    yield Forgery("nothing made of nothing", nothing, ["something", *little])


def _word() -> Iterator[Forgery]:
    for name, field, rule in OTHER_WORDS:
        case = replace(PAPER, rule=rule)
        yield Forgery(f"word of {name}", case, [on(f"{READ}.{field}")])
    bits = sum_of_bits(f"{READ}.bits", 227)
    word = PAPER.signals()["rule"]
    yield Forgery("word of 228 bits", PAPER, [bits], {"rule": word + (1 << 227)})
    whole = {f"{READ}.bits.out[129]": 0}
    partly = replace(PAPER, rule=Rule(whole=1))
    yield Forgery("segregation read as blending", partly, [bits], {}, whole)
    counted = replace(PAPER, rule=Rule(counts=(2, 1)))
    read = {f"{READ}.number[0].out": 1}
    yield Forgery("count read otherwise", counted, [f"{READ}.number[0]"], {}, read)
    tolerant = replace(PAPER, rule=Rule(tolerance=5))
    read = {f"{READ}.ppm[0].number.out": 0}
    yield Forgery("tolerance read as none", tolerant, [f"{READ}.ppm[0].number"], {}, read)


FORGERIES = [
    *run_slots(PAPER),
    *run_amounts(PAPER),
    *run_shares(PAPER),
    *run_units(PAPER),
    *_metal(),
    *_word(),
]
