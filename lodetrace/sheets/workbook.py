"""XLSX (ECMA-376), read with the standard library: values alone, nothing is run or fetched.

A number is taken from its text in the XML. Excel keeps 15 significant digits and writes up to 17
of the binary number beside it (0.11899999999999999 for 0.119), so the text is rounded to 15.
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from pathlib import Path
from typing import Final
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

from lodetrace.sheets.cells import (
    EMPTY,
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    Cell,
    Form,
    Line,
    Sheet,
    SheetUnusable,
)

LARGEST_PART: Final = 64 << 20
"""Bytes of one part, unpacked."""
DIGITS: Final = 15

_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT: Final = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_RELATION: Final = re.compile(r"\{[^}]*officeDocument/(2006/)?relationships\}id")
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)
_DATES: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Built-in formats of dates and times (18.8.30)."""
_PERCENTAGES: Final = frozenset({9, 10})
_DAMAGED: Final = (
    zlib.error,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What zipfile raises for damaged, encrypted or unusual parts, the XML parser for an encoding that
nobody knows, and `int` for an attribute that should be a number."""
_LITERAL: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
"""Of a format's code, what stands there as it is."""


def read_workbook(path: Path, wanted: str | None = None) -> list[Sheet]:
    """The visible sheets that hold something, or the one that is wanted; raises SheetUnusable."""
    try:
        with ZipFile(path) as archive:
            return list(_sheets(path, _Parts(path, archive), wanted))
    except BadZipFile as error:
        raise SheetUnusable(path=path, reason="it is no XLSX file, or an encrypted one") from error
    except ElementTree.ParseError as error:
        raise SheetUnusable(path=path, reason=f"its XML is damaged: {error}") from error
    except _DAMAGED as error:
        raise SheetUnusable(path=path, reason=f"it is damaged or protected: {error}") from error


@dataclass(frozen=True, slots=True)
class _Parts:
    path: Path
    archive: ZipFile

    def has(self, name: str) -> bool:
        return name in self.archive.namelist()

    def root(self, name: str) -> ElementTree.Element:
        try:
            size = self.archive.getinfo(name).file_size
        except KeyError as error:
            raise SheetUnusable(path=self.path, reason=f"its part {name} is missing") from error
        if size > LARGEST_PART:
            raise SheetUnusable(path=self.path, reason=f"its part {name} has {size} bytes")
        with self.archive.open(name) as part:
            content = part.read(LARGEST_PART + 1)
        if len(content) > LARGEST_PART or b"<!DOCTYPE" in content[:4096]:
            raise SheetUnusable(path=self.path, reason=f"its part {name} is not one of a sheet")
        text = content.replace(_STRICT.strip("{}").encode(), _MAIN.strip("{}").encode())
        return ElementTree.fromstring(text)  # expat limits entities, and there is no DTD


def _sheets(path: Path, parts: _Parts, wanted: str | None) -> Iterator[Sheet]:
    if any(name.endswith("vbaProject.bin") for name in parts.archive.namelist()):
        raise SheetUnusable(path=path, reason="it holds macros; save it as .xlsx without them")
    if not parts.has("xl/workbook.xml"):
        raise SheetUnusable(path=path, reason="it is not a workbook of Excel's format")
    book = parts.root("xl/workbook.xml")
    targets = {
        one.get("Id"): one.get("Target", "") for one in parts.root("xl/_rels/workbook.xml.rels")
    }
    shared, formats = _shared(parts), _formats(parts)
    properties = book.find(f"{_MAIN}workbookPr")
    epoch_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    for sheet in book.iter(f"{_MAIN}sheet"):
        name = sheet.get("name", "")
        hidden = sheet.get("state", "visible") != "visible"
        if wanted is None and hidden:
            continue
        if wanted is not None and name != wanted:
            continue
        relation = next((one for key, one in sheet.items() if _RELATION.fullmatch(key)), "")
        target = targets.get(relation, "").removeprefix("/xl/")
        found = _lines(path, parts.root(f"xl/{target}"), shared, formats)
        if any(not line.is_empty for line in found):
            yield Sheet(name, tuple(found), epoch_1904=epoch_1904)


def _lines(
    path: Path,
    root: ElementTree.Element,
    shared: list[str],
    formats: Mapping[int, Form],
) -> list[Line]:
    merged = _merged(root)
    if any(one.get("hidden") in ("1", "true") for one in root.iter(f"{_MAIN}col")):
        raise SheetUnusable(path=path, reason="it has hidden columns: show or delete them")
    found: list[Line] = []
    for at, row in enumerate(root.iter(f"{_MAIN}row"), 1):
        number = int(row.get("r", at))
        if len(found) > MOST_ROWS:
            reason = f"it has more than {MOST_ROWS} rows"
            raise SheetUnusable(path=path, reason=reason)
        fault = None
        if row.get("hidden") in ("1", "true"):
            fault = "the row is hidden, or filtered out: show or delete it"
        elif number in merged:
            fault = "the row has merged cells: part them"
        found.append(Line(number, _cells(path, row, shared, formats), fault))
    return [line for line in found if not line.is_empty]


def _cells(
    path: Path, row: ElementTree.Element, shared: list[str], formats: Mapping[int, Form]
) -> tuple[Cell, ...]:
    found: dict[int, Cell] = {}
    for at, one in enumerate(row.iter(f"{_MAIN}c")):
        place = _REFERENCE.fullmatch(one.get("r", ""))
        column = at if place is None else _column(place[1])
        if column >= MOST_COLUMNS:
            raise SheetUnusable(path=path, reason=f"it has more than {MOST_COLUMNS} columns")
        found[column] = _cell(one, shared, formats)
    return tuple(found.get(column, EMPTY) for column in range(max(found, default=-1) + 1))


def _cell(one: ElementTree.Element, shared: list[str], formats: Mapping[int, Form]) -> Cell:
    value = one.findtext(f"{_MAIN}v") or ""
    if one.find(f"{_MAIN}f") is not None:
        return Cell(value[:LONGEST_CELL] or "=", Form.FORMULA)
    match one.get("t", "n"):
        case "s":
            return Cell(_shared_text(value, shared)) if value else EMPTY
        case "inlineStr":
            return Cell(_text(one))
        case "str" | "d":
            return Cell(value[:LONGEST_CELL])
        case "b":
            return Cell("TRUE" if value == "1" else "FALSE")
        case "e":
            return Cell(value, Form.ERROR)
    style = formats.get(int(one.get("s", "0")), Form.NUMBER)
    return Cell(as_shown(value), style) if value else EMPTY


def _shared_text(number: str, shared: list[str]) -> str:
    """A text by its number; raises LookupError or ValueError."""
    if not number.isdecimal():
        raise ValueError(f"{number[:20]!r} is no number of a text")
    return shared[int(number)]


def as_shown(text: str) -> str:
    """A number's text in at most 15 significant digits, without an exponent."""
    try:
        number = Context(prec=DIGITS).create_decimal(Decimal(text.strip()))
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number.adjusted()) > LONGEST_CELL:
        return text
    return f"{number.normalize():f}"


