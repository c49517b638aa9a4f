"""The tables of docs/audit-bundle.md, section 5, are those of the program."""

import re
from pathlib import Path

import pytest

from lodetrace.audit.needs import NEEDS, OF_SUBJECT, Named, OfMaking, accounts
from lodetrace.contracts.enums import RowKind
from lodetrace.contracts.events import RunRecorded
from lodetrace.contracts.journal import ROWS, Alone, Claimed, Document, Field

SNAKE = re.compile(r"(?<!^)(?=[A-Z])")


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs/audit-bundle.md").read_text("utf-8")


def snake(name: str) -> str:
    return SNAKE.sub("_", name).lower()


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)


def word_of(kind: RowKind) -> str:
    return kind.name.lower().replace("_", " ")


def rows_of_table(page: str, head: str) -> list[list[str]]:
    """The cells of a table that begins with this line."""
    lines = page.split(head, 1)[1].split("\n\n", 1)[0].splitlines()
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines[2:]]


def places() -> set[tuple[int, str, str]]:
    """Kind of a row, field and event, as the program has them."""
    found = set()
    for event, named in ROWS.items():
        for place in named:
            match place:
                case Field(kind, path):
                    found.add((int(kind), path, event.__name__))
                case Alone(kind):
                    found.add((int(kind), "0", event.__name__))
                case Document():
                    found.add((int(RowKind.EVENT), "document", event.__name__))
                case Claimed():
                    found |= {
                        (int(kind), "subject", event.__name__)
                        for kind in (RowKind.LOT, RowKind.TOTAL)
                    }
    return found


def test_each_event_is_in_the_rows_that_the_page_says(page: str) -> None:
    told = set()
    for kind, _, subject, events in rows_of_table(page, "| kind | row | subject | of the events |"):
        paths = re.findall(r"`([a-zA-Z.]+)`", subject.split(", if")[0]) or ["0"]
        if subject.startswith("keccak256"):
            paths = ["document"]
        for path in paths:
            spelled = ".".join(map(snake, path.split(".")))
            told |= {(int(kind), spelled, event) for event in events.split(", ")}
    assert told == places()


@pytest.mark.parametrize("kind", [*NEEDS], ids=lambda kind: kind.name)
def test_each_need_that_names_a_field_is_on_the_page(page: str, kind: RowKind) -> None:
    told, of = [], ""
    for row, needed, by in rows_of_table(page, "| row | needs | named by |"):
        of = row or of
        told += [(needed, by)] if word_of(kind) in of.split(", ") else []
    for need in NEEDS[kind] + OF_SUBJECT.get(kind, ()):
        if isinstance(need, Named | OfMaking):
            events = need.by if isinstance(need, Named) else (RunRecorded,)
            target, field = word_of(need.field.kind), camel(need.field.path)
            texts = [by for needed, by in told if needed == target and f"`{field}`" in by]
            for event in events:
                assert any(event.__name__ in by for by in texts), (target, field, event)


def test_whose_accounts_are_needed_is_on_the_page(page: str) -> None:
    ((row, _, _),) = [
        line for line in rows_of_table(page, "| row | needs | named by |") if line[1] == "account"
    ]
    named = {word_of(kind) for kind, needs in NEEDS.items() if accounts in needs}
    assert set(row.split(", ")) == named
