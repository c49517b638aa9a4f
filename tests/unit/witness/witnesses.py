"""Witnesses over a chain made in the test: nodes over a socket, files on the disk, one clock."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from coincurve import PrivateKey

from lodetrace.audit.anchor import Anchor, Witness
from lodetrace.audit.bundle import CoSignature
from lodetrace.audit.heads import GRID, Head, SignedHead, domain_of, set_digest
from lodetrace.secp256k1 import Signature, address_of_public
from lodetrace.witness.publication import Publication
from lodetrace.witness.rounds import unobserved
from lodetrace.witness.service import WitnessService
from tests.support.audit_events import ACCEPTED, BORN
from tests.support.synthetic_chain import GENESIS_TIME, Chain
from tests.unit.evidence.header_server import serving
from zk_circuits.keccak import keccak256

START = GENESIS_TIME - GENESIS_TIME % GRID + GRID
"""The first time on the grid of a made chain, which has a block in every other second."""


@dataclass
class Clock:
    """The one clock of a test."""

    now: int = START

    def __call__(self) -> int:
        return self.now


def secret(name: str) -> bytes:
    return keccak256(f"witness {name}".encode())


def address(name: str) -> bytes:
    public = PrivateKey(secret(name)).public_key.format(compressed=False)
    return address_of_public(public[1:])


def group(name: str) -> bytes:
    return keccak256(f"group {name}".encode())


def named(*names: str, since: int = 0, until: int | None = None) -> tuple[Witness, ...]:
    return tuple(Witness(address(name), group(name), since, until) for name in names)


def with_witnesses(anchor: Anchor, *names: str) -> Anchor:
    """Each in a group of its own, and the sealers each in another one."""
    sealers = tuple((validator, group(validator.hex())) for validator in anchor.validators)
    return replace(anchor, witnesses=named(*names), sealers=sealers)


def until(chain: Chain, time: int) -> Chain:
    """The chain goes on until it has a block of that time."""
    while chain.head.time < time:
        chain.seal()
    return chain


def split(at: int, time: int) -> tuple[Chain, Chain]:
    """A chain and the branch that a quorum of its validators makes after block `at`."""
    one, other = Chain(), Chain()
    for chain, event in ((one, ACCEPTED), (other, BORN)):
        chain.grow(at)
        chain.emit(event)
        until(chain, time)
    return one, other


def head_of(anchor: Anchor, chain: Chain, number: int, seen_at: int, previous: int = 0) -> Head:
    """What an honest witness of that chain says of a block."""
    after, before = chain.anchor(number), chain.anchor(previous)
    return Head(
        genesis=anchor.genesis,
        number=number,
        block_hash=after.hash,
        block_time=after.header.time,
        validators=set_digest(after.validators),
        previous_number=previous,
        previous_hash=before.hash,
        seen_at=seen_at,
    )


def signed(anchor: Anchor, head: Head, name: str) -> SignedHead:
    domain = domain_of(anchor)
    signature = Signature.make(head.typed_data(domain), secret(name))
    return SignedHead(domain, head, signature.raw)


def words(
    anchor: Anchor, chain: Chain, number: int, seen: dict[str, int], names: Sequence[str]
) -> tuple[CoSignature, ...]:
    """Co-signatures of a block, as a bundle has them. names: of all of the anchor's witnesses."""
    found = []
    for index, name in enumerate(names):
        if name in seen:
            said = head_of(anchor, chain, number, seen[name])
            signature = signed(anchor, said, name).signature
            found.append(
                CoSignature(
                    index, said.seen_at, said.previous_number, said.previous_hash, signature
                )
            )
    return tuple(found)


@contextmanager
def witnessing(
    chain: Chain,
    folder: Path,
    clock: Callable[[], int],
    name: str = "one",
    step: Callable[[str], None] = unobserved,
    start: bool = True,
) -> Iterator[WitnessService]:
    with serving(chain) as (node, _):
        service = WitnessService.open(
            node,
            folder,
            Publication(folder),
            (address(name), secret(name)),
            clock,
            with_witnesses(chain.anchor(), name) if start else None,
            step,
        )
        try:
            yield service
        finally:
            service.close()
