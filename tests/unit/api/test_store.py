"""The database under the index: widths, orders, views, and what happens when it is away."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, insert, inspect, select, update
from sqlalchemy.exc import DBAPIError

from api.app import create_app
from api.bundles import Bundles
from api.deps import Gateway
from api.errors import ChainRewound, DatabaseUnreachable, DatabaseUnusable
from api.indexer import follow
from api.indexer.digest import digest
from api.indexer.follow import Indexer
from api.indexer.store import next_block, open_store, reading, writer_lock, writing
from api.indexer.tables import accounts, credit_rules, cursor, events, lots
from api.settings import GatewaySettings
from lodetrace.contracts.events import CreditRuleSet
from tests.support.postgresql import Server
from tests.support.readers import HERE, access_of
from tests.unit.api.conftest import scripted_bundle
from tests.unit.api.scripted_chain import ScriptedChain, born, ident, offered

LOCKED = func.pg_try_advisory_xact_lock(*writer_lock())
UINT64, UINT40, UINT32 = 2**64 - 1, 2**40 - 1, 2**32 - 1


@pytest.fixture
def other_engine(database_url: str) -> Iterator[Engine]:
    """A second gateway's way to the same index."""
    opened = open_store(database_url)
    yield opened
    opened.dispose()


def index_of(chain: ScriptedChain, url: str) -> dict[str, str]:
    engine = open_store(url)
    Indexer(engine, chain, may_rewind=False).catch_up()
    found = digest(engine)
    engine.dispose()
    return found


# --- what is stored ------------------------------------------------------------------------------


def test_the_widest_numbers_of_the_contracts_fit(
    chain: ScriptedChain, gateway: Gateway, engine: Engine
) -> None:
    chain.mine(born(0xC1, 0xE1))
    gateway.indexer.catch_up()
    with engine.begin() as connection:
        connection.execute(
            update(lots).where(lots.c.lot == ident(0xC1)).values(sequence=UINT32 - 1)
        )
    chain.mine(offered(0xC1, expiry=UINT40, sequence=UINT32))
    chain.mine(CreditRuleSet(credit=1, schemes=UINT64, pass_gated=True))
    gateway.indexer.catch_up()
    with reading(engine) as connection:
        lot = connection.execute(select(lots).where(lots.c.lot == ident(0xC1))).one()
        assert (lot.sequence, lot.until) == (UINT32, UINT40)
        assert connection.execute(select(credit_rules.c.schemes)).scalar_one() == str(UINT64)


def test_ids_are_ordered_byte_by_byte(engine: Engine) -> None:
    """People sort a before B and 10 after 9; pages and digests follow bytes."""
    names = ["0xa1", "0xB2", "0xb1", "0xA2", "0x9", "0x10"]
    rest = dict.fromkeys(("organisation", "signer", "viewing_key"), "0x") | {
        "roles": 0,
        "removed": False,
    }
    with engine.begin() as connection:
        connection.execute(insert(accounts), [{"account": name, **rest} for name in names])
    with reading(engine) as connection:
        wanted = select(accounts.c.account).order_by(accounts.c.account)
        assert list(connection.execute(wanted).scalars()) == sorted(names)
        after = select(accounts.c.account).where(accounts.c.account > "0xB2")
        assert set(connection.execute(after).scalars()) == {"0xa1", "0xb1"}


def test_both_databases_hold_the_same_rows(
    chain: ScriptedChain, postgresql: Server, tmp_path: Path
) -> None:
    sqlite = index_of(chain, f"sqlite:///{tmp_path / 'index.db'}")
    assert index_of(chain, postgresql.database()) == sqlite


def test_an_answer_sees_one_moment(chain: ScriptedChain, gateway: Gateway, engine: Engine) -> None:
    with reading(engine) as connection:
        before = connection.execute(select(cursor)).one()
        chain.mine(born(0xC1, 0xE1))
        gateway.indexer.catch_up()
        last = connection.execute(select(func.max(events.c.block))).scalar_one()
        assert last < before.next_block
    assert next_block(engine) == before.next_block + 1


def test_readers_go_on_while_a_range_is_written(gateway: Gateway, engine: Engine) -> None:
    with writing(engine) as connection:
        assert connection is not None
        connection.execute(lots.delete())
        with reading(engine) as other:
            assert other.execute(select(func.count()).select_from(lots)).scalar_one() == 5


