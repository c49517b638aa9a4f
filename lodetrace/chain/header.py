"""Block headers of a Shanghai chain with QBFT, and what binds them to one another.

Field order: Ethereum's execution specs, Shanghai without withdrawals (as Besu seals it).
"""

from dataclasses import dataclass
from typing import Final, Self

from lodetrace.chain.errors import HeaderMalformed, ParentMismatch, RlpMalformed
from lodetrace.chain.strict_rlp import Item, decode_list, fixed, integer
from lodetrace.text import hex_of

PLAIN_FIELDS: Final = 15
"""Up to the nonce; the fee of the London fork and the withdrawals of Shanghai may follow."""

MOST_FIELDS: Final = 17
BLOOM_BYTES: Final = 256
BLOOM: Final = 6
EXTRA_DATA: Final = 12
"""Positions of the bloom filter and of extraData among the fields."""


@dataclass(frozen=True, slots=True)
class Header:
    """A header as it was sealed.

    Hashes and roots: 32 bytes; proposer: 20 bytes; time: seconds since 1970; fields: all items in
    their order, for hashing.
    """

    parent: bytes
    proposer: bytes
    state_root: bytes
    receipts_root: bytes
    number: int
    time: int
    extra_data: bytes
    fields: tuple[Item, ...]

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """From its RLP; raises HeaderMalformed or RlpMalformed."""
        return cls.of_fields(decode_list(raw, "a header"))

    @classmethod
    def of_fields(cls, fields: list[Item]) -> Self:
        """From its decoded fields; raises HeaderMalformed or RlpMalformed."""
        if not PLAIN_FIELDS <= len(fields) <= MOST_FIELDS:
            raise HeaderMalformed(number="?", field="all", reason=f"are {len(fields)} fields")
        number = integer(fields[8], "the number of a header")
        try:
            return cls._of(number, fields)
        except RlpMalformed as error:
            raise HeaderMalformed(
                number=number, field=error.values["what"], reason=error.values["reason"]
            ) from error

    @classmethod
    def _of(cls, number: int, fields: list[Item]) -> Self:
        for position, name in ((1, "ommers hash"), (4, "transactions root"), (13, "mix hash")):
            fixed(fields[position], 32, name)
        fixed(fields[BLOOM], BLOOM_BYTES, "logs bloom")
        fixed(fields[14], 8, "nonce")
        for position, name in ((7, "difficulty"), (9, "gas limit"), (10, "gas used")):
            integer(fields[position], name)
        if len(fields) > PLAIN_FIELDS:
            integer(fields[15], "base fee", 256)
        if len(fields) == MOST_FIELDS:
            fixed(fields[16], 32, "withdrawals root")
        extra_data = fields[EXTRA_DATA]
        if not isinstance(extra_data, bytes):
            raise RlpMalformed(what="extraData", reason="bytes are expected")
        return cls(
            parent=fixed(fields[0], 32, "parent"),
            proposer=fixed(fields[2], 20, "proposer"),
            state_root=fixed(fields[3], 32, "state root"),
            receipts_root=fixed(fields[5], 32, "receipts root"),
            number=number,
            time=integer(fields[11], "time"),
            extra_data=extra_data,
            fields=tuple(fields),
        )

    @property
    def bloom(self) -> bytes:
        """The filter of its logs' addresses and topics: 256 bytes."""
        return fixed(self.fields[BLOOM], BLOOM_BYTES, "logs bloom")

    def with_extra_data(self, extra_data: bytes) -> list[Item]:
        """All fields, with another extraData."""
        return [*self.fields[:EXTRA_DATA], extra_data, *self.fields[EXTRA_DATA + 1 :]]


def require_child(parent: Header, parent_hash: bytes, child: Header) -> None:
    """Raises ParentMismatch unless the child follows the parent directly."""
    if child.number != parent.number + 1 or child.parent != parent_hash:
        raise ParentMismatch(
            number=child.number,
            actual=hex_of(child.parent),
            expected=f"block {parent.number}, {hex_of(parent_hash)}",
        )
