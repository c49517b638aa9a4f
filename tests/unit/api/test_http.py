"""HTTP as proxies and caches rely on it: HEAD, conditional requests, compression, Retry-After."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import SMALLEST_COMPRESSED, create_app
from api.bundles import Bundles
from api.deps import Gateway
from api.errors import BundleBusy, DatabaseUnreachable
from api.indexer.digest import digest
from api.indexer.store import open_store, wipe
from api.indexer.tables import making
from lodetrace.audit.bundle import Subject
from lodetrace.evidence.cosignatures import Witnessed
from lodetrace.node.errors import NodeUnreachable
from tests.support.readers import HERE
from tests.unit.api.scripted_chain import ScriptedChain, born, ident

LOT = ident(0xA4)
FROM_THE_INDEX = ("/lots", f"/lots/{LOT}", f"/lots/{LOT}/provenance.svg", "/claims", "/sites")
REFUSED = (f"/lots/{ident(0xFF)}", "/lots?limit=0", "/nowhere", "/docs/nothing")
WITHOUT = ("/health", "/ready", *REFUSED)
BY_CONTENT = ("/", "/docs", "/docs/start.js", f"/lots/{LOT}/bundle")


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Nothing here is about databases: one kind is enough."""
    return f"sqlite:///{tmp_path / 'index.db'}"


def put_into(tag: str, how: str) -> str:
    """A tag in a condition, as caches and proxies write it."""
    return how.format(tag=tag, strong=tag.removeprefix("W/"), weak="W/" + tag.removeprefix("W/"))


# --- HEAD ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*FROM_THE_INDEX, *WITHOUT, *BY_CONTENT, "/openapi.json"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_head_is_get_without_its_body(client: TestClient, path: str, encoding: str) -> None:
    client.headers["Accept-Encoding"] = encoding
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers == got.headers
    assert got.content


def every_route(client: TestClient) -> list[str]:
    """An address of each route that is read, as the description lists them."""
    described = client.get("/openapi.json").json()["paths"]
    known = {"lot": LOT, "site": ident(0x51), "event_id": ident(0xE1)}
    ids = dict.fromkeys(("organisation", "certificate", "claim", "record", "product"), ident(0xFF))
    read = [path for path, acts in described.items() if "get" in acts]
    begun = {"/search": f"?begins={LOT[:10]}"}
    return [path.format(**known, **ids) + begun.get(path, "") for path in read]


def test_every_route_has_its_head_and_answers_conditions(client: TestClient) -> None:
    tagged = []
    for path in every_route(client):
        got, head = client.get(path), client.head(path)
        assert (head.status_code, head.content, head.headers) == (
            got.status_code, b"", got.headers
        ), path  # fmt: skip
        assert {"GET", "HEAD"} <= set(client.patch(path).headers["allow"].split(", ")), path
        if "etag" in got.headers:
            tagged.append(path.partition("?")[0])
            again = client.get(path, headers={"If-None-Match": got.headers["etag"]})
            assert (again.status_code, again.content) == (304, b""), path
            vary = {one.strip() for one in got.headers.get("vary", "").split(",")} - {""}
            assert vary <= {one.strip() for one in again.headers.get("vary", "").split(",")}, path
    lists = {"/changes", "/lots", "/members", "/sites", "/certificates", "/events", "/claims",
             "/prices", "/products", "/search"}  # fmt: skip
    of_a_lot = {f"/lots/{LOT}/provenance{end}" for end in ("", ".svg", ".csv", ".ndjson")}
    assert set(tagged) >= {*lists, *of_a_lot, f"/lots/{LOT}/bundle", f"/sites/{ident(0x51)}"}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_another_method_is_told_which_there_are(client: TestClient, method: str) -> None:
    refused = client.request(method, f"/lots/{LOT}")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
    assert refused.json()["code"] == "Http405"


# --- conditional requests ------------------------------------------------------------------------

