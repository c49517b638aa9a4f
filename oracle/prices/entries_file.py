"""Entries for the register of submitters, as YAML that an analyst writes."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from lodetrace.errors import InputError
from lodetrace.strict_yaml import YamlValue, read_yaml
from lodetrace.text import hex_of
from lodetrace.units import parse_metal
from oracle.prices.submitters import EntryKind, SubmitterEntry

_NEEDED: Mapping[EntryKind, frozenset[str]] = {
    EntryKind.PROPOSED: frozenset({"kind", "account", "metal", "contact", "affiliates"}),
    EntryKind.DOCUMENT: frozenset({"kind", "hash"}),
    EntryKind.VERIFIED: frozenset({"by"}),
    EntryKind.AFFILIATED: frozenset({"affiliates"}),
    EntryKind.ACCOUNT: frozenset({"account"}),
    EntryKind.AGREED: frozenset(),
    EntryKind.APPROVED: frozenset(),
    EntryKind.NOTIFIED: frozenset({"reason"}),
    EntryKind.RECTIFIED: frozenset(),
    EntryKind.REVOKED: frozenset({"reason"}),
}


def _names(value: YamlValue) -> list[str]:
    return [one.text() for one in value.elements()]


_COMMON: Final = ("submitter", "day", "entry")

_READERS: Final[Mapping[str, Callable[[YamlValue], Any]]] = {
    "account": YamlValue.address,
    "affiliates": _names,
    "by": YamlValue.text,
    "contact": YamlValue.text,
    "hash": lambda value: hex_of(value.hex(32)),
    "kind": YamlValue.text,
    "metal": lambda value: value.parsed(parse_metal),
    "reason": YamlValue.text,
}
"""How each value is read; metal becomes mg."""


class EntriesUnusable(InputError):
    """A file of entries that cannot be read."""

    template = "{path}: {reason}"
    advice = "Give a file like examples/prices/submitters.yaml."


def read_entries(path: Path) -> list[SubmitterEntry]:
    """The entries in their order; raises EntriesUnusable."""
    file = read_yaml(path, EntriesUnusable).section(("entries",))
    return [_entry(one) for one in file["entries"].elements()]


def _entry(raw: YamlValue) -> SubmitterEntry:
    given = raw.section(_COMMON, _READERS)
    entry = given["entry"].one_of({str(kind): kind for kind in EntryKind})
    needed = sorted(_NEEDED[entry])
    raw.section((*_COMMON, *needed))
    values = {name: _READERS[name](given[name]) for name in needed}
    return SubmitterEntry(given["submitter"].text(), given["day"].day(), entry, values)
