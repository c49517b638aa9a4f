"""From ABI values to typed ones and back: calls, results, errors and structs.

Driven by the ABI for the wire and by type hints for Python, so that one table serves all
contracts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import IntEnum, IntFlag
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from lodetrace.contracts.abi import AbiEntry
from lodetrace.contracts.enums import known_code
from lodetrace.errors import InputError, NodeError
from lodetrace.text import ADDRESS_BYTES, TextMalformed, checksummed, parse_hex
from zk_circuits.keccak import keccak256

T = TypeVar("T")

SELECTOR_BYTES: Final = 4

_field_types: dict[Any, dict[str, Any]] = {}
"""Resolved once for each class: resolving hints is slow."""


class AnswerMalformed(NodeError):
    """Bytes from the chain that are not what the ABI says."""

    template = "{what} cannot be decoded: {reason}"
    advice = "Contracts and compiled ABI differ, or the node is broken: run `lodetrace check`."


class ArgumentInvalid(InputError):
    """A value that does not fit the type of its parameter."""

    template = "an argument of {function} does not fit: {reason}"
    advice = "Check numbers, ids and addresses of the request; nothing was sent."


def canonical(parameter: Mapping[str, Any]) -> str:
    """Type of a parameter as it goes into a signature: tuples written out."""
    kind: str = parameter["type"]
    if not kind.startswith("tuple"):
        return kind
    inner = ",".join(canonical(component) for component in parameter["components"])
    return f"({inner}){kind.removeprefix('tuple')}"


def signature(entry: AbiEntry) -> str:
    """ "accept(bytes32,uint32)"."""
    return f"{entry['name']}({','.join(canonical(p) for p in entry['inputs'])})"


def selector(entry: AbiEntry) -> bytes:
    """First four bytes of the hash of the signature."""
    return keccak256(signature(entry).encode())[:SELECTOR_BYTES]


def encode_arguments(entry: AbiEntry, arguments: Sequence[object]) -> bytes:
    """Arguments of a function or constructor, structs included; raises ArgumentInvalid."""
    from eth_abi.abi import encode
    from eth_abi.exceptions import EncodingError

    types = [canonical(parameter) for parameter in entry.get("inputs", ())]
    try:
        return bytes(encode(types, [plain(argument) for argument in arguments]))
    except (EncodingError, TypeError, ValueError) as error:
        raise ArgumentInvalid(function=entry.get("name", "constructor"), reason=error) from error


def encode_call(entry: AbiEntry, arguments: Sequence[object]) -> bytes:
    """Data of a transaction or call."""
    return selector(entry) + encode_arguments(entry, arguments)


def decode_values(
    parameters: Sequence[Mapping[str, Any]], data: bytes, what: str
) -> tuple[Any, ...]:
    """Plain values of a result, an error or the data of an event; raises AnswerMalformed."""
    from eth_abi.abi import decode
    from eth_abi.exceptions import DecodingError

    try:
        return tuple(decode([canonical(parameter) for parameter in parameters], data))
    except (DecodingError, OverflowError, ValueError) as error:
        raise AnswerMalformed(what=what, reason=error) from error


def plain(value: object) -> Any:
    """A struct as the tuple that the encoder takes; anything else as it is."""
    if is_dataclass(value) and not isinstance(value, type):
        if len(fields(value)) == 1:  # words of a proof or of a box: a struct around one array
            return (plain(getattr(value, fields(value)[0].name)),)
        return tuple(plain(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, IntEnum | IntFlag):
        return int(value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


def typed(hint: Any, value: Any) -> Any:
    """A plain value as the type that a field or result asks for."""
    if is_dataclass(hint) and isinstance(hint, type):
        return struct(hint, value)
    if get_origin(hint) is tuple:
        return tuple(typed(get_args(hint)[0], item) for item in value)
    if isinstance(hint, type) and issubclass(hint, IntEnum | IntFlag):
        return known_code(hint, value)
    if hint is str and isinstance(value, str) and value.startswith("0x"):
        return _checksummed(value)
    return value


def struct(cls: type[T], values: Sequence[Any]) -> T:
    """A dataclass from the values of its fields, in their order."""
    hints = field_types(cls)
    return cls(*(typed(hint, value) for hint, value in zip(hints.values(), values, strict=True)))


def field_types(cls: Any) -> dict[str, Any]:
    """Types of a dataclass's fields, by name."""
    if cls not in _field_types:
        hints = get_type_hints(cls)
        _field_types[cls] = {field.name: hints[field.name] for field in fields(cls)}
    return _field_types[cls]


def snake(name: str) -> str:
    """ "sealedToOwner" as "sealed_to_owner", "from" as "from_"."""
    spelled = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    return "from_" if spelled == "from" else spelled


def _checksummed(text: str) -> str:
    """An address with its checksum; a string that only begins like one, as it is."""
    try:
        return checksummed(parse_hex(text, ADDRESS_BYTES))
    except TextMalformed:
        return text
