"""Data of events as typed values, read in one pass.

A reader is compiled once from the ABI and the type hints of a dataclass. Only the one encoding
that the compiler writes is taken: tails in their order without gaps, padding of zeros.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from enum import IntEnum, IntFlag
from typing import Any, Final, get_args

from lodetrace.contracts.abi_codec import field_types
from lodetrace.contracts.enums import known_code
from lodetrace.text import checksummed

WORD: Final = 32
ADDRESS_PADDING: Final = bytes(12)


class WireMalformed(ValueError):
    """Bytes that are not what the type says; becomes AnswerMalformed in its one caller."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How one type is read. size: bytes in the head; dynamic: whether they are an offset.

    read: from the data and a position, the value and where it ends.
    """

    size: int
    dynamic: bool
    read: Callable[[bytes, int], tuple[Any, int]]


def reader_of(parameter: Mapping[str, Any], hint: Any) -> Reader:
    """The reader of a parameter as the type that a field asks for."""
    kind: str = parameter["type"]
    if kind.endswith("]"):
        return _array(parameter, kind, hint)
    if kind == "tuple":
        hints = list(field_types(hint).values()) if is_dataclass(hint) else []
        parts = [
            reader_of(component, inner)
            for component, inner in zip(parameter["components"], hints, strict=True)
        ]
        return sequence(parts, lambda values: hint(*values))
    if kind in ("bytes", "string"):
        return Reader(WORD, True, _text if kind == "string" else _bytes)
    return Reader(WORD, False, _word(kind, hint))


def sequence(parts: Sequence[Reader], build: Callable[[list[Any]], Any]) -> Reader:
    """Values side by side, heads first, then the tails of those that have one."""
    size = sum(part.size for part in parts)
    dynamic = any(part.dynamic for part in parts)

    def read(data: bytes, at: int) -> tuple[Any, int]:
        head, tail = at, at + size
        if tail > len(data):
            raise WireMalformed("it ends too early")
        values = []
        for part in parts:
            if part.dynamic:
                if int.from_bytes(data[head : head + WORD], "big") != tail - at:
                    raise WireMalformed("an offset leads elsewhere than to the next part")
                value, tail = part.read(data, tail)
                head += WORD
            else:
                value, head = part.read(data, head)
            values.append(value)
        return build(values), tail

    return Reader(WORD if dynamic else size, dynamic, read)


def _array(parameter: Mapping[str, Any], kind: str, hint: Any) -> Reader:
    start = kind.rindex("[")
    inner = reader_of({**parameter, "type": kind[:start]}, get_args(hint)[0])
    length = kind[start + 1 : -1]
    if length:
        return sequence([inner] * int(length), tuple)

    def read(data: bytes, at: int) -> tuple[Any, int]:
        count, at = _length(data, at)
        if count * inner.size > len(data) - at:
            raise WireMalformed(f"a list of {count} that is not there")
        return sequence([inner] * count, tuple).read(data, at)

    return Reader(WORD, True, read)


def _word(kind: str, hint: Any) -> Callable[[bytes, int], tuple[Any, int]]:
    parse = _parser(kind, hint)

    def read(data: bytes, at: int) -> tuple[Any, int]:
        end = at + WORD
        return parse(data[at:end]), end

    return read


def _parser(kind: str, hint: Any) -> Callable[[bytes], Any]:
    if kind.startswith("uint"):
        return _number(int(kind.removeprefix("uint")), hint)
    if kind.startswith("bytes"):
        return _fixed(int(kind.removeprefix("bytes")))
    if kind == "bool":
        return _truth
    if kind == "address":
        return _address
    raise WireMalformed(f"type {kind} is unknown")


def _number(bits: int, hint: Any) -> Callable[[bytes], Any]:
    named: dict[int, Any] = {}
    if isinstance(hint, type) and issubclass(hint, IntEnum):
        named = {int(member): member for member in hint}
    flags = hint if isinstance(hint, type) and issubclass(hint, IntFlag) else None

    def parse(word: bytes) -> Any:
        value = int.from_bytes(word, "big")
        if value >> bits:
            raise WireMalformed(f"{value} has more than {bits} bits")
        return named.get(value, value) if flags is None else known_code(flags, value)

    return parse


def _fixed(length: int) -> Callable[[bytes], bytes]:
    padding = bytes(WORD - length)

    def parse(word: bytes) -> bytes:
        if word[length:] != padding:
            raise WireMalformed("padding that is not 0")
        return word[:length]

    return parse


def _truth(word: bytes) -> bool:
    value = int.from_bytes(word, "big")
    if value > 1:
        raise WireMalformed(f"{value} is neither true nor false")
    return value == 1


def _address(word: bytes) -> str:
    if word[:12] != ADDRESS_PADDING:
        raise WireMalformed("an address of more than 20 bytes")
    return checksummed(word[12:])


def _length(data: bytes, at: int) -> tuple[int, int]:
    end = at + WORD
    if end > len(data):
        raise WireMalformed("it ends too early")
    return int.from_bytes(data[at:end], "big"), end


def _bytes(data: bytes, at: int) -> tuple[bytes, int]:
    length, at = _length(data, at)
    end = at + -(-length // WORD) * WORD
    if end > len(data):
        raise WireMalformed(f"{length} bytes that are not there")
    if any(data[at + length : end]):
        raise WireMalformed("padding that is not 0")
    return data[at : at + length], end


def _text(data: bytes, at: int) -> tuple[str, int]:
    found, end = _bytes(data, at)
    return found.decode("utf-8"), end
