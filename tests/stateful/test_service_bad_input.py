"""Documents that are malformed, hostile, huge, early or repeated, by file and by request."""

import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from lodetrace.strict_json import MAX_BYTES
from oracle.assembly import RunningService
from tests.stateful.service_node import (
    MINES,
    ServiceNode,
    attested,
    lot_named,
    put,
    settle,
    signed_birth,
)
from tests.support.cobalt_chain import CobaltChain

pytestmark = pytest.mark.chain

HUGE = 100 << 20
LABEL = MINES[0]


@pytest.fixture
def node(cobalt: CobaltChain, tmp_path: Path) -> ServiceNode:
    return ServiceNode(cobalt, tmp_path / "node")


@pytest.fixture
def running(node: ServiceNode) -> Iterator[RunningService]:
    with node.opened() as found:
        yield found


HOSTILE = {
    "truncated": (lambda good: good[:-9], "DocumentMalformed"),
    "empty": (lambda good: b"", "DocumentMalformed"),
    "zeros": (lambda good: bytes(1_000), "DocumentMalformed"),
    "deep": (lambda good: b"[" * 100_000, "DocumentTooLarge"),
    "compressed": (lambda good: b"\x1f\x8b" + good, "DocumentMalformed"),
    "twice": (lambda good: good.replace(b'"site"', b'"site":"","site"', 1), "KeyDuplicated"),
    "altered": (lambda good: good.replace(b"20035", b"20036"), "SignatureInvalid"),
    "other-chain": (lambda good: good.replace(b"31337", b"1337"), "SignatureInvalid"),
    "sql": (lambda good: b"'; DROP TABLE intake; --", "DocumentMalformed"),
    "full": (lambda good: good + b" " * (MAX_BYTES - len(good)), None),
}


def test_hostile_documents_are_kept_with_their_reason(
    cobalt: CobaltChain, node: ServiceNode, running: RunningService
) -> None:
    good = signed_birth(cobalt, 60, lot_named("H1"))
    for name, (damage, _) in HOSTILE.items():
        put(node.inbox / f"{name}.json", damage(good))
        answer = httpx.post(f"{running.address}/documents", content=damage(good))
        assert answer.status_code == 202, name
    node.drop(LABEL)
    settle(running)
    reasons = {name: node.reasons().get(name, "") for name in HOSTILE}
    by_http = [one.reason for one in node.lines() if one.name == "document"]
    for name, (_, error) in HOSTILE.items():
        if error is not None:
            known = reasons[name] or " ".join(by_http)
            assert error in known, f"{name}: {known}"
    assert node.states()[LABEL] == "attested"
    assert len(attested(cobalt)) == 2, "the good one, and the one that is as long as may be"


def test_an_event_older_than_all_rules(
    cobalt: CobaltChain, node: ServiceNode, running: RunningService
) -> None:
    """Whoever can sign can date a document as he likes: it is refused, the service goes on."""
    put(node.inbox / "old.json", signed_birth(cobalt, 66, ended_at(86_400, "H6")))
    node.drop(LABEL)
    settle(running)
    assert node.states() == {"old": "refused", LABEL: "attested"}
    assert "EventBeforeRules" in node.reasons()["old"]


def test_a_hundred_megabytes_as_a_file(node: ServiceNode, running: RunningService) -> None:
    with (node.inbox / "huge.json").open("wb") as file:
        file.truncate(HUGE)
    before = memory_from_here()
    settle(running)
    assert highest_memory() - before < 16 << 20, "it is not read into memory"
    assert node.states() == {"huge": "refused"}
    assert f"{HUGE} is more than {MAX_BYTES}" in node.reasons()["huge"]


