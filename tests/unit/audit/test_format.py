"""Step 1: one content has one file, and nothing else is taken for it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lodetrace.audit.bundle import (
    FRAME_BYTES,
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
from lodetrace.contracts.enums import SubjectKind
from tests.support.audit_events import ACCEPTED, REGISTERED, name
from tests.support.synthetic_chain import Chain
from zk_circuits.abi import key_hash
from zk_circuits.keccak import keccak256


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
    with pytest.raises(VersionUnknown, match="version 3, this program knows 2"):
        Bundle.decode(file[:16] + b"\0\3" + file[18:])
    with pytest.raises(VersionOutdated, match="version 1 is no longer read") as refusal:
        Bundle.decode(file[:16] + b"\0\1" + file[18:])
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
