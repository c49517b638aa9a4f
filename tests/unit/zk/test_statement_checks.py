"""The plain-Python check of statements against the independent model, in both directions."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.model.balance import Balance as ModelBalance
from tests.model.balance import Event
from tests.model.judge import Birth, judge_birth, judge_run
from tests.strategies.arbitrary import shaken_runs, tiny_runs
from tests.strategies.near_misses import DEFECTS
from tests.strategies.runs import valid_runs
from zk_circuits.balance import Balance, Measurement
from zk_circuits.commitment import Opening
from zk_circuits.errors import ArityRefused, WitnessRefused
from zk_circuits.price import PriceOpening, PriceRange, RangeOpening
from zk_circuits.rule import PPM, RunRule
from zk_circuits.schema import Credit
from zk_circuits.statement_checks import check
from zk_circuits.statements import (
    ClaimMeasure,
    ClaimStatement,
    PriceStatement,
    RunStatement,
    TotalStatement,
)
from zk_circuits.tags import PriceTag, Tag, TagType
from zk_circuits.totals import weighted_sum

from .bridge import EVENT, LOT, TOTAL, accepted, can_be_said, origin_of, run_of

few = st.integers(0, 3)
fives = st.tuples(few, few, few, few, few)
flags = st.tuples(*[st.booleans()] * 5)


@given(st.integers(2, 4).flatmap(lambda size: valid_runs(size=size)))
def test_runs_that_the_model_accepts_are_true(run):
    statement = run_of(run)
    check(statement)
    assert statement.in_band is judge_run(run).in_band


UNSAYABLE = {"metal_without_output", "padding_brings_metal"}
"""A statement fills unused slots up by itself: it has no words for padding with metal."""


@pytest.mark.parametrize("defect", sorted(set(DEFECTS) - UNSAYABLE))
@settings(max_examples=30)
@given(st.data())
def test_runs_that_miss_by_one_milligram_are_refused(defect, data):
    miss = data.draw(DEFECTS[defect](4))
    assume(can_be_said(miss.run))
    assert not accepted(lambda: run_of(miss.run))


@given(st.one_of(tiny_runs(), shaken_runs()))
def test_any_run_is_judged_as_the_model_does(run):
    assume(can_be_said(run))
    assert accepted(lambda: run_of(run)) is judge_run(run).accepted


@given(st.builds(Event, few, few, few, fives), st.builds(ModelBalance, few, few, few, fives))
def test_any_birth_is_judged_as_the_model_does(event, lot):
    birth = Birth(event, lot, (True, False, True, False, True), cahra_gate=False)
    assert accepted(lambda: origin_of(birth)) is judge_birth(birth).accepted


@given(st.integers(1, 2**64 - 1), st.integers(0, 2**64 - 1), flags, st.booleans(), st.data())
def test_a_lot_is_born_as_attested(metal, carbon, gates, cahra_gate, data):
    attested = [data.draw(st.integers(0, metal)) for _ in range(5)]
    attested[2] = data.draw(st.integers(0, metal - attested[1]))
    passed = tuple(a if gate else 0 for a, gate in zip(attested, gates, strict=True))
    lot = ModelBalance(metal, carbon, metal if cahra_gate else 0, passed)
    birth = Birth(Event(metal, carbon, 0, tuple(attested)), lot, gates, cahra_gate)
    assert judge_birth(birth).accepted
    check(origin_of(birth))


@pytest.mark.parametrize(("cahra", "gate"), [(10, False), (0, True), (9, True), (1, False)])
def test_metal_is_of_a_cahra_as_its_gate_says(cahra, gate):
    birth = Birth(Event(10, 5), ModelBalance(10, 5, cahra), (True,) * 5, cahra_gate=gate)
    with pytest.raises(WitnessRefused, match="cahra follows its gate"):
        check(origin_of(birth))


@pytest.mark.parametrize(("price", "inside"), [(2, False), (3, True), (5, True), (6, False)])
def test_a_price_lies_where_it_is_said_to_lie(price, inside):
    tag = PriceTag(27)
    assessed, paid = RangeOpening(tag, PriceRange(3, 5), 8), PriceOpening(tag, price, 9)
    check(PriceStatement(7, assessed, paid, inside=inside))
    with pytest.raises(WitnessRefused, match="where it is said to lie"):
        check(PriceStatement(7, assessed, paid, inside=not inside))


@pytest.mark.parametrize("weights", [(), (1,), (1, 2, 3)])
def test_each_balance_has_a_weight(weights):
    with pytest.raises(ArityRefused):
        weighted_sum((Balance(1, 2, 0), Balance(3, 4, 0)), weights)


def test_refusal_names_the_rule_and_the_numbers():
    birth = Birth(Event(10, 5), ModelBalance(10, 6), (True,) * 5, cahra_gate=False)
    with pytest.raises(WitnessRefused) as refused:
        check(origin_of(birth))
    assert refused.value.values["carbon"] == 6
    assert "origin: carbon is as attested" in str(refused.value)


@given(valid_runs())
def test_lots_of_two_metals_do_not_mix(run):
    statement = run_of(run)
    nickel = tuple(Opening(Tag(28), lot.balance, lot.salt) for lot in statement.outputs)
    with pytest.raises(WitnessRefused):
        check(replace(statement, outputs=nickel))


NICKEL = Tag(28)
ON_PAPER = RunRule(proportional=True, whole=False, gates=31, grants=0, tolerance_ppm=PPM)
"""A settlement's: its own metal may differ from what was measured by as much as it is."""


