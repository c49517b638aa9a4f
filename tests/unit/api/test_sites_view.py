"""What a graph by site and stage sums up, passes through, marks and puts where."""

from typing import Any, Final
from xml.etree import ElementTree

import pytest

from api.graph import Graph
from api.lanes import rows_for, rows_of_lanes
from api.loaders.graphs import GraphRows
from api.loaders.lots import LotsNow
from api.loaders.places import Places
from api.map_svg import draw_map
from api.sites_view import SitesView, sites_view
from lodetrace.audit.replay.bitemporal import Fact
from lodetrace.contracts.enums import EventKind, LotState, Material, RunKind, SiteKind
from tests.unit.api.scripted_chain import ident

NOW: Final = 1_000
COBALT: Final = 27


class Story:
    """Rows of a graph, as few columns as a view of it reads."""

    def __init__(self) -> None:
        self.graph = Graph(())
        self.sites: dict[str, Any] = {}

    def site(self, number: int, kind: SiteKind) -> str:
        site = ident(number)
        place = {"operator": ident(900 + number), "place": ident(800 + number)}
        self.sites[site] = {"site": site, "kind": kind, **place}
        return site

    def event(self, number: int, site: str, kind: EventKind) -> str:
        key = ident(number)
        self.graph.events[key] = {  # type: ignore[assignment]
            "event_id": key, "site": site, "kind": kind, "from": 100, "to": 200,
        }  # fmt: skip
        return key

    def run(self, number: int, kind: RunKind, event: str | None = None) -> str:
        key = ident(number)
        self.graph.runs[key] = {"run": key, "kind": kind, "event_id": event}  # type: ignore[assignment]
        return key

    def lot(self, number: int, material: Material, **told: Any) -> str:
        key = ident(number)
        row = {"event_id": None, "made_by": None, "consumed_by": None, "until": 0, "state": 1}
        what = {"lot": key, "element": COBALT, "material": material}
        self.graph.lots[key] = {**row, **what, **told}  # type: ignore[assignment]
        return key

    def view(self, root: str, facts: dict[str, list[Fact]] | None = None) -> SitesView:
        self.graph.root = (root,)
        known = GraphRows(self.graph, LotsNow(NOW, {}, {}), self.sites)
        return sites_view(known, Places(facts or {}, NOW))


@pytest.fixture
def story() -> Story:
    """Two lots of a mine and one of another, joined on paper and refined; scrap goes round."""
    told = Story()
    mine, other = (told.site(n, SiteKind.INDUSTRIAL_MINE) for n in (1, 2))
    refinery, plant = told.site(3, SiteKind.REFINERY), told.site(4, SiteKind.CELL_MAKER)
    recycler = told.site(5, SiteKind.RECYCLER)
    joined, processed = (
        told.run(20, RunKind.CHARGE),
        told.run(21, RunKind.PROCESS, told.event(30, refinery, EventKind.PROCESSING)),
    )
    for number, site in ((10, mine), (11, mine), (12, other)):
        event = told.event(40 + number, site, EventKind.BIRTH)
        told.lot(number, Material.HYDROXIDE, event_id=event, consumed_by=joined)
    told.lot(13, Material.HYDROXIDE, made_by=joined, consumed_by=processed)
    built = told.run(22, RunKind.PROCESS, told.event(31, plant, EventKind.PROCESSING))
    told.lot(14, Material.SULPHATE, made_by=processed, consumed_by=built)
    told.lot(15, Material.CELL, made_by=built, state=LotState.OFFERED, until=NOW + 1)
    recovered = told.run(23, RunKind.RECOVER, told.event(32, recycler, EventKind.RECOVERY))
    told.lot(16, Material.SCRAP, made_by=built, consumed_by=recovered)
    told.lot(17, Material.SULPHATE, made_by=recovered, consumed_by=built)
    return told


def test_lots_that_were_only_joined_stand_for_what_they_are_of(story: Story) -> None:
    view = story.view(ident(15))
    found = {
        (view.nodes[one.start].site, view.nodes[one.end].site, view.nodes[one.end].material): (
            one.lots
        )
        for one in view.arrows
    }
    assert found[ident(1), ident(3), "sulphate"] == 2
    assert found[ident(2), ident(3), "sulphate"] == 1
    assert view.passed_through == 1
    assert all(node.site is not None for node in view.nodes)
    assert [view.nodes[at].material for at in view.of_root] == ["cell"]


