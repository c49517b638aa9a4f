"""Salts of format 2 (SPEC 2, section 2)."""

import hashlib
import hmac
from enum import IntEnum
from typing import Final

from zk_circuits.abi import Word, word32
from zk_circuits.errors import SaltSourceInvalid
from zk_circuits.field import fits
from zk_circuits.salts import SALT_BYTES, SECRET_BYTES

DOMAIN: Final = b"lodetrace/salt/2"
NONCE_BYTES: Final = 16


class SaltKind(IntEnum):
    """What is hidden by a salt, which says what its anchor is."""

    EVENT_LOT = 1
    REBOOK_LOT = 2
    EVENT = 3
    TOTAL = 4


def derive_salt(
    secret: bytes,
    kind: SaltKind,
    epoch: int,
    anchor: Word,
    element: int,
    index: int,
    nonce: bytes,
) -> int:
    """Salt of output `index` of an act.

    anchor: the event's key, the product's id, or of a rebook rebook_document_hash of its inputs.
    secret: that of the epoch, at least 16 bytes. nonce: 16 random bytes, stored before a proof
    is made. Raises SaltSourceInvalid or WordOutOfRange.
    """
    if len(secret) < SECRET_BYTES:
        raise SaltSourceInvalid(name="secret", length=len(secret), expected=f">= {SECRET_BYTES}")
    if len(nonce) != NONCE_BYTES:
        raise SaltSourceInvalid(name="nonce", length=len(nonce), expected=NONCE_BYTES)
    message = b"".join(
        (
            DOMAIN,
            _bytes("kind", kind, 1),
            _bytes("epoch", epoch, 4),
            word32("anchor", anchor),
            _bytes("element", element, 2),
            _bytes("index", index, 4),
            nonce,
        )
    )
    digest = hmac.new(secret, message, hashlib.sha256).digest()
    return int.from_bytes(digest[:SALT_BYTES], "big")


def settled_salt(salt: int) -> int:
    """Salt of what remains of a disputed lot: whoever opens the one opens the other."""
    return salt + 1


def _bytes(name: str, value: int, size: int) -> bytes:
    return fits(name, value, 8 * size).to_bytes(size, "big")
