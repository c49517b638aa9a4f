"""Commands that carry a released record to the chain: sealed by one key, published by another."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from lodetrace.cli.answer import Answer
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.text import hex_of
from oracle.prices.cli_session import (
    COBALT,
    PROGRAM,
    PUBLISHERS,
    Book,
    Commodity,
    Day,
    app,
    desk_of,
    read_day,
)

if TYPE_CHECKING:
    from pathlib import Path

    from oracle.prices.record import PriceRecord


@command(app, "seal", f"{PROGRAM} seal 2026-11-20 --releaser 0x5aA…", writes=True,
         panel=PUBLISHERS)  # fmt: skip
def seal(
    cli: CommandContext,
    day: Day,
    releaser: Annotated[
        str, typer.Option(metavar="ACCOUNT", help="The administrator's other account.")
    ],
    book: Book = None,
    commodity: Commodity = COBALT,
) -> Answer:
    """Prepare the day's released record on chain, its range sealed to the other account.

    Of a day that was corrected its records in their order, one at a time. The record is replayed
    first. Safe to repeat.
    """
    from oracle.prices.chain_publication import next_record, prepare_record

    records = _replayed(cli, book, commodity, read_day(day))
    with cli.member() as member:
        record = next_record(member, records)
        on_chain = prepare_record(member, record, releaser.strip())
        return _answer(record, on_chain, "sealed", records)


@command(app, "publish", f"{PROGRAM} publish 2026-11-20 --subscriber 0x9eF…", writes=True,
         panel=PUBLISHERS)  # fmt: skip
def publish(
    cli: CommandContext,
    day: Day,
    subscriber: Annotated[
        list[str] | None, typer.Option(metavar="ACCOUNT", help="Gets the range; repeatable.")
    ] = None,
    book: Book = None,
    commodity: Commodity = COBALT,
) -> Answer:
    """Release on chain what the other account sealed, if it is this record; then deliver it.

    Of a day that was corrected its records in their order, one at a time; a correction goes to all
    who got what it corrects as well. The record is replayed first. Safe to repeat: who has the
    range gets it once.
    """
    from oracle.prices.chain_publication import next_record, release_record

    records = _replayed(cli, book, commodity, read_day(day))
    readers = [one.strip() for one in subscriber or []]
    with cli.member() as member:
        record = next_record(member, records)
        on_chain = release_record(member, record, readers)
        return _answer(record, on_chain, "published", records)


def _replayed(
    cli: CommandContext, book: "Path | None", commodity: str, day: date
) -> "list[PriceRecord]":
    """The day's records, each replayed; raises RecordMissing or ReplayDiffers."""
    with desk_of(cli, book, commodity) as desk:
        desk.require_standing(day)
        records = desk.records_of(day)
        for record in records:
            desk.replay(record)
    return records


def _answer(
    record: "PriceRecord", on_chain: bytes, outcome: str, records: "list[PriceRecord]"
) -> Answer:
    left = len(records) - 1 - records.index(record)
    said = {**record.public, "onChain": hex_of(on_chain), "outcome": outcome, "left": left}
    lines = [f"{outcome} {record.day}, record {hex_of(on_chain)}"]
    if left:
        lines.append(f"{left} of its corrections are left: seal and publish them after this one")
    return Answer(said, lines)
