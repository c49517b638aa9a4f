"""The repository's own pages, where they lie there, so that links between them hold."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

HOME: Final = "README.md"
PAGES: Final = (
    HOME,
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/*.md",
    "examples/*/*.md",
    "zk_circuits/*.md",
    "zk_circuits/keys/*.md",
)
"""What a reader of the site finds beside the reference."""

_LINK: Final = re.compile(r"\[(?P<words>[^\]]*)\]\((?P<goal>[^)\s#]+)(?P<part>#[^)\s]*)?\)")


def gather(repository: Path, target: Path) -> None:
    """Copies the pages. A link to a file that is not one of them becomes the file's name."""
    pages = frozenset(_pages(repository))
    for page in sorted(pages):
        copy = target / page.relative_to(repository)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(linked_within(page, pages), "utf-8")


def linked_within(page: Path, pages: frozenset[Path]) -> str:
    """The text of a page with links to these pages, and to other sites, alone."""

    def rewritten(link: re.Match[str]) -> str:
        goal = link["goal"]
        if "://" in goal or goal.startswith("mailto:") or (page.parent / goal).resolve() in pages:
            return link[0]
        return link["words"]

    return _LINK.sub(rewritten, page.read_text("utf-8"))


def _pages(repository: Path) -> Iterator[Path]:
    for pattern in PAGES:
        yield from (path.resolve() for path in repository.glob(pattern))
