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

    The record is replayed first. Safe to repeat.
    """
    from oracle.prices.chain_publication import prepare_record

    record = _replayed(cli, book, commodity, read_day(day))
    with cli.member() as member:
        return _answer(record, prepare_record(member, record, releaser.strip()), "sealed")


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

    The record is replayed first. Safe to repeat: who has the range gets it once.
    """
    from oracle.prices.chain_publication import release_record

    record = _replayed(cli, book, commodity, read_day(day))
    readers = [one.strip() for one in subscriber or []]
    with cli.member() as member:
        return _answer(record, release_record(member, record, readers), "published")


def _replayed(cli: CommandContext, book: "Path | None", commodity: str, day: date) -> "PriceRecord":
    with desk_of(cli, book, commodity) as desk:
        record = desk.require_standing(day)
        desk.replay(record)
    return record


def _answer(record: "PriceRecord", on_chain: bytes, outcome: str) -> Answer:
    said = {**record.public, "onChain": hex_of(on_chain), "outcome": outcome}
    return Answer(said, [f"{outcome} {record.day}, record {hex_of(on_chain)}"])
