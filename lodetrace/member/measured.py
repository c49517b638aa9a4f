"""Lots held against what the document of their run measured, in the words of the command.

The circuit would refuse the same in those of its rules, and only after a minute of proving.
"""

from collections.abc import Sequence
from typing import Final

from lodetrace.errors import Refused
from lodetrace.text import hex_of
from lodetrace.units import PPM, format_metal, format_share
from zk_circuits.allocation import metal_to_book
from zk_circuits.balance import Balance, RunMeasurement
from zk_circuits.rule import RunRule


class MetalInDiffers(Refused):
    """A lot that is not what the document of the run measured of it."""

    template = (
        "lot {lot} holds {booked}, the document measured {measured} of it going in: {difference}"
        " {way}, {tolerance} of the lot's metal is tolerated"
    )
    advice = (
        "The document is of other lots, or wrong: its site withdraws it and states again what it"
        " weighed of each lot."
    )


class MetalOutExceeds(Refused):
    """Outputs with more metal than the document of the run measured."""

    template = "the {what} have {wanted}, the document measured {measured} coming out"
    advice = "Lower an output, or give the last one metal=rest."


class MetalNotBooked(Refused):
    """Outputs with less metal than has to be booked."""

    template = "the outputs have {wanted}, {booked} came out"
    advice = (
        "All metal that was measured is booked: raise an output, give the last one metal=rest, and"
        " name an output of scrap where the document measured some."
    )


NOT_AS_MEASURED: Final = (MetalInDiffers, MetalOutExceeds, MetalNotBooked)
"""What require_measured raises."""


def require_measured(
    lots: Sequence[bytes],
    balances: Sequence[Balance],
    wanted: Sequence[int],
    rule: RunRule,
    event: RunMeasurement,
) -> None:
    """lots, balances: of the inputs, in the event's order. wanted: mg of metal of each output.

    Raises MetalInDiffers, MetalOutExceeds or MetalNotBooked.
    """
    for place, (lot, balance) in enumerate(zip(lots, balances, strict=True)):
        _require_weighed(lot, balance.metal, event.measured(place), rule.tolerance_ppm)
    scrap = sum(metal for index, metal in enumerate(wanted) if rule.is_scrap(index))
    for what, made, measured in (
        ("outputs but scrap", sum(wanted) - scrap, event.product),
        ("outputs of scrap", scrap, event.scrap),
    ):
        if made > measured:
            raise MetalOutExceeds(
                what=what, wanted=format_metal(made), measured=format_metal(measured)
            )
    booked = metal_to_book(sum(balance.metal for balance in balances), event)
    if sum(wanted) < booked:
        raise MetalNotBooked(wanted=format_metal(sum(wanted)), booked=format_metal(booked))


def _require_weighed(lot: bytes, booked: int, measured: int, tolerance_ppm: int) -> None:
    difference = booked - measured
    if abs(difference) * PPM > tolerance_ppm * booked:
        raise MetalInDiffers(
            lot=hex_of(lot),
            booked=format_metal(booked),
            measured=format_metal(measured),
            difference=format_metal(abs(difference)),
            way="less" if difference > 0 else "more",
            tolerance=format_share(tolerance_ppm),
        )
