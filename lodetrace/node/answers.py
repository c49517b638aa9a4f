"""What a node answers through web3.py, as typed values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from lodetrace.text import TextMalformed, hex_of, parse_hex


@dataclass(frozen=True, slots=True)
class NodeHeader:
    """Header of a block.

    time: seconds since 1970; base_fee: wei per gas, 0 on free chains; gas_limit: of the block.
    """

    number: int
    hash: str
    parent: str
    time: int
    base_fee: int
    gas_limit: int

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """From a block of web3.py."""
        return cls(
            number=int(found["number"]),
            hash=hex_of(found["hash"]),
            parent=hex_of(found["parentHash"]),
            time=int(found["timestamp"]),
            base_fee=int(found.get("baseFeePerGas") or 0),
            gas_limit=int(found["gasLimit"]),
        )


@dataclass(frozen=True, slots=True)
class NodeReceipt:
    """What became of a transaction."""

    transaction: str
    succeeded: bool
    block: int
    block_hash: str
    gas_used: int
    contract_address: str | None
    logs: tuple[Mapping[str, Any], ...] = field(repr=False)

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """From a receipt of web3.py."""
        return cls(
            transaction=hex_of(found["transactionHash"]),
            succeeded=int(found["status"]) == 1,
            block=int(found["blockNumber"]),
            block_hash=hex_of(found["blockHash"]),
            gas_used=int(found["gasUsed"]),
            contract_address=found.get("contractAddress"),
            logs=tuple(found["logs"]),
        )


def revert_data(found: Any) -> bytes:
    """Nodes give the data as text, or as an object around it."""
    if isinstance(found, dict):
        found = found.get("result") or found.get("data")
    try:
        return parse_hex(found)
    except TextMalformed:
        return b""
