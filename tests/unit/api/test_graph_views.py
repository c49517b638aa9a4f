"""The views of a graph tell the same lots, runs, events and arrows, each in its own form."""

import csv
import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from api.indexer import tables as t
from tests.support.synthetic_index import ident
from tests.unit.api.synthetic_gateway import SyntheticGateway

LOTS: Final = 41
RUNS: Final = 20


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SyntheticGateway]:
    folder = tmp_path_factory.mktemp("synthetic")
    gateway = SyntheticGateway.over(f"sqlite:///{folder / 'index.db'}", LOTS)
    yield gateway
    gateway.engine.dispose()


@pytest.fixture(params=["lots", "products"])
def path(request: pytest.FixtureRequest, served: SyntheticGateway) -> str:
    """Of the graph of the root, or of the product that it is in."""
    subject = served.index.root if request.param == "lots" else ident("car", 0)
    return f"/{request.param}/{subject}/provenance"


def told(served: SyntheticGateway, path: str, **asked: Any) -> Any:
    answer = served.client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def in_pages(served: SyntheticGateway, path: str, limit: int) -> dict[str, list[Any]]:
    """The full view, put together."""
    whole: dict[str, list[Any]] = {"lots": [], "runs": [], "events": [], "arrows": []}
    after: dict[str, str] = {}
    while True:
        page = told(served, path, limit=limit, **after)
        assert sum(len(page[name]) for name in ("lots", "runs", "events")) <= limit
        for name, found in whole.items():
            found += page[name]
        if page["next"] is None:
            return whole
        after = {"after": page["next"]}


def test_the_full_view_shows_each_node_and_arrow_once(served: SyntheticGateway, path: str) -> None:
    whole = told(served, path)
    assert (whole["view"], whole["next"]) == ("full", None)
    assert [len(whole[name]) for name in ("lots", "runs", "events")] == [LOTS, RUNS, LOTS]
    for limit in (1, 10, 1_000):
        found = in_pages(served, path, limit)
        for name in ("lots", "runs", "events"):
            assert found[name] == whole[name]
        arrows = [(one["start"], one["end"]) for one in found["arrows"]]
        assert sorted(arrows) == [(one["start"], one["end"]) for one in whole["arrows"]]


def test_the_graph_is_laid_out(served: SyntheticGateway, path: str) -> None:
    graph, whole = told(served, path, view="graph"), told(served, path)
    nodes = graph["nodes"]
    ids = [node["id"] for node in nodes]
    assert len(set(ids)) == len(nodes) == 2 * LOTS + RUNS
    arrows = {(ids[start], ids[end]) for start, end in graph["arrows"]}
    assert arrows == {(one["start"], one["end"]) for one in whole["arrows"]}
    assert all(nodes[start]["column"] < nodes[end]["column"] for start, end in graph["arrows"])
    places = {(node["column"], node["row"]) for node in nodes}
    assert len(places) == len(nodes)
    root = nodes[ids.index(served.index.root)]
    assert root["column"] == max(node["column"] for node in nodes)


def test_a_node_says_what_it_is(served: SyntheticGateway, path: str) -> None:
    nodes = {node["id"]: node for node in told(served, path, view="graph")["nodes"]}
    lot, run = nodes[ident("lot", 0)], nodes[ident("run", RUNS + 1)]
    event = nodes[ident("event", 0)]
    assert (lot["kind"], lot["what"], lot["element"]) == ("lot", "ore", "Co")
    assert (lot["state"], lot["site"]) == ("consumed", ident("site", 0))
    assert (run["kind"], run["what"], run["site"]) == ("run", "process", ident("site", RUNS + 1))
    assert (event["kind"], event["what"], event["state"]) == ("event", "birth", None)
    assert (lot["withdrawn"], event["withdrawn"], run["withdrawn"]) == (True, True, False)
    assert not nodes[ident("lot", 1)]["withdrawn"]


def test_sites_and_stages_sum_up_the_lots(served: SyntheticGateway, path: str) -> None:
    view = told(served, path, view="sites")
    by_stage = {(node["site"], node["material"]): node for node in view["nodes"]}
    assert sum(node["lots"] for node in view["nodes"]) == LOTS
    assert sum(node["events"] for node in view["nodes"]) == LOTS
    ore = by_stage[ident("site", 0), "ore"]
    assert (ore["lots"], ore["withdrawn"], ore["site_kind"]) == (1, 1, "refinery")
    # every lot but the last went into a run
    assert sum(arrow["lots"] for arrow in view["arrows"]) == LOTS - 1
    nodes = view["nodes"]
    assert all(nodes[a["start"]]["column"] <= nodes[a["end"]]["column"] for a in view["arrows"])
    assert [nodes[at]["material"] for at in view["of_root"]] == ["sulphate"]


@pytest.mark.parametrize("view", ["graph", "sites"])
@pytest.mark.parametrize("asked", [{"limit": 5}, {"after": ident("lot", 1)}])
def test_only_the_full_view_has_pages(
    served: SyntheticGateway, path: str, view: str, asked: dict[str, Any]
) -> None:
    refused = served.client.get(path, params={"view": view, **asked})
    assert (refused.status_code, refused.json()["code"]) == (422, "QueryInvalid")
    assert f"view={view} has no pages" in refused.json()["detail"]


def test_tables_have_a_row_a_lot_with_its_parents(served: SyntheticGateway, path: str) -> None:
    written = served.client.get(f"{path}.csv")
    lines = served.client.get(f"{path}.ndjson")
    assert written.headers["content-type"].startswith("text/csv")
    assert lines.headers["content-type"] == "application/x-ndjson"
    table = list(csv.DictReader(written.text.splitlines()))
    rows = [json.loads(line) for line in lines.text.splitlines()]
    assert len(table) == len(rows) == LOTS
    consumed: dict[str, list[str]] = {}
    for lot in served.index.told(t.lots):
        consumed.setdefault(lot["consumed_by"], []).append(lot["lot"])
    for cells, row in zip(table, rows, strict=True):
        assert cells["lot"] == row["lot"]
        assert row["parents"] == (consumed[row["made_by"]] if row["made_by"] else [])
        assert cells["parents"].split() == row["parents"]
        assert cells["run_kind"] == (row["run_kind"] or "")
    assert rows[0]["state"] == "consumed"


def test_a_table_names_parents_beyond_its_depth(served: SyntheticGateway) -> None:
    path = f"/lots/{served.index.root}/provenance.ndjson"
    answer = served.client.get(path, params={"depth": 1, "direction": "descendants"})
    [row] = answer.text.splitlines()
    assert len(json.loads(row)["parents"]) == 2
