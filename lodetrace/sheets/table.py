"""Rows under their headings: which column is which, and in which unit."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

from lodetrace.errors import InputError
from lodetrace.sheets.cells import EMPTY, Cell, Form, Line, Sheet, SheetUnusable
from lodetrace.sheets.delimited import read_delimited
from lodetrace.sheets.figures import (
    FigureMalformed,
    Reading,
    decimal_sign,
    is_day_first,
    number_of_cell,
)
from lodetrace.sheets.workbook import read_workbook

_HEADING: Final = re.compile(r"(.*?)\s*(?:\[([^\]]*)\]|\(([^)]*)\))?", re.DOTALL)
_NOTES: Final = ("note", "notes", "remark", "remarks", "comment")


class HeadingUnknown(InputError):
    """A column that nothing is read of."""

    template = "{path}: the column {heading!r} is not known; known: {known}"
    advice = "Take the headings of `lodetrace event template`. Words of your own go under Note."


class HeadingMissing(InputError):
    """A column without which a row says nothing."""

    template = "{path}: the column {heading} is missing"
    advice = "Take the headings of `lodetrace event template`."


class CellRefused(InputError):
    """A cell that cannot be taken."""

    template = "{heading}: {reason}"
    advice = "Correct the row; the others are not touched by it."


@dataclass(frozen=True, slots=True)
class Column:
    """A heading. unit: what its numbers are in, "" for texts."""

    name: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells, by name of the column."""

    number: int
    cells: Mapping[str, Cell]
    columns: Mapping[str, Column]
    reading: Reading = field(repr=False)
    fault: str | None = None

    def text(self, name: str) -> str:
        """The text under a heading, "" where there is none; raises CellRefused."""
        cell = self.cells.get(name, EMPTY)
        if cell.form is Form.FORMULA and cell.text:
            raise CellRefused(heading=name, reason="holds a formula: paste its value instead")
        if cell.form is Form.ERROR:
            raise CellRefused(heading=name, reason=f"holds the error {cell.text}")
        return cell.text.strip()

    def quantity(self, name: str) -> tuple[Decimal, str] | None:
        """A number and its unit: that of the cell, else that of the heading; None if empty."""
        text = self.text(name)
        if not text:
            return None
        cell = self.cells[name]
        try:
            if cell.form is Form.TEXT:
                number, unit = self.reading.number(text)
            else:
                number, unit = self._numeric(cell)
        except FigureMalformed as error:
            raise CellRefused(heading=name, reason=str(error)) from error
        return number, unit or self.columns[name].unit

    def _numeric(self, cell: Cell) -> tuple[Decimal, str]:
        number = number_of_cell(cell.text)
        if cell.form is Form.DATE:
            raise FigureMalformed(text=cell.text[:40], reason="is formatted as a date")
        if number < 0:
            raise FigureMalformed(text=cell.text[:40], reason="is no plain positive number")
        return (number * 100, "%") if cell.form is Form.PERCENTAGE else (number, "")


@dataclass(frozen=True, slots=True)
class Table:
    """remarks: how it was read, to be said aloud."""

    rows: tuple[Row, ...]
    columns: Mapping[str, Column]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Headings:
    """What a table may have. required: without which nothing is read; numbers, times: by name."""

    known: Mapping[str, str]
    required: Collection[str]
    numbers: Collection[str]
    times: Collection[str]


def read_table(
    path: Path,
    headings: Headings,
    *,
    sheet: str | None = None,
    decimal: str | None = None,
    day_first: bool | None = None,
) -> Table:
    """The one table of a file; raises InputError or SheetUnusable."""
    found = _sheet(path, headings, sheet)
    columns = _columns(path, found.lines[0], headings)
    lines = found.lines[1:]
    if not lines:
        raise SheetUnusable(path=path, reason="no row stands below the headings")
    texts = _texts(columns, lines, headings.numbers)
    times = _texts(columns, lines, headings.times)
    reading = Reading(decimal_sign(texts, decimal), is_day_first(times, day_first),
                      found.epoch_1904)  # fmt: skip
    by_name = {column.name: column for column in columns if column is not None}
    rows = tuple(
        Row(line.number, _named(columns, line), by_name, reading, line.fault) for line in lines
    )
    said = (*found.remarks, *_remarks(found, reading, texts, times))
    return Table(rows, by_name, said)


