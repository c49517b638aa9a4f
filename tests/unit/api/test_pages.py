"""The pages for people: nothing of others, and addresses that a prefix does not break."""

import gzip
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import pages
from api.access.rights import MATRIX
from api.app import create_app
from api.deps import Gateway
from tests.support.readers import HERE

PAGES = ("/", "/docs")
PREFIX = "/lodetrace"
SOURCES = Path(pages.__file__).parent / "explorer" / "src"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Nothing here is about databases: one kind is enough."""
    return f"sqlite:///{tmp_path / 'index.db'}"


class Addresses(HTMLParser):
    """What a page names in its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


@pytest.fixture
def behind_prefix(gateway: Gateway) -> Iterator[TestClient]:
    """A proxy that takes its prefix off and knows no other path, as nginx with proxy_pass does."""
    gateway_app = create_app(gateway, 1)

    async def proxy(scope, receive, send):  # type: ignore[no-untyped-def]
        path = scope.get("path", PREFIX)
        if scope["type"] == "http" and path.startswith(f"{PREFIX}/"):
            inside = path.removeprefix(PREFIX)
            await gateway_app({**scope, "path": inside, "raw_path": inside.encode()}, receive, send)
        else:
            await FastAPI()(scope, receive, send)

    with TestClient(proxy, HERE) as client:
        yield client


def addresses_of(client: TestClient, page: str) -> set[str]:
    """Everything that a page loads, and what its own script of the routes asks for."""
    answer = client.get(page)
    named = set(Addresses(answer.text).found)
    own = [one for one in named if one.endswith("start.js")]
    scripts = "".join(client.get(urljoin(page, one)).text for one in own)
    named |= set(re.findall(r'new URL\("([^"]+)"', scripts))
    return {one for one in named if not one.startswith("data:")}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_its_own_gateway_only_below_any_prefix(
    behind_prefix: TestClient, page: str
) -> None:
    at = PREFIX + page
    named = addresses_of(behind_prefix, at)
    assert {"docs", "openapi.json"} & named
    for address in named:
        assert urlsplit(address)[:2] == ("", "")
        assert not address.startswith("/")
        full = urljoin(at, address)
        assert behind_prefix.get(full).status_code == 200, full


def test_what_the_explorer_asks_for_is_a_route_of_the_gateway() -> None:
    """Below any prefix: each address in its sources is relative, and the first part of a route."""
    sources = "".join(path.read_text("utf-8") for path in SOURCES.rglob("*.js"))
    asked = re.findall(r"""(?<![.\w])(?:get|all|post|send|saved)\(["`]([^"`]+)""", sources)
    first = {re.split(r"[/?]", one)[0] for one in asked if not one.startswith("${")}
    assert {"products", "lots", "members", "ready", "search"} <= first
    assert first <= {route.path.split("/")[1] for route in MATRIX}
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", sources)


def test_what_the_page_of_the_routes_loads_is_what_it_says(client: TestClient) -> None:
    kinds = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
    for name, media_type in {**kinds, "start.js": "text/javascript"}.items():
        part = client.get(f"/docs/{name}")
        assert part.headers["content-type"].startswith(media_type)
        assert len(part.content) > 100
    assert "SwaggerUIBundle" in client.get("/docs/swagger-ui-bundle.js").text
    assert client.get("/docs/..%2Fexplorer.html").status_code == 404
    assert client.get("/redoc").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_the_policy_of_a_page_lets_nothing_of_others_in(client: TestClient, page: str) -> None:
    answer = client.get(page)
    policy = dict(
        one.strip().split(" ", 1) for one in answer.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    allowed = {source for sources in policy.values() for source in sources.split()}
    assert allowed <= {"'none'", "'self'", "data:", "blob:"}
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert not re.search(r"<script>|<style|\sstyle=|\son\w+=", answer.text)


def test_no_answer_redirects_to_an_address_without_the_prefix(behind_prefix: TestClient) -> None:
    for path in ("/lots/", "/docs/", "/products/"):
        answer = behind_prefix.get(PREFIX + path, follow_redirects=False)
        assert answer.status_code == 404


def test_the_description_says_where_the_routes_are_below_any_prefix(client: TestClient) -> None:
    (server,) = client.get("/openapi.json").json()["servers"]
    assert urljoin(f"{PREFIX}/openapi.json", server["url"]) == f"{PREFIX}/"


def test_the_explorer_keeps_a_token_nowhere_and_reads_no_text_as_markup() -> None:
    sources = {path.name: path.read_text("utf-8") for path in SOURCES.rglob("*.js")}
    assert "Authorization" in sources["gateway.js"]
    storing = re.compile(r"localStorage|sessionStorage|document\.cookie|indexedDB")
    assert [name for name, text in sources.items() if storing.search(text)] == ["kept.js"]
    kept = set(re.findall(r'\bkeep\("(\w+)"', "".join(sources.values())))
    assert kept == {"language", "names", "theme"}
    markup = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    )
    assert [name for name, text in sources.items() if markup.search(text)] == []


def test_what_the_explorer_loads_carries_its_hash_and_is_kept(client: TestClient) -> None:
    first = client.get("/")
    assert first.headers["cache-control"] == "no-cache"
    loaded = [one for one in Addresses(first.text).found if one.startswith("pages/")]
    assert len(loaded) == 2
    for name in loaded:
        part = client.get(f"/{name}")
        assert re.fullmatch(r"pages/[a-z]+-[A-Z0-9]{8}\.(js|css)", name)
        assert "immutable" in part.headers["cache-control"]
        assert part.headers["content-type"].startswith(("text/javascript", "text/css"))
    for name in ("index.html", "..%2Fbuild.mjs", "main.js"):
        assert client.get(f"/pages/{name}").status_code == 404


def test_the_first_view_is_within_its_budget(client: TestClient) -> None:
    first = client.get("/")
    loaded = [client.get(f"/{one}") for one in Addresses(first.text).found if "pages/" in one]
    assert sum(len(gzip.compress(one.content, 6)) for one in (first, *loaded)) <= 150_000


def test_a_clone_without_the_explorer_says_what_to_run(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "EXPLORER", ("explorer", "no such folder"))
    answer = client.get("/")
    assert (answer.status_code, answer.text.count("\n")) == (503, 1)
    assert "make explorer" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    assert client.get("/pages/explorer-AAAAAAAA.js").status_code == 404
    assert client.get("/docs").status_code == 200


@pytest.mark.parametrize("path", ["/", "/docs", "/health", "/lots", "/nowhere", "/lots?limit=0"])
def test_every_answer_says_what_a_browser_may_do_with_it(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "strict-transport-security" not in headers  # it is reached without TLS


def test_a_failure_says_it_as_well(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.routes.lots.lot_view", None)
    failed = client.get("/lots")
    assert failed.status_code == 500
    assert failed.headers["x-content-type-options"] == "nosniff"
