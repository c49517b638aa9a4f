"""The ledger's rules about lots, one by one: what is refused, by which name, with which numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.model.balance import Balance, Event
from tests.model.claims import Measure
from tests.model.history import Ledger
from tests.model.lots import RETIRED, SCRAP, Made, Site, State
from tests.model.rules import Refused, Rule
from tests.model.runs import Model

OPEN = (True, True, True, False, False)
REFINERY = Site(gates=OPEN, tolerance=5_000, loss_from=5_000, loss_to=30_000)
HALF = {"one": Made(500), "two": Made(500)}


@pytest.fixture
def ledger() -> Ledger:
    """1000 mg responsible, 1000 mg of high-risk origin, 10 packs, and 100 mg of scrap."""
    book = Ledger()
    good = Event(1000, 4000, attested=(1000, 0, 0, 0, 0))
    book.birth("good", good, event_name="e1", cahra=False, material="ore")
    book.birth("bad", Event(1000, 9000), event_name="e2", material="ore")
    book.birth("packs", Event(100, 50), material="pack", count=10, model=Model.SEGREGATED)
    book.birth("ingot", Event(100, 50), event_name="e3", material="metal")
    _process(book, ["ingot"], {"swarf": Made(99, SCRAP)}, Event(99, 0, 100), "e4")
    return book


def _process(book: Ledger, inputs: list[str], wanted: Any, event: Event, name: str) -> Any:
    model = Model.CONTROLLED_BLENDING
    return book.process(inputs, wanted, event, event_name=name, site=REFINERY, model=model)


def test_run_shares_to_the_milligram(ledger: Ledger) -> None:
    """2000 mg in, 1970 mg out: 13 070 mg CO2e, half of it of high-risk origin."""
    wanted = {"salt": Made(1003), "rest": Made(967)}
    result = _process(ledger, ["good", "bad"], wanted, Event(1980, 70, 1995), "e5")
    assert (result.loss, result.in_band) == (30, True)
    salt, rest = (lot.balance for lot in result.lots)
    assert salt == Balance(1003, 6655, 502, (501, 0, 0, 0, 0))
    assert rest == Balance(967, 6416, 484, (483, 0, 0, 0, 0))
    assert ledger.claim("salt", Measure.CREDIT, 499_000, frozenset({0})) == 499_501
    assert ledger.claim("salt", Measure.CAHRA, 501_000) == 500_499
    assert ledger.claim("salt", Measure.CARBON, 6_640_000) == 6_635_095


def test_loss_outside_the_band_holds_the_outputs(ledger: Ledger) -> None:
    result = _process(ledger, ["good"], {"salt": Made(900)}, Event(900, 0, 1000), "e5")
    assert (result.loss, result.in_band) == (100, False)
    assert ledger.lots["salt"].state is State.HELD
    with pytest.raises(Refused) as refused:
        ledger.rebook(["salt"], {"x": Made(900)}, model=Model.CONTROLLED_BLENDING)
    assert refused.value.rule is Rule.LOT_HELD
    ledger.release("salt")
    ledger.rebook(["salt"], {"x": Made(900)}, model=Model.CONTROLLED_BLENDING)


def test_scrap_and_retired_products_come_back_as_their_credits(ledger: Ledger) -> None:
    ledger.assign("car", "packs", 4)
    ledger.assign("van", "packs", 6)
    ledger.retire("packs")
    back = [("swarf", 2, 99, "e5"), ("packs", 1, 100, "e6")]
    for name, position, metal, event in back:
        made = {f"new {name}": Made(metal - 1, "salt")}
        result = ledger.recover(
            [name],
            made,
            Event(metal, 7, metal),
            event_name=event,
            site=REFINERY,
            model=Model.CONTROLLED_BLENDING,
        )
        assert result.lots[0].balance.credits[position] == metal - 1
        assert sum(result.lots[0].balance.credits) == metal - 1


def test_recovery_without_its_gate_grants_nothing(ledger: Ledger) -> None:
    shut = Site(gates=(True, True, False, False, False), loss_to=30_000)
    result = ledger.recover(
        ["swarf"],
        {"salt": Made(99)},
        Event(99, 0, 99),
        event_name="e5",
        site=shut,
        model=Model.MASS_BALANCE,
    )
    assert result.lots[0].balance.credits == (0, 0, 0, 0, 0)


def test_total_of_a_product_is_exact(ledger: Ledger) -> None:
    """3 of 10 packs and the whole ingot's scrap do not mix: 3/10 of 100 mg and 1000 mg."""
    ledger.assign("car", "packs", 3)
    ledger.assign("car", "good", 1)
    first = ledger.total("car", scale=10, count=1)
    assert not first.complete
    ledger.seal("car")
    total = ledger.total("car", scale=10, first=1, previous=first)
    assert total.complete
    assert total.balance == Balance(300 + 10_000, 150 + 40_000, 300, (10_000, 0, 0, 0, 0))


