"""The index of a real chain in SQLite and in PostgreSQL: the same rows, the same answers."""

import multiprocessing
import random
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select

from api.app import create_app
from api.bundles import Bundles
from api.deps import Gateway
from api.indexer.digest import digest
from api.indexer.follow import Indexer
from api.indexer.rebuild import rebuild
from api.indexer.source import DeployedContracts
from api.indexer.store import open_store
from api.indexer.tables import events, lots, metadata
from lodetrace.contracts.enums import CertificateStatus, Measure, ReasonCode, Scheme
from lodetrace.contracts.reasons import coded
from lodetrace.member.claims import ClaimOrder, claim
from lodetrace.member.holds import hold
from lodetrace.member.products import retire
from lodetrace.text import enum_word
from tests.stateful import index_victim
from tests.stateful.market import Market
from tests.stateful.paths import DAY, born, dismantled, handed_over, offered
from tests.stateful.test_member_path import RESPONSIBLE, car_total, packed, refined
from tests.support.consortium import ORACLES, Consortium, compiled, word
from tests.support.postgresql import Server
from tests.support.readers import HERE, access_of
from zk_circuits.schema import Credit

pytestmark = pytest.mark.chain

KILLS = 10
LATEST_STEP = 150
NEVER = 0
EMPTY = {"withdrawals", "withdrawn_origins", "sealed"}
"""Nothing is withdrawn here, and no trust anchor is followed."""
PRELOADED = ["api.indexer.follow", "api.indexer.source", "psycopg", "web3"]


@dataclass
class Indexed:
    """A chain on which everything happened once, and its index in both databases."""

    consortium: Consortium
    source: DeployedContracts
    sqlite: Engine
    postgresql: Engine

    def digests(self) -> list[dict[str, str]]:
        return [digest(engine) for engine in (self.sqlite, self.postgresql)]

    def catch_up(self) -> None:
        for engine in (self.sqlite, self.postgresql):
            Indexer(engine, self.source, may_rewind=False).catch_up()


@pytest.fixture
def indexed(consortium: Consortium, postgresql: Server, tmp_path: Path) -> Iterator[Indexed]:
    live_once(consortium)
    source = DeployedContracts(consortium.node, consortium.artifacts, consortium.deployment)
    engines = (open_store(f"sqlite:///{tmp_path / 'index.db'}"), open_store(postgresql.database()))
    found = Indexed(consortium, source, *engines)
    found.catch_up()
    yield found
    for engine in engines:
        engine.dispose()


def live_once(consortium: Consortium) -> None:
    """From mine to car and back; a claim, a price, a hold, a late suspension, lots on the way."""
    ore = born(consortium)
    filed = (word("mine"), consortium.sequences["mine"], word("document"))
    consortium.member("mine").send("file", "Attestations", "file", *filed)
    refused = (*filed, coded(ReasonCode.CORRECTED))
    consortium.member(ORACLES[0]).send("refuse", "Attestations", "refuse", *refused)
    handed_over(consortium, "mine", "refinery", [ore.lot])
    sulphate, _ = refined(consortium, ore.lot).outputs
    handed_over(consortium, "refinery", "pack_maker", [sulphate.lot])
    packs = packed(consortium, sulphate.lot)
    handed_over(consortium, "pack_maker", "car_maker", [packs])
    cobalt = car_total(consortium, packs)
    claim(
        consortium.member("car_maker"),
        ClaimOrder(cobalt.total, Measure.CREDIT_SHARE, 1_000_000, RESPONSIBLE),
    )
    ended = dismantled(consortium, packs, 10**7, 1)  # one of 580 packs of 5.8 t
    retire(consortium.member("car_maker"), cobalt.product, ended)
    market = Market.opened(consortium)
    market.publish(market.record(), ("mine",))
    offered(consortium, "other_mine", "refinery", [born(consortium, site="other_mine").lot])
    hold(consortium.member("risk"), born(consortium).lot, coded(ReasonCode.RISK_FINDING))
    consortium.member("certifier").send(
        "suspend", "Certificates", "setStatus", consortium.certificate(Scheme.RMI_RMAP, "mine"),
        CertificateStatus.SUSPENDED, consortium.now() - DAY, coded(ReasonCode.AUDIT_FINDING),
    )  # fmt: skip
    expelled = (word("certifier"), coded(ReasonCode.AUDIT_FINDING))
    consortium.council("Members", "suspend", *expelled)
    taken = consortium.certificate(Scheme.RECYCLED_CONTENT, "recycler")
    consortium.member("other_certifier").send(
        "take over", "Certificates", "takeOver", taken, word("findings")
    )


def test_both_databases_hold_the_same_rows(indexed: Indexed) -> None:
    sqlite, postgresql = indexed.digests()
    assert sqlite == postgresql
    with indexed.postgresql.connect() as connection:
        filled = {
            table.name
            for table in metadata.sorted_tables
            if connection.execute(select(func.count()).select_from(table)).scalar_one()
        }
    assert {table.name for table in metadata.sorted_tables} - filled <= EMPTY


