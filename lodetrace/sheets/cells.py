"""Cells, and what a sheet says about them beside their values."""

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from lodetrace.errors import InputError

MOST_ROWS: Final = 10_000
MOST_COLUMNS: Final = 200
LONGEST_CELL: Final = 4_000
"""Characters."""


class SheetUnusable(InputError):
    """A file that is no sheet that can be read safely."""

    template = "{path} cannot be read as a sheet: {reason}"
    advice = "Save it as .xlsx or as CSV, with one table and its headings in the first row."


class Form(Enum):
    """What kind of value a cell holds."""

    TEXT = auto()
    NUMBER = auto()
    PERCENTAGE = auto()
    DATE = auto()
    FORMULA = auto()
    ERROR = auto()


@dataclass(frozen=True, slots=True)
class Cell:
    """text: as it stands in the file; of a number its decimal digits, never a float's."""

    text: str
    form: Form = Form.TEXT


EMPTY: Final = Cell("")


@dataclass(frozen=True, slots=True)
class Line:
    """number: as the program shows it, from 1. fault: why its cells must not be trusted."""

    number: int
    cells: tuple[Cell, ...]
    fault: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not any(cell.text.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """remarks: what was taken how, to be said aloud. epoch_1904: of Excel's day numbers."""

    name: str
    lines: tuple[Line, ...]
    remarks: tuple[str, ...] = field(default=())
    epoch_1904: bool = False
    is_text: bool = False
