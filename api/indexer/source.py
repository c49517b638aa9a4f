"""What the indexer asks of a chain: its head, a block's hash and time, the events of a range."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from api.indexer.chain_event import ChainEvent, plain
from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.deployment import Deployment
from lodetrace.contracts.events import EventDecoder, Recorded

NO_PARENT: Final = "0x" + "0" * 64


@dataclass(frozen=True, slots=True)
class Block:
    """Header of a block. time: seconds since 1970."""

    number: int
    hash: str
    parent: str
    time: int


class ChainSource(Protocol):
    """A chain that the indexer reads; raises NodeError where the node does not answer."""

    @property
    def chain_id(self) -> int: ...

    @property
    def genesis(self) -> str: ...

    @property
    def first_block(self) -> int: ...

    def head(self) -> int: ...

    def block(self, number: int) -> Block: ...

    def events(self, first: int, last: int) -> Sequence[ChainEvent]: ...


class Rpc(Protocol):
    """One JSON-RPC call; raises NodeError."""

    def __call__(self, method: str, params: list[Any], /) -> Any: ...


class DeployedContracts:
    """The contracts of one deployment, read over JSON-RPC."""

    def __init__(self, rpc: Rpc, artifacts: Artifacts, deployment: Deployment) -> None:
        self._rpc = rpc
        self._decoder = EventDecoder(artifacts, deployment)
        self._addresses = [deployment.address(name) for name in deployment.contracts]
        self.chain_id: int = deployment.chain_id
        self.genesis: str = deployment.genesis
        self.first_block: int = deployment.first_block

    def head(self) -> int:
        return int(self._rpc("eth_blockNumber", []), 16)

    def block(self, number: int) -> Block:
        header = self._rpc("eth_getBlockByNumber", [hex(number), False])
        return Block(
            number=int(header["number"], 16),
            hash=header["hash"],
            parent=header["parentHash"],
            time=int(header["timestamp"], 16),
        )

    def events(self, first: int, last: int) -> Sequence[ChainEvent]:
        """Events of the contracts in blocks first to last, in the order of the chain."""
        wanted = {"fromBlock": hex(first), "toBlock": hex(last), "address": self._addresses}
        recorded = self._decoder.decode_all(self._rpc("eth_getLogs", [wanted]))
        times = {number: self.block(number).time for number in {found.block for found in recorded}}
        return [chain_event(found, times[found.block]) for found in recorded]


def chain_event(recorded: Recorded, time: int) -> ChainEvent:
    """The stored form of a decoded event."""
    fields: Mapping[str, Any] = plain(recorded.event)
    return ChainEvent(
        name=type(recorded.event).__name__,
        contract=recorded.contract,
        block=recorded.block,
        log_index=recorded.index,
        time=time,
        tx=recorded.transaction,
        fields=fields,
    )
