"""Entries for the register of submitters, as YAML that an analyst writes."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from lodetrace.errors import InputError, LodetraceError
from lodetrace.text import ADDRESS_BYTES, TextMalformed, parse_hex
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


_HEX: Mapping[str, int] = {"account": ADDRESS_BYTES, "hash": 32}
"""Bytes of the values that are hexadecimal."""


class EntriesUnusable(InputError):
    """A file of entries that cannot be read."""

    template = "{path}: {reason}"
    advice = "Give a file like examples/prices/submitters.yaml."


def read_entries(path: Path) -> list[SubmitterEntry]:
    """The entries in their order; raises EntriesUnusable."""
    import yaml

    try:
        raw = yaml.safe_load(path.read_text("utf-8"))["entries"]
        return [_entry(one) for one in raw]
    except (OSError, yaml.YAMLError, LodetraceError) as error:
        raise EntriesUnusable(path=path, reason=error) from error
    except (KeyError, TypeError, ValueError) as error:
        raise EntriesUnusable(path=path, reason=f"malformed near {error!r}") from error


def _entry(raw: Mapping[str, Any]) -> SubmitterEntry:
    values = dict(raw)
    submitter, entry = str(values.pop("submitter")), EntryKind(values.pop("entry"))
    day = date.fromisoformat(str(values.pop("day")))
    if set(values) != _NEEDED[entry]:
        raise ValueError(f"{entry} has {', '.join(sorted(_NEEDED[entry])) or 'no values'}")
    for name, size in _HEX.items():
        if name in values:
            _require_hex(name, values[name], size)
    if "metal" in values:
        values["metal"] = parse_metal(values["metal"])
    return SubmitterEntry(submitter, day, entry, values)


def _require_hex(name: str, value: object, size: int) -> None:
    try:
        parse_hex(value, size)
    except TextMalformed as error:
        raise ValueError(f"{name} stands in quotes: {error}") from error