def test_a_hundred_megabytes_as_a_request(running: RunningService) -> None:
    """Refused from its head, before the body is sent; and in pieces, after the limit."""
    address = urlsplit(running.address)
    with socket.create_connection((address.hostname, address.port), timeout=10) as client:
        head = f"POST /documents HTTP/1.1\r\nhost: x\r\ncontent-length: {HUGE}\r\n\r\n"
        client.sendall(head.encode())
        assert b" 413 " in client.recv(4096).split(b"\r\n")[0]
    before = memory_from_here()
    pieces = 0
    with socket.create_connection((address.hostname, address.port), timeout=10) as client:
        client.sendall(b"POST /documents HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
        try:
            for _ in range(HUGE >> 16):
                client.sendall(b"10000\r\n" + b" " * 65_536 + b"\r\n")
                pieces += 1
        except OSError:
            pass  # the server hung up
        assert pieces < HUGE >> 16, "it does not read on"
    assert highest_memory() - before < 32 << 20
    assert httpx.get(f"{running.monitor}/health").status_code == 200


def test_links_and_pipes_are_not_followed(
    cobalt: CobaltChain, node: ServiceNode, running: RunningService, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.json"
    secret.write_bytes(signed_birth(cobalt, 61, lot_named("H2")))
    (node.inbox / "link.json").symlink_to(secret)
    os.mkfifo(node.inbox / "pipe.json")
    (node.inbox / "folder.json").mkdir()
    os.close(os.open(os.fsencode(node.inbox) + b"/\xff.json", os.O_CREAT | os.O_WRONLY))
    time.sleep(0.1)
    settle(running)
    assert set(node.states().values()) == {"refused"}
    assert {"link", "pipe"} < set(node.states())
    assert "no plain file" in node.reasons()["link"]
    assert attested(cobalt) == []


def test_a_file_that_is_written_slowly(
    cobalt: CobaltChain, node: ServiceNode, running: RunningService
) -> None:
    content = cobalt.documents[LABEL].read_bytes()
    slow, unnamed = node.inbox / f"{LABEL}.json", node.inbox / ".hidden.json"
    unnamed.write_bytes(content)
    for piece in range(0, len(content), 500):
        with slow.open("ab") as file:
            file.write(content[piece : piece + 500])
        running.service.round()
    settle(running)
    assert node.states()[LABEL] == "attested"
    assert ".hidden" not in node.states()


def test_a_file_that_was_read_too_early_is_read_again(
    cobalt: CobaltChain, node: ServiceNode, running: RunningService
) -> None:
    path = node.inbox / f"{LABEL}.json"
    path.write_bytes(cobalt.documents[LABEL].read_bytes()[:700])
    settle(running)
    assert node.states() == {LABEL: "refused"}
    path.write_bytes(cobalt.documents[LABEL].read_bytes())
    settle(running)
    assert sorted(one.shown_state for one in node.lines()) == ["attested", "refused"]


def test_an_event_under_two_numbers(
    cobalt: CobaltChain, node: ServiceNode, running: RunningService
) -> None:
    """One event, signed twice by its site: the second would make the metal twice."""
    put(node.inbox / "first.json", signed_birth(cobalt, 62, lot_named("H3")))
    settle(running)
    put(node.inbox / "second.json", signed_birth(cobalt, 63, lot_named("H3")))
    settle(running)
    assert node.states() == {"first": "attested", "second": "refused"}
    assert "event-repeated" in node.reasons()["second"]
    assert len(attested(cobalt)) == 1


def test_a_clock_that_is_ahead(
    cobalt: CobaltChain, node: ServiceNode, running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This node's clock is a day ahead: the contract refuses by its own, the report waits."""
    end = cobalt.node.header().time + 43_200
    put(node.inbox / "early.json", signed_birth(cobalt, 64, ended_at(end, "H4")))
    monkeypatch.setattr("oracle.registry.time.time", lambda: end + 43_200)
    settle(running)
    assert node.states() == {"early": "pending"}
    assert attested(cobalt) == []
    cobalt.node.rpc("evm_increaseTime", [43_300])
    cobalt.node.rpc("evm_mine")
    settle(running)
    assert node.states() == {"early": "attested"}


def test_a_clock_that_is_behind(
    cobalt: CobaltChain, node: ServiceNode, running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A site's clock is ahead of everybody's: its document waits until the event is over."""
    end = int(time.time()) + 3_600
    put(node.inbox / "future.json", signed_birth(cobalt, 65, ended_at(end, "H5")))
    settle(running)
    assert node.states() == {"future": "pending"}
    assert "event-in-future" in node.reasons()["future"]
    # a chain that was set back to its founding lags behind by as long as the session lasts
    cobalt.node.rpc("evm_setNextBlockTimestamp", [end + 60])
    cobalt.node.rpc("evm_mine")
    monkeypatch.setattr("oracle.service.pipeline.time.time", lambda: end + 60)
    settle(running)
    assert node.states() == {"future": "attested"}


def ended_at(end: int, lot: str):  # type: ignore[no-untyped-def]
    """An edit: the event ended at a time, an hour after its begin."""

    def edit(event: dict) -> None:
        lot_named(lot)(event)
        event["eventTime"] = stamp(end)
        event["lodetrace:startTime"] = stamp(end - 3_600)

    return edit


def stamp(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S+02:00", time.gmtime(seconds + 7_200))


def memory_from_here() -> int:
    """Resident bytes of this process now, which are its highest from here on.

    Linux forgets the high-water mark for a 5 in clear_refs (proc(5)); else whatever any test
    before this one had needed would count as there already.
    """
    Path("/proc/self/clear_refs").write_text("5")
    return highest_memory()


def highest_memory() -> int:
    """The high-water mark of resident bytes."""
    status = Path("/proc/self/status").read_text("utf-8")
    (mark,) = re.findall(r"VmHWM:\s+(\d+) kB", status)
    return int(mark) << 10
