"""May the site withdraw this document, and does it do so at a possible time?"""

from collections.abc import Iterator

from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.text import hex_of, iso_time
from oracle.checks.context import CheckContext
from oracle.checks.registration import check_identity, check_signer


def examine_withdrawal(case: CheckContext, document: bytes, declared: int) -> list[RuleFinding]:
    """All that stands against a withdrawal; case: of what is withdrawn, as it was stated.

    A closed site may withdraw, and so may one that is not declared to this node: what it said
    was wrong whatever it is now. document: hash of what is withdrawn; declared: seconds.
    """
    found = [*check_identity(case), *check_signer(case), *_time(case, declared)]
    if case.history.outcome_of(document) is None:
        found.append(
            case.finding(
                "withdrawn-unknown",
                "document {document} was not seen",
                Severity.FLAG,
                document=hex_of(document),
            )
        )
    return found


def _time(case: CheckContext, declared: int) -> Iterator[RuleFinding]:
    if declared > case.now:
        yield case.finding(
            "declared-in-future",
            "it is declared at {declared}, now is {now}",
            declared=iso_time(declared),
            now=iso_time(case.now),
        )
    if declared < case.statement.to:
        yield case.finding(
            "declared-before-event",
            "it is declared at {declared}, the event ended at {to}",
            declared=iso_time(declared),
            to=iso_time(case.statement.to),
        )
