"""What is true has a witness: ordinary statements and the edges of every range."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.circuits import forged_claim, forged_origin, forged_price, forged_run, forged_total
from tests.circuits.fair import fair
from tests.circuits.forgery import projected
from tests.circuits.programs import calculate
from tests.circuits.r1cs import System, read_wtns
from tests.circuits.signals import (
    MAX,
    PPM,
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

FULL = (MAX, 0, MAX, MAX, MAX)
HALVES = (MAX, MAX // 2, MAX - MAX // 2, 0, MAX)


def origins() -> Iterator[tuple[str, OriginCase]]:
    """Births."""
    event = Event(MAX, MAX, attested=HALVES)
    yield "ordinary birth", forged_origin.BIRTH
    yield "largest amounts, all gates open", OriginCase(event)
    yield "all gates closed", OriginCase(event, gates=0)
    yield "1 mg without carbon", OriginCase(Event(1, 0))
    yield "1 mg of every kind", OriginCase(Event(1, 1, attested=(1, 0, 1, 1, 1)))


def runs(circuit: str) -> Iterator[tuple[str, RunCase]]:
    """Runs of both sizes."""
    a, b, event, rule = forged_run.A, forged_run.B, forged_run.EVENT, forged_run.RULE

    def run(
        inputs: tuple[Lot, ...],
        metals: tuple[int, ...],
        event: Event | None = None,
        rule: Rule | None = None,
    ) -> RunCase:
        rule = rule or Rule()
        return RunCase(inputs, fair(inputs, metals, event, rule), event, rule, circuit=circuit)

    yield "ordinary run", run((a, b), (700, 290), event, rule)
    yield "one lot into one", run((a,), (600,))
    yield "split", run((a,), (1, 599))
    yield "merge", run((a, b), (1000,))
    largest = Lot(MAX, MAX, MAX, credits=FULL)
    yield "largest amounts", run((largest,), (MAX,))
    twice = (largest, replace(largest, salt=2))
    yield "largest amounts twice", run(twice, (MAX, MAX))
    great = Event(MAX, 0, MAX)
    yield "largest amounts, 1 mg lost", run((largest,), (MAX - 1,), great, Rule(loss_to=1))
    pure = (replace(a, carbon=0, cahra=0), replace(b, carbon=0))
    yield "zero carbon and cahra", run(pure, (700, 290), replace(event, carbon=0), rule)
    yield "all gates closed", run((a, b), (700, 300), rule=Rule(gates=0))
    yield "every credit granted", run((a, b), (700, 300), rule=Rule(grants=0b10001))
    full = replace(a, credits=(600, 0, 600, 600, 600))
    yield "full credits, segregated", run((full,), (200, 400), rule=Rule(whole=1))
    yield "all lost but 1 mg", run((a, b), (1,), event, replace(rule, loss_to=PPM))
    yield "nothing lost at an event", run((a, b), (710, 290), event, rule)
    yield "scale at its upper tolerance", run((a, b), (990,), replace(event, metal_in=1002), rule)
    yield "scale at its lower tolerance", run((a, b), (990,), replace(event, metal_in=998), rule)
    yield "as much made as measured", run((a, b), (990,), replace(event, metal_out=990), rule)
    free = run((a, b), (700, 300), rule=Rule(proportional=0))
    x, y = free.outputs
    credits = ((600, 100, 0, 0, 0), (0, 0, 0, 0, 0))
    moved = tuple(replace(lot, credits=c) for lot, c in zip((x, y), credits, strict=True))
    yield "all credits in one lot", replace(free, outputs=moved)
    waived = tuple(replace(lot, credits=(0, 0, 0, 0, 0)) for lot in free.outputs)
    yield "credits waived", replace(run((a, b), (700, 300)), outputs=waived)
    prime = (Lot(7, 3, 2, credits=(5, 3, 4, 0, 0)), Lot(11, 1, 11, credits=(2, 0, 11, 0, 0)))
    yield "shares that never come out even", run(prime, (5, 12), Event(17, 1, 18), Rule())


def bands(circuit: str) -> Iterator[tuple[str, RunCase, int]]:
    """Runs that lose 10,000 ppm, and whether the band holds that."""
    base = dict(runs(circuit))["ordinary run"]
    limits = ((10_000, 10_000, 1), (10_001, 20_000, 0), (0, 9_999, 0), (0, 10_000, 1))
    for low, high, expected in (*limits, (10_000, PPM, 1), (20_000, 5_000, 0)):
        rule = replace(base.rule, loss_from=low, loss_to=high)
        yield f"band {low} to {high}", replace(base, rule=rule), expected
    bare = dict(runs(circuit))["merge"]
    yield "rebook without a band", bare, 1


def totals() -> Iterator[tuple[str, TotalCase]]:
    """Totals."""
    a, b = forged_total.A, forged_total.B
    yield "ordinary total", forged_total.SUM
    yield "one part", TotalCase(((a, 1),))
    yield "largest amounts", TotalCase(((Lot(MAX, MAX, MAX, credits=FULL), 1),))
    yield "largest weight", TotalCase(((Lot(2**32 - 1, 1, 1), 2**32 - 1),))
    sixteen = tuple((replace(a, salt=i), i + 1) for i in range(16))
    yield "sixteen parts", TotalCase(sixteen)
    yield "sixteen totals", TotalCase(sixteen, totals=0xFFFF)
    chained = replace(forged_total.MADE)
    yield "chained", TotalCase(((chained, 1), (b, 7)), totals=0b01)
    yield "nothing at all", TotalCase(())


def claims() -> Iterator[tuple[str, ClaimCase]]:
    """Claims at their exact thresholds, and far from them."""
    lot = forged_claim.LOT
    yield "credit", forged_claim.CREDIT
    yield "cahra", forged_claim.CAHRA
    yield "carbon", forged_claim.CARBON
    yield "credits 2 and 3 together", ClaimCase(lot, 500_000, mask=0b110)
    yield "at least 0 %", ClaimCase(replace(lot, credits=(0, 0, 0, 0, 0)), 0, mask=1)
    yield "100 %", ClaimCase(replace(lot, credits=(1000, 0, 0, 0, 0)), PPM, mask=1)
    yield "no cahra", ClaimCase(replace(lot, cahra=0), 0, cahra=1)
    yield "no carbon", ClaimCase(replace(lot, carbon=0), 0, carbon=1)
    yield "any carbon", ClaimCase(Lot(MAX, MAX), MAX, carbon=1)
    largest = Lot(MAX, MAX, MAX, credits=FULL)
    yield "largest amounts", ClaimCase(largest, PPM, mask=1)
    yield "largest carbon of 1 mg", ClaimCase(Lot(1, MAX // PPM), MAX // PPM * PPM, carbon=1)
    yield "all credits at once", ClaimCase(largest, 4 * PPM, mask=0b11111)


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
    *runs("run2"),
    *runs("run4"),
    *totals(),
    *claims(),
    *prices(),
]
FOUR = tuple(Lot(MAX, MAX, MAX, credits=FULL, salt=i) for i in range(4))
ALL.append(("largest amounts four times", RunCase(FOUR, FOUR, circuit="run4")))


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{case.circuit}-{name}") for name, case in ALL]
)
def test_what_is_true_has_a_witness(case: Case, plain: Callable[[str], Solver]) -> None:
    solver = plain(case.circuit)
    assert solver.system.broken(solver.solve(case.signals())) == []


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        pytest.param(case, expected, id=f"{case.circuit}-{name}")
        for circuit in ("run2", "run4")
        for name, case, expected in bands(circuit)
    ],
)
def test_band(case: RunCase, expected: int, plain: Callable[[str], Solver]) -> None:
    solver = plain(case.circuit)
    witness = solver.solve(case.signals())
    assert solver.system.broken(witness) == []
    assert witness[solver.system.wire_of["inBand"]] == expected


def base_cases() -> list[Case]:
    """One statement for each circuit."""
    run = dict(runs("run2"))["ordinary run"]
    return [
        forged_origin.BIRTH,
        run,
        replace(run, circuit="run4"),
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
    """Their order is what contracts and proofs rest on (SPEC sections 5 to 12)."""
    order = {
        "origin": ["ctx", "tag", "event", "lot", "gates"],
        "run2": ["ctx", "tag", "event", "rule", "in", "out"],
        "run4": ["ctx", "tag", "event", "rule", "in", "out"],
        "total": ["ctx", "tag", "total", "totals", "weights", "part"],
        "claim": ["ctx", "tag", "subject", "statement"],
        "price_in_range": ["ctx", "tag", "range", "price", "inside"],
    }[case.circuit]
    signals = case.signals()
    expected = [value for name in order for _, value in flat({name: signals[name]})]
    if case.circuit in ("run2", "run4"):
        expected.insert(0, 1)  # inBand
    made = read_wtns(calculate(case, tmp_path))
    assert production(case.circuit).public == len(expected)
    assert made[1 : 1 + len(expected)] == expected
