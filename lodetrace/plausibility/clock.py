"""Is the event over, and is the document of a time since?"""

from collections.abc import Iterator
from typing import Final

from lodetrace.plausibility.stated import RuleFinding, Severity, StatedCase
from lodetrace.text import DAY_SECONDS, iso_time

TEMPORARY: Final = frozenset(
    {
        "batch-superseded",
        "event-in-future",
        "created-in-future",
        "declared-in-future",
        "named-not-held",
        "named-unknown",
        "not-received",
        "period-gap",
    }
)
"""Rules that a document may pass later without a change."""


def check_clock(case: StatedCase) -> Iterator[RuleFinding]:
    """The event is over, and not longer than an event is; the document is of a time since."""
    statement = case.statement
    if statement.to > case.now:
        yield case.finding(
            "event-in-future",
            "it ends at {to}, now is {now}",
            to=iso_time(statement.to),
            now=iso_time(case.now),
        )
    created = int(case.signed.document.created.timestamp())
    if case.now < created and statement.to <= case.now:
        yield case.finding(
            "created-in-future",
            "the document is of {created}, now is {now}",
            created=iso_time(created),
            now=iso_time(case.now),
        )
    if created < statement.to:
        yield case.finding(
            "created-before-event",
            "the document is of {created}, the event ended at {to}",
            Severity.FLAG,
            created=iso_time(created),
            to=iso_time(statement.to),
        )
    if statement.to - statement.from_ > case.rules.longest_event:
        yield case.finding(
            "event-too-long",
            "it lasts from {from_} to {to}, at most {days} days are allowed",
            from_=iso_time(statement.from_),
            to=iso_time(statement.to),
            days=case.rules.longest_event // DAY_SECONDS,
        )
