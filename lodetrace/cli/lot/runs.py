"""`lodetrace lot`: runs, trees of runs, and lots of which nothing is left."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.lot.lots import RUNS, Element, LotName, LotNames, SignedFile, lot
from lodetrace.cli.lot_ids import named_lot, named_lots
from lodetrace.cli.parse import parse_element, parse_output, parse_word
from lodetrace.cli.sheet_options import Decimal_, sign_of
from lodetrace.contracts.enums import CustodyModel, RunKind
from lodetrace.text import hex_of, short_id

if TYPE_CHECKING:
    from lodetrace.cli.lot.run_order import AskedRun
    from lodetrace.cli.parse import TypedOutput
    from lodetrace.cli.sheet_options import Decimals
    from lodetrace.member.session import MemberSession

Model = Annotated[
    str | None, typer.Option(help="Chain-of-custody model; else the strongest possible one.")
]


@command(
    lot,
    "run",
    "lodetrace lot run --kind process --document refining.signed.json --element Co"
    ' --output "material=SULPHATE,metal=500 kg" --output "material=SULPHATE,metal=rest"'
    ' --output "material=SCRAP,metal=rest"',
    "lodetrace lot run --kind process --document packing.signed.json --element Co"
    ' --output "material=PACK,count=60" --output "material=PACK,count=36"',
    "lodetrace lot run --kind rebook --input 2f3a91c4 --input 88d106fe --dry-run",
    "lodetrace lot run --kind rebook --plan blend.xlsx --dry-run",
    panel=RUNS,
    asks=True,
    writes=True,
)
def run(
    cli: CommandContext,
    kind: Annotated[
        str,
        typer.Option(help="process, recover, rework, loss, settle, rebook or charge."),
    ],
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input", metavar="LOT", help="A lot of a rebook or charge; a document names its own."
        ),
    ] = None,
    outputs: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            metavar="OUTPUT",
            help="material=SULPHATE,metal=500 kg or material=PACK,count=96. Repeat.",
        ),
    ] = None,
    model: Model = None,
    document: Annotated[
        Path | None,
        typer.Option(help="Signed site document of the run; a rebook or charge has none."),
    ] = None,
    element: Annotated[
        str | None, typer.Option(metavar="SYMBOL", help="Metal, such as Co.")
    ] = None,
    credits: Annotated[
        str,
        typer.Option(help="proportional, or first: as much as the first outputs bear."),
    ] = "proportional",
    plan: Annotated[
        Path | None,
        typer.Option(help="Sheet (.xlsx, .csv) of lots and outputs, in place of both options."),
    ] = None,
    decimal: Decimal_ = None,
) -> Answer:
    """Use lots up and make lots of them, with a proof that everything adds up.

    process, recover, rework and loss follow the signed document of a site, settle the measurement
    that an umpire approved: the lots are those that the document names. All metal that was
    measured is booked: metal=rest is what is left, of scrap and of everything else. Units share
    their metal evenly. rebook and charge only move amounts between lots; more than 4 lots on a
    side become a tree of runs, which is shown, and which the same command goes on with after a
    crash. A plan has the columns Lot, Material, Metal and Count: a row is a lot that goes in, or
    an output.
    """
    from lodetrace.cli.lot.run_order import Sharing, ask

    lots, made = inputs or [], [parse_output(text) for text in outputs or []]
    if plan is not None:
        lots, made = _planned(plan, decimal, lots, outputs or [])
    with cli.member() as member:
        asked = ask(
            member,
            kind=parse_word(RunKind, kind, "kind of run"),
            inputs=named_lots(member, lots) if lots else [],
            outputs=made,
            model=None if model is None else parse_word(CustodyModel, model, "model"),
            document=document,
            element=None if element is None else parse_element(element),
            greedy=parse_word(Sharing, credits, "sharing of credits") is Sharing.FIRST,
        )
        return _carry_out(cli, member, asked)


def _planned(
    path: Path, decimal: "Decimals | None", inputs: list[str], outputs: list[str]
) -> "tuple[list[str], list[TypedOutput]]":
    from lodetrace.cli.lot.run_sheet import read_plan, require_alone

    require_alone(inputs, outputs)
    found = read_plan(path, sign_of(decimal))
    return list(found.lots), list(found.outputs)


@command(
    lot,
    "merge",
    "lodetrace lot merge 2f3a91c4 88d106fe 41bb07aa --yes",
    panel=RUNS,
    asks=True,
    writes=True,
)
def merge(
    cli: CommandContext,
    lots: LotNames,
    model: Model = None,
    charge: Annotated[
        bool, typer.Option("--charge", help="A charge: it is only processed. See `lot charge`.")
    ] = False,
) -> Answer:
    """Make one lot of all metal of any number of lots, four at a time.

    Lots of several documents become one account of mass balance, which rests for 24 hours before
    it is offered; what comes in units is not pooled. With --charge they keep their model.
    """
    return _one_of(cli, lots, model, RunKind.CHARGE if charge else RunKind.REBOOK)


@command(
    lot,
    "charge",
    "lodetrace lot charge 2f3a91c4 88d106fe 41bb07aa 5c29e0d1 a7710c3b --yes",
    panel=RUNS,
    asks=True,
    writes=True,
)
def charge(cli: CommandContext, lots: LotNames, model: Model = None) -> Answer:
    """Put any number of lots together that are processed as one, four at a time.

    The site's document then names the charge: it names four lots of a metal at most. A charge is
    processed, and nothing else: it is not offered, assigned or claimed about.
    """
    return _one_of(cli, lots, model, RunKind.CHARGE)


def _one_of(cli: CommandContext, lots: LotNames, model: str | None, kind: RunKind) -> Answer:
    from lodetrace.cli.lot.run_order import ask

    with cli.member() as member:
        chosen = None if model is None else parse_word(CustodyModel, model, "model")
        asked = ask(member, kind, named_lots(member, lots), model=chosen)
        return _carry_out(cli, member, asked)


@command(
    lot,
    "split",
    "lodetrace lot split 2f3a91c4 --parts 10x5t --part rest",
    'lodetrace lot split 2f3a91c4 --part "count=10" --part "count=90"',
    panel=RUNS,
    asks=True,
    writes=True,
)
def split(
    cli: CommandContext,
    lot: LotName,
    parts: Annotated[
        list[str] | None,
        typer.Option("--part", metavar="PART", help="A quantity, rest, or count=10. Repeat."),
    ] = None,
    alike: Annotated[
        list[str] | None,
        typer.Option("--parts", metavar="10x5t", help="Equal parts: how many, of what. Repeat."),
    ] = None,
) -> Answer:
    """Divide a lot; carbon and credits follow the metal. Units share their metal evenly.

    More than 4 parts become a tree of runs, which the same command goes on with after a crash.
    """
    from lodetrace.cli.lot.parts import require_parts, typed_parts
    from lodetrace.cli.lot.run_order import ask
    from lodetrace.member.lots import own_lot

    typed = typed_parts(alike or [], parts or [])
    with cli.member() as member:
        named = named_lot(member, lot)
        view, opening = own_lot(member, named)
        in_units = view.lot.material.comes_in_units
        require_parts(typed, opening.lot.metal, in_units=in_units)
        asked = ask(member, RunKind.REBOOK, [named], typed)
        return _carry_out(cli, member, asked)


@command(
    lot, "lost", "lodetrace lot lost spill.signed.json --element Co",
    panel=RUNS, asks=True, writes=True,
)  # fmt: skip
def lost(cli: CommandContext, document: SignedFile, element: Element) -> Answer:
    """End the lots of a loss of which nothing was found.

    The signed document of the site says so, and oracle nodes attested it. Where something was
    found, `lodetrace lot run --kind loss` books what remains.
    """
    from lodetrace.cli.lot.site_document import read_stated_metal
    from lodetrace.cli.lot.view import COLUMNS, lot_row
    from lodetrace.member.lots import view_lot
    from lodetrace.member.runs import record_loss

    with cli.member() as member:
        stated = read_stated_metal(document, parse_element(element), cli.domain)
        named = stated.event.inputs
        cli.ask(
            f"End {', '.join(map(short_id, named))} for good: nothing is left?",
            lambda session: record_loss(session, stated.event_id),
            rows(COLUMNS, [lot_row(view_lot(member, one)) for one in named]),
        )
        with cli.work("recording the loss"):
            done = record_loss(member, stated.event_id)
    ids = [hex_of(one) for one in done.lots]
    found = {"event_id": hex_of(done.event_id), "outcome": "lost", "lots": ids}
    said = {"lost": ", ".join(map(short_id, done.lots)), "transaction": done.transaction}
    return Answer({**found, "transaction": done.transaction}, [fields(said)])


def _carry_out(cli: CommandContext, member: "MemberSession", asked: "AskedRun") -> Answer:
    if asked.pools:
        cli.terminal.warn(
            "the lots come from several documents: the new one is under mass balance, and rests "
            "for 24 hours before it can be offered; --charge keeps the model of lots that are only "
            "processed"
        )
    if asked.needs_tree:
        return _grow(cli, member, asked)
    from lodetrace.cli.lot.labels import label_made
    from lodetrace.cli.lot.run_view import done_answer, lost_by, plan_answer
    from lodetrace.member.run_plan import plan
    from lodetrace.member.runs import recorded, rehearse
    from lodetrace.member.runs import run as record

    order = asked.order()
    if (earlier := recorded(member, order)) is not None:
        label_made(member, asked, earlier)
        return done_answer(order, earlier)
    asks = cli.dry_run or not cli.terminal.confirmed  # what the chain refuses comes before that
    planned = rehearse(member, order) if asks else plan(member, order)
    for text in lost_by(asked, planned):
        cli.terminal.warn(text)
    shown = plan_answer(planned)
    if cli.dry_run:
        return shown
    cli.terminal.confirm("Record this run?", *shown.shown)
    with cli.work("proving the run"):
        done = record(member, order)
    label_made(member, asked, done)
    if any(made.held for made in done.outputs):
        cli.terminal.warn(
            "loss or scrap is outside the site's bounds: the lots are held until two roles release"
            " them"
        )
    return done_answer(order, done)


def _grow(cli: CommandContext, member: "MemberSession", asked: "AskedRun") -> Answer:
    """A tree of runs on paper: all into one, then one into all."""
    from lodetrace.cli.lot.tree_view import grown_answer, lost_in_tree, tree_answer
    from lodetrace.member.lots import view_lot
    from lodetrace.member.merge_trees import merge as merge_tree
    from lodetrace.member.merge_trees import rehearse_tree
    from lodetrace.member.merge_trees import split as split_tree

    earlier = rehearse_tree(member, asked.lots, asked.outputs, asked.model, kind=asked.kind)
    if earlier is not None:
        return grown_answer([view_lot(member, one) for one in earlier])
    for text in lost_in_tree(asked):
        cli.terminal.warn(text)
    planned = tree_answer(asked)
    if cli.dry_run:
        return planned
    cli.terminal.confirm("Record these runs?", *planned.shown)
    with cli.work("merging") as work:
        whole = merge_tree(member, asked.lots, asked.model, work, kind=asked.kind)
    made = [whole]
    if len(asked.outputs) > 1:
        with cli.work("splitting") as work:
            made = split_tree(member, whole, asked.outputs, work)
    return grown_answer([view_lot(member, one) for one in made])