def test_a_run_takes_no_event_of_another_metal():
    statement = settled(Measurement(100, 0, metal_in=100))
    check(statement)
    other = replace(statement.event, tag=NICKEL.of(TagType.EVENT))
    with pytest.raises(WitnessRefused, match="name one element"):
        check(replace(statement, event=other))


def test_a_run_takes_no_event_of_a_birth():
    """A birth attests credits, and no metal went in: within a tolerance of all metal."""
    check(settled(Measurement(100, 0)))
    with pytest.raises(WitnessRefused, match="only a birth attests credits"):
        check(settled(Measurement(100, 0, attested=(100, 0, 0, 0, 0))))


def settled(event: Measurement) -> RunStatement:
    """A lot of 100 mg that is settled by an event."""
    lot = Opening(LOT, Balance(100, 7, 0), 1)
    return RunStatement(1, ON_PAPER, (lot,), (replace(lot, salt=2),), Opening(EVENT, event, 3))


def test_a_lot_is_born_of_no_event_of_another_metal():
    birth = origin_of(Birth(Event(10, 5), ModelBalance(10, 5), (True,) * 5, cahra_gate=False))
    check(birth)
    other = replace(birth.event, tag=NICKEL.of(TagType.EVENT))
    with pytest.raises(WitnessRefused, match="name one element"):
        check(replace(birth, event=other))


def test_a_total_takes_no_part_of_another_metal():
    parts = (part(10), part(20))
    total = Opening(TOTAL, weighted_sum([opening.lot for opening in parts], (1, 1)), 5)
    check(TotalStatement(1, parts, (1, 1), total))
    mixed = (parts[0], replace(parts[1], tag=NICKEL))
    with pytest.raises(WitnessRefused, match="name one element"):
        check(TotalStatement(1, mixed, (1, 1), total))


def part(metal: int, tag: Tag = LOT) -> Opening:
    balance = Balance(metal, 7 * metal, metal // 2, credits=(metal, metal // 3, 0, 0, 0))
    return Opening(tag, balance, metal)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=16), st.data())
def test_total_is_the_weighted_sum(metals, data):
    weights = tuple(data.draw(st.integers(0, 2**32 - 1)) for _ in metals)
    parts = tuple(part(metal, data.draw(st.sampled_from([LOT, TOTAL]))) for metal in metals)
    total = Opening(TOTAL, weighted_sum([opening.lot for opening in parts], weights), 5)
    statement = TotalStatement(1, parts, weights, total)
    check(statement)
    assert total.lot.metal == sum(m * w for m, w in zip(metals, weights, strict=True))
    assert total.lot.carbon == 7 * total.lot.metal
    assert statement.totals == sum(
        2**at for at, opening in enumerate(parts) if opening.tag.type is TagType.TOTAL
    )
    off = replace(total.lot, carbon=total.lot.carbon + 1)
    with pytest.raises(WitnessRefused):
        check(replace(statement, total=Opening(TOTAL, off, 5)))


def claim(measure, threshold, *credits_, balance=None, tag=LOT):
    subject = Balance(3, 10, 2, credits=(1, 2, 1, 0, 0)) if balance is None else balance
    return ClaimStatement(1, Opening(tag, subject, 9), measure, threshold, credits_)


@pytest.mark.parametrize(
    ("measure", "selected", "edge"),
    [
        (ClaimMeasure.CREDIT, (Credit.RESPONSIBLE,), 333_333),
        (
            ClaimMeasure.CREDIT,
            (Credit.RECYCLED_POST_CONSUMER, Credit.RECYCLED_MANUFACTURING),
            10**6,
        ),
        (ClaimMeasure.CREDIT, (Credit.CREDIT_4,), 0),
        # named twice, it counts once: the circuit has one bit for each
        (ClaimMeasure.CREDIT, (Credit.RESPONSIBLE, Credit.RESPONSIBLE), 333_333),
    ],
)
@pytest.mark.parametrize("tag", [LOT, TOTAL])
def test_credit_claim_holds_up_to_its_share(measure, selected, edge, tag):
    check(claim(measure, edge, *selected, tag=tag))
    with pytest.raises(WitnessRefused):
        check(claim(measure, edge + 1, *selected, tag=tag))


@pytest.mark.parametrize(
    ("measure", "edge"), [(ClaimMeasure.CAHRA, 666_667), (ClaimMeasure.CARBON, 3_333_334)]
)
def test_limit_claim_holds_down_to_its_share(measure, edge):
    check(claim(measure, edge))
    with pytest.raises(WitnessRefused):
        check(claim(measure, edge - 1))


@pytest.mark.parametrize("measure", [ClaimMeasure.CAHRA, ClaimMeasure.CARBON])
def test_nothing_is_claimed_of_an_empty_lot(measure):
    with pytest.raises(WitnessRefused) as refused:
        check(claim(measure, 0, balance=Balance(0, 0, 0)))
    assert "about metal" in str(refused.value)


def test_event_and_lot_have_their_tags():
    assert EVENT.word == LOT.word + 1
    assert TOTAL.word == LOT.word + 2
