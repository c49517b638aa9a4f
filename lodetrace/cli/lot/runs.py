"""`lodetrace lot`: runs, trees of runs, and the end of a lot."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.lot.lots import RUNS, LotName, LotNames, lot
from lodetrace.cli.lot.reasons import HiddenWords, Reason, given_reason
from lodetrace.cli.lot_ids import named_lot, named_lots
from lodetrace.cli.parse import parse_element, parse_output, parse_part, parse_word
from lodetrace.contracts.enums import CustodyModel, RunKind
from lodetrace.text import hex_of, short_id

if TYPE_CHECKING:
    from lodetrace.cli.lot.run_order import AskedRun
    from lodetrace.member.session import MemberSession

Model = Annotated[
    str | None, typer.Option(help="Chain-of-custody model; else the strongest possible one.")
]


@command(
    lot,
    "run",
    'lodetrace lot run --kind process --input 2f3a91c4 --output "material=SULPHATE,metal=500 kg"'
    ' --output "material=SCRAP,metal=rest" --document refining.signed.json --element Co',
    "lodetrace lot run --kind rebook --input 2f3a91c4 --input 88d106fe --dry-run",
    panel=RUNS,
    asks=True,
    writes=True,
)
def run(
    cli: CommandContext,
    kind: Annotated[str, typer.Option(help="process, rebook, recover or settle.")],
    inputs: Annotated[
        list[str], typer.Option("--input", metavar="LOT", help="A lot that is used up; repeat.")
    ],
    outputs: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            metavar="OUTPUT",
            help="material=PACK, metal=500 kg, count=1; metal may be rest. Repeat.",
        ),
    ] = None,
    model: Model = None,
    document: Annotated[
        Path | None, typer.Option(help="Signed site document of the run; a rebook has none.")
    ] = None,
    element: Annotated[
        str | None, typer.Option(metavar="SYMBOL", help="Metal, such as Co.")
    ] = None,
    credits: Annotated[
        str,
        typer.Option(help="proportional, or first: as much as the first outputs bear."),
    ] = "proportional",
) -> Answer:
    """Use lots up and make lots of them, with a proof that everything adds up.

    process and recover follow the signed document of a site, settle the measurement that an
    umpire approved, rebook only moves amounts between lots. Metal that goes into no output is
    loss. More than 4 lots on a side of a rebook become a tree of runs; after a crash the same
    command goes on with it.
    """
    from lodetrace.cli.lot.run_order import Sharing, ask

    with cli.member() as member:
        asked = ask(
            member,
            kind=parse_word(RunKind, kind, "kind of run"),
            inputs=named_lots(member, inputs),
            outputs=[parse_output(text) for text in outputs or []],
            model=None if model is None else parse_word(CustodyModel, model, "model"),
            document=document,
            element=None if element is None else parse_element(element),
            greedy=parse_word(Sharing, credits, "sharing of credits") is Sharing.FIRST,
        )
        return _carry_out(cli, member, asked)


@command(
    lot,
    "merge",
    "lodetrace lot merge 2f3a91c4 88d106fe 41bb07aa --yes",
    panel=RUNS,
    asks=True,
    writes=True,
)
def merge(cli: CommandContext, lots: LotNames, model: Model = None) -> Answer:
    """Make one lot of all metal of any number of lots, four at a time."""
    from lodetrace.cli.lot.run_order import ask

    with cli.member() as member:
        chosen = None if model is None else parse_word(CustodyModel, model, "model")
        asked = ask(member, RunKind.REBOOK, named_lots(member, lots), model=chosen)
        return _carry_out(cli, member, asked)


@command(
    lot,
    "split",
    'lodetrace lot split 2f3a91c4 --part "5 t" --part "5 t" --part rest',
    'lodetrace lot split 2f3a91c4 --part "metal=104 kg,count=10" --part "metal=rest,count=90"',
    panel=RUNS,
    asks=True,
    writes=True,
)
def split(
    cli: CommandContext,
    lot: LotName,
    parts: Annotated[
        list[str], typer.Option("--part", metavar="METAL", help="A quantity, or rest. Repeat.")
    ],
) -> Answer:
    """Divide a lot; carbon and credits follow the metal."""
    from lodetrace.cli.lot.parts import require_parts
    from lodetrace.cli.lot.run_order import ask
    from lodetrace.member.lots import own_lot

    typed = [parse_part(text) for text in parts]
    with cli.member() as member:
        named = named_lot(member, lot)
        require_parts(typed, own_lot(member, named)[1].lot.metal)
        asked = ask(member, RunKind.REBOOK, [named], typed)
        return _carry_out(cli, member, asked)


@command(
    lot, "write-off", "lodetrace lot write-off 2f3a91c4 --reason spilt",
    panel=RUNS, asks=True, writes=True,
)  # fmt: skip
def write_off(
    cli: CommandContext, lot: LotName, reason: Reason = None, words: HiddenWords = None
) -> Answer:
    """End a lot for good: lost, spilt, disposed of."""
    from lodetrace.cli.lot.view import COLUMNS, lot_row
    from lodetrace.member.lots import view_lot
    from lodetrace.member.runs import write_off as end

    with cli.member() as member:
        why, readers = given_reason(member, reason, words)
        named = named_lot(member, lot)
        cli.ask(
            f"Write {short_id(named)} off for good? {readers}",
            lambda session: end(session, named, why),
            rows(COLUMNS, [lot_row(view_lot(member, named))]),
        )
        with cli.work("writing off"):
            transaction = end(member, named, why)
    document = {"lot": hex_of(named), "outcome": "written off", "transaction": transaction}
    return Answer(document, [fields({"written off": short_id(named), "transaction": transaction})])


def _carry_out(cli: CommandContext, member: "MemberSession", asked: "AskedRun") -> Answer:
    if asked.needs_tree:
        return _grow(cli, member, asked)
    from lodetrace.cli.lot.run_view import done_answer, lost_by, plan_answer
    from lodetrace.member.run_plan import plan
    from lodetrace.member.runs import recorded, rehearse
    from lodetrace.member.runs import run as record

    order = asked.order()
    if (earlier := recorded(member, order)) is not None:
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
    if not done.in_band:
        cli.terminal.warn(
            "the loss is outside the site's band: the lots are held until two roles release them"
        )
    return done_answer(order, done)


def _grow(cli: CommandContext, member: "MemberSession", asked: "AskedRun") -> Answer:
    """A tree of rebooks: all into one, then one into all."""
    from lodetrace.cli.lot.tree_view import grown_answer, lost_in_tree, tree_answer
    from lodetrace.member.lots import view_lot
    from lodetrace.member.merge_trees import merge as merge_tree
    from lodetrace.member.merge_trees import rehearse_tree
    from lodetrace.member.merge_trees import split as split_tree

    earlier = rehearse_tree(member, asked.lots, asked.outputs, asked.model)
    if earlier is not None:
        return grown_answer([view_lot(member, one) for one in earlier])
    for text in lost_in_tree(asked):
        cli.terminal.warn(text)
    planned = tree_answer(asked)
    if cli.dry_run:
        return planned
    cli.terminal.confirm("Record these runs?", *planned.shown)
    with cli.work("merging") as work:
        whole = merge_tree(member, asked.lots, asked.model, work)
    made = [whole]
    if len(asked.outputs) > 1:
        with cli.work("splitting") as work:
            made = split_tree(member, whole, asked.outputs, work)
    return grown_answer([view_lot(member, one) for one in made])
