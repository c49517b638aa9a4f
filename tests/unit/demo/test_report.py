"""The demo's tables on a terminal of 80 columns."""

from io import StringIO

import pytest
from rich.console import Console

from demo import report

ROW = (
    "L12-settled", "0x20c0a72f", "Co precursor ×120", "identity preserved", "settle", "dongfan",
    "189.404502571 t", "67.78 %", "19.35 %", "80.64 %", "10.08",
)  # fmt: skip


@pytest.mark.parametrize("width", [80, 160])
def test_no_id_and_no_figure_of_a_lot_is_broken(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "_lot_rows", lambda *_: iter([ROW]))
    console = Console(file=StringIO(), width=width)
    report.show_lots(console, None, None)  # type: ignore[arg-type]
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert [part for part in (*ROW[:2], *ROW[6:]) if part not in shown] == []
    assert max(map(len, shown.splitlines())) <= width
    assert shown.count("Lots from mine to car") == (2 if width == 80 else 1)
