"""Every statement of every route is found by an index, in SQLite and in PostgreSQL.

No table that grows with the chain is read as a whole; only a list of nearly everything walks along
its key, until its page is full.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from sqlalchemy import Connection, Engine

from api.indexer.tables import credit_rules, cursor, making, memberships, metadata, root_holds
from tests.support.postgresql import Server
from tests.unit.api.asked_statements import Asked, asked_of
from tests.unit.api.synthetic_gateway import QUESTIONS, WALKED, SyntheticGateway

LOTS: Final = 4_999
SMALL: Final = {table.name for table in (cursor, making, credit_rules, memberships, root_holds)}
"""Of members and of what judges stopped there are few, however many lots there are."""
GROWING: Final = {table.name for table in metadata.sorted_tables} - SMALL


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]
)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SyntheticGateway]:
    """With what PostgreSQL learns of its tables by itself; SQLite knows nothing of them."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('synthetic') / 'index.db'}"
    else:
        server: Server = request.getfixturevalue("postgresql")
        url = server.database()
    gateway = SyntheticGateway.over(url, LOTS)
    if request.param == "postgresql":
        with gateway.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    yield gateway
    gateway.engine.dispose()


@pytest.mark.parametrize("path", QUESTIONS)
def test_no_table_that_grows_is_read_as_a_whole(served: SyntheticGateway, path: str) -> None:
    with asked_of(served.engine) as asked:
        assert served.client.get(served.smallest(path)).status_code == 200
    walks = path in WALKED or "withdrawn=true" in path
    statements = [one for one in asked if one.text.startswith("SELECT")]
    found = {one.text: scanned(served.engine, one, walks) for one in statements}
    assert {text[:4_000]: tables for text, tables in found.items() if tables} == {}


@pytest.mark.parametrize(
    "text", ["SELECT * FROM lots WHERE revision = 7", "SELECT count(*) FROM lots WHERE count = 2"]
)
def test_a_question_without_an_index_is_noticed(served: SyntheticGateway, text: str) -> None:
    assert scanned(served.engine, Asked(text, ()), walks=False)
    assert scanned(served.engine, Asked(text, ()), walks=True)


def scanned(engine: Engine, statement: Asked, walks: bool) -> list[str]:
    """The tables that are read as a whole. walks: it may go along an index to its limit."""
    may_walk = walks and "LIMIT" in statement.text
    with engine.connect() as connection:
        by_kind = {"sqlite": _by_sqlite, "postgresql": _by_postgresql}
        return list(by_kind[engine.dialect.name](connection, statement, may_walk))


def _by_sqlite(connection: Connection, statement: Asked, may_walk: bool) -> Iterator[str]:
    explained = f"EXPLAIN QUERY PLAN {statement.text}"
    for row in connection.exec_driver_sql(explained, statement.values):
        told = re.fullmatch(r"SCAN (\w+)( USING .*INDEX .*)?", row[3])
        if told and told[1] in GROWING and not (may_walk and told[2]):
            yield row[3]


def _by_postgresql(connection: Connection, statement: Asked, may_walk: bool) -> Iterator[str]:
    # for a few thousand rows a scan is cheap, and would be chosen
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    explained = f"EXPLAIN (FORMAT JSON) {statement.text}"
    [plan] = connection.exec_driver_sql(explained, statement.values).scalar_one()
    for node in _nodes(plan["Plan"]):
        if node.get("Relation Name") not in GROWING or "Index Cond" in node:
            continue
        if node["Node Type"] == "Bitmap Heap Scan":  # its index is a node of its own
            continue
        if not (may_walk and "Index Name" in node):
            yield f"{node['Node Type']} {node['Relation Name']}"


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)
