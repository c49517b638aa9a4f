"""What is published of a day: one range, and where it comes from. A record is never edited."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from lodetrace.canonical_json import document_hash
from lodetrace.text import hex_of
from oracle.prices.errors import RecordInvalid

RANGE_LIMIT: Final = 1 << 64
"""Every price is below it, in fen (0.01 CNY) per mt."""

HASH_BYTES: Final = 32
_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)


class RecordStatus(StrEnum):
    """How a record came about."""

    NORMAL = "normal"
    CARRIED = "carried"
    """The day gave no range: the previous day's range stands."""
    DELAYED = "delayed"
    CORRECTED = "corrected"
    """It replaces the record that `corrects` names."""


@dataclass(frozen=True)
class PriceRecord:
    """A range of one commodity on one complete trading day.

    low, high: fen per mt including VAT. methodology: id of the version, for example
    cobalt-sulphate-2023-08-31. assessment_hash: 32 bytes. corrects: hash of the record that this
    one replaces. released_at: seconds since 1970. flags: all that a reader has to know, by name and
    sorted; None of a record from before they were kept. Raises RecordInvalid.
    """

    commodity: str
    day: date
    methodology: str
    status: RecordStatus
    low: int
    high: int
    assessment_hash: bytes
    corrects: bytes | None
    released_at: int
    flags: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        for name in ("commodity", "methodology"):
            _require(bool(_NAME.fullmatch(getattr(self, name))), self, name, "a-z, 0-9 and -")
        _require(0 < self.low <= self.high, self, "low", f"1 to {self.high}")
        _require(self.high < RANGE_LIMIT, self, "high", "less than 2^64")
        _require(len(self.assessment_hash) == HASH_BYTES, self, "assessment_hash", "32 bytes")
        _require(self.released_at > 0, self, "released_at", "seconds since 1970")
        corrected = self.status is RecordStatus.CORRECTED
        fits = self.corrects is not None and len(self.corrects) == HASH_BYTES
        named = all(map(_NAME.fullmatch, self.flags or ()))
        ordered = list(self.flags or ()) == sorted(set(self.flags or ()))
        _require(named and ordered, self, "flags", "names of a-z, 0-9 and -, sorted")
        _require(fits if corrected else self.corrects is None, self, "corrects", "of a correction")

    @cached_property
    def hash(self) -> bytes:
        """32 bytes that name the record and tell nothing of its range.

        Low and high are left out: few values are likely, so a hash over them could be guessed.
        They are bound all the same, by the assessment's hash, which is salted.
        """
        return document_hash(self.public)

    @property
    def public(self) -> dict[str, Any]:
        """What everybody may see, as JSON: all but the range."""
        flags = {} if self.flags is None else {"flags": list(self.flags)}
        return {
            **flags,
            "commodity": self.commodity,
            "day": self.day.isoformat(),
            "methodology": self.methodology,
            "status": str(self.status),
            "assessmentHash": hex_of(self.assessment_hash),
            "corrects": None if self.corrects is None else hex_of(self.corrects),
            "releasedAt": self.released_at,
        }


def _require(holds: bool, record: PriceRecord, name: str, expected: str) -> None:
    if not holds:
        raise RecordInvalid(name=name, value=getattr(record, name), expected=expected)
