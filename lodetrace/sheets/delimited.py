"""CSV as Excel and its relatives write it: in several encodings, parted by several signs."""

import csv
import io
from pathlib import Path
from typing import Final

from lodetrace.sheets.cells import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    Cell,
    Line,
    Sheet,
    SheetUnusable,
)

LARGEST: Final = 32 << 20
"""Bytes."""

_PARTING: Final = {";": "semicolons", ",": "commas", "\t": "tabs"}


def read_delimited(path: Path) -> Sheet:
    """The table in a file; raises SheetUnusable or OSError."""
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise SheetUnusable(path=path, reason=f"it has more than {LARGEST} bytes")
    text, encoding = _decoded(path, content)
    text, sign = _parted(text)
    try:
        lines = _lines(path, text, sign)
    except csv.Error as error:
        raise SheetUnusable(path=path, reason=error) from error
    remark = f"CSV in {encoding}, parted by {_PARTING[sign]}"
    return Sheet(path.name, tuple(lines), (remark,), is_text=True)


def _lines(path: Path, text: str, sign: str) -> list[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    found: list[Line] = []
    for cells in reader:
        if len(found) > MOST_ROWS:
            raise SheetUnusable(path=path, reason=f"it has more than {MOST_ROWS} rows")
        if len(cells) > MOST_COLUMNS or any(len(cell) > LONGEST_CELL for cell in cells):
            raise SheetUnusable(path=path, reason=f"row {reader.line_num} is too large")
        line = Line(reader.line_num, tuple(map(Cell, cells)))
        if not line.is_empty:
            found.append(line)
    return found


def _decoded(path: Path, content: bytes) -> tuple[str, str]:
    """UTF-8 and UTF-16 say so themselves; what is neither is the western Windows code page."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"),
                           (b"\xfe\xff", "utf-16")):  # fmt: skip
        if content.startswith(mark):
            return _strictly(path, content, encoding), encoding.removesuffix("-sig").upper()
    if b"\0" in content:
        raise SheetUnusable(path=path, reason="it is no text")
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _strictly(path, content, "cp1252"), "Windows-1252"


def _strictly(path: Path, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise SheetUnusable(path=path, reason=f"it is not in {encoding}") from error


def _parted(text: str) -> tuple[str, str]:
    """The text, and what parts its cells: as its first line says, or shows most often."""
    first, _, rest = text.partition("\n")
    said = first.strip().strip('"')
    if said.lower().startswith("sep=") and said[4:] in _PARTING:
        return rest, said[4:]
    return text, max(_PARTING, key=first.count)