def test_every_route_answers_alike_on_both(indexed: Indexed) -> None:
    """Every id of the index is asked for on every route, right or wrong."""
    answered: set[str] = set()
    with serving(indexed.sqlite, indexed) as one, serving(indexed.postgresql, indexed) as other:
        for route in own_routes_of_the_gateway(one):
            for path in asked(route, ids_of(indexed.sqlite)):
                first, second = one.get(path), other.get(path)
                assert (first.status_code, first.content) == (second.status_code, second.content)
                assert first.status_code in (200, 404), path
                answered |= {route} if first.status_code == 200 else set()
        assert answered == set(own_routes_of_the_gateway(one))


def test_certificates_were_in_force_where_the_chain_opened_the_gate(indexed: Indexed) -> None:
    """A lot's gates are what the chain decided, whatever was recorded since."""
    with indexed.sqlite.connect() as connection:
        wanted = select(lots.c.event_id, lots.c.gates).where(lots.c.event_id.is_not(None))
        born_lots = connection.execute(wanted).all()
    decided = set()
    with serving(indexed.sqlite, indexed) as client:
        for event_id, gates in born_lots:
            shown = client.get(f"/events/{event_id}").json()["certificates"]
            opening = [one for one in shown if one["scheme"] == enum_word(Scheme.RMI_RMAP)]
            opened = bool(gates >> (Credit.RESPONSIBLE - 1) & 1)
            assert any(one["in_force_as_known_then"] for one in opening) == opened
            decided.add(opened)
    assert decided == {True, False}


def test_the_index_follows_a_chain_that_goes_on(indexed: Indexed) -> None:
    before = indexed.digests()
    born(indexed.consortium)
    indexed.catch_up()
    sqlite, postgresql = indexed.digests()
    assert sqlite == postgresql != before[0]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_rebuilt_index_is_equal_row_by_row(kind: str, indexed: Indexed) -> None:
    engine: Engine = getattr(indexed, kind)
    before, told = digest(engine), []
    last = rebuild(
        engine.url, indexed.source, lambda *how_far: told.append(how_far), may_rewind=False
    )
    assert digest(engine) == before
    assert told[-1] == (last, last)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_is_lost_or_doubled_over_seeded_kills(
    kind: str, indexed: Indexed, postgresql: Server, tmp_path: Path
) -> None:
    """kill -9 in the middle of a range, between two, and of two gateways in turns."""
    chance = random.Random(f"index {kind}")
    url = f"sqlite:///{tmp_path / 'killed.db'}" if kind == "sqlite" else postgresql.database()
    deployment = tmp_path / "deployment.json"
    indexed.consortium.deployment.save(deployment)
    paths = (indexed.consortium.node.url, compiled(), deployment, url)
    kills = 0
    while kills < KILLS:
        code = run_victim(*paths, chance.randint(1, LATEST_STEP))
        if code == 0:
            engine = open_store(url)
            assert digest(engine) == digest(indexed.sqlite)
            for table in reversed(metadata.sorted_tables):
                with engine.begin() as connection:
                    connection.execute(table.delete())
            engine.dispose()
            continue
        assert code == -signal.SIGKILL
        kills += 1
    assert run_victim(*paths, NEVER) == 0
    engine = open_store(url)
    assert digest(engine) == digest(indexed.sqlite)
    engine.dispose()


def run_victim(rpc: str, artifacts: Path, deployment: Path, url: str, steps: int) -> int:
    """A process of its own, made by one that has everything imported; its exit code."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    arguments = (rpc, artifacts, deployment, url, steps)
    process = context.Process(target=index_victim.main, args=arguments)
    process.start()
    process.join(timeout=120)
    assert process.exitcode is not None, "the victim gets on"
    return process.exitcode


def serving(engine: Engine, indexed: Indexed) -> TestClient:
    indexer = Indexer(engine, indexed.source, may_rewind=False)
    bundles = Bundles(lambda subject, ends: f"{subject} at {ends.block}".encode())  # from a node
    gateway = Gateway(engine, indexed.source, indexer, bundles, access_of(engine))
    return TestClient(create_app(gateway, 60), HERE)


def own_routes_of_the_gateway(client: TestClient) -> list[str]:
    described = client.get("/openapi.json").json()["paths"]
    return sorted(path for path in described if "get" in described[path] and path != "/session")


def ids_of(engine: Engine) -> list[str]:
    """Every 32-byte word that any event of the chain carries."""
    with engine.connect() as connection:
        rows = connection.execute(select(events.c.fields)).scalars()
        return sorted({word for row in rows for word in re.findall(r"0x[0-9a-f]{64}", str(row))})


def asked(route: str, ids: list[str]) -> list[str]:
    if route == "/search":
        return [f"{route}?begins={one[:length]}" for one in ids for length in (6, 66)]
    hole = re.search(r"\{\w+\}", route)
    return [route] if hole is None else [route.replace(hole[0], one) for one in ids]
