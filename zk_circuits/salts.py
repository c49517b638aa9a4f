"""Salts that do not open each other, and that a retry makes again (SPEC section 2)."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, Protocol

from zk_circuits.abi import Word, word32
from zk_circuits.errors import SaltSourceInvalid
from zk_circuits.field import fits
from zk_circuits.keccak import keccak256

DOMAIN: Final = b"lodetrace/salt/2"
SECRET_BYTES: Final = 16
"""Shortest secret that is taken."""
SALT_BYTES: Final = 31
NONCE_BYTES: Final = 16
NO_NONCE: Final = bytes(NONCE_BYTES)
"""Of what has no box of its owner that could keep one."""
NO_EPOCH: Final = 0
"""Of a secret that no rotation replaces."""


class KeyedHash(Protocol):
    """A secret that stays where it is: it is asked for HMAC-SHA256 under itself."""

    def __len__(self) -> int:
        """Bytes of the secret."""

    def mac(self, message: bytes) -> bytes:
        """HMAC-SHA256 of a message, 32 bytes."""


Secret = bytes | KeyedHash
"""A secret, or who makes keyed hashes with it."""


def keyed_hash(secret: Secret, message: bytes) -> bytes:
    """HMAC-SHA256 of a message under a secret."""
    if isinstance(secret, bytes):
        return hmac.digest(secret, message, "sha256")
    return secret.mac(message)


class SaltKind(IntEnum):
    """What a salt hides."""

    EVENT = 1
    LOT = 2
    TOTAL = 3
    PRICE_RANGE = 4
    SETTLEMENT_PRICE = 5


@dataclass(frozen=True, slots=True)
class SaltSource:
    """What the salts of one act are derived from.

    secret: of the epoch, at least 16 bytes. anchor: the event's id, or inputs_anchor. nonce: 16
    random bytes that lie in the owner's sealed box only: the secret alone derives no salt.
    """

    kind: SaltKind
    secret: Secret = field(repr=False)
    anchor: bytes
    epoch: int = NO_EPOCH
    nonce: bytes = field(default=NO_NONCE, repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) < SECRET_BYTES:
            expected = f">= {SECRET_BYTES}"
            raise SaltSourceInvalid(name="secret", length=len(self.secret), expected=expected)
        for name, value, length in (
            ("anchor", self.anchor, 32),
            ("nonce", self.nonce, NONCE_BYTES),
        ):
            if len(value) != length:
                raise SaltSourceInvalid(name=name, length=len(value), expected=length)
        fits("epoch", self.epoch, 32)

    def salt(self, element: int, index: int = 0) -> int:
        """Salt of output `index` (of an event: of its revision) in an element; 248 bits.

        element: atomic number. Raises WordOutOfRange.
        """
        message = b"".join(
            (
                DOMAIN,
                bytes([self.kind]),
                self.epoch.to_bytes(4, "big"),
                self.anchor,
                fits("element", element, 16).to_bytes(2, "big"),
                fits("index", index, 32).to_bytes(4, "big"),
                self.nonce,
            )
        )
        return int.from_bytes(keyed_hash(self.secret, message)[:SALT_BYTES], "big")


def inputs_anchor(input_ids: Iterable[Word]) -> bytes:
    """Anchor of a run without an event: keccak256 of the sorted input ids."""
    return keccak256(b"".join(sorted(word32("input id", lot_id) for lot_id in input_ids)))
