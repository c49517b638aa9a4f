"""Sheets of products: what a row says, and why one is not taken."""

from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

from lodetrace.cli import product_sheets
from lodetrace.cli.lot_ids import NameMalformed
from lodetrace.cli.product_sheets import read_products
from lodetrace.errors import ExitCode
from lodetrace.sheets.table import HeadingMissing, HeadingUnknown
from tests.unit.cli.conftest import Run

LOT = b"\x2f" * 32


@pytest.fixture
def member(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Knows one lot, by its label; notes how often it is asked."""
    asked: list[str] = []

    def named(member: Any, texts: list[str]) -> list[bytes]:
        asked.extend(texts)
        if texts != ["PACK-7"]:
            raise NameMalformed(text=texts[0])
        return [LOT]

    monkeypatch.setattr(product_sheets, "named_lots", named)
    return asked


def read(member: Any, path: Path, text: str) -> tuple[list[Any], list[Any]]:
    path.write_text(text, "utf-8")
    asked, left, _ = read_products(member, path, None)
    return [(one.row, one.identifier, one.lot, one.units) for one in asked], [
        (one.row, one.identifier, one.reason) for one in left
    ]


def test_rows_name_products_lots_and_units(member: Any, tmp_path: Path) -> None:
    asked, left = read(
        member,
        tmp_path / "c.csv",
        "Identifier;Lot;Units;Note\nWVW1;PACK-7;2;\n000123;PACK-7;;ours\nWVW3;;;\n",
    )
    assert asked == [(2, "WVW1", LOT, 2), (3, "000123", LOT, 1), (4, "WVW3", None, 1)]
    assert left == []
    assert member == ["PACK-7"], "a lot is looked up once, however many rows name it"


def test_a_row_that_cannot_be_taken_stops_no_other_one(member: Any, tmp_path: Path) -> None:
    asked, left = read(
        member,
        tmp_path / "c.csv",
        "Identifier,Lot,Units\nA,PACK-8,1\n ,PACK-7,1\nB,PACK-7,2.5\nC,PACK-7,0\nD,,3\n"
        "E,PACK-7,3.0\nF,PACK-7,99999999999\n",
    )
    assert [one[:2] for one in asked] == [(7, "E")]
    assert [one[:2] for one in left] == [(2, "A"), (3, ""), (4, "B"), (5, "C"), (6, "D"), (8, "F")]
    assert "no number of units" in left[2][2]
    assert left[4][2] == "Lot: is empty: of which lot are the units?"


def test_numbers_and_formulas_of_a_workbook_are_no_identifiers(member: Any, tmp_path: Path) -> None:
    path = tmp_path / "c.xlsx"
    with Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Identifier", "Lot", "Units"))
        sheet.write_row(1, 0, (123, "PACK-7", 1))
        sheet.write_formula(2, 0, '="A"&"1"', None, "A1")
        sheet.write_row(3, 0, ("A2", "PACK-7", 3))
    asked, left, _ = read_products(member, path, None)
    assert [(one.identifier, one.units) for one in asked] == [("A2", 3)]
    assert [(one.row, one.identifier) for one in left] == [(2, None), (3, None)]
    assert "format the column as text" in left[0].reason


@pytest.mark.parametrize("units", ["3.000", "3,000", "3.00", "1e3", "3 000", "+3"])
def test_units_that_may_be_a_thousand_times_as_many_are_refused(
    member: Any, tmp_path: Path, units: str
) -> None:
    asked, left = read(
        member, tmp_path / "c.csv", f"Identifier;Lot;Units\nA;PACK-7;{units}\nB;PACK-7;3.0\n"
    )
    assert [(one[1], one[3]) for one in asked] == [("B", 3)]
    assert [one[1] for one in left] == ["A"]


@pytest.mark.parametrize(
    ("titles", "wrong"), [("Lot,Units", HeadingMissing), ("Identifier,Price", HeadingUnknown)]
)
def test_columns_are_those_that_are_known(
    member: Any, tmp_path: Path, titles: str, wrong: type[Exception]
) -> None:
    (tmp_path / "c.csv").write_text(f"{titles}\na,b\n")
    with pytest.raises(wrong):
        read_products(member, tmp_path / "c.csv", None)


def test_it_wants_a_node(run: Run, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("Identifier\nA\n")
    for words in (("product", "import", str(tmp_path / "c.csv")), ("product", "list")):
        assert run(*words, "--dev-index", "7").exit_code == ExitCode.NODE
