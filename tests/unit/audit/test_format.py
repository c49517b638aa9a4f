"""Step 1: one content has one file, and nothing else is taken for it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodetrace.audit.bundle import (
    FRAME_BYTES,
    MOST_CONTENT,
    MOST_PACKED,
    Bundle,
    CountersShown,
    OpeningShown,
    ReceiptsShown,
    StateShown,
    frame,
    open_frame,
)
from lodetrace.audit.errors import (
    BundleRefused,
    BundleTooLarge,
    ChecksumMismatch,
    ContentMalformed,
    FileMalformed,
    HeaderRefused,
    OrderBroken,
    PackingMalformed,
    VersionUnknown,
)
from lodetrace.audit.packing import pack, unpack
from lodetrace.chain.strict_rlp import Item, decode_list, encode
from lodetrace.contracts.enums import SubjectKind
from tests.support.audit_events import ACCEPTED, REGISTERED, name
from tests.support.synthetic_chain import Chain
from zk_circuits.abi import key_hash
from zk_circuits.keccak import keccak256

RUNS = st.lists(st.one_of(st.binary(max_size=40), st.integers(0, 800).map(bytes)), max_size=8)


def sorted_by(key: Callable[[Any], Any], *items: Any) -> tuple[Any, ...]:
    return tuple(sorted(items, key=key))


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """One of everything."""
    chain = Chain()
    chain.count(SubjectKind.LOT, name("lot"), 1)
    chain.emit(REGISTERED)
    chain.emit(ACCEPTED)
    shown = chain.bundle({1: [0], 2: [0]}, {SubjectKind.LOT: [name("lot")]})
    return replace(
        shown,
        keys=sorted_by(key_hash, tuple(range(1, 19)), tuple(range(2, 22))),
        openings=tuple(
            OpeningShown(1, commitment, tuple(range(9)), 7)
            for commitment in sorted([name("one"), name("two")])
        ),
        documents=sorted_by(keccak256, b"a weighing note", b"an assay"),
    )


@given(RUNS)
def test_unpacking_undoes_packing(parts: list[bytes]) -> None:
    content = b"".join(parts)
    assert unpack(pack(content), len(content)) == content


PIECES = st.one_of(st.binary(max_size=5), st.integers(0, 255).map(lambda run: bytes([0, run])))


@given(st.lists(PIECES, max_size=8).map(b"".join))
def test_only_the_packing_itself_unpacks(packed: bytes) -> None:
    """Literals and runs in any order: two runs in a row, or one of nothing, are no packing."""
    read = iter(packed)
    content = b"".join(bytes([byte]) if byte else bytes(next(read, 0)) for byte in read)
    if pack(content) == packed:
        assert unpack(packed, len(content)) == content
    else:
        with pytest.raises(PackingMalformed):
            unpack(packed, len(content))


def test_runs_at_the_edge_of_a_chunk() -> None:
    for shift in range(-4, 4):
        for zeros in (1, 2, 254, 255, 256, 511, 1000):
            content = b"\1" * (65_536 + shift) + bytes(zeros) + b"\2" * 65_536 + bytes(zeros)
            assert unpack(pack(content), len(content)) == content


@pytest.mark.parametrize(
    ("packed", "size"),
    [
        (b"\0", 1), (b"a\0", 2), (b"\0\0", 0), (b"\0\1\0\1", 2), (b"\0\xfe\0\1", 255),
        (b"\0\xff\0\0", 255), (b"ab", 1), (b"ab", 3), (b"", 1), (b"\0\5", 4),
    ],
    ids=[
        "run without a length", "run at the end without a length", "run of no zeros",
        "two runs of one", "run not full before the next", "full run and an empty one",
        "more than it says", "less than it says", "nothing", "run longer than the content",
    ],
)  # fmt: skip
def test_other_packings(packed: bytes, size: int) -> None:
    with pytest.raises(PackingMalformed):
        unpack(packed, size)


def test_packing_bomb_stops_at_its_stated_size() -> None:
    with pytest.raises(PackingMalformed, match="unpacks to more"):
        unpack(b"\0\xff" * 1_000_000, 1_000)


def test_bundle_comes_back_as_it_was(bundle: Bundle) -> None:
    file = bundle.encode()
    found = Bundle.decode(file)
    assert found == bundle
    assert found.encode() == file


def test_file_that_is_no_bundle(bundle: Bundle) -> None:
    file = bundle.encode()
    for wrong in (b"", b"PK\3\4" + file, file[: FRAME_BYTES - 1], b"\0" + file[1:]):
        with pytest.raises(FileMalformed):
            Bundle.decode(wrong)


def test_file_of_another_version(bundle: Bundle) -> None:
    file = bundle.encode()
    with pytest.raises(VersionUnknown, match="version 2, this program knows 1"):
        Bundle.decode(file[:16] + b"\0\2" + file[18:])


def test_file_cut_short_or_longer(bundle: Bundle) -> None:
    file = bundle.encode()
    for wrong in (file[:-1], file[:-100], file + b"\1", file + bytes(2), file + file):
        with pytest.raises(PackingMalformed):
            Bundle.decode(wrong)


def test_damaged_file(bundle: Bundle) -> None:
    file = bundle.encode()
    at = len(file) - 10
    with pytest.raises(ChecksumMismatch):
        Bundle.decode(file[:at] + bytes([file[at] ^ 0x80]) + file[at + 1 :])


def test_gigantic_file() -> None:
    head = frame(b"", b"")
    with pytest.raises(BundleTooLarge, match="at most 268435456"):
        open_frame(head[:18] + (MOST_CONTENT + 1).to_bytes(8, "big") + head[26:])
    with pytest.raises(BundleTooLarge, match="at most 134217728"):
        open_frame(head + b"\1" * (MOST_PACKED + 1))


def items_of(bundle: Bundle) -> list[Item]:
    return decode_list(open_frame(bundle.encode()), "content")


def refused(items: list[Item], error: type[BundleRefused], reason: str) -> None:
    content = encode(items)
    with pytest.raises(error, match=reason):
        Bundle.decode(frame(content, pack(content)))


def test_content_that_is_no_list() -> None:
    for content in (b"", b"\x80", b"\x01", b"\xc0\xc0", b"\xf8\x01\x01", b"\xc1"):
        with pytest.raises(ContentMalformed):
            Bundle.decode(frame(content, pack(content)))


def test_nested_content() -> None:
    nested: Item = []
    for _ in range(40):
        nested = [nested]
    content = encode(nested)
    with pytest.raises(ContentMalformed, match="nested deeper than 16"):
        Bundle.decode(frame(content, pack(content)))


def test_content_of_millions_of_items() -> None:
    content = b"\xfa" + (5_000_000).to_bytes(3, "big") + b"\1" * 5_000_000
    with pytest.raises(ContentMalformed, match="more than 4194304 items"):
        Bundle.decode(frame(content, pack(content)))


def test_other_number_of_items(bundle: Bundle) -> None:
    items = items_of(bundle)
    refused(items[:-1], ContentMalformed, "9 items instead of 10")
    refused([*items, [], []], ContentMalformed, "12 items")


@pytest.mark.parametrize("place", range(10))
@pytest.mark.parametrize("wrong", [b"\0", [], [[]], [b"\0"], [[b"\0"]], b"\1" * 33], ids=str)
def test_item_of_another_shape(bundle: Bundle, place: int, wrong: Item) -> None:
    """Where an empty list is an item's other form, it only says less."""
    items = items_of(bundle)
    may_be_empty = place >= 4
    if wrong == [] and may_be_empty:
        return
    if place in (6, 9) and wrong in ([b"\0"], [b"\1" * 33]):
        return  # any bytes are a node or a document here; the walk judges nodes
    refused([*items[:place], wrong, *items[place + 1 :]], BundleRefused, "step [12]")


