"""A program that follows the changes sees each event once, in the order of the chain."""

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
from tests.support.readers import HERE, access_of
from tests.unit.api.world_chain import WorldChain, from_mine_to_car


class Followed(WorldChain):
    """The same chain, read up to a block."""

    end: int

    def head(self) -> int:
        return self.end


@pytest.fixture
def chain() -> Followed:
    whole = from_mine_to_car()
    chain = Followed(whole.world, whole.ids)
    chain.end = whole.head() - 5
    return chain


@pytest.fixture
def gateway(chain: Followed, tmp_path: Path) -> Iterator[Gateway]:
    engine = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    indexer = Indexer(engine, chain, may_rewind=False)
    indexer.catch_up()
    yield Gateway(engine, chain, indexer, Bundles(lambda subject, ends: b""), access_of(engine))
    engine.dispose()


@pytest.fixture
def client(gateway: Gateway) -> TestClient:
    return TestClient(create_app(gateway, 60), HERE)


def page(client: TestClient, after: str | None, limit: int = 7) -> dict[str, Any]:
    asked = {"limit": limit, **({} if after is None else {"after": after})}
    answer = client.get("/changes", params=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def follow(client: TestClient, after: str | None, limit: int = 7) -> tuple[list[Any], str]:
    """All that there is after a place, and where to go on."""
    found: list[Any] = []
    while True:
        told = page(client, after, limit)
        found += told["changes"]
        after = told["next"]
        if not told["more"]:
            return found, str(after)


def test_each_event_is_told_once_and_in_order(client: TestClient, chain: Followed) -> None:
    expected = [(one.block, one.log_index, one.name) for one in chain.events(1, chain.head())]
    for limit in (1, 7, 1_000):
        found, end = follow(client, None, limit)
        assert [(one["block"], one["log_index"], one["name"]) for one in found] == expected
        assert end == str(chain.head())


def test_what_is_recorded_later_comes_after_what_was_seen(
    client: TestClient, chain: Followed, gateway: Gateway
) -> None:
    before, end = follow(client, None)
    assert page(client, end) == {"changes": [], "next": end, "more": False}
    chain.end = WorldChain.head(chain)
    gateway.indexer.catch_up()
    later, _ = follow(client, end)
    assert [*before, *later] == follow(client, None, 1_000)[0]
    assert later


def test_a_block_stands_for_all_its_events(client: TestClient, chain: Followed) -> None:
    found, _ = follow(client, "20")
    assert [one["block"] for one in found] == [one.block for one in chain.events(21, chain.head())]
    first = found[0]
    place = f"{first['block']}-{first['log_index']}"
    assert follow(client, place)[0] == found[1:]


def test_a_place_beyond_the_chain_is_kept(client: TestClient) -> None:
    assert page(client, "999999") == {"changes": [], "next": "999999", "more": False}


def test_a_change_has_the_fields_of_its_event(client: TestClient) -> None:
    found, _ = follow(client, None)
    born = next(one for one in found if one["name"] == "LotBorn")
    assert born["lot"] == born["fields"]["lot"]
    assert born["contract"] == "Origins"
    assert (born["fields"]["element"], len(born["fields"]["proof"]["words"])) == (27, 8)


@pytest.mark.parametrize("after", ["x", "-1", "1-", "1-2-3", "1.5", "", "1" * 19, "1\n"])
def test_another_place_is_refused(client: TestClient, after: str) -> None:
    refused = client.get("/changes", params={"after": after})
    assert (refused.status_code, refused.json()["code"]) == (422, "QueryInvalid")
    assert "number of a block" in refused.json()["detail"]
