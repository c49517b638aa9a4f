"""Filing: the operator's word on chain that a document is signed and handed over.

From then on no delay of an inspector makes the document late.
"""

from dataclasses import dataclass

from lodetrace.documents.signed_document import SignedDocument
from lodetrace.member.session import MemberSession
from lodetrace.text import hex_of


@dataclass(frozen=True, slots=True)
class Filing:
    """A filed document. filed_at: seconds since 1970, of its first filing."""

    document: bytes
    filed_at: int


def file_document(member: MemberSession, signed: SignedDocument) -> Filing:
    """Files a signed document; again, returns its first filing.

    Raises ContractRefused (NotOperator …) and what Sender.send raises.
    """
    number = (signed.site, signed.sequence, signed.hash)
    if not member.reads.filed_at(*number):
        purpose = f"file:{hex_of(signed.hash)}"
        member.send(purpose, "Attestations", "file", *number)
    return Filing(signed.hash, member.reads.filed_at(*number))
