"""Does the mass add up, and does the loss lie where the site says it does?"""

from collections.abc import Iterator

from lodetrace.contracts.enums import EventKind
from lodetrace.documents.statement_fields import RUNS
from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.units import PPM, format_metal, format_share
from oracle.checks.context import CheckContext


def check_mass(case: CheckContext) -> Iterator[RuleFinding]:
    """No element comes out that did not go in, beyond the tolerance of the scale.

    A loss outside the band, or too much scrap, is a flag: on chain the outputs are then born held.
    A loss of goods has no band.
    """
    if case.site is None or case.statement.kind not in RUNS:
        return
    banded = case.statement.kind is not EventKind.LOSS
    for symbol in case.statement.elements:
        into, out = case.statement.metal_in(symbol), case.statement.metal_out(symbol)
        loss = into - out
        if -loss * PPM > case.site.tolerance * into:
            yield case.finding(
                "mass-does-not-add-up",
                "{element}: {into} in, {out} out, the scale's tolerance is {tolerance}",
                element=symbol,
                into=format_metal(into),
                out=format_metal(out),
                tolerance=format_share(case.site.tolerance),
            )
        elif (
            banded and loss > 0 and not _in_band(case.site.loss_from, case.site.loss_to, into, loss)
        ):
            yield case.finding(
                "loss-outside-band",
                "{element}: {loss} of {into} lost, the site declared {least} to {most}",
                Severity.FLAG,
                element=symbol,
                loss=format_metal(loss),
                into=format_metal(into),
                least=format_share(case.site.loss_from),
                most=format_share(case.site.loss_to),
            )
        scrap = case.statement.scrap(symbol)
        if banded and scrap * PPM > case.site.scrap_to * into:
            yield case.finding(
                "scrap-above-limit",
                "{element}: {scrap} of {into} came out as scrap, the site declared {most} at most",
                Severity.FLAG,
                element=symbol,
                scrap=format_metal(scrap),
                into=format_metal(into),
                most=format_share(case.site.scrap_to),
            )


def _in_band(least: int, most: int, into: int, loss: int) -> bool:
    return least * into <= loss * PPM <= most * into
