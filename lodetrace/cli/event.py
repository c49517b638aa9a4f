"""`lodetrace event`: a site signs its documents and follows what becomes of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.cli import Cli
from lodetrace.cli.command import command, group
from lodetrace.cli.lot import SignedFile
from lodetrace.cli.present import measurement, word
from lodetrace.errors import ExitCode, StorageError

if TYPE_CHECKING:
    from lodetrace.documents.envelope import SignedDocument

event: Final = group("event", "Site documents: signed, and whether their events stand.")


class SignedFileUnwritable(StorageError):
    """The signed document cannot be written."""

    template = "{path}: {reason}"
    advice = "Make room or fix permissions, then sign again: the result is the same."


class SignedFileExists(StorageError):
    """Another signed document of that name; oracle nodes may have it already."""

    template = "{path} exists and holds another document"
    advice = "Choose another file with --into; a correction gets the next --revision."


@command(event, "sign", "lodetrace event sign weighing.jsonld --sequence 7")
def sign(
    cli: Cli,
    document: Annotated[
        Path, typer.Argument(metavar="DOCUMENT", help="EPCIS 2.0 document in JSON-LD.")
    ],
    sequence: Annotated[
        int, typer.Option(min=1, metavar="N", help="Its number among the site's, from 1.")
    ],
    revision: Annotated[
        int, typer.Option(min=0, metavar="N", help="One more for each correction of this number.")
    ] = 0,
    into: Annotated[
        Path | None, typer.Option(help="File to write; else DOCUMENT with .signed.json.")
    ] = None,
) -> Answer:
    """Sign a site's EPCIS document for the oracle nodes; nothing is sent.

    The document is read as strictly as the nodes read it, and salted with a secret of yours, so
    that nobody guesses amounts from its hash. The same command makes the same file again.
    """
    from lodetrace.documents.envelope import sign_document
    from lodetrace.documents.statement import Statement
    from lodetrace.documents.strict_json import parse, read_bytes

    signed = sign_document(
        parse(read_bytes(document)),
        sequence=sequence,
        revision=revision,
        chain_id=cli.settings.network.chain_id,
        private_key=cli.keys.signing_key,
        salt_secret=cli.keys.salt_secret,
    )
    statement = Statement.of(signed.document)
    amounts = {symbol: measurement(statement.measurement(symbol)) for symbol in statement.elements}
    target = into or document.with_suffix(".signed.json")
    _write(target, signed)
    found = {
        "file": str(target),
        "document": "0x" + signed.hash.hex(),
        "site": "0x" + signed.site.hex(),
        "sequence": signed.sequence,
        "revision": signed.revision,
        "signer": signed.signer,
        "kind": word(statement.kind),
        "elements": amounts,
    }
    said = {**found, "elements": ", ".join(amounts) or "none: evidence between members"}
    return Answer(found, [fields({name: str(value) for name, value in said.items()})])


@command(event, "status", "lodetrace event status weighing.signed.json", keys=False)
def status(cli: Cli, document: SignedFile) -> Answer:
    """Show whether the events of a signed document stand, and who attested them.

    Ends with exit code 10 while an event does not stand.
    """
    from lodetrace.cli.event_view import standings
    from lodetrace.contracts.reads import Reads
    from lodetrace.documents.envelope import SignedDocument
    from lodetrace.documents.statement import Statement, attestable_events

    signed = SignedDocument.read(document)
    events = attestable_events(signed, Statement.of(signed.document))
    with cli.contracts() as contracts:
        signer = signed.verify(contracts.deployment.chain_id)
        quorum = Reads(contracts).quorum()
        found = [standings(contracts, one.event) for one in events]
    answer = {
        "document": "0x" + signed.hash.hex(),
        "site": "0x" + signed.site.hex(),
        "sequence": signed.sequence,
        "revision": signed.revision,
        "signer": signer,
        "quorum": quorum,
        "events": found,
    }
    lines = [
        (
            one["element"],
            one["event_id"],
            one["state"],
            f"{one['attestations']} of {quorum}",
            one["note"],
        )
        for one in found
    ]
    table = rows(("element", "event", "state", "attestations>", "note"), lines)
    waits = any(one["state"] in ("pending", "superseded") for one in found)
    shown = table if found else "It is evidence between members: nothing of it is attested."
    return Answer(answer, [shown], ExitCode.PENDING if waits else ExitCode.OK)


def _write(target: Path, signed: "SignedDocument") -> None:
    text = signed.to_json()
    try:
        if target.exists():
            if target.read_text("utf-8") != text:
                raise SignedFileExists(path=target)
            return
        target.write_text(text, "utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SignedFileUnwritable(path=target, reason=reason) from error
