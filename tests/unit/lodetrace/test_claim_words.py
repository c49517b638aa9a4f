"""Claims: those that say nothing are refused, those that miss say what would hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodetrace.contracts.enums import Measure
from lodetrace.contracts.events import GridSet
from lodetrace.member.claims import ClaimOrder, ClaimVacuous, claim, strongest
from zk_circuits.balance import Balance
from zk_circuits.commitment import Opening
from zk_circuits.errors import WitnessRefused
from zk_circuits.schema import Credit
from zk_circuits.statement_checks import check
from zk_circuits.statements import ClaimMeasure, ClaimStatement
from zk_circuits.tags import Tag

MEASURES = [measure for measure in Measure if measure]


def grid(measure: Measure) -> GridSet:
    if measure is Measure.METAL_PER_UNIT:
        return GridSet(measure, 1_000, 10**10)
    share = measure in (Measure.CREDIT_SHARE, Measure.CAHRA_SHARE)
    return GridSet(measure, 10_000 if share else 500_000, 10**6 if share else 50 * 10**6)


def order(measure: Measure, threshold: int) -> ClaimOrder:
    credits = (Credit.RESPONSIBLE,) if measure is Measure.CREDIT_SHARE else ()
    return ClaimOrder(bytes(32), measure, threshold, credits)


def holds(asked: ClaimOrder, balance: Balance) -> bool:
    opening = Opening(Tag(27), balance, 9)
    kind = ClaimMeasure(asked.measure)
    try:
        check(ClaimStatement(1, opening, kind, asked.threshold, asked.credits))
    except WitnessRefused:
        return False
    return True


@pytest.mark.parametrize("measure", MEASURES)
@given(st.data())
def test_the_strongest_holds_and_the_next_does_not(measure: Measure, data: st.DataObject) -> None:
    metal = data.draw(st.integers(1, 10**13))
    part = data.draw(st.integers(0, metal))
    carbon, units = data.draw(st.integers(0, 60 * metal)), data.draw(st.integers(1, 10**4))
    direct = data.draw(st.integers(0, carbon))
    balance = Balance(metal, carbon, part, units, credits=(part, 0, 0, 0), direct=direct)
    step = grid(measure).step
    found = strongest(order(measure, 1), balance, grid(measure))
    if found is None:
        weakest = {Measure.CAHRA_SHARE: 10**6 - step}
        weakest |= dict.fromkeys((Measure.CREDIT_SHARE, Measure.METAL_PER_UNIT), step)
        worth = weakest.get(measure, grid(measure).limit)
        assert not holds(order(measure, worth), balance)
        return
    assert holds(order(measure, found), balance)
    harder = found + step if measure.at_least else found - step
    if 0 <= harder <= grid(measure).limit:
        assert not holds(order(measure, harder), balance)


@pytest.mark.parametrize(
    ("measure", "threshold"), [(Measure.CREDIT_SHARE, 0), (Measure.CAHRA_SHARE, 10**6)]
)
def test_what_every_lot_bears_out_is_not_claimed(measure: Measure, threshold: int) -> None:
    with pytest.raises(ClaimVacuous, match="true of every lot"):
        claim(None, order(measure, threshold))  # type: ignore[arg-type]  # nothing is asked of it
