"""Blocks of a real Besu network, as a bundle: skipped headers, two changes of the set, receipts."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from trie import HexaryTrie

from lodetrace.audit.anchor import Anchor, Consensus
from lodetrace.audit.bundle import Bundle, BundleSubject, ReceiptsShown, Subject
from lodetrace.audit.errors import ValidatorsUnproven
from lodetrace.audit.evidence import Finality, establish
from lodetrace.audit.trie_nodes import NodePool
from lodetrace.chain.header import Header
from lodetrace.chain.qbft import Vote, block_hash, extra_data_of
from lodetrace.chain.receipts import receipt_key
from lodetrace.chain.seals import normalised
from lodetrace.chain.state import decode_account, decode_word
from tests.support.synthetic_chain import by_hash, proof_of
from tests.unit.chain.blocks import HEADERS, header_of, unhex
from zk_circuits.keccak import keccak256

CANDIDATE = unhex("ab3c64f348adf837d059252e06633a19cf9e6a2d")
GENESIS = bytes(31) + b"\1"


@pytest.fixture
def vectors(shared_dir: Path) -> dict[str, Any]:
    folder = shared_dir / "vectors" / "besu-qbft"
    return {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}


def receipts_trie(vectors: Any) -> HexaryTrie:
    """Of block 13, rebuilt from what the node answers; independent of our encoder."""
    import rlp

    trie = HexaryTrie({})
    for index, found in enumerate(vectors["block_receipts_proof"]["receipts"]):
        logs = [
            [unhex(log["address"]), [unhex(topic) for topic in log["topics"]], unhex(log["data"])]
            for log in found["logs"]
        ]
        body = rlp.encode(
            [
                int(found["status"], 16),
                int(found["cumulativeGasUsed"], 16),
                unhex(found["logsBloom"]),
                logs,
            ]
        )
        kind = int(found["type"], 16)
        trie[receipt_key(index)] = (bytes([kind]) if kind else b"") + body
    return trie


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
    trie = receipts_trie(vectors)
    found = sorted((header_of(vectors, name) for name in HEADERS), key=lambda one: one.number)
    return Bundle(
        chain_id=1337,
        genesis=GENESIS,
        subject=Subject(BundleSubject.LOT, bytes(32)),
        headers=tuple(normalised(header) for header in found),
        receipts=(ReceiptsShown(13, tuple(range(6))),),
        state=None,
        nodes=by_hash([node for at in range(6) for node in proof_of(trie, receipt_key(at))]),
    )


def test_real_blocks_with_two_changes_of_the_set(vectors: Any) -> None:
    found = establish(bundle_of(vectors).encode(), anchor_of(vectors))
    assert found.finality == Finality(
        sealed=True, headers=9, seals=5 * 3 + 3 * 2 + 3, set_changes=2
    )
    assert found.head.number == 106
    assert found.events == (), "the contract of these blocks is none of ours"


def test_real_blocks_without_the_votes_of_the_others(vectors: Any) -> None:
    with pytest.raises(ValidatorsUnproven, match="block 101: 1 of 4"):
        establish(bundle_of(vectors).encode(), anchor_of(vectors, others_voted=False))


def test_real_blocks_without_the_first_vote_to_add(vectors: Any) -> None:
    bundle = bundle_of(vectors)
    headers = tuple(header for header in bundle.headers if header.number != 104)
    with pytest.raises(ValidatorsUnproven, match="block 106: 1 of 3"):
        establish(replace(bundle, headers=headers).encode(), anchor_of(vectors))


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
