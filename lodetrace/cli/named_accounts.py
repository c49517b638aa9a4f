"""Accounts by their names, as people see them in every answer."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.console import RenderableType

_SHORT: Final = len("0x") + 8
_ADDRESS: Final = re.compile(r"\b0x[0-9a-fA-F]{40}\b")


def with_names(part: "RenderableType", names: Mapping[str, str]) -> "RenderableType":
    """What is shown, with the name before each address that has one; short in tables."""
    from lodetrace.cli.layout import Fields, Rows

    match part:
        case str():
            return _named(part, names, short=False)
        case Fields():
            pairs = {name: _named(value, names, short=False) for name, value in part.pairs.items()}
            return replace(part, pairs=pairs)
        case Rows():
            lines = tuple(
                tuple(_named(cell, names, short=True) for cell in line) for line in part.lines
            )
            return replace(part, lines=lines)
    return part


def has_address(part: "RenderableType") -> bool:
    """Whether an account is spoken of: only then is the book looked into."""
    from lodetrace.cli.layout import Fields, Rows

    match part:
        case str():
            texts = [part]
        case Fields():
            texts = list(part.pairs.values())
        case Rows():
            texts = [cell for line in part.lines for cell in line]
        case _:
            return False
    return any(map(_ADDRESS.search, texts))


def _named(text: str, names: Mapping[str, str], *, short: bool) -> str:
    """names: by the address in lower case."""

    def named(found: re.Match[str]) -> str:
        name = names.get(found[0].lower())
        if name is None:
            return found[0]
        return f"{name} ({found[0][:_SHORT]}…)" if short else f"{name} ({found[0]})"

    return _ADDRESS.sub(named, text)
