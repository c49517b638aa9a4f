"""The words of our namespace: where each of them is read, and which keys nothing reads.

JSON-LD drops a misspelt word silently, so a document could say less than its site meant.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from lodetrace.documents.contexts import PREFIXES
from lodetrace.documents.energy import CARRIERS
from lodetrace.documents.epcis import NAMESPACE, PREFIX, ProfileInvalid, check_context
from lodetrace.errors import InputError

_EVERY: Final = frozenset({"statement", "startTime"})
_METALS: Final = _EVERY | {"carbon", "carbonShare", "direct", "custodyModel", "energy"}
_RUN: Final = _METALS | {"inputAnalysis", "lots"}
_EVENT: Final[Mapping[str, frozenset[str]]] = {
    "birth": _METALS | {"attested"},
    "outside": _METALS,
    "processing": _RUN,
    "recovery": _RUN,
    "rework": _RUN,
    "loss": _RUN,
    "measurement": _EVERY
    | {"analysis", "inputAnalysis", "declaredQuantityList", "lots", "notLess"},
    "end_of_life": _EVERY | {"analysis", "lots"},
    "shipping": _EVERY | {"analysis"},
    "receiving": _EVERY | {"analysis"},
    "certificate": _EVERY | {"analysis"},
}
"""Words in the event, by `lodetrace:statement`."""
_MASTER_DATA: Final = frozenset({"analysis", "seals"})
_ANALYSIS: Final = frozenset(
    {"epcClass", "substance", "moisture", "assay", "material", "units", "packaging"}
)
_PACKAGING: Final = frozenset({"kind", "count"})
_USE: Final = frozenset({"amount", "factor"})
_LOTS: Final = frozenset({"element", "lot", "epcClass"})
_UNITS: Final = frozenset({"material", "count"})
_NONE: Final = frozenset[str]()
_ALL: Final = frozenset[str]().union(
    *_EVENT.values(), _MASTER_DATA, _ANALYSIS, _LOTS, _UNITS, _PACKAGING, _USE, CARRIERS, {"salt"}
)
_WITHIN: Final[Mapping[str, frozenset[str]]] = {
    "ilmd": _MASTER_DATA,
    f"{PREFIX}:analysis": _ANALYSIS,
    f"{PREFIX}:inputAnalysis": _ANALYSIS,
    f"{PREFIX}:lots": _LOTS,
    f"{PREFIX}:units": _UNITS,
    f"{PREFIX}:packaging": _PACKAGING,
    f"{PREFIX}:energy": CARRIERS,
    **{f"{PREFIX}:{carrier}": _USE for carrier in CARRIERS},
}
"""Words that are read in the value of a key; of every other key none is."""

_SHARES: Final = frozenset({f"{PREFIX}:assay", f"{PREFIX}:carbonShare", f"{PREFIX}:attested"})
"""Tables of shares: whoever reads them knows each key."""

_QUANTITY: Final = frozenset({"epcClass", "quantity", "uom"})
_PLAIN: Final[Mapping[str, frozenset[str]]] = {
    "ilmd": _NONE,
    f"{PREFIX}:analysis": _NONE,
    f"{PREFIX}:inputAnalysis": _NONE,
    f"{PREFIX}:lots": _NONE,
    f"{PREFIX}:units": _NONE,
    f"{PREFIX}:packaging": _NONE,
    f"{PREFIX}:energy": _NONE,
    **{f"{PREFIX}:{carrier}": _NONE for carrier in CARRIERS},
    f"{PREFIX}:declaredQuantityList": _QUANTITY,
    "quantityList": _QUANTITY,
    "inputQuantityList": _QUANTITY,
    "outputQuantityList": _QUANTITY,
}
"""Keys without a prefix that are read in a field; the other fields are EPCIS's own matter."""


def event_words(statement: str | None) -> frozenset[str]:
    """Words of an event that states this; None: of any event."""
    if statement is not None:
        return _EVENT[statement]
    return frozenset[str]().union(*_EVENT.values())


def unread_words(
    raw: Mapping[str, Any], event: Mapping[str, Any], words: frozenset[str]
) -> Iterator[InputError]:
    """Keys of a document and of its event that nothing reads. words: those of the event."""
    bound = _bound(raw.get("@context"))
    if PREFIX not in bound:
        yield ProfileInvalid(where="@context", reason=f"does not bind {PREFIX} to {NAMESPACE}")
    prefixes = bound | PREFIXES | {PREFIX}
    head = {key: value for key, value in raw.items() if key not in ("@context", "epcisBody")}
    yield from _unread(head, "", frozenset({"salt"}), prefixes)
    yield from _unread(event, "", words, prefixes)


def did_you_mean(word: str, known: frozenset[str]) -> str:
    """The end of a sentence: the known word that is most like this one, if any is."""
    lower = {one.lower(): one for one in sorted(known)}
    found = get_close_matches(word.lower(), lower, n=1)
    return f"; did you mean {lower[found[0]]}?" if found else ""


def _bound(context: Any) -> frozenset[str]:
    try:
        return frozenset(check_context(context))
    except InputError:  # said by whoever reads the document
        return frozenset({PREFIX})


def _unread(
    value: Any, path: str, words: frozenset[str], prefixes: frozenset[str]
) -> Iterator[ProfileInvalid]:
    """path: fields down to the value, each with a point behind it; words: read in its keys."""
    if isinstance(value, list):
        for item in value:
            yield from _unread(item, path, words, prefixes)
    if not isinstance(value, dict):
        return
    plain = _PLAIN.get(path.rstrip(".").rpartition(".")[2])
    for key, item in value.items():
        reason = _fault_of(key, plain, words, prefixes)
        if reason is not None:
            yield ProfileInvalid(where=f"{path}{key:.60}"[-160:], reason=reason)
        elif key not in _SHARES:
            yield from _unread(item, f"{path}{key:.60}.", _WITHIN.get(key, _NONE), prefixes)


def _fault_of(
    key: str, plain: frozenset[str] | None, words: frozenset[str], prefixes: frozenset[str]
) -> str | None:
    prefix, colon, word = key.partition(":")
    if key.startswith(NAMESPACE):
        return f"is a word of ours in full: write {PREFIX}:{key.removeprefix(NAMESPACE):.40}"
    if not colon:
        return None if plain is None or key in plain else "is not read here"
    if word.startswith("//") or prefix == "urn":
        return None
    if prefix not in prefixes:
        return f"the prefix {prefix!r:.40} is not bound{did_you_mean(prefix, prefixes)}"
    if prefix != PREFIX or word in words:
        return None
    if word in _ALL:
        return "is a word of ours that is not read here"
    return f"is not a word of ours{did_you_mean(word, words)}"
