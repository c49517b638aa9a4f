"""An audit bundle of a lot or product: its events, their receipts, what was in force, the keys.

In the order of a reader's steps: which events, receipts with their trie nodes block by block,
counters and standings at the head, headers from the anchor on, verifying keys. Two exports of one
head give the same bytes. What a reader would refuse never leaves: events that do not come up to
the counters, and whatever else the verifier finds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from lodetrace.audit.anchor import Anchor, Consensus
from lodetrace.audit.bundle import (
    Bundle,
    BundleSubject,
    CoSignature,
    OpeningShown,
    ReceiptsShown,
    Subject,
)
from lodetrace.audit.errors import BundleRefused
from lodetrace.audit.evidence import Evidence, establish
from lodetrace.audit.policy import PolicyRefused
from lodetrace.audit.replay.counters import require_complete
from lodetrace.audit.verify import examine
from lodetrace.chain.errors import ParentMismatch
from lodetrace.chain.header import require_child
from lodetrace.evidence.closure import Closure, closure_of_lot, closure_of_product
from lodetrace.evidence.errors import (
    AnchorTooLate,
    BlockUnknown,
    BundleWouldBeRefused,
    DocumentNotNamed,
    EventsLeftOut,
    NodeContradictsItself,
    OpeningNotNamed,
)
from lodetrace.evidence.headers import SealedBlock, read_blocks
from lodetrace.evidence.keys import Keys
from lodetrace.evidence.receipts import receipt_nodes
from lodetrace.evidence.state_proofs import state_nodes, state_shown
from lodetrace.evidence.validator_changes import with_set_changes
from lodetrace.node.client import BATCH
from lodetrace.onchain.contracts import Contracts
from lodetrace.text import hex_of
from zk_circuits.keccak import keccak256

CLOSURES: Final = {
    BundleSubject.LOT: closure_of_lot,
    BundleSubject.PRODUCT: closure_of_product,
}


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


@dataclass(slots=True)
class _Pool:
    """Trie nodes by hash, and which receipts they prove."""

    nodes: dict[bytes, bytes] = field(default_factory=dict)
    receipts: list[ReceiptsShown] = field(default_factory=list)

    def add(self, nodes: Iterable[bytes]) -> None:
        for node in nodes:
            self.nodes[keccak256(node)] = node


def export(
    contracts: Contracts, order: Order, keys: Keys, progress: Progress | None = None
) -> Bundle:
    """The bundle of an order; raises SubjectNotRecorded, AncestryTooLarge, KeyNotAtHand, NodeError
    and their siblings of errors.py."""
    progress = progress or Unseen()
    head = contracts.node.head()
    if order.block > head:
        raise BlockUnknown(block=order.block, head=head)
    found = CLOSURES[order.subject.kind](contracts, order.subject.id, order.block, progress.step)
    _require_known(found, order)
    pool = _Pool()
    first = min(found.shown)
    if first < order.anchor.number:
        raise AnchorTooLate(block=first, anchor=order.anchor.number)
    cited = _receipts(contracts, found, pool, progress)
    head_block = read_blocks(contracts.node, [order.block])[0]
    progress.step("state proofs")
    state = state_shown(found, order.block)
    pool.add(state_nodes(contracts.node, contracts.deployment, head_block, state))
    headers = _headers(contracts, order, cited, progress)
    bundle = Bundle(
        chain_id=contracts.deployment.chain_id,
        genesis=order.anchor.genesis,
        subject=order.subject,
        headers=tuple(block.header for block in headers),
        receipts=tuple(pool.receipts),
        state=state,
        nodes=tuple(pool.nodes[hash_] for hash_ in sorted(pool.nodes)),
        openings=tuple(sorted(order.openings, key=lambda shown: shown.commitment)),
        documents=tuple(sorted(set(order.documents), key=keccak256)),
        cosignatures=order.cosignatures,
    )
    evidence = _established(bundle, order.anchor)
    _require_counted(found, evidence)
    progress.step("keys")
    try:
        return replace(bundle, keys=keys.used(evidence))
    except BundleRefused as error:
        raise BundleWouldBeRefused(reason=error) from error


def require_accepted(file: bytes, anchor: Anchor) -> None:
    """Every step of a reader but his policy, over the bytes that he is given.

    Raises BundleWouldBeRefused.
    """
    refusal = examine(file, anchor).refusal
    if refusal is not None and not isinstance(refusal, PolicyRefused):
        raise BundleWouldBeRefused(reason=refusal) from refusal


def _established(bundle: Bundle, anchor: Anchor) -> Evidence:
    """As the reader will; raises BundleWouldBeRefused."""
    try:
        return establish(bundle.encode(), anchor)
    except BundleRefused as error:
        raise BundleWouldBeRefused(reason=error) from error


def _require_counted(found: Closure, evidence: Evidence) -> None:
    """As many events of each subject as the chain's state counts; raises EventsLeftOut."""
    subjects = [(kind, id_) for kind, ids in found.subjects.items() for id_ in ids]
    head = evidence.head.number
    try:
        require_complete(subjects, evidence.events, evidence.counters, head)
    except BundleRefused as error:
        raise EventsLeftOut(reason=error) from error


def _require_known(found: Closure, order: Order) -> None:
    """What the holder shows has to be named by the chain, else it proves nothing."""
    for shown in order.openings:
        if shown.commitment not in found.commitments:
            raise OpeningNotNamed(commitment=hex_of(shown.commitment))
    for document in order.documents:
        if keccak256(document) not in found.documents:
            raise DocumentNotNamed(hash=hex_of(keccak256(document)))


def _receipts(
    contracts: Contracts, found: Closure, pool: _Pool, progress: Progress
) -> list[SealedBlock]:
    """The blocks with receipts that are shown; their trie nodes go to the pool."""
    progress.step("receipts")
    numbers = sorted(found.shown)
    blocks: list[SealedBlock] = []
    for first in range(0, len(numbers), BATCH):
        for block in read_blocks(contracts.node, numbers[first : first + BATCH]):
            indices = _indices(block, found.shown[block.number])
            pool.add(receipt_nodes(contracts.node, block, indices))
            pool.receipts.append(ReceiptsShown(block.number, indices))
            blocks.append(block)
            progress(len(blocks), len(numbers))
    return blocks


def _indices(block: SealedBlock, transactions: set[str]) -> tuple[int, ...]:
    """Places of transactions in their block."""
    places = {hash_: index for index, hash_ in enumerate(block.transactions)}
    if missing := transactions - places.keys():
        raise NodeContradictsItself(
            what="logs", block=block.number, actual=min(missing), expected="other transactions"
        )
    return tuple(sorted(places[hash_] for hash_ in transactions))


def _headers(
    contracts: Contracts, order: Order, cited: Sequence[SealedBlock], progress: Progress
) -> list[SealedBlock]:
    """Those that are shown, by number; on a chain without seals every one."""
    node, anchor = contracts.node, order.anchor
    progress.step("headers")
    if order.every_header or anchor.consensus is Consensus.NONE:
        return _unbroken(contracts, order, progress)
    ends = read_blocks(node, [anchor.number, order.block])
    return with_set_changes(node, anchor, (*ends, *cited), progress.step)


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
