"""Did what a recycler brings to the chain come through its gate as scrap or retired goods?"""

from collections.abc import Iterator

from lodetrace.contracts.enums import EventKind, SiteKind
from lodetrace.plausibility.comparisons import FeedBounds
from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.text import DAY_SECONDS
from lodetrace.units import PPM, format_metal, format_share
from oracle.checks.context import CheckContext
from oracle.declarations import Declaration
from zk_circuits.schema import Credit

MOST_STEPS = 100_000
"""Steps of a year that are looked at; no site states more."""


def check_feed(case: CheckContext) -> Iterator[RuleFinding]:
    """Births of a recycler beside its receipts, less what its recovery took of them."""
    bounds, statement, declaration = case.rules.feed, case.statement, case.declaration
    if bounds is None or case.site is None or declaration is None:
        return
    if case.site.kind is not SiteKind.RECYCLER or statement.kind is not EventKind.BIRTH:
        return
    span = (statement.to - bounds.days * DAY_SECONDS, statement.to)
    feed = [name for name, one in case.rules.substances.items() if one.material in bounds.materials]
    yield from _post_consumer(case, bounds, declaration)
    for symbol in statement.elements:
        received = case.history.arrived(case.signed, symbol, feed, span)
        recovered = sum(
            one.metal_in
            for one in case.history.steps(
                case.signed, symbol, (EventKind.RECOVERY,), span, MOST_STEPS
            )
        )
        born = statement.made(symbol) + sum(
            one.made
            for one in case.history.steps(case.signed, symbol, (EventKind.BIRTH,), span, MOST_STEPS)
        )
        free = declaration.capacity.get(symbol, 0) * bounds.free // PPM
        if born > max(0, received - recovered) + free:
            yield case.finding(
                "feed-not-seen",
                "{element}: {born} were born here within {days} days; {received} arrived as scrap"
                " or retired goods, of which recovery took {recovered}. No more than {share} of a"
                " year's capacity needs no receiving document",
                Severity.FLAG,
                element=symbol,
                born=format_metal(born),
                days=bounds.days,
                received=format_metal(received),
                recovered=format_metal(recovered),
                share=format_share(bounds.free),
            )


def _post_consumer(
    case: CheckContext, bounds: FeedBounds, declaration: Declaration
) -> Iterator[RuleFinding]:
    """What is attested as of retired products arrived as such: production scrap is none."""
    statement, credit = case.statement, Credit.RECYCLED_POST_CONSUMER
    share = statement.attested[credit - 1] if statement.attested else 0
    if not bounds.post_consumer or not share:
        return
    span = (statement.to - bounds.days * DAY_SECONDS, statement.to)
    retired = [
        name for name, one in case.rules.substances.items() if one.material in bounds.post_consumer
    ]
    for symbol in statement.elements:
        received = case.history.arrived(case.signed, symbol, retired, span)
        attested = statement.made(symbol) * share // PPM
        attested += case.history.credited(case.signed, symbol, credit, span)
        free = declaration.capacity.get(symbol, 0) * bounds.free // PPM
        if attested > received + free:
            yield case.finding(
                "post-consumer-not-seen",
                "{element}: {attested} were attested as post-consumer within {days} days;"
                " {received} arrived in retired goods. No more than {share} of a year's capacity"
                " needs no receiving document",
                Severity.FLAG,
                element=symbol,
                attested=format_metal(attested),
                days=bounds.days,
                received=format_metal(received),
                share=format_share(bounds.free),
            )
