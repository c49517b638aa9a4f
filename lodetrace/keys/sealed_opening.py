"""Openings at a fixed length: 112 bytes in clear, 160 sealed, 5 words on chain.

| bytes | content |
|---|---|
| 1 | version, 1 |
| 6 | tag, big-endian |
| 72 | nine slots of 8 bytes, big-endian |
| 31 | salt |
| 2 | zero |

A fixed length tells nobody how large an amount is. Reading is strict: what has another
version, padding or length is refused.
"""

from collections.abc import Collection, Sequence
from typing import Final

from lodetrace.contracts.structs import SealedOpening
from lodetrace.errors import Refused
from lodetrace.keys.viewing import BOX_OVERHEAD, ViewingKey, open_with_any, seal
from lodetrace.text import enum_word, hex_of
from zk_circuits.balance import Balance, Measurement
from zk_circuits.commitment import Opening
from zk_circuits.errors import ZkError
from zk_circuits.salts import SALT_BYTES
from zk_circuits.tags import Tag, TagType

VERSION: Final = 1
PLAIN_BYTES: Final = 112
BOX_BYTES: Final = PLAIN_BYTES + BOX_OVERHEAD
WORDS: Final = 5
LOTS_AND_TOTALS: Final = (TagType.LOT, TagType.TOTAL)
"""What may come from somebody else; openings of events stay in the vault."""

_TAG_BYTES: Final = 6
_SLOT_BYTES: Final = 8
_SLOTS: Final = 9
_USED: Final = 1 + _TAG_BYTES + _SLOTS * _SLOT_BYTES + SALT_BYTES


class OpeningMalformed(Refused):
    """Decrypted bytes that are no opening of version 1."""

    template = "the decrypted opening cannot be read: {reason}"
    advice = "Refuse the offer and ask the sender for a new one."


class OpeningOfAnother(Refused):
    """An opening that reads well and opens something else."""

    template = "the opening belongs to commitment {actual}, the lot has {expected}"
    advice = "Refuse the offer: what was sent is not what is offered."


def encode_opening(opening: Opening) -> bytes:
    """The 112 bytes of an opening."""
    return encode_slots(opening.tag, opening.balance.slots(), opening.salt)


def encode_slots(tag: Tag, slots: Sequence[int], salt: int) -> bytes:
    """112 bytes of a tag, at most nine amounts and a salt."""
    amounts = b"".join(amount.to_bytes(_SLOT_BYTES, "big") for amount in slots)
    word = tag.word.to_bytes(_TAG_BYTES, "big")
    filled = amounts.ljust(_SLOTS * _SLOT_BYTES, b"\0")
    used = bytes([VERSION]) + word + filled + salt.to_bytes(SALT_BYTES, "big")
    return used.ljust(PLAIN_BYTES, b"\0")


def decode_opening(plain: bytes, types: Collection[TagType] = LOTS_AND_TOTALS) -> Opening:
    """The opening in 112 bytes, of one of the given types; raises OpeningMalformed."""
    tag, amounts, salt = decode_slots(plain)
    if tag.type not in types:
        raise OpeningMalformed(reason=f"it opens no lot but a {enum_word(tag.type)}")
    try:
        made = _measurement(amounts) if tag.type is TagType.EVENT else _balance(amounts)
        return Opening(tag, made, salt)
    except ZkError as error:
        raise OpeningMalformed(reason=error) from error


def decode_slots(plain: bytes) -> tuple[Tag, list[int], int]:
    """Tag, nine amounts and salt in 112 bytes; raises OpeningMalformed."""
    if len(plain) != PLAIN_BYTES:
        raise OpeningMalformed(reason=f"{len(plain)} bytes, expected {PLAIN_BYTES}")
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
    salt = int.from_bytes(plain[slots_end:_USED], "big")
    try:
        return Tag.parse(int.from_bytes(plain[1:tag_end], "big")), amounts, salt
    except ZkError as error:
        raise OpeningMalformed(reason=error) from error


def seal_opening(opening: Opening, public: bytes) -> SealedOpening:
    """An opening sealed to a viewing key, as the contracts take it."""
    return to_words(seal(encode_opening(opening), public))


def open_sealed(
    sealed: SealedOpening, keys: Sequence[ViewingKey], commitment: int, element: int
) -> Opening:
    """The opening in a box, checked against the commitment on chain and the lot's metal.

    Raises BoxUnreadable (garbage, or sealed to somebody else), OpeningMalformed or
    OpeningOfAnother (a swapped offer). Only what this returns may be accepted.
    """
    opening = decode_opening(open_with_any(from_words(sealed), keys))
    if opening.commitment != commitment:
        raise OpeningOfAnother(
            actual=hex_of(opening.commitment.to_bytes(32, "big")),
            expected=hex_of(commitment.to_bytes(32, "big")),
        )
    if opening.tag.element != element:
        raise OpeningMalformed(reason=f"element {opening.tag.element}, the lot has {element}")
    return opening


def to_words(box: bytes) -> SealedOpening:
    """160 bytes as 5 words; raises OpeningMalformed."""
    if len(box) != BOX_BYTES:
        raise OpeningMalformed(reason=f"a box of {len(box)} bytes, expected {BOX_BYTES}")
    return SealedOpening(tuple(box[at : at + 32] for at in range(0, BOX_BYTES, 32)))


def from_words(sealed: SealedOpening) -> bytes:
    """The reverse of to_words."""
    box = b"".join(sealed.words)
    if len(sealed.words) != WORDS or len(box) != BOX_BYTES:
        raise OpeningMalformed(reason=f"a box of {len(box)} bytes, expected {BOX_BYTES}")
    return box


def _balance(amounts: Sequence[int]) -> Balance:
    metal, carbon, cahra, burden, first, second, third, fourth, fifth = amounts
    return Balance(metal, carbon, cahra, burden, (first, second, third, fourth, fifth))


def _measurement(amounts: Sequence[int]) -> Measurement:
    metal_out, carbon, metal_in, spare, first, second, third, fourth, fifth = amounts
    if spare:
        raise OpeningMalformed(reason="the spare slot of its event is not 0")
    return Measurement(metal_out, carbon, metal_in, (first, second, third, fourth, fifth))
