"""The file in which a submission travels: the statement and its submitter's signature (EIP-712).

`{"submission": {…}, "chainId", "signer", "signature"}`, like a site's signed document.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Self

from lodetrace.canonical_json import canonical_bytes
from lodetrace.eip712 import Domain, StructType, TypedData
from lodetrace.secp256k1 import Signature, SignatureInvalid, SigningKey
from lodetrace.text import ADDRESS_BYTES, TextMalformed, parse_hex
from oracle.prices.errors import SubmissionInvalid
from oracle.prices.methodology import AssessmentMethodology, methodologies
from oracle.prices.money import PriceUnit
from oracle.prices.submission import Submission

FIELDS: Final = frozenset({"submission", "chainId", "signer", "signature"})
PRICE_SUBMISSION: Final = StructType(
    "PriceSubmission", (("string", "commodity"), ("string", "day"), ("bytes32", "submission"))
)


@dataclass(frozen=True, slots=True)
class SubmissionStatement:
    """What a submitter signs. submission: 32 bytes, the hash of all that it says."""

    commodity: str
    day: str
    submission: bytes
    chain_id: int

    def digest(self) -> bytes:
        """The 32 bytes that are signed."""
        message = {"commodity": self.commodity, "day": self.day, "submission": self.submission}
        return TypedData((PRICE_SUBMISSION,), Domain(self.chain_id), message).digest()


@dataclass(frozen=True, slots=True)
class SignedSubmission:
    """signer: claimed, see `verified_signer`."""

    submission: Submission
    chain_id: int
    signer: str
    signature: Signature

    @classmethod
    def of(cls, raw: dict[str, Any]) -> Self:
        """The signed submission in JSON read by strict_json; raises InputError."""
        if set(raw) != FIELDS or not isinstance(raw["submission"], dict):
            reason = f"expected {', '.join(sorted(FIELDS))}, nothing else"
            raise SubmissionInvalid(name="fields of the file", reason=reason)
        try:
            parse_hex(raw["signer"], ADDRESS_BYTES)
        except TextMalformed as error:
            raise SubmissionInvalid(name="signer", reason="is no address") from error
        return cls(
            submission=Submission.of(raw["submission"], _methodology(raw["submission"]).unit),
            chain_id=_chain_id(raw["chainId"]),
            signer=raw["signer"],
            signature=Signature.parse(raw["signature"]),
        )

    @classmethod
    def sign(cls, raw: dict[str, Any], chain_id: int, private_key: SigningKey) -> Self:
        """Signs what the submission says; raises InputError or KeysError."""
        from lodetrace.keys.member_keys import address_of

        submission = Submission.of(raw, _methodology(raw).unit)
        statement = _statement(submission, chain_id)
        signature = Signature.make(statement, private_key)
        return cls(submission, chain_id, address_of(private_key), signature)

    @property
    def unit(self) -> PriceUnit:
        """In which its prices are written."""
        return _methodology(dict(self.submission.raw)).unit

    def verified_signer(self, chain_id: int) -> str:
        """The address that signed it for this chain; raises SignatureInvalid."""
        if self.chain_id != chain_id:
            reason = f"is for chain {self.chain_id}, this is chain {chain_id}"
            raise SignatureInvalid(reason=reason)
        statement = _statement(self.submission, self.chain_id)
        return self.signature.require_signer(statement, self.signer)

    def to_json(self) -> str:
        """The file's text."""
        said = canonical_bytes(dict(self.submission.raw)).decode()
        return (
            f'{{\n  "submission": {said},\n  "chainId": {self.chain_id},\n'
            f'  "signer": {json.dumps(self.signer)},\n  "signature": "{self.signature}"\n}}\n'
        )


def _statement(submission: Submission, chain_id: int) -> SubmissionStatement:
    day = submission.day.isoformat()
    return SubmissionStatement(submission.commodity, day, submission.hash, chain_id)


def _methodology(raw: dict[str, Any]) -> AssessmentMethodology:
    """The last version for the commodity: its unit is the commodity's."""
    known = [one for one in methodologies() if one.commodity == raw.get("commodity")]
    if not known:
        raise SubmissionInvalid(name="commodity", reason="has no methodology here")
    return known[-1]


def _chain_id(value: Any) -> int:
    whole = isinstance(value, Decimal) and value == value.to_integral_value()
    if not whole or not 1 <= value < 1 << 53:
        raise SubmissionInvalid(name="chainId", reason="is no integer from 1 to 2^53 - 1")
    return int(value)
