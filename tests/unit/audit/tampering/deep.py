"""Changes that are repaired all the way up: what holds them off is the seals alone.

An entry is changed, the word and the trie of its row are built again, the header commits to the
new root, and everything else in the bundle is right. Whoever is not a quorum of the validators can
do no more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, permutations

from lodetrace.audit.bundle import Bundle
from lodetrace.chain.header import Header
from lodetrace.chain.qbft import Vote, encode_extra_data, extra_data_of, sealed_hash
from lodetrace.chain.strict_rlp import decode, encode
from lodetrace.contracts.events import Event
from lodetrace.secp256k1 import ORDER
from tests.support.audit_events import ACCEPTED, ADDED, BORN, REGISTERED, SITE, STANDING, account
from tests.support.synthetic_chain import Chain, Validator
from tests.unit.audit.cases.base import shown, with_seals
from tests.unit.audit.tampering.mutations import (
    Mutation,
    at_path,
    paths,
    put,
    replacements,
    with_at,
)

OUTSIDERS = [Validator(f"outsider {number}") for number in range(4)]


def another_story(*accepted: Event) -> Chain:
    """The story's chain as somebody would have it who holds no validator's key."""
    made = Chain()
    made.set = OUTSIDERS
    made.emit(REGISTERED, ADDED)
    made.emit(SITE, STANDING, BORN)
    made.emit(*accepted)
    return made


def forged_stories(true: Chain) -> Iterator[Mutation]:
    """Other events and words, with true roots, true validators listed, and seals that are at hand:
    those of the true blocks, those of outsiders, and too few of each."""
    others: list[list[Event]] = [[], [ACCEPTED, ACCEPTED]]
    others += [[replace(ACCEPTED, sequence=number)] for number in range(4, 80)]
    others += [[replace(ACCEPTED, to=account(f"receiver {number}"))] for number in range(20)]
    for number, events in enumerate(others):
        yield from _with_seals_at_hand(true, another_story(*events), f"other events {number}")


def _with_seals_at_hand(true: Chain, other: Chain, label: str) -> Iterator[Mutation]:
    bundle = shown(other)
    here = true.anchor().genesis
    yield f"{label}, the outsiders' own chain", replace(bundle, genesis=here).encode()
    listed = tuple(one.address for one in true.set)
    for kind in ("true seals", "outsiders' seals"):
        headers = []
        parent = here
        for header in bundle.headers:
            extra = replace(extra_data_of(header), validators=listed, seals=())
            fields = header.with_extra_data(encode_extra_data(extra))
            fields[0], fields[2] = parent, true.set[header.number % 4].address
            odd = Header.of_fields(fields)
            message = sealed_hash(odd)
            if kind == "true seals":
                seals = extra_data_of(true.header(header.number)).seals
            else:
                seals = tuple(one.seal(message) for one in OUTSIDERS[:3])
            odd = with_seals(odd, seals)
            headers.append(odd)
            parent = message
        changed = replace(bundle, headers=tuple(headers), genesis=here)
        yield f"{label}, {kind}", changed.encode()


def in_seals(true: Chain, bundle: Bundle) -> Iterator[Mutation]:
    """Everything that can be done to the seals of each header without a validator's key."""
    for at, header in enumerate(bundle.headers):
        for label, seals in _other_seals(true, header):
            yield f"header {at}, {label}", _with_header(bundle, at, with_seals(header, seals))


def _other_seals(true: Chain, header: Header) -> Iterator[tuple[str, Sequence[bytes]]]:
    good = extra_data_of(header).seals
    yield "all of them", extra_data_of(true.blocks[header.number].header).seals
    for count in range(len(good)):
        for some in combinations(good, count):
            yield f"only {count}", some
    for order in permutations(good):
        if order != good:
            yield "out of order", order
    foreign = [*_of_other_blocks(true, header), *_of_outsiders(header)]
    for place, seal in enumerate(good):
        for other in (*good, *foreign, *_odd_forms(seal)):
            if other != seal:
                yield f"another one at {place}", (*good[:place], other, *good[place + 1 :])


def _of_other_blocks(true: Chain, header: Header) -> Iterator[bytes]:
    for block in true.blocks:
        if block.header.number != header.number:
            yield from extra_data_of(block.header).seals


def _of_outsiders(header: Header) -> Iterator[bytes]:
    message = sealed_hash(header)
    for outsider in OUTSIDERS:
        yield outsider.seal(message)


def _odd_forms(seal: bytes) -> Iterator[bytes]:
    r, s, bit = seal[:32], int.from_bytes(seal[32:64], "big"), seal[64]
    yield r + (ORDER - s).to_bytes(32, "big") + bytes([bit ^ 1])
    yield r + (ORDER - s).to_bytes(32, "big") + bytes([bit])
    for recovery in (bit ^ 1, 2, 3, 4, 27, 28, 255):
        yield seal[:64] + bytes([recovery])
    for edge in (0, 1, ORDER - 1, ORDER, (1 << 256) - 1):
        yield edge.to_bytes(32, "big") + seal[32:]
        yield r + edge.to_bytes(32, "big") + bytes([bit])


def in_extra_data(bundle: Bundle) -> Iterator[Mutation]:
    """Each part of what QBFT wrote into each header, with the RLP around it made right."""
    for at, header in enumerate(bundle.headers):
        extra = decode(header.extra_data, "extraData")
        for path in paths(extra):
            if not path:
                continue
            for label, odd in replacements(at_path(extra, path)):
                changed = encode(with_at(extra, path, put(odd)))
                if changed != header.extra_data:
                    where = "/".join(map(str, path))
                    odd_header = Header.of_fields(header.with_extra_data(changed))
                    yield f"header {at}, {where}: {label}", _with_header(bundle, at, odd_header)
        for number in (*range(1, 40), 255, 256, (1 << 32) - 1):
            moved = replace(extra_data_of(header), round=number)
            odd_header = Header.of_fields(header.with_extra_data(encode_extra_data(moved)))
            yield f"header {at}, round {number}", _with_header(bundle, at, odd_header)
        for vote in (Vote(OUTSIDERS[0].address, add=True), Vote(header.proposer, add=False)):
            voted = replace(extra_data_of(header), vote=vote)
            odd_header = Header.of_fields(header.with_extra_data(encode_extra_data(voted)))
            yield f"header {at}, {vote}", _with_header(bundle, at, odd_header)


def _with_header(bundle: Bundle, at: int, header: Header) -> bytes:
    headers = (*bundle.headers[:at], header, *bundle.headers[at + 1 :])
    return replace(bundle, headers=headers).encode()
