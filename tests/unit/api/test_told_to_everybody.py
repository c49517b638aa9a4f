"""What refusals and alarms say to everybody: nothing of the index, nor of the gateway's machine."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from api.access.rights import MATRIX, Readers, Route, Told, Work
from api.alarms import told_to_readers
from api.app import create_app, follow
from api.errors import ChainRewound, EventsMissing, EventUnexpected, IndexReadUnsealed
from lodetrace.errors import LodetraceError, SettingsError
from lodetrace.evidence.errors import (
    BlockNotSealed,
    KeyNotAtHand,
    LogsAltered,
    LogsLeftOut,
    NodeContradictsItself,
)
from lodetrace.node.errors import (
    NodeAnswerMalformed,
    NodeUnauthorized,
    NodeUnreachable,
    NotANode,
    RpcRefused,
    WrongNetwork,
)
from tests.support.readers import HERE
from tests.unit.api.members_gateway import MembersGateway
from tests.unit.api.test_rights import REQUESTS, filled

CANARY = "http://10.1.2.3:8545/v2/canary"
ID = f"0x{'c4' * 32}"
"""Of a lot, a block or a transaction."""

INNER = [
    NodeUnreachable(url=CANARY, reason=CANARY),
    NodeUnauthorized(url=CANARY, reason=CANARY),
    NotANode(url=CANARY, status=404),
    NodeAnswerMalformed(url=CANARY, method="eth_blockNumber", reason=CANARY),
    WrongNetwork(url=CANARY, name="genesis", actual=ID, expected=ID),
    RpcRefused(method="eth_call", message=CANARY, error=-32000),
    KeyNotAtHand(folder=CANARY, block=4, circuit="birth"),
    type("Unforeseen", (SettingsError,), {"template": "{folder}"})(folder=CANARY),
]

ALARMS = [
    (ChainRewound(number=4, indexed=ID, actual=ID), "block 4 is another one now"),
    (
        EventUnexpected(name="LotBorn", block=4, reason=f"0 rows of lots for {ID}"),
        "an event of block 4 does not fit those before",
    ),
    (
        EventsMissing(name="LotBorn", block=4, actual=3, subject=f"lot {ID}", expected=2),
        "events before one of block 4 are missing",
    ),
    (
        IndexReadUnsealed(block=4),
        "the index has blocks up to 4 that were not held against this trust anchor",
    ),
    (
        NodeContradictsItself(what="receipts root", block=4, actual=ID, expected=ID),
        "the node's receipts root of block 4 is not what its header says",
    ),
    (
        LogsLeftOut(count=1, block=4, contracts="Custody"),
        "the node leaves logs out of block 4: 1 of Custody",
    ),
    (
        LogsAltered(count=1, block=4, contracts="Custody"),
        "the node alters logs of block 4: 1 of Custody are in no receipt",
    ),
    (BlockNotSealed(block=4, reason=ID), "block 4 of the node is not the network's"),
]
LATER = [
    *((error, CANARY) for error in INNER[:6]),
    (OperationalError("SELECT 1", {}, Exception(CANARY)), CANARY),
]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[MembersGateway]:
    made = MembersGateway.over(f"sqlite:///{tmp_path / 'index.db'}")
    yield made
    made.engine.dispose()


def named(error: Any) -> str:
    return type(error).__name__ if isinstance(error, Exception) else ""


# --- the node and the machine --------------------------------------------------------------------


@pytest.mark.parametrize("error", INNER, ids=named)
def test_what_is_of_the_gateways_machine_is_for_the_log(
    served: MembersGateway,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: LodetraceError,
) -> None:
    """Address, token and words of its node; its folders; whatever nobody thought of."""

    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(served.chain, "head", fails)
    served.gateway.bundles = type("Failing", (), {"of": fails})()  # type: ignore[assignment]
    with caplog.at_level(logging.WARNING, "lodetrace.gateway"):
        told = [
            served.ask("/ready"),
            served.ask(f"/products/{served.product}/bundle", "alpha"),
        ]
    for answer in told:
        assert answer.status_code in (500, 502, 503)
        assert "canary" not in answer.text
        assert ID not in answer.text
        assert answer.json()["code"] == error.code
        assert answer.json()["detail"].endswith(": the gateway's log says why")
        assert "LODETRACE_" not in answer.json()["advice"]
    assert len([one for one in caplog.records if str(error) in one.getMessage()]) == 2


# --- alarms --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("error", "words"), ALARMS, ids=named)
def test_an_alarm_names_its_block_and_no_id(
    served: MembersGateway, monkeypatch: pytest.MonkeyPatch, error: LodetraceError, words: str
) -> None:
    """Before anybody is asked who it is: the answer is the same for all."""

    def fails() -> None:
        served.gateway.stopping.set()
        raise error

    monkeypatch.setattr(served.gateway.indexer, "catch_up", fails)
    follow(served.gateway, 0)
    for answer in (served.ask("/ready"), served.ask("/lots"), served.ask("/lots", "alpha")):
        assert answer.json()["values"] == {"reason": words}
        assert not re.search("0x[0-9a-f]{40}", answer.text)


@pytest.mark.parametrize(("later", "canary"), LATER, ids=named)
def test_what_fails_after_an_alarm_is_told_without_its_place(
    served: MembersGateway, monkeypatch: pytest.MonkeyPatch, later: Any, canary: str
) -> None:
    errors = [ALARMS[5][0], later]

    def fails() -> None:
        if len(errors) == 1:
            served.gateway.stopping.set()
        raise errors.pop(0)

    monkeypatch.setattr("api.app.CONTRADICTED_SECONDS", 0)
    monkeypatch.setattr(served.gateway.indexer, "catch_up", fails)
    follow(served.gateway, 0)
    said = served.ask("/ready").json()["values"]["reason"]
    assert said == f"{ALARMS[5][1]}; since then {told_to_readers(later)}"
    assert canary not in said


# --- refusals ------------------------------------------------------------------------------------

UNKNOWN, MALFORMED = f"0x{'ab' * 32}", "0x12"
CLOSED = [
    route for route, right in MATRIX.items() if right.public is Told.NOTHING and "{" in route.path
]


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: f"{route.method} {route.path}")
def test_a_refusal_says_nothing_about_what_there_is(served: MembersGateway, route: Route) -> None:
    """Whether the id is one, whether the filter is known, whether the tag is the newest."""
    there = filled(served, route.path)
    tag = {"If-None-Match": '*, W/"1-0"'}
    more = REQUESTS.get(route, {})
    first = served.client.request(route.method, there, **more)
    assert first.status_code == 401
    for path, headers in [
        (re.sub(r"{\w+}", UNKNOWN, route.path), {}),
        (re.sub(r"{\w+}", MALFORMED, route.path), {}),
        (f"{there}?state=held&nothing=1", {}),
        (there, tag),
    ]:
        other = served.client.request(route.method, path, headers=headers, **more)
        bare = path.partition("?")[0]
        assert (other.status_code, other.text.replace(bare, there)) == (401, first.text)
        assert {*other.headers} == {*first.headers}


def test_a_tag_of_somebody_who_may_read_is_worth_nothing_to_who_may_not(
    served: MembersGateway,
) -> None:
    for path in ("/lots", "/changes", f"/search?begins={served.product[:8]}", "/sites"):
        tag = served.ask(path, "alpha").headers["etag"]
        known = served.client.get(path, headers={"If-None-Match": tag})
        assert (known.status_code, "etag" in known.headers) == (401, False)


# --- costly answers ------------------------------------------------------------------------------


def test_who_did_not_sign_in_takes_no_members_turn(served: MembersGateway) -> None:
    """All of them together have half of the room, whatever a maker published."""
    path = f"/products/{served.product}/passport"
    put = {"json": {"up_to": "passport"}}
    assert served.ask(f"{path[:-8]}publication", served.maker(), "PUT", **put).status_code == 200
    graphs = served.gateway.graphs
    graphs.at_once = graphs.room = 2
    graphs.__post_init__()
    with graphs.turn("everybody"):
        assert served.ask(path).json()["code"] == "GraphBusy"
        assert served.ask(path, "alpha").status_code == 200
    with graphs.turn("everybody"):  # which was given back
        pass
    account = served.ask("/session", "alpha").json()["account"]
    with graphs.turn(account):
        assert served.ask(path, "alpha").json()["code"] == "GraphBusy"
        assert served.ask(path).status_code == 200


def test_programs_of_the_machine_are_no_reader_beside_others(tmp_path: Path) -> None:
    served = MembersGateway.over(f"sqlite:///{tmp_path / 'index.db'}", Readers.OPEN)
    with served.gateway.graphs.turn("everybody"):
        assert served.ask(f"/products/{served.product}/passport").status_code == 200
    served.engine.dispose()


def test_each_costly_answer_is_counted_for_its_reader(served: MembersGateway) -> None:
    asked: list[str | None] = []

    class Noting:
        def of(self, _wanted: object, reader: str | None) -> bytes:
            asked.append(reader)
            return b"a bundle"

    served.gateway.bundles = Noting()  # type: ignore[assignment]
    account = served.ask("/session", "beta").json()["account"]
    costly = [route for route, right in MATRIX.items() if right.work is Work.BUNDLE]
    for route in costly:
        assert served.ask(filled(served, route.path), "beta").status_code == 200
    assert asked == [account] * len(costly)
    client = TestClient(create_app(served.gateway, 60), HERE)
    put = {"json": {"up_to": "bundle"}}
    served.ask(f"/products/{served.product}/publication", served.maker(), "PUT", **put)
    assert client.get(f"/products/{served.product}/bundle").status_code == 200
    assert asked[-1] == "everybody"


def test_who_is_out_asks_no_faster_than_who_is_in(served: MembersGateway) -> None:
    token = served.token("alpha")
    served.chain.world.suspend("alpha")
    served.catch_up()
    served.gateway.access.requests.burst = 3
    served.gateway.access.requests.a_second = 0.0001
    headers = {"Authorization": f"Bearer {token}"}
    codes = [served.client.get("/lots", headers=headers).status_code for _ in range(5)]
    assert codes == [403, 403, 403, 429, 429]