def _sheet(path: Path, headings: Headings, wanted: str | None) -> Sheet:
    try:
        sheets = _opened(path, wanted)
    except OSError as error:
        raise SheetUnusable(path=path, reason=error.strerror or error) from error
    if not any(one.lines for one in sheets):
        named = "it is empty" if wanted is None else f"it has no sheet {wanted!r:.40}"
        raise SheetUnusable(path=path, reason=named)
    fit = [one for one in sheets if _fits(one, headings)]
    if len(fit) > 1:
        names = ", ".join(one.name for one in fit)
        raise SheetUnusable(path=path, reason=f"several sheets have the headings ({names})")
    if not fit:
        if len(sheets) == 1:
            return sheets[0]  # what is missing in it is said by its name
        names = ", ".join(one.name for one in sheets) or "none"
        raise SheetUnusable(path=path, reason=f"no sheet has the headings; sheets: {names}")
    left = [one.name for one in sheets if one is not fit[0]]
    if not left:
        return fit[0]
    remark = f"sheet {fit[0].name} was read, {', '.join(left)} was not"
    return Sheet(fit[0].name, fit[0].lines, (remark,), fit[0].epoch_1904)


def _opened(path: Path, wanted: str | None) -> list[Sheet]:
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"PK"):
        return read_workbook(path, wanted)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        reason = "it is of Excel's old format, or encrypted"
        raise SheetUnusable(path=path, reason=reason)
    return [read_delimited(path)]


def _fits(sheet: Sheet, headings: Headings) -> bool:
    names = {_plain(_split(cell.text)[0]) for cell in sheet.lines[0].cells}
    return all(_plain(one) in names for one in headings.required)


def _columns(path: Path, line: Line, headings: Headings) -> list[Column | None]:
    by_plain = {_plain(name): name for name in headings.known}
    found: list[Column | None] = []
    for cell in line.cells:
        written, unit = _split(cell.text)
        plain = _plain(written)
        if not plain or plain in _NOTES:
            found.append(None)
            continue
        if plain not in by_plain:
            known = ", ".join(headings.known)
            raise HeadingUnknown(path=path, heading=cell.text[:40], known=known)
        name = by_plain[plain]
        found.append(Column(name, unit or headings.known[name]))
    names = [one.name for one in found if one is not None]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SheetUnusable(path=path, reason=f"the column {twice} stands there twice")
    for name in headings.required:
        if name not in names:
            raise HeadingMissing(path=path, heading=name)
    return found


def _named(columns: list[Column | None], line: Line) -> dict[str, Cell]:
    return {
        column.name: cell
        for column, cell in zip(columns, line.cells, strict=False)
        if column is not None
    }


def _texts(
    columns: list[Column | None], lines: tuple[Line, ...], names: Collection[str]
) -> list[str]:
    """What is written as text under some headings."""
    return [
        cell.text
        for line in lines
        for name, cell in _named(columns, line).items()
        if name in names and cell.form is Form.TEXT and cell.text.strip()
    ]


def _remarks(sheet: Sheet, reading: Reading, texts: list[str], times: list[str]) -> list[str]:
    said = []
    if any("," in text or "." in text for text in texts):
        sign = "a comma" if reading.decimal == "," else "a point"
        said.append(f"decimals are parted by {sign}")
    if any("/" in text for text in times):
        said.append(f"dates have the {'day' if reading.day_first else 'month'} first")
    if sheet.epoch_1904:
        said.append("day numbers count from 1904")
    return said


def _split(heading: str) -> tuple[str, str]:
    found = _HEADING.fullmatch(heading.strip())
    if found is None:
        return heading.strip(), ""
    return found[1], (found[2] or found[3] or "").strip()


def _plain(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())
