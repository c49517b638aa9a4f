"""The file in which a signed site document travels.

`{"document": {EPCIS}, "site", "sequence", "revision", "chainId", "directory", "signer",
"signature"}`; site, directory, signer and signature in hexadecimal. The document carries its own
salt, so that its hash on chain cannot be guessed from likely amounts.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Self

from lodetrace.canonical_json import canonical_bytes, document_hash
from lodetrace.documents.epcis import PREFIX, EpcisDocument, ProfileInvalid
from lodetrace.documents.signed_number import SignedNumber, site_domain
from lodetrace.eip712 import Domain
from lodetrace.errors import InputError
from lodetrace.secp256k1 import Signature, SignatureInvalid, SigningKey
from lodetrace.strict_json import parse, read_bytes
from lodetrace.text import ADDRESS_BYTES, TextMalformed, hex_of, parse_hex
from zk_circuits.keccak import keccak256
from zk_circuits.salts import Secret, keyed_hash

FIELDS: Final = frozenset(
    {
        "document",
        "site",
        "sequence",
        "revision",
        "chainId",
        "directory",
        "signer",
        "signature",
    }
)
REVISION_BITS: Final = 4
"""Of a document's number there are 16 revisions at most (REVISION_MAX in Attestations.sol)."""
SALT_FIELD: Final = f"{PREFIX}:salt"
RECORD_BYTES: Final = 1 << 26
"""Of a file that is only named by its hash."""
_SALT_DOMAIN: Final = b"lodetrace/document-salt/1"


class EnvelopeInvalid(InputError):
    """A file that is no signed site document."""

    template = "{name}: {reason}"
    advice = "Sign the EPCIS document with `lodetrace event sign`."


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """An EPCIS document with its site's signature over its hash, number and revision.

    site: 32 bytes, keccak256 of the site's identifier. signer: claimed, see `verify`.
    """

    document: EpcisDocument
    site: bytes
    sequence: int
    revision: int
    domain: Domain
    signer: str
    signature: Signature
    hash: bytes = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The signed document in a file; raises InputError or StorageError."""
        return cls.of(parse(read_bytes(path)))

    @classmethod
    def of(cls, raw: dict[str, Any]) -> Self:
        """The signed document in parsed JSON; raises InputError."""
        if "@context" in raw and "signature" not in raw:
            raise EnvelopeInvalid(name="document", reason="is not signed")
        if set(raw) != FIELDS:
            wrong = ", ".join(sorted(set(raw) ^ FIELDS))
            raise EnvelopeInvalid(name="fields", reason=f"missing or unknown: {wrong:.120}")
        if not isinstance(raw["document"], dict):
            raise EnvelopeInvalid(name="document", reason="is no object")
        return cls(
            document=EpcisDocument.of(raw["document"]),
            site=_bytes32(raw["site"]),
            sequence=_integer(raw, "sequence", 1, 32),
            revision=_integer(raw, "revision", 0, REVISION_BITS),
            domain=site_domain(_integer(raw, "chainId", 1, 53), _address(raw, "directory")),
            signer=_address(raw, "signer"),
            signature=Signature.parse(raw["signature"]),
            hash=document_hash(raw["document"]),
        )

    @property
    def signed(self) -> SignedNumber:
        """What the signature is over."""
        return SignedNumber(self.site, self.sequence, self.revision, self.hash, self.domain)

    def verify(self, domain: Domain) -> str:
        """The signer, whose signature counts in this deployment; raises SignatureInvalid."""
        if self.domain.chain_id != domain.chain_id:
            reason = f"is for chain {self.domain.chain_id}, this is chain {domain.chain_id}"
            raise SignatureInvalid(reason=reason)
        if self.domain != domain:
            signed, here = self.domain.verifying_contract, domain.verifying_contract
            reason = f"is for the network with the Directory {signed}, here it is {here}"
            raise SignatureInvalid(reason=reason)
        return self.signature.require_signer(self.signed, self.signer)

    def to_json(self) -> str:
        """The file's text: readable, one line per field of the envelope."""
        raw = {
            "document": self.document.raw,
            "site": hex_of(self.site),
            "sequence": self.sequence,
            "revision": self.revision,
            "chainId": self.domain.chain_id,
            "directory": self.domain.verifying_contract,
            "signer": self.signer,
            "signature": str(self.signature),
        }
        lines = [f"  {json.dumps(key)}: {_compact(value)}" for key, value in raw.items()]
        return "{\n" + ",\n".join(lines) + "\n}\n"


