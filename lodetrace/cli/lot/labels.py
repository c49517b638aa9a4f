"""`lodetrace lot label`: what a lot is called beside its id."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, fields
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.lot.lots import LotName, lot
from lodetrace.cli.lot_ids import labelled, named_lot
from lodetrace.errors import InputError
from lodetrace.text import hex_of, is_hidden, short_id, visible

if TYPE_CHECKING:
    from lodetrace.cli.lot.run_order import AskedRun
    from lodetrace.member.runs import RunDone
    from lodetrace.member.session import MemberSession

LONGEST: Final = 64
"""Characters, as of a seal."""


class LabelRefused(InputError):
    """A label that could not be typed or read."""

    template = "{label!r} is no label: {reason}"
    advice = "Take what is printed on the goods, such as MWD-700001."


@command(lot, "label", "lodetrace lot label 2f3a91c4 MWD-700001", writes=True)
def label(
    cli: CommandContext,
    lot: LotName,
    labels: Annotated[
        list[str], typer.Argument(metavar="LABEL...", help="All that it is called from now on.")
    ],
) -> Answer:
    """Say what a lot is called; your own lots have the labels of their documents already.

    Labels are for you alone: they lie in your vault and go nowhere.
    """
    for one in labels:
        require_label(one)
    with cli.member() as member:
        named = named_lot(member, lot, inbox=True)
        for one in labels:
            warn_of_twin(cli, member, one, named)
        cli.about_to("label the lot", lot=hex_of(named), labels=", ".join(labels))
        member.vault.keep_labels(named, labels)
    document = {"lot": hex_of(named), "labels": labels}
    return Answer(document, [fields({"lot": hex_of(named), "label": ", ".join(labels)})])


def require_label(text: str) -> None:
    """Raises LabelRefused."""
    if not text.strip() or len(text) > LONGEST or any(map(is_hidden, text)):
        reason = f"1 to {LONGEST} characters that are seen are possible"
        raise LabelRefused(label=visible(text[:80]), reason=reason)


def warn_of_twin(cli: CommandContext, member: "MemberSession", label: str, lot: bytes) -> None:
    """Says which other lot is called so as well: the label alone names neither."""
    twins = sorted(labelled(label, member.vault.labels()) - {lot})
    if twins:
        others = ", ".join(map(short_id, twins))
        cli.terminal.warn(f"{label} is a label of {others} as well: it names neither alone")


def label_made(member: "MemberSession", asked: "AskedRun", done: "RunDone") -> None:
    """Lots that a document's run made have its labels, where they are of one batch."""
    stated = asked.stated
    if stated is None or member.rehearsing or len(stated.batches) != 1:
        return
    for made in done.outputs:
        member.vault.keep_labels(made.lot, stated.labels)
