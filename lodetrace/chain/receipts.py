"""Receipts of transactions, as the receipts root of a block commits to them (EIP-2718, EIP-658)."""

from dataclasses import dataclass

from lodetrace.chain.strict_rlp import Item, encode, integer_bytes


@dataclass(frozen=True, slots=True)
class Log:
    """What a contract wrote. address: 20 bytes; topics: 32 bytes each."""

    address: bytes
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt. kind: type of the transaction, 0 for an untyped one; gas: used in the block up
    to and with this transaction; bloom: 256 bytes."""

    kind: int
    succeeded: bool
    gas: int
    bloom: bytes
    logs: tuple[Log, ...]


def receipt_key(index: int) -> bytes:
    """Where the receipt of the transaction at an index lies in the trie."""
    return encode(integer_bytes(index))


def encode_receipt(receipt: Receipt) -> bytes:
    """Its bytes in the trie."""
    logs: list[Item] = [[log.address, list(log.topics), log.data] for log in receipt.logs]
    status = integer_bytes(int(receipt.succeeded))
    body = encode([status, integer_bytes(receipt.gas), receipt.bloom, logs])
    return (bytes([receipt.kind]) if receipt.kind else b"") + body