def test_a_circle_of_scrap_has_its_lanes_all_the_same(story: Story) -> None:
    view = story.view(ident(15))
    lanes = {node.material: node.column for node in view.nodes}
    assert [*sorted(lanes, key=lambda one: lanes[one])] == [
        "scrap", "hydroxide", "sulphate", "cell",
    ]  # fmt: skip
    backward = [
        one for one in view.arrows if view.nodes[one.start].column >= view.nodes[one.end].column
    ]
    assert {view.nodes[one.end].material for one in backward} == {"scrap"}
    places = [(node.column, node.row) for node in view.nodes]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize(
    ("facts", "cahra"),
    [
        ([], 2),  # nothing determined
        ([Fact(0, 300, 50, 0, (0, 0, 0), True, 0)], 0),
        ([Fact(0, 150, 50, 0, (0, 0, 0), True, 0)], 2),  # not for the whole event
        ([Fact(0, 300, 50, 0, (0, 0, 0), False, 4)], 2),
        ([Fact(0, 300, NOW + 1, 0, (0, 0, 0), True, 0)], 2),  # recorded later than now
    ],
)
def test_a_place_counts_as_the_auditor_counts_it(
    story: Story, facts: list[Fact], cahra: int
) -> None:
    view = story.view(ident(15), {ident(801): facts})
    by_site = {(node.site, node.material): node.cahra for node in view.nodes}
    assert by_site[ident(1), "hydroxide"] == cahra
    assert by_site[ident(2), "hydroxide"] == 1
    assert by_site[ident(3), "sulphate"] == by_site[ident(5), "sulphate"] == 0


def test_an_offer_is_told_until_it_lapses(story: Story) -> None:
    cell = next(node for node in story.view(ident(15)).nodes if node.material == "cell")
    assert (cell.offered, cell.held) == (1, 0)
    story.graph.lots[ident(15)] = {**story.graph.lots[ident(15)], "until": NOW - 1}  # type: ignore[assignment]
    cell = next(node for node in story.view(ident(15)).nodes if node.material == "cell")
    assert cell.offered == 0


def test_metal_bought_outside_counts_as_of_a_high_risk_area(story: Story) -> None:
    clear = [Fact(0, 300, 50, 0, (0, 0, 0), True, 0)]
    event = story.graph.events[ident(52)]
    story.graph.events[ident(52)] = {**event, "kind": EventKind.OUTSIDE}  # type: ignore[assignment]
    view = story.view(ident(15), {ident(801): clear, ident(802): clear})
    assert sum(node.cahra for node in view.nodes) == 1


def test_what_is_of_least_weight_shares_the_last_row() -> None:
    lane = [f"site {number}" for number in range(20)]
    weights = {node: number for number, node in enumerate(lane)}
    rows = rows_of_lanes([lane], {}, weights, 4)
    assert [node for node in lane if rows[node] < 3] == ["site 17", "site 18", "site 19"]
    assert {rows[node] for node in lane} == {0, 1, 2, 3}
    assert rows_for(1) > rows_for(3) >= 3


def test_a_stage_stands_near_what_it_is_made_of() -> None:
    before = {"c": ["b"], "d": ["a"]}
    rows = rows_of_lanes([["a", "b"], ["c", "d"]], before, dict.fromkeys("abcd", 1), 4)
    assert rows["d"] < rows["c"]


def test_the_picture_fits_a_page_however_many_sites_there_are(story: Story) -> None:
    for number in range(100, 400):
        site = story.site(number, SiteKind.INDUSTRIAL_MINE)
        event = story.event(1_000 + number, site, EventKind.BIRTH)
        story.lot(2_000 + number, Material.HYDROXIDE, event_id=event, consumed_by=ident(20))
    picture = ElementTree.fromstring(draw_map(story.view(ident(15)), "this <lot> & more"))
    assert int(picture.attrib["width"]) <= 1_600
    assert int(picture.attrib["height"]) <= 900
    text = "".join(picture.itertext())
    assert "more sites" in text
    assert "this <lot> & more" in text
