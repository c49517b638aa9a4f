"""Times that contracts keep in whole hours: equal to contracts/libraries/Hours.sol."""

from typing import Final

HOUR: Final = 3600
"""In seconds."""


def rounded_up(time: int) -> int:
    """A time in seconds, at its hour or the next one."""
    return -(-time // HOUR) * HOUR