CONDITIONS = ("{tag}", "{strong}", "{weak}", '"x", {tag}', '{weak} , "x"', "*", " * ")
OTHERS = ('"x"', 'W/"x"', "x", '"{tag}"', "")


@pytest.mark.parametrize("path", [*FROM_THE_INDEX, *BY_CONTENT])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_has_an_answer_is_not_sent_it_again(client: TestClient, path: str, method: str) -> None:
    before = client.get(path)
    for how in CONDITIONS:
        condition = put_into(before.headers["etag"], how)
        again = client.request(method, path, headers={"If-None-Match": condition})
        assert (again.status_code, again.content) == (304, b""), condition
        for name in ("etag", "cache-control"):
            assert again.headers[name] == before.headers[name]
        assert {"content-type", "content-length", "content-encoding"}.isdisjoint(again.headers)


@pytest.mark.parametrize("path", [*FROM_THE_INDEX, *BY_CONTENT])
def test_who_has_another_answer_is_sent_this_one(client: TestClient, path: str) -> None:
    tag = client.get(path).headers["etag"].removeprefix("W/")
    for how in OTHERS:
        condition = put_into(tag, how)
        assert client.get(path, headers={"If-None-Match": condition}).status_code == 200, condition


def test_conditions_may_come_in_several_lines(client: TestClient) -> None:
    tag = client.get("/lots").headers["etag"]
    lines = [("If-None-Match", '"x"'), ("If-None-Match", tag)]
    assert client.get("/lots", headers=lines).status_code == 304


@pytest.mark.parametrize("path", WITHOUT)
def test_what_is_no_answer_of_the_index_has_no_tag_and_no_condition(
    client: TestClient, path: str
) -> None:
    plain = client.get(path)
    tags = ", ".join(client.get(one).headers["etag"] for one in FROM_THE_INDEX)
    for condition in ("*", tags):
        asked = client.get(path, headers={"If-None-Match": condition})
        assert (asked.status_code, asked.json()) == (plain.status_code, plain.json())
        assert "etag" not in asked.headers


@pytest.mark.parametrize("path", FROM_THE_INDEX)
def test_the_tag_is_of_the_block_and_of_the_question(
    chain: ScriptedChain, gateway: Gateway, client: TestClient, path: str
) -> None:
    first = client.get(path).headers["etag"]
    assert first.startswith(f'W/"{chain.head()}-')
    assert client.get(path).headers["etag"] == first
    chain.mine()
    gateway.indexer.catch_up()
    second = client.get(path, headers={"If-None-Match": first})
    assert second.status_code == 200
    assert second.headers["etag"].startswith(f'W/"{chain.head()}-')


def test_each_question_has_its_own_tag(client: TestClient) -> None:
    asked = [*FROM_THE_INDEX, "/lots?limit=1", "/lots?limit=2", "/prices"]
    tags = {client.get(path).headers["etag"] for path in asked}
    assert len(tags) == len(asked)


def test_another_chain_of_the_same_length_has_other_tags(
    chain: ScriptedChain, gateway: Gateway, client: TestClient
) -> None:
    before = client.get("/lots").headers["etag"]
    chain.fork = 1
    gateway.indexer.catch_up()
    assert client.get("/lots", headers={"If-None-Match": before}).status_code == 200


def test_a_rebuilt_index_has_other_tags(gateway: Gateway, client: TestClient) -> None:
    """Of the same block: what was answered before may have been wrong."""
    before, rows = client.get("/lots").headers["etag"], digest(gateway.engine)
    wipe(gateway.engine)
    gateway.indexer.catch_up()
    assert digest(gateway.engine) == rows
    again = client.get("/lots", headers={"If-None-Match": before})
    assert again.status_code == 200
    assert again.headers["etag"].split("-")[0] == before.split("-")[0]


def test_an_index_of_an_earlier_version_has_tags_until_it_is_rebuilt(
    gateway: Gateway, database_url: str, client: TestClient
) -> None:
    making.drop(gateway.engine)
    open_store(database_url).dispose()
    before = client.get("/lots").headers["etag"]
    assert client.get("/lots", headers={"If-None-Match": before}).status_code == 304
    wipe(gateway.engine)
    gateway.indexer.catch_up()
    assert client.get("/lots", headers={"If-None-Match": before}).status_code == 200


