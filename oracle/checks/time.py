"""Did it happen after what it is made of, and could the goods be there by then?"""

from collections.abc import Iterator

from lodetrace.contracts.enums import EventKind
from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.text import iso_time
from oracle.checks.context import CheckContext


def check_parents(case: CheckContext) -> Iterator[RuleFinding]:
    """It begins after the documents of its inputs, and after the way from there.

    So does what arrives, or is sent off: it was made before.
    """
    statement = case.statement
    if (statement.is_receipt or statement.is_shipment) and case.rules.deliveries is not None:
        for parent in case.history.parents(one.epc_class for one in statement.outputs):
            yield from _order(case, parent.epc_class, parent.finish, parent.place)
        return
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
    """A period of a continuous site takes what came until it ended."""
    continuous = case.site is not None and case.site.continuous
    period = continuous and case.statement.kind is EventKind.PROCESSING
    begins = case.statement.to if period else case.statement.from_
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
