"""How an examination is shown on the terminal: each step as it passes, then the verdict."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from lodetrace.version import SOFTWARE

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lodetrace.audit.evidence import Passed
    from lodetrace.audit.report.page import Page, Section
    from lodetrace.audit.verify import Examination

NUMBER_WIDTH: Final = 3
TITLE_WIDTH: Final = 19
COLOURS: Final = {"VERIFIED": "green", "VERIFIED, WITH LIMITS": "yellow", "REFUSED": "red"}


def step_row(passed: "Passed") -> "RenderableType":
    """A step that has just passed."""
    from lodetrace.audit.report import wording

    return _row(
        passed.number, "✓", "green", passed.title, passed.checked, wording.counts(passed.counts)
    )


def examination_view(
    examined: "Examination", names: Mapping[str, str] | None = None
) -> "list[RenderableType]":
    """What follows the steps that passed: the one that did not, or the verdict."""
    from rich.text import Text

    from lodetrace.audit.report.page import page_of

    page = page_of(examined, names, most_rows=None)
    shown: list[RenderableType] = []
    for step in page.steps:
        if step.passed is False:
            shown.append(_row(step.number, "✗", "red", step.title, step.text, ""))
    judged = Text(f"Judged by {SOFTWARE}.", "dim")
    return [*shown, _head(page), *map(_section, page.sections), judged]


def _row(
    number: int, sign: str, colour: str, title: str, text: str, counts: str
) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    row = Table.grid(padding=(0, 1), expand=True)
    row.add_column(width=NUMBER_WIDTH, justify="right")
    row.add_column(width=1)
    row.add_column(width=TITLE_WIDTH)
    row.add_column(ratio=2, overflow="fold")
    row.add_column(ratio=1, overflow="fold")
    row.add_row(
        Text(str(number), "dim"),
        Text(sign, f"bold {colour}"),
        Text(title, "bold"),
        Text(text),
        Text(counts, "dim"),
    )
    return row


def _head(page: "Page") -> "RenderableType":
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    colour = COLOURS[page.mark.value]
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for name, text in page.facts:
        facts.add_row(name, Text(text))
    whole = Table.grid()
    whole.add_row(Text(page.headline, "bold"))
    whole.add_row(facts)
    return Panel(whole, title=f"[bold]{page.mark.value}[/bold]", border_style=colour)


def _section(section: "Section") -> "RenderableType":
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    lines: list[RenderableType] = [Text(section.title, "bold")]
    for lead, text in section.rows:
        line = Text(f"{lead}  " if lead else "", "cyan")
        line.append(text, "default")
        lines.append(Padding(line, (0, 0, 0, 2)))
    return Group(*lines)
