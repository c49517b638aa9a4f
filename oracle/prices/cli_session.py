"""What the commands of the price desk share: options, the book, the person who acts, plots."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from lodetrace.cli.command import group
from lodetrace.cli.context import CommandContext
from lodetrace.errors import ExitCode, InputError, StorageError
from lodetrace.trading_day import day_of, parse_day

if TYPE_CHECKING:
    from oracle.prices.desk import PriceDesk
    from oracle.prices.record import PriceRecord
    from oracle.prices.staff import Person


app: Final = group("prices", "Daily price ranges: from signed submissions to a released record.")

PROGRAM: Final = "lodetrace-oracle prices"
SUBMITTERS, ANALYSTS, MANAGER = "Submitters", "Analysts", "Manager"
PUBLISHERS, ANYBODY = "The administrator's accounts on chain", "Anybody at the desk"

Day = Annotated[str, typer.Argument(metavar="DAY", help="Trading day, like 2026-11-20.")]
Book = Annotated[
    Path | None,
    typer.Option(
        "--book",
        envvar="LODETRACE_PRICE_BOOK",
        metavar="FILE",
        help="The desk's book; prices.sqlite in LODETRACE_HOME by default.",
    ),
]
Staff = Annotated[
    Path,
    typer.Option(
        "--staff",
        envvar="LODETRACE_PRICE_STAFF",
        metavar="FILE",
        help="Who is analyst, who is manager (like examples/prices/staff.yaml).",
    ),
]
Commodity = Annotated[str, typer.Option(metavar="NAME", help="Which commodity's desk.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; it is kept for ever.")]
Plot = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write the plot there, as SVG.")
]
COBALT: Final = "cobalt-sulphate"


class FileUnusable(InputError):
    """A file that cannot be read as it should be."""

    template = "{path}: {reason}"
    advice = "See docs/prices.md for its form."


class FileUnwritable(StorageError):
    """A file that cannot be written."""

    template = "{path}: {reason}"
    advice = "Name a file in a folder that you may write to, with room for it."


class PlotKindUnknown(InputError):
    """A plot whose file name says that it is something else."""

    template = "{path}: a plot ends with .svg"
    advice = "Name the file so; --json gives the ranges for programs."
    exit_code = ExitCode.USAGE


@contextmanager
def desk_of(cli: CommandContext, book: Path | None, commodity: str) -> Iterator["PriceDesk"]:
    """The desk over its book; raises StorageError."""
    from oracle.prices.book import PriceBook as File
    from oracle.prices.desk import PriceDesk

    path = book or cli.settings.home / "prices.sqlite"
    with File(path, rehearsing=cli.dry_run) as opened:
        yield PriceDesk(opened, commodity, cli.settings.network.chain_id)


def person(cli: CommandContext, staff: Path, day: object) -> "Person":
    """Who acts: the keystore's owner in the role of the staff file; raises DeskRefused."""
    from oracle.prices.staff import Person
    from oracle.prices.staff import Staff as Roles

    roles = Roles.read(staff)
    keys = cli.keys
    role = roles.role_of(keys.account, day)
    return Person(keys.account, role, keys.signing_key, cli.settings.network.chain_id)


def plot_file(cli: CommandContext, out: Path | None) -> Path | None:
    """Where a plot is written, nowhere in a rehearsal; raises PlotKindUnknown, FileUnwritable."""
    if out is not None:
        if out.suffix.lower() != ".svg":
            raise PlotKindUnknown(path=out)
        require_writable(out)
    return None if cli.dry_run else out


def plot(records: "list[PriceRecord]", title: str, out: Path | None) -> list[Any]:
    """The plot for the terminal, none without records; as SVG it is written to `out`."""
    from oracle.prices.methodology import methodology_called
    from oracle.prices.svg_plot import svg_plot
    from oracle.prices.terminal_plot import terminal_plot

    if not records:
        return []
    unit = methodology_called(records[-1].methodology).unit
    if out is not None:
        write(out, svg_plot(records, unit, title))
    return [terminal_plot(records, unit)]


def require_writable(path: Path) -> None:
    """Whether `write` may write there; raises FileUnwritable, writes nothing."""
    from lodetrace.atomic_file import require_place

    try:
        require_place(path)
    except OSError as error:
        raise FileUnwritable(path=path, reason=error.strerror or error) from error


def write(path: Path, text: str) -> None:
    """Raises FileUnwritable."""
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise FileUnwritable(path=path, reason=error.strerror or error) from error


def read_day(text: str) -> date:
    """The trading day that was typed; raises DayMalformed."""
    return day_of(parse_day(text))


def now() -> int:
    """Seconds since 1970."""
    return int(time.time())
