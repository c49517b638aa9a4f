"""Do runs go on losing what the site's runs usually lose? A band that is declared wide hides metal.

A one-sided cumulative sum, as of gains: no single run need be outside of the band.
"""

from collections.abc import Iterator

from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.units import PPM, format_share
from oracle.checks.context import CheckContext
from oracle.checks.gain import BANDED
from oracle.robust import deviation, twice_median


def check_usual_loss(case: CheckContext) -> Iterator[RuleFinding]:
    """The losses of the last runs and this one beyond the site's median, whatever its band is."""
    bounds, statement = case.rules.losses, case.statement
    if bounds is None or statement.kind not in BANDED:
        return
    for symbol in statement.elements:
        before = case.history.steps(case.signed, symbol, BANDED, (0, statement.to), bounds.runs)
        losses = [_lost(one.metal_in, one.metal_out) for one in before if one.metal_in]
        into = statement.metal_in(symbol)
        if not into or len(losses) < bounds.at_least:
            continue
        usual, scatter = twice_median(losses) // 2, max(deviation(losses), bounds.least_deviation)
        lost = _lost(into, statement.metal_out(symbol))
        balance = 0
        for one in (*reversed(losses), lost):
            balance = max(0, balance + one - usual - scatter)
        if balance > bounds.limit * scatter:
            yield case.finding(
                "loss-unlike-site",
                "{element}: {lost} of what went in was lost; the last runs lost {balance} of one"
                " run beyond the site's median of {median} and {scatter} each",
                Severity.FLAG,
                element=symbol,
                lost=format_share(lost),
                balance=format_share(balance),
                median=format_share(usual),
                scatter=format_share(scatter),
            )


def _lost(into: int, out: int) -> int:
    """ppm of what went in; negative where metal was gained."""
    return (into - out) * PPM // into
