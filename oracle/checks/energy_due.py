"""Does a site that says what energy it took go on saying so?"""

from collections.abc import Iterator

from lodetrace.documents.statement_fields import BATCHING
from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.text import hex_of
from oracle.checks.context import CheckContext


def check_energy_due(case: CheckContext) -> Iterator[RuleFinding]:
    """A flag: without its energy nothing but bounds holds the carbon of a step."""
    if not case.rules.energy or case.statement.energy or case.statement.kind not in BATCHING:
        return
    earlier = case.history.stated_energy(case.signed, case.statement.to)
    if earlier is not None:
        yield case.finding(
            "energy-missing",
            "no energy is stated, and earlier documents of the site state theirs, such as {other}",
            Severity.FLAG,
            other=hex_of(earlier),
        )
