"""`lodetrace event file`: a document, or a withdrawal, counts as filed from now on."""

from lodetrace.cli.answer import Answer, fields
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.event import event
from lodetrace.cli.lot.lots import SignedFile
from lodetrace.text import hex_of, iso_time


@command(
    event,
    "file",
    "lodetrace event file weighing.signed.json",
    "lodetrace event file weighing.signed.json --dry-run",
    asks=True,
    writes=True,
)
def file(cli: CommandContext, document: SignedFile) -> Answer:
    """Say on chain that a document is signed and handed over (operator of the site).

    Without it no event of the document stands, and no withdrawal takes effect. An event that is
    filed more than 30 days after its end opens no credit: so file at once, and no delay of an
    inspector makes your document late. Only its hash is sent.
    """
    from lodetrace.documents.signed_document import SignedDocument
    from lodetrace.member.filings import file_document

    signed = SignedDocument.read(document)
    signed.verify(cli.domain)
    with cli.member() as member:
        cli.ask(
            f"File document {hex_of(signed.hash)} as number {signed.sequence} of its site?",
            lambda session: file_document(session, signed),
        )
        with cli.work("filing"):
            filing = file_document(member, signed)
    found = {
        "document": hex_of(filing.document),
        "site": hex_of(signed.site),
        "sequence": signed.sequence,
        "filed_at": iso_time(filing.filed_at),
    }
    return Answer(found, [fields({name: str(value) for name, value in found.items()})])
