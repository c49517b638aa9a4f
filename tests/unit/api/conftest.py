"""An index over a scripted chain, and a client of the gateway above it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from api.app import create_app
from api.bundles import Bundles
from api.deps import Gateway
from api.indexer.follow import Indexer
from api.indexer.store import open_store
from lodetrace.audit.bundle import Subject
from lodetrace.evidence.cosignatures import Witnessed
from lodetrace.evidence.errors import AncestryTooLarge, BlockUnknown, SubjectNotRecorded
from tests.support.postgresql import Server
from tests.support.readers import HERE, access_of
from tests.unit.api.scripted_chain import (
    ScriptedChain,
    born,
    consumed,
    ident,
    made,
    offered,
    run,
    site,
    standing,
)


@pytest.fixture
def chain() -> ScriptedChain:
    """Two births, merged into one lot, which is split into two."""
    chain = ScriptedChain()
    chain.mine(site(0x51), standing(0xE1, 0x51), standing(0xE2, 0x51))
    chain.mine(born(0xA1, 0xE1), born(0xA2, 0xE2))
    chain.mine(run(0xB1), consumed(0xA1, 0xB1), consumed(0xA2, 0xB1), made(0xA3, 0xB1))
    chain.mine(run(0xB2), consumed(0xA3, 0xB2), made(0xA4, 0xB2), made(0xA5, 0xB2, held=True))
    chain.mine(offered(0xA4, expiry=chain.time(6)))
    return chain


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind; without a PostgreSQL server those tests are skipped."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'index.db'}"
    server: Server = request.getfixturevalue("postgresql")
    return server.database()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = open_store(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def gateway(chain: ScriptedChain, engine: Engine) -> Gateway:
    indexer = Indexer(engine, chain, may_rewind=True)
    indexer.catch_up()
    return Gateway(engine, chain, indexer, Bundles(scripted_bundle), access_of(engine))


def scripted_bundle(subject: Subject, ends: Witnessed) -> bytes:
    """What an export gives, and how it ends."""
    block = ends.block
    if block > 6:
        raise BlockUnknown(block=block, head=6)
    if block == 0:
        raise SubjectNotRecorded(kind="lot", id=subject.id.hex(), block=block)
    if subject.id == bytes.fromhex(ident(0xA5)[2:]):
        raise AncestryTooLarge(kind="lot", id=subject.id.hex(), limit=5_000)
    return f"bundle of {subject.kind.name} {subject.id.hex()} at {block}".encode()


@pytest.fixture
def client(gateway: Gateway) -> Iterator[TestClient]:
    with TestClient(create_app(gateway, 0.05), HERE, raise_server_exceptions=False) as client:
        yield client
