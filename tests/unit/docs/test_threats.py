"""The page of threats names every attack test, each once, and no other."""

import re
from pathlib import Path

ATTACKS = Path("tests/contracts/attacks")


def test_every_attack_stands_on_the_page(root: Path) -> None:
    page = (root / "docs/threats.md").read_text("utf-8")
    named = re.findall(r"\| ((?:[a-z]+/)?test_[a-z_]+\.py) \|", page)
    folder = root / ATTACKS
    written = [path.relative_to(folder).as_posix() for path in folder.rglob("test_*.py")]
    assert sorted(named) == sorted(written)


def test_every_row_says_what_remains(root: Path) -> None:
    """A dash is said, not forgotten."""
    rows = rows_of(root)
    assert len(rows) > 50
    assert all(len(row) == 4 for row in rows)


def test_every_row_has_a_test_or_says_that_there_is_none(root: Path) -> None:
    """Trade is read by whoever reads; what is not built stands in a table of its own."""
    without = [attack for attack, _, test, _ in rows_of(root) if test == "–"]
    todo = (root / "docs/threats.md").read_text("utf-8").split("\n## What the rules could still")[1]
    assert without, "the table of what is not built"
    stopped = [attack for attack in without if f"| {attack} |" not in todo]
    assert [attack.split("**")[1] for attack in stopped] == ["Trade is read from the chain"]


def test_every_test_that_is_named_is_there(root: Path) -> None:
    for _, _, tests, _ in rows_of(root):
        paths = re.findall(r"\]\(\.\./([^)]+)\)", tests) or [f"{ATTACKS}/{tests}"]
        assert tests == "–" or all((root / path).is_file() for path in paths), tests


def rows_of(root: Path) -> list[list[str]]:
    page = (root / "docs/threats.md").read_text("utf-8")
    lines = (line for line in page.splitlines() if re.match(r"\| (?!attack|---)", line))
    return [line.strip("| ").split(" | ") for line in lines]
