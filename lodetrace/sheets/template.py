"""An empty sheet with the headings of a kind of document, each with its unit."""

import csv
from pathlib import Path

from lodetrace.sheets.cells import SheetUnusable
from lodetrace.sheets.table import Headings

_WIDTH = 18


def require_kind(path: Path) -> None:
    """Raises SheetUnusable where the name's end is of no sheet."""
    end = path.suffix.lower()
    if end not in (".csv", ".xlsx"):
        reason = f"a name that ends with {end or 'nothing'} is of neither .xlsx nor .csv"
        raise SheetUnusable(path=path, reason=reason)


def write_template(path: Path, headings: Headings) -> None:
    """A workbook or, by the name's end, CSV; raises OSError or SheetUnusable."""
    require_kind(path)
    titles = [f"{name} [{unit}]" if unit else name for name, unit in headings.known.items()]
    if path.suffix.lower() == ".xlsx":
        _workbook(path, titles, headings)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerow(titles)


def _workbook(path: Path, titles: list[str], headings: Headings) -> None:
    from xlsxwriter import Workbook

    with Workbook(path) as book:
        sheet = book.add_worksheet("Documents")
        bold, needed = book.add_format({"bold": True}), book.add_format({"bold": True})
        needed.set_bg_color("#FFF2CC")
        text, moment = book.add_format({"num_format": "@"}), book.add_format()
        moment.set_num_format("yyyy-mm-dd hh:mm")
        for at, (title, name) in enumerate(zip(titles, headings.known, strict=True)):
            is_text = name not in (*headings.numbers, *headings.times)
            style = text if is_text else moment if name in headings.times else None
            sheet.set_column(at, at, _WIDTH, style)
            sheet.write_string(0, at, title, needed if name in headings.required else bold)
        sheet.freeze_panes(1, 0)
