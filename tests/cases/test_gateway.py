"""Cases 06, 12, 15 and 16: a gateway's files, parameters, methods and pages."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.indexer.store import open_store
from api.serve import open_gateway
from api.settings import GatewaySettings
from lodetrace.settings import Settings
from lodetrace.text import hex_of
from tests.cases.conftest import Case
from tests.cases.traded_chain import TradedChain
from tests.stateful.service_node import ServiceNode
from tests.support.readers import HERE

pytestmark = pytest.mark.chain


@pytest.fixture(scope="session")
def client(
    traded_chain: TradedChain, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """A gateway whose index is at the head."""
    library = Settings.load(traded_chain.environment())
    url = f"sqlite:///{tmp_path_factory.mktemp('index') / 'index.db'}"
    opened = open_gateway(GatewaySettings.open(library, url, url, 60_000))
    opened.indexer.catch_up()
    with TestClient(create_app(opened, 60), HERE, raise_server_exceptions=False) as found:
        yield found


def folders(case: Case) -> list[str]:
    """Names of the case's build folders."""
    text = (case("06") / "README.md").read_text("utf-8")
    [named] = re.findall(r"for d in (.*): make", text)
    return re.findall(r"'([^']+)'", named)


def test_case_06_the_index_lies_in_the_build_folder_whatever_its_name(
    case: Case, traded_chain: TradedChain, tmp_path: Path
) -> None:
    named = folders(case)
    assert len(named) == 2
    for name in named:
        build = tmp_path / name
        build.mkdir()
        environment = {**traded_chain.environment(), "LODETRACE_BUILD": str(build)}
        open_store(GatewaySettings.load(environment).database_url).dispose()
        assert (build / "gateway.db").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(named)


def questions(case: Case) -> list[str]:
    """Paths with the parameters of the case; an account that was cut short is cut short here."""
    text = (case("12") / "README.md").read_text("utf-8")
    found = re.findall(r"'(?:http://127\.0\.0\.1:28000)?(/[^']+\?[^']+)'", text)
    return [re.sub(r"0x7099…\(39 digits\)", "0x" + "7" * 39, one) for one in found]


MISSPELT = 6
"""The last question has a parameter that no route knows."""


@pytest.mark.parametrize("at", [*range(MISSPELT), pytest.param(MISSPELT)])
def test_case_12_a_filter_that_matches_nothing_is_refused(
    case: Case, client: TestClient, at: int
) -> None:
    asked = questions(case)
    assert len(asked) == MISSPELT + 1
    answer = client.get(asked[at])
    assert (answer.status_code, answer.json()["code"]) == (422, "QueryInvalid")
    name = re.findall(r"\?(\w+)=", asked[at])[0]
    assert name in answer.json()["detail"]


def test_case_15_head_is_answered_as_get_without_a_body(
    case: Case, client: TestClient, traded_chain: TradedChain, inspector: ServiceNode
) -> None:
    text = (case("15") / "README.md").read_text("utf-8")
    [named] = re.findall(r"for p in (.*): curl", text)
    lot = hex_of(traded_chain.handed_over)
    paths = [path.replace("LOT", lot) for path in named.split()]
    assert paths == ["/", "/health", "/ready", f"/lots/{lot}", f"/lots/{lot}/bundle"]
    for path in paths:
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.content) == (200, b""), path
        assert head.headers["content-type"] == get.headers["content-type"]
        assert head.headers["content-length"] == get.headers["content-length"]
    with inspector.opened() as running:
        assert httpx.head(f"{running.monitor}/health").status_code == 200


def test_case_15_a_weakened_tag_is_known_again(
    client: TestClient, traded_chain: TradedChain
) -> None:
    path = f"/lots/{hex_of(traded_chain.handed_over)}/bundle"
    tag = client.get(path).headers["etag"]
    for known in (tag, f"W/{tag}", "*", f'"other", W/{tag}'):
        answer = client.get(path, headers={"If-None-Match": known})
        assert answer.status_code == 304, known


def test_case_16_pages_load_nothing_from_elsewhere(client: TestClient) -> None:
    assert re.findall(r"https?://[^'\"]*", client.get("/docs").text) == []


def test_case_16_pages_work_below_a_path(client: TestClient) -> None:
    """Addresses are relative to the page: none begins at the root of the host."""
    for page in ("/", "/docs"):
        text = client.get(page).text
        assert re.findall(r"""["'`(]/(?:lots|products|ready|docs|openapi\.json)\b""", text) == []
