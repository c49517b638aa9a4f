"""`abi.encode` of Solidity for the few types that ctx, ids and keys are made of.

A value is already checked and packed when it reaches `encode`: a static type is its
32-byte word, a dynamic array is a list of such words.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from zk_circuits.errors import WordOutOfRange
from zk_circuits.field import fits
from zk_circuits.keccak import keccak256

Word = int | bytes
"""A bytes32: 32 bytes, or the same as an unsigned integer."""

Address = str | bytes
"""20 bytes, or 0x and 40 hexadecimal digits (the checksum of capitals is not read)."""

WORD_BYTES: Final = 32
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)


def word32(name: str, value: Word) -> bytes:
    """A bytes32; raises WordOutOfRange for another length."""
    if isinstance(value, bytes):
        if len(value) != WORD_BYTES:
            raise WordOutOfRange(name=name, value="0x" + value.hex(), bits=256)
        return value
    return uint(name, value, 256)


def uint(name: str, value: int, bits: int) -> bytes:
    """An unsigned integer of that many bits as a word; raises WordOutOfRange."""
    return fits(name, value, bits).to_bytes(WORD_BYTES, "big")


def address(name: str, value: Address) -> bytes:
    """An address as a word; raises WordOutOfRange."""
    raw = _unhex(name, value) if isinstance(value, str) else value
    if len(raw) != 20:
        raise WordOutOfRange(name=name, value="0x" + raw.hex(), bits=160)
    return raw.rjust(WORD_BYTES, b"\0")


def words32(name: str, values: Iterable[Word]) -> list[bytes]:
    """A bytes32[]."""
    return [word32(f"{name}[{index}]", value) for index, value in enumerate(values)]


def uints(name: str, values: Iterable[int], bits: int) -> list[bytes]:
    """An array of unsigned integers of that many bits."""
    return [uint(f"{name}[{index}]", value, bits) for index, value in enumerate(values)]


def encode(values: Sequence[bytes | list[bytes]]) -> bytes:
    """`abi.encode` of words and arrays of words, in order."""
    heads: list[bytes] = []
    tails = b""
    for value in values:
        if isinstance(value, bytes):
            heads.append(value)
            continue
        heads.append((len(values) * WORD_BYTES + len(tails)).to_bytes(WORD_BYTES, "big"))
        tails += len(value).to_bytes(WORD_BYTES, "big") + b"".join(value)
    return b"".join(heads) + tails


def hash_static(*values: int | bytes | str) -> bytes:
    """keccak256 of `abi.encode` of numbers, bytes32 and addresses in text.

    Raises WordOutOfRange.
    """
    return keccak256(b"".join(map(_static, values)))


def key_hash(words: Iterable[int]) -> bytes:
    """keccak256 of a verifying key as `abi.encode(uint256[])` (SPEC section 4)."""
    return keccak256(encode([uints("verifying key", words, 256)]))


def _static(value: int | bytes | str) -> bytes:
    return address("address", value) if isinstance(value, str) else word32("word", value)


def _unhex(name: str, value: str) -> bytes:
    if not _ADDRESS.fullmatch(value):
        raise WordOutOfRange(name=name, value=value, bits=160)
    return bytes.fromhex(value[2:])
