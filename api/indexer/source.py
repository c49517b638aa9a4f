"""What the indexer asks of a chain: its head, a block's hash and time, the events of a range."""

from collections.abc import Callable, Sequence
from typing import Protocol

from api.indexer.chain_event import ChainEvent
from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.deployment import Deployment
from lodetrace.contracts.events import EventDecoder, Recorded
from lodetrace.evidence.complete_logs import LogReader
from lodetrace.evidence.headers import SealedBlock
from lodetrace.node.client import Node, NodeHeader


class ChainSource(Protocol):
    """A chain that the indexer reads; raises NodeError where the node does not answer, and
    NodeContradictsItself where its answers do not belong together or logs are left out."""

    @property
    def chain_id(self) -> int: ...

    @property
    def genesis(self) -> str: ...

    @property
    def first_block(self) -> int: ...

    def head(self) -> int: ...

    def block(self, number: int) -> NodeHeader: ...

    def events(self, first: int, last: int) -> Sequence[ChainEvent]: ...


Seen = Callable[[Sequence[SealedBlock]], None]
"""Is told the blocks of each range that is read, from any thread."""


def unseen(blocks: Sequence[SealedBlock]) -> None:
    """Nobody looks."""


class DeployedContracts:
    """The contracts of one deployment, read from a node."""

    def __init__(
        self, node: Node, artifacts: Artifacts, deployment: Deployment, see: Seen = unseen
    ) -> None:
        self._node = node
        self._see = see
        self._decoder = EventDecoder(artifacts, deployment)
        self._logs = LogReader(node, deployment.all_addresses())
        self.chain_id: int = deployment.chain_id
        self.genesis: str = deployment.genesis
        self.first_block: int = deployment.first_block

    def head(self) -> int:
        return self._node.head()

    def block(self, number: int) -> NodeHeader:
        return self._node.header(number)

    def events(self, first: int, last: int) -> Sequence[ChainEvent]:
        """Events of the contracts in blocks first to last, in the order of the chain."""
        found = self._logs.read(first, last)
        recorded = self._decoder.decode_all(found.logs)
        self._see(found.blocks)
        times = found.times
        return [chain_event(one, times[one.block]) for one in recorded]


def chain_event(recorded: Recorded, time: int) -> ChainEvent:
    """A decoded event of a block of this time."""
    return ChainEvent(
        event=recorded.event,
        contract=recorded.contract,
        block=recorded.block,
        log_index=recorded.index,
        time=time,
        tx=recorded.transaction,
    )
