"""Merkle-Patricia proofs: what a root commits to, and what it proves absent.

Yellow Paper, appendices C and D; every node is canonical RLP. Where nodes come from is the source's
matter: lodetrace/audit/trie_nodes.py has a pool that many proofs share, in which none is left over.
"""

from typing import Final, Protocol

from lodetrace.chain.errors import (
    RlpMalformed,
    TrieNodeMalformed,
    TrieNodeMissing,
)
from lodetrace.chain.strict_rlp import Item, encode
from lodetrace.text import hex_of
from zk_circuits.keccak import keccak256

BRANCH_ITEMS: Final = 17
SHORT_ITEMS: Final = 2
HASH_BYTES: Final = 32
MOST_PATH: Final = HASH_BYTES + 1
"""Bytes of a node's part of a path: of a hash, behind what tells leaf from extension."""

EMPTY_ROOT: Final = keccak256(b"\x80")


class NodeSource(Protocol):
    """Where the walk takes its nodes from."""

    def node(self, reference: bytes) -> list[Item] | None:
        """The node of a hash, decoded; None where the source has none. Raises RlpMalformed."""


def descend(source: NodeSource, root: bytes, key: bytes, what: str) -> bytes | None:
    """The value under a key, None where there is none; raises TrieNodeMissing or Malformed."""
    return None if root == EMPTY_ROOT else _Walk(source, what).down(root, _nibbles(key))


class _Walk:
    """The way from the root to a key."""

    def __init__(self, source: NodeSource, what: str) -> None:
        self._source = source
        self._what = what

    def down(self, root: bytes, path: tuple[int, ...]) -> bytes | None:
        reference: Item = root
        while True:
            node = self._node(reference)
            if len(node) == BRANCH_ITEMS:
                if not path:
                    return self._value(node[16], reference)
                reference, path = node[path[0]], path[1:]
            else:
                leaf, part = self._part(node[0], reference)
                if leaf:
                    return self._value(node[1], reference) if part == path else None
                if path[: len(part)] != part:
                    return None
                reference, path = node[1], path[len(part) :]
            if reference == b"":
                return None

    def _node(self, reference: Item) -> list[Item]:
        """The node that is meant: inside its parent, or one of the source."""
        if isinstance(reference, list):
            if len(encode(reference)) >= HASH_BYTES:
                raise self._malformed(reference, "it is too long to lie inside its parent")
            return self._shaped(reference)
        if len(reference) != HASH_BYTES:
            raise self._malformed(reference, f"a reference has {len(reference)} bytes")
        try:
            node = self._source.node(reference)
        except RlpMalformed as error:
            raise self._malformed(reference, str(error.values["reason"])) from error
        if node is None:
            raise TrieNodeMissing(what=self._what, node=hex_of(reference))
        return self._shaped(node)

    def _shaped(self, node: list[Item]) -> list[Item]:
        if len(node) not in (BRANCH_ITEMS, SHORT_ITEMS):
            raise self._malformed(node, f"it has {len(node)} items")
        return node

    def _part(self, item: Item, reference: Item) -> tuple[bool, tuple[int, ...]]:
        """Whether a short node is a leaf, and its part of the path (hex prefix encoding)."""
        if not isinstance(item, bytes) or not item:
            raise self._malformed(reference, "its path is no string")
        if len(item) > MOST_PATH:
            raise self._malformed(reference, f"its path has {len(item)} bytes, at most {MOST_PATH}")
        nibbles = _nibbles(item)
        kind, odd = nibbles[0] >> 1, nibbles[0] & 1
        if kind > 1 or (not odd and nibbles[1] != 0):
            raise self._malformed(reference, f"its path begins with {hex_of(item[:1])}")
        part = nibbles[1:] if odd else nibbles[2:]
        if kind == 0 and not part:
            raise self._malformed(reference, "an extension without a path")
        return kind == 1, part

    def _value(self, item: Item, reference: Item) -> bytes | None:
        if not isinstance(item, bytes):
            raise self._malformed(reference, "its value is no string")
        return item or None

    def _malformed(self, node: Item, reason: str) -> TrieNodeMalformed:
        named = hex_of(node if isinstance(node, bytes) else keccak256(encode(node)))
        return TrieNodeMalformed(what=self._what, node=named, reason=reason)


def _nibbles(key: bytes) -> tuple[int, ...]:
    return tuple(nibble for byte in key for nibble in (byte >> 4, byte & 15))
