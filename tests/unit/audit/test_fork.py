"""Two signed heads that cannot be of one history: the evidence, and what is none."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.fork import (
    Fork,
    ForkUnreadable,
    HeadersBroken,
    HeadersNeeded,
    Kind,
    NoContradiction,
    first_fork,
    fork_of,
)
from lodetrace.audit.heads import SignedHead
from lodetrace.chain.header import Header
from tests.support.synthetic_chain import GENESIS_TIME, Chain
from tests.unit.witness.witnesses import address, head_of, signed, split, with_witnesses

NAMES = ("one", "two", "three")
AT = GENESIS_TIME + 600


@pytest.fixture(scope="module")
def branches() -> tuple[Chain, Chain]:
    """One chain up to block 3; a quorum of the validators made both."""
    return split(3, GENESIS_TIME + 24)


@pytest.fixture(scope="module")
def anchor(branches: tuple[Chain, Chain]) -> Anchor:
    return with_witnesses(branches[0].anchor(), *NAMES)


def said(
    anchor: Anchor, chain: Chain, number: int, name: str, seen: int = AT, previous: int = 0
) -> SignedHead:
    return signed(anchor, head_of(anchor, chain, number, seen, previous), name)


def downwards(chain: Chain, number: int, height: int) -> list[Header]:
    """Headers from a block down to the one above a height."""
    return [chain.header(at) for at in range(number, height, -1)]


def back(found: Fork) -> Fork:
    """Of the file that it was written to."""
    document = json.loads(json.dumps(found.to_json()))
    return Fork.from_json(document, "fork.json")


def test_a_double_signature_is_evidence_by_itself(
    anchor: Anchor, branches: tuple[Chain, Chain]
) -> None:
    one, other = branches
    found = back(fork_of(said(anchor, one, 6, "one"), said(anchor, other, 6, "one", AT + 300)))
    assert found.kind is Kind.SAME_NUMBER
    assert found.signed_both == (address("one"),)


def test_two_witnesses_on_two_branches(anchor: Anchor, branches: tuple[Chain, Chain]) -> None:
    one, other = branches
    found = back(fork_of(said(anchor, other, 6, "two"), said(anchor, one, 6, "one")))
    assert found.kind is Kind.SAME_NUMBER
    assert found.signed_both == ()
    assert {*found.signers[0], *found.signers[1]} == {address("one"), address("two")}


def test_a_head_that_names_another_block_before_it(
    anchor: Anchor, branches: tuple[Chain, Chain]
) -> None:
    one, other = branches
    found = back(
        fork_of(said(anchor, one, 5, "one"), said(anchor, other, 8, "one", AT + 300, previous=5))
    )
    assert found.kind is Kind.PREVIOUS
    assert found.signed_both == (address("one"),)


def test_headers_lead_down_to_another_block(anchor: Anchor, branches: tuple[Chain, Chain]) -> None:
    one, other = branches
    a, b = said(anchor, one, 5, "one"), said(anchor, other, 8, "two")
    with pytest.raises(HeadersNeeded):
        fork_of(a, b)
    found = back(fork_of(a, b, downwards(other, 8, 5)))
    assert found.kind is Kind.ANOTHER_ANCESTOR
    assert [header.number for header in found.headers] == [8, 7, 6]


def test_headers_of_one_history(anchor: Anchor, branches: tuple[Chain, Chain]) -> None:
    one, _ = branches
    a, b = said(anchor, one, 5, "one"), said(anchor, one, 8, "two")
    with pytest.raises(NoContradiction, match="descends from the first"):
        fork_of(a, b, downwards(one, 8, 5))


@pytest.mark.parametrize("height", [3, 4, 6, 7])
def test_headers_that_end_elsewhere(
    anchor: Anchor, branches: tuple[Chain, Chain], height: int
) -> None:
    one, other = branches
    a, b = said(anchor, one, 5, "one"), said(anchor, other, 8, "two")
    with pytest.raises(HeadersBroken):
        fork_of(a, b, downwards(other, 8, height))


def test_headers_of_another_chain(anchor: Anchor, branches: tuple[Chain, Chain]) -> None:
    """Attack: whoever lacks them takes those of the honest branch."""
    one, other = branches
    a, b = said(anchor, one, 5, "one"), said(anchor, other, 8, "two")
    with pytest.raises(HeadersBroken):
        fork_of(a, b, downwards(one, 8, 5))


def test_a_witness_that_went_back_is_no_fork(anchor: Anchor, branches: tuple[Chain, Chain]) -> None:
    one, _ = branches
    later, earlier = said(anchor, one, 8, "one", AT), said(anchor, one, 5, "one", AT + 300)
    for pair in ((later, earlier), (earlier, later)):
        found = back(fork_of(*pair))
        assert found.kind is Kind.LOST_STATE
        assert found.signed_both == (address("one"),)
        assert "No two histories" in found.said


def test_two_witnesses_of_whom_one_is_slower(anchor: Anchor, branches: tuple[Chain, Chain]) -> None:
    one, _ = branches
    with pytest.raises(HeadersNeeded):
        fork_of(said(anchor, one, 8, "one", AT), said(anchor, one, 5, "two", AT + 300))


def test_one_history(anchor: Anchor, branches: tuple[Chain, Chain]) -> None:
    one, _ = branches
    a = said(anchor, one, 5, "one")
    with pytest.raises(NoContradiction, match="one block"):
        fork_of(a, said(anchor, one, 5, "two", AT + 7))
    with pytest.raises(NoContradiction, match="extends"):
        fork_of(a, said(anchor, one, 8, "one", AT + 300, previous=5))
    elsewhere = replace(anchor, chain_id=1)
    with pytest.raises(NoContradiction, match="two chains"):
        fork_of(a, said(elsewhere, one, 5, "one"))
    other = replace(a.head, genesis=bytes(32))
    with pytest.raises(NoContradiction, match="genesis"):
        fork_of(a, signed(anchor, other, "two"))


def test_all_that_two_witnesses_published(anchor: Anchor, branches: tuple[Chain, Chain]) -> None:
    one, other = branches
    ours = [said(anchor, one, n, "one", AT + n, max(n - 1, 0)) for n in (2, 3, 4, 5, 6)]
    same = [said(anchor, one, n, "two", AT + n, max(n - 1, 0)) for n in (2, 3, 5, 6)]
    theirs = [said(anchor, other, n, "two", AT + n, max(n - 1, 0)) for n in (2, 3, 5, 7)]
    assert first_fork(ours, same) is None
    found = first_fork(ours, theirs)
    assert found is not None
    assert found.kind in (Kind.SAME_NUMBER, Kind.PREVIOUS)
    went_back = [*ours, said(anchor, one, 3, "one", AT + 900, 2)]
    lost = first_fork(went_back, same)
    assert lost is not None
    assert lost.kind is Kind.LOST_STATE


def test_a_file_whose_evidence_does_not_hold(
    anchor: Anchor, branches: tuple[Chain, Chain], tmp_path: Path
) -> None:
    one, other = branches
    good = fork_of(
        said(anchor, one, 5, "one"), said(anchor, other, 8, "two"), downwards(other, 8, 5)
    )
    document = good.to_json()
    signatures = document["a"]["signatures"]
    assert Fork.from_json(document, "fork.json") == good
    wrong: list[dict[str, Any]] = [
        {"format": "lodetrace-fork/2"},
        {"kind": "same number"},
        {"kind": "lost state"},
        {"kind": "nonsense"},
        {"headers": []},
        {"headers": document["headers"][:2]},
        {"headers": [*document["headers"], document["headers"][-1]]},
        {"headers": {}},
        {"chain_id": True},
        {"directory": "0x00"},
        {"a": document["b"]},
        {"a": {**document["a"], "signatures": []}},
        {"a": {**document["a"], "signatures": signatures * 2}},
        {"a": {**document["a"], "signatures": ["0x" + "00" * 65]}},
        {"a": {**document["a"], "head": {}}},
        {"a": {**document["a"], "more": 1}},
        {"a": []},
        {"more": 1},
    ]
    for change in wrong:
        with pytest.raises(ForkUnreadable):
            Fork.from_json({**document, **change}, "fork.json")
    for odd in ({}, document["headers"] * 1_400, "0x"):
        with pytest.raises(ForkUnreadable, match="headers are a list of at most 4096"):
            Fork.from_json({**document, "headers": odd}, "fork.json")
    for nothing in ([], None, 5, {}):
        with pytest.raises(ForkUnreadable):
            Fork.from_json(nothing, "fork.json")


def test_headers_beside_what_needs_none(anchor: Anchor, branches: tuple[Chain, Chain]) -> None:
    one, other = branches
    found = fork_of(said(anchor, one, 6, "one"), said(anchor, other, 6, "two"))
    padded = replace(found, headers=tuple(downwards(one, 6, 5)))
    with pytest.raises(ForkUnreadable, match="show nothing"):
        back(padded)


def test_nobody_lost_the_state_of_another(anchor: Anchor, branches: tuple[Chain, Chain]) -> None:
    """Attack: a slower witness is accused of having gone back."""
    one, _ = branches
    lost = fork_of(said(anchor, one, 8, "one", AT), said(anchor, one, 5, "one", AT + 300))
    slower = said(anchor, one, 5, "two", AT + 300)
    accused = replace(lost, b=replace(lost.b, signatures=(slower.signature,)))
    with pytest.raises(ForkUnreadable, match="nobody signed both"):
        back(accused)


def test_a_signature_under_another_head_names_nobody_who_signed(
    anchor: Anchor, branches: tuple[Chain, Chain]
) -> None:
    """Attack: a witness is accused by moving its signature under a head that it never signed."""
    one, other = branches
    mine = said(anchor, one, 6, "one")
    forged = SignedHead(mine.domain, head_of(anchor, other, 6, AT), mine.signature)
    found = back(fork_of(mine, forged))
    assert found.signed_both == ()
    assert address("one") not in found.signers[1]
