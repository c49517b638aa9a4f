"""An index with a hole is noticed, and nothing is answered from it."""

import logging
import time
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from api import app
from api.deps import Gateway
from api.errors import EventsMissing
from api.indexer.chain_event import ChainEvent
from api.indexer.digest import digest
from api.indexer.store import next_block
from lodetrace.contracts.enums import FOREVER, CertificateStatus
from lodetrace.contracts.events import (
    BandSet,
    CertificateStatusSet,
    Event,
    OrganisationSuspended,
    PlaceDetermined,
)
from lodetrace.contracts.structs import NOBODY, Determination
from lodetrace.errors import LodetraceError
from lodetrace.evidence.errors import LogsLeftOut
from lodetrace.node.errors import NodeUnreachable
from tests.unit.api.scripted_chain import (
    ScriptedChain,
    born,
    consumed,
    ident,
    offered,
    standing,
    word,
)

LEFT_OUT = LogsLeftOut(count=1, block=7, contracts="Certificates")
DETERMINED = PlaceDetermined(
    word(6), 2, NOBODY, NOBODY, Determination(1, 2, 1, 1, FOREVER, True, False, False, word(9))
)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (offered(0xA5, expiry=9, sequence=3), 2),
        (consumed(0xA4, 0xB3, sequence=4), 3),
        (consumed(0xD9, 0xB3), 1),
        (born(0xA5, 0xE9), 2),
        (BandSet(word(0x51), 3, 1, 2, 3, 4), 1),
        (OrganisationSuspended(word(5), 2, word(1)), 1),
        (DETERMINED, 1),
        (
            CertificateStatusSet(
                word(7), word(0x51), 2, CertificateStatus.SUSPENDED, 1, 1, word(8)
            ),
            1,
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Event) else None,
)
def test_a_number_that_is_not_the_next_leaves_no_trace(
    chain: ScriptedChain, gateway: Gateway, engine: Engine, event: Event, expected: int
) -> None:
    before, position = digest(engine), next_block(engine)
    chain.mine(event)
    with pytest.raises(EventsMissing, match=f"number .*, expected {expected}"):
        gateway.indexer.catch_up()
    assert (digest(engine), next_block(engine)) == (before, position)


class Withheld(ScriptedChain):
    """A chain of a node that leaves logs out or fails otherwise, as long as `gap` is set."""

    gap: LodetraceError | None = None

    def events(self, first: int, last: int) -> list[ChainEvent]:
        if self.gap is not None:
            raise self.gap
        return super().events(first, last)


def polls() -> Iterator[None]:
    """Moments at which to look again, for ten seconds."""
    for _ in range(200):
        yield
        time.sleep(0.05)


def until(client: TestClient, path: str, status: int) -> dict:
    """The first answer with this status."""
    for _ in polls():
        answer = client.get(path)
        if answer.status_code == status:
            return answer.json()
    raise AssertionError(f"{path} goes on answering with {answer.status_code}: {answer.text}")


READS = ("/certificates", f"/lots/{ident(0xA4)}", f"/lots/{ident(0xA4)}/bundle", "/lots")


@pytest.fixture
def chain() -> ScriptedChain:
    chain = Withheld()
    chain.mine(standing(0xE1, 0x51), standing(0xE2, 0x51))
    chain.mine(born(0xA4, 0xE1), born(0xA5, 0xE2))
    chain.mine(offered(0xA4, expiry=chain.time(6)))
    return chain


def test_what_a_node_leaves_out_is_answered_with_a_problem_until_it_is_mended(
    chain: Withheld,
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(app, "CONTRADICTED_SECONDS", 0)
    until(client, "/ready", 200)
    with caplog.at_level(logging.CRITICAL, "lodetrace.gateway"):
        chain.mine(born(0xC1, 0xE1))
        chain.gap = LEFT_OUT
        problem = until(client, "/ready", 503)
        time.sleep(0.3)
    assert problem["code"] == "IndexHalted"
    assert str(LEFT_OUT) in problem["detail"]
    assert [record.getMessage() for record in caplog.records] == [
        f"the index waits: {LEFT_OUT} {LEFT_OUT.advice}"
    ]
    for path in READS:
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (503, "IndexHalted"), path
    assert client.get("/health").status_code == 200
    chain.gap = None
    until(client, "/ready", 200)
    assert client.get(f"/lots/{ident(0xC1)}").status_code == 200


def test_a_later_fault_is_told_beside_the_alarm(
    chain: Withheld,
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The node is no longer the one that contradicted itself, for all that the gateway knows."""
    monkeypatch.setattr(app, "CONTRADICTED_SECONDS", 0)
    until(client, "/ready", 200)
    silent = NodeUnreachable(url="http://127.0.0.1:1", reason="refused")
    away = "the chain's node does not answer: the gateway's log says why"
    with caplog.at_level(logging.CRITICAL, "lodetrace.gateway"):
        chain.mine(born(0xC1, 0xE1))
        for gap, expected in (
            (LEFT_OUT, str(LEFT_OUT)),
            (silent, f"{LEFT_OUT}; since then {away}"),
            (LEFT_OUT, str(LEFT_OUT)),
        ):
            chain.gap = gap
            answers = (client.get("/lots").json() for _ in polls())
            assert any(one.get("values", {}).get("reason") == expected for one in answers)
    assert len(caplog.records) == 1
    chain.gap = None
    until(client, "/ready", 200)
    chain.mine(born(0xC2, 0xE1))
    chain.gap = silent
    time.sleep(0.3)
    assert client.get("/lots").status_code == 200


def test_a_missing_number_stops_the_index(chain: ScriptedChain, client: TestClient) -> None:
    until(client, "/ready", 200)
    chain.mine(offered(0xA5, expiry=9, sequence=3))
    problem = until(client, "/ready", 503)
    assert problem["values"]["reason"] == f"events before one of block {chain.head()} are missing"
    assert client.get(f"/lots/{ident(0xA5)}").json()["code"] == "IndexHalted"
