"""Model, circuit and library say the same of any settlement price."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.prices import Settlement, judge_settlement
from tests.model.rules import Rule
from tests.model_tests.encoding import COBALT, CTX, price_inputs
from tests.model_tests.profile import judged, judged_witnesses
from tests.model_tests.witness import WitnessPrograms
from zk_circuits.errors import ZkError
from zk_circuits.price import PriceOpening, PriceRange, RangeOpening
from zk_circuits.statement_checks import check
from zk_circuits.statements import PriceStatement
from zk_circuits.tags import PriceTag

LARGEST = 2**64 - 1
FEN = 8_000_000
few = st.integers(0, 4)
edges = st.sampled_from([0, 1, 2, FEN - 1, FEN, FEN + 1, 2**63, LARGEST - 1, LARGEST])
beyond = st.sampled_from([2**64, 2**64 + 1, 2**65])
settlements = st.one_of(
    st.builds(Settlement, few, few, few, st.booleans()),
    st.builds(Settlement, edges, edges, edges, st.booleans()),
)
oversized = st.one_of(
    st.builds(Settlement, beyond, beyond, edges, st.booleans()),
    st.builds(Settlement, edges, beyond, edges, st.booleans()),
    st.builds(Settlement, edges, edges, beyond, st.booleans()),
)


def library_accepts(said: Settlement) -> bool:
    tag = PriceTag(COBALT)
    try:
        opened = RangeOpening(tag, PriceRange(said.low, said.high), 11)
        check(PriceStatement(CTX, opened, PriceOpening(tag, said.paid, 12), said.inside))
    except ZkError:
        return False
    return True


@judged_witnesses
@given(settlements)
def test_circuit_agrees(programs: WitnessPrograms, said: Settlement) -> None:
    accepted = judge_settlement(said).accepted
    assert programs.ask("price_in_range", price_inputs(said)).accepted == accepted


@judged_witnesses
@given(oversized)
def test_circuit_refuses_what_is_no_amount(programs: WitnessPrograms, said: Settlement) -> None:
    assert not judge_settlement(said).accepted
    assert not programs.ask("price_in_range", price_inputs(said)).accepted


@judged
@given(settlements | oversized)
def test_library_agrees(said: Settlement) -> None:
    assert library_accepts(said) == judge_settlement(said).accepted


@pytest.mark.parametrize(
    ("said", "broken"),
    [
        (Settlement(0, 5, 5, True), Rule.PRICE_RANGE),
        (Settlement(5, 4, 5, False), Rule.PRICE_RANGE),
        (Settlement(5, 5, 5, False), Rule.PRICE_SAID),
        (Settlement(5, 5, 6, True), Rule.PRICE_SAID),
        (Settlement(5, 2**64, 6, True), Rule.AMOUNT_RANGE),
    ],
)
def test_judge_names_the_rule(said: Settlement, broken: Rule) -> None:
    assert judge_settlement(said).broken == {broken}
