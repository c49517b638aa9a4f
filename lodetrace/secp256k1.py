"""Signatures of Ethereum accounts: r, s and what recovers the key that made them (SEC 1, 4.1.6).

By libsecp256k1, through coincurve. Where that cannot be imported, secp256k1_recovery.py recovers
the same in plain Python, about fifty times slower; nothing signs there.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol, Self

from lodetrace.errors import InputError, KeysError
from lodetrace.secp256k1_recovery import N, NotRecoverable, recovered_key
from lodetrace.text import TextMalformed, checksummed, hex_of, parse_hex
from zk_circuits.keccak import keccak256

try:
    from coincurve import PublicKey
except ImportError:
    PublicKey = None  # type: ignore[assignment, misc]

ORDER: Final = N
"""Of the curve (SEC 2)."""

SIGNATURE_BYTES: Final = 65
KEY_BYTES: Final = 32
NOT_65_BYTES: Final = "is not 65 bytes as 0x and hexadecimal digits"
FIRST_RECOVERY: Final = 27
"""What a wallet adds to the recovery bit."""


class SignatureInvalid(InputError):
    """A signature that is malformed or belongs to something else."""

    template = "the signature {reason}"
    advice = (
        "Take the file as its signer gave it: nothing in it may change afterwards. Only the signer"
        " makes another one, with the key of the registered account."
    )


class SigningKeyInvalid(KeysError):
    """Not a private key."""

    template = "that is no signing key: {reason}"
    advice = "Use the 32 bytes of the registered account."


class Signable(Protocol):
    """Something that is signed."""

    def digest(self) -> bytes:
        """The 32 bytes that are signed."""


class DigestSigner(Protocol):
    """A signing key that stays where it is, such as in the agent: it is asked to sign."""

    @property
    def address(self) -> str:
        """Checksummed, of the key."""

    def sign(self, digest: bytes) -> bytes:
        """r ‖ s ‖ v over 32 bytes, as wallets write it; raises KeysError."""


SigningKey = bytes | DigestSigner
"""32 bytes, or who signs with them."""


@dataclass(frozen=True, slots=True)
class Signature:
    """r ‖ s ‖ v as wallets write it, 65 bytes with v 27 or 28, in its one form: with the lower s.

    Raises SignatureInvalid.
    """

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != SIGNATURE_BYTES:
            raise SignatureInvalid(reason=NOT_65_BYTES)
        if self.raw[64] - FIRST_RECOVERY not in (0, 1):
            raise SignatureInvalid(reason=f"ends with v = {self.raw[64]}, not 27 or 28")
        if _s(self.raw) > ORDER // 2:
            raise SignatureInvalid(reason="has s in the upper half: a copy of another one")

    @classmethod
    def make(cls, signed: Signable, private_key: SigningKey) -> Self:
        """Signature with a private key; raises SigningKeyInvalid, or KeysError of a signer."""
        return cls.of_digest(signed.digest(), private_key)

    @classmethod
    def of_digest(cls, digest: bytes, private_key: SigningKey) -> Self:
        """As make, over the 32 bytes themselves."""
        if hasattr(private_key, "sign"):
            return cls(private_key.sign(digest))
        if not isinstance(private_key, bytes) or len(private_key) != KEY_BYTES:
            raise SigningKeyInvalid(reason=f"it is not {KEY_BYTES} bytes")
        from coincurve import PrivateKey

        try:
            key = PrivateKey(private_key)
        except (TypeError, ValueError) as error:
            raise SigningKeyInvalid(reason=error) from error
        raw = key.sign_recoverable(digest, hasher=None)
        return cls(raw[:64] + bytes([raw[64] + FIRST_RECOVERY]))

    @classmethod
    def parse(cls, text: object) -> Self:
        """The signature in "0x…"; raises SignatureInvalid."""
        try:
            return cls(parse_hex(text, SIGNATURE_BYTES))
        except TextMalformed as error:
            raise SignatureInvalid(reason=NOT_65_BYTES) from error

    def recover(self, message: bytes) -> bytes:
        """Address of 20 bytes whose key signed the 32 bytes; raises SignatureInvalid."""
        return recover(self.raw[:64] + bytes([self.raw[64] - FIRST_RECOVERY]), message)

    def signer(self, signed: Signable) -> str:
        """Checksummed address that made it; raises SignatureInvalid."""
        return checksummed(self.recover(signed.digest()))

    def require_signer(self, signed: Signable, claimed: str) -> str:
        """The signer, who is the one that was claimed; raises SignatureInvalid."""
        found = self.signer(signed)
        if found.lower() != claimed.lower():
            raise SignatureInvalid(reason=f"is not one of {claimed} over this content")
        return found

    def __str__(self) -> str:
        return hex_of(self.raw)


def recover(signature: bytes, message: bytes) -> bytes:
    """Address of 20 bytes whose key signed the 32 bytes; raises SignatureInvalid.

    signature: 65 bytes that end in the recovery bit, 0 or 1; either s counts.
    """
    if PublicKey is None:
        try:
            return address_of_public(recovered_key(signature, message))
        except NotRecoverable as error:
            raise _not_recoverable() from error
    try:
        key = PublicKey.from_signature_and_message(signature, message, hasher=None)
    except Exception as error:  # coincurve raises bare Exception and ValueError
        raise _not_recoverable() from error
    return address_of_public(key.format(compressed=False)[1:])


def _not_recoverable() -> SignatureInvalid:
    """In the same words, whichever found it out."""
    return SignatureInvalid(reason="cannot be recovered: no key can have made it")


@lru_cache(maxsize=1_024)
def address_of_public(key: bytes) -> bytes:
    """Address of 20 bytes of a public key, x ‖ y of 64 bytes; few seal all blocks of a chain."""
    return keccak256(key)[12:]


def lower(signature: bytes) -> bytes:
    """The form of a signature whose s is at most half of the order; it ends in the recovery bit."""
    s = _s(signature)
    if 2 * s < ORDER or s >= ORDER:
        return signature
    return signature[:32] + (ORDER - s).to_bytes(32, "big") + bytes((signature[64] ^ 1,))


def _s(signature: bytes) -> int:
    return int.from_bytes(signature[32:64], "big")
