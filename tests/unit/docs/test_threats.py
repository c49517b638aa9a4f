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
    rows = [
        line
        for line in (root / "docs/threats.md").read_text("utf-8").splitlines()
        if re.match(r"\| (?!attack|---)", line)
    ]
    assert len(rows) > 50
    assert all(len(row.strip("|").split(" | ")) == 4 for row in rows)
