"""An audit bundle of a lot or product: the rows that tell of it, their words, the keys.

Which rows, headers from the anchor to the head, words of the rows in the head's state, verifying
keys. Two exports of one head give the same bytes. What a reader would refuse never leaves: rows
that do not fold to their words, and whatever else the verifier finds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from lodetrace.audit.anchor import Anchor, Consensus
from lodetrace.audit.bundle import Bundle, CoSignature, OpeningShown, Subject
from lodetrace.audit.closure import Closure
from lodetrace.audit.errors import BundleRefused
from lodetrace.audit.evidence import establish
from lodetrace.audit.policy import PolicyRefused
from lodetrace.audit.verify import examine
from lodetrace.chain.errors import ParentMismatch
from lodetrace.chain.header import require_child
from lodetrace.evidence.closure import dated, provenance, require_words
from lodetrace.evidence.errors import (
    AnchorTooLate,
    BlockUnknown,
    BundleWouldBeRefused,
    DocumentNotNamed,
    NodeContradictsItself,
    OpeningNotNamed,
)
from lodetrace.evidence.headers import SealedBlock, read_blocks
from lodetrace.evidence.journal_copy import JournalCopy
from lodetrace.evidence.keys import Keys
from lodetrace.evidence.named import commitments_in, documents_in
from lodetrace.evidence.state_proofs import proven_words
from lodetrace.evidence.validator_changes import with_set_changes
from lodetrace.node.client import BATCH, Node
from lodetrace.onchain.contracts import Contracts
from lodetrace.text import hex_of
from zk_circuits.keccak import keccak256


class Progress(Protocol):
    """Is told how far an export is."""

    def step(self, text: str) -> None:
        """What is done now."""

    def __call__(self, done: int, total: int) -> None:
        """So many of so many parts of it are done."""


class Unseen:
    """Tells nobody."""

    def step(self, text: str) -> None:
        """Nothing."""

    def __call__(self, done: int, total: int) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a bundle is asked for.

    anchor: from which on its reader believes the chain. block: the head of the bundle.
    every_header: also those that the skipping rule leaves out. openings, documents: what the
    holder chooses to show. cosignatures: of the head, by witnesses of the anchor.
    """

    subject: Subject
    anchor: Anchor
    block: int
    every_header: bool = False
    openings: tuple[OpeningShown, ...] = ()
    documents: tuple[bytes, ...] = ()
    cosignatures: tuple[CoSignature, ...] = ()


def export(
    contracts: Contracts,
    order: Order,
    keys: Keys,
    progress: Progress | None = None,
    journal: JournalCopy | None = None,
) -> Bundle:
    """The bundle of an order. journal: read so far, by earlier exports from this node.

    Raises SubjectNotRecorded, AncestryTooLarge, KeyNotAtHand, NodeError and their siblings of
    errors.py.
    """
    progress, node = progress or Unseen(), contracts.node
    journal = journal or JournalCopy(contracts)
    head = node.head()
    if order.block > head:
        raise BlockUnknown(block=order.block, head=head)
    if order.block < order.anchor.number:
        raise AnchorTooLate(block=order.block, anchor=order.anchor.number)
    progress.step("entries of the Journal")
    journal.read_to(order.block, progress)
    found = provenance(journal, order.subject, order.block)
    _require_known(found, order)
    headers = _headers(contracts, order, progress)
    progress.step("words of the Journal")
    found = dated(found, _times(node, found, headers))
    proven = proven_words(node, contracts.deployment, headers[-1], [*found.rows])
    require_words(journal, found, proven.words)
    bundle = Bundle(
        chain_id=contracts.deployment.chain_id,
        genesis=order.anchor.genesis,
        subject=order.subject,
        headers=tuple(block.header for block in headers),
        entries=tuple(shown.entry for shown in found.entries),
        nodes=tuple(proven.nodes[hash_] for hash_ in sorted(proven.nodes)),
        openings=tuple(sorted(order.openings, key=lambda shown: shown.commitment)),
        documents=tuple(sorted(set(order.documents), key=keccak256)),
        cosignatures=order.cosignatures,
    )
    progress.step("keys")
    try:
        return replace(bundle, keys=keys.used(establish(bundle.encode(), order.anchor)))
    except BundleRefused as error:
        raise BundleWouldBeRefused(reason=error) from error


def require_accepted(file: bytes, anchor: Anchor) -> None:
    """Every step of a reader but his policy, over the bytes that he is given.

    Raises BundleWouldBeRefused.
    """
    refusal = examine(file, anchor).refusal
    if refusal is not None and not isinstance(refusal, PolicyRefused):
        raise BundleWouldBeRefused(reason=refusal) from refusal


def _require_known(found: Closure, order: Order) -> None:
    """What the holder shows has to be named by the chain, else it proves nothing."""
    events = [shown.event for shown in found.entries]
    commitments = {one for event in events for one in commitments_in(event)}
    for opening in order.openings:
        if opening.commitment not in commitments:
            raise OpeningNotNamed(commitment=hex_of(opening.commitment))
    documents = {one for event in events for one in documents_in(event)}
    for document in order.documents:
        if keccak256(document) not in documents:
            raise DocumentNotNamed(hash=hex_of(keccak256(document)))


def _times(node: Node, found: Closure, headers: Sequence[SealedBlock]) -> dict[int, int]:
    """Of the blocks with entries; headers that are shown are at hand."""
    times = {block.number: block.header.time for block in headers}
    missing = sorted({shown.entry.block for shown in found.entries} - times.keys())
    for first in range(0, len(missing), BATCH):
        blocks = read_blocks(node, missing[first : first + BATCH])
        times |= {block.number: block.header.time for block in blocks}
    return times


def _headers(contracts: Contracts, order: Order, progress: Progress) -> list[SealedBlock]:
    """The head, and what leads to it from the anchor; on a chain without seals every one."""
    node, anchor = contracts.node, order.anchor
    progress.step("headers")
    if order.every_header or anchor.consensus is Consensus.NONE:
        return _unbroken(contracts, order, progress)
    ends = read_blocks(node, [anchor.number, order.block])
    return with_set_changes(node, anchor, ends, progress.step)


def _unbroken(contracts: Contracts, order: Order, progress: Progress) -> list[SealedBlock]:
    """Every header from the anchor's on, each naming the one before."""
    blocks: list[SealedBlock] = []
    start = order.anchor.number
    for first in range(start, order.block + 1, BATCH):
        numbers = range(first, min(first + BATCH, order.block + 1))
        for block in read_blocks(contracts.node, list(numbers)):
            if blocks:
                _require_child(blocks[-1], block)
            blocks.append(block)
        progress(len(blocks), order.block + 1 - start)
    return blocks


def _require_child(parent: SealedBlock, child: SealedBlock) -> None:
    try:
        require_child(parent.header, parent.hash, child.header)
    except ParentMismatch as error:
        told = {name: error.values[name] for name in ("actual", "expected")}
        raise NodeContradictsItself(what="header", block=child.number, **told) from error
