"""Refusals of the oracle node's HTTP intake, as problems."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from fastapi.testclient import TestClient

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
