"""Commands of the price desk that look: at a day, at records, at submitters, at simulations."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lodetrace.cli.answer import Answer
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.errors import ExitCode, InputError
from lodetrace.text import counted
from lodetrace.version import SOFTWARE
from oracle.prices.cli_session import (
    ANYBODY,
    COBALT,
    PROGRAM,
    Book,
    Commodity,
    FileUnusable,
    Plot,
    app,
    desk_of,
    now,
    person,
    plot,
    plot_file,
    read_day,
)

if TYPE_CHECKING:
    from oracle.prices.record import PriceRecord


class PlotOfOneDay(InputError):
    """A day and a file for a plot, which one day has not."""

    template = "--out is for the plot of the last 30 ranges, {day} is one day"
    advice = "Leave the day out for the plot, or --out for the sheet of the day."
    exit_code = ExitCode.USAGE


@command(
    app, "show", f"{PROGRAM} show 2026-11-20", f"{PROGRAM} show --out month.svg", keys=False,
    writes=True, panel=ANYBODY,
)  # fmt: skip
def show(
    cli: CommandContext,
    day: Annotated[str | None, typer.Argument(metavar="[DAY]", help="A trading day.")] = None,
    out: Plot = None,
    book: Book = None,
    commodity: Commodity = COBALT,
) -> Answer:
    """The sheet of a trading day as the book has it now, or the last 30 ranges and a plot."""
    from oracle.prices.sheet import document, record_document, record_table, sheet

    if day is not None and out is not None:
        raise PlotOfOneDay(day=day)
    with desk_of(cli, book, commodity) as desk:
        if day is not None:
            desk.require_trading_day(read_day(day))
            found = desk.assess(read_day(day))
            released = [one for one in desk.records() if one.day == read_day(day)]
            listed = {**document(found), "records": [record_document(one) for one in released]}
            shown = [record_table(released)] if released else ["not released yet"]
            return Answer(listed, [*sheet(found), *shown])
        records = desk.records()
    plotted = plot(_standing(records)[-30:], f"{commodity}, as released", plot_file(cli, out))
    listed = {"records": [record_document(one) for one in records]}
    return Answer(listed, [*plotted, record_table(records[-30:])])


@command(app, "replay", f"{PROGRAM} replay 2026-11-20", keys=False, panel=ANYBODY)
def replay(
    cli: CommandContext,
    day: Annotated[str | None, typer.Argument(metavar="[DAY]", help="All days if absent.")] = None,
    book: Book = None,
    commodity: Commodity = COBALT,
) -> Answer:
    """Assess stored inputs anew and compare to the fen, signatures and hashes included."""
    from oracle.prices.sheet import record_document, record_table

    with desk_of(cli, book, commodity) as desk:
        records = [one for one in desk.records() if day is None or one.day == read_day(day)]
        if day is not None and not records:
            desk.require_standing(read_day(day))
        for record in records:
            desk.replay(record)
    said = f"{counted(len(records), 'records')} replayed by {SOFTWARE}, every one the same"
    document = {"replayedBy": SOFTWARE, "replayed": [record_document(one) for one in records]}
    return Answer(document, [record_table(records), said])


@command(
    app, "submitters", f"{PROGRAM} submitters", f"{PROGRAM} submitters --enter entries.yaml",
    writes=True, panel=ANYBODY,
)  # fmt: skip
def submitters(
    cli: CommandContext,
    enter: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Entries to add to the register.")
    ] = None,
    staff: Annotated[
        Path | None, typer.Option(envvar="LODETRACE_PRICE_STAFF", metavar="FILE", help="Staff.")
    ] = None,
    book: Book = None,
    commodity: Commodity = COBALT,
) -> Answer:
    """The register of submitters as of today; with --enter, after new entries."""
    from oracle.prices.entries_file import read_entries
    from oracle.prices.methodology import methodology_on
    from oracle.prices.sheet import register_table
    from oracle.prices.staff import Staff
    from oracle.prices.submitters import SubmitterRegister

    with desk_of(cli, book, commodity) as desk:
        if enter is not None:
            if staff is None:
                raise FileUnusable(path="--staff", reason="is needed to enter something")
            desk.enter(
                read_entries(enter), person(cli, staff, "the register"), now(),
                Staff.read(staff).roles,
            )  # fmt: skip
        entries = desk.entries()
    today = datetime.fromtimestamp(now(), UTC).date()
    methodology = methodology_on(commodity, today)
    found = SubmitterRegister(methodology, entries).on(today)
    listed = {name: {"standing": str(one.standing), "kind": one.kind, "account": one.account}
              for name, one in found.items()}  # fmt: skip
    return Answer({"submitters": listed}, [register_table(found, methodology)])


@command(app, "simulate", f"{PROGRAM} simulate --out month.svg", keys=False, writes=True,
         panel=ANYBODY)  # fmt: skip
def simulate(
    cli: CommandContext,
    days: Annotated[int, typer.Option(min=1, max=250, help="Trading days.")] = 30,
    seed: Annotated[int, typer.Option(help="The same seed, the same market.")] = 1,
    first: Annotated[str, typer.Option("--from", metavar="DAY")] = "2026-09-14",
    out: Plot = None,
) -> Answer:
    """Assess a synthetic market and plot its ranges; nothing is stored."""
    from oracle.prices.sheet import record_document, record_table
    from oracle.prices.simulation import simulate as simulated

    target = plot_file(cli, out)
    found = simulated(seed, read_day(first), days)
    records = [one.record for one in found]
    listed = [{**record_document(one.record), "scenario": str(one.scenario)} for one in found]
    plotted = plot(records, f"Cobalt sulphate, synthetic market, seed {seed}", target)
    return Answer({"seed": seed, "records": listed}, [*plotted, record_table(records)])


def _standing(records: "list[PriceRecord]") -> "list[PriceRecord]":
    last = {record.day: record for record in records}
    return [last[day] for day in sorted(last)]
