"""Filing: the operator's word on chain that a document is signed and handed over.

Nothing that the document states stands without it, and from then on no delay of an inspector makes
the document late.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lodetrace.contracts.structs import FiledDocument
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.member.session import MemberSession
from lodetrace.text import hex_of
from zk_circuits.keccak import keccak256


@dataclass(frozen=True, slots=True)
class Filing:
    """A filed document. filed_at: seconds since 1970, of its first filing."""

    document: bytes
    filed_at: int


def file_document(member: MemberSession, signed: SignedDocument) -> Filing:
    """Files a signed document; again, returns its first filing.

    Raises ContractRefused (NotOperator …) and what Sender.send raises.
    """
    return file_documents(member, [signed])[0]


def file_documents(member: MemberSession, signed: Sequence[SignedDocument]) -> list[Filing]:
    """As file_document, in one transaction: those that are not filed yet, all or none."""
    documents = [FiledDocument(one.site, one.sequence, one.hash) for one in signed]
    new = [one for one in documents if not _filed_at(member, one)]
    if new:
        purpose = f"file:{hex_of(keccak256(b''.join(one.document for one in new)))}"
        member.send(purpose, "Attestations", "fileMany", new)
    return [Filing(one.document, _filed_at(member, one)) for one in documents]


def _filed_at(member: MemberSession, one: FiledDocument) -> int:
    return member.reads.filed_at(one.site, one.sequence, one.document)
