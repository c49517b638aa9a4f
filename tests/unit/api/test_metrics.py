"""The gateway's numbers: of every request, without a word of what was asked about."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.errors import AddressTaken
from api.metrics import OTHER, Metrics
from tests.support.readers import HERE
from tests.unit.api.asked_statements import asked_of
from tests.unit.api.members_gateway import MembersGateway

AT = "lodetrace_gateway_"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[MembersGateway]:
    made = MembersGateway.over(f"sqlite:///{tmp_path / 'index.db'}")
    yield made
    made.engine.dispose()


@pytest.fixture
def metrics(served: MembersGateway) -> Metrics:
    made = Metrics(served.gateway)
    app = create_app(served.gateway, 60, made)
    served.client = TestClient(app, HERE, raise_server_exceptions=False)
    return made


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"{AT}{name}", labels)


def test_each_request_is_counted_by_its_route(served: MembersGateway, metrics: Metrics) -> None:
    lots = served.chain.ids["lot"][:3]
    for lot in lots:
        served.ask(f"/lots/{lot}", "alpha")
    at = {"method": "GET", "route": "/lots/{lot}"}
    assert value(metrics, "request_seconds_count", **at) == len(lots)
    assert 0 < (value(metrics, "request_seconds_sum", **at) or 0) < 60


def test_statements_are_those_of_the_request(served: MembersGateway, metrics: Metrics) -> None:
    served.token("alpha")
    with asked_of(served.engine) as asked:
        served.ask("/lots?limit=3", "alpha")
    at = {"method": "GET", "route": "/lots"}
    assert value(metrics, "request_statements_sum", **at) == len(asked) > 2
    served.ask("/health")
    assert value(metrics, "request_statements_sum", method="GET", route="/health") == 0


def test_refusals_are_counted_by_their_names(served: MembersGateway, metrics: Metrics) -> None:
    served.ask("/lots")
    served.ask("/lots?limit=0", "alpha")
    served.ask("/nowhere")
    served.client.post("/session", content=b"x" * ((1 << 20) + 1))
    for code in ("LoginRequired", "QueryInvalid", "Http404", "BodyTooLarge"):
        assert value(metrics, "refusals_total", code=code) == 1, code
    assert value(metrics, "refusals_total", code="Unexpected") is None


def test_nobody_makes_labels_by_asking(served: MembersGateway, metrics: Metrics) -> None:
    for number in range(50):
        served.client.request(f"BREW{number}", f"/beans/{number}")
        served.client.get(f"/lots/0x{number:064x}")
    found = {
        (sample.labels["method"], sample.labels["route"])
        for family in metrics.registry.collect()
        for sample in family.samples
        if "route" in sample.labels
    }
    assert found == {(OTHER, OTHER), ("GET", "/lots/{lot}")}


def test_how_far_the_index_is(served: MembersGateway, metrics: Metrics) -> None:
    head = served.chain.head()
    assert value(metrics, "indexed_block") == value(metrics, "head_block") == head
    served.chain.world.tx()
    served.chain.world.tx()
    assert value(metrics, "lag_blocks") == 0  # as it was last seen
    served.gateway.indexer.head = served.chain.head()
    assert value(metrics, "lag_blocks") == 2
    assert value(metrics, "halted") == 0
    served.gateway.failure = "an alarm"
    assert value(metrics, "halted") == 1


def test_they_are_told_on_loopback_alone_and_name_nothing(
    served: MembersGateway, metrics: Metrics
) -> None:
    for path in ("/lots", f"/lots/{served.chain.ids['lot'][0]}", "/metrics"):
        served.ask(path, "alpha")
    assert served.ask("/metrics", "alpha").status_code == 404
    url = metrics.serve(0)
    assert url.startswith("http://127.0.0.1:")
    said = httpx.get(url).text
    assert "lodetrace_gateway_request_seconds_bucket" in said
    assert re.search(r"0x[0-9a-fA-F]{8}", said) is None
    with pytest.raises(AddressTaken):
        metrics.serve(int(re.findall(r":(\d+)/", url)[0]))
