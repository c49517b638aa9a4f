"""What is true has a witness: ordinary statements and the edges of every range."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.circuits import forged_claim, forged_origin, forged_price, forged_total, ground
from tests.circuits.fair import fair
from tests.circuits.forgery import projected
from tests.circuits.programs import calculate
from tests.circuits.r1cs import System, read_wtns
from tests.circuits.signals import (
    MAX,
    NOTHING,
    PPM,
    Birth,
    Case,
    ClaimCase,
    Event,
    Lot,
    OriginCase,
    PriceCase,
    Rule,
    RunCase,
    TotalCase,
)
from tests.circuits.solver import Solver, flat
from tests.circuits.test_forged_witness import LONG

FULL = (MAX, 0, MAX, MAX)
HALVES = (MAX, MAX // 2, MAX - MAX // 2, MAX)
MOST = 2**32 - 1
A, B = ground.A, ground.B
PLAIN = Rule()
GREAT = Lot(MAX, MAX, MAX, MOST, FULL, MAX)


def origins() -> Iterator[tuple[str, OriginCase]]:
    """Births."""
    yield "ordinary birth", forged_origin.BIRTH
    yield "largest amounts, all gates open", OriginCase(Birth(MAX, MAX, MOST, HALVES, MAX))
    yield "all gates closed", OriginCase(Birth(MAX, MAX, MOST, HALVES, MAX), gates=0)
    yield "1 mg without carbon", OriginCase(Birth(1, 0))
    yield "1 mg of every kind", OriginCase(Birth(1, 1, 1, (1, 0, 1, 1), 1))


def rebooks(circuit: str) -> Iterator[tuple[str, RunCase]]:
    """Runs without an event."""

    def rebook(inputs: tuple[Lot, ...], metals: tuple[int, ...], rule: Rule = PLAIN) -> RunCase:
        return RunCase(inputs, fair(inputs, metals, rule=rule), rule=rule, circuit=circuit)

    yield "ordinary rebook", ground.on_paper(circuit)
    yield "series", ground.reseries(circuit)
    yield "one lot into one", rebook((A,), (600,))
    yield "split", rebook((A,), (1, 599))
    yield "merge", rebook((A, B), (1000,))
    yield "largest amounts", RunCase((GREAT,), (replace(GREAT, salt=5),), circuit=circuit)
    both = (GREAT, replace(GREAT, salt=2))
    yield "largest amounts twice", RunCase(both, both, circuit=circuit)
    full = replace(A, credits=(600, 0, 600, 600))
    yield "full credits, segregated", rebook((full,), (200, 400), Rule(whole=1))
    waived = tuple(replace(lot, credits=(0, 0, 0, 0)) for lot in fair((A, B), (700, 300)))
    yield "credits waived", replace(ground.on_paper(circuit), outputs=waived)
    prime = (Lot(7, 3, 2, 1, (5, 3, 4, 0), 2), Lot(11, 1, 11, 1, (2, 0, 11, 0), 1, salt=2))
    yield "shares that never come out even", rebook(prime, (5, 13))
    series = (replace(A, metal=MAX, units=MOST),)
    yield (
        "largest series",
        RunCase(series, fair(series, (MAX,), units=(MOST,)), rule=Rule(units=1), circuit=circuit),
    )


def runs() -> Iterator[tuple[str, RunCase]]:
    """Runs with an event."""
    run, event, rule = ground.RUN, ground.EVENT, ground.RULE

    def booked(
        metals: tuple[int, ...],
        attested: Event,
        rule: Rule = rule,
        inputs: tuple[Lot, ...] = (A, B),
    ) -> RunCase:
        return RunCase(inputs, fair(inputs, metals, attested, rule), attested, rule)

    yield "ordinary run", run
    yield "packs", ground.PACKS
    yield "settlement", ground.settled(990)
    heavy = replace(ground.MEASURED, product=1001, metal_in=(1001,))
    yield "settlement of a lot that weighs more", replace(ground.settled(1000), event=heavy)
    yield "nothing lost", booked((700, 300), replace(event, product=700))
    yield "attested more than went in", booked((700, 300), replace(event, product=900))
    yield "all lost but 1 mg", booked((1,), replace(event, product=1, scrap=0))
    yield "all scrap", booked((1000,), Event(0, 0, 1000, metal_in=(600, 400)), Rule(scrap=1))
    yield (
        "loss with everything on what remains",
        booked((500,), Event(500, metal_in=(600, 400)), Rule(loss_to=PPM, scrap_to=PPM)),
    )
    for fed in ((599, 400), (601, 400)):
        yield f"scale at its tolerance, {fed}", booked(ground.METALS, replace(event, metal_in=fed))
    most = Event(MAX, 0, 0, 0, (MAX, MAX, MAX, MAX), 0)
    four = tuple(replace(GREAT, salt=i) for i in range(4))
    yield "largest amounts four times", RunCase(four, four, None)
    yield (
        "largest amounts, scale exact",
        RunCase((GREAT,), (GREAT,), replace(most, metal_in=(MAX,))),
    )
    poor = tuple(replace(lot, carbon=0, direct=0, credits=(0, 0, 0, 0)) for lot in four)
    scrapped = replace(most, carbon=MAX, scrap=1, direct=MAX)
    rule = Rule(tolerance=PPM, scrap=0b10)
    yield "largest event", RunCase(poor, fair(poor, (MAX, 1), scrapped), scrapped, rule)
    free = booked(ground.METALS, event, ground.MASS_BALANCE)
    moved = tuple(
        replace(lot, credits=row)
        for lot, row in zip(free.outputs, ((594, 69, 0, 0), (0, 0, 0, 0)), strict=True)
    )
    yield "all credits in one lot", replace(free, outputs=moved)
    yield "every credit granted", booked(ground.METALS, event, replace(ground.RULE, grants=0b1001))
    yield "all gates closed", booked(ground.METALS, event, replace(ground.RULE, gates=0))


def totals() -> Iterator[tuple[str, TotalCase]]:
    """Totals."""
    yield "ordinary total", forged_total.SUM
    yield "one part", TotalCase(((A, 1),))
    yield "largest amounts", TotalCase(((replace(GREAT, units=MAX), 1),))
    yield "largest weight", TotalCase(((Lot(MOST, 1, 1), MOST),))
    sixteen = tuple((replace(A, salt=i), i + 1) for i in range(16))
    yield "sixteen parts", TotalCase(sixteen)
    yield "sixteen totals", TotalCase(sixteen, totals=0xFFFF)
    yield "chained", TotalCase(((forged_total.MADE, 1), (B, 7)), totals=0b01)
    yield "nothing at all", TotalCase(())


def claims() -> Iterator[tuple[str, ClaimCase]]:
    """Claims at their exact thresholds, and far from them."""
    lot = forged_claim.LOT
    yield from forged_claim.TRUE.items()
    yield "credits 2 and 3 together", ClaimCase(lot, 500_000, mask=0b110)
    yield "at least 0 %", ClaimCase(replace(lot, credits=(0, 0, 0, 0)), 0, mask=1)
    yield "no cahra", ClaimCase(replace(lot, cahra=0), 0, cahra=1)
    yield "no direct emissions", ClaimCase(replace(lot, direct=0), 0, direct=1)
    yield "any carbon", ClaimCase(Lot(MAX, MAX), MAX, carbon=1)
    yield "largest amounts", ClaimCase(GREAT, PPM, mask=1)
    yield "largest series", ClaimCase(Lot(MAX, units=1), MAX, per_unit=1)
    yield "light units", ClaimCase(Lot(1, units=MAX), 0, per_unit=1)
    yield "no units, another measure", ClaimCase(replace(NOTHING, metal=1), 0, carbon=1)


def prices() -> Iterator[tuple[str, PriceCase]]:
    """Prices at both ends of the range, beside them, and at the edges of an amount."""
    yield "inside", forged_price.INSIDE
    yield "below", forged_price.BELOW
    yield "above", forged_price.ABOVE
    for paid, inside in ((99, 0), (100, 1), (200, 1), (201, 0), (0, 0), (MAX, 0)):
        yield f"paid {paid}", PriceCase(100, 200, paid, inside)
    yield "one price", PriceCase(1, 1, 1, 1)
    yield "largest range, at its ends", PriceCase(1, MAX, MAX, 1)
    yield "largest price alone", PriceCase(MAX, MAX, MAX, 1)
    yield "one below the largest price", PriceCase(MAX, MAX, MAX - 1, 0)


ALL: list[tuple[str, Case]] = [
    *origins(),
    *rebooks("rebook2"),
    *(rebooks("run4") if LONG else ()),
    *runs(),
    *totals(),
    *claims(),
    *prices(),
]


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{case.circuit}-{name}") for name, case in ALL]
)
def test_what_is_true_has_a_witness(case: Case, plain: Callable[[str], Solver]) -> None:
    solver = plain(case.circuit)
    system = solver.system
    broken = system.broken(solver.solve(case.signals()))
    assert [system.homes[i] for i in broken] == []


def bands() -> Iterator[tuple[str, RunCase, int]]:
    """A run that loses 10,000 ppm and makes 300,000 ppm of scrap, and whether that is in band."""
    edges = ((10_000, 10_000, 300_000, 1), (10_001, 20_000, 300_000, 0), (0, 9_999, 300_000, 0))
    for low, high, scrap, expected in (*edges, (0, PPM, 299_999, 0), (0, PPM, PPM, 1)):
        rule = replace(ground.RULE, loss_from=low, loss_to=high, scrap_to=scrap)
        yield f"{low} to {high}, scrap {scrap}", replace(ground.RUN, rule=rule), expected
    yield "rebook without a band", ground.on_paper("run4"), 1


@pytest.mark.parametrize(
    ("case", "expected"),
    [pytest.param(case, expected, id=name) for name, case, expected in bands()],
)
def test_band(case: RunCase, expected: int, plain: Callable[[str], Solver]) -> None:
    solver = plain(case.circuit)
    witness = solver.solve(case.signals())
    assert solver.system.broken(witness) == []
    assert witness[solver.system.wire_of["inBand"]] == expected


def base_cases() -> list[Case]:
    """One statement for each circuit."""
    return [
        forged_origin.BIRTH,
        ground.on_paper("rebook2"),
        ground.RUN,
        forged_total.SUM,
        forged_claim.CREDIT,
        forged_price.INSIDE,
    ]


@pytest.mark.parametrize("case", base_cases(), ids=lambda case: case.circuit)
def test_witness_program_agrees_with_the_solver(
    case: Case,
    plain: Callable[[str], Solver],
    production: Callable[[str], System],
    tmp_path: Path,
) -> None:
    """circom's program at --O2 and our solver at --O0 make the same witness."""
    used, solver = production(case.circuit), plain(case.circuit)
    made = read_wtns(calculate(case, tmp_path))
    assert used.broken(made) == []
    assert projected(solver.solve(case.signals()), solver.system, used) == made


@pytest.mark.parametrize("case", base_cases(), ids=lambda case: case.circuit)
def test_public_signals_are_those_of_the_specification(
    case: Case, production: Callable[[str], System], tmp_path: Path
) -> None:
    """Their order is what contracts and proofs rest on (SPEC sections 5 to 13)."""
    order = {
        "origin": ["ctx", "tag", "event", "lot", "rule"],
        "rebook2": ["ctx", "tag", "rule", "in", "out"],
        "run4": ["ctx", "tag", "event", "rule", "in", "out"],
        "total": ["ctx", "tag", "total", "totals", "weights", "part"],
        "claim": ["ctx", "tag", "subject", "statement"],
        "price_in_range": ["ctx", "tag", "range", "price", "inside"],
    }[case.circuit]
    signals = case.signals()
    expected = [value for name in order for _, value in flat({name: signals[name]})]
    if case.circuit == "run4":
        expected.insert(0, 1)  # inBand
    made = read_wtns(calculate(case, tmp_path))
    assert production(case.circuit).public == len(expected)
    assert made[1 : 1 + len(expected)] == expected
