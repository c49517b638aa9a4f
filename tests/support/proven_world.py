"""A lot or product of a world on a chain that proves all that happened there."""

from lodetrace.audit.bundle import Bundle, BundleSubject
from tests.support.audit_world import World
from tests.support.synthetic_chain import Chain


def chain_of(world: World) -> Chain:
    """What the world recorded, noted block by block, under one head behind all of it."""
    chain = Chain()
    for shown in world.chain.events:
        chain.note(shown.event, shown.address, block=shown.block, time=shown.time)
    chain.seal(number=world.chain.block + 1, time=world.chain.time + 1)
    return chain


def bundle_of(chain: Chain, lot: bytes) -> Bundle:
    """About a lot."""
    return chain.bundle(lot, kind=BundleSubject.LOT)
