"""The terminal: answers on standard output, everything else on standard error."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Final

from lodetrace.cli.answer import Answer
from lodetrace.errors import ExitCode, InputError, LodetraceError, Refused
from lodetrace.problems import problem_of

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.progress import Progress, TaskID

WIDTH: Final = 160
"""Signs in a line where no terminal says how wide it is."""


class ConfirmationMissing(InputError):
    """Nobody there who could be asked."""

    template = "this has to be confirmed: {question}"
    advice = "Add --yes, or run the command on a terminal and without --json."
    exit_code = ExitCode.USAGE


class Declined(Refused):
    """Asked, and the answer was no."""

    template = "not confirmed: {question}"
    advice = "Nothing was sent."


class Interrupted(LodetraceError):
    """Ctrl-C."""

    template = "interrupted"
    advice = (
        "The same command again goes on: what was sent before takes effect once, the rest was not"
        " begun."
    )
    exit_code = ExitCode.INTERRUPTED


class Work:
    """Something that takes seconds, and how far it is."""

    def __init__(self, progress: "Progress | None", task: "TaskID | None") -> None:
        self._progress: Final = progress
        self._task: Final = task

    def step(self, text: str) -> None:
        """Says what is done now."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, step=text)

    def __call__(self, done: int, total: int) -> None:
        """So many of so many parts are done."""
        if self._progress is not None and self._task is not None:
            parts = f"{done} of {total}"
            self._progress.update(self._task, completed=done, total=total, parts=parts)


class Terminal:
    """One command's input and output. as_json: the answer and problems are JSON."""

    def __init__(self, as_json: bool = False, yes: bool = False, dry_run: bool = False) -> None:
        self.as_json: Final = as_json
        self.dry_run: Final = dry_run
        self._yes: Final = yes
        self._warnings: list[str] = []

    @cached_property
    def out(self) -> "Console":
        """Standard output."""
        return _console(stderr=False)

    @cached_property
    def err(self) -> "Console":
        """Standard error."""
        return _console(stderr=True)

    def answer(self, answer: Answer) -> None:
        """Prints what a command found."""
        if self.as_json:
            dry = {"dry_run": True} if self.dry_run else {}
            warned = {"warnings": self._warnings} if self._warnings else {}
            print(json.dumps({**answer.document, **dry, **warned}, indent=2, ensure_ascii=False))
            return
        for part in answer.shown:
            self.out.print(
                part,
                highlight=False,
                markup=False,
                soft_wrap=isinstance(part, str),
                crop=False,
            )
        if self.dry_run:
            self.note("Dry run: nothing was sent or written.")

    def problem(self, error: LodetraceError) -> None:
        """Prints an error: in words, or as a problem object."""
        if self.as_json:
            found = problem_of(error, exit_code=error.exit_code)
            print(json.dumps(found, indent=2, ensure_ascii=False), file=sys.stderr)
            return
        self._say("error", "bold red", str(error))
        if error.advice:
            self.err.print(error.advice, highlight=False, markup=False, soft_wrap=True)

    def warn(self, text: str) -> None:
        """Something to think about; part of the answer with --json."""
        self._warnings.append(text)
        if not self.as_json:
            self._say("warning", "bold yellow", text)

    def note(self, *parts: "RenderableType") -> None:
        """Something that people see before the answer; machines do not."""
        if not self.as_json:
            for part in parts:
                self.err.print(part, highlight=False, markup=False, crop=False)

    def confirm(self, question: str, *preview: "RenderableType") -> None:
        """Shows what is about to happen and asks, unless --yes was given; a rehearsal only shows.

        Raises ConfirmationMissing where nobody can be asked, Declined for a no.
        """
        if self.dry_run:
            self.note(*preview)
        if self._yes or self.dry_run:
            return
        if self.as_json or not sys.stdin.isatty():
            raise ConfirmationMissing(question=question)
        import typer

        self.note(*preview)
        if not typer.confirm(question, err=True):
            raise Declined(question=question)

    def look_over(self, question: str, *preview: "RenderableType") -> None:
        """As confirm, but only where somebody sits there: for what can still be thrown away."""
        if not self.as_json and sys.stdin.isatty():
            self.confirm(question, *preview)

    @property
    def confirmed(self) -> bool:
        """Whether --yes was given."""
        return self._yes

    @contextmanager
    def work(self, title: str) -> Iterator[Work]:
        """A progress bar on a terminal, nothing elsewhere."""
        if self.as_json or not self.err.is_terminal:
            yield Work(None, None)
            return
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        told = TextColumn("{task.fields[parts]} {task.fields[step]}")
        with Progress(*columns, told, console=self.err, transient=True) as progress:
            yield Work(progress, progress.add_task(title, total=None, parts="", step=""))

    def _say(self, kind: str, style: str, text: str) -> None:
        from rich.text import Text

        line = Text.assemble((f"{kind}: ", style), text)
        self.err.print(line, highlight=False, soft_wrap=True)


def _console(stderr: bool) -> "Console":
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, width=None if stream.isatty() else WIDTH)
