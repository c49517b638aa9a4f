"""The index made anew beside the one that answers: whatever happens, there is one good index."""

import multiprocessing
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, inspect, select

from api.access.store import open_access_store
from api.deps import Gateway
from api.errors import IndexInUse, RebuildRunning
from api.indexer import rebuild as rebuilding
from api.indexer.digest import digest
from api.indexer.follow import Indexer
from api.indexer.rebuild import rebuild
from api.indexer.store import next_block, open_store, reading, writing
from api.indexer.tables import events, lots, making
from lodetrace.node.errors import NodeUnreachable
from tests.unit.api import rebuild_victim
from tests.unit.api.asked_statements import asked_of
from tests.unit.api.scripted_chain import ScriptedChain, born, ident

POINTS = 4
"""Statements at which it is killed, over the whole and in the swap at its end."""


@pytest.fixture
def damaged(gateway: Gateway, chain: ScriptedChain, engine: Engine) -> Iterator[Engine]:
    """An index that lost a row, so that it is told from a good one."""
    with engine.begin() as connection:
        connection.execute(lots.delete().where(lots.c.lot == ident(0xA5)))
    yield engine
    engine.dispose()


def expected(chain: ScriptedChain, tmp_path: Path) -> dict[str, str]:
    good = open_store(f"sqlite:///{tmp_path / 'good.db'}")
    Indexer(good, chain, may_rewind=False).catch_up()
    found = digest(good)
    good.dispose()
    return found


def nonce(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.execute(select(making.c.nonce)).scalar_one())


def left_over(engine: Engine) -> list[str]:
    if engine.dialect.name == "postgresql":
        names = inspect(engine).get_schema_names()
        with engine.connect() as connection:
            schema = connection.execute(select(func.current_schema())).scalar_one()
        side = rebuilding._Postgresql(engine)._side
        assert schema
        return [name for name in names if name == side]
    file = Path(str(engine.url.database))
    return [one.name for one in file.parent.glob(f"{file.name}.rebuilt*")]


def quietly(read: int, head: int) -> None:
    assert read <= head


def test_a_rebuilt_index_is_what_the_chain_says(
    damaged: Engine, chain: ScriptedChain, database_url: str, tmp_path: Path
) -> None:
    before = nonce(damaged)
    good = expected(chain, tmp_path)
    assert digest(damaged) != good
    told: list[tuple[int, int]] = []
    assert (
        rebuild(database_url, chain, lambda read, head: told.append((read, head)), may_rewind=False)
        == chain.head()
    )
    assert digest(damaged) == good
    assert nonce(damaged) != before, "its tags are of another index"
    assert told[-1] == (chain.head(), chain.head())
    assert left_over(damaged) == []


def test_what_readers_are_told_of_elsewhere_stays(
    damaged: Engine, chain: ScriptedChain, database_url: str
) -> None:
    """Sessions, publications and the log of reads may lie in the same database."""
    access = open_access_store(database_url)
    tables = set(inspect(access).get_table_names())
    rebuild(database_url, chain, quietly, may_rewind=False)
    assert set(inspect(access).get_table_names()) == tables >= {"sessions", "reads"}
    access.dispose()


def test_a_gateway_goes_on_over_it(
    damaged: Engine, gateway: Gateway, chain: ScriptedChain, database_url: str, tmp_path: Path
) -> None:
    """With the connections that it had, reading and writing."""
    with reading(damaged) as index:
        assert index.execute(select(func.count()).select_from(events)).scalar_one() > 5
    rebuild(database_url, chain, quietly, may_rewind=False)
    chain.mine(born(0xD1, 0xE1))
    gateway.indexer.catch_up()
    assert digest(damaged) == expected(chain, tmp_path)