def test_settlement_takes_any_loss_and_no_gain(ledger: Ledger) -> None:
    event = Event(800, 0, 1300)
    settled = ledger.settle("good", "less", 800, event, event_name="e5", model=Model.SEGREGATED)
    assert settled.lots[0].balance == Balance(800, 4000, 0, (800, 0, 0, 0, 0))
    assert settled.in_band
    with pytest.raises(Refused) as refused:
        ledger.settle("bad", "more", 1001, Event(1001), event_name="e6", model=Model.SEGREGATED)
    assert refused.value.rule is Rule.NO_GAIN


REFUSALS: list[tuple[Rule, Callable[[Ledger], Any]]] = [
    (Rule.KNOWN_LOT, lambda book: book.write_off("nowhere")),
    (Rule.KNOWN_LOT, lambda book: book.birth("good", Event(1), event_name="e9")),
    (Rule.EVENT_ONCE, lambda book: book.birth("new", Event(1), event_name="e1")),
    (
        Rule.EVENT_ONCE,
        lambda book: _process(book, ["good"], {"x": Made(990)}, Event(990, 0, 1000), "e1"),
    ),
    (
        Rule.CONSUMED_ONCE,
        lambda book: book.rebook(["good", "good"], {"x": Made(2000)}, model=Model.SEGREGATED),
    ),
    (
        Rule.CONSUMED_ONCE,
        lambda book: book.rebook(["ingot"], {"x": Made(100)}, model=Model.MASS_BALANCE),
    ),
    (
        Rule.MODEL_NEVER_IMPROVES,
        lambda book: book.rebook(
            ["packs"], {"x": Made(100, count=10)}, model=Model.IDENTITY_PRESERVED
        ),
    ),
    (
        Rule.ONE_ORIGIN,
        lambda book: book.rebook(
            ["good", "bad"], {"x": Made(2000)}, model=Model.IDENTITY_PRESERVED
        ),
    ),
    (
        Rule.BOOK_AND_CLAIM,
        lambda book: book.rebook(["good"], HALF, model=Model.BOOK_AND_CLAIM),
    ),
    (
        Rule.ONE_MATERIAL,
        lambda book: book.rebook(["good", "packs"], {"x": Made(1100)}, model=Model.MASS_BALANCE),
    ),
    (
        Rule.ONE_MATERIAL,
        lambda book: book.rebook(["good"], {"x": Made(1000, "salt")}, model=Model.SEGREGATED),
    ),
    (
        Rule.NOT_PROCESSABLE,
        lambda book: _process(book, ["swarf"], {"x": Made(99)}, Event(99, 0, 99), "e9"),
    ),
    (
        Rule.MATERIAL_MADE,
        lambda book: _process(book, ["good"], {"x": Made(990, RETIRED)}, Event(990, 0, 1000), "e9"),
    ),
    (Rule.MATERIAL_MADE, lambda book: book.birth("new", Event(1), material=SCRAP)),
    (
        Rule.NOT_RECOVERABLE,
        lambda book: book.recover(
            ["good"],
            {"x": Made(1000)},
            Event(1000, 0, 1000),
            event_name="e9",
            site=REFINERY,
            model=Model.MASS_BALANCE,
        ),
    ),
    (
        Rule.UNITS_KEPT,
        lambda book: book.rebook(["packs"], {"x": Made(100, count=11)}, model=Model.MASS_BALANCE),
    ),
    (
        Rule.UNITS_KEPT,
        lambda book: book.rebook(["good"], {"x": Made(1000, count=2)}, model=Model.SEGREGATED),
    ),
    (Rule.UNITS_ASSIGNED, lambda book: book.assign("car", "packs", 11)),
    (Rule.UNITS_ASSIGNED, lambda book: book.retire("packs")),
    (
        Rule.LOSS_NEEDS_EVENT,
        lambda book: book.rebook(["good"], {"x": Made(999)}, model=Model.SEGREGATED),
    ),
    (
        Rule.NO_GAIN,
        lambda book: book.rebook(["good"], {"x": Made(1001)}, model=Model.SEGREGATED),
    ),
    (
        Rule.WITHIN_TOLERANCE,
        lambda book: _process(book, ["good"], {"x": Made(990)}, Event(990, 0, 1006), "e9"),
    ),
    (
        Rule.MEASURED_OUT,
        lambda book: _process(book, ["good"], {"x": Made(990)}, Event(989, 0, 1000), "e9"),
    ),
    (Rule.CLAIM_CAHRA, lambda book: book.claim("bad", Measure.CAHRA, 999_999)),
    (
        Rule.CREDIT_OF_OUTPUT,
        lambda book: book.rebook(
            ["good", "bad"],
            {"a": Made(400), "b": Made(1600)},
            model=Model.MASS_BALANCE,
            assignment=[(401, 0, 0, 0, 0), (0, 0, 0, 0, 0)],
        ),
    ),
    (
        Rule.CREDIT_BEARS_LOSS,
        lambda book: book.rebook(
            ["good", "bad"],
            {"a": Made(400), "b": Made(1600)},
            model=Model.MASS_BALANCE,
            assignment=[(400, 0, 0, 0, 0), (601, 0, 0, 0, 0)],
        ),
    ),
]


