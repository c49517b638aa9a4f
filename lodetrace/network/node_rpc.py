"""What a node of this machine answers over loopback, as typed values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from lodetrace.chain.qbft import ExtraData, decode_extra_data
from lodetrace.network.errors import NodeSilent
from lodetrace.network.manifest import OwnNode
from lodetrace.node.plain_rpc import rpc
from lodetrace.text import TextMalformed, parse_hex, parse_quantity

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class QbftBlock:
    """A block as QBFT made it. time: seconds since 1970; proposer: 0x and 40 digits."""

    number: int
    hash: str
    time: int
    proposer: str
    extra: ExtraData


@dataclass(frozen=True, slots=True)
class NodeRpc:
    """A node's JSON-RPC on loopback; every question raises NodeSilent where there is no answer."""

    node: OwnNode
    limit: int = 5

    def ask(self, method: str, *parameters: object) -> Any:
        """One call."""
        try:
            return rpc(self.node.url, method, *parameters, limit=self.limit)
        except OSError as error:
            reason = str(getattr(error, "reason", error))
            raise NodeSilent(node=self.node.name, url=self.node.url, reason=reason) from error

    def head(self) -> int:
        """Number of the newest block."""
        return self._read(parse_quantity, self.ask("eth_blockNumber"))

    def block(self, number: int | None = None) -> QbftBlock:
        """A block, or the newest one."""
        wanted = "latest" if number is None else hex(number)
        found = self.ask("eth_getBlockByNumber", wanted, False)
        if found is None:
            reason = f"it has no block {wanted}"
            raise NodeSilent(node=self.node.name, url=self.node.url, reason=reason)
        return self._read(block_of, found)

    def validators(self) -> tuple[str, ...]:
        """Those that make the next block."""
        found = self.ask("qbft_getValidatorsByBlockNumber", "latest")
        return tuple(str(address).lower() for address in found)

    def votes(self) -> dict[str, bool]:
        """This validator's own pending votes: address, and whether it is to be added."""
        found = self.ask("qbft_getPendingVotes")
        return {str(address).lower(): bool(add) for address, add in found.items()}

    def waiting(self) -> int:
        """Transactions in its pool."""
        found = self.ask("txpool_besuStatistics")
        return int(found["localCount"]) + int(found["remoteCount"])

    def genesis_hash(self) -> str:
        """Hash of block 0."""
        return self.block(0).hash

    def _read(self, read: Callable[[Any], T], answer: Any) -> T:
        try:
            return read(answer)
        except TextMalformed as error:
            reason = f"its answer is malformed: {error}"
            raise NodeSilent(node=self.node.name, url=self.node.url, reason=reason) from error


def block_of(found: Mapping[str, Any]) -> QbftBlock:
    """From a block of JSON-RPC; raises TextMalformed or ExtraDataMalformed."""
    number = parse_quantity(found["number"])
    return QbftBlock(
        number=number,
        hash=str(found["hash"]),
        time=parse_quantity(found["timestamp"]),
        proposer=str(found["miner"]).lower(),
        extra=decode_extra_data(parse_hex(found["extraData"]), number),
    )
