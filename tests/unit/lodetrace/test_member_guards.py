"""What a member is told before anything is proven: no chain is asked."""

from typing import Any, cast

import pytest

from lodetrace.contracts.enums import Measure
from lodetrace.member.claims import ClaimOrder, ClaimVacuous, claim
from lodetrace.member.run_plan import MetalOutExceeds, _require_measured
from lodetrace.member.session import MemberSession
from zk_circuits.balance import Measurement
from zk_circuits.rule import PPM, RuleModel, RunRule
from zk_circuits.schema import Credit

NOBODY_ASKED = cast(MemberSession, None)
RESPONSIBLE = (Credit(1),)


@pytest.mark.parametrize(
    ("measure", "threshold", "credits"),
    [
        (Measure.CREDIT_SHARE, 0, RESPONSIBLE),
        (Measure.CAHRA_SHARE, PPM, ()),
        (Measure.CAHRA_SHARE, PPM + 10_000, ()),
    ],
)
def test_a_claim_that_holds_of_every_lot_is_refused(
    measure: Measure, threshold: int, credits: tuple[Credit, ...]
) -> None:
    with pytest.raises(ClaimVacuous, match="it says nothing"):
        claim(NOBODY_ASKED, ClaimOrder(bytes(32), measure, threshold, credits))


@pytest.mark.parametrize(
    ("measure", "threshold", "credits"),
    [
        (Measure.CREDIT_SHARE, 10_000, RESPONSIBLE),
        (Measure.CAHRA_SHARE, PPM - 10_000, ()),
        (Measure.CAHRA_SHARE, 0, ()),
        (Measure.CARBON_INTENSITY, 0, ()),
    ],
)
def test_a_claim_that_says_something_goes_on(
    measure: Measure, threshold: int, credits: tuple[Credit, ...]
) -> None:
    with pytest.raises(AttributeError):  # it comes to the chain
        claim(NOBODY_ASKED, ClaimOrder(bytes(32), measure, threshold, credits))


def _measured(metal: int, wanted: int, **attested: Any) -> None:
    rule = RunRule.of_model(RuleModel.MASS_BALANCE)
    _require_measured(metal, wanted, rule, Measurement(carbon=0, **attested))


def test_no_more_metal_is_asked_for_than_was_measured() -> None:
    _measured(100, 90, metal_out=90, metal_in=100)
    with pytest.raises(MetalOutExceeds):
        _measured(100, 91, metal_out=90, metal_in=100)
