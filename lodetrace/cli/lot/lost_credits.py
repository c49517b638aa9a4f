"""Credits that metal bears before a run and no longer bears after it, and why."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lodetrace.text import enum_word
from lodetrace.units import format_metal

if TYPE_CHECKING:
    from zk_circuits.balance import Balance
    from zk_circuits.rule import RunRule
    from zk_circuits.schema import Credit


def say_lost_credits(
    inputs: "Sequence[Balance]",
    outputs: "Sequence[Balance]",
    rule: "RunRule",
    place: str | None,
) -> Iterator[str]:
    """A sentence for each credit of which more is lost than goes with the metal.

    place: the site that the document of the run names; None for a run on paper.
    """
    from zk_circuits.schema import Credit

    metal_in = sum(lot.metal for lot in inputs)
    metal_out = sum(lot.metal for lot in outputs)
    for index, credit in enumerate(Credit):
        before = sum(lot.credits[index] for lot in inputs)
        kept = before * metal_out // metal_in
        lost = kept - sum(lot.credits[index] for lot in outputs)
        if lost > len(outputs):  # each output's share is rounded down to a milligram
            reason = _reason(rule, credit, place)
            word = enum_word(credit)
            said = word if lost == kept else f"{format_metal(lost)} of {format_metal(kept)} {word}"
            yield f"{said} is lost: {reason}"


def _reason(rule: "RunRule", credit: "Credit", place: str | None) -> str:
    if place is not None and rule.gates == 0:
        return (
            f"no credit passes at {place}: no certificate covers the event, or it is a period with"
            " metal of more than 365 days before its end"
        )
    if place is not None and not rule.gates >> (credit - 1) & 1:
        return f"no certificate lets it through at {place}"
    if rule.whole:
        return "under this model all metal of a lot bears a credit, or none"
    return "the outputs cannot bear more of it"
