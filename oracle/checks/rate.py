"""Can the site make that much in that time?"""

from collections.abc import Iterator

from lodetrace.documents.statement_fields import PRODUCING
from lodetrace.plausibility.comparisons import RateBounds
from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.text import DAY_SECONDS, HOUR_SECONDS, iso_time
from lodetrace.units import PPM, format_metal, format_share
from oracle.batch_ledger import SiteStep
from oracle.checks.context import CheckContext

YEAR_SECONDS = 365 * DAY_SECONDS
MOST_STEPS = 100_000
"""Steps of a month that are looked at; no site states more."""


def check_rate(case: CheckContext) -> Iterator[RuleFinding]:
    """Metal by hour of one event, of all events of its hours, and of the last days."""
    bounds, statement, declaration = case.rules.rate, case.statement, case.declaration
    if bounds is None or declaration is None or statement.kind not in PRODUCING:
        return
    for symbol in statement.elements:
        yearly = declaration.capacity.get(symbol, 0)
        own = SiteStep(statement.from_, statement.to, 0, 0, statement.made(symbol), 0, 0)
        if not yearly or not own.made:
            continue
        if _above(own.made, own.finish - own.start, yearly, bounds.filling):
            yield case.finding(
                "rate-above-capacity",
                "{element}: {made} in {duration}, {most} is the most: {percent} % of what the"
                " site makes in that time at its yearly capacity",
                element=symbol,
                made=format_metal(own.made),
                duration=_duration(own.finish - own.start),
                most=format_metal(yearly * (own.finish - own.start) * bounds.filling
                                  // (100 * YEAR_SECONDS)),
                percent=bounds.filling,
            )  # fmt: skip
        longest = own.finish + case.rules.longest_event
        ago = min(own.start, own.finish - max(one.days for one in bounds.windows) * DAY_SECONDS)
        around = case.history.steps(case.signed, symbol, PRODUCING, (ago, longest), MOST_STEPS)
        yield from _together(case, bounds, symbol, own, around)
        yield from _windows(case, bounds, symbol, own, around)
        yield from _new(case, bounds, symbol, own)


def _together(
    case: CheckContext, bounds: RateBounds, symbol: str, own: SiteStep, around: list[SiteStep]
) -> Iterator[RuleFinding]:
    """Events of the same hours share one plant."""
    assert case.declaration is not None
    others = [one for one in around if one.share_within(own.start, own.finish)]
    made = own.made + sum(one.share_within(own.start, own.finish) for one in others)
    seconds, yearly = own.finish - own.start, case.declaration.capacity[symbol]
    if others and _above(made, seconds, yearly, bounds.together):
        yield case.finding(
            "events-overlap",
            "{element}: {made} from {begins} to {ends}, with {count} other documents of these"
            " hours; {percent} % of its capacity is the most that a site makes at once",
            Severity.FLAG,
            element=symbol,
            made=format_metal(made),
            begins=iso_time(own.start),
            ends=iso_time(own.finish),
            count=len(others),
            percent=bounds.together,
        )


def _windows(
    case: CheckContext, bounds: RateBounds, symbol: str, own: SiteStep, around: list[SiteStep]
) -> Iterator[RuleFinding]:
    """Days that end with the event and days that begin with it, whichever documents came first."""
    assert case.declaration is not None
    yearly = case.declaration.capacity[symbol]
    for window in bounds.windows:
        length = window.days * DAY_SECONDS
        spans = (own.finish - length, own.finish), (own.start - 1, own.start - 1 + length)
        made = max(sum(one.share_within(*span) for one in (own, *around)) for span in spans)
        if made * PPM > yearly * window.share:
            yield case.finding(
                "above-capacity",
                "{element}: {made} within {days} days, {limit} is the most",
                element=symbol,
                made=format_metal(made),
                days=window.days,
                limit=format_metal(yearly * window.share // PPM),
            )


def _new(
    case: CheckContext, bounds: RateBounds, symbol: str, own: SiteStep
) -> Iterator[RuleFinding]:
    """A site that nobody has known for long begins slowly, or has somebody look at it."""
    assert case.declaration is not None
    first = case.history.first_seen(case.signed, symbol)
    if first is not None and own.finish > first + bounds.new_days * DAY_SECONDS:
        return
    yearly, window = case.declaration.capacity[symbol], bounds.of_new
    after = own.finish - window.days * DAY_SECONDS
    made = case.history.made_between(case.signed, symbol, after, own.finish) + own.made
    if made * PPM > yearly * window.share:
        yield case.finding(
            "new-site-volume",
            "{element}: {made} within {days} days of a site that was first seen less than {new}"
            " days ago; {share} of its yearly capacity is usually the most",
            Severity.FLAG,
            element=symbol,
            made=format_metal(made),
            days=window.days,
            new=bounds.new_days,
            share=format_share(window.share),
        )


def _above(made: int, seconds: int, yearly: int, percent: int) -> bool:
    return made * YEAR_SECONDS * 100 > yearly * seconds * percent


def _duration(seconds: int) -> str:
    """ "6 h 30 min"; an event without a length took no time."""
    hours, rest = divmod(seconds, HOUR_SECONDS)
    if not seconds:
        return "no time at all"
    return f"{hours} h {rest // 60} min" if rest >= 60 or hours else f"{seconds} s"
