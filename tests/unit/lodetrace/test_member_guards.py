"""What a member is told before anything is proven: no chain is asked."""

from typing import Any, cast

import pytest

from lodetrace.contracts.enums import Measure
from lodetrace.member.claims import ClaimOrder, ClaimVacuous, claim
from lodetrace.member.measured import (
    MetalInDiffers,
    MetalNotBooked,
    MetalOutExceeds,
    require_measured,
)
from lodetrace.member.session import MemberSession
from zk_circuits.balance import Balance, RunMeasurement
from zk_circuits.rule import PPM, RunRule
from zk_circuits.schema import Credit

NOBODY_ASKED = cast(MemberSession, None)
RESPONSIBLE = (Credit(1),)


@pytest.mark.parametrize(
    ("measure", "threshold", "credits"),
    [
        (Measure.CREDIT_SHARE, 0, RESPONSIBLE),
        (Measure.CAHRA_SHARE, PPM, ()),
        (Measure.CAHRA_SHARE, PPM + 10_000, ()),
        (Measure.METAL_PER_UNIT, 0, ()),
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
        (Measure.DIRECT_INTENSITY, 2 * PPM, ()),
        (Measure.METAL_PER_UNIT, 1, ()),
    ],
)
def test_a_claim_that_says_something_goes_on(
    measure: Measure, threshold: int, credits: tuple[Credit, ...]
) -> None:
    with pytest.raises(AttributeError):  # it comes to the chain
        claim(NOBODY_ASKED, ClaimOrder(bytes(32), measure, threshold, credits))


LOTS = (b"\x01" * 32, b"\x02" * 32)


def _require(booked: tuple[int, ...], wanted: tuple[int, ...], **attested: Any) -> None:
    """The last of two outputs is scrap."""
    scrap = 0b10 if len(wanted) > 1 else 0
    rule = RunRule((1,) * len(wanted), scrap=scrap, tolerance_ppm=10_000)
    balances = [Balance(metal, 0, 0) for metal in booked]
    lots = LOTS[: len(booked)]
    require_measured(lots, balances, wanted, rule, RunMeasurement(**attested))


def test_no_more_metal_is_asked_for_than_was_measured() -> None:
    _require((100,), (90,), product=90, metal_in=(100,))
    with pytest.raises(MetalOutExceeds, match="outputs but scrap have 91 mg"):
        _require((100,), (91,), product=90, metal_in=(100,))
    with pytest.raises(MetalOutExceeds, match="outputs of scrap have 6 mg"):
        _require((100,), (90, 6), product=91, metal_in=(100,), scrap=5)


def test_all_metal_that_was_measured_is_booked() -> None:
    _require((100,), (90, 5), product=90, metal_in=(100,), scrap=5)
    with pytest.raises(MetalNotBooked, match="have 90 mg, 95 mg came out"):
        _require((100,), (90,), product=90, metal_in=(100,), scrap=5)
    _require((1000,), (1000,), product=1003, metal_in=(1003,))
    with pytest.raises(MetalNotBooked, match="have 999 mg, 1 g came out"):
        _require((1000,), (999,), product=1003, metal_in=(1003,))


def test_each_lot_is_weighed_by_itself() -> None:
    """Attack: one lot is 2 % short of what was weighed, another 2 % over it."""
    _require((1000, 1000), (2000,), product=2000, metal_in=(990, 1010))
    with pytest.raises(MetalInDiffers) as refused:
        _require((1000, 1000), (2000,), product=2000, metal_in=(1000, 1020))
    assert refused.value.values["lot"] == "0x" + "02" * 32
    assert "20 mg more, 1 % of the lot" in str(refused.value)
