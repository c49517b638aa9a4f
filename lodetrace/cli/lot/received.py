"""Offers held against a receiving sheet: what is taken, and what is left for a dispute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lodetrace.cli.answer import rows
from lodetrace.errors import InputError
from lodetrace.text import hex_of, short_id
from lodetrace.units import format_share, parse_share

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lodetrace.member.inbox import InboxItem
    from lodetrace.member.session import MemberSession


class ToleranceAlone(InputError):
    """A tolerance without weights, or weights without a tolerance."""

    template = "--sheet and --within belong together, only {given} was given"
    advice = "Give both: what was weighed, and by how much it may differ."


@dataclass(frozen=True, slots=True)
class Compared:
    """taken: lots that may be accepted. left: why others are not, by lot. labels: of the sheet."""

    taken: list[bytes]
    left: dict[bytes, str] = field(default_factory=dict)
    labels: dict[bytes, str] = field(default_factory=dict)
    shown: "tuple[RenderableType, ...]" = ()

    @property
    def document(self) -> dict[str, Any]:
        """For machines; nothing where no sheet was given."""
        left = [{"lot": hex_of(lot), "reason": reason} for lot, reason in self.left.items()]
        return {"left": left} if left else {}


def compared(
    member: "MemberSession",
    items: "Mapping[bytes, InboxItem]",
    named: Sequence[bytes],
    sheet: Path | None,
    within: str | None,
    decimal: str | None,
) -> Compared:
    """The named lots, held against a sheet; without one all of them are taken.

    decimal: what parts decimals in the sheet, where that is unclear. Lots that were accepted
    before are left alone. Raises ToleranceAlone, RowUnusable and as parse_share.
    """
    if (sheet is None) != (within is None):
        raise ToleranceAlone(given="--within" if sheet is None else "--sheet")
    if sheet is None or within is None:
        return Compared(list(named))
    from lodetrace.cli.lot.sheets import difference, is_within, read_received

    tolerance = parse_share(within.replace("%", " %").replace("  ", " "))
    received = read_received(member, sheet, items, decimal)
    taken, left, lines = [], {}, []
    for lot in named:
        if lot not in items:
            taken.append(lot)
            continue
        opening = items[lot].opening
        if lot not in received or opening is None:
            left[lot] = "not weighed in the sheet"
            continue
        booked = opening.lot.metal
        said = difference(booked, received[lot].metal)
        if is_within(booked, received[lot].metal, tolerance):
            taken.append(lot)
        else:
            left[lot] = f"{said}, more than {format_share(tolerance)}"
        lines.append((short_id(lot), received[lot].label, said, "" if lot not in left else "left"))
    lines += [
        (short_id(lot), "", reason, "left") for lot, reason in left.items() if lot not in received
    ]
    labels = {lot: received[lot].label for lot in taken if lot in received and received[lot].label}
    shown = (rows(("lot", "label", "weighed against booked", ""), lines),) if lines else ()
    return Compared(taken, left, labels, shown)
