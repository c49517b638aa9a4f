"""What the gateway says of continuous sites, and of what their periods are behind."""

from dataclasses import replace
from pathlib import Path

from fastapi.testclient import TestClient

from api.app import create_app
from api.bundles import Bundles
from api.deps import Gateway
from api.indexer.follow import Indexer
from api.indexer.store import open_store
from lodetrace.contracts.enums import EventKind, Material, RunKind
from lodetrace.text import hex_of
from tests.support.audit_world import DAY, World, word
from tests.support.readers import HERE, access_of
from tests.unit.api.world_chain import WorldChain

SALT, STOCK, PACK = (Material.SULPHATE, 1), (Material.IN_PROCESS, 1), (Material.PACK, 1)


def test_lots_claims_sites_and_events(tmp_path: Path) -> None:
    world = World.founded()
    world.site("tanks", "beta", "port", [Material.SULPHATE], continuous=True)
    ore, other = world.birth(), world.birth()
    for lot in (ore, other):
        world.hand_over(lot, "beta")
    world.chain.next(DAY)
    said = world.stated("tanks", EventKind.PROCESSING, inputs=[ore]).statement
    period = world.attest(world.restated(replace(said, from_=said.to - DAY)))
    salt, stock = world.run(RunKind.PROCESS, [ore], [SALT, STOCK], stated=period, site="tanks")
    (pack,) = world.run(RunKind.PROCESS, [salt], [PACK])
    (batch,) = world.run(RunKind.PROCESS, [other], [PACK])
    car = world.declare()
    world.assign(car, pack, 1)
    world.seal(car)
    total = world.total(car, 1, scale=1)
    claims = {one: world.claim(one) for one in (pack, batch, total)}
    world.set_continuous("tanks", False)

    engine = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    chain = WorldChain(world, {})
    indexer = Indexer(engine, chain, may_rewind=False)
    indexer.catch_up()
    gateway = Gateway(engine, chain, indexer, Bundles(lambda subject, ends: b""), access_of(engine))
    client = TestClient(create_app(gateway, 60), HERE)

    def shown(path: str) -> dict[str, object]:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    by_period = {
        lot: shown(f"/lots/{hex_of(lot)}")["lot"]["by_period"]  # type: ignore[index]
        for lot in (ore, salt, stock, pack, batch)
    }
    assert by_period == {ore: False, salt: True, stock: True, pack: True, batch: False}
    balances = {
        subject: shown(f"/claims/{hex_of(claim)}")["balance"] for subject, claim in claims.items()
    }
    said_so = "mass balance, period of up to 31 days"
    assert balances == {pack: said_so, batch: None, total: said_so}
    assert shown(f"/events/{hex_of(period.id)}")["period"] is True
    assert shown(f"/sites/{hex_of(word('tanks'))}")["continuous"] is False
    assert shown(f"/sites/{hex_of(word('refinery'))}")["continuous"] is False
    engine.dispose()
