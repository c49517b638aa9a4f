"""Reasons as they stand on chain: a code of a closed list, or a commitment to words.

Equal to contracts/libraries/Reasons.sol. What was typed never goes on chain, nor a hash of it that
a dictionary finds: words stay with whoever said them (lodetrace/member/reasons.py).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lodetrace.contracts.enums import ReasonCode

WORD_BYTES: Final = 32
COMMITTED: Final = b"\x01"
"""First byte of a commitment; the other 31 are the beginning of a hash."""

MEANINGS: Final[Mapping[ReasonCode, str]] = MappingProxyType(
    {
        ReasonCode.WEIGHT_DIFFERS: "the weight differs from what was offered",
        ReasonCode.ASSAY_DIFFERS: "the assay differs from what was offered",
        ReasonCode.MATERIAL_DIFFERS: "the material is not what was offered",
        ReasonCode.SEAL_BROKEN: "a seal is broken or missing",
        ReasonCode.PAPERS_MISSING: "papers that belong to the lot are missing",
        ReasonCode.NOT_ORDERED: "the lot was not ordered",
        ReasonCode.OPENING_UNREADABLE: "the sealed opening cannot be read, or opens something else",
        ReasonCode.LOST: "lost",
        ReasonCode.STOLEN: "stolen",
        ReasonCode.SPILT: "spilt",
        ReasonCode.DISPOSED: "disposed of",
        ReasonCode.CERTIFICATE_SUSPENDED: "a certificate behind the lot is suspended",
        ReasonCode.AUDIT_FINDING: "an audit found something",
        ReasonCode.RISK_FINDING: "a risk assessment found something",
        ReasonCode.UNDER_INVESTIGATION: "a complaint or finding is being looked into",
        ReasonCode.REQUIREMENTS_NOT_MET: "the requirements of the scheme are not met",
        ReasonCode.REQUIREMENTS_MET: "the requirements of the scheme are met again",
        ReasonCode.CORRECTED: "an earlier record was wrong",
        ReasonCode.BY_REQUEST: "whom it concerns asked for it",
        ReasonCode.RULES_BROKEN: "the rules of the consortium were broken",
        ReasonCode.DUTIES_UNMET: "duties towards the consortium were not met",
        ReasonCode.DID_NOT_OCCUR: "the event did not take place",
        ReasonCode.INCORRECT_DATA: "the document states something wrong",
    }
)
"""Every code that may be given, in words for people."""


def coded(code: ReasonCode) -> bytes:
    """A code as it stands on chain."""
    return int(code).to_bytes(WORD_BYTES, "big")


def committed(digest: bytes) -> bytes:
    """A salted hash of words, 32 bytes, as it stands on chain."""
    return COMMITTED + digest[: WORD_BYTES - 1]


def code_of(word: bytes) -> ReasonCode | None:
    """The code that a word is; None of a commitment, and of what is no reason."""
    number = int.from_bytes(word, "big")
    return next((code for code in MEANINGS if code == number), None)


def is_reason(word: bytes) -> bool:
    """Whether contracts take it."""
    return len(word) == WORD_BYTES and (code_of(word) is not None or word[:1] == COMMITTED)
