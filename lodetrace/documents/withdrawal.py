"""A site withdraws a document: the same document once more, its event with an errorDeclaration.

Nothing else may differ, so that taking the declaration out again gives the withdrawn document
and its hash. Source: EPCIS 2.0 (GS1, 2022), section 7.3.2.2; reasons: CBV 2.0, section 7.5.
"""

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Self

from lodetrace.canonical_json import document_hash
from lodetrace.contracts.enums import ReasonCode
from lodetrace.contracts.reasons import coded
from lodetrace.contracts.structs import Withdrawal
from lodetrace.documents.analysis import ATOMIC_NUMBERS
from lodetrace.documents.epcis import EpcisDocument, read_time
from lodetrace.documents.signed_document import SignedDocument, site_identifier
from lodetrace.documents.signed_number import SignedNumber
from lodetrace.documents.statement import SiteStatement
from lodetrace.errors import InputError
from lodetrace.secp256k1 import Signature, SigningKey
from lodetrace.text import iso_time

FIELD: Final = "errorDeclaration"
REASONS: Final = MappingProxyType(
    {
        "did_not_occur": ReasonCode.DID_NOT_OCCUR,
        "incorrect_data": ReasonCode.INCORRECT_DATA,
    }
)
"""Of CBV 2.0, as they stand on chain."""


class DeclarationInvalid(InputError):
    """An errorDeclaration that withdraws nothing."""

    template = "errorDeclaration: {reason}"
    advice = "The site withdraws its signed document with `lodetrace event withdraw`."


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What a declaration withdraws. declared: seconds since 1970; document: its hash."""

    document: bytes
    statement: SiteStatement
    declared: int
    reason: str
    withdrawals: tuple[Withdrawal, ...]

    @classmethod
    def of(cls, signed: SignedDocument) -> Self:
        """Of a signed document that declares one; raises InputError."""
        declaration = _declaration(signed.document)
        declared = read_time(declaration.get("declarationTime"), f"{FIELD}.declarationTime")
        reason = declaration.get("reason")
        if reason not in REASONS:
            raise DeclarationInvalid(reason=f"the reason is none of {', '.join(REASONS)}")
        original = _without(signed.document.raw)
        statement = SiteStatement.of(EpcisDocument.of(original))
        document = document_hash(original)
        return cls(
            document=document,
            statement=statement,
            declared=int(declared.timestamp()),
            reason=str(reason),
            withdrawals=tuple(
                Withdrawal(
                    site=signed.site,
                    sequence=signed.sequence,
                    element=ATOMIC_NUMBERS[symbol],
                    document=document,
                    declaration=signed.hash,
                    reason=coded(REASONS[reason]),
                    inputs=tuple(one.lot for one in statement.named_of(symbol)),
                )
                for symbol in statement.elements
            ),
        )


def is_withdrawal(signed: SignedDocument) -> bool:
    """Whether the document declares an earlier one wrong instead of stating an event."""
    return any(event.error_declaration is not None for event in signed.document.events)


def declare_wrong(
    signed: SignedDocument, *, reason: str, declared: int, private_key: SigningKey
) -> SignedDocument:
    """The signed withdrawal of a signed document. declared: seconds since 1970.

    Number, revision and salt are those of the document. Raises InputError or KeysError.
    """
    from lodetrace.keys.member_keys import address_of

    if is_withdrawal(signed):
        raise DeclarationInvalid(reason="the document is a withdrawal itself")
    declaration = {"declarationTime": _iso(declared), "reason": reason}
    site_identifier(signed.document)  # one event
    raw = _with_event({**signed.document.events[0].raw, FIELD: declaration}, signed.document.raw)
    said = SignedNumber(
        signed.site, signed.sequence, signed.revision, document_hash(raw), signed.domain
    )
    withdrawal = replace(
        signed,
        document=EpcisDocument.of(raw),
        signer=address_of(private_key),
        signature=Signature.make(said, private_key),
        hash=said.document,
    )
    Withdrawn.of(withdrawal)
    return withdrawal


def _declaration(document: EpcisDocument) -> Any:
    site_identifier(document)  # one event
    declaration = document.events[0].error_declaration
    if declaration is None:
        raise DeclarationInvalid(reason="there is none")
    return declaration


def _without(raw: dict[str, Any]) -> dict[str, Any]:
    event = raw["epcisBody"]["eventList"][0]
    return _with_event({key: event[key] for key in event if key != FIELD}, raw)


def _with_event(event: Any, raw: dict[str, Any]) -> dict[str, Any]:
    return {**raw, "epcisBody": {**raw["epcisBody"], "eventList": [event]}}


def _iso(seconds: int) -> str:
    """With an offset, as EPCIS spells times: the declaration's hash depends on it."""
    return iso_time(seconds).removesuffix("Z") + "+00:00"
