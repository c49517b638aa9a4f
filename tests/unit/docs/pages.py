"""Pages of Markdown, taken apart: code blocks, inline code, links, tables, headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

SHELLS = ("sh", "bash", "shell")

_FENCE = re.compile(r"^\s*```\s*(\w*)\s*$")
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_PROMPT = "$ "


@dataclass(frozen=True)
class Line:
    """A line of a page. block: language of the code block it stands in, None outside of one."""

    number: int
    text: str
    block: str | None


@dataclass(frozen=True)
class Row:
    """A row of a table, with the heads of its columns."""

    number: int
    heads: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """One page. path: where it lies, relative links start there."""

    path: Path
    text: str

    @classmethod
    def read(cls, path: Path) -> Self:
        return cls(path, path.read_text("utf-8"))

    @cached_property
    def lines(self) -> list[Line]:
        """Every line but the fences themselves."""
        found, block = [], None
        for number, text in enumerate(self.text.splitlines(), 1):
            fence = _FENCE.match(text)
            if fence:
                block = fence[1] if block is None else None
            else:
                found.append(Line(number, text, block))
        return found

    @property
    def prose(self) -> Iterator[Line]:
        return (line for line in self.lines if line.block is None)

    @property
    def spans(self) -> Iterator[tuple[int, str]]:
        """Inline code with its line."""
        for line in self.prose:
            yield from ((line.number, span) for span in _SPAN.findall(line.text))

    @property
    def links(self) -> Iterator[tuple[int, str]]:
        """Targets of links, without those to other machines."""
        for line in self.prose:
            targets = _LINK.findall(_SPAN.sub("", line.text))
            yield from ((line.number, one) for one in targets if "://" not in one)

    @property
    def shell_lines(self) -> Iterator[tuple[int, str]]:
        """Commands of code blocks: all lines of a shell's block, elsewhere those after a prompt."""
        kept = ""
        for line in self.lines:
            if line.block is None:
                continue
            text = line.text.strip()
            if line.block not in SHELLS and not kept:
                if not text.startswith(_PROMPT):
                    continue
                text = text.removeprefix(_PROMPT)
            if text.endswith("\\"):
                kept += text[:-1]
                continue
            yield line.number, kept + text
            kept = ""

    @property
    def rows(self) -> Iterator[Row]:
        """Rows of tables; a head is in lower case."""
        heads: tuple[str, ...] = ()
        for line in self.prose:
            if not line.text.startswith("|"):
                heads = ()
                continue
            cells = tuple(cell.strip() for cell in line.text.strip().strip("|").split(" | "))
            if not heads:
                heads = tuple(cell.strip().lower() for cell in cells)
            elif not set(line.text) <= set("|-: "):
                yield Row(line.number, heads, cells)

    @property
    def anchors(self) -> set[str]:
        """Names of its headings, as links write them."""
        heads = (line.text for line in self.prose if line.text.startswith("#"))
        return {_slug(head.lstrip("#").strip()) for head in heads}


def _slug(head: str) -> str:
    return re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-")
