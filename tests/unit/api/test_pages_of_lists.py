"""Lists come in pages, each row once and in order; filters choose what they say."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from api.indexer import tables as t
from lodetrace.contracts.enums import LotState
from tests.support.synthetic_index import START, holder, ident
from tests.unit.api.synthetic_gateway import FILTERED, SyntheticGateway

LOTS: Final = 201
KEYS: Final = {
    "/lots": "lot", "/events": "event_id", "/members": "organisation", "/sites": "site",
    "/certificates": "certificate", "/claims": "claim", "/prices": "record",
    "/products": "product",
}  # fmt: skip
"""By list: what its rows are named by."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SyntheticGateway]:
    folder: Path = tmp_path_factory.mktemp("synthetic")
    gateway = SyntheticGateway.over(f"sqlite:///{folder / 'index.db'}", LOTS)
    yield gateway
    gateway.engine.dispose()


def rows_of(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Of a page of any list."""
    [rows] = [value for name, value in answer.items() if name != "next"]
    return list(rows)


def walked(served: SyntheticGateway, path: str, limit: int) -> list[str]:
    """The keys of a list, page by page."""
    found: list[str] = []
    after: str | None = None
    while True:
        asked = {"limit": str(limit), **({} if after is None else {"after": after})}
        answer = served.client.get(path, params=dict(_given(path)) | asked)
        assert answer.status_code == 200, answer.text
        shown = rows_of(answer.json())
        assert len(shown) <= limit
        found += [row[KEYS[path.split("?")[0]]] for row in shown]
        after = answer.json()["next"]
        if after is None:
            return found
        assert after == found[-1]


def _given(path: str) -> Iterator[tuple[str, str]]:
    """httpx replaces the query of an address by its own."""
    for pair in filter(None, path.partition("?")[2].split("&")):
        name, _, value = pair.partition("=")
        yield name, value


@pytest.mark.parametrize("path", [*FILTERED, "/lots?begin=0", "/events?end=2100-01-01"])
def test_pages_show_each_row_once(served: SyntheticGateway, path: str) -> None:
    whole = walked(served, path, 1_000)
    assert len(whole) == len(set(whole)) > LOTS - 2
    for limit in (7, len(whole) - 1, len(whole)):
        assert walked(served, path, limit) == whole


def test_lists_have_their_orders(served: SyntheticGateway) -> None:
    for path in ("/lots", "/events", "/members", "/sites", "/certificates", "/products"):
        found = walked(served, path, 50)
        assert found == sorted(found)
    assert walked(served, "/claims", 50) == [ident("claim", number) for number in range(LOTS)]
    newest = [ident("price", number) for number in reversed(range(LOTS + 1))]
    assert walked(served, "/prices", 50) == newest


@pytest.mark.parametrize("path", ["/claims", "/prices", "/lots?begin=0", "/events?begin=0"])
def test_a_page_goes_on_after_a_key_that_is_there(served: SyntheticGateway, path: str) -> None:
    """Where the order needs more than the key; else any id is a place in the list."""
    given = dict(_given(path)) | {"after": ident("lot", 10**6)}
    refused = served.client.get(path.split("?")[0], params=given)
    assert (refused.status_code, refused.json()["code"]) == (422, "QueryInvalid")
    assert "no page ends there" in refused.json()["detail"]


Row = dict[str, Any]


def _site_of(served: SyntheticGateway, lot: Row) -> str | None:
    run = next((r for r in served.index.told(t.runs) if r["run"] == lot["made_by"]), lot)
    stated = served.index.told(t.site_events)
    return next((e["site"] for e in stated if e["event_id"] == run["event_id"]), None)


def _flagged(served: SyntheticGateway) -> set[str]:
    return {row["lot"] for row in served.index.told(t.withdrawn_origins)}


CHOSEN: Final[dict[str, Callable[[SyntheticGateway, Row], bool]]] = {
    f"account={holder(3)}": lambda _, lot: lot["account"] == holder(3),
    f"organisation={ident('member', 3)}": lambda _, lot: lot["account"] == holder(3),
    "element=Co": lambda _, lot: True,
    "element=Ni": lambda _, lot: False,
    "material=ore": lambda _, lot: lot["event_id"] is not None,
    "state=consumed": lambda _, lot: lot["state"] == LotState.CONSUMED,
    "held=true": lambda _, lot: lot["state"] == LotState.HELD,
    "held=false": lambda _, lot: lot["state"] != LotState.HELD,
    "withdrawn=true": lambda served, lot: lot["lot"] in _flagged(served),
    "withdrawn=false": lambda served, lot: lot["lot"] not in _flagged(served),
    f"site={ident('site', 1)}": lambda served, lot: _site_of(served, lot) == ident("site", 1),
    "root=5": lambda _, lot: lot["root"] == 5,
    "root=5&index=1": lambda _, lot: False,
    f"begin={START + 1_000}&end={START + 2_000}": lambda _, lot: (
        START + 1_000 <= lot["time"] <= START + 2_000
    ),
    "material=sulphate&withdrawn=true": lambda served, lot: (
        lot["event_id"] is None and lot["lot"] in _flagged(served)
    ),
}


@pytest.mark.parametrize("query", CHOSEN)
def test_lots_are_chosen_by_what_is_asked(served: SyntheticGateway, query: str) -> None:
    expected = [lot["lot"] for lot in served.index.told(t.lots) if CHOSEN[query](served, lot)]
    assert walked(served, f"/lots?{query}", 40) == expected


def test_an_index_goes_with_its_root(served: SyntheticGateway) -> None:
    refused = served.client.get("/lots?index=0")
    assert (refused.status_code, refused.json()["values"]["name"]) == (422, "index")


def test_events_are_chosen_by_site_and_by_its_operator(served: SyntheticGateway) -> None:
    expected = [
        row["event_id"]
        for row in served.index.told(t.site_events)
        if row["site"] == ident("site", 2)
    ]
    for query in (f"site={ident('site', 2)}", f"organisation={ident('member', 2)}"):
        assert walked(served, f"/events?{query}", 10) == expected
    gone = [row["event_id"] for row in served.index.told(t.withdrawals)]
    assert walked(served, "/events?withdrawn=true", 2) == gone
    left = walked(served, "/events?withdrawn=false", 50)
    assert {*left, *gone} == {row["event_id"] for row in served.index.told(t.site_events)}


def test_members_are_found_by_account_and_signer(served: SyntheticGateway) -> None:
    for name in ("account", "signer"):
        assert walked(served, f"/members?{name}={holder(4)}", 5) == [ident("member", 4)]


def test_certificates_are_chosen_by_scheme_and_element(served: SyntheticGateway) -> None:
    of_all = walked(served, "/certificates?scheme=rmi rmap", 100)
    of_cobalt = walked(served, "/certificates?element=Co", 100)
    assert len(of_all) == len(of_cobalt) == len(served.index.told(t.sites))
    assert set(of_all).isdisjoint(of_cobalt)


# --- lots by their ids ---------------------------------------------------------------------------


def test_lots_are_told_by_their_ids(served: SyntheticGateway) -> None:
    ids = [ident("lot", number) for number in (7, 3, 7, 10**6)]
    answer = served.client.get("/lots", params={"ids": ",".join(ids)}).json()
    assert [one["lot"]["lot"] for one in answer["lots"]] == ids[:2]
    assert answer["missing"] == ids[3:]
    alone = served.client.get(f"/lots/{ids[0]}").json()
    assert answer["lots"][0] == alone
    assert [step["act"] for step in alone["custody"]] == ["offered", "accepted"]


def test_ids_are_at_most_500_and_go_with_nothing_else(served: SyntheticGateway) -> None:
    many = [ident("lot", number) for number in range(501)]
    assert len(served.client.get("/lots", params={"ids": ",".join(many[:500])}).json()["lots"])
    for asked in (
        {"ids": ",".join(many)},
        {"ids": many[0] + ","},
        {"ids": many[0], "limit": "5"},
        {"ids": many[0], "after": many[1]},
        {"ids": many[0], "held": "false"},
    ):
        refused = served.client.get("/lots", params=asked)
        assert (refused.status_code, refused.json()["values"]["name"]) == (422, "ids"), asked
