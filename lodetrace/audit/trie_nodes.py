"""The trie nodes of a bundle: each once, whichever proofs share it, and none for nothing."""

from collections.abc import Collection, Sequence

from lodetrace.audit.budgets import limits_of_node
from lodetrace.audit.errors import NodeUnused
from lodetrace.chain.strict_rlp import Item, decode_list
from lodetrace.chain.trie import descend
from lodetrace.text import hex_of
from zk_circuits.keccak import keccak256


class NodePool:
    """Nodes by their hash; a walk decodes a node once, whoever comes past it again."""

    def __init__(self, nodes: Sequence[bytes]) -> None:
        self._raw = {keccak256(node): node for node in nodes}
        self._decoded: dict[bytes, list[Item]] = {}

    def __len__(self) -> int:
        return len(self._raw)

    @property
    def reached(self) -> Collection[bytes]:
        """Hashes of the nodes that lay on a way so far."""
        return self._decoded.keys()

    def find(self, root: bytes, key: bytes, what: str) -> bytes | None:
        """The value under a key, None where the nodes prove that there is none.

        Raises TrieNodeMissing or TrieNodeMalformed.
        """
        return descend(self, root, key, what)

    def node(self, reference: bytes) -> list[Item] | None:
        """As lodetrace.chain.trie.NodeSource."""
        found = self._decoded.get(reference)
        if found is None and (raw := self._raw.get(reference)) is not None:
            found = self._decoded[reference] = decode_list(raw, "a node", limits_of_node(len(raw)))
        return found

    def require_used(self) -> None:
        """Raises NodeUnused unless every node lay on a way."""
        unused = [reference for reference in self._raw if reference not in self._decoded]
        if unused:
            first = hex_of(unused[0])
            raise NodeUnused(item="the trie nodes", count=len(unused), first=first)
