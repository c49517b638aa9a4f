"""What a command answers: a document for machines, and what people see of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lodetrace.errors import ExitCode
from lodetrace.text import visible

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

Document = dict[str, Any]
"""JSON: amounts are {"value": "…", "unit": "…"}, ids 0x and hexadecimal, times ISO 8601 in UTC."""


@dataclass(frozen=True, slots=True)
class Answer:
    """document: everything, for --json. shown: for people. exit_code: other than OK for "no"."""

    document: Document
    shown: "Sequence[RenderableType]"
    exit_code: ExitCode = ExitCode.OK


def fields(pairs: Mapping[str, str | None]) -> "Table":
    """Names and values, one a line; those without a value are left out."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in pairs.items():
        if value is not None:
            table.add_row(name, Text(visible(value)))
    return table


def rows(columns: Sequence[str], lines: Iterable[Sequence[str]], title: str = "") -> "Table":
    """A table; columns whose name ends with ">" are aligned to the right."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=SIMPLE_HEAD, title=visible(title) or None, title_justify="left", pad_edge=False
    )
    for column in columns:
        right = column.endswith(">")
        table.add_column(column.rstrip(">"), justify="right" if right else "left", overflow="fold")
    for line in lines:
        table.add_row(*(Text(visible(cell)) for cell in line))
    return table
