"""Reasons on chain: 32 bytes that everybody reads."""

from typing import Final

from lodetrace.errors import InputError, Refused
from lodetrace.text import TextMalformed, hex_of, parse_hex
from zk_circuits.keccak import keccak256

WORD_BYTES: Final = 32


class ReasonMalformed(InputError):
    """An empty reason, or one with signs that cannot be shown."""

    template = "{text!r} is no reason"
    advice = "Give a short word in ASCII, or the 0x hash of a document that you keep."


class ReasonStands(Refused):
    """What was asked was done before, for another reason."""

    template = "lot {lot} was {done} before, for the reason {stands!r}"
    advice = "The reason on chain stays. Repeat the command with it, or leave it at that."


def require_reason(lot: bytes, done: str, stands: bytes, asked: bytes) -> None:
    """Raises ReasonStands unless the reason on chain is the one that was asked for."""
    if stands != asked:
        raise ReasonStands(lot=hex_of(lot), done=done, stands=read_reason(stands))


def reason_word(text: str) -> bytes:
    """A reason as the contracts take it.

    Up to 32 ASCII characters stay readable for everybody; longer text becomes its keccak256,
    which readers compare with the text they are shown. 0x and 64 digits are taken as they are.
    """
    stripped = text.strip()
    if stripped.startswith("0x") and len(stripped) == 2 + 2 * WORD_BYTES:
        try:
            return parse_hex(stripped, WORD_BYTES)
        except TextMalformed as error:
            raise ReasonMalformed(text=stripped) from error
    if not stripped or not stripped.isprintable():
        raise ReasonMalformed(text=stripped[:80])
    encoded = stripped.encode("utf-8")
    if stripped.isascii() and len(encoded) <= WORD_BYTES:
        return encoded.ljust(WORD_BYTES, b"\0")
    return keccak256(encoded)


def read_reason(word: bytes) -> str:
    """A reason as people read it: the short text, or the hash."""
    text = word.rstrip(b"\0")
    if text.isascii() and text.decode("ascii").isprintable():
        return text.decode("ascii")
    return hex_of(word)