@pytest.mark.parametrize("place", [3, 4, 6, 7, 8, 9])
def test_list_out_of_order_or_with_something_twice(bundle: Bundle, place: int) -> None:
    items = items_of(bundle)
    found = items[place]
    assert isinstance(found, list)
    for wrong in (found[::-1], [found[0], *found], [*found, found[-1]]):
        refused([*items[:place], wrong, *items[place + 1 :]], OrderBroken, "does not come after")


def test_places_counters_and_standings_out_of_order(bundle: Bundle) -> None:
    assert bundle.state is not None
    one, two = sorted([name("one"), name("two")])
    lots, sites = (CountersShown(kind, (one,)) for kind in (SubjectKind.LOT, SubjectKind.SITE))
    for wrong in (
        replace(bundle, receipts=(ReceiptsShown(1, (1, 0)),)),
        replace(bundle, receipts=(ReceiptsShown(1, (0, 0)),)),
        replace(bundle, state=StateShown(2, (sites, lots), ())),
        replace(bundle, state=StateShown(2, (lots, lots), ())),
        replace(bundle, state=StateShown(2, (), (two, one))),
        replace(bundle, state=StateShown(2, (CountersShown(SubjectKind.LOT, (one, one)),), ())),
    ):
        with pytest.raises(OrderBroken):
            Bundle.decode(wrong.encode())


def test_empty_lists_that_say_nothing(bundle: Bundle) -> None:
    for wrong in (
        replace(bundle, headers=()),
        replace(bundle, receipts=(ReceiptsShown(1, ()),)),
        replace(bundle, state=StateShown(2, (CountersShown(SubjectKind.LOT, ()),), ())),
        replace(bundle, state=StateShown(2, (), ())),
    ):
        with pytest.raises(ContentMalformed):
            Bundle.decode(wrong.encode())


def test_unknown_kinds(bundle: Bundle) -> None:
    items = items_of(bundle)
    refused([*items[:2], [b"\3", bytes(32)], *items[3:]], ContentMalformed, "kind 3 is unknown")
    for kind in (b"", b"\7"):
        state: Item = [b"\2", [[kind, [bytes(32)]]], []]
        refused([*items[:5], state, *items[6:]], ContentMalformed, "is unknown")


def test_header_of_another_shape(bundle: Bundle) -> None:
    items = items_of(bundle)
    headers = items[3]
    assert isinstance(headers, list)
    assert isinstance(headers[0], list)
    short = [headers[0][:14], *headers[1:]]
    refused([*items[:3], short, *items[4:]], HeaderRefused, "are 14 fields")


def test_bundle_that_would_be_too_large(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("MOST_PACKED", "MOST_CONTENT"):
        with monkeypatch.context() as smaller:
            smaller.setattr(f"lodetrace.audit.bundle.{limit}", 1_000)
            with pytest.raises(BundleTooLarge, match="at most 1000"):
                bundle.encode()
