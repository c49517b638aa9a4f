"""What a passphrase is, however a keyboard, a system or a file sends it.

As ERC-2335 has it for keystores, and NIST SP 800-63B (5.1.1.2) allows it: NFKD, without control
characters, in UTF-8. So ö as one character or as o with its dots, full-width letters of an input
method and a line end of another system open the same file.
"""

import unicodedata
from typing import Final

from lodetrace.errors import KeysError

SHORTEST_PASSPHRASE: Final = 10
_CONTROL, _UNASSIGNED, _SURROGATE = "Cc", "Cn", "Cs"


class PassphraseUnusable(KeysError):
    """A character that may be another one tomorrow, or on another machine."""

    template = "character {position} of the passphrase {reason}"
    advice = "Take another character; plain letters and several words are best."


def passphrase_bytes(typed: str) -> bytes:
    """What a key is made of; raises PassphraseUnusable for bytes that were no text."""
    for position, character in enumerate(typed, 1):
        if unicodedata.category(character) == _SURROGATE:
            raise PassphraseUnusable(position=position, reason="is not UTF-8")
    return _normalised(typed).encode("utf-8")


def passphrase_length(typed: str) -> int:
    """Characters as they are seen; raises PassphraseUnusable where Unicode may change them.

    For new passphrases: what Unicode does not know yet, a later Python may decompose.
    """
    for position, character in enumerate(typed, 1):
        if unicodedata.category(character) == _UNASSIGNED:
            reason = f"is unknown to Unicode {unicodedata.unidata_version}"
            raise PassphraseUnusable(position=position, reason=reason)
    return len(unicodedata.normalize("NFC", _normalised(typed)))


def _normalised(typed: str) -> str:
    decomposed = unicodedata.normalize("NFKD", typed)
    return "".join(one for one in decomposed if unicodedata.category(one) != _CONTROL)
