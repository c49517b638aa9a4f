"""Words of the Journal in the state of a block: account and storage proofs of a node.

EIP-1186. Nodes differ in what they give: some name nodes that lie inside their parents apart, and
the same node again for every slot. What a reader meets on his way is kept, once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lodetrace.audit.rows import key_of
from lodetrace.audit.storage_layout import WORDS
from lodetrace.chain.errors import EvidenceInvalid
from lodetrace.chain.state import decode_account, decode_word
from lodetrace.chain.strict_rlp import Item, decode_list
from lodetrace.chain.trie import descend
from lodetrace.contracts.deployment import Deployment
from lodetrace.contracts.structs import Row
from lodetrace.evidence.errors import NodeContradictsItself, StateNotKept
from lodetrace.evidence.headers import SealedBlock
from lodetrace.node.client import Node
from lodetrace.node.errors import NodeAnswerMalformed, RpcRefused
from lodetrace.text import ADDRESS_BYTES, hex_of, parse_hex
from zk_circuits.keccak import keccak256

METHOD: Final = "eth_getProof"
CHUNK: Final = 200
"""Slots in one question."""


@dataclass(frozen=True, slots=True)
class ProvenWords:
    """words: by row, 0 of one that is empty. nodes: of the tries on the way, by their hash."""

    words: Mapping[Row, int]
    nodes: Mapping[bytes, bytes]


def proven_words(
    node: Node, deployment: Deployment, block: SealedBlock, rows: Sequence[Row]
) -> ProvenWords:
    """What the Journal says of some rows after a block.

    Raises StateNotKept, NodeContradictsItself or another NodeError.
    """
    journal = parse_hex(deployment.address(WORDS.contract), ADDRESS_BYTES)
    words: dict[Row, int] = {}
    met: dict[bytes, bytes] = {}
    for first in range(0, len(rows), CHUNK):
        slots = {row: WORDS.slot(key_of(row)) for row in rows[first : first + CHUNK]}
        given = _Given(_proof(node, block.number, journal, [*slots.values()]))
        words |= _walk(given, block, journal, slots)
        met |= given.met
    return ProvenWords(words, met)


class _Given:
    """Nodes that a node gave; met: those on the way, by hash."""

    def __init__(self, nodes: Iterator[bytes]) -> None:
        self._nodes: Final = {keccak256(one): one for one in nodes}
        self.met: Final[dict[bytes, bytes]] = {}

    def node(self, reference: bytes) -> list[Item] | None:
        """As lodetrace.chain.trie.NodeSource."""
        found = self._nodes.get(reference)
        if found is None:
            return None
        self.met[reference] = found
        return decode_list(found, "a node")


def _walk(
    given: _Given, block: SealedBlock, address: bytes, slots: Mapping[Row, bytes]
) -> dict[Row, int]:
    """As the reader will, so that what does not prove anything is seen here."""
    what = f"account {hex_of(address)}"
    try:
        raw = descend(given, block.header.state_root, keccak256(address), what)
        root = decode_account(raw or b"", what).storage_root
        return {
            row: decode_word(descend(given, root, keccak256(slot), f"slot {hex_of(slot)}"), what)
            for row, slot in slots.items()
        }
    except EvidenceInvalid as error:
        raise NodeContradictsItself(
            what="state proofs", block=block.number, actual=error, expected="another state"
        ) from error


def _proof(node: Node, block: int, address: bytes, slots: Sequence[bytes]) -> Iterator[bytes]:
    asked = [hex_of(slot) for slot in slots]
    try:
        found = node.ask([(METHOD, (hex_of(address), asked, hex(block)))])[0]
    except RpcRefused as error:
        raise StateNotKept(block=block, reason=error.values["message"]) from error
    if not isinstance(found, Mapping):
        raise StateNotKept(block=block, reason="it answers with nothing")
    try:
        for part in (found["accountProof"], *(one["proof"] for one in found["storageProof"])):
            yield from map(parse_hex, part)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        reason = f"block {block}: {type(error).__name__} {error}"
        raise NodeAnswerMalformed(url=node.url, method=METHOD, reason=reason) from error
