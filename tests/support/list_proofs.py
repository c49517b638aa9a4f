"""A Merkle-Patricia proof as the list of its nodes from the root to the key, as nodes answer it.

The product reads nodes from a pool that many proofs share (lodetrace/audit/trie_nodes.py); the walk
is the same. Here, too, only one proof of a fact is accepted.
"""

from collections.abc import Sequence

from lodetrace.chain.errors import EvidenceInvalid, TrieKeyAbsent
from lodetrace.chain.header import Header
from lodetrace.chain.receipts import receipt_key
from lodetrace.chain.state import StateAccount, decode_account, decode_word
from lodetrace.chain.strict_rlp import Item, decode_list
from lodetrace.chain.trie import descend
from zk_circuits.keccak import keccak256


class TrieNodeUnused(EvidenceInvalid):
    """Nodes that do not lie on the way."""

    template = "the proof of {what} has {count} nodes that do not belong to it"


class NodesInOrder:
    """A source that gives out the next node only; left: the nodes that were not reached yet."""

    def __init__(self, proof: Sequence[bytes]) -> None:
        self.left = list(proof)

    def node(self, reference: bytes) -> list[Item] | None:
        if not self.left or keccak256(self.left[0]) != reference:
            return None
        return decode_list(self.left.pop(0), "a node")


def find(root: bytes, key: bytes, proof: Sequence[bytes], what: str) -> bytes | None:
    """The value under a key as it lies in the trie, None where the proof shows that there is none.

    Raises TrieNodeUnused, TrieNodeMissing or TrieNodeMalformed.
    """
    source = NodesInOrder(proof)
    value = descend(source, root, key, what)
    if source.left:
        raise TrieNodeUnused(what=what, count=len(source.left))
    return value


def require_value(root: bytes, key: bytes, proof: Sequence[bytes], what: str) -> bytes:
    """The value under a key; raises TrieKeyAbsent and as find."""
    value = find(root, key, proof, what)
    if value is None:
        raise TrieKeyAbsent(what=what)
    return value


def require_receipt(header: Header, index: int, proof: Sequence[bytes]) -> bytes:
    """The receipt at a place of a block, proven by its receipts root."""
    what = f"receipt {index} of block {header.number}"
    return require_value(header.receipts_root, receipt_key(index), proof, what)


def require_account(header: Header, address: bytes, proof: Sequence[bytes]) -> StateAccount:
    """An account after a block."""
    what = f"account 0x{address.hex()} in block {header.number}"
    return decode_account(require_value(header.state_root, keccak256(address), proof, what), what)


def storage_word(account: StateAccount, slot: bytes, proof: Sequence[bytes]) -> int:
    """A word of an account's storage (slot: 32 bytes), 0 where nothing is stored."""
    what = f"storage slot 0x{slot.hex()}"
    return decode_word(find(account.storage_root, keccak256(slot), proof, what), what)
