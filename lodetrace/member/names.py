"""Names that a member gives to accounts: which ones may be given, and which look like another.

The lists of Unicode (UTS 39) are longer than what is here. What keeps the rest out is one rule:
a name is of one script, and two names of one look stand for one account.
"""

import unicodedata
from typing import Final

from lodetrace.errors import InputError
from lodetrace.text import code_point, is_hidden, visible

LONGEST: Final = 40
"""Characters."""

_JOINING: Final = "-._' &"
_COMMON: Final = frozenset({"DIGIT", "HYPHEN-MINUS", "FULL", "LOW", "APOSTROPHE", "SPACE"})

_LIKE_LATIN: Final = str.maketrans(
    # Cyrillic
    "авекмнорстухѕіјԁԛԝһгп"
    # Greek
    "ανοκρτυιχεηβγωμ"
    # digits and letters of one stroke
    "01i|5",
    "abekmhopctyxsljdqwhrn" + "avokptulxenbywu" + "ollls",
)
_PAIRS: Final = (("rn", "m"), ("vv", "w"))


class NameRefused(InputError):
    """A name that could not be typed again, or could be taken for something else."""

    template = "{name!r} is no name for an account: {reason}"
    advice = "Take letters and digits of one script, with - . _ ' & or single blanks between them."


def require_name(text: str) -> str:
    """The name as it is kept, in Unicode's form NFC; raises NameRefused."""
    name = unicodedata.normalize("NFC", text)
    reason = _fault(name)
    if reason is not None:
        raise NameRefused(name=visible(text[:80]), reason=reason)
    return name


def same_name(text: str) -> str:
    """What is equal for two spellings of a name: neither case nor width makes another one."""
    return unicodedata.normalize("NFKC", text.strip()).casefold()


def look(name: str) -> str:
    """What is equal for two names that look alike."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(one for one in plain if one.isalnum()).translate(_LIKE_LATIN)
    for two, one in _PAIRS:
        letters = letters.replace(two, one)
    return letters


def _fault(name: str) -> str | None:
    if not 1 <= len(name) <= LONGEST:
        return f"it has {len(name)} characters, 1 to {LONGEST} are possible"
    hidden = [one for one in name if is_hidden(one) or (one.isspace() and one != " ")]
    if hidden:
        return f"it holds {code_point(hidden[0])}, which nobody sees"
    if name != name.strip() or "  " in name:
        return "it has blanks at an end, or several in a row"
    if not name[0].isalnum() or not any(one.isalpha() for one in name):
        return "it does not begin with a letter or digit, or has no letter"
    other = [one for one in name if not (one.isalnum() or one in _JOINING or _is_mark(one))]
    if other:
        return f"it holds {other[0]!r}"
    if name.casefold().startswith("0x"):
        return "it begins like an address"
    scripts = sorted({_script(one) for one in name} - _COMMON - {""})
    if len(scripts) > 1:
        return f"it mixes letters of several scripts ({', '.join(scripts).lower()})"
    return None


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Mc")


def _script(character: str) -> str:
    """The first word of its name in Unicode: LATIN, CYRILLIC, CJK …; none of signs and marks."""
    if _is_mark(character) or not character.isalpha():
        return ""
    return unicodedata.name(character, "UNNAMED").split()[0]
