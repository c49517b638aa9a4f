"""The console blocks of a page: the commands in their order, and what a page says they answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from tests.unit.docs.pages import SHELLS, Line, Page

PROMPT = "$ "
ANYTHING = "…"
"""In a documented answer: something that is left out, within a line or as lines of their own."""

VARYING = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "<time>"),
    (re.compile(r"\b\d+(?:\s\d{3})* (?=(?:bytes|nodes|B|KiB|MiB)\b)"), "<measured> "),
    (re.compile(r"(?<=transaction  )0x[0-9a-f]{64}"), "<transaction>"),
    (re.compile(r"[ \t]+"), " "),
    (re.compile(r"[─━]+"), "─"),
)
"""What differs from run to run, and the widths of columns that follow from it."""

_EXIT_CODE = re.compile(r"# .*\bexit code (\d+)")


@dataclass(frozen=True)
class Documented:
    """A command of a page. answer: the lines below it; None where the page shows none."""

    page: Path
    line: int
    text: str
    answer: list[str] | None = field(default=None)

    @property
    def code(self) -> int:
        """Its exit code: 0 but where its comment says another one."""
        said = _EXIT_CODE.search(self.text)
        return int(said[1]) if said else 0

    @property
    def place(self) -> str:
        return f"{self.page.name}:{self.line}"


def documented(path: Path) -> list[Documented]:
    """All commands of a page: of its shell blocks and after the prompts of its console blocks."""
    lines = Page.read(path).lines
    blocks = groupby(enumerate(lines), lambda one: (one[1].number - one[0], one[1].block))
    return [
        command
        for (_, language), block in blocks
        for command in _block(path, language, [line for _, line in block])
    ]


def _block(path: Path, language: str | None, block: list[Line]) -> Iterator[Documented]:
    if language == "python":
        text = "\n".join(line.text for line in block)
        yield Documented(path, block[0].number, f"python - << 'END'\n{text}\nEND")
    elif language in (*SHELLS, "console"):
        yield from _commands(path, block, language == "console")


def _commands(path: Path, block: list[Line], prompted: bool) -> Iterator[Documented]:
    """In a console block everything up to the next prompt is the answer."""
    # a block may stand below an entry of a list
    indent = min(len(line.text) - len(line.text.lstrip()) for line in block if line.text)
    lines = [Line(line.number, line.text[indent:], line.block) for line in block]
    while lines:
        first = lines.pop(0)
        if prompted:
            assert first.text.startswith(PROMPT), f"{path.name}:{first.number}: no prompt"
        text = first.text.removeprefix(PROMPT) if prompted else first.text
        while text.endswith("\\"):
            text += "\n" + lines.pop(0).text
        answer = []
        while prompted and lines and not lines[0].text.startswith(PROMPT):
            answer.append(lines.pop(0).text)
        if text.strip():
            yield Documented(path, first.number, text, answer or None)


def answers_to(documented: list[str], printed: str) -> bool:
    """Whether a program printed what the page says, but for what varies and what it leaves out."""
    wanted, found = _said("\n".join(documented)), _said(printed)
    if wanted[:1] in "{[":  # JSON, which pages lay out for people
        wanted, found = ("".join(text.split()) for text in (wanted, found))
    pattern = re.escape(wanted).replace(re.escape(ANYTHING), r"[\s\S]*?")
    return re.fullmatch(pattern, found) is not None


def _said(text: str) -> str:
    for varying, name in VARYING:
        text = varying.sub(name, text)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
