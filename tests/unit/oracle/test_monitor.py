"""What watches a node: in reach whatever senders do, not content with a lost disk or broker."""

import io
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import httpx
import pytest

from lodetrace import impatient_heads
from lodetrace.errors import NodeError
from lodetrace.storage import DiskFull
from oracle.monitor import Monitor
from oracle.service import room
from oracle.service.health import DISK, ServiceHealth
from oracle.service.loopback_server import ListenerUnusable
from oracle.sources.http import CONNECTIONS, HttpSource
from oracle.sources.http_app import IntakeContext
from oracle.sources.mqtt import NAME as MQTT
from oracle.sources.mqtt import Broker, MqttSource
from tests.support.required import system_path

DRIPPING = 80


@pytest.fixture
def health() -> ServiceHealth:
    found = ServiceHealth()
    found.saw_head(5, 1_000)
    found.went_through()
    return found


@pytest.fixture
def monitor(tmp_path: Path, health: ServiceHealth) -> Iterator[Monitor]:
    found = Monitor(0, tmp_path, health, (60, 60))
    found.start()
    yield found
    found.stop()


@pytest.fixture
def intake(tmp_path: Path, health: ServiceHealth) -> Iterator[HttpSource]:
    found = HttpSource(0, IntakeContext(tmp_path, health, Event()))
    found.start()
    yield found
    found.stop()


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics"])
def test_head_is_get_without_its_body(monitor: Monitor, path: str) -> None:
    got, head = httpx.get(monitor.address + path), httpx.head(monitor.address + path)
    assert (head.status_code, head.content) == (got.status_code, b"") == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]
    refused = httpx.post(monitor.address + path)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


def test_as_many_connections_as_there_is_room_for_are_served(
    intake: HttpSource, caplog: pytest.LogCaptureFixture
) -> None:
    path = f"{intake.address}/documents"
    with ExitStack() as stack:
        dripping(intake.address, stack, CONNECTIONS - 1)
        assert httpx.post(path, content=b"{}", timeout=30).status_code == 202
    with ExitStack() as stack:
        dripping(intake.address, stack, CONNECTIONS)
        assert httpx.head(path, timeout=30).status_code == 503
    assert f"http: more than {CONNECTIONS} connections are open" in caplog.text


@pytest.mark.parametrize(
    ("method", "at_intake", "at_monitor", "status"),
    [("GET", "/nowhere", "/nowhere", 404), ("POST", "/documents/0", "/health", 405)],
)
def test_intake_and_monitor_refuse_alike(
    intake: HttpSource, monitor: Monitor, method: str, at_intake: str, at_monitor: str, status: int
) -> None:
    one = httpx.request(method, intake.address + at_intake)
    other = httpx.request(method, monitor.address + at_monitor)
    assert one.json() == {**other.json(), "instance": at_intake}
    assert other.json()["code"] == f"Http{status}"
    for name in ("content-type", "connection", "allow"):
        assert one.headers.get(name) == other.headers.get(name)


def test_a_defect_is_a_problem_too(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Monitor) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Monitor, "readiness", broken)
    answer = httpx.get(f"{monitor.address}/ready")
    assert (answer.status_code, answer.json()["code"]) == (500, "Unexpected")
    assert "retry-after" not in answer.headers


def test_a_node_that_is_not_ready_says_when_to_ask_again(
    monitor: Monitor, health: ServiceHealth
) -> None:
    health.failed(NodeError(reason="away"), "rounds")
    refused = httpx.get(f"{monitor.address}/ready")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")


def dripping(address: str, stack: ExitStack, number: int = DRIPPING) -> list[socket.socket]:
    """Connections that each bring the beginning of a request."""
    host, port = address.removeprefix("http://").split(":")
    found = [
        stack.enter_context(socket.create_connection((host, int(port)), timeout=30))
        for _ in range(number)
    ]
    for one in found:
        one.sendall(b"POST /documents HTTP/1.1\r\nhost: ")
    return found


def reason(monitor: Monitor) -> tuple[int, str]:
    answer = httpx.get(f"{monitor.address}/ready", timeout=30)
    return answer.status_code, answer.json().get("reason", "")


def test_who_drips_hides_nothing(intake: HttpSource, monitor: Monitor) -> None:
    """Neither at the intake nor at the monitor's own port."""
    assert DRIPPING > CONNECTIONS
    with ExitStack() as stack:
        dripping(intake.address, stack)
        dripping(monitor.address, stack)
        for path in ("health", "ready", "metrics"):
            assert httpx.get(f"{monitor.address}/{path}", timeout=30).status_code == 200


