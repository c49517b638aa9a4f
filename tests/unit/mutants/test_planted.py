"""A tree with planted survivors: what is killed, what survives, and what no test makes refuse."""

import json
from pathlib import Path

import pytest

from tests.mutants.explained import (
    ExplanationMalformed,
    contradictions,
    read_explained,
)
from tests.mutants.guards import Guard
from tests.mutants.python_mutants import PythonMutants, RedBefore
from tests.mutants.results import Fate, Result, Results
from tests.mutants.rooms import Room, is_selected

DOOR = """
class Closed(Exception):
    pass

def enter(age, ticket, shoes):
    if age < 18:
        raise Closed("age")
    if not ticket:
        raise Closed("ticket")
    if not shoes:
        raise Closed("shoes")
    if age > 150:
        raise Closed("age")
    wait(age)
    return "in"

def wait(age):
    while age == 99:
        if age:
            raise Closed("for ever")
"""
TESTS = """
import pytest
from door import Closed, enter

@pytest.fixture(scope="module")
def barefoot():
    try:
        return enter(30, True, False)
    except Closed:
        return "out"

def test_age():
    with pytest.raises(Closed):
        enter(17, True, True)

def test_ticket():  # sees the refusal, and does not care
    try:
        assert enter(30, False, True)
    except Closed:
        pass

def test_another_fixture(barefoot):
    assert barefoot

def test_shoes(barefoot):
    assert barefoot == "out"

def test_waiting():
    with pytest.raises(Closed):
        enter(99, True, True)
"""
ROOM = Room(("door.py",), ("test_*.py",))
LIMIT = 5
"""Seconds until what waits for ever is ended."""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tmp_path / "temporary").mkdir()
    (tree / "door.py").write_text(DOOR, "utf-8")
    (tree / "test_door.py").write_text(TESTS, "utf-8")
    (tree / "pytest.ini").write_text("[pytest]\n", "utf-8")
    return tree


def tried(tree: Path, jobs: int = 1) -> dict[str, Result]:
    mutants = PythonMutants(ROOM, ["door.py"], tree, limit=LIMIT)
    results = Results(tree.parent / "results.jsonl", tree)
    found = list(mutants.tried(mutants.guards, results, jobs))
    assert len(found) == len(mutants.guards)
    return {result.guard.removeprefix("door.py "): result for result in found}


@pytest.mark.slow
def test_each_guard_is_dropped_and_the_planted_ones_survive(tree: Path) -> None:
    found = tried(tree, jobs=2)
    assert {guard: (result.fate, result.by) for guard, result in found.items()} == {
        "enter: if age < 18": (Fate.KILLED, "test_door.py::test_age"),
        "enter: if not ticket": (Fate.SURVIVED, ""),
        # it refuses in a fixture, before a test that does not look: the next one does
        "enter: if not shoes": (Fate.KILLED, "test_door.py::test_shoes"),
        "enter: if age > 150": (Fate.IDLE, ""),
        # dropped, it waits for ever: the limit ends it
        "wait: if age": (Fate.KILLED, found["wait: if age"].by),
    }
    assert found["wait: if age"].by in ("test_door.py::test_waiting", "the limit of time")


@pytest.mark.slow
def test_tests_that_fail_before_are_no_verdict(tree: Path) -> None:
    (tree / "test_door.py").write_text(f"{TESTS}\ndef test_broken():\n    assert 0\n", "utf-8")
    with pytest.raises(RedBefore, match="test_broken"):
        tried(tree)


def test_a_result_holds_while_what_it_depends_on_is_what_it_was(tree: Path) -> None:
    source = (tree / "door.py").read_text("utf-8")
    tests = ["test_door.py", "test_more.py"]

    def known() -> dict[str, bool]:
        results = Results(tree.parent / "results.jsonl", tree)
        return {
            name: results.known(f"door.py {name}", "door.py", tests) is not None
            for name in ("killed", "idle", "broken", "never tried")
        }

    results = Results(tree.parent / "results.jsonl", tree)
    results.add("door.py killed", Fate.KILLED, "test_door.py::test_age", 0.1, ["door.py", tests[0]])
    results.add("door.py idle", Fate.IDLE, "", 0.0, ["door.py", *tests])
    results.add("door.py broken", Fate.BROKEN, "", 0.0, ["door.py", *tests])
    assert known() == {"killed": True, "idle": True, "broken": False, "never tried": False}
    (tree / "test_more.py").write_text("", "utf-8")  # another test may see what none saw
    assert known() == {"killed": True, "idle": False, "broken": False, "never tried": False}
    (tree / "door.py").write_text(f"{source}\n", "utf-8")
    assert not any(known().values())


def test_a_line_that_was_cut_off_is_tried_again(tree: Path) -> None:
    file = tree.parent / "results.jsonl"
    Results(file, tree).add("door.py one", Fate.IDLE, "", 0.0, ["door.py"])
    with file.open("a", encoding="utf-8") as appended:
        appended.write(json.dumps({"guard": "door.py two"})[:-4])
    again = Results(file, tree)
    assert again.known("door.py one", "door.py", []) is not None
    again.add("door.py two", Fate.IDLE, "", 0.0, ["door.py"])
    assert Results(file, tree).known("door.py two", "door.py", []) is not None


def test_a_selection_names_folders_and_files() -> None:
    assert is_selected("lodetrace/audit/replay/runs.py", ["lodetrace/audit"])
    assert is_selected("lodetrace/audit/replay/runs.py", ["oracle", "lodetrace/audit/replay/runs"])
    assert not is_selected("lodetrace/audit/replay/runs.py", ["lodetrace/aud"])


# Explanations


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("guard: a", "list"),
        ("- guard: a", "just guard and reason"),
        ("- {guard: a, reason: b, since: c}", "just guard and reason"),
        ("- {guard: a, reason: ''}", "empty"),
        ("- {guard: a, reason: 3}", "empty"),
        ("- {guard: a, guard: b, reason: c}", "twice"),
        ("- {guard: a, reason: b}\n- {guard: a, reason: c}", "again"),
        ("- {guard: [", "expected"),
    ],
)
def test_explanations_are_read_strictly(tmp_path: Path, text: str, what: str) -> None:
    file = tmp_path / "explained.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(ExplanationMalformed, match=what):
        read_explained(file)


def test_survivors_and_explanations_have_to_match() -> None:
    found = contradictions(
        explained={"survives": "", "killed": "", "gone": "", "not tried": ""},
        existing=["survives", "killed", "not tried", "bare"],
        survivors=["survives", "bare"],
        tried={"survives", "killed", "bare"},
    )
    assert found == [
        "survives: bare",
        "explained, but a test kills it: killed",
        "explained, but gone: gone",
    ]


def test_what_is_explained_exists(root: Path) -> None:
    from tests.mutants.__main__ import python_guards

    names = {guard.name for guard in python_guards(root)}
    explained = [name for name in read_explained() if not name.startswith("contracts/")]
    assert set(explained) <= names


def test_names_of_guards_are_distinct_and_every_room_has_some(root: Path) -> None:
    from tests.mutants.__main__ import python_guards

    guards: list[Guard] = list(python_guards(root))
    assert len({guard.name for guard in guards}) == len(guards)
    folders = {guard.file.rpartition("/")[0] for guard in guards}
    assert folders >= {
        "lodetrace/audit", "lodetrace/audit/replay", "lodetrace/member", "oracle/checks",
        "zk_circuits", "zk_circuits/statements",
    }  # fmt: skip
