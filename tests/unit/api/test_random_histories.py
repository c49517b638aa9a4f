"""The gateway's lots over random histories: as the auditor's replay and the judge have them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from sqlalchemy import Connection, Engine, select

from api.indexer.follow import Indexer
from api.indexer.store import open_store, reading, wipe
from api.indexer.tables import lots, site_events
from api.loaders.lots import block_time, lots_now
from api.lot_view import lot_view, state_now
from lodetrace.audit.replay.history import replay
from lodetrace.text import hex_of, iso_time
from tests.model_tests.profile import judged_defects
from tests.unit.api.world_chain import WorldChain
from tests.unit.audit.retold import Retold
from tests.unit.audit.test_histories import attempts, told

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One database for all histories, wiped before each."""
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('index') / 'index.db'}")
    yield opened
    opened.dispose()


@judged_defects
@given(attempts)
def test_the_gateways_lots_are_those_of_the_replay_and_the_judge(
    store: Engine, seeds: list[int]
) -> None:
    retold = told(seeds)
    wipe(store)
    Indexer(store, WorldChain(retold.world, {}), may_rewind=False).catch_up()
    with reading(store) as index:
        for name in retold.lots:
            _require_alike(index, retold, name)


def _require_alike(index: Connection, retold: Retold, name: str) -> None:
    lot, theirs = retold.lots[name], retold.model_lots()[name]
    row = index.execute(select(lots).where(lots.c.lot == lot)).mappings().one()
    now = block_time(index)
    replayed = replay(retold.world.evidence(lot)).replay.book.lots[lot]
    assert state_now(row, now) == replayed.state_at(now)
    assert row["account"] == replayed.account
    assert row["held_since"] == replayed.held_since
    nature = replayed.nature
    for column in ("count", "material", "model", "root", "index", "mixed", "charge", "reworked"):
        assert row[column] == getattr(nature, column), column
    assert row["count"] == theirs.units
    assert row["charge"] or not theirs.charge
    state = lots_now(index, [row["lot"]])
    shown = lot_view(row, state)
    held = replay(retold.world.evidence(lot)).replay.book
    found = held.hold_on(held.lots[lot], now)
    ended = replayed.state.is_final
    assert (shown.on_hold_until is not None) == (found is not None and not ended)
    assert shown.held_since == iso_time(replayed.held_since)
    assert (shown.named_by is not None) == (shown.state == "named")
    if shown.named_by is not None:
        event = (
            index.execute(select(site_events).where(site_events.c.event_id == shown.named_by))
            .mappings()
            .one()
        )
        assert hex_of(lot) in event["inputs"]
