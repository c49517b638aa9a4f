"""Reasons: a code that everybody reads, or words that stay with whoever said them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from lodetrace.contracts.enums import ReasonCode
from lodetrace.contracts.reasons import code_of, coded, committed
from lodetrace.errors import InputError, Refused
from lodetrace.member.session import MemberSession
from lodetrace.text import TextMalformed, enum_word, enum_words, hex_of, parse_hex
from zk_circuits.keccak import keccak256

DOMAIN: Final = b"lodetrace/reason/1"
SALT_BYTES: Final = 32
LONGEST: Final = 2_000
"""Signs of words."""


class ReasonUnknown(InputError):
    """A word that is no code of the list."""

    template = "{text!r} is no reason; known: {known}"
    advice = "Choose a code, or give --words: of them only a commitment goes on chain."


class ReasonMissing(InputError):
    """Neither a code nor words, or both."""

    template = "{count} reasons were given, one is needed"
    advice = "Give --reason CODE, which everybody reads, or --words TEXT, which nobody else reads."


class WordsMalformed(InputError):
    """Empty words, too many of them, or signs that cannot be shown."""

    template = "{text!r} cannot be committed to: {reason}"
    advice = "Write what you would say aloud; it stays with you."


class WordsFileMalformed(InputError):
    """A document that is no file of words, or whose words are others."""

    template = "the words are unusable: {reason}"
    advice = "Ask whoever gave the reason for the file that `--out` wrote."


class ReasonStands(Refused):
    """What was asked was done before, for another reason."""

    template = "lot {lot} was {done} before, for the reason {stands!r}"
    advice = "The reason on chain stays. Repeat the command with it, or leave it at that."


@dataclass(frozen=True, slots=True)
class Words:
    """What was said, and the salt of the commitment to it. Whoever has both can check the chain."""

    text: str
    salt: bytes = field(repr=False)

    FORMAT = "lodetrace-reason/1"

    @classmethod
    def spoken(cls, text: str) -> Self:
        """Words with a fresh salt; raises WordsMalformed."""
        stripped = text.strip()
        if not stripped or not stripped.isprintable():
            reason = "it has signs that cannot be shown" if stripped else "it is empty"
            raise WordsMalformed(text=stripped[:80], reason=reason)
        if len(stripped) > LONGEST:
            raise WordsMalformed(text=stripped[:80], reason=f"it is longer than {LONGEST} signs")
        return cls(stripped, secrets.token_bytes(SALT_BYTES))

    @property
    def word(self) -> bytes:
        """The commitment, as it stands on chain."""
        return committed(keccak256(DOMAIN + self.salt + self.text.encode("utf-8")))

    def to_json(self) -> dict[str, str]:
        """For whoever may read it."""
        return {
            "format": self.FORMAT,
            "reason": hex_of(self.word),
            "text": self.text,
            "salt": hex_of(self.salt),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """What to_json wrote; raises WordsFileMalformed, also where the words are others."""
        if document.get("format") != cls.FORMAT:
            raise WordsFileMalformed(reason=f"the format is not {cls.FORMAT}")
        try:
            found = cls(str(document["text"]), parse_hex(document["salt"], SALT_BYTES))
        except (KeyError, TextMalformed) as error:
            raise WordsFileMalformed(reason=error) from error
        if document.get("reason") != hex_of(found.word):
            raise WordsFileMalformed(reason="text and salt give another commitment")
        return found


def parse_reason(text: str) -> ReasonCode:
    """A code by its word; raises ReasonUnknown."""
    known = enum_words(ReasonCode, "-")
    code = known.get(text.strip().lower().replace(" ", "-"))
    if not code:
        named = ", ".join(name for name, one in known.items() if one)
        raise ReasonUnknown(text=text[:80], known=named)
    return code


def code_reason(text: str) -> bytes:
    """A typed code as it stands on chain; raises ReasonUnknown."""
    return coded(parse_reason(text))


def kept_words(member: MemberSession, words: Words) -> bytes:
    """The commitment to words, once they are in the vault: nobody else has them."""
    member.vault.keep_words(words.word, words.to_json())
    return words.word


def read_reason(member: MemberSession, word: bytes) -> str:
    """A reason as this member reads it: the code, its own words, or the commitment."""
    code = code_of(word)
    if code is not None:
        return enum_word(code)
    kept = member.vault.words(word)
    return hex_of(word) if kept is None else Words.from_json(kept).text


def require_reason(
    member: MemberSession, lot: bytes, done: str, stands: bytes, asked: bytes
) -> None:
    """Raises ReasonStands unless the reason on chain is the one that was asked for.

    Words are asked for again under a fresh salt: their text tells.
    """
    known = read_reason(member, stands)
    if stands != asked and known != read_reason(member, asked):
        raise ReasonStands(lot=hex_of(lot), done=done, stands=known)
