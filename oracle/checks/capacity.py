"""Can the site make that much?"""

from collections.abc import Iterator

from lodetrace.documents.statement_fields import PRODUCING
from lodetrace.plausibility.stated import RuleFinding
from lodetrace.text import DAY_SECONDS
from lodetrace.units import PPM, format_metal
from oracle.checks.context import CheckContext


def check_capacity(case: CheckContext) -> Iterator[RuleFinding]:
    """What the site made within each window stays below that share of its yearly capacity."""
    statement, declaration = case.statement, case.declaration
    if declaration is None or statement.kind not in PRODUCING:
        return
    for symbol in statement.elements:
        yearly = declaration.capacity.get(symbol, 0)
        for window in case.rules.capacity_windows:
            after = statement.to - window.days * DAY_SECONDS
            made = case.history.made_between(case.signed, symbol, after, statement.to)
            made += statement.made(symbol)
            if made * PPM > yearly * window.share:
                yield case.finding(
                    "above-capacity",
                    "{element}: {made} within {days} days, {limit} is the most",
                    element=symbol,
                    made=format_metal(made),
                    days=window.days,
                    limit=format_metal(yearly * window.share // PPM),
                )
