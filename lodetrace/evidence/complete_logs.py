"""Logs of contracts in a range of blocks, held against what the blocks' headers say of them.

A node may leave logs out or change them: it indexes them apart from its blocks. The header's bloom
filter says in which blocks none of the contracts wrote anything; there, no log is all of them. It
tells neither data nor how often a value occurs, so that in every other block the receipts decide,
which the receipts root commits to. A block without such an address costs its header alone.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lodetrace.chain.bloom import bits_of
from lodetrace.chain.receipts import Log
from lodetrace.evidence.errors import LogsAltered, LogsLeftOut, NodeContradictsItself
from lodetrace.evidence.headers import SealedBlock, read_blocks
from lodetrace.evidence.receipts import PlacedLog, read_logs
from lodetrace.node.client import LOGS, Node
from lodetrace.node.errors import NodeAnswerMalformed
from lodetrace.text import ADDRESS_BYTES, hex_of, parse_hex

if TYPE_CHECKING:
    from web3.types import LogReceipt


@dataclass(frozen=True, slots=True)
class CompleteLogs:
    """logs: as the node gave them. blocks: every block of the range, in their order."""

    logs: Sequence["LogReceipt"]
    blocks: Sequence[SealedBlock]

    @property
    def times(self) -> dict[int, int]:
        """Of each block by its number, seconds since 1970."""
        return {block.number: block.header.time for block in self.blocks}


class LogReader:
    """Reads the logs of some contracts. addresses: of all of them, by their names."""

    def __init__(self, node: Node, addresses: dict[str, str]) -> None:
        self._node: Final = node
        self._addresses: Final = list(addresses.values())
        self._names: Final = {
            parse_hex(address, ADDRESS_BYTES): name for name, address in addresses.items()
        }

    def read(self, first: int, last: int) -> CompleteLogs:
        """All logs of blocks first to last.

        Raises LogsLeftOut, LogsAltered, NodeContradictsItself or another NodeError.
        """
        logs = self._node.logs(self._addresses, [], first, last)
        by_block: dict[int, list[LogReceipt]] = {}
        for log in logs:
            by_block.setdefault(log["blockNumber"], []).append(log)
        asked = range(first, last + 1)
        if foreign := [number for number in by_block if number not in asked]:
            reason = f"block {foreign[0]} is not one of {first} to {last}"
            raise NodeAnswerMalformed(url=self._node.url, method=LOGS, reason=reason)
        blocks = read_blocks(self._node, asked)
        for block in blocks:
            self._require_all(block, by_block.get(block.number, ()))
        return CompleteLogs(logs, blocks)

    def _require_all(self, block: SealedBlock, given: Sequence["LogReceipt"]) -> None:
        for log in given:
            if bytes(log["blockHash"]) != block.hash:
                raise NodeContradictsItself(
                    what="logs",
                    block=block.number,
                    actual=hex_of(log["blockHash"]),
                    expected=hex_of(block.hash),
                )
        bloom = int.from_bytes(block.header.bloom, "big")
        if given or any(_has(bloom, address) for address in self._names):
            self._compare(block, Counter(_placed(log) for log in given))

    def _compare(self, block: SealedBlock, found: Counter[PlacedLog]) -> None:
        """With the receipts, both ways: what they have not weighs more than what is missing."""
        committed = Counter(
            one for one in read_logs(self._node, block) if one.log.address in self._names
        )
        wrong, missing = found - committed, committed - found
        if wrong:
            raise LogsAltered(
                count=wrong.total(), block=block.number, contracts=self._names_of(wrong)
            )
        if missing:
            raise LogsLeftOut(
                count=missing.total(), block=block.number, contracts=self._names_of(missing)
            )

    def _names_of(self, logs: Iterable[PlacedLog]) -> str:
        addresses = {one.log.address for one in logs}
        return ", ".join(sorted(self._names.get(one, hex_of(one)) for one in addresses))


def _has(bloom: int, address: bytes) -> bool:
    bits = bits_of(address)
    return bloom & bits == bits


def _placed(log: "LogReceipt") -> PlacedLog:
    topics = tuple(bytes(topic) for topic in log["topics"])
    written = Log(parse_hex(log["address"], ADDRESS_BYTES), topics, bytes(log["data"]))
    return PlacedLog(hex_of(log["transactionHash"]), log["logIndex"], written)
