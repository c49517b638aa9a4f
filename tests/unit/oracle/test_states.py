"""The states of documents and reports: the moves that docs/oracle.md lists, and no others."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lodetrace.contracts.enums import CustodyModel, EventKind
from lodetrace.contracts.structs import SiteEvent
from lodetrace.documents.statement import AttestableEvent
from lodetrace.errors import InputError
from oracle.examination import FileReport
from oracle.service.intake import Intake
from oracle.service.overview import overview
from oracle.service.reports import EventReport, EventReports
from oracle.service.states import (
    DOCUMENTS,
    REPORTS,
    IntakeState,
    MoveImpossible,
    ReportState,
    StateColumn,
)
from oracle.service.store import Store
from tests.unit.docs.pages import Page
from zk_circuits.balance import BirthMeasurement
from zk_circuits.commitment import Opening, Tag, TagType

ROOT = Path(__file__).resolve().parents[3]
PAGE = Page.read(ROOT / "docs" / "oracle.md")
TABLES = {DOCUMENTS: "a document goes from", REPORTS: "an event goes from"}
STATES: dict[StateColumn, list[Any]] = {DOCUMENTS: [*IntakeState], REPORTS: [*ReportState]}
PAIRS = [
    (column, before, after)
    for column, states in STATES.items()
    for before in (None, *states)
    for after in (None, *states)
    if before is not None or after is not None
]
KEY = b"\x01" * 32
ROWS: dict[str, dict[str, object]] = {
    "intake": {"digest": KEY, "source": "http", "name": "a", "received": 1, "due": 0, "reason": ""},
    "reports": {
        "intake": 1, "event_id": KEY, "site": KEY, "sequence": 1, "revision": 0, "kind": 1,
        "element": 27, "start": 1, "finish": 2, "document": KEY, "commitment": KEY, "elements": b"",
        "model": 3, "unit_material": 0, "no_output": 0, "batches": KEY, "inputs": b"",
        "units": 0, "reason": "", "looked": 0,
    },
}  # fmt: skip


def documented(column: StateColumn) -> dict[tuple[str | None, str | None], str]:
    """Why, by (from, to), as the page has it."""
    rows = [row.cells for row in PAGE.rows if row.heads[0] == TABLES[column]]
    cells = [[None if cell == "nowhere" else cell for cell in row] for row in rows]
    return {(before, after): str(why) for before, after, why in cells}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as found:
        yield found


def row(store: Store, column: StateColumn, number: int) -> tuple | None:
    found = store.rows(f"SELECT * FROM {column.table} WHERE id = ?", number)
    return found[0] if found else None


def insert(store: Store, table: str, state: str, **others: object) -> int:
    """A row as another program might have written it."""
    values = {**ROWS[table], **others, "state": state}
    marks = ", ".join("?" * len(values))
    with store.write() as connection:
        query = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"
        return int(connection.execute(query, tuple(values.values())).lastrowid or 0)


@pytest.mark.parametrize("column", TABLES, ids=lambda one: one.what)
def test_the_page_has_the_moves_and_why(column: StateColumn) -> None:
    assert documented(column) == dict(column.moves)
    assert len(documented(column)) == len(
        [one for one in PAGE.rows if one.heads[0] == TABLES[column]]
    )


def test_the_page_has_the_states_that_are_shown(tmp_path: Path) -> None:
    said = {row.cells[0] for row in PAGE.rows if row.heads[0] == "state"}
    assert said == set(overview(tmp_path, 60, 1).counts)
    assert said == {*IntakeState, "stuck"} - {IntakeState.EXAMINED}


@pytest.mark.parametrize(
    ("column", "before", "after"), PAIRS, ids=lambda one: getattr(one, "what", one)
)
def test_every_pair(store: Store, column: StateColumn, before: Any, after: Any) -> None:
    """The page decides; what is impossible changes nothing."""
    insert(store, "intake", "pending", digest=b"its document")
    number = 0 if before is None else insert(store, column.table, before)
    old, count = row(store, column, number), len(store.rows(f"SELECT 1 FROM {column.table}"))

    def act() -> int:
        with store.write() as connection:
            if before is None:
                return column.add(connection, after, **ROWS[column.table]) or 0
            if after is None:
                column.remove(connection, [number])
            else:
                column.move(connection, [number], after, reason="because")
            return number

    if (before, after) in documented(column):
        found = row(store, column, act())
        assert (after is None) == (found is None)
        assert found is None or after in found
        assert before is None or found is None or "because" in found
        return
    with pytest.raises(MoveImpossible) as refused:
        act()
    assert refused.value.values["before"] == (before or "nothing")
    assert row(store, column, number) == old
    assert len(store.rows(f"SELECT 1 FROM {column.table}")) == count


def test_all_of_a_batch_or_nothing(store: Store) -> None:
    first = insert(store, "intake", "pending")
    second = insert(store, "intake", "standing", digest=b"2")
    with pytest.raises(MoveImpossible), store.write() as connection:
        DOCUMENTS.move(connection, [first, second], IntakeState.REFUSED)
    states = store.rows("SELECT state FROM intake ORDER BY id")
    assert states == [("pending",), ("standing",)]


@pytest.mark.parametrize("state", ["Pending", "", "unheard-of"])
def test_a_state_that_there_is_not(store: Store, state: str) -> None:
    number = insert(store, "intake", state)
    with pytest.raises(MoveImpossible), store.write() as connection:
        DOCUMENTS.move(connection, [number], IntakeState.REFUSED)


def test_a_row_that_there_is_not(store: Store) -> None:
    """A move is no way to make one, though new rows may begin in that state."""
    with pytest.raises(MoveImpossible), store.write() as connection:
        DOCUMENTS.move(connection, [7], IntakeState.PENDING)


def examined(store: Store, metals: int) -> list[EventReport]:
    """A document with an event for each of so many metals, all to be sent."""
    intake, reports = Intake(store), EventReports(store)
    intake.accept(b"{}", "http", "a")
    [taken] = intake.due(1, 9)
    opening = Opening(Tag(27, TagType.BIRTH), BirthMeasurement(1, 1), 1)
    events = [AttestableEvent(_event(27 + n), opening) for n in range(metals)]
    reports.settle(taken, FileReport(Path(), KEY, events=tuple(events)), ())
    return reports.unplanned(9)


def _event(element: int) -> SiteEvent:
    return SiteEvent(
        site=KEY, sequence=1, revision=0, kind=EventKind.BIRTH, element=element, from_=1, to=2,
        document=KEY, commitment=KEY, elements=(element,),
        model=CustodyModel.IDENTITY_PRESERVED, unit_material=0, no_output=False, batches=KEY,
        inputs=(),
    )  # fmt: skip


def state(store: Store) -> tuple[str, str]:
    """Of the one document, with its reason."""
    [(found, reason)] = store.rows("SELECT state, reason FROM intake")
    return found, reason


def test_an_end_is_an_end(store: Store) -> None:
    [report] = examined(store, 1)
    reports = EventReports(store)
    reports.mark([report], ReportState.STANDING)
    for again in (ReportState.ATTESTED, ReportState.STANDING, ReportState.OVERRULED):
        with pytest.raises(MoveImpossible, match="report 1 cannot go from standing"):
            reports.mark([report], again, "Other: reason")
    with pytest.raises(MoveImpossible):
        reports.unplan([report])
    assert state(store) == ("standing", "")


def test_a_document_shows_what_most_needs_to_be_seen(store: Store) -> None:
    first, second = examined(store, 2)
    reports = EventReports(store)
    reports.sent([first, second], "0x01")
    assert state(store)[0] == "examined"
    reports.confirm([first])
    assert state(store)[0] == "examined"
    reports.confirm([second])
    assert state(store)[0] == "attested"
    reports.mark([first], ReportState.WITHDRAWN)
    assert state(store)[0] == "withdrawn"
    reports.mark([second], ReportState.OVERRULED, "standing otherwise: revision 1")
    assert state(store) == ("overruled", "standing otherwise: revision 1")


def test_a_refused_document_stays_refused_until_it_is_brought_again(store: Store) -> None:
    """One metal is refused by the contract, the other attested, and it stands later on."""
    first, second = examined(store, 2)
    reports, intake = EventReports(store), Intake(store)
    reports.mark([first], ReportState.REFUSED, "TooLate: by a day")
    reports.confirm([second])
    assert state(store) == ("refused", "TooLate: by a day")
    intake.accept(b"{}", "http", "a")
    reports.mark([second], ReportState.STANDING)
    assert state(store)[0] == "pending", "it is to be examined again all the same"
    [taken] = intake.due(1, 9)
    reports.settle(taken, FileReport(Path(), KEY, error=InputError()), ())
    assert state(store)[0] == "refused"


WRITES = re.compile(
    r"(INSERT\b[^;]*\bINTO|DELETE\s+FROM)\s+(intake|reports)\b|SET\s(?:(?!WHERE).)*\bstate\b", re.S
)


def written(source: str) -> list[int]:
    """Lines on which SQL changes a state, or makes or removes a row that has one."""
    found = []
    for node in ast.walk(ast.parse(source)):
        text = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(one.value for one in node.values if isinstance(one, ast.Constant))
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "_note":
            text = "SET " + ast.unparse(node.args[1])
        if WRITES.search(text):
            found.append(node.lineno)
    return found


def test_no_other_sql_changes_a_state() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in (ROOT / "oracle").rglob("*.py")
        for line in written(path.read_text("utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize(
    "source",
    [
        """x("UPDATE intake SET reason = ?, state = 'refused' WHERE id = ?")""",
        """x("INSERT OR IGNORE INTO reports VALUES (?)")""",
        """x(f"DELETE FROM intake WHERE {condition}")""",
        """self._note(batch, "looked = ?, state = 'sent'", 1)""",
    ],
)
def test_sql_that_changes_a_state_is_seen(source: str) -> None:
    assert set(written(source)) == {1}
    assert written("""x("UPDATE intake SET due = 0 WHERE state = ?")""") == []
