"""What the demo says where its own gateway does not hand a file out."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from demo.errors import GatewayRefused
from demo.gateway import Served
from lodetrace.canonical_json import canonical_bytes
from lodetrace.problems import problem

ADVICE = "Check that anchor, deployment record and node are of one chain."


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """Where every question is answered with status 502 and this body."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(502)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """A test says nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def refused(url: str, target: Path) -> GatewayRefused:
    with pytest.raises(GatewayRefused) as caught:
        Served(url).save("/products/0x2f/bundle", target)
    assert not target.exists()
    assert "RESET=1" in caught.value.advice
    return caught.value


def test_its_problem_is_told_with_its_advice(tmp_path: Path) -> None:
    said = problem("BundleWouldBeRefused", "Node", "block 9 lies before block 8", ADVICE)
    with answering(canonical_bytes(said)) as url:
        error = refused(url, tmp_path / "car.bundle")
    assert str(error).endswith("/products/0x2f/bundle: block 9 lies before block 8")
    assert error.advice.startswith(ADVICE)


def test_an_answer_without_a_problem_is_told_by_its_status(tmp_path: Path) -> None:
    with answering(b"<html>") as url:
        assert "502" in str(refused(url, tmp_path / "car.bundle"))
    assert refused(url, tmp_path / "car.bundle").values["reason"]