def record_hash(path: Path) -> bytes:
    """What names a file of any form: of a signed site document that document's hash, of everything
    else keccak256 of its bytes. Raises StorageError.
    """
    content = read_bytes(path, RECORD_BYTES)
    try:
        return SignedDocument.of(parse(content)).hash
    except InputError:
        return keccak256(content)


def sign_document(
    raw: dict[str, Any],
    *,
    sequence: int,
    domain: Domain,
    private_key: SigningKey,
    salt_secret: Secret,
    revision: int = 0,
) -> SignedDocument:
    """Salts and signs a site's EPCIS document; the same call makes the same bytes again.

    salt_secret: the site's, at least 16 bytes. Raises InputError or KeysError.
    """
    from lodetrace.keys.member_keys import address_of

    if len(salt_secret) < 16:
        raise EnvelopeInvalid(name="salt secret", reason="has less than 16 bytes")
    _within("sequence", sequence, 1, 32)
    _within("revision", revision, 0, REVISION_BITS)
    identifier = site_identifier(EpcisDocument.of(raw))
    site = keccak256(identifier.encode())
    salted = {**raw, SALT_FIELD: _salt(salt_secret, site, sequence, revision)}
    signed = SignedNumber(site, sequence, revision, document_hash(salted), domain)
    return SignedDocument(
        document=EpcisDocument.of(salted),
        site=site,
        sequence=sequence,
        revision=revision,
        domain=domain,
        signer=address_of(private_key),
        signature=Signature.make(signed, private_key),
        hash=signed.document,
    )


def filed_number(
    raw: dict[str, Any], site: bytes, filed: Iterable[tuple[int, bytes]], salt_secret: Secret
) -> int | None:
    """Under which of these numbers a document that is still unsigned was filed, if under any.

    filed: numbers of the site with the hash of what was filed. Revisions are not looked for.
    """
    blank = b"0x" + b"00" * 32
    content = canonical_bytes({**raw, SALT_FIELD: blank.decode()})
    for sequence, document in filed:
        salted = content.replace(blank, _salt(salt_secret, site, sequence, 0).encode())
        if keccak256(salted) == document:
            return sequence
    return None


def site_identifier(document: EpcisDocument) -> str:
    """Identifier of the site that speaks: the business location of its one event, canonical."""
    if len(document.events) != 1:
        count = len(document.events)
        raise ProfileInvalid(where="eventList", reason=f"holds {count} events, a site states one")
    location = document.events[0].biz_location
    if location is None:
        raise ProfileInvalid(where="bizLocation", reason="is missing: it names the site")
    return location


def _salt(secret: Secret, site: bytes, sequence: int, revision: int) -> str:
    message = _SALT_DOMAIN + site + sequence.to_bytes(4, "big") + revision.to_bytes(2, "big")
    return hex_of(keyed_hash(secret, message))


def _compact(value: Any) -> str:
    return canonical_bytes(value).decode("utf-8")


def _bytes32(value: Any) -> bytes:
    try:
        return parse_hex(value, 32)
    except TextMalformed as error:
        raise EnvelopeInvalid(name="site", reason="is not 32 bytes in hexadecimal") from error


def _address(raw: dict[str, Any], name: str) -> str:
    try:
        parse_hex(raw[name], ADDRESS_BYTES)
    except TextMalformed as error:
        raise EnvelopeInvalid(name=name, reason="is no address") from error
    return str(raw[name])


def _integer(raw: dict[str, Any], name: str, least: int, bits: int) -> int:
    value = raw[name]
    whole = isinstance(value, Decimal) and value == value.to_integral_value()
    _within(name, int(value) if whole else None, least, bits)
    return int(value)


def _within(name: str, value: int | None, least: int, bits: int) -> None:
    if value is None or not least <= value < 1 << bits:
        raise EnvelopeInvalid(name=name, reason=f"is no integer from {least} to 2^{bits} - 1")
