"""Does the mass add up, and does the loss lie where the site says it does?"""

from collections.abc import Iterator

from lodetrace.contracts.enums import EventKind
from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.units import PPM, format_metal, format_share
from oracle.checks.context import CheckContext


def check_mass(case: CheckContext) -> Iterator[RuleFinding]:
    """No element comes out that did not go in, beyond the tolerance of the scale.

    A loss outside the band is a flag: on chain the outputs are then born held.
    """
    if case.site is None or case.statement.kind not in (EventKind.PROCESSING, EventKind.RECOVERY):
        return
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
        elif loss > 0 and not _in_band(case.site.loss_from, case.site.loss_to, into, loss):
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


def _in_band(least: int, most: int, into: int, loss: int) -> bool:
    return least * into <= loss * PPM <= most * into
