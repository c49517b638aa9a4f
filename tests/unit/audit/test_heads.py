"""Signed heads as files: what comes back, and what is none."""

import json
from dataclasses import replace

import pytest

from lodetrace.audit.anchor import AnchorInconsistent, witness_of
from lodetrace.audit.heads import HeadUnreadable, SignedHead, domain_of
from tests.support.synthetic_chain import GENESIS_TIME, Chain
from tests.unit.witness.witnesses import head_of, named, signed, with_witnesses


@pytest.fixture(scope="module")
def head() -> SignedHead:
    chain = Chain()
    chain.grow(2)
    anchor = with_witnesses(chain.anchor(), "one")
    return signed(anchor, head_of(anchor, chain, 2, GENESIS_TIME + 10), "one")


def test_a_signed_head_comes_back(head: SignedHead) -> None:
    assert SignedHead.parse(json.dumps(head.to_json()).encode(), "head.json") == head


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": "lodetrace-head/2"}, "format"),
        ({"more": 1}, "fields more"),
        ({"number": "2"}, "whole number"),
        ({"seen_at": True}, "whole number"),
        ({"signature": "0x" + "ff" * 65}, "v = 255"),
    ],
)
def test_a_file_that_is_no_signed_head(
    head: SignedHead, change: dict[str, object], reason: str
) -> None:
    with pytest.raises(HeadUnreadable, match=reason):
        SignedHead.from_json({**head.to_json(), **change})


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"[" * 100_000, b'{"a": 1, "a": 2}'])
def test_bytes_that_are_no_signed_head(content: bytes) -> None:
    with pytest.raises(HeadUnreadable):
        SignedHead.parse(content, "head.json")


def test_an_anchor_for_which_no_head_is_signed() -> None:
    with pytest.raises(AnchorInconsistent, match="Directory"):
        domain_of(replace(Chain().anchor(), contracts={}))


def test_a_witness_of_a_file() -> None:
    (one,) = named("one", until=9)
    words: list[object] = ["0x" + one.key.hex(), "0x" + one.group.hex(), 0, 9]
    assert witness_of(words) == one
    for wrong in (words[:3], [*words, 1], {"key": words[0]}, "0x12", 5):
        with pytest.raises(ValueError, match="key, group, from and until"):
            witness_of(wrong)
