"""Proofs against roots of a real block, and against tries of another implementation."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trie import HexaryTrie

from lodetrace.chain.errors import (
    EvidenceInvalid,
    TrieKeyAbsent,
    TrieNodeMalformed,
    TrieNodeMissing,
)
from lodetrace.chain.receipts import (
    Log,
    Receipt,
    encode_receipt,
    receipt_key,
)
from lodetrace.chain.strict_rlp import encode
from lodetrace.chain.trie import EMPTY_ROOT
from tests.support.list_proofs import (
    TrieNodeUnused,
    find,
    require_account,
    require_receipt,
    require_value,
    storage_word,
)
from tests.unit.chain.blocks import header_of, unhex
from zk_circuits.keccak import keccak256

Nodes = list[bytes]


def proof_of(trie: HexaryTrie, key: bytes) -> Nodes:
    """The nodes from the root to a key; those inside their parents are no nodes of a proof."""
    nodes = [encode(node) for node in trie.get_proof(key)]
    return [node for at, node in enumerate(nodes) if at == 0 or len(node) >= 32]


@pytest.fixture
def receipts(vectors: Any) -> list[Receipt]:
    """The six receipts of block 13."""
    return [
        Receipt(
            kind=int(found["type"], 16),
            succeeded=found["status"] == "0x1",
            gas=int(found["cumulativeGasUsed"], 16),
            bloom=unhex(found["logsBloom"]),
            logs=tuple(
                Log(unhex(log["address"]), tuple(map(unhex, log["topics"])), unhex(log["data"]))
                for log in found["logs"]
            ),
        )
        for found in vectors["block_receipts_proof"]["receipts"]
    ]


@pytest.fixture
def trie(receipts: list[Receipt]) -> HexaryTrie:
    found = HexaryTrie({})
    for index, receipt in enumerate(receipts):
        found[receipt_key(index)] = encode_receipt(receipt)
    return found


def test_real_receipts(vectors: Any, receipts: list[Receipt], trie: HexaryTrie) -> None:
    header = header_of(vectors, "header_13_with_txs")
    assert trie.root_hash == header.receipts_root
    assert {receipt.kind for receipt in receipts} == {0, 2}
    assert [receipt.succeeded for receipt in receipts].count(False) == 1
    for index, receipt in enumerate(receipts):
        proof = proof_of(trie, receipt_key(index))
        assert require_receipt(header, index, proof) == encode_receipt(receipt)


def test_receipt_beyond_the_last(vectors: Any, trie: HexaryTrie) -> None:
    header = header_of(vectors, "header_13_with_txs")
    with pytest.raises(TrieKeyAbsent, match="receipt 6 of block 13"):
        require_receipt(header, 6, proof_of(trie, receipt_key(6)))


def test_receipt_of_another_place(vectors: Any, trie: HexaryTrie) -> None:
    header = header_of(vectors, "header_13_with_txs")
    with pytest.raises(EvidenceInvalid):
        require_receipt(header, 1, proof_of(trie, receipt_key(0)))


def test_real_state(vectors: Any) -> None:
    recorded = vectors["block_receipts_proof"]
    header, proof = header_of(vectors, "header_13_with_txs"), recorded["eth_getProof"]
    account = require_account(
        header, unhex(recorded["contract"]), [unhex(node) for node in proof["accountProof"]]
    )
    assert "0x" + account.storage_root.hex() == proof["storageHash"]
    assert "0x" + account.code_hash.hex() == proof["codeHash"]
    assert (account.nonce, account.balance) == (1, 0)
    nodes = [unhex(node) for node in proof["storageProof"][0]["proof"]]
    word = storage_word(account, unhex(recorded["slot"]), nodes)
    assert word == int(recorded["value"], 16)
    with pytest.raises(EvidenceInvalid):
        storage_word(account, bytes(32), nodes)
    with pytest.raises(EvidenceInvalid):
        require_account(header, bytes(20), [unhex(node) for node in proof["accountProof"]])


def test_every_changed_byte_of_a_proof_is_noticed(vectors: Any, trie: HexaryTrie) -> None:
    header = header_of(vectors, "header_13_with_txs")
    nodes = proof_of(trie, receipt_key(3))
    for place, node in enumerate(nodes):
        for at in range(len(node)):
            changed = node[:at] + bytes([node[at] ^ 1]) + node[at + 1 :]
            with pytest.raises(TrieNodeMissing):
                require_receipt(header, 3, [*nodes[:place], changed, *nodes[place + 1 :]])


def test_proof_cut_short_or_padded(trie: HexaryTrie) -> None:
    root, key = trie.root_hash, receipt_key(3)
    nodes = proof_of(trie, key)
    with pytest.raises(TrieNodeMissing):
        find(root, key, nodes[:-1], "a receipt")
    with pytest.raises(TrieNodeMissing):
        find(root, key, [], "a receipt")
    with pytest.raises(TrieNodeUnused, match="1 nodes"):
        find(root, key, [*nodes, nodes[0]], "a receipt")
    with pytest.raises(TrieNodeUnused):
        find(EMPTY_ROOT, key, nodes[:1], "a receipt")
    assert find(EMPTY_ROOT, key, [], "a receipt") is None


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        ([b"\x20"], "1 items"),
        ([b"", b"value"], "no string"),
        ([[], b"value"], "no string"),
        ([b"\x40", b"value"], "begins with 0x40"),
        ([b"\x21\xff", [b"value"]], "begins with|no string|items"),
        ([b"\x05", b"value"], "begins with 0x05"),
        ([b"\x00", b"value"], "without a path"),
        ([b"\x00\xab", b"short"], "5 bytes"),
        ([b"\x20\xab\xcd", []], "value is no string"),
    ],
)
def test_malformed_node(node: list[Any], reason: str) -> None:
    raw = encode(node)
    with pytest.raises(TrieNodeMalformed, match=reason):
        find(keccak256(raw), b"\xab\xcd" if b"\x21" not in node[0][:1] else b"\x1f\xf0", [raw], "x")


def test_node_that_lies_inside_its_parent_and_is_too_long_for_that() -> None:
    """A leaf of 32 bytes has its own place: written into its parent, it would be another trie."""
    leaf = [b"\x20", b"value of twenty-nine bytes...."]
    assert len(encode(leaf)) >= 32
    branch: list[Any] = [b""] * 17
    branch[0xA] = leaf
    raw = encode(branch)
    with pytest.raises(TrieNodeMalformed, match="too long to lie inside its parent"):
        find(keccak256(raw), b"\xa0", [raw], "x")


def test_node_that_is_no_list() -> None:
    raw = encode(b"text of more than thirty-two bytes in all")
    with pytest.raises(TrieNodeMalformed, match="a list is expected"):
        find(keccak256(raw), b"\xab", [raw], "x")


@given(st.dictionaries(st.binary(min_size=1, max_size=4), st.binary(min_size=1, max_size=40)))
def test_agrees_with_another_implementation(content: dict[bytes, bytes]) -> None:
    trie = HexaryTrie({})
    for key, value in content.items():
        trie[key] = value
    for key in [*content, b"\0\0\0\0\0"]:
        nodes = proof_of(trie, key) if content else []
        assert find(trie.root_hash, key, nodes, "a value") == content.get(key)
    for key, value in content.items():
        assert require_value(trie.root_hash, key, proof_of(trie, key), "a value") == value
