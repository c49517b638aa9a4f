"""What a rehearsal tells of the call that it did not send."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from enum import Enum

from lodetrace.contracts.structs import ProofWords
from lodetrace.rehearsal import Rehearsed
from lodetrace.text import enum_word, hex_of


def would_send(contract: str, target: str, function: str, arguments: Sequence[object]) -> Rehearsed:
    """The end of a rehearsal whose simulation passed."""
    details = {
        "contract": contract,
        "address": target,
        "function": function,
        "arguments": [_plain(one) for one in arguments],
    }
    return Rehearsed(f"send {contract}.{function}", details)


def _plain(value: object) -> object:
    """For JSON: integers as text, as they may have more digits than a double."""
    if isinstance(value, bytes):
        return hex_of(value)
    if isinstance(value, Enum):
        return enum_word(value)
    if isinstance(value, bool) or value is None:
        return value
    if is_dataclass(value):
        told = [one.name for one in fields(value)]
        found = {name: getattr(value, name) for name in told}
        return {name: _plain(one) for name, one in found.items() if not isinstance(one, ProofWords)}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return str(value)
