"""One event of the contracts as the index stores it: plain values under the contracts' nouns."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any, Final

from lodetrace.text import hex_of, parse_hex

LARGEST_JSON_INTEGER: Final = 2**53 - 1


@dataclass(frozen=True, slots=True)
class ChainEvent:
    """time: of its block, seconds. fields: bytes as 0x hex, enums as integers."""

    name: str
    contract: str
    block: int
    log_index: int
    time: int
    tx: str
    fields: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def optional(self, name: str) -> str | None:
        """A 32-byte field in which zero means none."""
        value = self.fields[name]
        return str(value) if any(parse_hex(value)) else None


def plain(value: Any) -> Any:
    """Bytes to 0x hex, dataclasses to mappings, sequences to lists, enums to integers."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes | bytearray):
        return hex_of(bytes(value))
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name.rstrip("_"): plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def storable(value: Any) -> Any:
    """As JSON stores it: integers that a JSON reader could round become decimal strings."""
    if isinstance(value, dict):
        return {name: storable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST_JSON_INTEGER:
        return str(value)
    return value
