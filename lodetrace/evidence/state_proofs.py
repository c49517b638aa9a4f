"""Account and storage proofs of a node, as raw trie nodes (EIP-1186)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from lodetrace.evidence.errors import StateNotKept
from lodetrace.node import Node
from lodetrace.node_errors import NodeAnswerMalformed, RpcRefused

METHOD: Final = "eth_getProof"
CHUNK: Final = 200
"""Slots in one question."""


def state_nodes(node: Node, block: int, wanted: Mapping[bytes, Sequence[bytes]]) -> Iterator[bytes]:
    """Trie nodes that a node gives for storage slots of contracts, after a block.

    wanted: slots of 32 bytes by address of 20. More than are needed may be among them: some nodes
    give those apart that lie inside their parents. Raises StateNotKept or NodeError.
    """
    for address, slots in sorted(wanted.items()):
        for first in range(0, max(len(slots), 1), CHUNK):
            yield from _proof(node, block, address, slots[first : first + CHUNK])


def _proof(node: Node, block: int, address: bytes, slots: Sequence[bytes]) -> Iterator[bytes]:
    asked = ["0x" + slot.hex() for slot in slots]
    try:
        found = node.ask([(METHOD, ("0x" + address.hex(), asked, hex(block)))])[0]
    except RpcRefused as error:
        raise StateNotKept(block=block, reason=error.values["message"]) from error
    if found is None:
        raise StateNotKept(block=block, reason="it answers with nothing")
    try:
        for part in (found["accountProof"], *(one["proof"] for one in found["storageProof"])):
            yield from map(_bytes, part)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        reason = f"block {block}: {type(error).__name__} {error}"
        raise NodeAnswerMalformed(url=node.url, method=METHOD, reason=reason) from error


def _bytes(text: Any) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
