"""The statements that a request asks of the index's database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Engine, event


class Asked(NamedTuple):
    """As the driver was given it."""

    text: str
    values: Any


@contextmanager
def asked_of(engine: Engine) -> Iterator[list[Asked]]:
    """Every statement of a block of code, in order."""
    found: list[Asked] = []

    def note(*arguments: Any) -> None:
        _, _, text, values, *_ = arguments
        found.append(Asked(text, values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