def _shared(parts: _Parts) -> list[str]:
    if not parts.has("xl/sharedStrings.xml"):
        return []
    return [_text(one) for one in parts.root("xl/sharedStrings.xml").iter(f"{_MAIN}si")]


def _text(item: ElementTree.Element) -> str:
    """Of all runs of a string, without the readings that are printed above it."""
    readings = {id(one) for part in item.iter(f"{_MAIN}rPh") for one in part.iter(f"{_MAIN}t")}
    runs = (one.text or "" for one in item.iter(f"{_MAIN}t") if id(one) not in readings)
    return "".join(runs)[:LONGEST_CELL]


def _formats(parts: _Parts) -> dict[int, Form]:
    """Whether a cell's style shows a date or a percentage, by number of the style."""
    if not parts.has("xl/styles.xml"):
        return {}
    root = parts.root("xl/styles.xml")
    own = {
        int(one.get("numFmtId", "0")): one.get("formatCode", "")
        for one in root.iter(f"{_MAIN}numFmt")
    }
    styles = root.find(f"{_MAIN}cellXfs")
    return {
        number: _form(int(one.get("numFmtId", "0")), own)
        for number, one in enumerate([] if styles is None else styles)
    }


def _form(number: int, own: Mapping[int, str]) -> Form:
    code = _LITERAL.sub("", own.get(number, "")).lower()
    if number in _PERCENTAGES or "%" in code:
        return Form.PERCENTAGE
    if number in _DATES or any(sign in code for sign in "ymdhs"):
        return Form.DATE
    return Form.NUMBER


def _merged(root: ElementTree.Element) -> set[int]:
    """Rows that a merged range touches."""
    rows: set[int] = set()
    for one in root.iter(f"{_MAIN}mergeCell"):
        ends = [int(found[2]) for found in _REFERENCE.finditer(one.get("ref", ""))]
        if ends:
            rows.update(range(min(ends), min(max(ends), MOST_ROWS + 1) + 1))
    return rows


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
