"""The credits of schema 2 (SPEC 2, section 3)."""

from enum import IntEnum
from typing import Final

SCHEMA: Final = 2
CREDITS: Final = 4


class Credit(IntEnum):
    """Credits by number; slot `v3 + number` of a balance. The first three mean what they did."""

    RESPONSIBLE = 1
    RECYCLED_POST_CONSUMER = 2
    RECYCLED_MANUFACTURING = 3
    CREDIT_4 = 4
