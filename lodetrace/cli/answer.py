"""What a command answers: a document for machines, and what people see of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lodetrace.errors import ExitCode
from lodetrace.text import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

Document = dict[str, Any]
"""JSON: amounts are {"value": "…", "unit": "…"}, ids 0x and hexadecimal, times ISO 8601 in UTC."""


@dataclass(frozen=True, slots=True)
class Answer:
    """document: everything, for --json. shown: for people. exit_code: other than OK for "no"."""

    document: Document
    shown: "Sequence[RenderableType]"
    exit_code: ExitCode = ExitCode.OK


def fields(pairs: Mapping[str, str | None]) -> "RenderableType":
    """Names and values, one a line; those without a value are left out."""
    from lodetrace.cli.layout import Fields

    return Fields({name: visible(value) for name, value in pairs.items() if value is not None})


def rows(
    columns: Sequence[str], lines: Iterable[Sequence[str]], title: str = ""
) -> "RenderableType":
    """A table; columns whose name ends with ">" are aligned to the right.

    Where it is wider than the terminal, each line becomes a block of fields.
    """
    from lodetrace.cli.layout import Rows

    shown = tuple(tuple(visible(cell) for cell in line) for line in lines)
    return Rows(tuple(columns), shown, visible(title))
