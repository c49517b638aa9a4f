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

    @property
    def sign(self) -> str:
        """As it is written."""
        return {Decimals.COMMA: ",", Decimals.POINT: "."}[self]


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


Decimal_ = Annotated[
    Decimals | None, typer.Option("--decimal", help="What parts decimals, where it is unclear.")
]
