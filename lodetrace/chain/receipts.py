"""Receipts of transactions, as the receipts root of a block commits to them (EIP-2718, EIP-658)."""

from dataclasses import dataclass
from typing import Final

from lodetrace.chain.errors import ReceiptMalformed, RlpMalformed
from lodetrace.chain.header import BLOOM_BYTES
from lodetrace.chain.strict_rlp import Item, decode_list, encode, fixed, integer, integer_bytes

TYPES: Final = (1, 2)
"""Typed transactions that a Shanghai chain knows, beside the untyped ones."""

MOST_TOPICS: Final = 4
FIRST_LIST: Final = 0xC0
ZERO_STATUS: Final = b"\0"


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


def decode_receipt(raw: bytes, index: int, zero_status: bool = False) -> Receipt:
    """From its bytes in the trie; raises ReceiptMalformed.

    zero_status: take a byte 0 for a failed transaction, as Ganache writes it into its trie, where
    the canonical number is no byte at all.
    """
    failed = (b"", ZERO_STATUS) if zero_status else (b"",)
    try:
        if raw[:1] and raw[0] < FIRST_LIST:
            if raw[0] not in TYPES:
                raise RlpMalformed(what="receipt", reason=f"type {raw[0]} is unknown")
            return _receipt(raw[0], decode_list(raw[1:], "receipt"), failed)
        return _receipt(0, decode_list(raw, "receipt"), failed)
    except RlpMalformed as error:
        reason = f"{error.values['what']}: {error.values['reason']}"
        raise ReceiptMalformed(index=index, reason=reason) from error


def encode_receipt(receipt: Receipt) -> bytes:
    """Its bytes in the trie."""
    logs: list[Item] = [[log.address, list(log.topics), log.data] for log in receipt.logs]
    status = integer_bytes(int(receipt.succeeded))
    body = encode([status, integer_bytes(receipt.gas), receipt.bloom, logs])
    return (bytes([receipt.kind]) if receipt.kind else b"") + body


def _receipt(kind: int, items: list[Item], failed: tuple[bytes, ...]) -> Receipt:
    if len(items) != 4:
        raise RlpMalformed(what="receipt", reason=f"it has {len(items)} items instead of 4")
    status, gas, bloom, logs = items
    return Receipt(
        kind=kind,
        succeeded=_status(status, failed),
        gas=integer(gas, "gas"),
        bloom=fixed(bloom, BLOOM_BYTES, "bloom"),
        logs=tuple(_log(log) for log in _list(logs, "logs")),
    )


def _status(item: Item, failed: tuple[bytes, ...]) -> bool:
    if item != b"\1" and item not in failed:
        raise RlpMalformed(what="status", reason="1 or nothing is expected")
    return item == b"\1"


def _log(item: Item) -> Log:
    parts = _list(item, "log")
    if len(parts) != 3 or not isinstance(parts[2], bytes):
        raise RlpMalformed(what="log", reason="address, topics and data are expected")
    topics = _list(parts[1], "topics")
    if len(topics) > MOST_TOPICS:
        raise RlpMalformed(what="topics", reason=f"{len(topics)} topics")
    return Log(
        fixed(parts[0], 20, "address of a log"),
        tuple(fixed(topic, 32, "topic") for topic in topics),
        parts[2],
    )


def _list(item: Item, what: str) -> list[Item]:
    if isinstance(item, bytes):
        raise RlpMalformed(what=what, reason="a list is expected")
    return item
