"""The terminal: answers on standard output, everything else on standard error.

What others wrote is shown here and never obeyed: it moves no cursor, is no markup, and a stream
that cannot spell it, or that nobody reads any more, changes no exit code.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, Final

from lodetrace.cli.answer import Answer
from lodetrace.cli.streams import writes_unicode
from lodetrace.errors import ExitCode, InputError, LodetraceError, Refused, StorageError
from lodetrace.problems import problem_of
from lodetrace.text import is_hidden, visible

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


class OutputUnwritable(StorageError):
    """What a command found cannot be written where its output goes."""

    template = "the answer could not be written: {reason}"
    advice = "Make room where the output goes. What the command did, it has done."


class Work:
    """Something that takes seconds, and how far it is."""

    def __init__(self, progress: "Progress | None", task: "TaskID | None") -> None:
        self._progress: Final = progress
        self._task: Final = task

    def step(self, text: str) -> None:
        """Says what is done now."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, step=visible(text))

    def __call__(self, done: int, total: int) -> None:
        """So many of so many parts are done."""
        if self._progress is not None and self._task is not None:
            parts = f"{done} of {total}"
            self._progress.update(self._task, completed=done, total=total, parts=parts)


class Terminal:
    """One command's input and output. as_json: the answer and problems are JSON.

    names: of accounts, by the address in lower case; people see them beside the addresses.
    """

    def __init__(self, as_json: bool = False, yes: bool = False, dry_run: bool = False) -> None:
        self.as_json: Final = as_json
        self.dry_run: Final = dry_run
        self.names: Callable[[], Mapping[str, str]] = dict
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
        """Prints what a command found; raises OutputUnwritable."""
        try:
            self._answer(answer)
        except OSError as error:
            raise OutputUnwritable(reason=error.strerror or error) from error

    def _answer(self, answer: Answer) -> None:
        if self.as_json:
            dry = {"dry_run": True} if self.dry_run else {}
            warned = {"warnings": self._warnings} if self._warnings else {}
            print_json({**answer.document, **dry, **warned}, sys.stdout)
            return
        for part in answer.shown:
            shown = self._shown(part)
            self.out.print(shown, soft_wrap=isinstance(part, str), crop=False)
        if self.dry_run:
            self.note("Dry run: nothing was sent or written.")

    def problem(self, error: LodetraceError) -> None:
        """Prints an error: in words, or as a problem object."""
        if self.as_json:
            print_json(problem_of(error, exit_code=error.exit_code), sys.stderr)
            return
        self._say("error", "bold red", str(error))
        if error.advice:
            self.err.print(visible(error.advice), soft_wrap=True)

    def warn(self, text: str) -> None:
        """Something to think about; part of the answer with --json."""
        self._warnings.append(text)
        if not self.as_json:
            self._say("warning", "bold yellow", text)

    def note(self, *parts: "RenderableType") -> None:
        """Something that people see before the answer; machines do not."""
        if not self.as_json:
            for part in parts:
                self.err.print(self._shown(part), crop=False)

    def confirm(self, question: str, *preview: "RenderableType") -> None:
        """Shows what is about to happen and asks, unless --yes was given; a rehearsal only shows.

        Raises ConfirmationMissing where nobody can be asked, Declined for a no.
        """
        if self.dry_run:
            self.note(*preview, f"Without --dry-run you are asked: {question}")
        if self._yes or self.dry_run:
            return
        if self.as_json or not sys.stdin.isatty():
            raise ConfirmationMissing(question=question)
        import typer

        self.note(*preview)
        if not typer.confirm(str(self._shown(question)), err=True):
            raise Declined(question=question)

    def ask(self, question: str, offered: str) -> str:
        """What somebody types, or what is offered: for Enter, with --yes, and where nobody is."""
        if self._yes or self.as_json or not sys.stdin.isatty():
            return offered
        import typer

        return str(typer.prompt(visible(question), default=offered, err=True))

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

        named = TextColumn("{task.description}", markup=False)
        told = TextColumn("{task.fields[parts]} {task.fields[step]}", markup=False)
        columns = (named, BarColumn(), TimeElapsedColumn())
        with Progress(*columns, told, console=self.err, transient=True) as progress:
            yield Work(progress, progress.add_task(visible(title), total=None, parts="", step=""))

    def _shown(self, part: "RenderableType") -> "RenderableType":
        from lodetrace.cli.named_accounts import has_address, with_names

        named = with_names(part, self.names()) if has_address(part) else part
        return visible(named) if isinstance(named, str) else named

    def _say(self, kind: str, style: str, text: str) -> None:
        from rich.text import Text

        line = Text.assemble((f"{kind}: ", style), str(self._shown(text)))
        self.err.print(line, soft_wrap=True)


def print_json(document: dict[str, Any], stream: IO[str]) -> None:
    """A document for machines: the same text in every code page, with nothing to obey in it."""
    text = json.dumps(document, indent=2, ensure_ascii=not writes_unicode(stream))
    print("".join(map(_escaped, text)), file=stream, flush=True)


def _escaped(character: str) -> str:
    """Inside of JSON, which itself escapes the controls of ASCII but for DEL."""
    if character == "\n" or not is_hidden(character):
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _console(stderr: bool) -> "Console":
    """Texts are literal: what is markup in our own is marked where it stands."""
    from rich.console import Console

    from lodetrace.cli.shown import ShownAsWritten

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else WIDTH
    console = Console(stderr=stderr, width=width, markup=False, emoji=False, highlight=False)
    console.push_render_hook(ShownAsWritten(console))
    return console
