"""Alarms and dashboard in docs/monitoring are well formed and name only metrics that exist."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient

from api.app import create_app
from api.metrics import Metrics
from lodetrace.network.besu_toml import POOL_SIZE
from lodetrace.network.node_metrics import HEAD_TIME, HEIGHT, PEERS
from oracle.service.health import ServiceHealth
from oracle.service.metrics import registry_of
from oracle.service.states import IntakeState, ReportState
from oracle.service.store import Store
from tests.support.readers import HERE
from tests.unit.api.members_gateway import MembersGateway

OUTSIDE = {
    "up",
    "node_filesystem_avail_bytes",
    "node_filesystem_size_bytes",
    "node_timex_offset_seconds",
}
"""Of Prometheus itself and of its node exporter."""

_METRIC = re.compile(r"\b(?:up|(?:besu|ethereum|jvm|process|node|lodetrace)_[a-z0-9_]+)\b")
_STRING = re.compile(r'"[^"]*"')


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names that a Besu 25.8.0 of a QBFT network gave, and those of our oracle node."""
    besu = (Path(__file__).parent / "besu-metrics.txt").read_text("utf-8").split()
    with Store(tmp_path_factory.mktemp("oracle")) as store:
        return {*besu, *oracle_metrics(store), *gateway_metrics(tmp_path_factory), *OUTSIDE}


def oracle_metrics(store: Store) -> Iterator[str]:
    for family in registry_of(store, ServiceHealth()).collect():
        yield family.name + ("_total" if family.type == "counter" else "")


def gateway_metrics(folders: pytest.TempPathFactory) -> Iterator[str]:
    """Of one that was asked something and refused something."""
    served = MembersGateway.over(f"sqlite:///{folders.mktemp('gateway') / 'index.db'}")
    metrics = Metrics(served.gateway)
    TestClient(create_app(served.gateway, 60, metrics), HERE).get("/lots")
    for family in metrics.registry.collect():
        yield from {sample.name for sample in family.samples}
    served.engine.dispose()


def rules(root: Path) -> list[dict[str, Any]]:
    path = root / "docs" / "monitoring" / "prometheus-rules.yaml"
    groups = yaml.safe_load(path.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels(root: Path) -> list[dict[str, Any]]:
    path = root / "docs" / "monitoring" / "grafana-dashboard.json"
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["panels"]
    return found


def expressions(root: Path) -> list[str]:
    asked = [target["expr"] for panel in panels(root) for target in panel["targets"]]
    return [*asked, *(rule["expr"] for rule in rules(root))]


def named(expression: str) -> set[str]:
    return set(_METRIC.findall(_STRING.sub("", expression)))


def balanced(expression: str) -> bool:
    text = _STRING.sub("", expression)
    return all(text.count(a) == text.count(b) for a, b in ("()", "[]", "{}"))


def test_every_expression_names_metrics_that_exist(root: Path, known: set[str]) -> None:
    found = expressions(root)
    assert len(found) > 25
    for expression in found:
        assert named(expression), expression
        assert named(expression) - known == set(), expression
        assert balanced(expression), expression


def test_what_the_tool_itself_reads_exists(known: set[str]) -> None:
    assert {HEAD_TIME, HEIGHT, PEERS} <= known


def test_a_metric_that_does_not_exist_is_seen(known: set[str]) -> None:
    assert named("rate(besu_blockchain_chain_height[5m])") - known
    assert len(list(known)) > 100


def test_every_alarm_says_what_to_do(root: Path) -> None:
    found = rules(root)
    assert len({rule["alert"] for rule in found}) == len(found)
    for rule in found:
        assert rule["labels"]["severity"] in ("page", "warn")
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["action"]


def test_every_alarm_that_names_a_page_of_the_handbook_finds_it(root: Path) -> None:
    text = (root / "docs" / "operators.md").read_text("utf-8").lower()
    actions = [rule["annotations"]["action"] for rule in rules(root)]
    titles = [title for action in actions for title in re.findall(r'handbook, "([^"]+)"', action)]
    assert len(titles) > 4
    assert [title for title in titles if f"### {title.lower()}\n" not in text] == []


def test_alarms_of_the_pool_know_its_size(root: Path) -> None:
    (rule,) = (rule for rule in rules(root) if rule["alert"] == "PoolFills")
    assert f"{POOL_SIZE:,}" in rule["annotations"]["summary"]
    assert int(rule["expr"].rsplit(">", 1)[1]) < POOL_SIZE


def test_panels_do_not_cover_each_other(root: Path) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels(root):
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in panels(root)}) == len(panels(root))


def test_every_state_that_is_asked_for_exists(root: Path) -> None:
    """A misspelt one is never counted, and no alarm would ever sound."""
    states = {str(one) for kind in (IntakeState, ReportState) for one in kind}
    asked = set()
    for name in ("prometheus-rules.yaml", "grafana-dashboard.json"):
        text = (root / "docs/monitoring" / name).read_text("utf-8").replace('\\"', '"')
        for found in re.findall(r'state=~?"([^"]+)"', text):
            asked |= set(found.split("|"))
    assert asked
    assert asked <= states
