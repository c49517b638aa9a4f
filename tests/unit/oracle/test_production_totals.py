"""What a site made within a window: kept sums say what adding up anew says, at a fixed cost."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodetrace.documents.event_hash import EventIdentity
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement
from lodetrace.documents.statement_fields import StatedCarbon
from oracle import history as newest
from oracle.examination import OracleNode
from oracle.history import ACCEPTED, REFUSED, DocumentHistory
from oracle.production_totals import count_all
from tests.unit.oracle.mine_output import Mine, containers
from tests.unit.oracle.village import Village
from zk_circuits.keccak import keccak256

SITES = (b"\x01" * 32, b"\x02" * 32)
ELEMENTS = ("Co", "Ni")
HOUR = 3_600
SERIES = "https://id.gs1.org/01/09521234000013/10/"
START = 1_790_000_000
"""September 2026."""

OLD_QUERY = (
    "SELECT sequence, finish, metal FROM made JOIN documents USING (hash)"
    " WHERE made.site = ? AND element = ? AND finish > ? AND finish <= ? AND sequence <> ?"
    " AND hash NOT IN (SELECT withdraws FROM documents WHERE outcome = 'accepted'"
    " AND withdraws IS NOT NULL) ORDER BY sequence, revision"
)
"""How layout 2 added up for each document."""


@dataclass(frozen=True)
class Filed:
    """A document that was accepted. metal: mg by element."""

    site: bytes
    sequence: int
    revision: int
    finish: int
    metal: dict[str, int]

    @property
    def hash(self) -> bytes:
        return keccak256(repr(self).encode())


@dataclass
class Ledger:
    """A history, and beside it everything that was filed. pattern: a document of the story."""

    history: DocumentHistory
    pattern: tuple[SignedDocument, SiteStatement]
    filed: list[Filed] = field(default_factory=list)
    withdrawn: set[bytes] = field(default_factory=set)

    def signed(self, one: Filed) -> SignedDocument:
        return replace(
            self.pattern[0],
            hash=one.hash,
            site=one.site,
            sequence=one.sequence,
            revision=one.revision,
        )

    def file(self, one: Filed, outcome: str = ACCEPTED) -> None:
        weighed = self.pattern[1].outputs[0]
        outputs = tuple(
            replace(
                weighed,
                epc_class=f"{SERIES}{symbol}{one.sequence}",
                wet_mass=metal,
                moisture=0,
                assay={symbol: 10**6},
            )
            for symbol, metal in one.metal.items()
        )
        statement = replace(
            self.pattern[1],
            to=one.finish,
            outputs=outputs,
            stated_carbon=StatedCarbon(0, 0, dict.fromkeys(one.metal, 0)),
        )
        identity = EventIdentity(one.hash.hex(), None)
        self.history.remember(self.signed(one), identity, statement, "CD-LU", outcome, ())
        if outcome == ACCEPTED:
            self.filed.append(one)

    def withdraw(self, one: Filed) -> None:
        declaration = replace(self.signed(one), hash=keccak256(one.hash))
        identity = EventIdentity(one.hash.hex(), "withdrawn")
        self.history.remember_withdrawal(declaration, identity, one.hash, ACCEPTED, ())
        self.withdrawn.add(one.hash)

    def reopened(self) -> None:
        self.history.close()
        self.history = DocumentHistory(self.history._path)

    def plainly(self, own: Filed, element: str, after: int, until: int) -> int:
        """Of each number the last revision that says something of the element and still counts."""
        live = [
            one for one in self.filed
            if one.site == own.site and one.hash not in self.withdrawn and element in one.metal
        ]  # fmt: skip
        last: dict[int, Filed] = {}
        for one in sorted(live, key=lambda one: (one.revision, one.hash)):
            last[one.sequence] = one
        last.pop(own.sequence, None)
        return sum(one.metal[element] for one in last.values() if after < one.finish <= until)

    def as_before(self, own: Filed, element: str, after: int, until: int) -> int:
        """By the query of layout 2."""
        values = (own.site, element, after, until, own.sequence)
        rows = self.history._connection.execute(OLD_QUERY, values).fetchall()
        return sum({sequence: int(metal) for sequence, _, metal in rows}.values())


TIMES = st.one_of(
    st.integers(START - 10, START + 10),
    st.integers(START - 100, START + 100),
    st.integers(START - 400 * 24 * HOUR, START + 400 * 24 * HOUR),
    st.sampled_from([1 << 24, 107 << 24, (107 << 24) - 1, (6829 << 18) - 1, 6829 << 18]),
)
METAL = st.one_of(st.integers(1, 3), st.integers(1, 2**64 - 1), st.just(2**40), st.just(2**40 - 1))
FILED = st.builds(
    Filed,
    site=st.sampled_from((SITES[0], *SITES)),
    sequence=st.integers(1, 3),
    revision=st.integers(0, 3),
    finish=TIMES,
    metal=st.dictionaries(st.sampled_from(ELEMENTS), METAL, min_size=1),
)
ACTS = st.lists(
    st.one_of(FILED, FILED, st.integers(0, 30), st.sampled_from(["refused", "reopened"])),
    max_size=24,
)
LENGTHS = st.one_of(st.integers(0, 100), st.integers(0, 800 * 24 * HOUR))


@pytest.fixture(scope="module")
def pattern(cobalt: Path) -> tuple[SignedDocument, SiteStatement]:
    signed = SignedDocument.read(cobalt / "signed" / "mwinda-mine-M01.json")
    return signed, SiteStatement.of(signed.document)


@contextmanager
def acted(acts: list, pattern: tuple[SignedDocument, SiteStatement]) -> Iterator[Ledger]:
    """A number withdraws that document, or one that is filed later."""
    with TemporaryDirectory() as folder:
        ledger = Ledger(DocumentHistory(Path(folder) / "history.sqlite"), pattern)
        later = [act for act in acts if isinstance(act, Filed)]
        for act in acts:
            if isinstance(act, Filed):
                ledger.file(act)
            elif isinstance(act, int) and later:
                ledger.withdraw(later[act % len(later)])
            elif act == "refused" and later:
                ledger.file(replace(later[0], revision=9), REFUSED)
            elif act == "reopened":
                ledger.reopened()
        yield ledger
        ledger.history.close()


@given(acts=ACTS, own=FILED, after=TIMES, length=LENGTHS)
def test_kept_sums_say_what_adding_up_says(
    pattern: tuple[SignedDocument, SiteStatement], acts: list, own: Filed, after: int, length: int
) -> None:
    with acted(acts, pattern) as ledger:
        for element in ELEMENTS:
            window = (element, after, after + length)
            found = ledger.history.made_between(ledger.signed(own), *window)
            assert found == ledger.plainly(own, *window)


@given(acts=ACTS, own=FILED, after=TIMES, length=LENGTHS)
def test_as_the_layout_before_did_where_no_revision_moves_in_time(
    pattern: tuple[SignedDocument, SiteStatement], acts: list, own: Filed, after: int, length: int
) -> None:
    """It took the last revision in the window, though a later one might lie outside."""
    steady = [
        replace(act, finish=START + act.sequence * HOUR) if isinstance(act, Filed) else act
        for act in acts
    ]
    unique = {
        (one.site, one.sequence, one.revision): one for one in steady if isinstance(one, Filed)
    }
    steady = [act for act in steady if not isinstance(act, Filed) or act in unique.values()]
    with acted(steady, pattern) as ledger:
        for element in ELEMENTS:
            window = (element, after, after + length)
            found = ledger.history.made_between(ledger.signed(own), *window)
            assert found == ledger.as_before(own, *window)


@given(acts=ACTS, own=FILED, until=TIMES, seconds=st.integers(1, 60 * 24 * HOUR))
def test_windows_in_a_row_are_windows(
    pattern: tuple[SignedDocument, SiteStatement], acts: list, own: Filed, until: int, seconds: int
) -> None:
    with acted(acts, pattern) as ledger:
        found = ledger.history.metal_by_window(ledger.signed(own), "Co", until, seconds, 13)
        edges = [until - number * seconds for number in range(14)]
        assert found == [
            ledger.plainly(own, "Co", after, before) for before, after in pairwise(edges)
        ]


@given(acts=ACTS)
def test_rebuilt_from_the_documents_the_sums_are_the_same(
    pattern: tuple[SignedDocument, SiteStatement], acts: list
) -> None:
    with acted(acts, pattern) as ledger:
        connection = ledger.history._connection
        kept = tables(connection)
        count_all(connection)
        assert tables(connection) == kept


def tables(connection: sqlite3.Connection) -> tuple[list, list]:
    """Both, without the sums that came to nothing."""
    sums = connection.execute("SELECT * FROM sums WHERE high <> 0 OR low <> 0").fetchall()
    return connection.execute("SELECT * FROM counted").fetchall(), sums


def test_a_history_of_layout_2_is_added_up_once(
    pattern: tuple[SignedDocument, SiteStatement], tmp_path: Path
) -> None:
    one = Filed(SITES[0], 1, 0, START, {"Co": 5, "Ni": 2**63})
    ledger = Ledger(DocumentHistory(tmp_path / "history.sqlite"), pattern)
    ledger.file(one)
    ledger.withdraw(one)
    ledger.file(replace(one, revision=1))
    kept = tables(ledger.history._connection)
    back_to_layout_2(ledger.history._connection)
    ledger.reopened()
    assert tables(ledger.history._connection) == kept
    with DocumentHistory.copy_of(tmp_path / "history.sqlite") as copy:
        assert copy.made_between(ledger.signed(replace(one, sequence=2)), "Ni", 0, START) == 2**63
    ledger.history.close()


def back_to_layout_2(connection: sqlite3.Connection) -> None:
    connection.executescript(
        "DROP TABLE counted; DROP TABLE sums; DROP INDEX serials_by_site;"
        "DROP INDEX documents_by_identity; ALTER TABLE serials DROP COLUMN site;"
        "CREATE INDEX serials_by_series ON serials (kind, series, number);"
        "CREATE INDEX made_by_time ON made (site, element, finish); PRAGMA user_version = 2"
    )


@pytest.mark.slow
def test_a_document_costs_the_same_after_8_000_as_after_1_000(
    cobalt: Path, pattern: tuple[SignedDocument, SiteStatement], tmp_path: Path
) -> None:
    """Of one year and one site, counted in steps of SQLite's machine, over all rules.

    Its rate is held against the documents of the same days, eight times as many in the end.
    """
    village = Village(cobalt, now=START + 20_000 * HOUR)
    ledger = Ledger(DocumentHistory(tmp_path / "history.sqlite"), pattern)
    node = OracleNode(village.declarations(), ledger.history)
    mine, [like] = Mine(village, tmp_path), containers(seed=1, count=1)
    steps = []
    for count in (1_000, 8_000):
        with ledger.history.together():
            for number in range(len(ledger.filed), count):
                finish = START + (number % 1_000) * 9 * HOUR
                ledger.file(Filed(pattern[0].site, 100_000 + number, 0, finish, {"Co": 1}))
                if number % 10 == 0:
                    ledger.withdraw(ledger.filed[-1])
        file = mine.file(
            replace(like, number=count, lot=f"Co{count + 200_000}", end=START + 9_000 * HOUR)
        )
        steps.append(counted_steps(ledger.history, partial(node.examine, file, village)))
    ledger.history.close()
    assert steps[1] < 1.6 * steps[0], steps


def counted_steps(history: DocumentHistory, act: Callable[[], object]) -> int:
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    history._connection.set_progress_handler(step, 1)
    act()
    history._connection.set_progress_handler(None, 1)
    return steps


def test_the_layout_is_the_newest(history: DocumentHistory) -> None:
    found = history._connection.execute("PRAGMA user_version").fetchone()[0]
    assert found == newest.LAYOUT == 8
