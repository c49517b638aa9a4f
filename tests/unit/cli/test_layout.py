"""Terminals of 80 columns: nothing that is copied or read as one breaks inside."""

import io

import pytest
from rich.console import Console

from lodetrace.cli.answer import fields, rows
from lodetrace.cli.layout import broken
from lodetrace.cli.lot.view import COLUMNS
from lodetrace.units import brief_carbon, brief_metal, brief_share

ID = "0x" + "2f" * 32
ENODE = f"enode://{'ab' * 64}@192.0.2.10:30303"
PATH = "/home/a member/lodetrace/networks/consortium/nodes/validator1/besu-validator1.service"


def printed(part: object, width: int = 80) -> str:
    file = io.StringIO()
    Console(file=file, width=width).print(part, highlight=False, markup=False, crop=False)
    return file.getvalue()


@pytest.mark.parametrize("value", [ID, ENODE])
@pytest.mark.parametrize("width", [40, 80, 160])
def test_ids_and_enodes_stay_whole(value: str, width: int) -> None:
    assert value in printed(fields({"withdrawn events": value}), width)
    assert value in printed(rows(("node", "address"), [("validator1", value)]), width)


def test_fields_break_between_words_only() -> None:
    text = "its metal comes from an event of 152.4 kg and 12.41 t CO2e, 60 % of it responsible"
    out = printed(fields({"note": f"{text} {text} {ID}"}))
    assert all(len(line.rstrip()) <= 80 for line in out.splitlines())
    for figure in ("152.4 kg", "12.41 t CO2e", "60 %"):
        assert out.count(figure) == 2
    assert ID in out


def test_a_path_is_what_it_was() -> None:
    assert broken(PATH, 200) == [PATH]
    assert broken("a  b", 200) == ["a  b"], "two blanks are two blanks"


def test_a_list_of_lots_fits_into_80_columns() -> None:
    line = ("0x2f3a91c40b", "active", "Co hydroxide", "1", "5.312 t", "12.41 t CO2e",
            "responsible 60 %, recycled post consumer 33.33 %", "mass balance")  # fmt: skip
    out = printed(rows(COLUMNS, [line, line]))
    assert max(len(one.rstrip()) for one in out.splitlines()) <= 80
    for cell in (*line[:6], "responsible 60 %", "33.33 %"):
        assert out.count(cell) >= 2
    wide = printed(rows(COLUMNS, [line, line]), 160)
    assert len([one for one in wide.splitlines() if "0x2f3a91c40b" in one]) == 2, "a table"


def test_lists_have_four_digits() -> None:
    assert brief_metal(5_311_779_375) == "5.312 t"
    assert brief_metal(999_999_999) == "1000 kg"
    assert brief_metal(0) == "0 mg"
    assert brief_carbon(12_405_100_000) == "12.41 t CO2e"
    assert brief_share(1, 3) == "33.33 %"
    assert brief_share(1, 1) == "100 %"
