"""What contracts answer and emit, as plain Python values that compare as one expects."""

from typing import Any

from brownie.convert.datatypes import HexString


def plain(value: Any) -> Any:
    """Tuples, integers, booleans, and small-letter hexadecimal for bytes and addresses.

    Accounts and contracts stand for their addresses.
    """
    if isinstance(value, tuple | list):
        return tuple(plain(item) for item in value)
    if isinstance(value, bool):
        return value
    if isinstance(value, HexString):
        return str(value)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, int):
        return int(value)
    text = str(getattr(value, "address", value))
    return text.lower() if text.startswith("0x") else text


def emitted(tx: Any, name: str, /, **values: Any) -> None:
    """The transaction emitted the event exactly once, with exactly these values."""
    events = [event for event in tx.events if event.name == name]
    assert len(events) == 1, f"{name} was emitted {len(events)} times"
    found = {key: plain(value) for key, value in events[0].items()}
    assert found == {key: plain(value) for key, value in values.items()}


def emitted_many(tx: Any, name: str) -> list[dict[str, Any]]:
    """All events of a name, in order."""
    events = [event for event in tx.events if event.name == name]
    return [{key: plain(value) for key, value in event.items()} for event in events]