def test_a_head_that_does_not_come_ends_the_connection(
    intake: HttpSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much of it comes meanwhile, and also for a second request; then others are served."""
    monkeypatch.setattr(impatient_heads, "HEADER_SECONDS", 1)
    with ExitStack() as stack:
        found = dripping(intake.address, stack)
        busy = httpx.post(f"{intake.address}/documents", content=b"{}", timeout=30)
        assert (busy.status_code, busy.headers["retry-after"]) == (503, "5")
        assert busy.headers["content-type"] == "application/problem+json"
        assert busy.json()["code"] == "TooManyConnections"
        ended = time.monotonic() + 20
        assert all(_is_closed(one) for one in found)
        assert time.monotonic() < ended
        with httpx.Client(timeout=30) as client:
            assert client.post(f"{intake.address}/documents", content=b"{}").status_code == 202


def _is_closed(connection: socket.socket) -> bool:
    """Dripping on; whether the server hangs up within a few seconds."""
    for _ in range(20):
        try:
            connection.sendall(b"x")
            connection.settimeout(0.3)
            if connection.recv(4096) == b"":
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


def test_a_body_may_take_longer_than_a_head(
    intake: HttpSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impatient_heads, "HEADER_SECONDS", 1)
    host, port = intake.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as client:
        client.sendall(b"POST /documents HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{")
        time.sleep(1.5)
        client.sendall(b"}")
        assert b" 202 " in client.recv(4096).split(b"\r\n")[0]


def test_a_port_that_is_taken(monitor: Monitor, tmp_path: Path, health: ServiceHealth) -> None:
    port = int(monitor.address.rsplit(":", 1)[1])
    with pytest.raises(ListenerUnusable, match=f"monitor cannot listen on 127.0.0.1:{port}"):
        Monitor(port, tmp_path, health, (60, 60)).start()


# --- a disk without room ------------------------------------------------------------------------


def test_a_full_disk_is_not_ready_although_nobody_writes(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reason(monitor) == (200, "")
    left = SimpleNamespace(free=room.NEEDED - 1)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: left)
    status, said = reason(monitor)
    assert (status, said[:9]) == (503, "DiskFull:")
    assert f"{room.NEEDED - 1} bytes are free" in said
    left.free += 1
    assert reason(monitor) == (200, "")


def test_rounds_without_work_do_not_heal_a_disk(monitor: Monitor, health: ServiceHealth) -> None:
    """Which is tried again, because documents may not come for days."""
    health.failed(DiskFull(path="x", reason="quota"), DISK)
    health.went_through()
    assert health.unready(60, 60) == "DiskFull: no room to write x: quota"
    assert reason(monitor) == (200, "")
    assert health.trouble == ""


def test_a_folder_that_takes_nothing_has_no_room() -> None:
    """/proc says that it has no room, to whoever asks and to whoever writes."""
    with pytest.raises(DiskFull):
        room.require_room(system_path("/proc"))


# --- what is wrong, and what is well again --------------------------------------------------------


def test_troubles_are_kept_apart_and_logged_once(health: ServiceHealth) -> None:
    stream, log = io.StringIO(), logging.getLogger("lodetrace.oracle")
    handler = logging.StreamHandler(stream)
    log.addHandler(handler)
    try:
        for _ in range(3):
            health.failed(NodeError())
            health.failed(DiskFull(path="x", reason="full"), DISK)
        assert health.trouble == "NodeError: lodetrace error; DiskFull: no room to write x: full"
        health.went_through()
        assert health.trouble == "DiskFull: no room to write x: full"
        health.took("http")
        assert health.trouble == ""
    finally:
        log.removeHandler(handler)
    assert stream.getvalue().splitlines().count("NodeError: lodetrace error") == 1
    assert health.faults == {"NodeError": 3, "DiskFull": 3}


def test_a_broker_that_was_never_there_is_seen(tmp_path: Path, health: ServiceHealth) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    source = MqttSource(Broker.of(f"mqtt://127.0.0.1:{port}/t", None), tmp_path, health, Event())
    source.start()
    try:
        deadline = time.monotonic() + 20
        while not health.has_trouble(MQTT) and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        source.stop()
    assert f"127.0.0.1:{port}: it does not answer" in health.unready(60, 60)
    assert health.connected == {MQTT: False}
