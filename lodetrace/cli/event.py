"""`lodetrace event`: a site signs its documents and follows what becomes of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.command import command, group
from lodetrace.cli.context import CommandContext
from lodetrace.cli.format import measurement
from lodetrace.cli.lot.lots import SignedFile
from lodetrace.errors import ExitCode, InputError, StorageError
from lodetrace.text import enum_word, hex_of

if TYPE_CHECKING:
    from lodetrace.documents.signed_document import SignedDocument
    from lodetrace.onchain.contracts import Contracts

event: Final = group("event", "Site documents: signed, and whether their events stand.")


class SignedFileUnwritable(StorageError):
    """The signed document cannot be written."""

    template = "{path}: {reason}"
    advice = (
        "Name a folder that is there, make room or fix permissions, then sign again: the result is"
        " the same."
    )


class SignedFileExists(StorageError):
    """Another signed document of that name; oracle nodes may have it already."""

    template = "{path} exists and holds another document"
    advice = "Choose another file with --out; a correction gets the next --revision."


@command(
    event,
    "sign",
    "lodetrace event sign weighing.jsonld --sequence 7",
    "lodetrace event sign weighing.jsonld --sequence 7 --dry-run",
    asks=True,
    writes=True,
)
def sign(
    cli: CommandContext,
    document: Annotated[
        Path, typer.Argument(metavar="DOCUMENT", help="EPCIS 2.0 document in JSON-LD.")
    ],
    sequence: Annotated[
        int,
        typer.Option(
            min=1, max=(1 << 32) - 1, metavar="N", help="Its number among the site's, from 1."
        ),
    ],
    revision: Annotated[
        int,
        typer.Option(
            min=0,
            max=(1 << 16) - 1,
            metavar="N",
            help="One more for each correction of this number.",
        ),
    ] = 0,
    out: Annotated[
        Path | None, typer.Option(help="File to write; else DOCUMENT with .signed.json.")
    ] = None,
) -> Answer:
    """Sign a site's EPCIS document for the oracle nodes; nothing is sent.

    The document is read as strictly as the nodes read it, and all that is wrong is said at once.
    The rules of the nodes that need nothing but the document are asked, and its figures are shown
    before you are asked; where the chain is at hand, it says which of the named lots are not yours
    or not free. The document is salted with a secret of yours, so that nobody guesses amounts from
    its hash. The same command makes the same file again.
    """
    from lodetrace.cli.named_lots import warn_of_lots
    from lodetrace.cli.sign_view import require_plausible, sign_rows
    from lodetrace.documents.contexts import ContextCopies
    from lodetrace.documents.profile import check_before_signing
    from lodetrace.documents.signed_document import sign_document
    from lodetrace.documents.statement import SiteStatement

    raw = _read_own(document)
    check_before_signing(raw, ContextCopies(cli.settings.contexts))
    signed = sign_document(
        raw,
        sequence=sequence,
        revision=revision,
        domain=cli.domain,
        private_key=cli.keys.signing_key,
        salt_secret=cli.keys.salt_secret,
    )
    statement = SiteStatement.of(signed.document)
    amounts = {symbol: measurement(statement.measurement(symbol)) for symbol in statement.elements}
    target = out or document.with_suffix(".signed.json")
    require_plausible(cli.terminal, signed, statement)
    warn_of_lots(cli, statement)
    signed_before = require_same(target, signed)
    cli.terminal.note(*sign_rows(statement))
    if not signed_before:
        cli.terminal.confirm("Sign this?")
    found = {
        "file": str(target),
        "document": hex_of(signed.hash),
        "site": hex_of(signed.site),
        "sequence": signed.sequence,
        "revision": signed.revision,
        "signer": signed.signer,
        "kind": enum_word(statement.kind),
        "elements": amounts,
    }
    said = {**found, "elements": ", ".join(amounts) or "none: evidence between members"}
    cli.about_to("sign the document", **found)
    write_signed(target, signed)
    return Answer(found, [fields({name: str(value) for name, value in said.items()})])


@command(
    event,
    "withdraw",
    "lodetrace event withdraw weighing.signed.json --reason incorrect-data",
    asks=True,
    writes=True,
)
def withdraw(
    cli: CommandContext,
    document: SignedFile,
    reason: Annotated[
        str, typer.Option(help="incorrect-data, or did-not-occur: everybody reads it.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="File to write; else DOCUMENT with .withdrawal.json.")
    ] = None,
) -> Answer:
    """Declare a signed document wrong, for the oracle nodes; nothing is sent.

    Once a quorum has attested it, its events make no lot any more; lots that they made before
    are flagged, with all that was made of them. The corrected document is signed with the same
    --sequence and the next --revision.
    """
    import time

    from lodetrace.cli.sign_view import sign_rows
    from lodetrace.documents.signed_document import SignedDocument
    from lodetrace.documents.statement import SiteStatement
    from lodetrace.documents.withdrawal import Withdrawn, declare_wrong

    signed = SignedDocument.read(document)
    signed.verify(cli.domain)
    ended = int(signed.document.events[0].time.timestamp())
    withdrawal = declare_wrong(
        signed,
        reason=reason.replace("-", "_"),
        declared=max(int(time.time()), ended),  # the chain's clock may be ahead of this one
        private_key=cli.keys.signing_key,
    )
    target = out or document.with_suffix(".withdrawal.json")
    if _written_before(target, withdrawal):
        withdrawal = SignedDocument.read(target)
    found = {
        "file": str(target),
        "document": hex_of(withdrawal.hash),
        "withdraws": hex_of(Withdrawn.of(withdrawal).document),
        "site": hex_of(withdrawal.site),
        "sequence": withdrawal.sequence,
        "revision": withdrawal.revision,
        "signer": withdrawal.signer,
        "reason": Withdrawn.of(withdrawal).reason,
    }
    if not require_same(target, withdrawal):
        cli.terminal.confirm(
            f"Declare document {found['withdraws']} wrong? Everybody reads the reason: {reason}",
            *sign_rows(SiteStatement.of(signed.document)),
        )
    cli.about_to("sign the withdrawal", **found)
    write_signed(target, withdrawal)
    return Answer(found, [fields({name: str(value) for name, value in found.items()})])


@command(event, "status", "lodetrace event status weighing.signed.json", keys=False)
def status(cli: CommandContext, document: SignedFile) -> Answer:
    """Show whether the events of a signed document stand, and who attested them.

    Of a withdrawal: whether it counts. Ends with exit code 10 while a quorum is missing.
    """
    from lodetrace.documents.signed_document import SignedDocument
    from lodetrace.onchain.reads import Reads

    signed = SignedDocument.read(document)
    with cli.contracts() as contracts:
        signer = signed.verify(cli.domain)
        quorum = Reads(contracts).quorum()
        found = states_of(contracts, signed)
    answer = {
        "document": hex_of(signed.hash),
        "site": hex_of(signed.site),
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


def _read_own(document: Path) -> dict[str, Any]:
    """A document before it is signed; raises InputError or DocumentUnreadable."""
    from lodetrace.strict_json import DocumentMalformed, parse, read_bytes

    try:
        return parse(read_bytes(document))
    except DocumentMalformed as error:
        if type(error) is DocumentMalformed:
            error.advice = f"Nothing was signed. Correct {document}: it is cut short or no JSON."
        raise


def states_of(contracts: "Contracts", signed: "SignedDocument") -> list[dict[str, Any]]:
    """How far the events of a document are, one a metal; raises NodeError."""
    from lodetrace.cli.event_view import standings, withdrawals
    from lodetrace.documents.statement import SiteStatement, attestable_events
    from lodetrace.documents.withdrawal import Withdrawn, is_withdrawal

    if is_withdrawal(signed):
        return [withdrawals(contracts, one) for one in Withdrawn.of(signed).withdrawals]
    events = attestable_events(signed, SiteStatement.of(signed.document))
    return [standings(contracts, one.event) for one in events]


def _written_before(target: Path, withdrawal: "SignedDocument") -> bool:
    """Whether the file withdraws the same for the same reason; it keeps its own time then."""
    from lodetrace.documents.signed_document import SignedDocument
    from lodetrace.documents.withdrawal import Withdrawn

    if not target.exists():
        return False
    try:
        found = Withdrawn.of(SignedDocument.read(target))
    except InputError:
        return False
    asked = Withdrawn.of(withdrawal)
    return (found.document, found.reason) == (asked.document, asked.reason)


def require_same(target: Path, signed: "SignedDocument") -> bool:
    """Whether the file is there; then it holds this very document.

    Raises SignedFileExists or SignedFileUnwritable.
    """
    from lodetrace.atomic_file import require_place

    with file_errors(target):
        if not target.exists():
            require_place(target)
            return False
        if target.read_text("utf-8") != signed.to_json():
            raise SignedFileExists(path=target)
    return True


def write_signed(target: Path, signed: "SignedDocument") -> None:
    """Writes a document that is not there, whole or not at all, and for its owner alone.

    Raises SignedFileExists or SignedFileUnwritable.
    """
    from lodetrace.atomic_file import PRIVATE, replace_file

    if not require_same(target, signed):
        with file_errors(target):
            replace_file(target, signed.to_json().encode(), PRIVATE)


@contextmanager
def file_errors(target: Path) -> Iterator[None]:
    """Turns what the disk says of a file that a command writes into SignedFileUnwritable."""
    try:
        yield
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SignedFileUnwritable(path=target, reason=reason) from error
