"""Labels come back from signed documents: the chain knows which lot was made of which event."""

from pathlib import Path

from lodetrace.contracts.events import LotBorn, LotMade, RunRecorded
from lodetrace.documents.analysis import ATOMIC_NUMBERS
from lodetrace.documents.labels import labels_of
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement, event_id
from lodetrace.eip712 import Domain
from lodetrace.member.session import MemberSession


def labels_again(member: MemberSession, path: Path, domain: Domain) -> set[bytes]:
    """Labels the lots that were made of a document, as when they were made; which ones.

    Raises InputError, SignatureInvalid, StorageError or NodeError.
    """
    signed = SignedDocument.read(path)
    signed.verify(domain)
    statement = SiteStatement.of(signed.document)
    found: set[bytes] = set()
    for symbol in statement.elements:
        event = event_id(signed.site, signed.sequence, ATOMIC_NUMBERS[symbol])
        for lot in _made_of(member, event, statement, symbol):
            member.vault.keep_labels(lot, labels_of(statement, symbol))
            found.add(lot)
    return found


def _made_of(
    member: MemberSession, event: bytes, statement: SiteStatement, symbol: str
) -> list[bytes]:
    happened = member.contracts.happened
    if statement.kind.is_birth:
        return [one.lot for one in happened(LotBorn, event_id=event)]
    if len(statement.batches(symbol)) != 1:
        return []
    runs = [one.run_id for one in happened(RunRecorded, event_id=event)]
    return [one.lot for run in runs for one in happened(LotMade, run_id=run)]