def test_a_step_with_many_events_makes_the_next_one_shorter(
    chain: ScriptedChain, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "MANY_EVENTS", 1)
    monkeypatch.setattr(follow, "LARGEST_RANGE", 4)
    asked: list[int] = []
    answer = ScriptedChain.events

    def counting(self: ScriptedChain, first: int, last: int) -> list:
        asked.append(last - first + 1)
        return answer(self, first, last)

    monkeypatch.setattr(ScriptedChain, "events", counting)
    for number in range(4):
        chain.mine(born(0xC1 + number, 0xE1), born(0xD1 + number, 0xE1))
    Indexer(engine, chain, may_rewind=False).catch_up()
    assert asked == [4, 2, 1, 1, 1]


def test_an_index_of_an_earlier_version_gets_what_its_tables_lack(
    chain: ScriptedChain, gateway: Gateway, engine: Engine, database_url: str
) -> None:
    """Questions about a site event look its lots and runs up by it."""
    before = digest(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX lots_event_id")
    open_store(database_url).dispose()
    assert "lots_event_id" in {one["name"] for one in inspect(engine).get_indexes("lots")}
    assert digest(engine) == before


# --- one index, several gateways -----------------------------------------------------------------


def test_gateways_over_one_index_write_each_range_once(
    chain: ScriptedChain, engine: Engine, other_engine: Engine, tmp_path: Path
) -> None:
    """Both follow a growing chain at once; whatever one of them read late it leaves alone."""
    for number in range(40):
        chain.mine(born(0x100 + number, 0xE1))
    growing = ScriptedChain(blocks=chain.blocks[:1])
    stop = threading.Event()
    failures: list[Exception] = []
    limit = time.monotonic() + 120

    def go_on(indexer: Indexer) -> None:
        try:
            while not stop.is_set() or next_block(engine) != len(growing.blocks):
                indexer.catch_up()
                assert time.monotonic() < limit, "both get on"
        except Exception as error:  # noqa: BLE001 - shown by the test
            failures.append(error)

    both = [Indexer(opened, growing, may_rewind=False) for opened in (engine, other_engine)]
    threads = [threading.Thread(target=go_on, args=(indexer,), daemon=True) for indexer in both]
    for thread in threads:
        thread.start()
    for block in chain.blocks[1:]:
        growing.blocks.append(block)
        time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    assert digest(engine) == index_of(chain, f"sqlite:///{tmp_path / 'alone.db'}")


def test_a_range_that_another_gateway_read_meanwhile_is_left_alone(
    chain: ScriptedChain, engine: Engine, other_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Indexer(engine, chain, may_rewind=False)
    answer, faster = ScriptedChain.events, Indexer(other_engine, chain, may_rewind=False)

    def overtaken(self: ScriptedChain, first: int, last: int) -> list:
        monkeypatch.setattr(ScriptedChain, "events", answer)
        faster.catch_up()
        return answer(self, first, last)

    monkeypatch.setattr(ScriptedChain, "events", overtaken)
    assert slow.catch_up() == chain.head()
    assert next_block(engine) == chain.head() + 1


def test_a_gateway_waits_for_nobody(
    chain: ScriptedChain, postgresql: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """While another one writes, catching up ends at once and is taken up again later."""
    url = postgresql.database()
    engine, other = open_store(url), open_store(url)
    with writing(engine) as connection:
        assert connection is not None
        indexer = Indexer(other, chain, may_rewind=False)
        assert indexer.catch_up() == chain.first_block - 1
    assert indexer.catch_up() == chain.head()
    engine.dispose()
    other.dispose()


def test_indexes_in_schemas_of_their_own_do_not_wait_for_each_other(postgresql: Server) -> None:
    one, other = (open_store(postgresql.database()) for _ in range(2))
    with writing(one) as first, writing(other) as second:
        assert first is not None
        assert second is not None
    one.dispose()
    other.dispose()


def test_a_gateway_that_hangs_loses_its_lock(chain: ScriptedChain, postgresql: Server) -> None:
    url = postgresql.database()
    hanging, other = open_store(url), open_store(url)
    with writing(hanging) as connection:
        assert connection is not None
        asked = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout")
        assert asked.scalar_one() == "1min"
    with hanging.connect() as connection:
        transaction = connection.begin()
        assert connection.execute(select(LOCKED)).scalar_one()
        connection.exec_driver_sql("SET idle_in_transaction_session_timeout = '100ms'")
        time.sleep(1)
        assert Indexer(other, chain, may_rewind=False).catch_up() == chain.head()
        with pytest.raises(DBAPIError, match="idle-in-transaction"):
            connection.execute(lots.delete())
        transaction.close()
    assert Indexer(hanging, chain, may_rewind=False).catch_up() == chain.head()
    assert digest(hanging) == digest(other)
    hanging.dispose()
    other.dispose()


def test_a_node_behind_the_index_is_waited_for(
    chain: ScriptedChain, gateway: Gateway, engine: Engine
) -> None:
    """Final blocks stay, so a lower head is a slower node, whoever read further."""
    before = digest(engine)
    behind = ScriptedChain(blocks=chain.blocks[:-2])
    indexer = Indexer(engine, behind, may_rewind=False)
    assert indexer.catch_up() == chain.head()
    assert digest(engine) == before
    behind.blocks = [*chain.blocks]
    behind.mine(born(0xC1, 0xE1))
    assert indexer.catch_up() == behind.head()
    behind.fork = 1
    with pytest.raises(ChainRewound):
        indexer.catch_up()


# --- away ----------------------------------------------------------------------------------------


def test_a_database_that_is_away_stops_nothing(chain: ScriptedChain, postgresql: Server) -> None:
    """It crashes under a gateway that serves, and comes back."""
    engine = open_store(postgresql.database())
    indexer, bundles = Indexer(engine, chain, may_rewind=False), Bundles(scripted_bundle)
    gateway = Gateway(engine, chain, indexer, bundles, access_of(engine))
    gateway.indexer.catch_up()
    with TestClient(create_app(gateway, 0.05), HERE, raise_server_exceptions=False) as client:
        before = client.get("/lots").json()
        postgresql.stop("immediate")
        try:
            answer = client.get("/lots")
            assert answer.status_code == 503
            problem = answer.json()
            assert problem["type"] == "urn:lodetrace:problem:DatabaseUnreachable"
            assert str(postgresql.folder) not in answer.text
            assert client.get("/health").status_code == 200
            chain.mine(born(0xC1, 0xE1))
        finally:
            postgresql.start()
        assert client.get("/lots").json()["lots"][:5] == before["lots"]
        limit = time.monotonic() + 30
        while client.get(f"/lots/{ident(0xC1)}").status_code != 200:
            assert time.monotonic() < limit, "the index follows again"
            time.sleep(0.05)
    engine.dispose()


SECRET = "hunter2"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"lodetrace:{SECRET}@host", "it is no address"),
        (f"mysql://lodetrace:{SECRET}@host/index", "mysql is not supported"),
        (f"postgresql+pg8000://lodetrace:{SECRET}@host/index?ssl=1", "does not answer"),
        (f"postgresql://lodetrace:{SECRET}@host:port/index", "it is no address"),
        ("sqlite://", "it names no file"),
        ("sqlite:////tmp/co?balt/index.db", "written %3F"),
        ("sqlite:////tmp/index.db?mode=ro", "takes no parameters"),
        (f"postgresql://lodetrace:{SECRET}@127.0.0.1:1/index", "does not answer"),
    ],
)
def test_an_address_that_cannot_be_used_is_said_without_its_password(url: str, said: str) -> None:
    with pytest.raises((DatabaseUnusable, DatabaseUnreachable), match=said) as caught:
        open_store(url)
    assert SECRET not in f"{caught.value}{caught.value.advice}{caught.value.values}"


@pytest.mark.parametrize("name", ["plant%41", "co?balt", "50 % #2@home", "Łódź&co=x", "file:x"])
def test_the_index_lies_in_the_folder_of_the_build_whatever_its_name(
    tmp_path: Path, root: Path, name: str
) -> None:
    build = tmp_path / name
    networks = str(root / "networks.yaml")
    given = {"LODETRACE_NETWORKS": networks, "LODETRACE_BUILD": str(build)}
    open_store(GatewaySettings.load(given).database_url).dispose()
    assert [entry.name for entry in tmp_path.iterdir()] == [name]
    assert (build / "gateway.db").is_file()


def test_no_address_of_a_file_is_put_together_from_its_name(root: Path) -> None:
    """In an f-string the name would be read as a part of the address."""
    folders = [root / name for name in ("api", "benchmarks", "demo", "lodetrace", "oracle")]
    files = (path for folder in folders for path in folder.rglob("*.py"))
    assert [str(path) for path in files if 'f"sqlite:' in path.read_text("utf-8")] == []


def test_a_missing_driver_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(DatabaseUnusable, match="driver is not installed"):
        open_store("postgresql://lodetrace@127.0.0.1/index")
