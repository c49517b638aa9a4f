"""`lodetrace lot`: the group, and its commands that look at lots or give birth to them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.command import command, group
from lodetrace.cli.context import CommandContext
from lodetrace.cli.lot_ids import fitting, named_lot
from lodetrace.cli.parse import parse_element, parse_word
from lodetrace.contracts.enums import CustodyModel, Material
from lodetrace.text import hex_of, iso_time, short_id

lot: Final = group("lot", "Lots: born, offered, taken over, run, held, ended.")

CUSTODY: Final = "Custody"
RUNS: Final = "Runs"
HOLDS: Final = "Holds"
"""Headings of --help."""

LotName = Annotated[
    str, typer.Argument(metavar="LOT", help="Id, its first 8 or more digits, or label.")
]
LotNames = Annotated[
    list[str],
    typer.Argument(metavar="LOT...", help="Ids, their first 8 or more digits, or labels."),
]
Element = Annotated[str, typer.Option(metavar="SYMBOL", help="Metal of the lot, such as Co.")]
SignedFile = Annotated[Path, typer.Argument(metavar="DOCUMENT", help="Signed site document.")]


@command(
    lot,
    "create",
    "lodetrace lot create mine-M01.signed.json --element Co --material hydroxide",
    "lodetrace lot create signed/*.json",
    asks=True,
    writes=True,
)
def create(
    cli: CommandContext,
    documents: Annotated[
        list[Path], typer.Argument(metavar="DOCUMENT...", help="Signed site documents.")
    ],
    element: Annotated[
        str | None, typer.Option(metavar="SYMBOL", help="Metal of the lot, else all of them.")
    ] = None,
    material: Annotated[
        str | None,
        typer.Option(help="What the lot is made of; left out where the site makes one material."),
    ] = None,
    model: Annotated[str, typer.Option(help="Chain-of-custody model of ISO 22095.")] = "segregated",
) -> Answer:
    """Give birth to a lot of each signed site document whose event stands.

    Of metal that comes from outside the consortium as well: it bears no credit. Amounts and units
    come from the document: the same file that the oracle nodes attested. The same command again
    returns the lots that were born. Of several documents, those that do not stand yet are left for
    the next time, and the command ends with exit code 10.
    """
    from lodetrace.cli.lot.births import AskedBirth, born_lots, stated_metals

    chosen = parse_word(CustodyModel, model, "model")
    given = None if material is None else parse_word(Material, material, "material")
    symbol = None if element is None else parse_element(element)
    with cli.member() as member:
        asked = [
            AskedBirth.of(member, stated, given, chosen)
            for path in documents
            for stated in stated_metals(cli, path, symbol)
        ]
        return born_lots(cli, member, asked)


@command(
    lot,
    "list",
    "lodetrace lot list",
    "lodetrace lot list --ended --json",
    "lodetrace lot list --label 'MWD-*'",
)
def list_(
    cli: CommandContext,
    ended: Annotated[
        bool, typer.Option("--ended", help="Also lots that were used up or lost.")
    ] = False,
    label: Annotated[
        str | None, typer.Option(metavar="PATTERN", help="Those with a label like it: 'MWD-*'.")
    ] = None,
) -> Answer:
    """List the lots of this account, with the amounts that only you can open."""
    from lodetrace.cli.lot.view import COLUMNS, lot_document, lot_row
    from lodetrace.member.lots import held_lots

    with cli.member() as member:
        labels = member.vault.labels()
        views = held_lots(member, ended)
        left = 0 if views or ended else len(held_lots(member, True))
        if label is not None:
            views = [one for one in views if fitting(labels.get(one.id, ()), label)]
        found = {
            "account": member.account,
            "time": iso_time(member.now()),
            "lots": [lot_document(view, labels.get(view.id, ())) for view in views],
        }
    if not views:
        return Answer(found, [say_none(left) if label is None else f"No lot is called {label}."])
    shown = [(", ".join(labels.get(view.id, ())), *lot_row(view)) for view in views]
    called = any(line[0] for line in shown)
    columns = ("label", *COLUMNS) if called else COLUMNS
    return Answer(found, [rows(columns, shown if called else [line[1:] for line in shown])])


def say_none(ended: int) -> str:
    """Of a list without lots. ended: how many there are that it leaves out."""
    if ended:
        return f"No live lots; --ended lists {ended}."
    return "No lots. An empty disk is filled by `lodetrace keys recover`."


@command(lot, "show", "lodetrace lot show 2f3a91c4", "lodetrace lot show 2f3a91c4 --json")
def show(cli: CommandContext, lot: LotName) -> Answer:
    """Show one lot: state, amounts, custody, what it was made of and made into, its claims.

    Withdrawn events: its metal comes from documents that their sites have withdrawn since.
    """
    from lodetrace.cli.lot.history import history_of, say_history
    from lodetrace.cli.lot.view import lot_document, lot_fields
    from lodetrace.member.lots import view_lot
    from lodetrace.member.withdrawn import withdrawn_events

    with cli.member() as member:
        view = view_lot(member, named_lot(member, lot, inbox=True))
        history = history_of(member, view.id)
        withdrawn = [hex_of(event) for event in withdrawn_events(member, view.id)]
        labels = member.vault.labels().get(view.id, ())
        known = lot_document(view, labels)
        found = {**known, **history.document, "withdrawn_events": withdrawn}
    said = {
        "label": ", ".join(labels) or None,
        **lot_fields(view),
        **history.fields,
        "withdrawn events": "\n".join(withdrawn) or None,
    }
    return Answer(found, [fields(said), say_history(history)])


def outcome(lots: Sequence[bytes], done: str) -> Answer:
    """What was done with some lots."""
    document = {"outcome": done, "lots": [hex_of(one) for one in lots]}
    return Answer(document, [f"{done.capitalize()}: {', '.join(map(short_id, lots))}."])
