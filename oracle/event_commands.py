"""`lodetrace event …`: a site signs its documents and follows what becomes of them.

The group is registered with the `lodetrace` command as an entry point (`lodetrace.commands`), for
lodetrace knows nothing of the oracle.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.cli import Cli
from lodetrace.cli.command import command, group
from lodetrace.errors import StorageError

if TYPE_CHECKING:
    from lodetrace.contracts.contracts import Contracts
    from oracle.envelope import SignedDocument
    from oracle.statement import AttestableEvent

app: Final = group("event", "Sign site documents, and see whether their events stand.")

Document = Annotated[Path, typer.Argument(metavar="FILE", help="EPCIS 2.0 document (JSON-LD).")]
Signed = Annotated[Path, typer.Argument(metavar="FILE", help="Signed document.")]
Sequence = Annotated[
    int, typer.Option(min=1, metavar="N", help="Number of this document among the site's, from 1.")
]
Revision = Annotated[
    int, typer.Option(min=0, metavar="N", help="0, or one more for each correction.")
]
Into = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Where to write; beside the document by default."),
]


class SignedFileUnwritable(StorageError):
    """The signed document cannot be written."""

    template = "{path}: {reason}"
    advice = "Make room or fix permissions, then sign again: the result is the same."


@command(app, "sign", "lodetrace event sign weighing.jsonld --sequence 7", panel="Documents")
def sign(
    cli: Cli, document: Document, sequence: Sequence, revision: Revision = 0, into: Into = None
) -> Answer:
    """Sign a site's EPCIS document for the oracle nodes.

    Adds the document's salt; the same call makes the same file again.
    """
    from oracle.envelope import sign_document
    from oracle.statement import Statement, attestable_events
    from oracle.strict_json import parse, read_bytes

    signed = sign_document(
        parse(read_bytes(document)),
        sequence=sequence,
        revision=revision,
        chain_id=cli.settings.network.chain_id,
        private_key=cli.keys.signing_key,
        salt_secret=cli.keys.salt_secret,
    )
    statement = Statement.of(signed.document)
    attestable_events(signed, statement)
    target = into or document.with_suffix(".signed.json")
    try:
        target.write_text(signed.to_json(), "utf-8")
    except OSError as error:
        raise SignedFileUnwritable(path=target, reason=error.strerror or error) from error
    found = {
        "file": str(target),
        "document": "0x" + signed.hash.hex(),
        "site": "0x" + signed.site.hex(),
        "signer": signed.signer,
        "kind": statement.kind.name,
        "elements": list(statement.elements),
    }
    shown = {name: ", ".join(v) if isinstance(v, list) else str(v) for name, v in found.items()}
    return Answer(found, [fields(shown)])


@command(
    app, "status", "lodetrace event status weighing.signed.json", keys=False, panel="Documents"
)
def status(cli: Cli, document: Signed) -> Answer:
    """Show whether the events of a signed document stand, and who attested them."""
    from oracle.envelope import SignedDocument
    from oracle.statement import Statement, attestable_events

    signed = SignedDocument.read(document)
    events = attestable_events(signed, Statement.of(signed.document))
    with cli.contracts() as contracts:
        found = [_status(contracts, signed, one) for one in events]
    lines = [
        (one["element"], one["event"], one["state"], str(one["attestations"]), one["note"])
        for one in found
    ]
    columns = ("element", "event", "state", "attestations>", "note")
    return Answer({"document": "0x" + signed.hash.hex(), "events": found}, [rows(columns, lines)])


def _status(
    contracts: "Contracts", signed: "SignedDocument", one: "AttestableEvent"
) -> dict[str, Any]:
    """One element: what stands, how many say the same, and whether somebody says otherwise."""
    from lodetrace.contracts.codes import element_name
    from lodetrace.contracts.events.lots import Attested
    from lodetrace.contracts.reads import Reads
    from oracle.statement import event_id

    key = event_id(signed.site, signed.sequence, one.event.element)
    standing = Reads(contracts).standing(key)
    said = [
        found.event.statement
        for found in contracts.events(Attested, event_id=key)
        if isinstance(found.event, Attested)
    ]
    same = sum(statement == one.event for statement in said)
    stands = standing.commitment == one.event.commitment and standing.standing_since > 0
    if stands:
        state = "used" if standing.used else "standing"
    else:
        state = "superseded" if standing.standing_since else "pending"
    others = len(said) - same
    return {
        "element": element_name(one.event.element),
        "event": "0x" + key.hex(),
        "state": state,
        "attestations": same,
        "note": f"{others} attested something else" if others else "",
    }
