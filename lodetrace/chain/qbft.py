"""What QBFT writes into extraData, and the two hashes that follow from it.

Besu: extraData = rlp([vanity, [validators], vote, round, [seals]]). The block hash has no
seals and round 0; what a validator signs has no seals and the round. So seals
are not part of a block's identity and differ from node to node: count them, never compare them.
"""

from dataclasses import dataclass
from typing import Final

from lodetrace.chain.errors import ExtraDataMalformed, RlpMalformed
from lodetrace.chain.header import Header
from lodetrace.chain.strict_rlp import Item, decode_list, encode, fixed, integer, integer_bytes
from zk_circuits.keccak import keccak256

VANITY_BYTES: Final = 32
ADDRESS_BYTES: Final = 20
SEAL_BYTES: Final = 65
ADD: Final = b"\xff"
REMOVE: Final = b""
MOST_VALIDATORS: Final = 100
"""A bound on work; consortia have some dozens."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A proposer's vote to add (or remove) a validator; address: 20 bytes."""

    validator: bytes
    add: bool


@dataclass(frozen=True, slots=True)
class ExtraData:
    """extraData of a QBFT block. validators: those that seal this block, in the block's order."""

    vanity: bytes
    validators: tuple[bytes, ...]
    vote: Vote | None
    round: int
    seals: tuple[bytes, ...]


def extra_data_of(header: Header) -> ExtraData:
    """Decoded and bounded; raises ExtraDataMalformed."""
    return decode_extra_data(header.extra_data, header.number)


def decode_extra_data(data: bytes, number: int) -> ExtraData:
    """The field alone, of block `number`; raises ExtraDataMalformed."""
    try:
        return _decoded(data)
    except RlpMalformed as error:
        reason = f"{error.values['what']}: {error.values['reason']}"
        raise ExtraDataMalformed(number=number, reason=reason) from error


def block_hash(header: Header, extra: ExtraData | None = None) -> bytes:
    """The block's identity, the same whoever sealed it in whichever round.

    extra: that of the header, where it was decoded before.
    """
    return _hash(header, extra or extra_data_of(header), 0)


def sealed_hash(header: Header, extra: ExtraData | None = None) -> bytes:
    """What the validators of the block signed."""
    extra = extra or extra_data_of(header)
    return _hash(header, extra, extra.round)


def encode_extra_data(extra: ExtraData) -> bytes:
    """As Besu writes it."""
    return _encode(extra, extra.round, extra.seals)


def _hash(header: Header, extra: ExtraData, round_number: int) -> bytes:
    unsealed = _encode(extra, round_number, ())
    return keccak256(encode(header.with_extra_data(unsealed)))


def _encode(extra: ExtraData, round_number: int, seals: tuple[bytes, ...]) -> bytes:
    vote: list[Item] = []
    if extra.vote is not None:
        vote = [extra.vote.validator, ADD if extra.vote.add else REMOVE]
    validators: list[Item] = list(extra.validators)
    return encode([extra.vanity, validators, vote, integer_bytes(round_number), list(seals)])


def _decoded(data: bytes) -> ExtraData:
    items = decode_list(data, "extraData")
    if len(items) != 5:
        raise RlpMalformed(what="extraData", reason=f"it has {len(items)} items instead of 5")
    vanity, validators, vote, round_number, seals = items
    return ExtraData(
        vanity=fixed(vanity, VANITY_BYTES, "vanity"),
        validators=_each(validators, ADDRESS_BYTES, "validators"),
        vote=_vote(vote),
        round=integer(round_number, "round", 32),
        seals=_each(seals, SEAL_BYTES, "seals"),
    )


def _each(items: Item, length: int, what: str) -> tuple[bytes, ...]:
    if isinstance(items, bytes) or len(items) > MOST_VALIDATORS:
        raise RlpMalformed(what=what, reason=f"a list of at most {MOST_VALIDATORS} is expected")
    return tuple(fixed(item, length, what) for item in items)


def _vote(item: Item) -> Vote | None:
    if isinstance(item, bytes):
        raise RlpMalformed(what="vote", reason="a list is expected")
    if not item:
        return None
    if len(item) != 2 or item[1] not in (ADD, REMOVE):
        raise RlpMalformed(what="vote", reason="an address and 0xff or nothing are expected")
    return Vote(fixed(item[0], ADDRESS_BYTES, "vote"), item[1] == ADD)
