"""Declares commands: every one has an example, --json, and errors with words and exit codes."""

import inspect
import shutil
from collections.abc import Callable
from typing import Annotated, Any, Concatenate, Final, ParamSpec

import typer
from typer.core import TyperCommand

from lodetrace.cli.answer import Answer, fields
from lodetrace.cli.context import CommandContext
from lodetrace.cli.terminal import Interrupted, Terminal
from lodetrace.errors import ExitCode, LodetraceError, SettingsError
from lodetrace.rehearsal import Rehearsed

P = ParamSpec("P")

HELP_OPTIONS: Final = {"help_option_names": ["-h", "--help"]}

NARROWEST_TABLE: Final = 80
"""Columns of a terminal."""

OUR_PACKAGES: Final = ("lodetrace", "zk_circuits")

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Check everything and show it; send and write nothing.")
]
DevIndex = Annotated[
    int | None,
    typer.Option(
        "--dev-index",
        min=0,
        max=1_000,
        metavar="N",
        help="Use key N of the development mnemonic; on development networks only.",
    ),
]


class ExtraMissing(SettingsError):
    """A command of members in an installation that only verifies."""

    template = "this command needs the package {package}, which is not installed"
    advice = "Install what members need: the wheel with its extra, FILE.whl[member], by pip."


class HelpThatFits(TyperCommand):
    """A command whose help is in tables, or in plain lines where tables would cut words."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """As click calls it."""
        if shutil.get_terminal_size().columns < NARROWEST_TABLE:
            super(TyperCommand, self).format_help(ctx, formatter)  # click's own
        else:
            super().format_help(ctx, formatter)


def group(name: str, about: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(
        name=name,
        help=about,
        no_args_is_help=True,
        add_completion=False,
        context_settings=HELP_OPTIONS,
        pretty_exceptions_show_locals=False,  # they hold documents, keys and amounts
    )


def command(
    to: typer.Typer,
    name: str,
    *examples: str,
    keys: bool = True,
    asks: bool = False,
    writes: bool = False,
    panel: str | None = None,
) -> Callable[
    [Callable[Concatenate[CommandContext, P], Answer]],
    Callable[Concatenate[CommandContext, P], Answer],
]:
    """Adds a function to a group; its docstring is the help, its other parameters the options.

    examples: full command lines, for the end of --help. keys: it takes --dev-index. asks: it
    takes --yes. writes: it sends or writes something, and takes --dry-run. panel: heading under
    which --help of the group lists it.
    """
    if not examples:
        raise AssertionError(f"{name} has no example")

    def register(
        function: Callable[Concatenate[CommandContext, P], Answer],
    ) -> Callable[Concatenate[CommandContext, P], Answer]:
        to.command(
            name,
            cls=HelpThatFits,
            help=_help(function),
            epilog="\n\n".join(f"Example: {line}" for line in examples),
            rich_help_panel=panel,
            no_args_is_help=False,
            context_settings=HELP_OPTIONS,
        )(_callback(function, keys, asks, writes))
        return function

    return register


def _help(function: Callable[..., Answer]) -> str:
    """The docstring, its paragraphs as one line each: the terminal breaks them."""
    paragraphs = (inspect.getdoc(function) or "").split("\n\n")
    return "\n\n".join(paragraph.replace("\n", " ") for paragraph in paragraphs)


def _callback(
    function: Callable[..., Answer], keys: bool, asks: bool, writes: bool
) -> Callable[..., None]:
    """What typer calls: the function's options and the shared ones."""

    def callback(**given: Any) -> None:
        terminal = Terminal(
            given.pop("as_json"), given.pop("yes", False), given.pop("dry_run", False)
        )
        cli = CommandContext(terminal, given.pop("dev_index", None))
        code = execute(terminal, lambda: function(cli, **given))
        if code is not ExitCode.OK:
            raise typer.Exit(int(code))

    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    parameters = [*own, *_shared(keys, asks, writes)]
    callback.__name__ = function.__name__
    callback.__annotations__ = {one.name: one.annotation for one in parameters}
    callback.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return callback


def execute(terminal: Terminal, run: Callable[[], Answer]) -> ExitCode:
    """Runs a command and prints what came of it; the code to end with."""
    try:
        answer = _done(run)
        terminal.answer(answer)
    except (KeyboardInterrupt, typer.Abort):
        terminal.problem(Interrupted())
        return Interrupted.exit_code
    except LodetraceError as error:
        terminal.problem(error)
        return error.exit_code
    except ModuleNotFoundError as missing:
        package = (missing.name or "").split(".")[0]
        if not package or package in OUR_PACKAGES:
            raise
        terminal.problem(ExtraMissing(package=package))
        return ExtraMissing.exit_code
    return answer.exit_code


def _done(run: Callable[[], Answer]) -> Answer:
    try:
        return run()
    except Rehearsed as end:
        return _rehearsed(end)


def _rehearsed(end: Rehearsed) -> Answer:
    said = {name: str(value) for name, value in end.details.items() if isinstance(value, str | int)}
    return Answer({"would": end.act, **end.details}, [f"Would {end.act}.", fields(said)])


def _shared(keys: bool, asks: bool, writes: bool) -> list[inspect.Parameter]:
    chosen = [("as_json", Json, False, True), ("yes", Yes, False, asks)]
    chosen.append(("dry_run", DryRun, False, writes))
    return [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, kind, default, wanted in [*chosen, ("dev_index", DevIndex, None, keys)]
        if wanted
    ]
