"""Logs of contracts in a range of blocks, held against what the blocks' headers say of them.

A node may leave logs out: it indexes them apart from its blocks. The header's bloom filter shows
the gap, since the logs found do not explain all of its bits. Bits may also be those of other
contracts, so then the block's receipts decide, which its receipts root commits to.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lodetrace.chain.bloom import bits_of, bloom_of
from lodetrace.chain.receipts import Log
from lodetrace.evidence.errors import LogsLeftOut, NodeContradictsItself
from lodetrace.evidence.headers import SealedBlock, read_blocks
from lodetrace.evidence.receipts import read_logs
from lodetrace.node.client import Node
from lodetrace.text import ADDRESS_BYTES, hex_of, parse_hex

if TYPE_CHECKING:
    from web3.types import LogReceipt


@dataclass(frozen=True, slots=True)
class CompleteLogs:
    """logs: as the node gave them. times: of every block of the range, seconds since 1970."""

    logs: Sequence["LogReceipt"]
    times: dict[int, int]


class LogReader:
    """Reads the logs of some contracts. addresses: of all of them, by their names."""

    def __init__(self, node: Node, addresses: dict[str, str]) -> None:
        self._node: Final = node
        self._addresses: Final = list(addresses.values())
        self._names: Final = {
            parse_hex(address, ADDRESS_BYTES): name for name, address in addresses.items()
        }

    def read(self, first: int, last: int) -> CompleteLogs:
        """All logs of blocks first to last; raises LogsLeftOut and its siblings, or NodeError."""
        logs = self._node.logs(self._addresses, [], first, last)
        by_block: dict[int, list[LogReceipt]] = {}
        for log in logs:
            by_block.setdefault(log["blockNumber"], []).append(log)
        blocks = read_blocks(self._node, range(first, last + 1))
        for block in blocks:
            self._require_all(block, by_block.get(block.number, ()))
        return CompleteLogs(logs, {block.number: block.header.time for block in blocks})

    def _require_all(self, block: SealedBlock, given: Sequence["LogReceipt"]) -> None:
        for log in given:
            if bytes(log["blockHash"]) != block.hash:
                raise _contradiction(block, hex_of(log["blockHash"]), hex_of(block.hash))
        found = [_log(log) for log in given]
        bloom, explained = int.from_bytes(block.header.bloom, "big"), bloom_of(found)
        if explained & ~bloom:
            raise _contradiction(block, "logs that its bloom filter has not", "other logs")
        if bloom != explained and any(_has(bloom, address) for address in self._names):
            self._compare(block, found)

    def _compare(self, block: SealedBlock, found: Iterable[Log]) -> None:
        """With the receipts, once the bloom filter leaves it open."""
        committed = Counter(
            log for log in read_logs(self._node, block) if log.address in self._names
        )
        missing = committed - Counter(found)
        if missing:
            names = sorted({self._names[log.address] for log in missing})
            raise LogsLeftOut(count=missing.total(), block=block.number, contracts=", ".join(names))


def _has(bloom: int, address: bytes) -> bool:
    bits = bits_of(address)
    return bloom & bits == bits


def _log(log: "LogReceipt") -> Log:
    topics = tuple(bytes(topic) for topic in log["topics"])
    return Log(parse_hex(log["address"], ADDRESS_BYTES), topics, bytes(log["data"]))


def _contradiction(block: SealedBlock, actual: str, expected: str) -> NodeContradictsItself:
    return NodeContradictsItself(what="logs", block=block.number, actual=actual, expected=expected)
