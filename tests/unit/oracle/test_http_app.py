"""Refusals of the oracle node's HTTP intake, as problems."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from fastapi.testclient import TestClient

from lodetrace.storage import DiskFull
from lodetrace.strict_json import MAX_BYTES
from oracle.service.health import ServiceHealth
from oracle.sources.http_app import IntakeContext, intake_app

UNKNOWN = "0x" + "11" * 32


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    intake = IntakeContext(tmp_path, ServiceHealth(), Event())
    with TestClient(intake_app(intake), raise_server_exceptions=False) as client:
        yield client
    intake.close()


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "code"),
    [
        ("GET", f"/documents/{UNKNOWN}", b"", 404, "DocumentUnknown"),
        ("GET", "/documents/nonsense", b"", 404, "DocumentUnknown"),
        ("POST", "/documents", b" " * (MAX_BYTES + 1), 413, "DocumentTooLarge"),
        ("GET", "/nowhere", b"", 404, "Http404"),
        ("GET", "/documents", b"", 405, "Http405"),
    ],
)
def test_every_refusal_is_a_problem(
    client: TestClient, method: str, path: str, content: bytes, status: int, code: str
) -> None:
    answer = client.request(method, path, content=content)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["connection"] == "close"
    found = answer.json()
    assert found["type"] == f"urn:lodetrace:problem:{code}"
    assert (found["code"], found["status"], found["instance"]) == (code, status, path)
    assert found["title"]
    assert found["detail"]
    assert found["advice"]


def test_a_problem_carries_what_it_speaks_of(client: TestClient) -> None:
    found = client.get(f"/documents/{UNKNOWN}").json()
    assert found["values"] == {"digest": UNKNOWN}
    assert client.get("/documents").headers["allow"] == "POST"
    assert client.post("/health").headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics", f"/documents/{UNKNOWN}", "/no"])
def test_head_is_get_without_its_body(client: TestClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers == got.headers
    assert got.content


def test_head_takes_no_document(client: TestClient) -> None:
    refused = client.head("/documents")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


def test_a_node_that_is_not_ready_says_when_to_ask_again(client: TestClient) -> None:
    refused = client.get("/ready")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")


def test_a_full_disk_says_when_to_ask_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise DiskFull(path="spool", reason="no space left")

    monkeypatch.setattr(IntakeContext, "accept", full)
    refused = client.post("/documents", content=b"{}")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert "retry-after" not in client.get("/nowhere").headers
