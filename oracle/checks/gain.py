"""Does a site make metal out of its scale's tolerance, run after run?"""

from collections.abc import Iterator
from itertools import chain

from lodetrace.contracts.enums import EventKind
from lodetrace.documents.statement_fields import RUNS
from lodetrace.plausibility.comparisons import GainBounds
from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.units import PPM, format_metal, format_share
from oracle.batch_ledger import SiteStep
from oracle.checks.context import CheckContext

BANDED = tuple(kind for kind in RUNS if kind is not EventKind.LOSS)


def check_gain(case: CheckContext) -> Iterator[RuleFinding]:
    """A gain lies outside the band of losses; small ones add up to a balance.

    What is beyond the tolerance of the scale is refused by check_mass.
    """
    bounds, statement, site = case.rules.gain, case.statement, case.site
    if bounds is None or site is None or statement.kind not in BANDED:
        return
    for symbol in statement.elements:
        own = SiteStep(
            statement.from_, statement.to, statement.metal_in(symbol),
            statement.metal_out(symbol), 0, 0, 0,
        )  # fmt: skip
        gain = own.metal_out - own.metal_in
        noise = 0 if site.loss_from else bounds.noise
        if gain * PPM > noise * own.metal_in or (gain == 0 and site.loss_from):
            yield case.finding(
                "gain-outside-band",
                "{element}: {into} in, {out} out, the site declared that it loses {least} to"
                " {most}",
                Severity.FLAG,
                element=symbol,
                into=format_metal(own.metal_in),
                out=format_metal(own.metal_out),
                least=format_share(site.loss_from),
                most=format_share(site.loss_to),
            )
        yield from _balance(case, bounds, symbol, own)


def _balance(
    case: CheckContext, bounds: GainBounds, symbol: str, own: SiteStep
) -> Iterator[RuleFinding]:
    """A one-sided cumulative sum of what came out beyond the least loss, in ppm of what went in."""
    assert case.site is not None
    before = case.history.steps(case.signed, symbol, BANDED, (0, own.finish), bounds.runs - 1)
    balance, metal, runs = 0, 0, 0
    for one in chain(reversed(before), (own,)):
        if not one.metal_in:
            continue
        usual = one.metal_in * (PPM - case.site.loss_from)
        excess = (one.metal_out * PPM - usual) // one.metal_in - bounds.slack
        balance = max(0, balance + excess)
        runs, metal = (runs + 1, metal + one.metal_out - one.metal_in) if balance else (0, 0)
    if balance > bounds.limit:
        yield case.finding(
            "gain-adds-up",
            "{element}: {runs} runs in a row gained {metal} together, {balance} of a run beyond"
            " what the site loses at least; {limit} is the most",
            Severity.FLAG,
            element=symbol,
            runs=runs,
            metal=format_metal(metal) if metal > 0 else "nothing",
            balance=format_share(balance),
            limit=format_share(bounds.limit),
        )
