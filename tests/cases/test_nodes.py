"""Cases 04, 05 and P4: nodes that answer for less than they are asked, and ways to a node."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.serve import open_gateway
from api.settings import GatewaySettings
from lodetrace.contracts import events as told
from lodetrace.contracts.events import CertificateStatusSet, HoldPlaced, LotDisputed
from lodetrace.errors import ExitCode
from lodetrace.node.client import Node
from lodetrace.settings import Settings
from lodetrace.text import hex_of
from tests.cases.conftest import Case
from tests.cases.traded_chain import TradedChain
from tests.support.log_proxy import LogProxy, log_proxy
from tests.support.readers import HERE

pytestmark = pytest.mark.chain


@pytest.fixture
def proxy(traded_chain: TradedChain) -> Iterator[LogProxy]:
    with log_proxy(traded_chain.consortium.node.url) as found:
        yield found


@contextmanager
def gateway(chain: TradedChain, url: str, folder: Path) -> Iterator[TestClient]:
    """A gateway on this node, its index up to the head or halted."""
    library = Settings.load(chain.environment(url))
    url = f"sqlite:///{folder / 'x.db'}"
    settings = GatewaySettings.open(library, url, url, 50)
    opened = open_gateway(settings)
    with TestClient(create_app(opened, 0.05), HERE, raise_server_exceptions=False) as client:
        for _ in range(200):
            answer = client.get("/ready")
            if answer.status_code == 200 or answer.json()["code"] == "IndexHalted":
                break
            opened.stopping.wait(0.05)
        yield client


def readme(case: Case, number: str) -> str:
    return (case(number) / "README.md").read_text("utf-8")


def limits(case: Case) -> list[int]:
    """Of the case's proxy, and of the nodes that it tells of."""
    text = readme(case, "04")
    [own] = re.findall(r"limit (\d+) &", text)
    [others] = re.findall(r"limit to (.*) blocks", text)
    return [int(own), *(int(one.replace(",", "")) for one in re.findall(r"[\d,]+\d", others))]


def test_case_04_a_gateway_reads_in_the_ranges_that_its_node_answers(
    case: Case, traded_chain: TradedChain, proxy: LogProxy, tmp_path: Path
) -> None:
    assert limits(case) == [100, 500, 800, 1_000, 2_000]
    head = traded_chain.consortium.node.head()
    for number, limit in enumerate((1, 7, min(limits(case)) * head // 384)):
        proxy.limit = limit
        folder = tmp_path / str(number)
        folder.mkdir()
        with gateway(traded_chain, proxy.url, folder) as client:
            ready = client.get("/ready").json()
        assert (ready["status"], ready["indexed"]) == ("ready", head)
    assert max(proxy.ranges) > 1, "longer ranges are tried first"


def test_case_04_export_and_check_say_what_the_node_answers(
    case: Case, traded_chain: TradedChain, proxy: LogProxy, environment, lodetrace, tmp_path: Path
) -> None:
    assert "the range is made smaller until the node answers" in readme(case, "04")
    environment(traded_chain.environment(proxy.url))
    proxy.limit = 9
    out = tmp_path / "x.bundle"
    done = lodetrace(
        "audit", "export", "--lot", hex_of(traded_chain.handed_over), "--out", str(out), "--json"
    )
    assert done.exit_code == ExitCode.OK, done.output
    checked = json.loads(lodetrace("check", "--dev-index", "3", "--json").stdout)["checks"]
    [logs] = [one for one in checked if one["check"] == "logs"]
    assert logs["verdict"] == "warning"
    assert logs["detail"] == "the node gives logs of at most 9 blocks at once"


def dropped_events(case: Case) -> list[type[told.Event]]:
    """The events that the case's node leaves out; a hold was on one lot when it was written."""
    [names] = re.findall(r"^T=\S+ +# (.*)$", readme(case, "05"), re.MULTILINE)
    return [getattr(told, name.replace("LotHeld", "HoldPlaced")) for name in names.split(", ")]


def test_case_05_a_gateway_notices_what_a_node_leaves_out(
    case: Case, traded_chain: TradedChain, proxy: LogProxy, tmp_path: Path
) -> None:
    for event in dropped_events(case):
        proxy.dropped = frozenset({traded_chain.topic(event)})
        folder = tmp_path / event.__name__
        folder.mkdir()
        with gateway(traded_chain, proxy.url, folder) as client:
            ready = client.get("/ready")
            assert (ready.status_code, ready.json()["code"]) == (503, "IndexHalted")
            said = r"leaves logs out of block \d+: 1 of " + event.contract
            assert re.search(said, ready.json()["detail"])
            for path in ("/certificates", f"/lots/{hex_of(traded_chain.held)}", "/lots"):
                assert client.get(path).json()["code"] == "IndexHalted"
    proxy.dropped = frozenset()
    with gateway(traded_chain, proxy.url, tmp_path) as client:
        assert client.get("/ready").status_code == 200


def test_case_05_export_refuses_what_a_node_leaves_out(
    case: Case, traded_chain: TradedChain, proxy: LogProxy, environment, lodetrace, tmp_path: Path
) -> None:
    environment(traded_chain.environment(proxy.url))
    out = tmp_path / "y.bundle"
    subjects = {
        CertificateStatusSet: traded_chain.handed_over,
        LotDisputed: traded_chain.disputed,
        HoldPlaced: traded_chain.held,
    }
    assert dropped_events(case) == list(subjects)
    for event, lot in subjects.items():
        proxy.dropped = frozenset({traded_chain.topic(event)})
        words = ("audit", "export", "--lot", hex_of(lot), "--out", str(out), "--json")
        done = lodetrace(*words)
        assert done.exit_code == ExitCode.NODE, done.output
        problem = json.loads(done.stderr)
        assert problem["code"] == "LogsLeftOut"
        said = r"leaves logs out of block \d+: 1 of " + event.contract
        assert re.search(said, problem["detail"])
        assert list(tmp_path.iterdir()) == [], "nothing is left behind"
    proxy.dropped = frozenset()
    done = lodetrace(*words)
    assert done.exit_code == ExitCode.OK, done.output
    assert out.is_file()


def test_case_05_a_lot_without_its_first_event_is_not_called_unknown(
    traded_chain: TradedChain, proxy: LogProxy, environment, lodetrace, tmp_path: Path
) -> None:
    environment(traded_chain.environment(proxy.url))
    proxy.dropped = frozenset({traded_chain.topic(told.LotBorn)})
    lot = hex_of(traded_chain.held)
    done = lodetrace("audit", "export", "--lot", lot, "--out", str(tmp_path / "z"), "--json")
    problem = json.loads(done.stderr)
    assert problem["code"] == "LogsLeftOut"
    assert "of Origins" in problem["detail"]


def test_case_p4_a_proxy_of_the_environment_is_not_asked_for_a_node_on_loopback(
    case: Case, traded_chain: TradedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    [proxy] = re.findall(r"HTTP_PROXY=(\S+) ", readme(case, "P4"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy)
    with Node(traded_chain.consortium.node.url) as node:
        assert node.head() == traded_chain.consortium.node.head()
        assert len(node.ask([("eth_blockNumber", ())])) == 1
