"""Which guards a module has, and that a switch at each of them changes nothing but that one."""

import os
from typing import Any

import pytest

from tests.mutants.guards import DROPPED, REFUSALS, guards_of, switched

MODULE = '''
"""A module."""
from __future__ import annotations

class TooLarge(Exception):
    pass

class Book:
    def __init__(self):
        self.taken = []

    def take(self, number):
        self._require_small(number)
        if number in self.taken:
            raise TooLarge("taken")
        elif number < 0:
            raise TooLarge("negative")
        if number == 7:
            self.taken.append("luck")
        else:
            if number == 8:
                pass
            else:
                self._require_small(number)
        self.taken.append(number)
        return self.required(number)

    def required(self, number):
        return number

    def _require_small(self, number):
        if number <= 9:
            pass
        else:
            raise TooLarge("large")

def found(number):
    if number > 5:
        yield "more than five"
    assert_never = str
    assert_never(number)
'''


def names(*, findings: bool = False) -> list[str]:
    guards = guards_of(MODULE, "book.py", findings=findings)
    return [guard.name.removeprefix("book.py ") for guard in guards]


def loaded(monkeypatch: pytest.MonkeyPatch, dropped: str | None = None) -> dict[str, Any]:
    monkeypatch.delenv(REFUSALS, raising=False)
    if dropped is None:
        monkeypatch.delenv(DROPPED, raising=False)
    else:
        monkeypatch.setenv(DROPPED, f"book.py {dropped}")
    space: dict[str, Any] = {"__name__": "book"}
    exec(compile(switched(MODULE, "book.py", findings=True), "book.py", "exec"), space)
    return space


def test_guards_are_calls_that_can_only_refuse_and_ifs_that_raise() -> None:
    assert names() == [
        "Book.take: self._require_small(number)",
        "Book.take: if number in self.taken",
        "Book.take: if number < 0",
        "Book.take: self._require_small(number) #2",
        "Book._require_small: if number <= 9, else",
    ]


def test_a_finding_is_a_guard_where_the_room_has_rules() -> None:
    assert set(names(findings=True)) - set(names()) == {"found: if number > 5"}


def test_every_guard_has_a_line_of_its_own() -> None:
    lines = [guard.line for guard in guards_of(MODULE, "book.py")]
    text = MODULE.splitlines()
    assert [text[line - 1].strip() for line in lines[:2]] == [
        "self._require_small(number)",
        "if number in self.taken:",
    ]


@pytest.mark.parametrize(
    ("number", "refused"), [(3, False), (1, True), (-1, True), (12, True), (7, False), (8, False)]
)
def test_with_no_guard_dropped_the_module_is_what_it_was(
    monkeypatch: pytest.MonkeyPatch, number: int, refused: bool
) -> None:
    space = loaded(monkeypatch)
    book = space["Book"]()
    book.take(1)
    if refused:
        with pytest.raises(space["TooLarge"]):
            book.take(number)
    else:
        assert book.take(number) == number
    assert list(space["found"](number)) == (["more than five"] if number > 5 else [])


@pytest.mark.parametrize(
    ("guard", "numbers"),
    [
        ("Book.take: if number in self.taken", [1, 1]),
        ("Book.take: if number < 0", [-1]),
        ("Book._require_small: if number <= 9, else", [12]),
    ],
)
def test_a_dropped_guard_refuses_no_more_and_the_others_do(
    monkeypatch: pytest.MonkeyPatch, guard: str, numbers: list[int]
) -> None:
    space = loaded(monkeypatch, guard)
    book = space["Book"]()
    assert [book.take(number) for number in numbers] == numbers
    for other in {(1, 1), (-1,), (12,)} - {tuple(numbers)}:
        *before, last = other
        fresh = space["Book"]()
        for number in before:
            fresh.take(number)
        with pytest.raises(space["TooLarge"]):
            fresh.take(last)


def test_a_dropped_finding_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(loaded(monkeypatch, "found: if number > 5")["found"](6)) == []


def test_a_guard_that_refuses_is_written_down_with_its_test(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    file = tmp_path / "refusals"
    space = loaded(monkeypatch)
    monkeypatch.setenv(REFUSALS, str(file))
    with pytest.raises(space["TooLarge"]):
        space["Book"]().take(12)
    test = os.environ["PYTEST_CURRENT_TEST"].removesuffix(" (call)")
    assert file.read_text("utf-8").splitlines() == [
        f"book.py Book._require_small: if number <= 9, else\t{test}\tcall",
        f"book.py Book.take: self._require_small(number)\t{test}\tcall",
    ]
