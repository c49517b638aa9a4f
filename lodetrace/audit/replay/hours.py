"""Times that the book keeps in whole hours."""

from typing import Final

HOUR: Final = 3600
"""In seconds."""


def rounded_up(time: int) -> int:
    """A time in seconds, at its hour or the next one."""
    return -(-time // HOUR) * HOUR
