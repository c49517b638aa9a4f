"""Sheets of products: which vehicle or pack has which units of which lot."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lodetrace.cli.lot_ids import named_lots
from lodetrace.errors import InputError, NotFound
from lodetrace.member.product_batches import AskedPart, RowLeft
from lodetrace.member.products import product_name
from lodetrace.sheets.cells import EMPTY, Form
from lodetrace.sheets.table import CellRefused, Headings, Row, Table, read_table

if TYPE_CHECKING:
    from lodetrace.member.session import MemberSession

IDENTIFIER: Final = "Identifier"
LOT: Final = "Lot"
UNITS: Final = "Units"

HEADINGS: Final = Headings(dict.fromkeys((IDENTIFIER, LOT, UNITS), ""), (IDENTIFIER,), (), ())

_WHOLE: Final = re.compile(r"([0-9]{1,10})(?:\.0)?", re.ASCII)
"""As 3 or 3.0, which programs make of it: 3.000 may be three thousand."""
_MOST_UNITS: Final = (1 << 32) - 1


def read_products(
    member: "MemberSession", path: Path, sheet: str | None
) -> tuple[list[AskedPart], list[RowLeft], Table]:
    """The rows of a sheet that can be read, and why others cannot.

    Raises HeadingMissing, HeadingUnknown or SheetUnusable.
    """
    table = read_table(path, HEADINGS, sheet=sheet)
    lots = _Lots(member)
    asked, left = [], []
    for row in table.rows:
        try:
            asked.append(_part(row, lots))
        except (InputError, NotFound) as error:
            left.append(RowLeft(row.number, str(error), _identifier(row)))
    return asked, left, table


class _Lots:
    """Lots by the text that names them, each looked up once."""

    def __init__(self, member: "MemberSession") -> None:
        self._member: Final = member
        self._found: dict[str, bytes] = {}

    def named(self, text: str) -> bytes:
        """Raises as named_lots."""
        if text not in self._found:
            self._found[text] = named_lots(self._member, [text])[0]
        return self._found[text]


def _identifier(row: Row) -> str | None:
    """That of a row which cannot be taken, where it has one."""
    cell = row.cells.get(IDENTIFIER, EMPTY)
    return cell.text.strip() if cell.form is Form.TEXT and row.fault is None else None


def _part(row: Row, lots: _Lots) -> AskedPart:
    if row.fault is not None:
        raise CellRefused(heading="row", reason=row.fault)
    identifier = row.text(IDENTIFIER)
    if row.cells.get(IDENTIFIER, EMPTY).form is not Form.TEXT:
        reason = "is a number to the sheet, which drops zeros: format the column as text"
        raise CellRefused(heading=IDENTIFIER, reason=reason)
    product_name(identifier)
    lot = row.text(LOT) if LOT in row.columns else ""
    typed = row.text(UNITS) if UNITS in row.columns else ""
    if not lot and typed:
        raise CellRefused(heading=LOT, reason="is empty: of which lot are the units?")
    return AskedPart(row.number, identifier, lots.named(lot) if lot else None, _units(typed))


def _units(text: str) -> int:
    found = _WHOLE.fullmatch(text or "1")
    if found is None or not 1 <= int(found[1]) <= _MOST_UNITS:
        raise CellRefused(heading=UNITS, reason=f"{text[:20]!r} is no number of units")
    return int(found[1])
