"""What commands that read or write sheets have in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lodetrace.errors import StorageError


class Decimals(StrEnum):
    """What parts decimals in texts."""

    COMMA = "comma"
    POINT = "point"


class Dates(StrEnum):
    """What stands first in a date such as 05/08/2026."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class SheetExists(StorageError):
    """A file is where a sheet would go."""

    template = "{path} exists"
    advice = "Choose another file with --out: it may hold somebody's figures."


class SheetUnwritable(StorageError):
    """A sheet cannot be written."""

    template = "{path}: {reason}"
    advice = "Name another file with --out, make room or fix permissions. The same command goes on."


@contextmanager
def sheet_errors(path: Path) -> Iterator[None]:
    """Turns what the disk says of a sheet that a command writes into SheetUnwritable."""
    try:
        yield
    except OSError as error:
        raise SheetUnwritable(path=path, reason=error.strerror or error) from error


Offset = Annotated[
    str | None, typer.Option(metavar="+02:00", help="Of times that are written without one.")
]
SheetName = Annotated[
    str | None, typer.Option("--sheet", metavar="NAME", help="Which sheet of a workbook.")
]
Decimal_ = Annotated[
    Decimals | None, typer.Option("--decimal", help="What parts decimals, where it is unclear.")
]
Dates_ = Annotated[
    Dates | None, typer.Option("--dates", help="What stands first in 05/08/2026, if unclear.")
]


def sign_of(decimal: Decimals | None) -> str | None:
    """The sign that was chosen."""
    return {None: None, Decimals.COMMA: ",", Decimals.POINT: "."}[decimal]


def day_first_of(dates: Dates | None) -> bool | None:
    """Whether the day was chosen to stand first."""
    return None if dates is None else dates is Dates.DAY_FIRST
