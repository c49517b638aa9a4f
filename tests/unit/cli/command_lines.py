"""Command lines of the documentation and of --help, held against the real commands."""

import re
import shlex
from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from lodetrace.cli.main import WrongUsage, app

PROGRAM = "lodetrace"
_EVALUATED = re.compile(r'eval "\$\((.*)\)"')


def root() -> Any:
    """The command tree as typer builds it."""
    return get_command(app)


def commands() -> Iterator[tuple[str, Any]]:
    """Every command by its full name: "lot offer"."""
    yield from _below("", root())


def _below(path: str, group: Any) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        full = f"{path} {name}".strip()
        if hasattr(command, "commands"):
            yield from _below(full, command)
        else:
            yield full, command


def find(words: list[str]) -> tuple[Any, list[str]]:
    """The command that the words begin with, or the last group of them, and the other words."""
    command, left = root(), list(words)
    while left and hasattr(command, "commands") and left[0] in command.commands:
        command = command.commands[left.pop(0)]
    return command, left


def defect(line: str) -> str | None:
    """Why a complete command line could not be run as it stands; None if it could."""
    evaluated = _EVALUATED.fullmatch(line)
    line = evaluated[1] if evaluated else line
    words = [word for word in shlex.split(line) if not _is_setting(word)]
    if words[:1] != [PROGRAM]:
        return f"does not begin with {PROGRAM}"
    command, left = find(words[1:])
    if hasattr(command, "commands"):
        return None if left == ["--help"] else f"names no command: {line}"
    try:
        command.make_context(command.name, left, resilient_parsing=False)
    except WrongUsage as error:
        return str(getattr(error, "message", error))
    return None


def options_of(command: Any) -> set[str]:
    """Options that a command knows."""
    return {option for parameter in command.params for option in parameter.opts} | {"--help"}


def _is_setting(word: str) -> bool:
    """NAME=value in front of a command."""
    name, sign, _ = word.partition("=")
    return bool(sign) and name.isupper()
