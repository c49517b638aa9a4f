"""Which submissions count (2.3, 2.4.3): each one that does not keeps its ground beside it.

No statistics here: every ground follows from what was stated, registered or decided. Whether a
price runs against the market is seen later, when all that count are known.
"""

from collections.abc import Callable, Iterator
from typing import Final

from lodetrace.text import hex_of
from oracle.prices.datum import Datum, DatumOutcome, Ground, Rank
from oracle.prices.decisions import Choice
from oracle.prices.inputs import Inputs, deal_key
from oracle.prices.normalisation import normalised
from oracle.prices.submission import QUOTES, Kind, Submission
from oracle.prices.submitters import contributors

Test = Callable[["Screening", Submission], bool]


class Screening:
    """All submissions of a day, as data."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs: Final = inputs
        self.calendar: Final = inputs.methodology.calendar
        self.voices: Final = contributors(inputs.submitters)
        known = {one.hash: one for one in inputs.submissions}
        self.corrected: Final = {
            one.corrects
            for one in inputs.submissions
            if one.corrects in known and known[one.corrects].submitter == one.submitter
        }
        self.judged: Final = {
            decision.values["submission"]: decision.reason
            for decision in inputs.of_choice(Choice.EXCLUDE)
        }

    def data(self) -> Iterator[Datum]:
        """One datum a submission; what counts is USED until a rank is chosen."""
        seen: set[str] = set()
        ordered = sorted(self.inputs.submissions, key=lambda one: (one.time, one.hash))
        for submission in ordered:
            ground = self._ground(submission)
            key = deal_key(submission, self.calendar)
            if ground is None and key in seen:
                ground = Ground.DUPLICATE
            if ground is None:
                seen.add(key)
            yield self._datum(submission, ground)

    def _ground(self, submission: Submission) -> Ground | None:
        return next((ground for ground, test in _TESTS if test(self, submission)), None)

    def _datum(self, submission: Submission, ground: Ground | None) -> Datum:
        price = normalised(submission, self.inputs.methodology, self.inputs.rate)
        source = hex_of(submission.hash)
        steps = [] if price is None else list(price.steps)
        if ground is Ground.JUDGED:
            steps.append(self.judged[source])
        if ground is Ground.SPECIAL:
            steps.append(submission.special)
        return Datum(
            source=source,
            rank=self._rank(submission),
            kind=str(submission.kind),
            voice=self.voices.get(submission.submitter, submission.submitter),
            stated=(submission.low, submission.high),
            low=None if price is None else price.low,
            high=None if price is None else price.high,
            outcome=DatumOutcome.USED if ground is None else DatumOutcome.EXCLUDED,
            ground=ground,
            note="; ".join(steps),
        )

    def _rank(self, submission: Submission) -> Rank:
        if submission.kind is Kind.TRADE:
            return Rank.TRADE if self.inputs.usual(submission.volume) else Rank.ABNORMAL
        return Rank.QUOTE if submission.kind in QUOTES else Rank.EXPECTED

    def is_corrected(self, submission: Submission) -> bool:
        return submission.hash in self.corrected

    def is_unapproved(self, submission: Submission) -> bool:
        submitter = self.inputs.submitters.get(submission.submitter)
        return submitter is None or not submitter.counts

    def is_of_another_day(self, submission: Submission) -> bool:
        day, said = self.inputs.day, self.calendar.day_of(submission.time)
        if said == day:
            return False
        late = submission.kind is Kind.TRADE
        return not (late and said == self.calendar.before(day))

    def is_assessed(self, submission: Submission) -> bool:
        previous = self.inputs.previous
        return previous is not None and deal_key(submission, self.calendar) in previous.deals

    def is_between_affiliates(self, submission: Submission) -> bool:
        other = submission.counterparty
        if not submission.independent:
            return True
        if other is None:
            return False
        mine = self.voices.get(submission.submitter, submission.submitter)
        return self.voices.get(other, other) == mine

    def is_of_another_kind(self, submission: Submission) -> bool:
        methodology = self.inputs.methodology
        standard = submission.standard == methodology.standard
        return not standard or submission.content < methodology.content

    def is_of_odd_volume(self, submission: Submission) -> bool:
        return submission.kind in QUOTES and not self.inputs.usual(submission.volume)

    def is_incomparable(self, submission: Submission) -> bool:
        return normalised(submission, self.inputs.methodology, self.inputs.rate) is None

    def is_judged(self, submission: Submission) -> bool:
        return hex_of(submission.hash) in self.judged


_TESTS: Final[tuple[tuple[Ground, Test], ...]] = (
    (Ground.CORRECTED, Screening.is_corrected),
    (Ground.SUBMITTER, Screening.is_unapproved),
    (Ground.DAY, Screening.is_of_another_day),
    (Ground.ASSESSED, Screening.is_assessed),
    (Ground.PARTIES, Screening.is_between_affiliates),
    (Ground.SPECIFICATION, Screening.is_of_another_kind),
    (Ground.SPECIAL, lambda _, submission: bool(submission.special)),
    (Ground.VOLUME, Screening.is_of_odd_volume),
    (Ground.JUDGED, Screening.is_judged),
    (Ground.PAYMENT, Screening.is_incomparable),
)


def contradictions(screening: Screening) -> list[str]:
    """Deals of which both parties report, at different prices; an analyst asks them (2.4.3)."""
    prices: dict[tuple[object, ...], dict[str, tuple[int, int]]] = {}
    for one in screening.inputs.submissions:
        if one.kind is Kind.TRADE and one.counterparty and not screening.is_corrected(one):
            parties = tuple(sorted([one.submitter, one.counterparty]))
            key = (*parties, screening.calendar.day_of(one.time), one.volume)
            prices.setdefault(key, {})[one.submitter] = (one.low, one.high)
    return [
        f"{key[0]} and {key[1]}" for key, found in prices.items() if len(set(found.values())) > 1
    ]
