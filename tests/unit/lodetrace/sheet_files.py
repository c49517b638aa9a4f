"""Workbooks and CSV files as tests want them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook

TITLES = (
    "GTIN", "Batch", "Substance", "Start", "End", "Wet mass [kg]", "Moisture [%]", "Co [%]",
    "Carbon [t CO2e]", "Seals", "Responsible [%]",
)  # fmt: skip
GTIN = "09521234000013"


def row_of(number: int, **changed: str) -> list[str]:
    """One container."""
    cells = {
        "GTIN": GTIN,
        "Batch": f"M{number}",
        "Substance": "cobalt-hydroxide",
        "Start": "2026-08-08 04:00",
        "End": "2026-08-08 10:00",
        "Wet mass": "20150.5",
        "Moisture": "11.9",
        "Co": "30.32",
        "Carbon": "38.2",
        "Seals": f"MWD-{700000 + number}",
        "Responsible": "100",
    }
    assert changed.keys() <= cells.keys()
    return list({**cells, **changed}.values())


def workbook(
    path: Path, fill: Callable[[Workbook, Any], None], *, name: str = "Containers"
) -> Path:
    """A workbook whose first sheet has the titles in its first row."""
    with Workbook(path) as book:
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, TITLES)
        fill(book, sheet)
    return path


def text_rows(rows: Sequence[Sequence[str]]) -> Callable[[Workbook, Any], None]:
    """Rows of texts below the titles."""

    def fill(book: Workbook, sheet: Any) -> None:
        for at, row in enumerate(rows, 1):
            for column, text in enumerate(row):
                sheet.write_string(at, column, text)

    return fill


def with_part(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The same workbook with one part changed, or added."""
    with ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    parts[name] = change(parts.get(name, b""))
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for one, content in parts.items():
            archive.writestr(one, content)
    return path
