"""Counters and standings in the state of a block: account and storage proofs of a node.

EIP-1186. Nodes differ in what they give: some name nodes that lie inside their parents apart, and
the same node again for every slot. What a reader meets on his way is kept, once.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from lodetrace.audit.bundle import CountersShown, StateShown
from lodetrace.audit.storage_layout import COUNTERS, EXCUSED, USED, VERSIONS, PackedField
from lodetrace.chain.errors import EvidenceInvalid
from lodetrace.chain.state import decode_account
from lodetrace.chain.strict_rlp import Item, decode_list
from lodetrace.chain.trie import descend
from lodetrace.contracts.deployment import Deployment
from lodetrace.contracts.plan import directory_name
from lodetrace.evidence.closure import Closure
from lodetrace.evidence.errors import NodeContradictsItself, StateNotKept
from lodetrace.evidence.headers import SealedBlock
from lodetrace.node.client import Node
from lodetrace.node.errors import NodeAnswerMalformed, RpcRefused
from lodetrace.text import ADDRESS_BYTES, hex_of, parse_hex
from zk_circuits.keccak import keccak256

METHOD: Final = "eth_getProof"
CHUNK: Final = 200
"""Slots in one question."""

Slots = dict[str, list[bytes]]
"""Storage slots of 32 bytes, by the contract's name."""


def state_shown(found: Closure, block: int) -> StateShown:
    """Whose counters and which standings a bundle shows."""
    counters = (CountersShown(kind, tuple(ids)) for kind, ids in found.subjects.items())
    return StateShown(block, tuple(counters), tuple(sorted(found.site_events)))


def state_nodes(
    node: Node, deployment: Deployment, block: SealedBlock, shown: StateShown
) -> list[bytes]:
    """The trie nodes that prove it after a block.

    Raises StateNotKept, NodeContradictsItself or NodeError.
    """
    met: dict[bytes, bytes] = {}
    for contract, slots in sorted(_slots(shown).items()):
        address = parse_hex(deployment.address(contract), ADDRESS_BYTES)
        for first in range(0, len(slots), CHUNK):
            chunk = slots[first : first + CHUNK]
            given = _Given(_proof(node, block.number, address, chunk))
            _walk(given, block, address, chunk)
            met |= given.met
    return list(met.values())


def _slots(shown: StateShown) -> Slots:
    found: Slots = {}
    for entry in shown.counters:
        _add(found, COUNTERS[entry.kind], entry.subjects)
    _add(found, USED, shown.events)
    _add(found, EXCUSED, shown.events)
    _add(found, VERSIONS, [directory_name(contract) for contract in sorted(found)])
    return found


def _add(found: Slots, field: PackedField, keys: Sequence[bytes]) -> None:
    if keys:
        found.setdefault(field.contract, []).extend(field.slot(key) for key in keys)


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


def _walk(given: _Given, block: SealedBlock, address: bytes, slots: Sequence[bytes]) -> None:
    """As the reader will, so that what does not prove anything is seen here."""
    what = f"account {hex_of(address)}"
    try:
        raw = descend(given, block.header.state_root, keccak256(address), what)
        account = decode_account(raw or b"", what)
        for slot in slots:
            descend(given, account.storage_root, keccak256(slot), f"slot {hex_of(slot)} of {what}")
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
