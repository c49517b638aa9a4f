"""A keystore as lines that people print and type: encrypted as it was, each line with check signs.

The signs are digits and letters without I, L, O and U (Crockford's base 32). A line has its number,
its groups, and four signs that tell a mistyped line from a right one; line 00 tells whether all
lines are of one keystore.
"""

import hashlib
import json
import re
import zlib
from typing import Final

from lodetrace.errors import InputError
from lodetrace.keys.keystore import FORMAT
from lodetrace.text import parse_bare_hex, say_runs

_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TYPED: Final = str.maketrans("OIL", "011", " -\t\u00a0\u2010\u2011\u2013\u2014")
"""Letters that were taken for digits, and what typing programs put between the groups."""
_LINE_BYTES: Final = 25
_GROUP: Final = 5
_CHECK: Final = 4
_WHOLE: Final = 10
"""Signs that check a line, and all of them."""
_LARGEST: Final = 1 << 20
"""Bytes of what is unpacked."""
_NUMBERED: Final = re.compile(r"\s*([0-9]{1,3})\s+(\S.*)")


class PaperUnreadable(InputError):
    """Lines that make no keystore."""

    template = "{reason}"
    advice = "Compare them with the paper, sign by sign; case and blanks do not matter."


def paper_lines(keystore: str) -> list[str]:
    """A keystore file's text as lines of at most 60 signs."""
    document = json.loads(keystore)
    ciphertext = parse_bare_hex(document.pop("ciphertext"))
    head = zlib.compress(json.dumps(document).encode(), 9)
    content = len(head).to_bytes(2, "big") + head + ciphertext
    parts = [content[at : at + _LINE_BYTES] for at in range(0, len(content), _LINE_BYTES)]
    lines = [
        f"{number:02}  {_grouped(_encoded(part))}  {_check(b'%d' % number + part, _CHECK)}"
        for number, part in enumerate(parts, 1)
    ]
    return [*lines, f"00  {_grouped(_check(content, _WHOLE))}"]


def keystore_of(text: str) -> str:
    """The text of the keystore file that was printed; raises PaperUnreadable.

    Lines that do not begin with a number are left out. Of a line that was typed again, a right one
    counts.
    """
    found: dict[int, bytes | None] = {}
    whole = ""
    for line in text.splitlines():
        numbered = _NUMBERED.fullmatch(line)
        if numbered is None:
            continue
        number, signs = int(numbered[1]), numbered[2].upper().translate(_TYPED)
        if number == 0:
            whole = signs
        else:
            found[number] = _decoded(number, signs) or found.get(number)
    wrong = [one for one in range(1, max(found, default=1) + 1) if found.get(one) is None]
    if wrong:
        raise PaperUnreadable(reason=f"mistyped or missing: line {say_runs(wrong)}")
    content = b"".join(part for _, part in sorted(found.items()) if part is not None)
    if whole != _check(content, _WHOLE):
        reason = (
            f"line 00 does not fit lines 1 to {len(found)}: it is mistyped or missing itself, lines"
            " are missing at the end, or some are of another keystore"
        )
        raise PaperUnreadable(reason=reason)
    return _unpacked(content)


def _unpacked(content: bytes) -> str:
    size = int.from_bytes(content[:2], "big")
    unpacking = zlib.decompressobj()
    try:
        head = json.loads(unpacking.decompress(content[2 : 2 + size], _LARGEST))
    except (zlib.error, ValueError) as error:
        raise PaperUnreadable(reason="the lines hold no keystore") from error
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise PaperUnreadable(reason="the lines hold no keystore of this version")
    return json.dumps({**head, "ciphertext": content[2 + size :].hex()}, indent=2) + "\n"


def _decoded(number: int, signs: str) -> bytes | None:
    """The bytes of a line; None where its check signs do not fit."""
    body, check = signs[:-_CHECK], signs[-_CHECK:]
    if not body or any(sign not in _SIGNS for sign in body):
        return None
    size = len(body) * 5 // 8
    value = 0
    for sign in body:
        value = value << 5 | _SIGNS.index(sign)
    part = (value >> (len(body) * 5 - size * 8)).to_bytes(size, "big")
    return part if _check(b"%d" % number + part, _CHECK) == check else None


def _encoded(part: bytes) -> str:
    count = -(-len(part) * 8 // 5)
    value = int.from_bytes(part, "big") << (count * 5 - len(part) * 8)
    return "".join(_SIGNS[value >> 5 * at & 31] for at in range(count - 1, -1, -1))


def _check(content: bytes, signs: int) -> str:
    return _encoded(hashlib.sha256(content).digest())[:signs]


def _grouped(signs: str) -> str:
    return " ".join(signs[at : at + _GROUP] for at in range(0, len(signs), _GROUP))
