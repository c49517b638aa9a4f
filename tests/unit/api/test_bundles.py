"""Bundles by route: bytes, tags, and a gateway that does not choke on them."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.bundles import KEPT_BYTES, WAITING, Bundles
from api.deps import Gateway
from api.errors import BundleBusy
from lodetrace.audit.bundle import BundleSubject, Subject
from lodetrace.errors import LodetraceError
from lodetrace.evidence.cosignatures import Wanted, Witnessed
from lodetrace.evidence.errors import (
    BundleWouldBeRefused,
    EventsLeftOut,
    KeyNotAtHand,
    LogsLeftOut,
    NodeContradictsItself,
    StateNotKept,
)
from lodetrace.node.errors import (
    CallReverted,
    LogsRefused,
    NodeAnswerMalformed,
    NodeUnauthorized,
    NotANode,
    WrongNetwork,
)
from tests.support.readers import HERE
from tests.unit.api.scripted_chain import ident
from zk_circuits.keccak import keccak256

LOT = ident(0xA4)


def about(number: int) -> Subject:
    return Subject(BundleSubject.LOT, number.to_bytes(32, "big"))


def at(block: int, number: int = 1) -> Wanted:
    """Asks for the bundle of a lot up to a block."""
    return Wanted(about(number), block, newest=block)


def test_a_bundle_is_a_file_up_to_the_last_indexed_block(client: TestClient) -> None:
    answer = client.get(f"/lots/{LOT}/bundle")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.content.endswith(b"at 5")
    assert f'filename="lot-{LOT[2:12]}.bundle"' in answer.headers["content-disposition"]
    assert answer.headers["etag"] == f'"{keccak256(answer.content).hex()}"'


def test_an_earlier_block_can_be_asked_for(client: TestClient) -> None:
    assert client.get(f"/lots/{LOT}/bundle", params={"block": 3}).content.endswith(b"at 3")


def test_who_has_the_file_is_not_sent_it_again(client: TestClient) -> None:
    tag = client.get(f"/lots/{LOT}/bundle").headers["etag"]
    again = client.get(f"/lots/{LOT}/bundle", headers={"If-None-Match": f'"x", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"/lots/{LOT}/bundle", headers={"If-None-Match": '"x"'})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        (f"/lots/{ident(0xFF)}/bundle", 404, "SubjectNotFound"),
        (f"/products/{ident(0xFF)}/bundle", 404, "SubjectNotFound"),
        (f"/lots/{LOT}/bundle?block=0", 404, "SubjectNotYet"),
        (f"/lots/{LOT}/bundle?block=7", 422, "QueryInvalid"),
        (f"/lots/{LOT}/bundle?block=-1", 422, "QueryInvalid"),
        ("/lots/0x12/bundle", 422, "QueryInvalid"),
        (f"/lots/{ident(0xA5)}/bundle", 413, "TooManyLotsForBundle"),
    ],
)
def test_every_end_of_an_export_is_a_problem(
    client: TestClient, path: str, status: int, kind: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.json()["type"] == f"urn:lodetrace:problem:{kind}"


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (NodeContradictsItself(what="x", block=1, actual=2, expected=3), 502, "not reliable"),
        (LogsLeftOut(count=1, block=1, contracts="Custody"), 502, "not reliable"),
        (EventsLeftOut(reason="x"), 502, "not reliable"),
        (BundleWouldBeRefused(reason="x"), 502, "not reliable"),
        (StateNotKept(block=1, reason="x"), 410, "no longer proves"),
        (KeyNotAtHand(folder="x", block=1, circuit="y"), 500, "verifying key"),
        (NodeUnauthorized(url="x", reason="y"), 502, "cannot use"),
        (NotANode(url="x", status=404), 502, "cannot use"),
        (WrongNetwork(url="x", name="chain", actual=1, expected=2), 502, "cannot use"),
        (NodeAnswerMalformed(url="x", method="y", reason="z"), 502, "no usable answer"),
        (LogsRefused(block=1, message="x"), 502, "no usable answer"),
        (CallReverted(method="x", message="y", data="0x"), 502, "no usable answer"),
    ],
    ids=lambda value: value.code if isinstance(value, LodetraceError) else None,
)
def test_a_fault_that_stays_is_called_what_it_is_and_names_no_time(
    gateway: Gateway, error: LodetraceError, status: int, title: str
) -> None:
    def export(subject: Subject, ends: Witnessed) -> bytes:
        raise error

    gateway.bundles = Bundles(export)
    app = create_app(gateway, 1)
    answer = TestClient(app, HERE).get(f"/lots/{LOT}/bundle")
    found = answer.json()
    assert (answer.status_code, found["status"], found["code"]) == (status, status, error.code)
    assert title in found["title"]
    assert "retry-after" not in answer.headers
    assert str(status) in app.openapi()["paths"]["/lots/{lot}/bundle"]["get"]["responses"]


def test_bundles_are_made_one_at_a_time_and_few_wait() -> None:
    started, ready = threading.Semaphore(0), threading.Event()
    running: list[int] = []

    def export(subject: Subject, ends: Witnessed) -> bytes:
        running.append(1)
        assert len(running) == 1
        started.release()
        assert ready.wait(30)
        running.pop()
        return subject.id

    bundles = Bundles(export)
    with ThreadPoolExecutor(WAITING) as pool:
        asked = [pool.submit(bundles.of, at(1, number)) for number in range(WAITING)]
        started.acquire()
        room = bundles._ration._room
        while room.acquire(blocking=False):  # the others have not come yet
            room.release()
        with pytest.raises(BundleBusy):
            bundles.of(at(1, 9))
        ready.set()
        assert [one.result() for one in asked] == [about(n).id for n in range(WAITING)]
    assert bundles.of(at(1, 9)) == about(9).id


def test_the_last_bundles_are_kept_within_a_bound() -> None:
    made: list[int] = []

    def export(subject: Subject, ends: Witnessed) -> bytes:
        made.append(ends.block)
        return bytes(KEPT_BYTES // 2)

    bundles = Bundles(export)
    for block in (1, 2, 1, 2, 3, 3, 1):
        bundles.of(at(block))
    assert made == [1, 2, 3, 1]
