"""Each line of the closure's table, and each subject that the Journal notes, is there for a reason.

Taken out once, verifier and forger alike, an honest bundle has to be refused, to say less than the
whole chain, or to ask for a row that is not there. A line that nothing misses stands in REDUNDANT,
with the reason why it is there all the same; one that is missed after all must not stand there.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import pytest

import lodetrace.audit.closure as closure_module
import lodetrace.audit.needs as needs_module
import lodetrace.contracts.journal as journal_module
from lodetrace.audit.bundle import BundleSubject, Subject
from lodetrace.audit.closure import EVERYWHERE, OutsideClosure
from lodetrace.audit.errors import BundleRefused
from lodetrace.audit.needs import NEEDS, OF_SUBJECT, Named, Need, OfMaking
from lodetrace.audit.replay.members import GroupNotClean
from lodetrace.contracts.enums import Role, RowKind
from lodetrace.contracts.events import Event
from lodetrace.contracts.journal import ROWS, Place
from tests.support.audit_world import World
from tests.unit.audit.subsets.cases import LONG, SUBJECTS, forger, subject
from tests.unit.audit.subsets.forger import Forger
from tests.unit.audit.subsets.judged import Told, judged, truth
from tests.unit.audit.subsets.whole import Whole, noted, whole

pytestmark = pytest.mark.slow

Lines = tuple[Need, ...]


def spelled(kind: RowKind, line: Need) -> str:
    """A line of the table in words."""
    if isinstance(line, Named):
        by = "/".join(one.__name__ for one in line.by)
        return f"{kind.name}: {by}.{line.field.path}"
    if isinstance(line, OfMaking):
        return f"{kind.name}: making run.{line.field.path}"
    return f"{kind.name}: {line.__name__}"  # type: ignore[attr-defined]


REDUNDANT: Final[Mapping[str, str]] = {
    "EVENT: Attested/EventStanding.statement.site": "the filing of the same document names it, too",
    "EVENT: Filed.site": "what is stated in the document names it, too",
    "EVENT: EventStanding.statement.inputs": "those that a run takes are inputs of the lot made;"
    " of the others nothing is told",
    "EVENT: accounts": "who files is of the operator, whose own row names the account, too",
    "SITE: PanelNamed.groups": "the group of who attests is told by his own row",
    "SITE: accounts": "the certificate's own row names its certifier, too",
    "TOTAL: accounts": "a total is its product's owner's; who claimed it is not judged",
    "COMMODITY: CommodityRegistered.administrator": "who publishes prices is not judged",
    "PRICE_RECORD: accounts": "who released a price is not judged",
}
"""What a reader is shown so that he can ask who it was, and no finding rests on by itself."""

TOGETHER: Final = (
    ("EVENT: Attested/EventStanding.statement.site", "EVENT: Filed.site"),
)  # fmt: skip
"""Lines of which each stands for the other."""

TABLE: Final = [(kind, line) for kind, lines in NEEDS.items() for line in lines]


def without(*labels: str) -> Mapping[RowKind, Lines]:
    """The table without some lines."""
    left = {
        kind: tuple(line for line in lines if spelled(kind, line) not in labels)
        for kind, lines in NEEDS.items()
    }
    gone = sum(map(len, NEEDS.values())) - sum(map(len, left.values()))
    assert gone == len(labels), labels
    return MappingProxyType(left)


def missed(subjects: Sequence[tuple[int, int]]) -> str | None:
    """Whether anybody notices, and how."""
    for seed, at in subjects:
        of, about = whole(seed), subject(seed, at)
        wrong = noticed(lambda of=of, about=about: judged(Forger(of, about).bundle, of))
        if isinstance(wrong, str):
            return wrong
        lacks = wrong.lacks(truth(seed, about))
        if lacks:
            return f"it lacks {lacks}"
    lenient = judges_itself()
    found = noticed(lambda: judged(Forger(lenient, lenient.subjects[0]).bundle, lenient))
    return "a group that judges itself is let pass" if isinstance(found, Told) else None


def noticed(judge: Callable[[], Told | BundleRefused]) -> str | Told:
    """What was told, or the name of what refused it, the verifier's own alarm among them."""
    try:
        found = judge()
    except OutsideClosure as outside:
        return f"OutsideClosure: {outside}"
    return found if isinstance(found, Told) else type(found).__name__


