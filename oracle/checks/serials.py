"""Is each batch number and each seal given once, and is none left out?"""

from collections.abc import Iterator
from itertools import groupby, pairwise

from lodetrace.documents.statement_fields import BATCHING
from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.text import hex_of, iso_time
from oracle.checks.context import CheckContext
from oracle.serials import BATCH, SEAL, Serial, serials_of


def check_serials(case: CheckContext) -> Iterator[RuleFinding]:
    """Of a lot that is made: no number of another document, and none missing in its series."""
    if case.statement.kind not in BATCHING:
        return
    found = [one for one in serials_of(case.statement) if one.kind in case.rules.largest_gap]
    for serial in found:
        holder = case.history.holder_of(case.signed, serial)
        if holder is not None:
            yield _reused(case, serial, holder)
    numbered = [one for one in found if one.number is not None]
    ordered = sorted(numbered, key=lambda one: (one.kind, one.series, one.number))
    yield from _out_of_order(case, [one for one in ordered if one.kind == BATCH])
    if not case.statement.seals and case.rules.ledger is not None:
        yield from _unsealed(case)
    for _, group in groupby(ordered, lambda one: (one.kind, one.series)):
        yield from _gap(case, list(group))


def _unsealed(case: CheckContext) -> Iterator[RuleFinding]:
    """A site that has seals puts them on everything; the one without is the one to ask for."""
    earlier = case.history.gave_seals(case.signed, case.statement.to)
    if earlier is not None:
        yield case.finding(
            "seals-missing",
            "no seals are named, and earlier documents of the site name theirs, such as {other}",
            other=hex_of(earlier),
        )


def _out_of_order(case: CheckContext, batches: list[Serial]) -> Iterator[RuleFinding]:
    """Who dates an event back gives it a number that is too high for its day."""
    most, ends = case.rules.order, case.statement.to
    if most is None:
        return
    for one in batches:
        for number, finish in case.history.numbered_beside(case.signed, one):
            late = finish - ends if number < int(one.number or 0) else ends - finish
            if late <= most:
                continue
            yield case.finding(
                "number-out-of-order",
                "{lot} ended at {ends}, number {other} of the series at {finish}",
                Severity.FLAG,
                lot=one.name,
                ends=iso_time(ends),
                other=number,
                finish=iso_time(finish),
            )
            return


def _reused(case: CheckContext, serial: Serial, holder: bytes) -> RuleFinding:
    number, other = serial.name, hex_of(holder)
    if serial.kind == BATCH:
        said = "{number} was made by document {other}"
        return case.finding("batch-reused", said, number=number, other=other)
    said = "seal {number} is in document {other}"
    return case.finding("seal-reused", said, number=number, other=other)


def _gap(case: CheckContext, series: list[Serial]) -> Iterator[RuleFinding]:
    """The first gap of a series, from the number before this document on."""
    before = case.history.number_before(case.signed, series[0])
    known = [] if before is None else [before]
    numbers = [*known, *(one.number for one in series if one.number is not None)]
    for lower, upper in pairwise(numbers):
        missing = upper - lower - 1
        if missing > case.rules.largest_gap[series[0].kind]:
            yield _missing(case, series[0], lower, upper, missing)
            return


def _missing(
    case: CheckContext, serial: Serial, lower: int, upper: int, missing: int
) -> RuleFinding:
    values = {"series": serial.series, "lower": lower, "upper": upper, "missing": missing}
    said = "{missing} numbers are missing in {series} between {lower} and {upper}"
    if serial.kind == SEAL:
        return case.finding("seal-gap", said, Severity.FLAG, **values)
    return case.finding("batch-gap", said, Severity.FLAG, **values)
