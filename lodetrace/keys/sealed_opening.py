"""Openings at a fixed length: 128 bytes in clear, a sealed box of 177 bytes on chain.

| bytes | content |
|---|---|
| 1 | version, 2 |
| 6 | tag, big-endian |
| 72 | nine slots of 8 bytes, big-endian |
| 31 | salt |
| 16 | nonce of the salt in its maker's own copy, else zero |
| 2 | zero |

A fixed length tells nobody how large an amount is. Reading is strict: what has another
version, padding or length is refused.
"""

from collections.abc import Collection, Sequence
from typing import Final

from lodetrace.contracts.sealed_boxes import OPENING_BYTES, BoxAlgorithm, is_sealed_box
from lodetrace.errors import Refused
from lodetrace.keys.viewing import BoxKey, open_with_any, seal
from lodetrace.text import enum_word, hex_of
from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement
from zk_circuits.commitment import Hidden, Opening
from zk_circuits.errors import ZkError
from zk_circuits.salts import NO_NONCE, NONCE_BYTES, SALT_BYTES
from zk_circuits.tags import Tag, TagType

VERSION: Final = 2
LOTS_AND_TOTALS: Final = (TagType.LOT, TagType.TOTAL)
"""What may come from somebody else; openings of events stay in the vault."""

_TAG_BYTES: Final = 6
_SLOT_BYTES: Final = 8
_SLOTS: Final = 9
_SALT_END: Final = 1 + _TAG_BYTES + _SLOTS * _SLOT_BYTES + SALT_BYTES
_USED: Final = _SALT_END + NONCE_BYTES


class OpeningMalformed(Refused):
    """Decrypted bytes that are no opening of version 2."""

    template = "the decrypted opening cannot be read: {reason}"
    advice = "Refuse the offer and ask the sender for a new one."


class OpeningOfAnother(Refused):
    """An opening that reads well and opens something else."""

    template = "the opening belongs to commitment {actual}, the lot has {expected}"
    advice = "Refuse the offer: what was sent is not what is offered."


def encode_opening(opening: Opening, nonce: bytes = NO_NONCE) -> bytes:
    """The 128 bytes of an opening."""
    return encode_slots(opening.tag.word, opening.balance.slots(), opening.salt, nonce)


def encode_slots(tag: int, slots: Sequence[int], salt: int, nonce: bytes = NO_NONCE) -> bytes:
    """128 bytes of a tag's word, at most nine amounts, a salt and what was mixed into it."""
    amounts = b"".join(amount.to_bytes(_SLOT_BYTES, "big") for amount in slots)
    word = tag.to_bytes(_TAG_BYTES, "big")
    filled = amounts.ljust(_SLOTS * _SLOT_BYTES, b"\0")
    used = bytes([VERSION]) + word + filled + salt.to_bytes(SALT_BYTES, "big") + nonce
    return used.ljust(OPENING_BYTES, b"\0")


def decode_opening(plain: bytes, types: Collection[TagType] = LOTS_AND_TOTALS) -> Opening:
    """The opening in 128 bytes, of one of the given types; raises OpeningMalformed."""
    word, amounts, salt = decode_slots(plain)
    try:
        tag = Tag.parse(word)
        if tag.type not in types:
            raise OpeningMalformed(reason=f"it opens no lot but a {enum_word(tag.type)}")
        return Opening(tag, _hidden(tag.type, amounts), salt)
    except ZkError as error:
        raise OpeningMalformed(reason=error) from error


def decode_slots(plain: bytes) -> tuple[int, list[int], int]:
    """Word of the tag, nine amounts and salt in 128 bytes; raises OpeningMalformed."""
    if len(plain) != OPENING_BYTES:
        raise OpeningMalformed(reason=f"{len(plain)} bytes, expected {OPENING_BYTES}")
    if plain[0] != VERSION:
        raise OpeningMalformed(reason=f"version {plain[0]}, expected {VERSION}")
    if any(plain[_USED:]):
        raise OpeningMalformed(reason="its padding is not zero")
    tag_end = 1 + _TAG_BYTES
    slots_end = tag_end + _SLOTS * _SLOT_BYTES
    amounts = [
        int.from_bytes(plain[at : at + _SLOT_BYTES], "big")
        for at in range(tag_end, slots_end, _SLOT_BYTES)
    ]
    salt = int.from_bytes(plain[slots_end:_SALT_END], "big")
    return int.from_bytes(plain[1:tag_end], "big"), amounts, salt


def seal_opening(opening: Opening, public: bytes, nonce: bytes = NO_NONCE) -> bytes:
    """An opening sealed to a viewing key, as the contracts take it.

    nonce: of the salt, into the copy that its maker keeps for itself, and into no other one.
    """
    return boxed(encode_opening(opening, nonce), public)


def open_sealed(box: bytes, keys: Sequence[BoxKey], commitment: int, element: int) -> Opening:
    """The opening in a box, checked against the commitment on chain and the lot's metal.

    Raises BoxUnreadable (garbage, or sealed to somebody else), OpeningMalformed or
    OpeningOfAnother (a swapped offer). Only what this returns may be accepted.
    """
    opening = decode_opening(unboxed(box, keys))
    if opening.commitment != commitment:
        raise OpeningOfAnother(
            actual=hex_of(opening.commitment.to_bytes(32, "big")),
            expected=hex_of(commitment.to_bytes(32, "big")),
        )
    if opening.tag.element != element:
        raise OpeningMalformed(reason=f"element {opening.tag.element}, the lot has {element}")
    return opening


def boxed(plain: bytes, public: bytes) -> bytes:
    """128 bytes sealed to a viewing key, behind the byte of the algorithm."""
    return bytes([BoxAlgorithm.X25519]) + seal(plain, public)


def unboxed(box: bytes, keys: Sequence[BoxKey]) -> bytes:
    """What is sealed in a box of a known algorithm; raises OpeningMalformed or BoxUnreadable."""
    if not is_sealed_box(box):
        algorithm = box[0] if box else "none"
        raise OpeningMalformed(reason=f"a box of {len(box)} bytes, algorithm {algorithm}")
    return open_with_any(box[1:], keys)


def _hidden(kind: TagType, amounts: Sequence[int]) -> Hidden:
    v0, v1, v2, v3, first, second, third, fourth, direct = amounts
    four = (first, second, third, fourth)
    match kind:
        case TagType.BIRTH:
            if v2:
                raise OpeningMalformed(reason="v2 of the birth is not 0")
            return BirthMeasurement(v0, v1, v3, four, direct)
        case TagType.RUN_EVENT:
            fed = four[: max((at for at, metal in enumerate(four, 1) if metal), default=1)]
            return RunMeasurement(v0, fed, v1, v2, v3, direct)
        case _:
            return Balance(v0, v1, v2, v3, four, direct)