def test_a_reader_in_the_middle_sees_one_index(
    damaged: Engine, chain: ScriptedChain, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL waits for it to end, SQLite lets it go on with what it saw."""
    monkeypatch.setattr(rebuilding, "SWAP_SECONDS", 1)
    with reading(damaged) as index:
        before = index.execute(select(func.count()).select_from(lots)).scalar_one()
        if damaged.dialect.name == "postgresql":
            with pytest.raises(IndexInUse):
                rebuild(database_url, chain, quietly, may_rewind=False)
        else:
            rebuild(database_url, chain, quietly, may_rewind=False)
        assert index.execute(select(func.count()).select_from(lots)).scalar_one() == before
    rebuild(database_url, chain, quietly, may_rewind=False)
    with reading(damaged) as index:
        assert index.execute(select(func.count()).select_from(lots)).scalar_one() == before + 1


def test_an_index_without_tables_is_built(
    chain: ScriptedChain, database_url: str, tmp_path: Path
) -> None:
    rebuild(database_url, chain, quietly, may_rewind=False)
    engine = open_store(database_url)
    assert digest(engine) == expected(chain, tmp_path)
    engine.dispose()


def test_an_index_of_an_earlier_version_is_replaced_with_its_tables(
    damaged: Engine, chain: ScriptedChain, database_url: str, tmp_path: Path
) -> None:
    """Whose tables lack columns and have others: no gateway could go on with it."""
    with damaged.begin() as connection:
        connection.exec_driver_sql("DROP TABLE lots")
        connection.exec_driver_sql("CREATE TABLE lots (lot TEXT PRIMARY KEY, colour TEXT)")
        connection.exec_driver_sql("INSERT INTO lots VALUES ('x', 'blue')")
    rebuild(database_url, chain, quietly, may_rewind=False)
    assert digest(damaged) == expected(chain, tmp_path)


def test_two_rebuilds_are_one_too_many(
    damaged: Engine, chain: ScriptedChain, database_url: str
) -> None:
    def again(read: int, head: int) -> None:
        with pytest.raises(RebuildRunning):
            rebuild(database_url, chain, quietly, may_rewind=False)

    assert rebuild(database_url, chain, again, may_rewind=False) == chain.head()


def test_a_node_that_is_away_for_a_while_is_waited_for(
    damaged: Engine, chain: ScriptedChain, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "NODE_SECONDS", 0)
    away = iter([True, True, False])
    answer = ScriptedChain.head

    def head(self: ScriptedChain) -> int:
        if next(away, False):
            raise NodeUnreachable(url="http://node", reason="away")
        return answer(self)

    monkeypatch.setattr(ScriptedChain, "head", head)
    assert rebuild(database_url, chain, quietly, may_rewind=False) == answer(chain)


def test_a_gateway_that_writes_is_waited_for(
    damaged: Engine, chain: ScriptedChain, database_url: str
) -> None:
    done = threading.Event()

    def work() -> None:
        rebuild(database_url, chain, quietly, may_rewind=False)
        done.set()

    with writing(damaged) as connection:
        assert connection is not None
        thread = threading.Thread(target=work)
        thread.start()
        assert not done.wait(1)
    thread.join(timeout=60)
    assert done.is_set()
    assert next_block(damaged) == chain.head() + 1


@pytest.mark.slow
def test_kill_9_anywhere_leaves_one_good_index(
    damaged: Engine, chain: ScriptedChain, database_url: str, tmp_path: Path
) -> None:
    old, new = digest(damaged), expected(chain, tmp_path)
    with asked_of(Engine) as asked:  # type: ignore[arg-type]  # those of every engine
        rebuild(database_url, chain, quietly, may_rewind=False)
    whole = len(asked)
    damage(damaged)
    assert digest(damaged) == old
    late = range(whole - 3 * POINTS, whole, 3)
    seen = set()
    for step in [*range(1, whole - 3 * POINTS, whole // POINTS), *late]:
        assert killed_at(database_url, chain, step) == -signal.SIGKILL
        found = digest(damaged)
        assert found in (old, new), step
        seen.add(found == new)
        if found == new:
            damage(damaged)
    rebuild(database_url, chain, quietly, may_rewind=False)
    assert digest(damaged) == new
    assert left_over(damaged) == []
    assert False in seen


def damage(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(lots.delete().where(lots.c.lot == ident(0xA5)))


def killed_at(url: str, chain: ScriptedChain, statements: int) -> int | None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["api.indexer.rebuild", "psycopg"])
    process = context.Process(target=rebuild_victim.main, args=(url, chain, statements))
    process.start()
    process.join(timeout=120)
    return process.exitcode
