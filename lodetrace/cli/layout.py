"""Fields and tables for terminals of any width: lines break between words, never inside of one.

An id, an enode, a path or a figure with its unit is one word. One that is wider than the terminal
runs over its edge, so that it is whole where it is copied.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

GAP: Final = 2
"""Blanks between a name and its value."""

BETWEEN: Final = 3
EDGE: Final = 2
"""Blanks between two columns of a table of this box, and at its two ends."""

_HELD: Final = re.compile(r"(?<=[0-9]) (?=(?:t|kg|g|mg|%|ppm|s|days|CNY/mt|MiB|GiB|CO2e)\b|%)")
"""The blank of a figure with its unit, and of a gas with its mass."""
_GAS: Final = re.compile(r"(?<=[gt]) (?=CO2e)")
_GLUE: Final = "\u2060"
"""Stands for such a blank while lines are broken; of no width, and in no text of ours."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Names and values, one below the other."""

    pairs: Mapping[str, str]

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        lead = max(map(cell_len, self.pairs), default=0) + GAP
        for name, value in self.pairs.items():
            lines = broken(value, max(options.max_width - lead, 1))
            for number, line in enumerate(lines or [""]):
                head = name if number == 0 else ""
                yield _line(head.ljust(lead), line)


@dataclass(frozen=True, slots=True)
class Rows:
    """A table, or a block of fields for each line where it is too wide."""

    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    title: str = ""

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        widths = self._widths(options.max_width)
        if widths is None:
            yield from self._blocks()
            return
        table = Table(
            box=SIMPLE_HEAD, title=self.title or None, title_justify="left", pad_edge=False
        )
        for column, width in zip(self.columns, widths, strict=True):
            table.add_column(
                column.rstrip(">"),
                justify="right" if column.endswith(">") else "left",
                width=width,
                no_wrap=True,
            )
        for line in self.lines:
            cells = zip(line, widths, strict=True)
            table.add_row(*(Text("\n".join(broken(cell, width))) for cell, width in cells))
        yield table

    def _widths(self, most: int) -> list[int] | None:
        """Of the columns; None where their longest words do not fit side by side."""
        wide, least = [], []
        for at, column in enumerate(self.columns):
            cells = [column.rstrip(">"), *(line[at] for line in self.lines)]
            wide.append(max(cell_len(part) for cell in cells for part in cell.split("\n")))
            words = (word for cell in cells for word in _words(cell))
            least.append(wide[-1] if column.endswith(">") else max(map(cell_len, words), default=0))
        room = most - BETWEEN * (len(self.columns) - 1) - EDGE
        if sum(least) > room:
            return None
        while sum(wide) > room:
            spare = [has - needs for has, needs in zip(wide, least, strict=True)]
            at = spare.index(max(spare))
            wide[at] -= min(spare[at], sum(wide) - room, max(spare[at] // 2, 1))
        return wide

    def _blocks(self) -> "RenderResult":
        if self.title:
            yield Text(self.title, "italic")
        for line in self.lines:
            pairs = zip(self.columns, line, strict=True)
            yield Text("")
            yield Fields({name.rstrip(">"): cell for name, cell in pairs if cell})


def broken(text: str, width: int) -> list[str]:
    """The text in lines of at most so many cells, as far as its words allow."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, *words = _words(paragraph)
        for word in words:
            if cell_len(f"{line} {word}") > width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}"
        lines.append(line)
    return lines


def _words(text: str) -> Sequence[str]:
    held = _GAS.sub(_GLUE, _HELD.sub(_GLUE, text))
    return [word.replace(_GLUE, " ") for word in held.split(" ")]


def _line(head: str, text: str) -> Text:
    """no_wrap and ignore: rich neither breaks nor cuts what is wider than the terminal."""
    return Text.assemble((head, "bold"), text, no_wrap=True, overflow="ignore")
