"""A sheet that plans a run: the lots that go into it, and what comes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lodetrace.canonical_json import plain
from lodetrace.cli.lot.sheets import RowUnusable
from lodetrace.cli.parse import REST, TypedOutput, parse_word
from lodetrace.contracts.enums import Material
from lodetrace.errors import InputError
from lodetrace.sheets.table import CellRefused, Headings, Row, read_table
from lodetrace.units import parse_metal

LOT: Final = "Lot"
MATERIAL: Final = "Material"
METAL: Final = "Metal"
COUNT: Final = "Count"

HEADINGS: Final = Headings({LOT: "", MATERIAL: "", METAL: "kg", COUNT: ""}, (LOT,), (METAL,), ())


class PlanAlone(InputError):
    """A plan, and lots or outputs beside it."""

    template = "--plan names lots and outputs, {given} as well"
    advice = "Write them all into the plan, or leave it away."


@dataclass(frozen=True, slots=True)
class RunSheet:
    """lots: as they are named there, in the order of the rows."""

    lots: tuple[str, ...]
    outputs: tuple[TypedOutput, ...]


def read_plan(path: Path, decimal: str | None = None) -> RunSheet:
    """A row is a lot that goes in, or an output; raises RowUnusable and as read_table."""
    lots, outputs = [], []
    for row in read_table(path, HEADINGS, decimal=decimal).rows:
        try:
            if row.fault is not None:
                raise CellRefused(heading="row", reason=row.fault)
            found = _output(row)
            lot = row.text(LOT)
            if bool(lot) is (found is not None):
                reason = "it is either a lot that goes in or an output"
                raise CellRefused(heading="row", reason=reason)
        except InputError as error:
            raise RowUnusable(path=path, row=row.number, reason=error) from error
        if found is None:
            lots.append(lot)
        else:
            outputs.append(found)
    return RunSheet(tuple(lots), tuple(outputs))


def require_alone(inputs: Sequence[str], outputs: Sequence[str]) -> None:
    """Raises PlanAlone."""
    given = [name for name, typed in (("--input", inputs), ("--output", outputs)) if typed]
    if given:
        raise PlanAlone(given=" and ".join(given))


def _output(row: Row) -> TypedOutput | None:
    """None where nothing of an output stands in the row."""
    material, count = _text(row, MATERIAL), _text(row, COUNT)
    metal = _metal(row)
    if not material and not count and not _text(row, METAL):
        return None
    if metal is None and not count and _text(row, METAL).lower() != REST:
        raise CellRefused(heading=METAL, reason="is empty: how much, or rest?")
    return TypedOutput(
        metal,
        parse_word(Material, material, "material") if material else None,
        _count(count),
    )


def _metal(row: Row) -> int | None:
    """mg; None for the rest, or for units that share it."""
    if _text(row, METAL).lower() in ("", REST):
        return None
    quantity = row.quantity(METAL)
    return None if quantity is None else parse_metal(f"{plain(quantity[0])} {quantity[1]}")


def _count(text: str) -> int:
    whole = text.removesuffix(".0")
    if text and not (whole.isascii() and whole.isdigit() and 1 <= int(whole) < 1 << 32):
        raise CellRefused(heading=COUNT, reason=f"{text[:20]!r} is no number of units")
    return int(whole) if text else 1


def _text(row: Row, name: str) -> str:
    return row.text(name) if name in row.columns else ""
