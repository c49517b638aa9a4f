"""`lodetrace audit`: one file proves where a lot or product comes from, and anybody verifies it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, fields
from lodetrace.cli.audit.files import read_document, require_writable, write_file
from lodetrace.cli.command import command, group
from lodetrace.cli.context import CommandContext
from lodetrace.cli.lot_ids import required_id
from lodetrace.errors import ExitCode, InputError
from lodetrace.text import hex_of
from lodetrace.version import SOFTWARE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lodetrace.audit.anchor import Anchor
    from lodetrace.audit.bundle import OpeningShown, Subject
    from lodetrace.evidence.cosignatures import Witnessed
    from lodetrace.onchain.contracts import Contracts

audit: Final = group("audit", "Audit bundles: exported, verified offline, compared.")

Out = Annotated[Path, typer.Option("--out", help="The file to write.", dir_okay=False)]
Trust = Annotated[
    Path | None,
    typer.Option(
        "--trust",
        metavar="ANCHOR",
        help="The reader's trust anchor; that of the first block without it.",
    ),
]
AtBlock = Annotated[
    int | None, typer.Option("--block", min=0, help="The last block told of; the head without it.")
]


class SubjectMissing(InputError):
    """Neither a lot nor a product, or both."""

    template = "name one lot or one product, not {count}"
    advice = "Give either --lot or --product."
    exit_code = ExitCode.USAGE


class SubjectIdMalformed(InputError):
    """Not a full id."""

    template = "{text!r} is no id"
    advice = "Give 0x and all 64 hexadecimal digits."


@command(
    audit,
    "export",
    "lodetrace audit export --product 0x51c2… --out car.bundle",
    "lodetrace audit export --lot 0x2f3a… --out lot.bundle --open 2f3a91c4 --document scale.json",
    "lodetrace audit export --product 0x51c2… --out car.bundle --trust anchor.json"
    " --witness https://heads.refinery.example --witness ../cathode",
    writes=True,
)
def export(
    cli: CommandContext,
    out: Out,
    lot: Annotated[str | None, typer.Option(help="The lot: its full id.")] = None,
    product: Annotated[str | None, typer.Option(help="The product: its full id.")] = None,
    open_: Annotated[
        list[str] | None,
        typer.Option("--open", metavar="LOT", help="Show the amounts of this lot; repeatable."),
    ] = None,
    document: Annotated[
        list[Path] | None,
        typer.Option("--document", metavar="FILE", help="Show this document; repeatable."),
    ] = None,
    trust: Trust = None,
    block: AtBlock = None,
    keys: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Verifying keys; those of the installation else."),
    ] = None,
    full_headers: Annotated[
        bool, typer.Option("--full-headers", help="Every header, also those that may be skipped.")
    ] = False,
    witness: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SOURCE",
            help="Where a witness publishes heads: address, folder or file; repeatable.",
        ),
    ] = None,
) -> Answer:
    """Write everything that proves where a lot or product comes from into one file.

    Its reader needs no node, and no word of yours. Amounts and documents stay hidden but for
    those that you open; --open needs your keys. The file is verified as its reader will, and
    kept only if it passes every step but the reader's own policy. With --witness it ends on the
    newest block that enough witnesses of the anchor signed, and has their signatures.
    """
    from lodetrace.evidence.export import Order, require_accepted
    from lodetrace.evidence.export import export as collect
    from lodetrace.evidence.keys import Keys, installed_keys

    subject = _subject(lot, product)
    require_writable(out)
    openings = _openings(cli, open_ or ())
    documents = tuple(read_document(path) for path in document or ())
    with cli.contracts() as contracts, cli.work("exporting") as work:
        anchor = _anchor(contracts, trust)
        ends = _end(cli, contracts, anchor, subject, block, witness or ())
        order = Order(
            subject=subject,
            anchor=anchor,
            block=ends.block,
            every_header=full_headers,
            openings=openings,
            documents=documents,
            cosignatures=ends.cosignatures,
        )
        bundle = collect(contracts, order, Keys(keys or installed_keys()), work)
        content = bundle.encode()
        work.step("verifying what was written")
        if cli.dry_run:
            require_accepted(content, order.anchor)
        else:
            write_file(out, content, lambda written: require_accepted(written, order.anchor))
    told = {
        "subject": hex_of(subject.id),
        "file": str(out),
        "bytes": len(content),
        "block": order.block,
        "headers": len(bundle.headers),
        "entries": len(bundle.entries),
        "keys": len(bundle.keys),
        "openings": len(bundle.openings),
        "documents": len(bundle.documents),
        "witnesses": len(bundle.cosignatures),
        "written_by": SOFTWARE,
    }
    said = {name: str(value) for name, value in told.items()}
    return Answer(told, [fields(said)])


def _end(
    cli: CommandContext,
    contracts: "Contracts",
    anchor: "Anchor",
    subject: "Subject",
    block: int | None,
    sources: "Sequence[str]",
) -> "Witnessed":
    """The last block told of, and whose words there are for it."""
    from lodetrace.evidence.cosignatures import (
        AnchorWithoutWitnesses,
        Wanted,
        Witnessed,
        all_published,
        witnessed_end,
    )

    head = contracts.node.head()
    if not sources:
        return Witnessed(head if block is None else block, ())
    if not anchor.witnesses:
        raise AnchorWithoutWitnesses
    heads, missing = all_published(sources)
    for error in missing:
        cli.terminal.note(str(error))
    return witnessed_end(contracts, anchor, heads, Wanted(subject, block, head, len(sources)))


def _subject(lot: str | None, product: str | None) -> "Subject":
    from lodetrace.audit.bundle import BundleSubject, Subject

    given = [(BundleSubject.LOT, lot), (BundleSubject.PRODUCT, product)]
    named = [(kind, text) for kind, text in given if text is not None]
    if len(named) != 1:
        raise SubjectMissing(count=len(named))
    kind, text = named[0]
    return Subject(kind, required_id(text, SubjectIdMalformed))


def _anchor(contracts: "Contracts", trust: Path | None) -> "Anchor":
    from lodetrace.audit.anchor import Anchor
    from lodetrace.evidence.anchors import first_anchor

    if trust is not None:
        return Anchor.load(trust)
    return first_anchor(contracts.node, contracts.deployment)


def _openings(cli: CommandContext, names: "list[str] | tuple[()]") -> "tuple[OpeningShown, ...]":
    """What the member's vault opens of the lots that it chose to show."""
    from lodetrace.audit.bundle import OpeningShown
    from lodetrace.cli.lot_ids import named_subject

    if not names:
        return ()
    shown = []
    with cli.member() as member:
        for name in names:
            named = named_subject(member, name)
            commitment = member.reads.commitment(named)
            opening = member.vault.require(commitment, named)
            shown.append(
                OpeningShown(
                    tag=opening.tag.word,
                    commitment=commitment,
                    values=tuple(opening.balance.slots()),
                    salt=opening.salt,
                )
            )
    return tuple(shown)
