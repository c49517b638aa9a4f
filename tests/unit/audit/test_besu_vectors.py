"""Blocks of a real Besu network, as a bundle: skipped headers, two changes of the set."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lodetrace.audit.anchor import Anchor, Consensus
from lodetrace.audit.bundle import Bundle, BundleSubject, Subject
from lodetrace.audit.errors import ValidatorsUnproven
from lodetrace.audit.evidence import Finality
from lodetrace.audit.header_chain import link
from lodetrace.audit.seals import finality_of
from lodetrace.audit.trie_nodes import NodePool
from lodetrace.chain.header import Header
from lodetrace.chain.qbft import Vote, block_hash, extra_data_of
from lodetrace.chain.seals import normalised
from lodetrace.chain.state import decode_account, decode_word
from tests.unit.chain.blocks import HEADERS, header_of, unhex
from zk_circuits.keccak import keccak256

CANDIDATE = unhex("ab3c64f348adf837d059252e06633a19cf9e6a2d")
GENESIS = bytes(31) + b"\1"


@pytest.fixture
def vectors(shared_dir: Path) -> dict[str, Any]:
    folder = shared_dir / "vectors" / "besu-qbft"
    return {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}


def anchor_of(vectors: Any, others_voted: bool = True) -> Anchor:
    """Block 1, with the votes of the two blocks that the vectors leave out."""
    first, third = header_of(vectors, "header_1_height1"), vote_header(vectors)
    listed = sorted(extra_data_of(first).validators)
    others = [one for one in listed if one not in (third.proposer, CANDIDATE)]
    votes = tuple((voter, Vote(CANDIDATE, add=False)) for voter in others)
    return Anchor(
        chain_id=1337,
        genesis=GENESIS,
        consensus=Consensus.QBFT,
        epoch=30_000,
        header=first,
        validators=tuple(listed),
        votes=votes if others_voted else (),
        contracts={},
    )


def vote_header(vectors: Any) -> Header:
    return header_of(vectors, "header_100_vote_remove")


def bundle_of(vectors: Any) -> Bundle:
    """The headers alone: no contract of these blocks is ours."""
    found = sorted((header_of(vectors, name) for name in HEADERS), key=lambda one: one.number)
    return Bundle(
        chain_id=1337,
        genesis=GENESIS,
        subject=Subject(BundleSubject.LOT, bytes(32)),
        headers=tuple(normalised(header) for header in found),
        entries=(),
        nodes=(),
    )


def finality(bundle: Bundle, anchor: Anchor) -> Finality:
    """Steps 1 to 3, over the bytes."""
    read = Bundle.decode(bundle.encode())
    return finality_of(link(read, anchor, full=False), anchor, full=False)


def test_real_blocks_with_two_changes_of_the_set(vectors: Any) -> None:
    bundle = bundle_of(vectors)
    assert finality(bundle, anchor_of(vectors)) == Finality(
        sealed=True, headers=9, seals=5 * 3 + 3 * 2 + 3, set_changes=2
    )
    assert bundle.headers[-1].number == 106


def test_real_blocks_without_the_votes_of_the_others(vectors: Any) -> None:
    with pytest.raises(ValidatorsUnproven, match="block 101: 1 of 4"):
        finality(bundle_of(vectors), anchor_of(vectors, others_voted=False))


def test_real_blocks_without_the_first_vote_to_add(vectors: Any) -> None:
    bundle = bundle_of(vectors)
    headers = tuple(header for header in bundle.headers if header.number != 104)
    with pytest.raises(ValidatorsUnproven, match="block 106: 1 of 3"):
        finality(replace(bundle, headers=headers), anchor_of(vectors))


def test_normal_form_of_real_headers(vectors: Any) -> None:
    for name in HEADERS:
        header = header_of(vectors, name)
        assert block_hash(normalised(header)) == block_hash(header)


def test_real_state_in_a_pool(vectors: Any) -> None:
    recorded = vectors["block_receipts_proof"]
    header, proof = header_of(vectors, "header_13_with_txs"), recorded["eth_getProof"]
    ways = [*proof["accountProof"], *proof["storageProof"][0]["proof"]]
    pool = NodePool([unhex(node) for node in ways])
    raw = pool.find(header.state_root, keccak256(unhex(recorded["contract"])), "account")
    assert raw is not None
    account = decode_account(raw, "account")
    word = pool.find(account.storage_root, keccak256(unhex(recorded["slot"])), "word")
    assert decode_word(word, "word") == int(recorded["value"], 16)
    pool.require_used()
