"""`lodetrace event file`: a document, or a withdrawal, counts as filed from now on."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.event import event
from lodetrace.text import hex_of, iso_time, say_runs

if TYPE_CHECKING:
    from lodetrace.documents.signed_document import SignedDocument
    from lodetrace.member.filings import Filing
    from lodetrace.member.session import MemberSession

SignedFiles = Annotated[
    list[Path], typer.Argument(metavar="DOCUMENT...", help="Signed site documents.")
]

MOST_AT_ONCE: Final = 50
"""Documents in one transaction."""


@command(
    event,
    "file",
    "lodetrace event file weighing.signed.json",
    "lodetrace event file signed/*.json --dry-run",
    asks=True,
    writes=True,
)
def file(cli: CommandContext, documents: SignedFiles) -> Answer:
    """Say on chain that a document is signed and handed over (operator of the site).

    Without it no event of the document stands, and no withdrawal takes effect. An event that is
    filed more than 30 days after its end opens no credit: so file at once, and no delay of an
    inspector makes your document late. Only its hash is sent.
    """
    signed = read_signed(cli, documents)
    with cli.member() as member:
        filings = file_signed(cli, member, signed)
    found = [
        {
            "document": hex_of(filing.document),
            "site": hex_of(one.site),
            "sequence": one.sequence,
            "filed_at": iso_time(filing.filed_at),
        }
        for one, filing in zip(signed, filings, strict=True)
    ]
    if len(found) == 1:
        return Answer(found[0], [fields({name: str(value) for name, value in found[0].items()})])
    lines = [(str(one["sequence"]), str(one["document"]), str(one["filed_at"])) for one in found]
    return Answer({"filings": found}, [rows(("number>", "document", "filed"), lines)])


def read_signed(cli: CommandContext, documents: Sequence[Path]) -> "list[SignedDocument]":
    """Signed documents of this network; raises InputError, SignatureInvalid or StorageError."""
    from lodetrace.documents.signed_document import SignedDocument

    signed = [SignedDocument.read(path) for path in documents]
    for one in signed:
        one.verify(cli.domain)
    return signed


def file_signed(
    cli: CommandContext, member: "MemberSession", signed: "Sequence[SignedDocument]"
) -> "list[Filing]":
    """Files what is not filed yet, once that was agreed to, at most so many in a transaction."""
    from lodetrace.member.filings import file_documents

    parts = [signed[at : at + MOST_AT_ONCE] for at in range(0, len(signed), MOST_AT_ONCE)]
    question = (
        f"File document {hex_of(signed[0].hash)} as number {signed[0].sequence} of its site?"
        if len(signed) == 1
        else f"File {len(signed)} documents, numbers {say_runs(one.sequence for one in signed)}?"
    )
    cli.ask(question, lambda session: [file_documents(session, part) for part in parts])
    with cli.work("filing"):
        return [filing for part in parts for filing in file_documents(member, part)]
