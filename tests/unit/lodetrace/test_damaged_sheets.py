"""A damaged workbook is refused in words, whatever is damaged in it, and never half read."""

import random
from collections import Counter
from pathlib import Path
from zipfile import ZipFile

import pytest

from lodetrace.errors import InputError
from lodetrace.sheets.cells import SheetUnusable
from lodetrace.sheets.site_documents import RowFault, documents_of, headings_of
from lodetrace.sheets.table import read_table
from tests.unit.lodetrace.sheet_files import row_of, text_rows, with_part, workbook

BIRTH = headings_of("birth")
SITE = "https://id.gs1.org/414/9521234000013"
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
PIECES = (b"", b"a", b"-1", b"9999999999", "\u00b2".encode(), b'"', b"<", b"0", b"NaN", b"1E9")


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A workbook of two containers, its figures as numbers."""
    return workbook(tmp_path / "whole.xlsx", text_rows([row_of(1), row_of(2)]))


def answer(path: Path) -> str:
    """What reading it comes to: whether rows were refused, or the name of the refusal."""
    try:
        found = read_table(path, BIRTH)
        made = list(documents_of(found.rows, "birth", SITE, "+02:00", lambda text: bytes(32)))
    except InputError as error:
        return type(error).__name__
    return "row refused" if any(isinstance(one, RowFault) for one in made) else "read"


@pytest.mark.parametrize("seed", range(4))
def test_damaged_bytes_are_refused_in_words(whole: Path, tmp_path: Path, seed: int) -> None:
    """Of the archive itself: bad checksums, compression and versions that nobody knows."""
    rnd, content, path = random.Random(seed), whole.read_bytes(), tmp_path / "damaged.xlsx"
    seen: Counter[str] = Counter()
    for _ in range(60):
        damaged = bytearray(content)
        for _ in range(rnd.randint(1, 4)):
            damaged[rnd.randrange(len(damaged))] = rnd.randrange(256)
        path.write_bytes(damaged)
        seen[answer(path)] += 1
    assert seen["SheetUnusable"] > 20, seen


@pytest.mark.parametrize("seed", range(4))
def test_damaged_parts_are_refused_in_words(whole: Path, tmp_path: Path, seed: int) -> None:
    """Of the XML: numbers that are none, texts and encodings that are not there."""
    rnd, path = random.Random(seed), tmp_path / "damaged.xlsx"
    with ZipFile(whole) as archive:
        parts = {one: archive.read(one) for one in archive.namelist() if one.startswith("xl/")}
    seen: Counter[str] = Counter()
    for _ in range(40):
        name = rnd.choice(sorted(parts))
        damaged = bytearray(parts[name])
        for _ in range(rnd.randint(1, 3)):
            at = rnd.randrange(len(damaged))
            damaged[at : at + rnd.randint(0, 2)] = rnd.choice(PIECES)
        path.write_bytes(whole.read_bytes())
        seen[answer(with_part(path, name, lambda _, content=bytes(damaged): content))] += 1
    assert len(seen) > 1, seen


@pytest.mark.parametrize(
    ("part", "before", "after"),
    [
        (SHEET, b't="s"><v>1</v>', b't="s"><v>-1</v>'),
        (SHEET, b't="s"><v>1</v>', b't="s"><v>999</v>'),
        (SHEET, b't="s"><v>1</v>', 't="s"><v>1\u00b2</v>'.encode()),
        (SHEET, b'<row r="1"', b'<row r="one"'),
        (SHEET, b"UTF-8", b"UTF-81"),
        ("xl/workbook.xml", b'r:id="rId1"', b'r="rId1"'),
        (
            "xl/styles.xml",
            b'<cellXfs count="1"><xf numFmtId="0"',
            b'<cellXfs count="1"><xf numFmtId="zero"',
        ),
    ],
)
def test_what_points_nowhere_is_damage(whole: Path, part: str, before: bytes, after: bytes) -> None:
    def change(content: bytes) -> bytes:
        assert before in content
        return content.replace(before, after, 1)

    with pytest.raises(SheetUnusable):
        read_table(with_part(whole, part, change), BIRTH)


@pytest.mark.parametrize("written", ["abc", "NaN", "1E", "0x10", "INF"])
def test_a_number_that_is_none_fails_its_row_alone(tmp_path: Path, written: str) -> None:
    def fill(_book: object, sheet: object) -> None:
        for at, row in enumerate((row_of(1), row_of(2)), 1):
            for column, text in enumerate(row):
                sheet.write_string(at, column, text)  # type: ignore[attr-defined]
        sheet.write_number(1, 5, 4242)  # type: ignore[attr-defined]

    path = workbook(tmp_path / "b.xlsx", fill)
    with_part(
        path, SHEET, lambda content: content.replace(b"<v>4242</v>", f"<v>{written}</v>".encode())
    )
    found = read_table(path, BIRTH)
    first, second = documents_of(found.rows, "birth", SITE, "+02:00", lambda text: bytes(32))
    assert isinstance(first, RowFault)
    assert "no number" in first.reason
    assert not isinstance(second, RowFault)
