"""Step 4: the receipts shown are those to which their blocks commit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lodetrace.audit.budgets import most_receipt_bytes
from lodetrace.audit.bundle import Bundle
from lodetrace.audit.errors import (
    HeaderMissing,
    ReceiptRefused,
    ReceiptsTooLarge,
    refusing,
)
from lodetrace.audit.trie_nodes import NodePool
from lodetrace.chain.errors import TrieKeyAbsent
from lodetrace.chain.header import Header
from lodetrace.chain.receipts import Receipt, decode_receipt, encode_receipt, receipt_key


@dataclass(frozen=True, slots=True)
class ShownReceipt:
    """A proven receipt. transaction: its index in the block.

    size: bytes in the trie. canonical: whether the trie holds it as it has to be encoded; Ganache's
    failed ones are not.
    """

    header: Header
    transaction: int
    receipt: Receipt
    size: int
    canonical: bool


def receipts_of(
    bundle: Bundle, headers: Mapping[int, Header], pool: NodePool, sealed: bool
) -> Iterator[ShownReceipt]:
    """The receipts shown, in the order of the chain.

    sealed: whether the chain has seals; only one without may write a failed receipt as Ganache
    does. Raises HeaderMissing, ReceiptRefused or ReceiptsTooLarge.
    """
    left = most = most_receipt_bytes(bundle.nodes)
    for shown in bundle.receipts:
        header = headers.get(shown.block)
        if header is None:
            reason = "its receipts are shown, its header is not"
            raise HeaderMissing(item=f"block {shown.block}", reason=reason)
        for index in shown.transactions:
            receipt = _receipt(header, index, pool, sealed)
            left -= receipt.size
            if left < 0:
                item = f"the receipts up to {index} of block {shown.block}"
                raise ReceiptsTooLarge(item=item, actual=most - left, most=most)
            yield receipt


def _receipt(header: Header, index: int, pool: NodePool, sealed: bool) -> ShownReceipt:
    what = f"receipt {index} of block {header.number}"
    with refusing(ReceiptRefused, what):
        raw = pool.find(header.receipts_root, receipt_key(index), what)
        if raw is None:
            raise TrieKeyAbsent(what=what)
        receipt = decode_receipt(raw, index, zero_status=not sealed)
    if not receipt.succeeded and receipt.logs:
        raise ReceiptRefused(item=what, reason="its transaction failed, and it has logs")
    canonical = receipt.succeeded or encode_receipt(receipt) == raw
    return ShownReceipt(header, index, receipt, len(raw), canonical)
