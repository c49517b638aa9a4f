"""The inner half of the packing: a word that came before becomes its number.

Evidence says addresses, topics, ids and roots again and again. RLP tells where they begin: behind a
string's prefix of 20 or 32 bytes, or of several words of 32. A reader knows such a place from what
he has read so far, and there one token is legal: so a content has one form.
"""

import re
from typing import Final

from lodetrace.audit.errors import PackingMalformed

PREFIX: Final = re.compile(
    rb"\xb9(?![\x94\xa0])[\x01-\xff][\0\x20\x40\x60\x80\xa0\xc0\xe0]"
    rb"|\xb8[\x40\x60\x80\xa0\xc0\xe0]"
    rb"|[\x94\xa0]"
)
"""The prefixes of strings that hold words. A word begins where the first of them ends, so a byte
94 or a0 behind b9 is itself the prefix; of those that end together the longest counts."""

ADDRESS: Final = 20
WORD: Final = 32
ADDRESS_PREFIX: Final = 0x94

SEVEN_BITS: Final = 0x7F
GOES_ON: Final = 0x80
MOST_DIGITS: Final = 4
"""Bytes of a number: 2^28 words are more than any content has."""


def with_references(content: bytes) -> bytes:
    """Each word as a number: 0 and the word where it is new, the how many-th it was otherwise."""
    numbers: dict[bytes, int] = {}
    found, done = bytearray(), 0
    while places := _next(content, done, len(content) - done):
        start, length, end = places
        found += content[done:start]
        for at in range(start, end, length):
            word = content[at : at + length]
            number = numbers.get(word, 0)
            found += _digits(number)
            if not number:
                found += word
                numbers[word] = len(numbers) + 1
        done = end
    found += content[done:]
    return bytes(found)


def without_references(packed: bytes, size: int) -> bytes:
    """The content of so many bytes; raises PackingMalformed."""
    known: list[bytes] = []
    once: set[bytes] = set()
    content, done = bytearray(), 0
    while places := _next(packed, done, size - len(content)):
        start, length, end = places
        content += packed[done:start]
        done = start
        for _ in range(start, end, length):
            number, done = _number(packed, done)
            if number == 0:
                word = packed[done : done + length]
                done += length
                if word in once:
                    raise _malformed("a word that came before is written out")
                once.add(word)
                known.append(word)
            elif number > len(known):
                raise _malformed(f"word {number}, and there are {len(known)} before it")
            else:
                word = known[number - 1]
            if len(word) != length:
                reason = f"a word of {len(word)} bytes where one of {length} is expected"
                raise _malformed(reason)
            content += word
    content += packed[done:]
    if len(content) != size:
        raise _malformed(f"it unpacks to {len(content)} bytes, the file says {size}")
    return bytes(content)


def _next(data: bytes, start: int, room: int) -> tuple[int, int, int] | None:
    """The first words behind a start: where they begin, the bytes of each, and where the last one
    ends in a content, which has so much room from the start on."""
    at, last = start, start + room
    while prefix := PREFIX.search(data, at):
        first, begin = prefix.span()
        length = ADDRESS if data[first] == ADDRESS_PREFIX else WORD
        several = begin - first > 1
        end = begin + (int.from_bytes(data[first + 1 : begin], "big") if several else length)
        if end <= last:
            return begin, length, end
        at = first + 1
    return None


def _digits(number: int) -> bytes:
    """Seven bits a byte, the lowest first; all bytes but the last have the highest bit set."""
    found = bytearray()
    while number > SEVEN_BITS:
        found.append(number & SEVEN_BITS | GOES_ON)
        number >>= 7
    found.append(number)
    return bytes(found)


def _number(packed: bytes, at: int) -> tuple[int, int]:
    """The number at a place, in its shortest form, and the place behind it."""
    if at < len(packed) and packed[at] < GOES_ON:
        return packed[at], at + 1
    digits, number = packed[at : at + MOST_DIGITS], 0
    for place, byte in enumerate(digits):
        number |= (byte & SEVEN_BITS) << 7 * place
        if byte < GOES_ON:
            if byte == 0:
                raise _malformed("a number with needless digits")
            return number, at + place + 1
    if len(digits) < MOST_DIGITS:
        raise _malformed("it ends inside a number")
    raise _malformed(f"a number of more than {MOST_DIGITS} digits")


def _malformed(reason: str) -> PackingMalformed:
    return PackingMalformed(item="the packed content", reason=reason)
