"""Headers of a node as the chain hashes them, whatever else the node writes around them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lodetrace.audit.anchor import Consensus, consensus_of, hash_of
from lodetrace.chain.errors import EvidenceInvalid
from lodetrace.chain.header import Header
from lodetrace.chain.seals import normalised
from lodetrace.chain.strict_rlp import Item, encode, integer_bytes
from lodetrace.evidence.errors import NodeContradictsItself
from lodetrace.node.client import Node
from lodetrace.node.errors import NodeAnswerMalformed
from lodetrace.text import hex_of, parse_hex, parse_quantity

METHOD: Final = "eth_getBlockByNumber"

# the order of the header's fields, and whether each is a number
FIELDS: Final = (
    ("parentHash", False), ("sha3Uncles", False), ("miner", False), ("stateRoot", False),
    ("transactionsRoot", False), ("receiptsRoot", False), ("logsBloom", False),
    ("difficulty", True), ("number", True), ("gasLimit", True), ("gasUsed", True),
    ("timestamp", True), ("extraData", False), ("mixHash", False), ("nonce", False),
)  # fmt: skip
LATER: Final = (("baseFeePerGas", True), ("withdrawalsRoot", False))
"""Fields of later forks; a chain has the first of them, both, or none."""


@dataclass(frozen=True, slots=True)
class SealedBlock:
    """A header, its hash, and the hashes of the block's transactions."""

    header: Header
    hash: bytes
    transactions: tuple[str, ...]

    @property
    def number(self) -> int:
        """Of the block."""
        return self.header.number

    @property
    def raw(self) -> bytes:
        """The header's RLP."""
        return encode(list(self.header.fields))


def read_blocks(node: Node, numbers: Sequence[int]) -> list[SealedBlock]:
    """Blocks by their numbers, each checked against its hash, seals normalised.

    Raises NodeError.
    """
    answers = node.ask([(METHOD, (hex(number), False)) for number in numbers])
    return [_block(node, number, found) for number, found in zip(numbers, answers, strict=True)]


def _block(node: Node, number: int, found: Any) -> SealedBlock:
    if not isinstance(found, Mapping):
        raise NodeAnswerMalformed(url=node.url, method=METHOD, reason=f"no block {number}")
    try:
        expected = parse_hex(found["hash"], 32)
        transactions = tuple(str(one) for one in found["transactions"])
        actual = b""
        for header in _forms(found):
            actual = hash_of(header, consensus_of(header))
            if actual == expected and header.number == number:
                return SealedBlock(_normal(header), actual, transactions)
    except (EvidenceInvalid, AttributeError, KeyError, TypeError, ValueError) as error:
        reason = f"block {number}: {type(error).__name__} {error}"
        raise NodeAnswerMalformed(url=node.url, method=METHOD, reason=reason) from error
    raise NodeContradictsItself(
        what="header", block=number, actual=hex_of(actual), expected=hex_of(expected)
    )


def _forms(found: Mapping[str, Any]) -> Iterator[Header]:
    """The header with the later fields that the node names, and with fewer of them.

    Nodes name fields that their chain does not hash.
    """
    fields: list[Item] = [_item(found[name], number) for name, number in FIELDS]
    later = [_item(found[name], number) for name, number in LATER if found.get(name) is not None]
    for count in range(len(later), -1, -1):
        yield Header.decode(encode([*fields, *later[:count]]))


def _item(text: str, number: bool) -> bytes:
    if not number:
        return parse_hex(text)
    return integer_bytes(0 if text == "0x" else parse_quantity(text))


def _normal(header: Header) -> Header:
    """As a bundle shows it; the genesis block has no seals."""
    sealed = header.number > 0 and consensus_of(header) is Consensus.QBFT
    return normalised(header) if sealed else header
