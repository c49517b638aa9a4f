"""Receipts of a block as its receipts root commits to them, and the trie nodes that prove some."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

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


def receipt_nodes(node: Node, block: SealedBlock, indices: Iterable[int]) -> list[bytes]:
    """Trie nodes on the way to the receipts at these indices of a block.

    Every receipt of the block is asked for, because the root is over all. Raises NodeError.
    """
    trie = _committed(block, _receipts(node, block))
    ways = [trie.get_proof(receipt_key(index)) for index in indices]
    return list(dict.fromkeys(encode(one) for way in ways for one in way))


def read_logs(node: Node, block: SealedBlock) -> list[Log]:
    """All logs of a block, as its receipts root commits to them; raises NodeError."""
    found = _receipts(node, block)
    _committed(block, found)
    return [log for receipt in found for log in receipt.logs]


def _committed(block: SealedBlock, receipts: Sequence[Receipt]) -> Any:
    """The trie of a block's receipts; raises NodeContradictsItself where the root is another."""
    from trie.hexary import HexaryTrie

    for status in (b"", ZERO_STATUS):  # canonical first; Ganache's only where that does not fit
        trie: Any = HexaryTrie({})
        for index, receipt in enumerate(receipts):
            trie[receipt_key(index)] = _encoded(receipt, status)
        if trie.root_hash == block.header.receipts_root:
            return trie
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
