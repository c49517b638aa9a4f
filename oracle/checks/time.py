"""Did it happen, after what it is made of, and could the goods be there by then?"""

from collections.abc import Iterator

from lodetrace.contracts.enums import EventKind
from lodetrace.text import iso_time
from oracle.checks.context import CheckContext, RuleFinding, Severity


def check_clock(case: CheckContext) -> Iterator[RuleFinding]:
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
            days=case.rules.longest_event // 86_400,
        )


def check_parents(case: CheckContext) -> Iterator[RuleFinding]:
    """It begins after the documents of its inputs, and after the way from there."""
    names = [analysis.epc_class for analysis in case.statement.inputs]
    parents = case.history.parents(names)
    for parent in parents:
        yield from _order(case, parent.epc_class, parent.finish, parent.place)
        if parent.withdrawn:
            yield case.finding(
                "parent-withdrawn",
                "the site withdrew the document of {lot}",
                Severity.FLAG,
                lot=parent.epc_class,
            )
    unknown = sorted(set(names) - {parent.epc_class for parent in parents})
    if unknown:
        yield case.finding(
            "parent-unknown",
            "no document of {lot} was seen ({count} in all)",
            Severity.FLAG,
            lot=unknown[0],
            count=len(unknown),
        )


def _order(case: CheckContext, lot: str, finish: int, place: str) -> Iterator[RuleFinding]:
    begins = case.statement.from_
    if begins < finish:
        yield case.finding(
            "before-parent",
            "it begins at {begins}, {lot} was made at {finish}",
            lot=lot,
            begins=iso_time(begins),
            finish=iso_time(finish),
        )
        return
    if case.statement.kind is EventKind.MEASUREMENT:
        return  # an umpire's laboratory measures a lot where it lies
    here = case.declaration.place if case.declaration is not None else place
    least = case.rules.least_transit(place, here)
    if begins - finish < least:
        yield case.finding(
            "transit-too-fast",
            "{lot} left {origin} at {finish} and is used in {place} at {begins},"
            " {hours} hours are the least",
            lot=lot,
            origin=place,
            place=here,
            finish=iso_time(finish),
            begins=iso_time(begins),
            hours=least // 3_600,
        )
