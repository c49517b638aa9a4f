"""Headers of a node as the chain hashes them, whatever else the node writes around them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from coincurve import PublicKey

from lodetrace.chain.errors import EvidenceInvalid, ExtraDataMalformed
from lodetrace.chain.header import Header
from lodetrace.chain.qbft import block_hash, encode_extra_data, extra_data_of, sealed_hash
from lodetrace.chain.seals import quorum
from lodetrace.chain.strict_rlp import Item, encode, integer_bytes
from lodetrace.evidence.errors import NodeContradictsItself
from lodetrace.node import Node
from lodetrace.node_errors import NodeAnswerMalformed
from zk_circuits.keccak import keccak256

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

SECP256K1_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@dataclass(frozen=True, slots=True)
class Block:
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


def read_blocks(node: Node, numbers: Sequence[int]) -> list[Block]:
    """Blocks by their numbers, each checked against its hash, seals normalised.

    Raises NodeError.
    """
    answers = node.ask([(METHOD, (hex(number), False)) for number in numbers])
    return [_block(node, number, found) for number, found in zip(numbers, answers, strict=True)]


def is_sealed(genesis: Header) -> bool:
    """Whether the chain is one of QBFT, by its first header."""
    try:
        return bool(extra_data_of(genesis).validators)
    except ExtraDataMalformed:
        return False


def hash_of(header: Header) -> bytes:
    """The hash of a block: of QBFT without round and seals, else of all its bytes."""
    return block_hash(header) if is_sealed(header) else keccak256(encode(list(header.fields)))


def _block(node: Node, number: int, found: Any) -> Block:
    if not isinstance(found, Mapping):
        raise NodeAnswerMalformed(url=node.url, method=METHOD, reason=f"no block {number}")
    try:
        expected = bytes.fromhex(found["hash"][2:])
        transactions = tuple(str(one) for one in found["transactions"])
        actual = b""
        for header in _forms(found):
            actual = hash_of(header)
            if actual == expected and header.number == number:
                return Block(_normal(header), actual, transactions)
    except (EvidenceInvalid, AttributeError, KeyError, TypeError, ValueError) as error:
        reason = f"block {number}: {type(error).__name__} {error}"
        raise NodeAnswerMalformed(url=node.url, method=METHOD, reason=reason) from error
    raise NodeContradictsItself(
        what="header", block=number, actual="0x" + actual.hex(), expected="0x" + expected.hex()
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
    digits = text.removeprefix("0x")
    return integer_bytes(int(digits or "0", 16)) if number else bytes.fromhex(digits)


def _normal(header: Header) -> Header:
    """The seals of a quorum, sorted by signer, each with the lower s: the fewest bytes that
    prove the same, and the same bytes whatever order a node keeps them in."""
    if not is_sealed(header):
        return header
    extra = extra_data_of(header)
    message = sealed_hash(header)
    signed = {signer: seal for seal in extra.seals if (signer := _signer(seal, message))}
    theirs = sorted(signer for signer in signed if signer in extra.validators)
    enough = theirs[: quorum(len(extra.validators))]
    seals = tuple(_low(signed[signer]) for signer in enough)
    data = encode_extra_data(replace(extra, seals=seals))
    return replace(header, extra_data=data, fields=tuple(header.with_extra_data(data)))


def _signer(seal: bytes, message: bytes) -> bytes:
    """Address whose key signed; nothing where nobody's did."""
    try:
        key = PublicKey.from_signature_and_message(seal, message, hasher=None)
    except Exception:  # noqa: BLE001 - coincurve raises bare Exception and ValueError
        return b""
    return keccak256(key.format(compressed=False)[1:])[12:]


def _low(seal: bytes) -> bytes:
    """The same signature with s in the lower half of the order."""
    s = int.from_bytes(seal[32:64], "big")
    if 2 * s <= SECP256K1_ORDER:
        return seal
    flipped = SECP256K1_ORDER - s
    return seal[:32] + flipped.to_bytes(32, "big") + bytes([seal[64] ^ 1])
