"""`lodetrace lot`: offers and disclosures, from the holder's side."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.lot.batches import warn_of_batch
from lodetrace.cli.lot.lots import CUSTODY, LotName, LotNames, lot, outcome
from lodetrace.cli.lot_ids import named_lot, named_lots
from lodetrace.cli.parse import parse_expiry, parse_period
from lodetrace.text import counted, hex_of, iso_time, short_id

if TYPE_CHECKING:
    from lodetrace.member.offers import OfferedLot

Receiver = Annotated[
    str, typer.Option("--to", metavar="MEMBER", help="Account, or its name in your book.")
]


@command(
    lot,
    "offer",
    "lodetrace lot offer 2f3a91c4 --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
    ' --expires "30 days"',
    "lodetrace lot offer --label 'MWD-7001*' --to odra --out delivery.csv",
    "lodetrace lot offer --file shipment.xlsx --to odra",
    panel=CUSTODY,
    asks=True,
    writes=True,
)
def offer(
    cli: CommandContext,
    to: Receiver,
    lots: Annotated[
        list[str] | None,
        typer.Argument(metavar="[LOT...]", help="Ids, their first 8 or more digits, or labels."),
    ] = None,
    label: Annotated[
        str | None, typer.Option(metavar="PATTERN", help="Your lots with a label like it: 'MWD-*'.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="Sheet (.xlsx, .csv) whose column Lot names lots.")
    ] = None,
    expires: Annotated[
        str,
        typer.Option(help="Last moment of acceptance, within 90 days: 2026-03-31, or 30 days."),
    ] = "30 days",
    out: Annotated[
        Path | None,
        typer.Option(help="Delivery note to write for the receiver, as CSV: lots, labels, metal."),
    ] = None,
) -> Answer:
    """Offer lots, with their amounts sealed to the receiver.

    Lots of one physical batch go together: the others of the batch are added. The same command
    again returns the same offers; another end needs `lodetrace lot cancel` first.
    """
    from lodetrace.cli.lot.delivery_note import DeliveryNote
    from lodetrace.cli.lot.sheets import chosen_lots, in_parts
    from lodetrace.cli.lot.view import COLUMNS, lot_row
    from lodetrace.member.lots import batch_lots, view_lot
    from lodetrace.member.offers import offer as send_offer
    from lodetrace.member.offers import offer_warnings, offered_before

    with cli.member() as member:
        receiver, expiry = cli.account_named(to), parse_expiry(expires, member.now())
        lasting = parse_period(expires)
        named = chosen_lots(member, lots or [], label, file)
        together = batch_lots(member, named)
        warn_of_batch(cli, named, together)
        made = offered_before(member, together, receiver, expiry, lasting)
        note = None if out is None else DeliveryNote.of(member, out, together)
        if made is not None:
            if note is not None and not cli.dry_run:
                note.write()
            return _offers(made)
        warned = offer_warnings(member, together)
        for one in warned:
            cli.terminal.warn(f"{short_id(one.lot)}: {one.text}")
        views = {one: view_lot(member, one) for one in together}
        parts = in_parts({one: view.lot for one, view in views.items()})
        cli.ask(
            f"Offer {counted(len(together), 'lots')} to {receiver}, who then knows the amounts for"
            f" good{', all the same' if warned else ''}?",
            lambda session: [
                send_offer(session, part, receiver, expiry, lasting) for part in parts
            ],
            fields({"receiver": receiver, "end": iso_time(expiry)}),
            rows(COLUMNS, [lot_row(view) for view in views.values()]),
        )
        with cli.work("offering"):
            made = [
                one for part in parts for one in send_offer(member, part, receiver, expiry, lasting)
            ]
        if note is not None:
            note.write()
        return _offers(made)


def _offers(offered: "list[OfferedLot]") -> Answer:
    documents = [
        {
            "lot": hex_of(one.lot),
            "to": one.to,
            "sequence": one.sequence,
            "expiry": iso_time(one.expiry),
            "transaction": one.transaction,
        }
        for one in offered
    ]
    lines = [(short_id(one.lot), one.to, iso_time(one.expiry)) for one in offered]
    return Answer({"offers": documents}, [rows(("lot", "to", "expiry"), lines)])


@command(lot, "cancel", "lodetrace lot cancel 2f3a91c4", panel=CUSTODY, writes=True)
def cancel(cli: CommandContext, lots: LotNames) -> Answer:
    """Take offers back that nobody has answered."""
    from lodetrace.member.offers import cancel as take_back

    with cli.member() as member:
        named = named_lots(member, lots)
        with cli.work("cancelling"):
            free = take_back(member, named)
    return outcome(free, "cancelled")


@command(
    lot,
    "disclose",
    "lodetrace lot disclose 2f3a91c4 --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    panel=CUSTODY,
    asks=True,
    writes=True,
)
def disclose(cli: CommandContext, lot: LotName, to: Receiver) -> Answer:
    """Hand the amounts of a lot to a reader, sealed; the lot stays where it is.

    It cannot be taken back: the reader knows the amounts from then on.
    """
    from lodetrace.cli.lot.view import COLUMNS, lot_row
    from lodetrace.member.lots import view_lot
    from lodetrace.member.offers import disclose as hand_over

    with cli.member() as member:
        named, reader = named_lot(member, lot), cli.account_named(to)
        cli.ask(
            f"Disclose the amounts of {short_id(named)} to {reader} for good?",
            lambda session: hand_over(session, named, reader),
            rows(COLUMNS, [lot_row(view_lot(member, named))]),
        )
        with cli.work("disclosing"):
            transaction = hand_over(member, named, reader)
    document = {"lot": hex_of(named), "to": reader, "transaction": transaction}
    said = {"lot": hex_of(named), "reader": reader, "transaction": transaction}
    return Answer(document, [fields(said)])
