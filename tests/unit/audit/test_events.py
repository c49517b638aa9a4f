"""Step 5: every event of every contract, read as another decoder reads it."""

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import decode, encode

from lodetrace.audit.logs import known_shapes
from lodetrace.audit.make_event_shapes import TARGET, event_shapes, written
from lodetrace.contracts.abi_codec import AnswerMalformed, canonical, field_types, snake, typed
from lodetrace.contracts.event_codec import WireMalformed, reader_of
from lodetrace.contracts.events.decode import EventShape, event_types
from lodetrace.text import checksummed

SHAPES = [shape for shapes in known_shapes().values() for shape in shapes.values()]


def some(kind: str, components: list[Mapping[str, Any]], dice: random.Random) -> Any:
    """A value of an ABI type."""
    if kind.endswith("]"):
        start = kind.rindex("[")
        length = int(kind[start + 1 : -1] or dice.randrange(4))
        return [some(kind[:start], components, dice) for _ in range(length)]
    if kind == "tuple":
        return tuple(some(one["type"], one.get("components", []), dice) for one in components)
    if kind == "bytes":
        return dice.randbytes(dice.randrange(70))
    if kind == "address":
        return "0x" + dice.randbytes(20).hex()
    if kind == "bool":
        return dice.random() < 0.5
    if kind.startswith("bytes"):
        return dice.randbytes(int(kind[5:]))
    bits = int(kind.removeprefix("uint"))
    return dice.choice([0, 1, dice.randrange(12), dice.getrandbits(bits), (1 << bits) - 1])


def log_with(shape: EventShape, dice: random.Random) -> tuple[list[bytes], bytes]:
    """Topics and data of an event with made-up values."""
    values = {
        one["name"]: some(one["type"], one.get("components", []), dice) for one in shape.inputs
    }
    topics, plain = [shape.topic], []
    for one in shape.inputs:
        if one["indexed"]:
            topics.append(encode([canonical(one)], [values[one["name"]]]))
        else:
            plain.append(one)
    return topics, encode([canonical(one) for one in plain], [values[one["name"]] for one in plain])


def as_eth_abi_reads(shape: EventShape, topics: list[bytes], data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    indexed = [one for one in shape.inputs if one["indexed"]]
    plain = [one for one in shape.inputs if not one["indexed"]]
    for one, topic in zip(indexed, topics[1:], strict=True):
        found[snake(one["name"])] = decode([canonical(one)], topic)[0]
    for one, value in zip(plain, decode([canonical(one) for one in plain], data), strict=True):
        found[snake(one["name"])] = value
    return found


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.cls.__name__)
def test_event_is_read_as_eth_abi_reads_it(shape: EventShape) -> None:
    dice = random.Random(shape.topic)
    hints = field_types(shape.cls)
    for _ in range(20):
        topics, data = log_with(shape, dice)
        expected = as_eth_abi_reads(shape, topics, data)
        found = shape.decode(topics, data)
        assert found == shape.cls(**{key: typed(hints[key], expected[key]) for key in hints})


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.cls.__name__)
def test_event_cut_short_or_longer(shape: EventShape) -> None:
    topics, data = log_with(shape, random.Random(1))
    cut = (data[:-1], data[:-32]) if data else ()
    for wrong in (*cut, data + bytes(32), data + b"\1"):
        with pytest.raises(AnswerMalformed):
            shape.decode(topics, wrong)
    for odd in (topics[:-1], [*topics, bytes(32)], []):
        with pytest.raises(AnswerMalformed, match="topics"):
            shape.decode(odd, data)


def test_only_the_compilers_own_encoding_is_read() -> None:
    """eth-abi takes tails anywhere: one event would have many encodings."""
    parameter = {"type": "bytes[]", "name": "x"}
    reader = reader_of(parameter, tuple[bytes, ...])
    data = encode(["bytes[]"], [[b"one", b"two"]])[32:]
    assert reader.read(data, 0) == ((b"one", b"two"), len(data))
    words = [data[at : at + 32] for at in range(0, len(data), 32)]
    shared = b"".join([*words[:2], words[1], *words[3:]])
    gap = b"".join([words[0], *(bytes(31) + bytes([w[31] + 32]) for w in words[1:3]), bytes(32)])
    for wrong in (shared, gap + b"".join(words[3:]), data[:-1] + b"\1", b"\xff" * 32 + data[32:]):
        with pytest.raises(WireMalformed):
            reader.read(wrong, 0)


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("uint8", bytes(30) + b"\1\0"),
        ("bool", bytes(31) + b"\2"),
        ("address", bytes(11) + b"\1" + bytes(20)),
        ("bytes4", bytes(4) + b"\1" + bytes(27)),
    ],
)
def test_padding_that_is_not_zero(kind: str, word: bytes) -> None:
    with pytest.raises(WireMalformed):
        reader_of({"type": kind, "name": "x"}, int).read(word, 0)


def test_type_that_no_event_has() -> None:
    with pytest.raises(WireMalformed, match="int256"):
        reader_of({"type": "int256", "name": "x"}, int)


def test_addresses_have_the_checksum_of_other_libraries() -> None:
    from eth_utils.address import to_checksum_address

    dice = random.Random(2)
    for _ in range(50):
        address = dice.randbytes(20)
        assert checksummed(address) == to_checksum_address(address)


def test_shapes_in_the_package_are_those_of_the_compiled_contracts(root: Path) -> None:
    """Run python -m lodetrace.audit.make_event_shapes build/contracts after a change."""
    assert TARGET.read_text("utf-8") == written(event_shapes(root / "build" / "contracts"))


def test_every_event_class_has_a_shape() -> None:
    assert {shape.cls for shape in SHAPES} == set(event_types().values())
    assert len(json.loads(TARGET.read_text("utf-8"))) == len(known_shapes())
