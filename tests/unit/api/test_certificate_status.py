"""Certificates as of a time, as known at a time: gateway, auditor and the Python model agree."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from sqlalchemy import Connection, Engine, select

from api.deps import Gateway
from api.indexer.follow import Indexer
from api.indexer.store import open_store, reading, wipe
from api.indexer.tables import certificates, site_events
from api.loaders.certificates import certificates_during, histories_of, told_of
from lodetrace.audit.closure import Closure
from lodetrace.audit.replay import accreditations
from lodetrace.audit.replay.bitemporal import Known
from lodetrace.audit.replay.certificates import Certificates
from lodetrace.audit.replay.gates import known_at
from lodetrace.audit.replay.members import Members
from lodetrace.audit.replay.settings import Settings
from lodetrace.audit.replay.sites import Sites
from lodetrace.audit.rows import Entry, ShownEntry, by_row
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import CertificateStatus, RowKind, Scheme
from lodetrace.contracts.structs import Row
from lodetrace.text import iso_time
from tests.contracts.registry.models import bitemporal as model
from tests.model_tests.profile import judged_histories
from tests.support.audit_world import COBALT, scoped
from tests.unit.api.certificate_histories import (
    BASE,
    BEGIN,
    CERTIFIERS,
    END,
    GRACE,
    MINE,
    UNIT,
    CertificateHistory,
    HistoryChain,
    histories,
    moments,
)
from tests.unit.api.scripted_chain import ScriptedChain, account, ident, standing
from tests.unit.api.scripted_chain import born as born_of
from tests.unit.api.scripted_chain import word as id_of

IN_FORCE, SUSPENDED = CertificateStatus.IN_FORCE, CertificateStatus.SUSPENDED


@pytest.fixture(scope="module", autouse=True)
def short_grace() -> Iterator[None]:
    """For the product and for the model alike."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accreditations, "CERTIFIER_GRACE", GRACE)
        patch.setattr(model, "GRACE", GRACE)
        yield


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One database for all histories, wiped before each."""
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('index') / 'index.db'}")
    yield opened
    opened.dispose()


def indexed(store: Engine, history: CertificateHistory) -> None:
    wipe(store)
    Indexer(store, HistoryChain(history), may_rewind=False).catch_up()


def by_gateway(store: Engine, history: CertificateHistory) -> dict[str, tuple[bool, bool]]:
    """By certificate: in force during the event, as known to the gates and as known now."""
    with reading(store) as connection:
        event = connection.execute(select(site_events)).mappings().one()
        answers = {
            bytes.fromhex(one.certificate["certificate"][2:]): (
                one.in_force_as_known_then,
                one.in_force_as_known_now,
            )
            for one in certificates_during(connection, [event], history.now)[event["event_id"]]
        }
        return {name: answers[id_] for id_, name in history.ids.items() if id_ in answers}


def by_auditor(history: CertificateHistory) -> dict[str, tuple[bool, ...]]:
    """The replay, asked about each certificate alone."""
    then = Known(history.now) if history.use is None else known_at(history.use)
    replayed = _replayed(history)
    return {
        name: tuple(
            replayed.certificates[id_].statuses.in_force_during(BEGIN, END, known)
            for known in (then, Known(history.now))
        )
        for id_, name in history.ids.items()
    }


def _replayed(history: CertificateHistory) -> Certificates:
    events = by_row(
        ShownEntry(Entry(one.address, one.block, one.time, one.place, (), b""), one.event)
        for one in history.world.chain.events
    )
    closure = Closure(Row(RowKind.SITE, MINE), {row: tuple(all_) for row, all_ in events.items()})
    members, settings = Members(closure), Settings()
    sites = Sites(closure, members)
    replayed = Certificates(closure, members, sites, settings)
    parts = (members, sites, settings, replayed)
    handlers = {event: handle for part in parts for event, handle in part.handlers().items()}
    for shown in history.world.chain.events:
        if type(shown.event) in handlers:
            handlers[type(shown.event)](shown.event, shown)
    return replayed


def by_model(history: CertificateHistory) -> dict[str, tuple[bool, bool]]:
    """Second by second."""
    asked_at = history.now if history.use is None else history.use.time

    def covers(known: dict[str, model.Certificate], name: str, view: int) -> bool:
        one = [known[name]] if name in known else []
        return model.certified(one, {Scheme.IRMA}, COBALT, BEGIN, END, view)

    return {
        name: (
            covers(history.asked, name, asked_at),
            covers(history.known, name, history.now),
        )
        for name in history.known
    }


@judged_histories
@given(history=histories())
def test_the_gateway_says_what_the_gates_were_told(
    store: Engine, history: CertificateHistory
) -> None:
    indexed(store, history)
    expected = by_model(history)
    assert by_auditor(history) == expected
    shown = by_gateway(store, history)
    assert shown == {name: expected[name] for name in shown}
    left_out = expected.keys() - shown.keys()
    assert not any(any(expected[name]) for name in left_out), "only what does not touch the event"


@judged_histories
@given(history=histories(), time=moments, known_at=moments)
def test_a_status_is_the_last_known_one_of_its_time(
    store: Engine, history: CertificateHistory, time: int, known_at: int
) -> None:
    indexed(store, history)
    second, known = BASE + time * UNIT, BASE + known_at * UNIT
    with reading(store) as connection:
        for name, certificate in history.known.items():
            status = status_of(connection, name, second, known)
            assert (status is IN_FORCE) == certificate.covers(second, known)
            outside = not certificate.first <= second <= certificate.last
            unknown = certificate.recorded > known
            heard = [w for w in certificate.words if w.recorded <= known and w.speaks_of(second)]
            assert (status is CertificateStatus.NONE) == (outside or unknown or not heard)


def status_of(connection: Connection, name: str, time: int, known_at: int) -> CertificateStatus:
    id_ = scoped(CERTIFIERS[0], name)
    wanted = select(certificates).where(certificates.c.certificate == id_)
    told = told_of(connection, connection.execute(wanted).mappings().all())
    [history] = histories_of(connection, told)
    return history.status_as_of(time, Known(known_at))


# --- by route ------------------------------------------------------------------------------------

SITE, EVENT, CERTIFICATE = 0x51, 0xE5, 0xCE


def issued(valid_from: int, valid_to: int) -> ev.CertificateIssued:
    paper = (Scheme.IRMA, 0, valid_from, valid_to, valid_from, account(3), id_of(4), id_of(6))
    return ev.CertificateIssued(id_of(CERTIFICATE), id_of(SITE), 1, *paper)


def status_set(status: CertificateStatus, effective: int, recorded: int) -> ev.CertificateStatusSet:
    named = (id_of(CERTIFICATE), id_of(SITE), 2)
    return ev.CertificateStatusSet(*named, status, effective, recorded, id_of(5))


@pytest.fixture
def next_block(chain: ScriptedChain) -> int:
    """Time of the block that is mined next."""
    return chain.time(chain.head() + 1)


def in_force(client: TestClient) -> tuple[bool, bool]:
    """Of the one certificate of the event: as known then, as known now."""
    [shown] = client.get(f"/events/{ident(EVENT)}").json()["certificates"]
    return shown["in_force_as_known_then"], shown["in_force_as_known_now"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, "suspended"),
        ({"known_at": 0}, "none"),
        ({"as_of": 0}, "none"),
        ({"as_of": 0, "known_at": 0}, "none"),
        ({"as_of": 100}, "in force"),
        ({"as_of": "1970-01-01T00:01:40Z"}, "in force"),
        ({"as_of": "1970-01-01T01:01:40+01:00", "known_at": "2100-01-01T00:00:00.5Z"}, "in force"),
        ({"as_of": "1970-01-01T00:03:20Z"}, "suspended"),
        ({"known_at": "1969-12-31T23:59:59Z"}, "none"),
    ],
)
def test_a_status_is_told_as_of_any_time_as_known_at_any_time(
    asked: dict[str, int | str],
    status: str,
    chain: ScriptedChain,
    gateway: Gateway,
    client: TestClient,
    next_block: int,
) -> None:
    chain.mine(issued(50, next_block + 1_000), status_set(SUSPENDED, 200, next_block))
    gateway.indexer.catch_up()
    shown = client.get(f"/certificates/{ident(CERTIFICATE)}", params=asked).json()
    assert shown["status"] == status
    [listed] = client.get("/certificates", params=asked).json()["certificates"]
    assert listed["status"] == status


def test_what_was_recorded_later_than_the_window_opened_no_gate_until_it_was_excused(
    chain: ScriptedChain, gateway: Gateway, client: TestClient
) -> None:
    """The event ends at second 100; the certificate counts from second 500 on."""
    late = replace(issued(0, 1_000), since=500)
    chain.mine(late, standing(EVENT, SITE))
    gateway.indexer.catch_up()
    assert in_force(client) == (False, False)
    chain.mine(born_of(0xD1, EVENT))
    chain.mine(ev.CertificateExcused(id_of(CERTIFICATE), id_of(SITE), 2))
    gateway.indexer.catch_up()
    assert in_force(client) == (False, True)
    shown = client.get(f"/certificates/{ident(CERTIFICATE)}").json()
    assert shown["since"] == "1970-01-01T00:08:20Z"
    assert shown["excused_at"] == iso_time(chain.time(chain.head()))


def test_a_gate_knows_what_its_block_recorded_before_it_and_not_what_after(
    chain: ScriptedChain, gateway: Gateway, client: TestClient, next_block: int
) -> None:
    recent = standing(EVENT, SITE, from_=next_block - 5, to=next_block)
    suspended = status_set(SUSPENDED, next_block - 3, next_block)
    chain.mine(issued(0, next_block + 1_000), recent, born_of(0xD1, EVENT), suspended)
    gateway.indexer.catch_up()
    assert in_force(client) == (True, False)
