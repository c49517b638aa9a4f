"""One line of an assessment sheet: a piece of price information and what became of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Rank(StrEnum):
    """Where it stands in the hierarchy (2.4.1, 2.4.2)."""

    TRADE = "trade"
    QUOTE = "bid or offer"
    EXPECTED = "expected"
    CROSS_VALIDATED = "cross-validated"
    ABNORMAL = "abnormal volume"
    PREVIOUS = "previous day"


class DatumOutcome(StrEnum):
    """What became of it."""

    USED = "used"
    NOT_NEEDED = "not needed"
    """Enough of a higher rank was there."""
    EXCLUDED = "excluded"
    SET_ASIDE = "set aside"
    """It counts, but the day gave no range."""


class Ground(StrEnum):
    """Why something is excluded, each with its section of the methodology."""

    CORRECTED = "corrected by its submitter (2.4.3)"
    SUBMITTER = "submitter not approved (2.3.1)"
    DAY = "neither of this day nor a late trade of the trading day before (2.3.1.3)"
    ASSESSED = "deal is part of the range of the day before (2.3.1.3)"
    PARTIES = "parties not independent (2.3.1.3, 2.4.3)"
    SPECIFICATION = "other specification (2.5.1)"
    SPECIAL = "special circumstances or services (2.4.3)"
    VOLUME = "bid or offer of no standard volume (2.5.2, 2.6)"
    PAYMENT = "payment terms cannot be normalised (2.4.2)"
    DUPLICATE = "the same deal or quote stands here already (2.4.3)"
    JUDGED = "disqualified by an analyst (2.4.3)"
    AGAINST_THE_MARKET = "counter to the wider market (2.4.3)"


@dataclass(frozen=True, slots=True)
class Datum:
    """source: 0x and the hash of a submission or decision, or of the previous record.

    voice: the independent party behind it. stated: as submitted; low, high: normalised, None where
    it could not be; all fen per mt. note: for people.
    """

    source: str
    rank: Rank
    kind: str
    voice: str
    stated: tuple[int, int]
    low: int | None
    high: int | None
    outcome: DatumOutcome = DatumOutcome.USED
    ground: Ground | None = None
    note: str = ""

    @property
    def range(self) -> tuple[int, int]:
        """Normalised low and high."""
        if self.low is None or self.high is None:
            raise AssertionError(f"{self.source} was not normalised")
        return self.low, self.high

    def to_json(self) -> dict[str, Any]:
        """As it stands in the assessment."""
        return {
            "source": self.source,
            "rank": str(self.rank),
            "kind": self.kind,
            "voice": self.voice,
            "stated": list(self.stated),
            "low": self.low,
            "high": self.high,
            "outcome": str(self.outcome),
            "ground": None if self.ground is None else str(self.ground),
            "note": self.note,
        }
