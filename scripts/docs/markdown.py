"""Tables and cells of Markdown."""

from collections.abc import Iterable, Sequence


def cell(text: str) -> str:
    """One line in which nothing ends the cell or becomes markup of HTML."""
    plain = " ".join(str(text).split())
    return plain.replace("|", "\\|").replace("<", "&lt;")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are Markdown already."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)
