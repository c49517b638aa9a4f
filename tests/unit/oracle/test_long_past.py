"""A service with a long past works as one without: no question reads all that ever was."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from lodetrace.contracts.enums import CustodyModel, EventKind
from lodetrace.contracts.structs import SiteEvent
from lodetrace.documents.statement import AttestableEvent
from lodetrace.transactions.outbox import EntryState, Outbox, SignedTransaction
from oracle.examination import FileReport as Examination
from oracle.service.health import ServiceHealth
from oracle.service.intake import Intake, WaitingDocument
from oracle.service.reports import EventReports
from oracle.service.states import ReportState
from oracle.service.store import Store
from oracle.sources.folder import FolderSource, _Seen
from zk_circuits.balance import BirthMeasurement
from zk_circuits.commitment import Opening, Tag, TagType

SHORT, LONG = 200, 4_000
MARGIN = 1.2
OPENING = Opening(Tag(27, TagType.BIRTH), BirthMeasurement(1, 1), 1)
SIGNER = "0x" + "11" * 20


def steps(connection: sqlite3.Connection, act: Callable[[], object]) -> int:
    """Steps of SQLite's machine."""
    counted = 0

    def step() -> None:
        nonlocal counted
        counted += 1

    connection.set_progress_handler(step, 1)
    act()
    connection.set_progress_handler(None, 1)
    return counted


def _event(number: int) -> AttestableEvent:
    key = number.to_bytes(32, "big")
    event = SiteEvent(
        site=key, sequence=number, revision=0, kind=EventKind.BIRTH, element=27, from_=1, to=2,
        document=key, commitment=key, elements=(27,), model=CustodyModel.IDENTITY_PRESERVED,
        unit_material=0, no_output=False, batches=key, inputs=(),
    )  # fmt: skip
    return AttestableEvent(event, OPENING)


class Past:
    """So many documents that ended, as many open and as many new ones; ten on their way."""

    def __init__(self, folder: Path, length: int) -> None:
        self.store = Store(folder)
        self.intake = Intake(self.store)
        self.reports = EventReports(self.store)
        self.folder = FolderSource(folder, ServiceHealth())
        with self.store.write() as connection:
            for number in range(2 * length):
                self.file(number)
            for one in self.reports.unplanned(length):
                self.reports.plan("old", [one])
                self.reports.mark([one], ReportState.STANDING)
            for one in self.reports.unplanned(length):
                self.reports.plan("open", [one])
                self.reports.confirm([one])
            connection.executemany(
                "INSERT INTO files VALUES (?, ?, 1, 1)",
                [(str(folder), f"{number}.json") for number in range(length)],
            )
            for number in range(2 * length, 2 * length + 10):
                self.file(number)
            for number in range(length):
                self.intake.accept(b"new %d" % number, "http", "new")

    def file(self, number: int) -> None:
        accepted = self.intake.accept(b"%d" % number, "http", str(number))
        [(row,)] = self.store.rows("SELECT id FROM intake WHERE digest = ?", accepted.digest)
        found = Examination(Path(), accepted.digest, events=(_event(number),))
        self.reports.settle(WaitingDocument(row, "", b"", 0, "http"), found, ())


QUESTIONS: dict[str, Callable[[Past], object]] = {
    "due": lambda past: past.intake.due(1, 100),
    "accept": lambda past: past.intake.accept(b"another", "http", "another"),
    "unplanned": lambda past: past.reports.unplanned(20),
    "ready": lambda past: list(past.reports.batches(ReportState.READY)),
    "sent": lambda past: list(past.reports.batches(ReportState.SENT)),
    "open": lambda past: past.reports.open(1, 50),
    "unended": lambda past: past.reports.unended([b"\x01" * 32]),
    "backed up": lambda past: past.reports.is_backed_up(1_000),
    "mark": lambda past: past.reports.mark(past.reports.unplanned(1), ReportState.ATTESTED),
    "known": lambda past: past.folder._is_known(_Seen("7.json", 1, 1), past.intake),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_to_the_store(tmp_path: Path, pasts: list[Past], name: str) -> None:
    few, many = (steps(one.store._connection, lambda: QUESTIONS[name](one)) for one in pasts)  # noqa: B023
    assert many <= MARGIN * few


@pytest.fixture(scope="module")
def pasts(tmp_path_factory: pytest.TempPathFactory) -> list[Past]:
    return [Past(tmp_path_factory.mktemp("past"), length) for length in (SHORT, LONG)]


def _outbox(path: Path, length: int) -> Outbox:
    outbox = Outbox(path)
    outbox._connection.execute("BEGIN")
    for number in range(length + 5):
        signed = SignedTransaction(f"0x{number:064x}", b"raw")
        entry = outbox.add(f"purpose {number}", SIGNER, None, b"", 0, lambda nonce, s=signed: s)
        if number < length:
            outbox.record(entry, EntryState.MINED, number)
    outbox._connection.execute("COMMIT")
    return outbox


def test_a_question_to_the_outbox(tmp_path: Path) -> None:
    outboxes = [_outbox(tmp_path / f"{length}.sqlite", length) for length in (SHORT, LONG)]
    questions: dict[str, Callable[[Outbox, int], object]] = {
        "pending": lambda outbox, first: outbox.pending(SIGNER),
        "nonces": lambda outbox, first: outbox.nonces(SIGNER, first),
        "live": lambda outbox, first: outbox.live("purpose 7", SIGNER),
        "from nonce": lambda outbox, first: outbox.from_nonce(SIGNER, first),
        "next nonce": lambda outbox, first: outbox._next_nonce(SIGNER),
    }
    for name, question in questions.items():
        few, many = (
            steps(one._connection, lambda: question(one, length))  # noqa: B023
            for one, length in zip(outboxes, (SHORT, LONG), strict=True)
        )
        assert many <= MARGIN * few, name
    for outbox in outboxes:
        outbox.close()
