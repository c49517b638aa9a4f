"""A price record: its bounds, and a hash that tells nothing of the range."""

from dataclasses import replace
from datetime import date

import pytest

from oracle.prices.errors import RecordInvalid
from oracle.prices.record import PriceRecord, RecordStatus

RECORD = PriceRecord(
    commodity="cobalt-sulphate",
    day=date(2026, 11, 20),
    methodology="cobalt-sulphate-2023-08-31",
    status=RecordStatus.NORMAL,
    low=4_800_000,
    high=4_850_000,
    assessment_hash=b"\x11" * 32,
    corrects=None,
    released_at=1_795_000_000,
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("low", 0),
        ("low", 4_850_001),
        ("high", 1 << 64),
        ("assessment_hash", b"\x11" * 31),
        ("commodity", "Cobalt sulphate"),
        ("methodology", ""),
        ("released_at", 0),
        ("corrects", b"\x22" * 32),
        ("status", RecordStatus.CORRECTED),
    ],
)
def test_2_5_7_a_record_that_is_none(name: str, value: object) -> None:
    with pytest.raises(RecordInvalid):
        replace(RECORD, **{name: value})


def test_the_hash_hides_the_range_and_binds_the_rest() -> None:
    assert replace(RECORD, low=1, high=2).hash == RECORD.hash
    others = [
        replace(RECORD, commodity="cobalt-metal"),
        replace(RECORD, day=date(2026, 11, 19)),
        replace(RECORD, methodology="other"),
        replace(RECORD, status=RecordStatus.CARRIED),
        replace(RECORD, status=RecordStatus.DELAYED),
        replace(RECORD, assessment_hash=b"\x12" * 32),
        replace(RECORD, status=RecordStatus.CORRECTED, corrects=RECORD.hash),
        replace(RECORD, released_at=1),
    ]
    assert len({one.hash for one in others} | {RECORD.hash}) == len(others) + 1


def test_the_largest_range_that_fits() -> None:
    assert replace(RECORD, low=(1 << 64) - 1, high=(1 << 64) - 1).high == (1 << 64) - 1
