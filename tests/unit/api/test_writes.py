"""Rows that wait in memory while a range is written are what rows written one by one would be."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from api.errors import EventUnexpected
from api.indexer import follow
from api.indexer.digest import digest
from api.indexer.follow import Indexer
from api.indexer.store import open_store, writing
from api.indexer.tables import lots, withdrawals
from api.indexer.writes import Rows, add, change
from tests.unit.api.asked_statements import asked_of
from tests.unit.api.scripted_chain import ScriptedChain, born, ident, offered, standing, word
from tests.unit.api.world_chain import from_mine_to_car


def made_in_ranges(url: str, blocks: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    engine = open_store(url)
    monkeypatch.setattr(follow, "LARGEST_RANGE", blocks)
    Indexer(engine, from_mine_to_car(), may_rewind=False).catch_up()
    found = digest(engine)
    engine.dispose()
    return found


def test_the_rows_are_equal_however_long_a_range_is(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = made_in_ranges(database_url, 1_000, monkeypatch)
    for blocks in (1, 7):
        url = f"sqlite:///{tmp_path / f'{blocks}.db'}"
        assert made_in_ranges(url, blocks, monkeypatch) == whole


def written(engine: Engine, act: Callable[[Rows], None]) -> None:
    with writing(engine) as connection:
        assert connection is not None
        rows = Rows(connection)
        act(rows)
        rows.flush()


def withdrawal(rows: Rows, document: int, *, used: bool = False) -> None:
    said = {"declaration": word(1), "reason": word(2), "used": used, "time": 5}
    add(rows, withdrawals, event_id=word(9), document=word(document), **said)


def test_what_exists_is_refused_wherever_it_waits(engine: Engine) -> None:
    def twice(rows: Rows) -> None:
        withdrawal(rows, 1)
        withdrawal(rows, 1)

    with pytest.raises(IntegrityError):
        written(engine, twice)
    written(engine, lambda rows: withdrawal(rows, 1))
    with pytest.raises(IntegrityError):
        written(engine, lambda rows: withdrawal(rows, 1))


def test_a_reader_sees_what_waits(engine: Engine) -> None:
    def read(rows: Rows) -> None:
        withdrawal(rows, 1)
        assert rows.execute(select(withdrawals.c.document)).scalars().all() == [ident(1)]
        withdrawal(rows, 2)
        assert len(rows.execute(select(withdrawals)).all()) == 2

    written(engine, read)


def test_a_change_reaches_what_waits_and_what_does_not(engine: Engine) -> None:
    (at,) = _events(standing(0xE1, 0x51))
    written(engine, lambda rows: withdrawal(rows, 1))

    def both(rows: Rows) -> None:
        withdrawal(rows, 2)
        for document in (1, 2):
            key = {"event_id": word(9), "document": word(document)}
            change(rows, withdrawals, at, key, used=True)
        with pytest.raises(EventUnexpected, match="0 rows of withdrawals"):
            change(rows, withdrawals, at, {"event_id": word(9), "document": word(3)}, used=True)
        with pytest.raises(EventUnexpected, match="2 rows of withdrawals"):
            change(rows, withdrawals, at, {"event_id": word(9)}, used=True)

    written(engine, both)
    with engine.connect() as connection:
        assert connection.execute(select(withdrawals.c.used)).scalars().all() == [True, True]


def test_statements_follow_kinds_of_rows_not_events(engine: Engine, chain: ScriptedChain) -> None:
    """Offers of lots: one row of custody each, and one change of the lot."""
    Indexer(engine, chain, may_rewind=True).catch_up()
    asked = []
    for count in (10, 100):
        first = 0x1000 * count
        chain.mine(*(born(first + number, 0xE1) for number in range(count)))
        Indexer(engine, chain, may_rewind=True).catch_up()
        chain.mine(*(offered(first + number, expiry=chain.time(99)) for number in range(count)))
        with asked_of(engine) as found:
            Indexer(engine, chain, may_rewind=True).catch_up()
        asked.append(len([one for one in found if not one.text.startswith("UPDATE lots")]))
    assert asked[0] == asked[1]
    with engine.connect() as connection:
        state = select(lots.c.sequence).where(lots.c.lot == ident(0x1000 * 100))
        assert connection.execute(state).scalar_one() == 2


def _events(*events: object) -> list:
    chain = ScriptedChain()
    chain.mine(*events)  # type: ignore[arg-type]
    return chain.events(1, 1)
