"""A record says all that a reader has to know about its day, not one word of it."""

from dataclasses import replace
from datetime import date

import pytest

from oracle.prices.assessment import Flag
from oracle.prices.decisions import Choice, DeskDecision
from oracle.prices.desk import PriceDesk
from oracle.prices.errors import RecordInvalid
from oracle.prices.record import RecordStatus
from oracle.prices.synthetic import Scenario
from tests.unit.oracle.prices.street import assessed, decided, previous, trades
from tests.unit.oracle.prices.test_desk import (
    AT,
    COMMODITY,
    DAY,
    MANAGER,
    NEXT,
    desk,
    path,
    published,
    register,
    told,
)
from tests.unit.oracle.prices.test_record import RECORD

__all__ = ["desk", "path", "register"]


def test_several_at_once() -> None:
    late = decided(Choice.DELAY, "a power cut")
    found = assessed(trades("4.81"), [late], previous())
    assert {"thin", "considered", "carried", "carried-day-1", "delayed"} <= set(found.codes)
    assert list(found.codes) == sorted(set(found.codes))
    assert found.status is RecordStatus.DELAYED, "one word tells the half of it"


@pytest.mark.parametrize(
    ("flags", "status", "day"),
    [
        (("carried", "carried-day-4"), RecordStatus.CORRECTED, "carried-day-5"),
        (("thin",), RecordStatus.NORMAL, "carried-day-1"),
        (None, RecordStatus.CARRIED, "carried-day-2"),
        (None, RecordStatus.NORMAL, "carried-day-1"),
    ],
)
def test_2_4_4_days_in_a_row_are_counted(
    flags: tuple[str, ...] | None, status: RecordStatus, day: str
) -> None:
    """Of a record from before flags were kept as far as its status tells."""
    before = previous()
    corrects = b"\x02" * 32 if status is RecordStatus.CORRECTED else None
    record = replace(before.record, flags=flags, status=status, corrects=corrects)
    found = assessed(trades("4.81"), [], replace(before, record=record))
    assert Flag.CARRIED in found.flags
    assert [one for one in found.codes if "-day-" in one] == [day]


def test_the_book_keeps_them_and_the_hash_binds_them(desk: PriceDesk) -> None:
    told(desk, Scenario.LIQUID)
    published(desk)
    late = DeskDecision(
        COMMODITY, NEXT, Choice.DELAY, MANAGER.account, MANAGER.role, AT, "a power cut", {}
    )
    desk.decide(late, MANAGER)
    record = published(desk, NEXT)
    assert {"carried", "carried-day-1", "delayed"} <= set(record.flags or ())
    [first, second] = desk.records()
    assert (first.day, second) == (DAY, record)
    assert replace(record, flags=("carried",)).hash != record.hash


def test_a_record_from_before_flags_has_its_hash() -> None:
    assert "flags" not in RECORD.public
    assert replace(RECORD, flags=()).hash != RECORD.hash
    assert RECORD.day == date(2026, 11, 20)


@pytest.mark.parametrize("flags", [("thin", "carried"), ("thin", "thin"), ("Thin",), ("",)])
def test_flags_that_are_none(flags: tuple[str, ...]) -> None:
    with pytest.raises(RecordInvalid, match="flags"):
        replace(RECORD, flags=flags)
