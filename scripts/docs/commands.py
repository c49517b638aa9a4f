"""Reference of the commands, from the program itself."""

from collections.abc import Iterator
from typing import Any

import typer

from lodetrace.cli.main import app
from scripts.docs.markdown import cell, table


def commands_page() -> str:
    """Every command of `lodetrace` with its arguments and options, as --help tells them."""
    root = typer.main.get_command(app)
    parts = [
        "# Commands",
        "Every command of `lodetrace`, as `--help` tells it.",
    ]
    for path, command in _commands(("lodetrace",), root):
        parts += _section(path, command)
    return "\n\n".join(parts) + "\n"


def _commands(path: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Depth first, by name; groups before what they hold."""
    yield path, command
    for name, inner in sorted(getattr(command, "commands", {}).items()):
        if not inner.hidden:
            yield from _commands((*path, name), inner)


def _section(path: tuple[str, ...], command: Any) -> list[str]:
    level = "#" * min(len(path) + 1, 4)
    found = [f"{level} `{' '.join(path)}`"]
    if command.help:
        found.append(_paragraphs(command.help))
    parameters = [one for one in command.params if not getattr(one, "hidden", False)]
    if parameters:
        found.append(table(("parameter", "meaning", "default"), map(_row, parameters)))
    if command.epilog:
        found.append(_example(command.epilog))
    return found


def _paragraphs(text: str) -> str:
    """Help without the marks of its layout."""
    return text.replace("\b\n", "").replace("\f", "").strip()


def _example(epilog: str) -> str:
    lines = [line.removeprefix("Example: ") for line in epilog.splitlines() if line.strip()]
    return "\n".join(("```sh", *lines, "```"))


def _row(parameter: Any) -> tuple[str, str, str]:
    named = parameter.param_type_name == "option"
    names = (
        ", ".join((*parameter.opts, *parameter.secondary_opts))
        if named
        else (parameter.metavar or parameter.name).upper()
    )
    meaning = (parameter.help or "").rstrip(".")
    if parameter.required:
        meaning = f"{meaning} (required)".strip()
    default = parameter.default
    said = (
        ""
        if default in (None, (), False) or callable(default) or parameter.required
        else str(default)
    )
    return f"`{names}`", cell(meaning), cell(said)
