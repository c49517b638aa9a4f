"""What a node answers, as typed values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Header:
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
        """From JSON-RPC."""
        return cls(
            number=int(found["number"], 16),
            hash=found["hash"],
            parent=found["parentHash"],
            time=int(found["timestamp"], 16),
            base_fee=int(found.get("baseFeePerGas") or "0x0", 16),
            gas_limit=int(found["gasLimit"], 16),
        )


@dataclass(frozen=True, slots=True)
class Receipt:
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
        """From JSON-RPC."""
        return cls(
            transaction=found["transactionHash"],
            succeeded=int(found["status"], 16) == 1,
            block=int(found["blockNumber"], 16),
            block_hash=found["blockHash"],
            gas_used=int(found["gasUsed"], 16),
            contract_address=_address(found.get("contractAddress")),
            logs=tuple(found["logs"]),
        )


def _address(text: str | None) -> str | None:
    from eth_utils.address import to_checksum_address

    return None if text is None else str(to_checksum_address(text))


def unhex(text: str | None) -> bytes:
    return bytes.fromhex((text or "0x").removeprefix("0x"))


def revert_data(found: Any) -> bytes:
    """Nodes give the data as text, or as an object around it."""
    if isinstance(found, dict):
        found = found.get("result") or found.get("data")
    if isinstance(found, str) and found.startswith("0x"):
        try:
            return bytes.fromhex(found[2:])
        except ValueError:
            return b""
    return b""
