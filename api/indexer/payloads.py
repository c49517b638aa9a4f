"""What of an event is for one reader alone, or proof of what it says: the long fields.

Sealed openings are read by whoever has their key, from a node; proofs of claims have a table of
their own, from which routes answer, and those of lots and totals are in bundles.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

NAMES: Final = ("proof", "public_signals", "handover")
SEALED: Final = "sealed_to_"
"""What the name of a field begins with that one reader alone can open."""


class Payloads(Enum):
    """LODETRACE_EVENT_PAYLOADS: whether the index keeps them with its events."""

    KEPT = "kept"
    LEFT_OUT = "left-out"


def is_payload(name: str) -> bool:
    """Whether the field of an event is one, by its name."""
    return name in NAMES or name.startswith(SEALED)


def without_payloads(stored: Any) -> Any:
    """The fields of an event in their stored form, with null in place of each payload."""
    if isinstance(stored, Mapping):
        return {
            name: None if is_payload(name) else without_payloads(value)
            for name, value in stored.items()
        }
    return [without_payloads(one) for one in stored] if isinstance(stored, list) else stored
