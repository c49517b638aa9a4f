"""`lodetrace lot`: offers from the receiver's side."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lodetrace.cli.answer import Answer
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.lot.batches import warn_of_batch, with_batches
from lodetrace.cli.lot.labels import warn_of_twin
from lodetrace.cli.lot.lots import CUSTODY, LotNames, lot, outcome
from lodetrace.cli.lot.reasons import HiddenWords, Reason, given_reason
from lodetrace.cli.lot_ids import named_lots
from lodetrace.cli.sheet_options import Decimal_, sign_of
from lodetrace.errors import ExitCode, InputError
from lodetrace.text import counted, hex_of, short_id

if TYPE_CHECKING:
    from lodetrace.member.inbox import InboxItem
    from lodetrace.member.session import MemberSession


class NamedInSeveralWays(InputError):
    """Lots and everything, or everything and what one sender offers."""

    template = "{given} do not go together"
    advice = "Name lots, or give --all, or --all-from with one sender."


class NothingNamed(InputError):
    """Neither lots nor --all."""

    template = "no lot was named"
    advice = "Name lots, or give --all for everything in the inbox that opens."


@command(lot, "inbox", "lodetrace lot inbox", panel=CUSTODY)
def inbox(cli: CommandContext) -> Answer:
    """List the offers to this account, opened and checked."""
    from lodetrace.cli.lot.inbox_view import item_document, item_rows
    from lodetrace.member.inbox import inbox as offered

    with cli.member() as member:
        items = offered(member)
        found = {"account": member.account, "offers": [item_document(one) for one in items]}
    return Answer(found, [item_rows(items)] if items else ["No offers."])


@command(
    lot, "accept", "lodetrace lot accept 2f3a91c4", "lodetrace lot accept --all --yes",
    "lodetrace lot accept --all-from odra --sheet received.csv --within 0.3%",
    panel=CUSTODY, asks=True, writes=True,
)  # fmt: skip
def accept(
    cli: CommandContext,
    lots: Annotated[
        list[str] | None,
        typer.Argument(metavar="[LOT...]", help="Ids, their first 8 or more digits, or labels."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All offers that open and are not disputed.")
    ] = False,
    all_from: Annotated[
        str | None, typer.Option(metavar="MEMBER", help="As --all, of one sender.")
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(help="Your receiving sheet (.xlsx, .csv): column Lot, and what you weighed."),
    ] = None,
    within: Annotated[
        str | None,
        typer.Option(metavar="SHARE", help="With --sheet: take what differs by no more: 0.3%."),
    ] = None,
    decimal: Decimal_ = None,
) -> Answer:
    """Take offered lots over, once their amounts were opened and checked.

    What cannot be opened is never accepted. Lots of one physical batch are taken together. With a
    receiving sheet, lots that differ by more than the tolerance, and lots that are not in it, are
    left and listed; the command then ends with exit code 5. Labels of the sheet are kept.
    """
    from lodetrace.cli.lot.inbox_view import item_rows
    from lodetrace.cli.lot.received import compared
    from lodetrace.cli.lot.sheets import in_parts
    from lodetrace.member.inbox import accept as take_over
    from lodetrace.member.inbox import inbox as offered

    _require_one_way(lots or [], everything, all_from)
    with cli.member() as member:
        items = {one.lot_id: one for one in offered(member)}
        if everything or all_from is not None:
            sender = None if all_from is None else cli.account_named(all_from)
            named = [
                one.lot_id
                for one in items.values()
                if one.problem is None and not one.disputed and sender in (None, one.from_)
            ]
        else:
            named = named_lots(member, lots or [], inbox=True)
            if not named:
                raise NothingNamed()
        weighed = compared(member, items, named, sheet, within, sign_of(decimal))
        for lot_id, label in weighed.labels.items():
            warn_of_twin(cli, member, label, lot_id)
        together = with_batches(member, weighed.taken, items)
        warn_of_batch(cli, weighed.taken, together)
        cli.terminal.note(*weighed.shown)
        before = [one for one in together if one not in items]
        parts = in_parts({one: items[one].lot for one in together if one in items})
        parts += [before] if before else []
        sequences = {one: items[one].sequence if one in items else 0 for one in together}
        looked_at = [items[one] for one in together if one in items]
        if looked_at:
            _look_at(cli, looked_at)
            cli.ask(
                f"Take over {counted(len(looked_at), 'lots')}?",
                lambda session: [
                    take_over(session, part, [sequences[one] for one in part]) for part in parts
                ],
                item_rows(looked_at),
            )
        taken = []
        with cli.work("accepting"):
            for part in parts:
                taken += take_over(member, part, [sequences[one] for one in part])
        for lot_id, label in weighed.labels.items():
            if lot_id in taken:
                member.vault.keep_labels(lot_id, [label])
        document = {"lots": [hex_of(one) for one in taken], "account": member.account}
        document |= weighed.document
    said = f"Accepted: {', '.join(map(short_id, taken))}." if taken else "Nothing to accept."
    return Answer(document, [said], ExitCode.REFUSED if weighed.left else ExitCode.OK)


@command(
    lot, "reject", "lodetrace lot reject 2f3a91c4 --reason seal-broken",
    'lodetrace lot reject 2f3a91c4 --words "the driver had no papers"', panel=CUSTODY,
    asks=True, writes=True,
)  # fmt: skip
def reject(
    cli: CommandContext, lots: LotNames, reason: Reason = None, words: HiddenWords = None
) -> Answer:
    """Return offered or disputed lots to their sender."""
    from lodetrace.member.inbox import reject as send_back

    return _answered(cli, lots, (reason, words), send_back, "Return", "rejected")


@command(
    lot, "dispute",
    "lodetrace lot dispute 2f3a91c4 --document receiving.signed.json --reason weight-differs",
    'lodetrace lot dispute 2f3a91c4 --document weighbridge.pdf --words "2.1 % under weight"',
    panel=CUSTODY,
    asks=True, writes=True,
)  # fmt: skip
def dispute(
    cli: CommandContext,
    lots: LotNames,
    document: Annotated[
        Path,
        typer.Option(
            help="Your signed receiving document, or any record of what arrived: its hash is told.",
        ),
    ],
    reason: Reason = None,
    words: HiddenWords = None,
) -> Answer:
    """Block offered lots: weight or assay differ outside tolerance.

    For up to 10 days the lot is blocked; it ends by acceptance, rejection, or a settlement that
    an umpire approves.
    """
    from lodetrace.documents.signed_document import record_hash
    from lodetrace.member.inbox import dispute as block

    record = record_hash(document)

    def send(member: "MemberSession", named: "Sequence[bytes]", why: bytes) -> list[bytes]:
        return block(member, named, record, why)

    return _answered(cli, lots, (reason, words), send, "Dispute", "disputed")


def _require_one_way(lots: Sequence[str], everything: bool, all_from: str | None) -> None:
    """Raises NothingNamed or NamedInSeveralWays: no lot is taken that nobody meant."""
    ways = {"lots": bool(lots), "--all": everything, "--all-from": all_from is not None}
    given = [way for way, is_given in ways.items() if is_given]
    if not given:
        raise NothingNamed()
    if len(given) > 1:
        raise NamedInSeveralWays(given=" and ".join(given))


def _look_at(cli: CommandContext, items: "Sequence[InboxItem]") -> None:
    """Refuses what does not open, before anybody is asked; warns of what others know."""
    for one in items:
        if one.problem is not None:
            raise one.problem
        for warning in one.warnings:
            cli.terminal.warn(f"{short_id(one.lot_id)}: {warning.text}")


def _answered(
    cli: CommandContext,
    lots: Sequence[str],
    said: tuple[str | None, str | None],
    send: "Callable[[MemberSession, Sequence[bytes], bytes], list[bytes]]",
    act: str,
    done: str,
) -> Answer:
    from lodetrace.cli.lot.inbox_view import item_rows
    from lodetrace.member.inbox import inbox as offered

    with cli.member() as member:
        why, readers = given_reason(member, *said)
        named = named_lots(member, lots, inbox=True)
        listed = ", ".join(map(short_id, named))
        cli.ask(
            f"{act} {listed}? {readers}",
            lambda session: send(session, named, why),
            item_rows([one for one in offered(member) if one.lot_id in named]),
        )
        with cli.work("sending"):
            return outcome(send(member, named, why), done)
