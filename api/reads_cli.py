"""`lodetrace-gateway reads`: the log of who asked what, for the gateway's operator."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from lodetrace.errors import InputError, LodetraceError
from lodetrace.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.access.reads import Head, Reads

reads: Final = typer.Typer(
    name="reads",
    help="Who asked what: an append-only log, each line's hash over the line before it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)

_HEAD: Final = re.compile(r"(\d{1,18})-([0-9a-f]{64})", re.ASCII)

HeadOption = Annotated[
    str | None,
    typer.Option("--head", help="NUMBER-HASH as noted before: it has to be in the log."),
]


class LogUnreadable(InputError):
    """A file that is no export of the log."""

    template = "{path}: {reason}"
    advice = "Take a file that `lodetrace-gateway reads export` wrote."


class HeadMalformed(InputError):
    """Not the end of a log."""

    template = "{text!r} is no end of a log of reads"
    advice = "Write it as `lodetrace-gateway reads verify` prints it: NUMBER-HASH."


@reads.command(epilog="Example: lodetrace-gateway reads export > reads.ndjson")
def export() -> None:
    """Write the whole log to standard output, a JSON object a line; verifies it on the way."""

    def act() -> None:
        from api.access.reads import exported, head_of

        def told() -> "Iterator[dict[str, Any]]":
            for line in _log().lines():
                sys.stdout.writelines(exported([line]))
                yield line

        head = head_of(told())
        print(f"{head.number} reads, the end is {head}", file=sys.stderr)

    _run(act)


@reads.command(epilog="Example: lodetrace-gateway reads verify reads.ndjson")
def verify(
    file: Annotated[
        Path | None, typer.Argument(help="An export; without it, the gateway's own log.")
    ] = None,
    head: HeadOption = None,
) -> None:
    """Check that every line is as it was written, and none is missing before the end.

    Only who keeps an end elsewhere, and gives it with --head, sees a log that was cut off at its
    end or written anew as a whole.
    """

    def act() -> None:
        from api.access.reads import head_of

        known = None if head is None else _head(head)
        end = head_of(_log().lines() if file is None else _lines(file), known)
        print(f"{end.number} reads, each as it was written; the end is {end}")

    _run(act)


def _log() -> "Reads":
    from api.access.reads import Reads
    from api.access.store import open_access_store
    from api.settings import access_database_of
    from lodetrace.environment import Environment
    from lodetrace.settings import Settings

    env = Environment.of(None, "docs/gateway.md")
    return Reads(open_access_store(access_database_of(Settings.load(env.variables), env)))


def _lines(path: Path) -> "Iterator[dict[str, Any]]":
    try:
        with path.open(encoding="utf-8") as file:
            for number, text in enumerate(file, 1):
                line = json.loads(text)
                if not isinstance(line, dict):
                    raise LogUnreadable(path=path, reason=f"line {number} is no JSON object")
                yield line
    except OSError as error:
        raise LogUnreadable(path=path, reason=error.strerror or error) from error
    except ValueError as error:
        raise LogUnreadable(path=path, reason=error) from error


def _head(text: str) -> "Head":
    from api.access.reads import Head

    found = _HEAD.fullmatch(text)
    if found is None:
        raise HeadMalformed(text=text[:80])
    return Head(int(found[1]), found[2])


def _run(act: "Callable[[], None]") -> None:
    try:
        act()
    except LodetraceError as error:
        print(visible(f"{error}\n{error.advice}"), file=sys.stderr)
        raise typer.Exit(error.exit_code) from error
