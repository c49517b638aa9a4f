"""Step 1: one content has one file, and nothing else is taken for it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lodetrace.audit.bundle import (
    FRAME_BYTES,
    Bundle,
    OpeningShown,
    frame,
    open_frame,
)
from lodetrace.audit.errors import (
    BundleRefused,
    ChecksumMismatch,
    ContentMalformed,
    FileMalformed,
    HeaderRefused,
    OrderBroken,
    PackingMalformed,
    VersionOutdated,
    VersionUnknown,
)
from lodetrace.audit.packing import pack
from lodetrace.chain.strict_rlp import Item, decode_list, encode
from tests.support.audit_events import ACCEPTED, BORN, name
from tests.support.synthetic_chain import Chain
from zk_circuits.abi import key_hash
from zk_circuits.keccak import keccak256


def sorted_by(key: Callable[[Any], Any], *items: Any) -> tuple[Any, ...]:
    return tuple(sorted(items, key=key))


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """One of everything."""
    chain = Chain()
    chain.emit(BORN)
    chain.emit(ACCEPTED)
    shown = chain.bundle(name("lot"), headers=[1])
    return replace(
        shown,
        keys=sorted_by(key_hash, tuple(range(1, 19)), tuple(range(2, 22))),
        openings=tuple(
            OpeningShown(1, commitment, tuple(range(9)), 7)
            for commitment in sorted([name("one"), name("two")])
        ),
        documents=sorted_by(keccak256, b"a weighing note", b"an assay"),
    )


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
    with pytest.raises(VersionUnknown, match="version 4, this program knows 3"):
        Bundle.decode(file[:16] + b"\0\4" + file[18:])
    with pytest.raises(VersionOutdated, match="version 2 is no longer read") as refusal:
        Bundle.decode(file[:16] + b"\0\2" + file[18:])
    assert "export it anew" in refusal.value.advice


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


def test_other_number_of_items(bundle: Bundle) -> None:
    items = items_of(bundle)
    refused(items[:-1], ContentMalformed, "8 items instead of 9")
    refused([*items, [], []], ContentMalformed, "11 items")


@pytest.mark.parametrize("place", range(9))
@pytest.mark.parametrize("wrong", [b"\0", [], [[]], [b"\0"], [[b"\0"]], b"\1" * 33], ids=str)
def test_item_of_another_shape(bundle: Bundle, place: int, wrong: Item) -> None:
    """Where an empty list is an item's other form, it only says less."""
    items = items_of(bundle)
    may_be_empty = place >= 4
    if wrong == [] and may_be_empty:
        return
    if place in (5, 8) and wrong in ([b"\0"], [b"\1" * 33]):
        return  # any bytes are a node or a document here; the walk judges nodes
    refused([*items[:place], wrong, *items[place + 1 :]], BundleRefused, "step [12]")


@pytest.mark.parametrize("place", [3, 4, 5, 6, 7, 8])
def test_list_out_of_order_or_with_something_twice(bundle: Bundle, place: int) -> None:
    items = items_of(bundle)
    found = items[place]
    assert isinstance(found, list)
    for wrong in (found[::-1], [found[0], *found], [*found, found[-1]]):
        refused([*items[:place], wrong, *items[place + 1 :]], OrderBroken, "does not come after")


@pytest.mark.parametrize("field", ["block", "time"])
def test_blocks_and_times_that_fall(bundle: Bundle, field: str) -> None:
    *before, last = bundle.entries
    earlier = replace(last, **{field: getattr(before[-1], field) - 1})  # type: ignore[arg-type]
    with pytest.raises(OrderBroken, match="entries"):
        Bundle.decode(replace(bundle, entries=(*before, earlier)).encode())


def test_a_bundle_without_a_header(bundle: Bundle) -> None:
    with pytest.raises(ContentMalformed):
        Bundle.decode(replace(bundle, headers=()).encode())


@pytest.mark.parametrize(
    ("at", "wrong"),
    [(0, b"\1" * 19), (3, b"\0"), (4, []), (4, [bytes(32)] * 5), (4, [bytes(31)]), (5, [])],
)
def test_an_entry_of_another_shape(bundle: Bundle, at: int, wrong: Item) -> None:
    items = items_of(bundle)
    entries = items[4]
    assert isinstance(entries, list)
    assert isinstance(entries[0], list)
    odd = [*entries[0][:at], wrong, *entries[0][at + 1 :]]
    refused([*items[:4], [odd, *entries[1:]], *items[5:]], ContentMalformed, "step 1")
    short = [entries[0][:-1], *entries[1:]]
    refused([*items[:4], short, *items[5:]], ContentMalformed, "5 items instead of 6")


def test_unknown_kinds(bundle: Bundle) -> None:
    items = items_of(bundle)
    refused([*items[:2], [b"\3", bytes(32)], *items[3:]], ContentMalformed, "kind 3 is unknown")


def test_header_of_another_shape(bundle: Bundle) -> None:
    items = items_of(bundle)
    headers = items[3]
    assert isinstance(headers, list)
    assert isinstance(headers[0], list)
    short = [headers[0][:14], *headers[1:]]
    refused([*items[:3], short, *items[4:]], HeaderRefused, "are 14 fields")
