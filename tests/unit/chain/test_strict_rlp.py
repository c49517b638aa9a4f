"""Our one-pass RLP against another library: the same values, the same refusals, the same bytes."""

from typing import Any

import pytest
import rlp
from hypothesis import given
from hypothesis import strategies as st
from rlp.exceptions import RLPException

from lodetrace.chain.errors import RlpMalformed
from lodetrace.chain.strict_rlp import USUAL, Item, Limits, decode, decode_list, encode

ITEMS: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.binary(max_size=70), st.integers(0, 300).map(bytes)),
    lambda inner: st.lists(inner, max_size=6),
    max_leaves=20,
)
BYTES = st.one_of(
    st.binary(max_size=40),
    st.lists(
        st.sampled_from([b"\x00", b"\x7f", b"\x80", b"\x81", b"\xb7", b"\xb8", b"\xb9", b"\xbf",
                         b"\xc0", b"\xc1", b"\xf7", b"\xf8", b"\xf9", b"\xff", b"\x01" * 56]),
        max_size=8,
    ).map(b"".join),
)  # fmt: skip


def as_lists(found: Any) -> Item:
    return bytes(found) if isinstance(found, bytes) else [as_lists(item) for item in found]


def other_decoder(raw: bytes) -> "Item | None":
    """What the library makes of the bytes, None where it refuses or they are not its own."""
    try:
        found = as_lists(rlp.decode(raw, strict=True))
    except (RLPException, IndexError, ValueError, TypeError):
        return None
    return found if rlp.encode(found) == raw else None


def depth(item: Item) -> int:
    return 0 if isinstance(item, bytes) else 1 + max(map(depth, item), default=0)


@given(ITEMS)
def test_encodes_as_the_library_does(item: Any) -> None:
    raw = encode(item)
    assert raw == rlp.encode(item)
    assert decode(raw, "an item") == item


@given(BYTES)
def test_decodes_and_refuses_as_the_library_does(raw: bytes) -> None:
    expected = other_decoder(raw)
    if expected is None:
        with pytest.raises(RlpMalformed):
            decode(raw, "an item")
    else:
        assert decode(raw, "an item") == expected


@given(ITEMS, st.integers(0, 400), st.integers(1, 255))
def test_a_changed_byte_gives_another_value_or_none(item: Any, at: int, flip: int) -> None:
    raw = bytearray(encode(item))
    raw[at % len(raw)] ^= flip
    expected = other_decoder(bytes(raw))
    if expected is None:
        with pytest.raises(RlpMalformed):
            decode(bytes(raw), "an item")
    else:
        assert decode(bytes(raw), "an item") == expected != item


@pytest.mark.parametrize("length", [0, 1, 55, 56, 255, 256, 65_535, 65_536])
def test_lengths_at_the_edges(length: int) -> None:
    for item in (b"\xff" * length, [b"\x01"] * length):
        assert encode(item) == rlp.encode(item)
        assert decode(encode(item), "an item") == item


@pytest.mark.parametrize(
    "raw",
    [
        b"\xb8\x37" + b"\xff" * 55,  # the short form has room for it
        b"\xf8\x37" + b"\x01" * 55,
        b"\xb9\x00\x38" + b"\xff" * 56,  # a length has no leading zero
        b"\xf9\x00\x38" + b"\x01" * 56,
        b"\xb8\x00",
        b"\x81\x7f",  # a byte below 0x80 is its own encoding
    ],
    ids=bytes.hex,
)
def test_a_second_encoding_of_the_same_value_is_refused(raw: bytes) -> None:
    assert other_decoder(raw) is None
    with pytest.raises(RlpMalformed, match="not the canonical encoding"):
        decode(raw, "an item")


def test_limits_of_bytes_and_depth() -> None:
    with pytest.raises(RlpMalformed, match="at most") as refusal:
        decode(b"\x01" * (USUAL.bytes + 1), "an item")
    assert (refusal.value.values["actual"], refusal.value.values["most"]) == (1 << 20 | 1, 1 << 20)
    item: Item = []
    for _ in range(USUAL.depth - 1):
        item = [item]
    assert depth(decode(encode(item), "an item")) == USUAL.depth
    with pytest.raises(RlpMalformed, match="nested deeper"):
        decode(encode([item]), "an item")
    with pytest.raises(RlpMalformed):
        decode(b"\xc1" * 100_000 + b"\xc0", "an item")


def items_in(item: Item) -> int:
    return 1 if isinstance(item, bytes) else 1 + sum(map(items_in, item))


@given(ITEMS)
def test_items_are_counted_whatever_list_they_lie_in(item: Item) -> None:
    raw, count = encode(item), items_in(item)
    assert decode(raw, "an item", Limits(items=count)) == item
    with pytest.raises(RlpMalformed, match=f"more than {count - 1} items"):
        decode(raw, "an item", Limits(items=count - 1))


def test_nothing_and_a_string_where_a_list_belongs() -> None:
    with pytest.raises(RlpMalformed, match="0 items instead of one"):
        decode(b"", "an item")
    with pytest.raises(RlpMalformed, match="a list is expected"):
        decode_list(b"\x80", "an item")
