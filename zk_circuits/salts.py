"""Salts that a retry makes again (SPEC section 2)."""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

from zk_circuits.abi import Word, word32
from zk_circuits.errors import SaltSourceInvalid
from zk_circuits.field import fits
from zk_circuits.keccak import keccak256

DOMAIN: Final = b"lodetrace/salt/1"
SECRET_BYTES: Final = 16
"""Shortest secret that is taken."""
SALT_BYTES: Final = 31


def derive_salt(secret: bytes, document_hash: bytes, index: int) -> int:
    """Salt of output `index` (of the element's number for an event) of a document.

    secret: the salt secret of the lot's first owner, at least 16 bytes.
    document_hash: 32 bytes; raises SaltSourceInvalid or WordOutOfRange.
    """
    if len(secret) < SECRET_BYTES:
        raise SaltSourceInvalid(name="secret", length=len(secret), expected=f">= {SECRET_BYTES}")
    if len(document_hash) != 32:
        raise SaltSourceInvalid(name="document hash", length=len(document_hash), expected=32)
    message = DOMAIN + document_hash + fits("index", index, 32).to_bytes(4, "big")
    digest = hmac.new(secret, message, hashlib.sha256).digest()
    return int.from_bytes(digest[:SALT_BYTES], "big")


def rebook_document_hash(input_ids: Iterable[Word]) -> bytes:
    """Document hash of a rebook, which has no document: keccak256 of the sorted input ids."""
    return keccak256(b"".join(sorted(word32("input id", lot_id) for lot_id in input_ids)))
