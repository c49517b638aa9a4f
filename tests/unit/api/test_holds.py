"""Lots on hold: those of a root in the hands of one ownership group, whoever has the others."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.bundles import Bundles
from api.deps import Gateway
from api.indexer.follow import Indexer
from api.indexer.store import open_store
from lodetrace.audit.replay.history import replay
from lodetrace.contracts.enums import Material, RunKind
from lodetrace.text import hex_of, iso_time
from tests.support.audit_world import DAY, World, word
from tests.support.readers import HERE, access_of
from tests.unit.api.world_chain import WorldChain


@pytest.fixture
def world() -> World:
    return World.founded()


@pytest.fixture
def asked(world: World, tmp_path: Path) -> Iterator[Any]:
    """Answers of a gateway that has read the world so far."""
    engine = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    source = WorldChain(world, {})
    gateway = Gateway(
        engine=engine,
        source=source,
        indexer=Indexer(engine, source, may_rewind=False),
        bundles=Bundles(lambda subject, ends: b""),
        access=access_of(engine),
    )

    def ask(path: str) -> Any:
        gateway.indexer.catch_up()
        with TestClient(create_app(gateway, 60), HERE) as client:
            answer = client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    yield ask
    engine.dispose()


def held(asked: Any) -> set[str]:
    """The lots that the filter finds; it leaves out all others."""
    found, others = asked("/lots?held=true")["lots"], asked("/lots?held=false")["lots"]
    assert not {lot["lot"] for lot in found} & {lot["lot"] for lot in others}
    return {lot["lot"] for lot in found}


def test_a_hold_is_on_what_one_group_has_of_a_root(world: World, asked: Any) -> None:
    """As the auditor's replay says."""
    sold, kept = world.run(
        RunKind.REBOOK, [world.birth()], [(Material.ORE, 1)] * 2, account="alpha"
    )
    other = world.birth()
    world.hand_over(sold, "beta")
    world.offer(kept, "beta", days=60)
    world.hold(kept)
    until = world.chain.time + 14 * DAY
    assert held(asked) == {hex_of(kept)}
    shown = {lot: asked(f"/lots/{hex_of(lot)}")["lot"] for lot in (sold, kept, other)}
    assert shown[kept]["on_hold_until"] == iso_time(until)
    assert shown[kept]["hold_group"] == hex_of(word("group alpha"))
    assert shown[kept]["state"] == "offered"
    for lot in (sold, other):
        assert shown[lot]["on_hold_until"] is shown[lot]["hold_group"] is None
    for lot in (sold, kept, other):
        told = replay(world.evidence(lot)).replay.book
        assert (told.hold_on(told.lots[lot], world.chain.time) is not None) == (lot == kept)


def test_what_was_decided_about_a_root_is_told_of_each_of_its_lots(
    world: World, asked: Any
) -> None:
    lot = world.birth()
    world.hold(lot)
    world.renew(lot)
    world.release(lot)
    details = asked(f"/lots/{hex_of(lot)}")
    acts = [(step["sequence"], step["act"]) for step in details["holds"]]
    assert acts == [(1, "held"), (2, "renewed"), (3, "release proposed"), (4, "released")]
    assert {step["group"] for step in details["holds"]} == {hex_of(word("group alpha"))}
    assert details["lot"]["on_hold_until"] is None
    assert held(asked) == set()


def test_a_hold_lapses(world: World, asked: Any) -> None:
    world.hold(world.birth())
    assert len(held(asked)) == 1
    world.chain.next(15 * DAY)
    world.birth()
    assert held(asked) == set()


@pytest.mark.parametrize("before", [True, False])
def test_who_leaves_a_group_takes_its_holds_along(world: World, asked: Any, before: bool) -> None:
    """Those that were in force then; not later ones."""
    lot = world.birth()
    matter = world.matter(lot)
    if before:
        world.hold_on(matter)
    world.set_group("alpha", "group of a buyer")
    world.set_group("alpha", "group of another buyer")
    if not before:
        world.hold_on(matter)
    assert held(asked) == ({hex_of(lot)} if before else set())
    assert asked(f"/lots/{hex_of(lot)}")["lot"]["hold_group"] == (
        hex_of(matter[2]) if before else None
    )


def test_a_lot_born_held_is_held_until_it_is_released(world: World, asked: Any) -> None:
    lot = world.birth()
    world.hand_over(lot, "beta")
    (out,) = world.run(RunKind.PROCESS, [lot], [(Material.SULPHATE, 1)], in_band=False)
    assert held(asked) == {hex_of(out)}
    world.release_lot(out)
    assert held(asked) == set()
