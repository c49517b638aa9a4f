"""The pages for people: nothing of others, and addresses that a prefix does not break."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.deps import Gateway
from tests.support.readers import HERE

PAGES = ("/", "/docs")
PREFIX = "/lodetrace"


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
    """Everything that a page or its scripts ask for, up to what is put into the address."""
    answer = client.get(page)
    named = set(Addresses(answer.text).found)
    own = [one for one in named if one.endswith(".js") and "bundle" not in one]
    scripts = "".join(client.get(urljoin(page, one)).text for one in own)
    named |= set(re.findall(r'(?:get\(|ask\(|fileOf\(|save\(|new URL\()"([^"]+)"', scripts))
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
        if not full.endswith(("lots/", "products/")):  # the beginning of an address
            assert behind_prefix.get(full).status_code == 200, full


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


def test_the_explorer_fits_a_narrow_screen(client: TestClient) -> None:
    """What is wide scrolls in its own box, and no column is narrower than the text in it."""
    styles = client.get("/pages/explorer.css").text
    assert "table-layout: fixed" not in styles
    assert re.search(r"#products \{[^}]*overflow-x: auto", styles)
    assert re.search(r"header \{[^}]*flex-wrap: wrap", styles)


def test_the_explorer_keeps_a_token_nowhere_and_sends_it_in_no_address(client: TestClient) -> None:
    script = client.get("/pages/explorer.js").text
    assert "Authorization" in script
    assert not re.search(r"localStorage|sessionStorage|cookie|innerHTML", script)


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
