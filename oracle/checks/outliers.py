"""Is it what the site usually makes? A flag: it may have a good reason."""

from collections.abc import Iterator

from lodetrace.documents.statement_fields import PRODUCING
from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.text import DAY_SECONDS
from lodetrace.units import format_metal
from oracle.checks.context import CheckContext


def check_usual_volume(case: CheckContext) -> Iterator[RuleFinding]:
    """What the site made within a window, against the median of its earlier windows."""
    usual, statement = case.rules.usual_volume, case.statement
    if usual is None or statement.kind not in PRODUCING:
        return
    for symbol in statement.elements:
        first, *earlier = case.history.metal_by_window(
            case.signed, symbol, statement.to, usual.days * DAY_SECONDS, usual.windows + 1
        )
        made = first + statement.made(symbol)
        known = sorted(metal for metal in earlier if metal)
        if len(known) < usual.at_least:
            continue
        twice_median = known[len(known) // 2] + known[(len(known) - 1) // 2]
        if made * 200 > twice_median * usual.percent:
            yield case.finding(
                "volume-unusual",
                "{element}: {made} within {days} days, the median of {windows} such times before"
                " is {median}",
                Severity.FLAG,
                element=symbol,
                made=format_metal(made),
                days=usual.days,
                windows=len(known),
                median=format_metal(twice_median // 2),
            )