@pytest.mark.parametrize(("rule", "attempt"), REFUSALS)
def test_refuses_by_name_and_changes_nothing(
    ledger: Ledger, rule: Rule, attempt: Callable[[Ledger], Any]
) -> None:
    before = (dict(ledger.lots), set(ledger.events))
    with pytest.raises(Refused) as refused:
        attempt(ledger)
    assert refused.value.rule is rule
    assert refused.value.values
    assert (ledger.lots, ledger.events) == before


def test_units_in_a_product_are_in_nothing_else(ledger: Ledger) -> None:
    ledger.assign("car", "packs", 1)
    attempts: list[Callable[[], Any]] = [
        lambda: ledger.rebook(["packs"], {"x": Made(100)}, model=Model.SEGREGATED),
        lambda: ledger.write_off("packs"),
        lambda: ledger.assign("van", "packs", 10),
    ]
    for attempt in attempts:
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.rule is Rule.UNITS_ASSIGNED


def test_sealed_product_takes_no_more_parts(ledger: Ledger) -> None:
    ledger.assign("car", "packs", 1)
    ledger.seal("car")
    with pytest.raises(Refused) as refused:
        ledger.assign("car", "packs", 1)
    assert refused.value.rule is Rule.PRODUCT_SEALED


def test_total_needs_an_exact_weight_and_one_scale(ledger: Ledger) -> None:
    ledger.assign("car", "packs", 1)
    with pytest.raises(Refused) as refused:
        ledger.total("car", scale=7)
    assert refused.value.rule is Rule.WEIGHT_EXACT
    first = ledger.total("car", scale=10)
    ledger.assign("car", "good", 1)
    with pytest.raises(Refused) as refused:
        ledger.total("car", scale=20, first=1, previous=first)
    assert refused.value.rule is Rule.SAME_SCALE


def test_rebook_under_mass_balance_moves_no_credit_between_lots() -> None:
    """Lots that never met, or a part that is to be written off: credits follow the metal."""
    book = Ledger()
    for name, credit in (("far", 1000), ("near", 0)):
        event = Event(1000, 0, attested=(credit, 0, 0, 0, 0))
        book.birth(name, event, model=Model.MASS_BALANCE, material="salt")
    wanted = {"one": Made(1000), "two": Made(1000)}
    freely = [(1000, 0, 0, 0, 0), (0, 0, 0, 0, 0)]
    with pytest.raises(Refused) as refused:
        book.rebook(["far", "near"], wanted, model=Model.MASS_BALANCE, assignment=freely)
    assert refused.value.rule is Rule.CREDIT_OF_OUTPUT
    book.rebook(["far", "near"], wanted, model=Model.MASS_BALANCE)
    assert [book.lots[name].balance.credits[0] for name in wanted] == [500, 500]
