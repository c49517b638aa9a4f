"""Sheets as clerks' programs write them: exact figures, nothing guessed, nothing run."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

from lodetrace.documents.epcis import EpcisDocument
from lodetrace.documents.signed_document import SALT_FIELD
from lodetrace.documents.statement import SiteStatement
from lodetrace.sheets.cells import Cell, Form, SheetUnusable
from lodetrace.sheets.figures import (
    DatesUnclear,
    DecimalsUnclear,
    FigureMalformed,
    Reading,
    decimal_sign,
    is_day_first,
)
from lodetrace.sheets.site_documents import (
    KINDS,
    RowFault,
    RowsDocument,
    documents_of,
    headings_of,
)
from lodetrace.sheets.table import (
    CellRefused,
    HeadingMissing,
    HeadingUnknown,
    Table,
    read_table,
)
from lodetrace.sheets.template import write_template
from lodetrace.sheets.workbook import as_shown
from tests.unit.lodetrace.sheet_files import GTIN, TITLES, row_of, text_rows, with_part, workbook

BIRTH = headings_of("birth")
at = datetime.fromisoformat
SITE = "https://id.gs1.org/414/9521234000013"
METAL = 20_150_500_000 * 881_000 * 303_200 // 10**12
"""mg: wet mass × (1 − moisture) × assay."""


def table(path: Path, **given: Any) -> Table:
    return read_table(path, BIRTH, **given)


def made(found: Table, offset: str | None = "+02:00") -> list[RowsDocument | RowFault]:
    return list(documents_of(found.rows, "birth", SITE, offset, lambda text: bytes(32)))


def statement(document: RowsDocument | RowFault) -> SiteStatement:
    assert isinstance(document, RowsDocument), document
    return SiteStatement.of(EpcisDocument.of({**document.raw, SALT_FIELD: "0x" + "00" * 32}))


def written(path: Path, lines: list[list[str]], sign: str = ",", encoding: str = "utf-8") -> Path:
    text = "\r\n".join(sign.join(line) for line in [list(TITLES), *lines]) + "\r\n"
    path.write_bytes(text.encode(encoding))
    return path


# figures


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("20150", ".", "20150"),
        ("20,150.5", ".", "20150.5"),
        ("20.150,5", ",", "20150.5"),
        ("20 150,5", ",", "20150.5"),
        ("20\u00a0150,5", ",", "20150.5"),
        ("20\u202f150,5", ",", "20150.5"),
        ("20'150.5", ".", "20150.5"),
        ("20\u2019150.5", ".", "20150.5"),
        ("1.234.567", ",", "1234567"),
        ("0,119", ",", "0.119"),
        ("11.9000", ".", "11.9000"),
        ("123456789012345678", ".", "123456789012345678"),
    ],
)
def test_a_figure_is_its_digits(text: str, sign: str, value: str) -> None:
    assert Reading(sign, True).number(text) == (Decimal(value), "")


@pytest.mark.parametrize("unit", ["kg", "t", "%", "t CO2e"])
def test_a_figure_brings_its_unit(unit: str) -> None:
    for between in ("", " ", "\u00a0"):
        assert Reading(",", True).number(f"1.234,5{between}{unit}") == (Decimal("1234.5"), unit)


@pytest.mark.parametrize(
    "text",
    ["", "-1", "+1", "1e3", "1.2.3", "1,23,4", "12,3456.7", "1,5", ".5", "5.", "abc", "1..2",
     "1. 5", "20 15", "٣٤", "½", "NaN", "inf", "1_000", "0x10"],
)  # fmt: skip
def test_what_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(FigureMalformed):
        Reading(".", True).number(text)


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        ([], "."),
        (["20150", "7"], "."),
        (["11.9", "20,150"], "."),
        (["11,9", "20.150"], ","),
        (["20.150", "1.234.567"], ","),
        (["20 150,500"], ","),
        (["0.119"], "."),
        (["20150.500"], "."),
    ],
)
def test_the_sheet_says_what_parts_decimals(texts: list[str], sign: str) -> None:
    assert decimal_sign(texts) == sign


@pytest.mark.parametrize("texts", [["20.150"], ["38,215", "20,150"], ["11,9", "11.9"]])
def test_what_could_be_a_thousand_times_as_much_is_asked_about(texts: list[str]) -> None:
    with pytest.raises(DecimalsUnclear):
        decimal_sign(texts)
    assert decimal_sign(texts, ",") == ","


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.11899999999999999", "0.119"),
        ("0.30320000000000003", "0.3032"),
        ("2.0150499999999998E4", "20150.5"),
        ("9521234000013", "9521234000013"),
        ("1E-7", "0.0000001"),
        ("0", "0"),
    ],
)
def test_a_workbooks_number_is_what_was_typed(text: str, number: str) -> None:
    assert as_shown(text) == number


@pytest.mark.parametrize(
    ("text", "day_first", "moment"),
    [
        ("2026-08-05 10:00", True, at("2026-08-05T10:00:00")),
        ("2026-08-05T10:00:30", True, at("2026-08-05T10:00:30")),
        ("05.08.2026 10:00", False, at("2026-08-05T10:00:00")),
        ("05/08/2026 10:00", True, at("2026-08-05T10:00:00")),
        ("05/08/2026", False, at("2026-05-08T00:00:00")),
        ("5-8-2026 7:05", True, at("2026-08-05T07:05:00")),
    ],
)
def test_times_are_read(text: str, day_first: bool, moment: datetime) -> None:
    assert Reading(".", day_first).time(Cell(text)) == (moment, None)


@pytest.mark.parametrize("text", ["", "46242.4", "31.02.2026", "2026-13-01", "08/2026", "tomorrow"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(FigureMalformed):
        Reading(".", True).time(Cell(text))


def test_days_and_months_are_told_apart_by_others_or_asked_about() -> None:
    assert is_day_first(["05/08/2026", "25/08/2026"]) is True
    assert is_day_first(["05/08/2026", "08/25/2026"]) is False
    assert is_day_first(["05/05/2026", "05.08.2026"]) is True
    with pytest.raises(DatesUnclear):
        is_day_first(["05/08/2026"])


def test_day_numbers_count_from_1900_or_1904() -> None:
    cell = Cell("46242.4166666667", Form.NUMBER)
    assert Reading(".", True).time(cell) == (at("2026-08-08T10:00:00"), None)
    apple = Reading(".", True, epoch_1904=True).time(Cell("44780.4166666667", Form.DATE))
    assert apple == (at("2026-08-08T10:00:00"), None)
    with pytest.raises(FigureMalformed):
        Reading(".", True).time(Cell("20260808", Form.NUMBER))


# CSV of Excel in three locales


COMMA = {"Moisture": "11,9", "Co": "30,32", "Carbon": "38,2"}


@pytest.mark.parametrize(
    ("sign", "encoding", "cells"),
    [
        (",", "utf-8", {}),
        (",", "utf-8", {"Wet mass": '"20,150.5"'}),
        (";", "utf-8-sig", {**COMMA, "Wet mass": "20.150,5"}),
        (";", "cp1252", {**COMMA, "Wet mass": "20\u00a0150,5"}),
        ("\t", "utf-16", {**COMMA, "Wet mass": "20.150,5", "End": "08.08.2026 10:00"}),
    ],
)
def test_csv_of_several_locales_says_the_same(
    tmp_path: Path, sign: str, encoding: str, cells: dict[str, str]
) -> None:
    found = table(written(tmp_path / "c.csv", [row_of(29, **cells)], sign, encoding))
    said = statement(made(found)[0])
    assert (said.metal_out("Co"), said.carbon["Co"]) == (METAL, 38_200_000_000)


def test_a_sep_line_of_excel_parts_the_cells(tmp_path: Path) -> None:
    path = written(tmp_path / "c.csv", [row_of(29)], ";")
    path.write_bytes(b"sep=;\r\n" + path.read_bytes())
    assert len(table(path).rows) == 1


@pytest.mark.parametrize(
    "content", [b"", b"\0\1", b"\xff\xfea", b"\xef\xbb\xbf\xff", b'a;b\r\n"c;d', b"\x81\x8d\r\n"]
)
def test_files_that_are_no_csv_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes(content)
    with pytest.raises((SheetUnusable, HeadingUnknown)):
        table(path)


def test_how_a_sheet_was_read_is_said_aloud(tmp_path: Path) -> None:
    lines = [row_of(29, **COMMA, **{"Wet mass": "20\u00a0150,5"})]
    found = table(written(tmp_path / "c.csv", lines, ";", "cp1252"))
    assert found.remarks == (
        "CSV in Windows-1252, parted by semicolons",
        "decimals are parted by a comma",
    )


# workbooks


def test_numbers_percentages_and_dates_of_a_workbook(tmp_path: Path) -> None:
    def fill(book: Workbook, sheet: Any) -> None:
        percent, day = book.add_format({"num_format": "0.00%"}), book.add_format()
        day.set_num_format('dd.mm.yyyy "um" hh:mm')
        sheet.write_row(1, 0, [int(GTIN), "M29", "cobalt-hydroxide"])
        sheet.write_datetime(1, 3, at("2026-08-08T04:00:00"), day)
        sheet.write_number(1, 4, 46242.416666666664)
        sheet.write_number(1, 5, 20150.5)
        sheet.write_number(1, 6, 0.119, percent)
        sheet.write_number(1, 7, 30.32)
        sheet.write_number(1, 8, 38.2)
        sheet.write_row(1, 9, ["MWD-700029", 100])

    document = made(table(workbook(tmp_path / "c.xlsx", fill)))[0]
    said = statement(document)
    assert (said.metal_out("Co"), said.seals) == (METAL, ("MWD-700029",))
    assert (said.to - said.from_, said.batches("Co")) == (
        6 * 3_600,
        (f"https://id.gs1.org/01/{GTIN}/10/M29",),
    )


def test_a_sheet_and_its_csv_make_the_same_document(tmp_path: Path) -> None:
    rows = [row_of(29), row_of(30)]
    book = made(table(workbook(tmp_path / "c.xlsx", text_rows(rows))))
    assert book == made(table(written(tmp_path / "c.csv", rows)))


def test_a_row_that_fails_stops_no_other(tmp_path: Path) -> None:
    rows = [
        row_of(1),
        row_of(2, Moisture="wet"),
        row_of(3, End=""),
        row_of(4, GTIN="12x"),
        row_of(5, **{"Wet mass": "20 lb"}),
        row_of(6, Co="130"),
        row_of(7, Carbon="38.2 kg"),
    ]
    found = made(table(written(tmp_path / "c.csv", rows)))
    faults = {fault.rows[0]: fault.reason for fault in found if isinstance(fault, RowFault)}
    assert faults.keys() == {3, 4, 5, 6, 7}
    assert "Moisture" in faults[3]
    assert "End" in faults[4]
    assert "GTIN" in faults[5]
    assert "'lb'" in faults[6]
    assert "100 %" in faults[7]
    assert statement(found[-1]).carbon == {"Co": 38_200_000}, "a cell's own unit counts"


def test_formulas_hidden_rows_and_merged_cells_fail_by_themselves(tmp_path: Path) -> None:
    def fill(book: Workbook, sheet: Any) -> None:
        text_rows([row_of(number) for number in range(1, 6)])(book, sheet)
        sheet.write_formula(2, 5, "=20000+150", None, 20150)
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.merge_range(4, 9, 4, 10, "MWD-1")

    found = made(table(workbook(tmp_path / "c.xlsx", fill)))
    faults = {fault.rows[0]: fault.reason for fault in found if isinstance(fault, RowFault)}
    assert faults.keys() == {3, 4, 5}
    assert "formula" in faults[3]
    assert "hidden" in faults[4]
    assert "merged" in faults[5]


def test_hidden_columns_and_a_title_twice_refuse_the_sheet(tmp_path: Path) -> None:
    def hide(book: Workbook, sheet: Any) -> None:
        text_rows([row_of(1)])(book, sheet)
        sheet.set_column(6, 6, None, None, {"hidden": True})

    with pytest.raises(SheetUnusable, match="hidden columns"):
        table(workbook(tmp_path / "c.xlsx", hide))

    def twice(book: Workbook, sheet: Any) -> None:
        text_rows([row_of(1)])(book, sheet)
        sheet.write_string(0, 11, "co (ppm)")

    with pytest.raises(SheetUnusable, match="Co stands there twice"):
        table(workbook(tmp_path / "d.xlsx", twice))


def test_two_sheets_of_figures_are_asked_about_and_others_are_named(tmp_path: Path) -> None:
    def fill(book: Workbook, sheet: Any) -> None:
        text_rows([row_of(1)])(book, sheet)
        book.add_worksheet("Remarks").write_string(0, 0, "weighed by Jean")

    path = workbook(tmp_path / "c.xlsx", fill)
    assert "sheet Containers was read, Remarks was not" in table(path).remarks

    def second(book: Workbook, sheet: Any) -> None:
        text_rows([row_of(1)])(book, sheet)
        other = book.add_worksheet("July")
        other.write_row(0, 0, TITLES)
        text_rows([row_of(2)])(book, other)

    path = workbook(tmp_path / "d.xlsx", second)
    with pytest.raises(SheetUnusable, match="Containers, July"):
        table(path)
    assert table(path, sheet="July").rows[0].text("Batch") == "M2"
    with pytest.raises(SheetUnusable, match="May"):
        table(path, sheet="May")


def test_macros_other_formats_and_traps_are_refused(tmp_path: Path) -> None:
    def fresh(name: str) -> Path:
        return workbook(tmp_path / name, text_rows([row_of(1)]))

    with pytest.raises(SheetUnusable, match="macros"):
        table(with_part(fresh("a.xlsm"), "xl/vbaProject.bin", lambda part: b"\0"))
    trap = b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'
    with pytest.raises(SheetUnusable):
        table(with_part(fresh("b.xlsx"), "xl/worksheets/sheet1.xml", lambda part: trap))
    with pytest.raises(SheetUnusable, match="damaged"):
        table(with_part(fresh("c.xlsx"), "xl/worksheets/sheet1.xml", lambda part: part[:-40]))
    large = b" " * ((64 << 20) + 1)
    with pytest.raises(SheetUnusable, match="bytes"):
        table(with_part(fresh("d.xlsx"), "xl/worksheets/sheet1.xml", lambda part: part + large))
    old = tmp_path / "e.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    with pytest.raises(SheetUnusable, match="old format"):
        table(old)
    broken = tmp_path / "f.xlsx"
    broken.write_bytes(b"PK\3\4 and no more")
    with pytest.raises(SheetUnusable):
        table(broken)
    with pytest.raises(SheetUnusable):
        table(tmp_path / "nowhere.xlsx")


def test_a_column_that_nobody_reads_is_refused_and_notes_are_not(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(",".join([*TITLES, "Tare [kg]"]) + "\n" + ",".join([*row_of(1), "3"]))
    with pytest.raises(HeadingUnknown, match="Tare"):
        table(path)
    path.write_text(",".join([*TITLES, "Note"]) + "\n" + ",".join([*row_of(1), "3"]))
    assert len(table(path).rows) == 1
    path.write_text("GTIN,Batch\n1,2")
    with pytest.raises(HeadingMissing, match="Substance"):
        table(path)


def test_ten_thousand_rows_and_no_more(tmp_path: Path) -> None:
    rows = [row_of(number) for number in range(10_000)]
    found = table(written(tmp_path / "c.csv", rows))
    assert len(found.rows) == 10_000
    assert len(table(workbook(tmp_path / "c.xlsx", text_rows(rows))).rows) == 10_000
    for name in ("d.csv", "d.xlsx"):
        more = [*rows, row_of(10_000)]
        path = tmp_path / name
        written(path, more) if name.endswith("csv") else workbook(path, text_rows(more))
        with pytest.raises(SheetUnusable, match="10000"):
            table(path)


def test_times_need_an_offset(tmp_path: Path) -> None:
    found = table(written(tmp_path / "c.csv", [row_of(1), row_of(2, End="2026-08-08 10:00 Z")]))
    first, second = made(found, offset=None)
    assert isinstance(first, RowFault)
    assert "offset" in first.reason
    assert isinstance(second, RowFault), "its start has none"
    assert isinstance(made(found)[1], RowsDocument)


def test_rows_of_one_name_are_one_document(tmp_path: Path) -> None:
    headings = headings_of("processing")
    titles = ["Document", "Side", "GTIN", "Batch", "Substance", "Start", "End", "Wet mass [t]",
              "Moisture", "Co", "Lot", "Carbon", "Custody model"]  # fmt: skip
    lines = [
        ["R1", "in", GTIN, "M1", "cobalt-hydroxide", "2026-09-04 10:00", "2026-09-05 10:00",
         "19.73", "11.9 %", "30.32 %", "MWD-1", "14.1", "segregated"],
        ["R1", "out", "09521234000020", "S1", "cobalt-sulphate-heptahydrate", "", "", "24.95",
         "0.2", "20.92", "", "", ""],
        ["R2", "in", GTIN, "M2", "cobalt-hydroxide", "", "2026-09-06 10:00", "19", "11.9", "30",
         "MWD-2", "14", ""],
        ["R2", "out", GTIN, "S2", "x", "", "2026-09-07 10:00", "24", "0", "20", "", "", ""],
    ]  # fmt: skip
    path = tmp_path / "runs.csv"
    path.write_text("\n".join(",".join(line) for line in [titles, *lines]))
    named = {"MWD-1": b"\1" * 32, "MWD-2": b"\2" * 32}
    rows = read_table(path, headings).rows
    first, second = documents_of(rows, "processing", SITE, "+03:00", named.__getitem__)
    said = statement(first)
    assert [one.lot for one in said.named] == [b"\1" * 32]
    assert said.metal_in("Co") == 19_730_000_000 * 881_000 * 303_200 // 10**12
    assert said.metal_out("Co") == 24_950_000_000 * 998_000 * 209_200 // 10**12
    assert isinstance(second, RowFault)
    assert "End: differs within one document" in second.reason


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("end", ["xlsx", "csv"])
def test_a_template_has_the_columns_that_are_read(tmp_path: Path, kind: str, end: str) -> None:
    headings = headings_of(kind)
    path = tmp_path / f"template.{end}"
    write_template(path, headings)
    with pytest.raises(SheetUnusable, match="no row"):
        read_table(path, headings)


def test_a_cell_refused_names_its_column() -> None:
    assert "Moisture" in str(CellRefused(heading="Moisture", reason="is empty"))
