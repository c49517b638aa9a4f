"""What a person decided about a day, with the reason: the only judgement in an assessment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from lodetrace.canonical_json import document_hash
from lodetrace.text import hex_of
from oracle.prices.errors import DecisionMalformed, DeskRefused
from oracle.prices.methodology import AssessmentMethodology

LONGEST_REASON: Final = 2_000


class DeskRole(StrEnum):
    """Of a person at the price desk (2.2)."""

    ANALYST = "analyst"
    MANAGER = "manager"


class Choice(StrEnum):
    """What is decided, and with which values."""

    RATE = "rate"
    """Bank acceptance rate of the day (2.4.2). rate: ppm a year; source."""
    EXCLUDE = "exclude"
    """A submission is disqualified after enquiry (2.4.3). submission: 0x and its hash."""
    CROSS_VALIDATE = "cross-validate"
    """A price from other participants or markets (2.4.1, 2.4.4). low, high: fen per mt; source."""
    VOLUMES = "volumes"
    """Usual volumes under force majeure (2.3.1.3). least, most: mg."""
    DELAY = "delay"
    """Publication is delayed (2.4.5)."""
    UNDO = "undo"
    """An earlier decision counts no more; it stays in the book. decision: 0x and its hash."""


BY: Final[Mapping[Choice, DeskRole]] = {
    Choice.RATE: DeskRole.ANALYST,
    Choice.EXCLUDE: DeskRole.ANALYST,
    Choice.CROSS_VALIDATE: DeskRole.ANALYST,
    Choice.VOLUMES: DeskRole.MANAGER,
    Choice.DELAY: DeskRole.MANAGER,
}
"""An undoing is of whoever may decide it."""


@dataclass(frozen=True)
class DeskDecision:
    """by: account of the person; at: seconds since 1970. Raises DeskRefused."""

    commodity: str
    day: date
    choice: Choice
    by: str
    role: DeskRole
    at: int
    reason: str
    values: Mapping[str, Any]

    def __post_init__(self) -> None:
        if not 0 < len(self.reason.strip()) <= LONGEST_REASON:
            reason = f"a decision needs a reason of 1 to {LONGEST_REASON} signs"
            raise DeskRefused(day=self.day, reason=reason)
        if self.role is not BY.get(self.choice, self.role):
            reason = f"{self.choice} is decided by the {BY[self.choice]}, not by the {self.role}"
            raise DeskRefused(day=self.day, reason=reason)

    @cached_property
    def hash(self) -> bytes:
        """32 bytes."""
        return document_hash(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "commodity": self.commodity,
            "day": self.day.isoformat(),
            "choice": str(self.choice),
            "by": self.by,
            "role": str(self.role),
            "at": self.at,
            "reason": self.reason,
            "values": dict(self.values),
        }

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "DeskDecision":
        """From what to_json gave."""
        return cls(
            commodity=raw["commodity"],
            day=date.fromisoformat(raw["day"]),
            choice=Choice(raw["choice"]),
            by=raw["by"],
            role=DeskRole(raw["role"]),
            at=raw["at"],
            reason=raw["reason"],
            values=raw["values"],
        )


def require_values(
    decision: DeskDecision, methodology: AssessmentMethodology, known: set[str]
) -> None:
    """Checks what the choice needs; known: hashes of the day's submissions.

    Raises DecisionMalformed.
    """
    values = decision.values
    holds = {
        Choice.RATE: lambda: (
            0 <= values["rate"] <= methodology.bank_acceptance.highest
            and bool(values["source"].strip())
        ),
        Choice.EXCLUDE: lambda: values["submission"] in known,
        Choice.CROSS_VALIDATE: lambda: (
            1 <= values["low"] <= values["high"] and bool(values["source"].strip())
        ),
        Choice.VOLUMES: lambda: 1 <= values["least"] <= values["most"],
        Choice.DELAY: lambda: not values,
        Choice.UNDO: lambda: values["decision"].startswith("0x"),
    }
    try:
        fits = holds[decision.choice]()
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise DecisionMalformed(choice=decision.choice, reason=repr(error)) from error
    if not fits:
        raise DecisionMalformed(choice=decision.choice, reason=f"values out of bounds: {values}")


def in_force(decisions: Sequence[DeskDecision]) -> list[DeskDecision]:
    """Decisions that nothing undid, oldest first; an undoing is none of them."""
    undone = {one.values["decision"] for one in decisions if one.choice is Choice.UNDO}
    return [
        one for one in decisions if one.choice is not Choice.UNDO and hex_of(one.hash) not in undone
    ]
