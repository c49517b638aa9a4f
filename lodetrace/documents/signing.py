"""A site's signature under its document: EIP-712, by an account of the site's operator.

Why EIP-712 and not JWS: the key that the register on chain names is an Ethereum account, so the
signature is checked against the chain without a second key infrastructure; hardware wallets show
what is signed; and the domain ties it to one chain.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol, Self

from lodetrace.errors import InputError, KeysError
from lodetrace.text import TextMalformed, checksummed, hex_of, parse_hex
from zk_circuits.abi import uint, word32
from zk_circuits.keccak import keccak256

if TYPE_CHECKING:
    from coincurve import PublicKey

DOMAIN_NAME: Final = "Lodetrace"
DOMAIN_VERSION: Final = "1"
DOMAIN_TYPE: Final = "EIP712Domain(string name,string version,uint256 chainId)"
STATEMENT_TYPE: Final = (
    "SiteDocument(bytes32 site,uint32 sequence,uint16 revision,bytes32 document)"
)

_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Of secp256k1. A signature with s in its upper half is a copy of one in the lower half."""


class SignatureInvalid(InputError):
    """A signature that is malformed or belongs to something else."""

    template = "the signature {reason}"
    advice = "The site signs the document again, with the key of its registered account."


class SigningKeyInvalid(KeysError):
    """Not a private key."""

    template = "that is no signing key: {reason}"
    advice = "Use the 32 bytes of the site's registered account."


class SigningStatement(Protocol):
    """Something that is signed."""

    def digest(self) -> bytes:
        """The 32 bytes that are signed (EIP-712)."""


@dataclass(frozen=True, slots=True)
class SignedNumber:
    """What a site signs: this document is number `sequence` of my site, revision `revision`.

    site, document: 32 bytes each; revision counts statements about the same event, from 0.
    """

    site: bytes
    sequence: int
    revision: int
    document: bytes
    chain_id: int

    def digest(self) -> bytes:
        """The 32 bytes that are signed (EIP-712)."""
        statement = keccak256(
            keccak256(STATEMENT_TYPE.encode())
            + word32("site", self.site)
            + uint("sequence", self.sequence, 32)
            + uint("revision", self.revision, 16)
            + word32("document", self.document)
        )
        return typed_digest(self.chain_id, statement)


@dataclass(frozen=True, slots=True)
class Signature:
    """r, s and the recovery bit, 65 bytes as r ‖ s ‖ v with v 27 or 28."""

    raw: bytes

    @classmethod
    def make(cls, signed: SigningStatement, private_key: bytes) -> Self:
        """Signature with a private key of 32 bytes; raises SigningKeyInvalid."""
        from coincurve import PrivateKey

        try:
            key = PrivateKey(private_key)
        except (TypeError, ValueError) as error:
            raise SigningKeyInvalid(reason=error) from error
        raw = key.sign_recoverable(signed.digest(), hasher=None)
        return cls(raw[:64] + bytes([raw[64] + 27]))

    @classmethod
    def parse(cls, text: object) -> Self:
        """The signature in "0x…"; raises SignatureInvalid."""
        try:
            raw = parse_hex(text, 65)
        except TextMalformed as error:
            reason = "is not 65 bytes as 0x and hexadecimal digits"
            raise SignatureInvalid(reason=reason) from error
        if raw[64] not in (27, 28):
            raise SignatureInvalid(reason=f"ends with v = {raw[64]}, not 27 or 28")
        if int.from_bytes(raw[32:64], "big") > _ORDER // 2:
            raise SignatureInvalid(reason="has s in the upper half: a copy of another one")
        return cls(raw)

    def signer(self, signed: SigningStatement) -> str:
        """Checksummed address that made it; raises SignatureInvalid."""
        from coincurve import PublicKey

        compact = self.raw[:64] + bytes([self.raw[64] - 27])
        try:
            key = PublicKey.from_signature_and_message(compact, signed.digest(), hasher=None)
        except Exception as error:
            raise SignatureInvalid(reason=f"cannot be recovered: {error}") from error
        return _address(key)

    def __str__(self) -> str:
        return hex_of(self.raw)


def typed_digest(chain_id: int, statement: bytes) -> bytes:
    """What is signed of a statement, given its EIP-712 hash."""
    return keccak256(b"\x19\x01" + _domain(chain_id) + statement)


def _address(key: "PublicKey") -> str:
    return checksummed(keccak256(key.format(compressed=False)[1:])[12:])


@cache
def _domain(chain_id: int) -> bytes:
    return keccak256(
        keccak256(DOMAIN_TYPE.encode())
        + keccak256(DOMAIN_NAME.encode())
        + keccak256(DOMAIN_VERSION.encode())
        + uint("chain id", chain_id, 256)
    )