def test_what_a_reader_has_is_not_made_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/lots/{LOT}/provenance"
    tag = client.get(path).headers["etag"]
    monkeypatch.setattr("api.routes.provenance.provenance", None)
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(path).status_code == 500


# --- compression ---------------------------------------------------------------------------------


def test_long_answers_are_compressed_for_who_takes_it(
    chain: ScriptedChain, gateway: Gateway, client: TestClient
) -> None:
    chain.mine(*(born(number, 0xE1) for number in range(0x200, 0x240)))
    gateway.indexer.catch_up()
    compressed = client.get("/lots", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/lots", headers={"Accept-Encoding": "identity"})
    assert compressed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert compressed.json() == plain.json()
    assert int(compressed.headers["content-length"]) * 4 < len(plain.content)
    assert compressed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    # the same tag for other bytes: so it has to be weak
    assert compressed.headers["etag"] == plain.headers["etag"]
    assert plain.headers["etag"].startswith("W/")


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        ("gzip;q=0", False),
        ("gzip;q=0.0", False),
        ("GZip ; q=0.000, *", False),
        ("*;q=0", False),
        ("identity, gzip;q=0.5", False),
        ("br, xgzip", False),
        ("gzip;q=yes", False),
        ("", False),
        ("GZIP", True),
        ("br;q=1.0, gzip;q=0.001", True),
        ("*", True),
        ("x-gzip", True),
        ("identity;q=0.5, *;q=0.6", True),
    ],
)
def test_what_a_reader_takes_is_what_its_weights_say(
    chain: ScriptedChain, gateway: Gateway, client: TestClient, asked: str, taken: bool
) -> None:
    chain.mine(*(born(number, 0xE1) for number in range(0x200, 0x240)))
    gateway.indexer.catch_up()
    answer = client.get("/lots", headers={"Accept-Encoding": asked})
    assert (answer.headers.get("content-encoding") == "gzip") is taken
    assert answer.headers["vary"] == "Accept-Encoding"


def test_short_answers_and_bundles_are_sent_as_they_are(gateway: Gateway) -> None:
    gateway.bundles = Bundles(lambda subject, ends: bytes(SMALLEST_COMPRESSED * 2))
    client = TestClient(create_app(gateway, 1), HERE, headers={"Accept-Encoding": "gzip"})
    for path in ("/health", f"/lots/{LOT}/bundle"):
        assert "content-encoding" not in client.get(path).headers
    # so the tag is of the very bytes that are sent
    assert client.get(f"/lots/{LOT}/bundle").headers["etag"].startswith('"')


# --- Retry-After ---------------------------------------------------------------------------------


def test_a_busy_gateway_says_when_to_ask_again(gateway: Gateway) -> None:
    def export(subject: Subject, ends: Witnessed) -> bytes:
        raise BundleBusy(limit=4)

    gateway.bundles = Bundles(export)
    client = TestClient(create_app(gateway, 1), HERE)
    refused = client.get(f"/lots/{LOT}/bundle")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")


@pytest.mark.parametrize(
    "error", [DatabaseUnreachable(reason="down"), NodeUnreachable(url="x", reason="down")]
)
def test_an_outage_says_when_to_ask_again(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def head() -> int:
        raise error

    monkeypatch.setattr(gateway.source, "head", head)
    refused = TestClient(create_app(gateway, 1), HERE).get("/ready")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")


def test_an_index_behind_its_chain_says_when_to_ask_again(
    chain: ScriptedChain, gateway: Gateway
) -> None:
    for _ in range(10):
        chain.mine()
    refused = TestClient(create_app(gateway, 1), HERE).get("/ready")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")


def test_a_refusal_that_stays_says_no_time(client: TestClient) -> None:
    for path in REFUSED:
        assert "retry-after" not in client.get(path).headers
