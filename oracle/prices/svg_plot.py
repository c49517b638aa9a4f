"""Ranges day by day as an SVG that says in words what it shows."""

from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape

from oracle.prices.money import PriceUnit
from oracle.prices.record import PriceRecord, RecordStatus
from oracle.prices.scale import Scale

WIDTH, HEIGHT = 960, 440
LEFT, RIGHT, TOP, BOTTOM = 80, 20, 64, 84
"""Margins around the plot, px."""
TICKS: Final = 8
LABEL_EVERY: Final = 5

FILLS: Final = {
    RecordStatus.NORMAL: "#1f5fa8",
    RecordStatus.CARRIED: "#ffffff",
    RecordStatus.DELAYED: "#7a4fa3",
    RecordStatus.CORRECTED: "#b4530a",
}
"""Carried ones are hollow; so the kinds differ without colour as well, by their outline."""
DASHES: Final = {
    RecordStatus.CARRIED: "3 2",
    RecordStatus.DELAYED: "1 2",
    RecordStatus.CORRECTED: "6 2",
}


def svg_plot(records: Sequence[PriceRecord], unit: PriceUnit, title: str) -> str:
    """The file's text; `records` in the order of their days."""
    scale = Scale.of(records, TICKS)
    first, last = records[0].day, records[-1].day
    about = f"One range, low to high, for each of {len(records)} trading days, {first} to {last}."
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title about"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} font-family="sans-serif" fill="#222222">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="about">{escape(about)}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(LEFT, 26, title, size=16),
        *_price_axis(scale, unit),
        *_day_axis(records),
        *(_bar(record, scale, unit, _x(index, len(records)), len(records))
          for index, record in enumerate(records)),
        *_legend(),
        "</svg>",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _price_axis(scale: Scale, unit: PriceUnit) -> Iterator[str]:
    for tick in scale.ticks:
        y = _y(tick, scale)
        yield f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="#dddddd"/>'
        yield _text(LEFT - 8, y + 4, unit.text(tick), anchor="end")
    yield _text(LEFT, TOP - 14, unit.name)


def _day_axis(records: Sequence[PriceRecord]) -> Iterator[str]:
    y = HEIGHT - BOTTOM
    yield f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="#222222"/>'
    for index in range(0, len(records), LABEL_EVERY):
        x = _x(index, len(records))
        yield f'<path d="M{x} {y}v5" stroke="#222222"/>'
        yield _text(x, y + 20, records[index].day.isoformat(), anchor="middle")
    yield _text((LEFT + WIDTH - RIGHT) // 2, y + 42, "trading day", anchor="middle")


def _bar(record: PriceRecord, scale: Scale, unit: PriceUnit, x: int, count: int) -> str:
    top, bottom = _y(record.high, scale), _y(record.low, scale)
    width = max(2, (WIDTH - LEFT - RIGHT) // count // 2)
    said = f"{record.day}: {unit.text(record.low)} to {unit.text(record.high)}, {record.status}"
    return (
        f'<rect x="{x - width // 2}" y="{top}" width="{width}" height="{max(2, bottom - top)}"'
        f" {_paint(record.status)}><title>{escape(said)}</title></rect>"
    )


def _legend() -> Iterator[str]:
    for index, status in enumerate(RecordStatus):
        x, y = LEFT + index * 110, HEIGHT - 22
        yield f'<rect x="{x}" y="{y}" width="12" height="12" {_paint(status)}/>'
        yield _text(x + 18, y + 10, str(status))


def _paint(status: RecordStatus) -> str:
    fill = FILLS[status]
    stroke = "#222222" if status is not RecordStatus.NORMAL else fill
    dashes = f' stroke-dasharray="{DASHES[status]}"' if status in DASHES else ""
    return f'fill="{fill}" stroke="{stroke}"{dashes}'


def _text(x: int, y: int, text: str, anchor: str = "start", size: int = 12) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'


def _x(index: int, count: int) -> int:
    return LEFT + (2 * index + 1) * (WIDTH - LEFT - RIGHT) // (2 * count)


def _y(fen: int, scale: Scale) -> int:
    return HEIGHT - BOTTOM - scale.part(fen, HEIGHT - TOP - BOTTOM)
