"""A small chain with something of every kind that the gateway has a route for."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.indexer.chain_event import ChainEvent
from lodetrace.contracts.enums import CertificateStatus, EventKind, Material, RunKind
from lodetrace.node.client import NodeHeader
from lodetrace.text import hex_of
from tests.support.audit_world import START, World, scoped, word


@dataclass
class WorldChain:
    """What the world recorded, as a source of the indexer. ids: by the parameter of a route."""

    world: World
    ids: Mapping[str, list[str]]
    chain_id: int = 1337
    genesis: str = "0x" + "9e" * 32
    first_block: int = 1

    def head(self) -> int:
        return self.world.chain.block

    def block(self, number: int) -> NodeHeader:
        time = max((e.time for e in self.world.chain.events if e.block <= number), default=START)
        return NodeHeader(number, _hash(number), _hash(number - 1), time, 0, 30_000_000)

    def events(self, first: int, last: int) -> list[ChainEvent]:
        return [
            ChainEvent(e.event, e.contract, e.block, e.place, e.time, _hash(e.block))
            for e in self.world.chain.events
            if first <= e.block <= last
        ]


def _hash(block: int) -> str:
    return f"0x{block + (1 << 128):064x}"


def from_mine_to_car() -> WorldChain:
    """Births, custody, a run, a sealed car with total and claim, a price, a late suspension."""
    world = World.founded()
    stated = world.event("mine", EventKind.BIRTH)
    ore, offered, held = world.birth(stated), world.birth(), world.birth()
    world.hand_over(ore, "beta")
    world.offer(offered, "gamma")
    world.hold(held)
    (pack,) = world.run(RunKind.PROCESS, [ore], [(Material.PACK, 4)])
    car = world.declare()
    world.assign(car, pack, 2)
    world.seal(car)
    claims = [world.claim(world.total(car, 1, scale=2)), world.claim(held, owner="alpha")]
    record = world.price_record()
    world.set_status("mine-irma", "mine", CertificateStatus.SUSPENDED)
    world.withdraw(stated)
    ids = {
        "lot": [ore, offered, held, pack],
        "event_id": [*world.stated_of],
        "claim": claims,
        "record": [record],
        "product": [car],
        "organisation": [word(name) for name in ("alpha", "beta", "risk")],
        "site": [word("mine"), word("refinery")],
        "certificate": [scoped("certifier", "mine-irma")],
    }
    return WorldChain(world, {name: [hex_of(one) for one in some] for name, some in ids.items()})
