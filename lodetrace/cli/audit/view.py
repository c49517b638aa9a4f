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
    from rich.console import Group

    from lodetrace.cli.layout import Fields

    head = f"{number:>{NUMBER_WIDTH}} {sign} {title.ljust(TITLE_WIDTH)}"
    counted = Fields({head: counts}, f"bold {colour}")
    return Group(counted, Fields({" " * NUMBER_WIDTH: text}))


def _head(page: "Page") -> "RenderableType":
    from rich.console import Group
    from rich.panel import Panel
    from rich.text import Text

    from lodetrace.cli.layout import Fields

    colour = COLOURS[page.mark.value]
    title = f"[bold]{page.mark.value}[/bold]"
    headline = Panel(Text(page.headline, "bold"), title=title, border_style=colour)
    return Group(headline, Fields(dict(page.facts)))


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
