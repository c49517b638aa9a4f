"""Logs of a block as its receipts root commits to them."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, Final, NamedTuple

from lodetrace.chain.errors import EvidenceInvalid
from lodetrace.chain.receipts import Log, Receipt, encode_receipt, receipt_key
from lodetrace.chain.strict_rlp import decode_list, encode
from lodetrace.evidence.errors import NodeContradictsItself
from lodetrace.evidence.headers import SealedBlock
from lodetrace.node.client import Node
from lodetrace.node.errors import NodeAnswerMalformed
from lodetrace.text import hex_of, parse_hex, parse_quantity

METHOD: Final = "eth_getTransactionReceipt"
ZERO_STATUS: Final = b"\0"
"""How Ganache writes the status of a failed transaction; canonical is nothing."""


class PlacedLog(NamedTuple):
    """A log and its place. transaction: its hash; log_index: among all logs of the block."""

    transaction: str
    log_index: int
    log: Log


def read_logs(node: Node, block: SealedBlock) -> list[PlacedLog]:
    """All logs of a block, as its receipts root commits to them; raises NodeError.

    The root is over their order, so a log_index is as certain as the log is; a hash is the node's.
    """
    found = _receipts(node, block)
    _require_committed(block, found)
    index = count()
    return [
        PlacedLog(hash_.lower(), next(index), log)
        for hash_, receipt in zip(block.transactions, found, strict=True)
        for log in receipt.logs
    ]


def _require_committed(block: SealedBlock, receipts: Sequence[Receipt]) -> None:
    """Raises NodeContradictsItself where the root of the trie of receipts is another."""
    from trie.hexary import HexaryTrie

    for status in (b"", ZERO_STATUS):  # canonical first; Ganache's only where that does not fit
        trie: Any = HexaryTrie({})
        for index, receipt in enumerate(receipts):
            trie[receipt_key(index)] = _encoded(receipt, status)
        if trie.root_hash == block.header.receipts_root:
            return
        if all(receipt.succeeded for receipt in receipts):
            break
    raise NodeContradictsItself(
        what="receipts",
        block=block.number,
        actual=hex_of(trie.root_hash),
        expected=hex_of(block.header.receipts_root),
    )


def _receipts(node: Node, block: SealedBlock) -> list[Receipt]:
    answers = node.ask([(METHOD, (hash_,)) for hash_ in block.transactions])
    try:
        return [_receipt(one) for one in answers]
    except (EvidenceInvalid, AttributeError, KeyError, TypeError, ValueError) as error:
        reason = f"block {block.number}: {type(error).__name__} {error}"
        raise NodeAnswerMalformed(url=node.url, method=METHOD, reason=reason) from error


def _receipt(found: Mapping[str, Any]) -> Receipt:
    return Receipt(
        kind=parse_quantity(found.get("type") or "0x0"),
        succeeded=parse_quantity(found["status"]) == 1,
        gas=parse_quantity(found["cumulativeGasUsed"]),
        bloom=parse_hex(found["logsBloom"]),
        logs=tuple(_log(log) for log in found["logs"]),
    )


def _log(found: Mapping[str, Any]) -> Log:
    topics = tuple(parse_hex(topic) for topic in found["topics"])
    return Log(parse_hex(found["address"]), topics, parse_hex(found["data"]))


def _encoded(receipt: Receipt, failed: bytes) -> bytes:
    """Its bytes in the trie. failed: what the status of a failed one is written as."""
    canonical = encode_receipt(receipt)
    if receipt.succeeded or not failed:
        return canonical
    kind, body = (canonical[:1], canonical[1:]) if receipt.kind else (b"", canonical)
    return kind + encode([failed, *decode_list(body, "a receipt")[1:]])
