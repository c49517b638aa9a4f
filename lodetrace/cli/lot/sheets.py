"""Sheets of lots: which are offered, and what the receiver weighed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lodetrace.canonical_json import plain
from lodetrace.cli.lot_ids import fitting, named_lots
from lodetrace.contracts.enums import ELEMENT_SYMBOLS, LotState, element_name
from lodetrace.errors import InputError
from lodetrace.units import (
    PPM,
    contained_metal,
    format_metal,
    parse_metal,
    parse_share,
)

if TYPE_CHECKING:
    from lodetrace.contracts.structs import Lot
    from lodetrace.member.inbox import InboxItem
    from lodetrace.member.session import MemberSession
    from lodetrace.sheets.table import Headings, Row

MOST_AT_ONCE: Final = 40
"""Lots in one transaction."""


class ChoiceUnclear(InputError):
    """Lots are named in several ways, or in none."""

    template = "{count} ways of naming lots were taken, one is needed"
    advice = "Name lots, or give --label, or give --file."


class NoneFits(InputError):
    """A pattern that no free lot of the account fits."""

    template = "no free lot of yours has a label like {pattern!r}"
    advice = "See `lodetrace lot list`: an offered lot is not offered again."


class RowUnusable(InputError):
    """A row of a sheet of lots that cannot be taken."""

    template = "{path}, row {row}: {reason}"
    advice = "Nothing was sent. Correct the row."


@dataclass(frozen=True, slots=True)
class Received:
    """What the receiver's own scale and laboratory say of a lot, in mg. label: of the note."""

    metal: int
    label: str


def chosen_lots(
    member: "MemberSession",
    texts: Sequence[str],
    pattern: str | None,
    file: Path | None,
) -> list[bytes]:
    """Lots that were named, have a label like a pattern, or stand in a sheet.

    Of a pattern the free ones, else those that are offered: so the same command again finds its
    own offers. Raises ChoiceUnclear, NoneFits, RowUnusable and as named_lots.
    """
    ways = [bool(texts), pattern is not None, file is not None]
    if sum(ways) != 1:
        raise ChoiceUnclear(count=sum(ways))
    if pattern is not None:
        return _like(member, pattern)
    if file is None:
        return named_lots(member, texts)
    return list(read_lots(member, file, decimal="."))  # no figure of it is read


def _like(member: "MemberSession", pattern: str) -> list[bytes]:
    from lodetrace.member.lots import held_lots

    labels = member.vault.labels()
    like = [one for one in held_lots(member) if fitting(labels.get(one.id, ()), pattern)]
    for state in (LotState.ACTIVE, LotState.OFFERED):
        found = [one.id for one in like if one.state is state]
        if found:
            return found
    raise NoneFits(pattern=pattern)


def read_lots(member: "MemberSession", path: Path, decimal: str | None) -> dict[bytes, "Row"]:
    """The rows of a sheet, by the lot that each names; raises RowUnusable and its siblings.

    decimal: the sign that parts decimals, where the sheet leaves it open.
    """
    from lodetrace.sheets.table import CellRefused, read_table

    found: dict[bytes, Row] = {}
    for row in read_table(path, _headings(), decimal=decimal).rows:
        try:
            if row.fault is not None:
                raise CellRefused(heading="row", reason=row.fault)
            lot = named_lots(member, [row.text("Lot")], inbox=True)[0]
        except InputError as error:
            raise RowUnusable(path=path, row=row.number, reason=error) from error
        if lot in found:
            reason = f"the lot stands in row {found[lot].number} already"
            raise RowUnusable(path=path, row=row.number, reason=reason)
        found[lot] = row
    return found


def read_received(
    member: "MemberSession",
    path: Path,
    items: "Mapping[bytes, InboxItem]",
    decimal: str | None,
) -> dict[bytes, Received]:
    """What was weighed of each lot; a row without figures is left out. Raises RowUnusable."""
    from lodetrace.cli.lot.labels import require_label

    found = {}
    for lot, row in read_lots(member, path, decimal).items():
        if lot not in items:
            continue
        try:
            metal = _weighed(row, element_name(items[lot].lot.element))
            label = row.text("Label")
            if label:
                require_label(label)
            if metal is not None:
                found[lot] = Received(metal, label)
        except InputError as error:
            raise RowUnusable(path=path, row=row.number, reason=error) from error
    return found


def in_parts(lots: "Mapping[bytes, Lot]") -> list[list[bytes]]:
    """Lots for one transaction each, about MOST_AT_ONCE; no physical batch is parted."""
    from lodetrace.member.batches import batch_of, in_batches

    parts: list[list[bytes]] = []
    for lot in in_batches(lots):
        batch = batch_of(lots[lot])
        together = batch is not None and parts and batch == batch_of(lots[parts[-1][-1]])
        if not parts or (len(parts[-1]) >= MOST_AT_ONCE and not together):
            parts.append([])
        parts[-1].append(lot)
    return parts


def difference(booked: int, received: int) -> str:
    """How far a lot differs, for people: "0.31 % less"."""
    from lodetrace.units import brief_share

    if booked == received:
        return "the same"
    side = "less" if received < booked else "more"
    return f"{brief_share(abs(booked - received), booked)} {side} ({format_metal(received)})"


def is_within(booked: int, received: int, tolerance: int) -> bool:
    """tolerance: ppm of what is booked."""
    return abs(booked - received) * PPM <= tolerance * booked


def _headings() -> "Headings":
    from lodetrace.sheets.table import Headings

    known = {"Lot": "", "Label": "", "Booked": "", "Metal": "kg", "Wet mass": "t"}
    known |= {"Moisture": "%", "Assay": "%", **dict.fromkeys(ELEMENT_SYMBOLS.values(), "%")}
    numbers = [name for name, unit in known.items() if unit]
    return Headings(known, ("Lot",), numbers, ())


def _weighed(row: "Row", symbol: str) -> int | None:
    """mg of metal: as it is written, or of wet mass, moisture and assay; None of an empty row."""
    metal = row.quantity("Metal") if "Metal" in row.columns else None
    if metal is not None:
        return parse_metal(f"{plain(metal[0])} {metal[1]}")
    parts = [row.quantity(name) if name in row.columns else None for name in
             ("Wet mass", "Moisture", symbol if row.text(symbol) else "Assay")]  # fmt: skip
    if not any(parts):
        return None
    if None in parts:
        from lodetrace.sheets.table import CellRefused

        raise CellRefused(heading="Wet mass", reason="wants moisture and assay beside it")
    texts = [f"{plain(part[0])} {part[1]}" for part in parts if part is not None]
    return contained_metal(parse_metal(texts[0]), parse_share(texts[1]), parse_share(texts[2]))
