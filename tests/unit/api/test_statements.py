"""No route asks the index a statement a row: what it asks follows sets of ids, not their size."""

import re
from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final

import pytest

from tests.unit.api.asked_statements import Asked, asked_of
from tests.unit.api.synthetic_gateway import DESCRIBED, FILTERED, QUESTIONS, SyntheticGateway

FIXED, A_LEVEL, TOGETHER = 12, 3, 500
"""Statements of every answer, of a level of ancestry, and ids that one statement names."""

SIZES: Final = (9, 4_999)
"""Lots of a tree; every other list has one row more."""


@pytest.fixture(scope="module", params=SIZES)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SyntheticGateway]:
    folder = tmp_path_factory.mktemp("synthetic")
    gateway = SyntheticGateway.over(f"sqlite:///{folder / 'index.db'}", request.param)
    yield gateway
    gateway.engine.dispose()


@pytest.mark.parametrize("path", QUESTIONS)
def test_no_route_asks_a_statement_a_row(served: SyntheticGateway, path: str) -> None:
    with asked_of(served.engine) as asked:
        answer = served.client.get(served.largest(path))
    assert answer.status_code == 200, answer.text[:200]
    walks = "provenance" in path or "passport" in path
    allowed = FIXED + A_LEVEL * (served.index.levels + 1) * walks + _chunks(asked)
    assert len(asked) <= allowed, [one.text[:80] for one in asked]


def test_the_count_notices_a_statement_a_row() -> None:
    one_by_one = [
        Asked("SELECT * FROM claims WHERE claims.subject IN (?)", (n,)) for n in range(50)
    ]
    assert len(one_by_one) > FIXED + _chunks(one_by_one)


def test_every_filter_of_every_list_is_asked() -> None:
    pages = {"after", "limit", "as_of", "known_at"}
    for path, queries in FILTERED.items():
        told = {one["name"] for one in DESCRIBED[path]["get"]["parameters"] if one["in"] == "query"}
        assert told - pages == {name for query in queries for name in re.findall(r"(\w+)=", query)}


def _chunks(asked: Sequence[Asked]) -> int:
    """Statements that the ids named in them need, table by table."""
    named: dict[str, set[object]] = {}
    for one in asked:
        if " IN (" in one.text:
            table = re.findall(r"FROM \"?(\w+)", one.text)[0]
            named.setdefault(table, set()).update(one.values)
    return sum(ceil(len(ids) / TOGETHER) for ids in named.values())
