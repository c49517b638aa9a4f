"""Everything that an assessment depends on, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from oracle.prices.decisions import Choice, DeskDecision, in_force
from oracle.prices.methodology import AssessmentMethodology
from oracle.prices.record import PriceRecord
from oracle.prices.submission import Kind, Submission
from oracle.prices.submitters import Submitter, SubmitterEntry, SubmitterRegister
from oracle.prices.trading_days import Calendar


@dataclass(frozen=True, slots=True)
class Previous:
    """The record that stands for the trading day before. deals: keys of the deals that it used."""

    record: PriceRecord
    deals: frozenset[str]


@dataclass(frozen=True)
class Inputs:
    """submissions, decisions: in the order in which they were recorded. entries: the register's.

    salt: 32 random bytes of the day; without them a range could be guessed from the hash.
    calendar: digest of the holiday lists that the day rests on, where the desk added one of them.
    """

    methodology: AssessmentMethodology
    day: date
    entries: tuple[SubmitterEntry, ...]
    submissions: tuple[Submission, ...]
    decisions: tuple[DeskDecision, ...]
    previous: Previous | None
    salt: bytes
    calendar: bytes | None = None

    @cached_property
    def submitters(self) -> dict[str, Submitter]:
        """Submitters as of the day."""
        return SubmitterRegister(self.methodology, self.entries).on(self.day)

    @cached_property
    def rate(self) -> int | None:
        """Bank acceptance rate of the day, ppm a year; the last one recorded."""
        found = [one.values["rate"] for one in self.of_choice(Choice.RATE)]
        return found[-1] if found else None

    @cached_property
    def volumes(self) -> tuple[int, int]:
        """Usual least and most volume of a deal, mg."""
        found = self.of_choice(Choice.VOLUMES)
        if found:
            return found[-1].values["least"], found[-1].values["most"]
        return self.methodology.least_volume, self.methodology.most_volume

    def of_choice(self, choice: Choice) -> list[DeskDecision]:
        """Decisions of one kind that nothing undid, oldest first."""
        return [one for one in in_force(self.decisions) if one.choice is choice]

    def usual(self, volume: int | None) -> bool:
        """Whether a volume is that of a normal transaction."""
        least, most = self.volumes
        return volume is None or least <= volume <= most


def deal_key(submission: Submission, calendar: Calendar) -> str:
    """Names a deal or quote of a day, whichever of its two parties reports it."""
    parties = sorted([submission.submitter, submission.counterparty or ""])
    if submission.kind is not Kind.TRADE:
        parties = [submission.submitter, submission.counterparty or ""]
    words = [submission.kind, *parties, calendar.day_of(submission.time), submission.volume]
    return "|".join(map(str, [*words, submission.low, submission.high]))


def deals(submissions: Iterable[Submission], calendar: Calendar) -> frozenset[str]:
    """Keys of the trades among them."""
    return frozenset(deal_key(one, calendar) for one in submissions if one.kind is Kind.TRADE)
