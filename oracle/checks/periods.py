"""Does a continuous site leave out no time, and does what lies in it go on from month to month?"""

from collections.abc import Iterator

from lodetrace.contracts.enums import EventKind
from lodetrace.contracts.structs import ZERO32
from lodetrace.documents.analysis import ATOMIC_NUMBERS
from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.text import hex_of, iso_time
from lodetrace.units import PPM, format_metal, format_share
from oracle.checks.context import CheckContext
from oracle.checks.named import stands


def check_period(case: CheckContext) -> Iterator[RuleFinding]:
    """What the contract asks of a period, and what it cannot see: how much lies in the plant."""
    if case.site is None or case.statement.kind is not EventKind.PROCESSING:
        return
    standing = stands(case, case.statement.elements)
    for symbol in case.statement.elements:
        if symbol not in standing:
            yield from _chain(case, symbol)
        yield from _opening(case, symbol)
        yield from _closing(case, symbol)


def _chain(case: CheckContext, symbol: str) -> Iterator[RuleFinding]:
    """It begins when the last booked period ended, and names the stock that lies in the plant."""
    site, begins = case.signed.site, case.statement.from_
    last, since = case.lots.period(site, ATOMIC_NUMBERS[symbol]), case.lots.continuous_since(site)
    follows = begins == last.end if since == last.since else begins >= last.end
    if since and not follows:
        yield case.finding(
            "period-gap",
            "{element}: it begins at {begins}, the last booked period ended at {ended}",
            element=symbol,
            begins=iso_time(begins),
            ended=iso_time(last.end),
        )
    named = {one.lot for one in case.statement.named_of(symbol)}
    if last.stock not in (ZERO32, *named):
        yield case.finding(
            "stock-not-named",
            "{element}: lot {lot} lies in the plant, and is not among what went in",
            element=symbol,
            lot=hex_of(last.stock),
        )


def _opening(case: CheckContext, symbol: str) -> Iterator[RuleFinding]:
    """What lay in the plant at the end of a period lies there at the beginning of the next."""
    for analysis in case.statement.inputs:
        closed = case.history.stock(case.signed.site, symbol, analysis.epc_class)
        opened = analysis.metal(symbol)
        if closed is not None and opened != closed:
            yield case.finding(
                "stock-differs",
                "{lot}: {opened} of {element} at the beginning, the period before ended with"
                " {closed}",
                lot=analysis.epc_class,
                element=symbol,
                opened=format_metal(opened),
                closed=format_metal(closed),
            )


def _closing(case: CheckContext, symbol: str) -> Iterator[RuleFinding]:
    """Only a continuous site has stock in process, and not more than it usually takes in."""
    stock = case.statement.stock(symbol)
    if not stock:
        return
    assert case.site is not None
    if not case.site.continuous:
        yield case.finding(
            "stock-at-batch-site",
            "{element}: stock in process is stated, and the site is not continuous",
            element=symbol,
        )
    usual = case.rules.usual_stock
    yearly = case.declaration.capacity.get(symbol, 0) if case.declaration is not None else 0
    if usual is not None and yearly and stock * PPM > yearly * usual:
        yield case.finding(
            "stock-unusual",
            "{element}: {stock} lie in the plant, {share} of a year's capacity is usually the most",
            Severity.FLAG,
            element=symbol,
            stock=format_metal(stock),
            share=format_share(usual),
        )
