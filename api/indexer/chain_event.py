"""One event of the contracts with its place in the chain, and the form in which it is stored."""

from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any, Final

from lodetrace.contracts.events import Event
from lodetrace.text import hex_of

LARGEST_JSON_INTEGER: Final = 2**53 - 1


@dataclass(frozen=True, slots=True)
class ChainEvent:
    """contract: its name in the deployment. time: of its block, seconds."""

    event: Event
    contract: str
    block: int
    log_index: int
    time: int
    tx: str

    @property
    def name(self) -> str:
        """As its contract calls it."""
        return type(self.event).__name__


def stored_form(value: Any) -> Any:
    """As JSON: bytes as 0x hex, dataclasses as mappings, sequences as lists, enums as integers.

    Integers that a JSON reader could round are decimal strings.
    """
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes | bytearray):
        return hex_of(bytes(value))
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name.rstrip("_"): stored_form(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, list | tuple):
        return [stored_form(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST_JSON_INTEGER:
        return str(value)
    return value
