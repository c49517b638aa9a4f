"""Ids by their beginning."""

from collections.abc import Iterator

import pytest

from tests.support.synthetic_index import ident
from tests.unit.api.synthetic_gateway import SyntheticGateway


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SyntheticGateway]:
    folder = tmp_path_factory.mktemp("synthetic")
    gateway = SyntheticGateway.over(f"sqlite:///{folder / 'index.db'}", 41)
    yield gateway
    gateway.engine.dispose()


@pytest.mark.parametrize(
    ("kind", "prefix"),
    [
        ("product", "car"), ("lot", "lot"), ("organisation", "member"), ("site", "site"),
        ("certificate", "paper"), ("claim", "claim"), ("event", "event"), ("price", "price"),
    ],
)  # fmt: skip
def test_every_kind_is_found_by_a_whole_id(
    served: SyntheticGateway, kind: str, prefix: str
) -> None:
    for spelled in (ident(prefix, 3), "0x" + ident(prefix, 3)[2:].upper()):
        answer = served.client.get("/search", params={"begins": spelled}).json()
        assert answer == {"found": [{"kind": kind, "id": ident(prefix, 3)}], "more": False}


def test_a_beginning_finds_five_of_each_kind(served: SyntheticGateway) -> None:
    answer = served.client.get("/search", params={"begins": ident("lot", 0)[:40]}).json()
    assert [one["id"] for one in answer["found"]] == [ident("lot", number) for number in range(5)]
    assert answer["more"] is True
    everything = served.client.get("/search", params={"begins": "0x0000"}).json()
    assert len(everything["found"]) == 5 * 8
    nothing = served.client.get("/search", params={"begins": "0xffff"}).json()
    assert nothing == {"found": [], "more": False}


@pytest.mark.parametrize("begins", ["0x", "0x123", "1234", "0xzzzz", "0x" + "1" * 65, "0x12%"])
def test_what_is_no_beginning_is_refused(served: SyntheticGateway, begins: str) -> None:
    answer = served.client.get("/search", params={"begins": begins})
    assert (answer.status_code, answer.json()["code"]) == (422, "QueryInvalid")