SELF_JUDGED: list[Whole] = []


def judges_itself() -> Whole:
    """A chain whose contracts let an inspector join the group of a mine."""
    if not SELF_JUDGED:
        world = World.founded()
        world.member("own inspector", Role.ORACLE)
        world.set_group("own inspector", "group alpha")
        lot = world.birth()
        SELF_JUDGED.append(noted(world, (Subject(BundleSubject.LOT, lot),)))
    return SELF_JUDGED[0]


def test_a_group_that_judges_itself_is_refused() -> None:
    of = judges_itself()
    assert isinstance(judged(of.honest(of.subjects[0]), of), GroupNotClean)


@pytest.mark.parametrize(("kind", "line"), TABLE, ids=[spelled(*one) for one in TABLE])
def test_each_line_of_the_table_is_missed(
    monkeypatch: pytest.MonkeyPatch, kind: RowKind, line: Need
) -> None:
    label = spelled(kind, line)
    monkeypatch.setattr(needs_module, "NEEDS", without(label))
    expected = label not in REDUNDANT
    found = missed(SUBJECTS if expected or LONG else SUBJECTS[:3])
    assert (found is not None) is expected, found


@pytest.mark.parametrize("labels", TOGETHER)
def test_lines_that_stand_for_each_other_are_missed_together(
    monkeypatch: pytest.MonkeyPatch, labels: tuple[str, ...]
) -> None:
    monkeypatch.setattr(needs_module, "NEEDS", without(*labels))
    assert missed(SUBJECTS) is not None


@pytest.mark.parametrize("at", range(sum(map(len, OF_SUBJECT.values()))))
def test_each_line_about_the_subject_is_missed(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    ((kind, lines),) = OF_SUBJECT.items()
    left = {kind: (*lines[:at], *lines[at + 1 :])}
    monkeypatch.setattr(needs_module, "OF_SUBJECT", MappingProxyType(left))
    assert missed(SUBJECTS) is not None


@pytest.mark.parametrize("row", EVERYWHERE)
def test_what_everything_rests_on_is_missed(monkeypatch: pytest.MonkeyPatch, row: object) -> None:
    left = tuple(one for one in EVERYWHERE if one != row)
    monkeypatch.setattr(closure_module, "EVERYWHERE", left)
    assert missed(SUBJECTS) is not None


def test_what_is_redundant_is_in_the_table() -> None:
    assert REDUNDANT.keys() <= {spelled(*one) for one in TABLE}


NOTED: Final = [(event, place) for event, places in ROWS.items() for place in places]


@pytest.mark.parametrize(
    ("event", "place"), NOTED, ids=[f"{event.__name__}-{at}" for at, (event, _) in enumerate(NOTED)]
)
def test_each_noted_subject_is_missed(
    monkeypatch: pytest.MonkeyPatch, event: type[Event], place: Place
) -> None:
    """A reader who does not know that an event belongs to a row, beside a chain that does."""
    shown = [
        one
        for one in SUBJECTS
        if any(type(entry.event) is event for entry in forger(*one).honest.entries)
    ]
    honest = {one: forger(*one).bundle for one in shown}
    left = tuple(one for one in ROWS[event] if one is not place)
    monkeypatch.setattr(journal_module, "ROWS", MappingProxyType({**ROWS, event: left}))
    for one, bundle in honest.items():
        found = noticed(lambda one=one, bundle=bundle: judged(bundle, whole(one[0])))
        if isinstance(found, str) or found.lacks(truth(one[0], subject(*one))):
            return
    pytest.fail(f"nobody misses it, of {len(shown)} bundles")
