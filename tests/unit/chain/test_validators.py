"""Validator sets as the votes in real blocks move them."""

from dataclasses import replace
from typing import Any

import pytest

from lodetrace.chain.errors import ProposerForeign, ValidatorsMismatch
from lodetrace.chain.header import Header
from lodetrace.chain.qbft import Vote, encode_extra_data, extra_data_of
from lodetrace.chain.validators import ValidatorSet
from tests.unit.chain.blocks import header_of, unhex

EPOCH = 30_000
CANDIDATE = unhex("ab3c64f348adf837d059252e06633a19cf9e6a2d")


def set_of(header: Header, *tally: tuple[bytes, Vote]) -> ValidatorSet:
    return ValidatorSet(frozenset(extra_data_of(header).validators), EPOCH, frozenset(tally))


def voting(header: Header, proposer: bytes, vote: Vote | None, number: int) -> Header:
    extra = replace(extra_data_of(header), vote=vote)
    return replace(header, proposer=proposer, number=number, extra_data=encode_extra_data(extra))


def test_addition_in_real_blocks(vectors: Any) -> None:
    """Three validators, two votes: the fourth seals from block 106 on."""
    first, second, after = (
        header_of(vectors, name)
        for name in ("header_104_vote_add_1", "header_105_vote_add_2", "header_106_set_is_4")
    )
    before = set_of(first)
    assert len(before.validators) == 3
    once = before.after(first)
    assert once.validators == before.validators
    twice = once.after(second)
    assert twice.validators == before.validators | {CANDIDATE}
    assert twice.tally == frozenset(), "the votes about the candidate are done with"
    assert twice.after(after) == twice


def test_removal_in_real_blocks(vectors: Any) -> None:
    """The third of four votes is in block 100; block 101 lists three."""
    third, after = (
        header_of(vectors, name) for name in ("header_100_vote_remove", "header_101_set_is_3")
    )
    vote = Vote(CANDIDATE, add=False)
    others = sorted(set(extra_data_of(third).validators) - {third.proposer, CANDIDATE})
    early = set_of(third, (others[0], vote))
    assert early.after(third).validators == early.validators, "two of four are no majority"
    late = set_of(third, *((other, vote) for other in others))
    found = late.after(third)
    assert found.validators == frozenset(extra_data_of(after).validators)
    assert found.after(after).validators == found.validators


def test_genesis_lists_the_first_set(vectors: Any) -> None:
    header = header_of(vectors, "header_1_height1")
    genesis = replace(header, extra_data=unhex(vectors["genesis"]["genesis_extraData"]))
    found = ValidatorSet.of_genesis(genesis, EPOCH)
    assert found.after(header).validators == found.validators


def test_another_set_than_the_votes_make(vectors: Any) -> None:
    header = header_of(vectors, "header_101_set_is_3")
    with pytest.raises(ValidatorsMismatch, match="block 101"):
        set_of(header_of(vectors, "header_100_vote_remove")).after(header)
    extra = extra_data_of(header)
    doubled = replace(extra, validators=(*extra.validators, extra.validators[0]))
    with pytest.raises(ValidatorsMismatch):
        set_of(header).after(replace(header, extra_data=encode_extra_data(doubled)))


def test_proposer_from_outside(vectors: Any) -> None:
    header = header_of(vectors, "header_13_with_txs")
    with pytest.raises(ProposerForeign):
        set_of(header).after(replace(header, proposer=bytes(20)))


def test_votes_are_forgotten_at_the_epoch(vectors: Any) -> None:
    header = header_of(vectors, "header_13_with_txs")
    first, second, third, _ = extra_data_of(header).validators
    vote = Vote(bytes(20), add=True)
    standing = set_of(header, (first, vote), (second, vote))
    kept = standing.after(voting(header, third, None, EPOCH - 1))
    assert kept == standing
    assert kept.after(voting(header, third, vote, EPOCH)).tally == frozenset()
    grown = kept.after(voting(header, third, vote, EPOCH - 1))
    assert bytes(20) in grown.validators


def test_a_vote_is_taken_back_by_its_opposite(vectors: Any) -> None:
    header = header_of(vectors, "header_13_with_txs")
    first, second, third, fourth = extra_data_of(header).validators
    remove, keep = Vote(fourth, add=False), Vote(fourth, add=True)
    standing = set_of(header, (first, remove), (second, remove))
    found = standing.after(voting(header, first, keep, 5))
    assert found.tally == {(first, keep), (second, remove)}
    assert found.after(voting(header, third, remove, 6)).validators == standing.validators


def test_a_removed_validator_loses_his_votes(vectors: Any) -> None:
    header = header_of(vectors, "header_13_with_txs")
    first, second, third, fourth = extra_data_of(header).validators
    remove, other = Vote(fourth, add=False), Vote(bytes(20), add=True)
    standing = set_of(header, (first, remove), (second, remove), (fourth, other), (first, other))
    found = standing.after(voting(header, third, remove, 5))
    assert found.validators == {first, second, third}
    assert found.tally == {(first, other)}
