"""Ranges day by day, drawn with signs: two prices fit into the height of one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from oracle.prices.money import PriceUnit
from oracle.prices.record import PriceRecord, RecordStatus
from oracle.prices.scale import Scale

if TYPE_CHECKING:
    from rich.text import Text

TICKS: Final = 6
ROWS_PER_TICK: Final = 3
LABEL_EVERY: Final = 5
"""Days from one date to the next below the plot."""

STYLES: Final = {
    RecordStatus.NORMAL: "blue",
    RecordStatus.CARRIED: "yellow",
    RecordStatus.DELAYED: "magenta",
    RecordStatus.CORRECTED: "red",
}
_BLOCKS: Final = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
_MARKS: Final = {
    RecordStatus.NORMAL: " ",
    RecordStatus.CARRIED: "c",
    RecordStatus.DELAYED: "d",
    RecordStatus.CORRECTED: "x",
}


def terminal_plot(records: Sequence[PriceRecord], unit: PriceUnit) -> "Text":
    """The plot with both axes and a legend; `records` in the order of their days."""
    from rich.text import Text

    scale = Scale.of(records, TICKS)
    rows = (len(scale.ticks) - 1) * ROWS_PER_TICK
    width = max(len(unit.text(tick)) for tick in scale.ticks)
    found = Text(f"{unit.name}\n", style="bold")
    for row in range(rows, -1, -1):
        at_tick = row % ROWS_PER_TICK == 0
        label = unit.text(scale.ticks[row // ROWS_PER_TICK]) if at_tick else ""
        found.append(f"{label:>{width}} {'┤' if at_tick else '│'}", "default")
        for record in records:
            found.append(f"{_sign(record, scale, row, rows)} ", STYLES[record.status])
        found.append("\n")
    found.append(_below(records, width), "default")
    found.append("c carried  d delayed  x corrected", "dim")
    return found


def _sign(record: PriceRecord, scale: Scale, row: int, rows: int) -> str:
    """The sign of a day in a row; the lower edge of row 0 is the bottom of the scale."""
    first, last = (scale.part(price, 2 * rows) for price in (record.low, record.high))
    lower, upper = 2 * row, 2 * row + 1
    return _BLOCKS[first <= upper <= last, first <= lower <= last]


def _below(records: Sequence[PriceRecord], width: int) -> str:
    axis = "┬─" * len(records)
    marks = "".join(f"{_MARKS[record.status]} " for record in records)
    dates = "".join(
        f"{record.day:%m-%d}".ljust(2 * LABEL_EVERY) for record in records[::LABEL_EVERY]
    )
    margin = " " * (width + 2)
    return f"{' ' * width} └{axis}\n{margin}{marks}\n{margin}{dates}  trading day\n"
