"""What the credit slots of a balance mean (SPEC section 3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Final

SCHEMA: Final = 2
"""The schema of every tag of a lot, an event or a total."""

CREDITS: Final = 4
"""Credit slots of a balance."""


class Credit(IntEnum):
    """Credits of schema 2, by number; slot `v3 + number` of a balance."""

    RESPONSIBLE = 1
    RECYCLED_POST_CONSUMER = 2
    RECYCLED_MANUFACTURING = 3
    CREDIT_4 = 4


@dataclass(frozen=True, slots=True)
class CreditMeaning:
    """Name (as in documents) and meaning of a credit."""

    name: str
    meaning: str


RECYCLED: Final = (Credit.RECYCLED_POST_CONSUMER, Credit.RECYCLED_MANUFACTURING)
"""Credits that exclude each other: their sum is at most the metal."""

_SCHEMA_2: Final = {
    Credit.RESPONSIBLE: CreditMeaning(
        "responsible",
        "metal sourced from sites certified under the consortium's list of recognised schemes",
    ),
    Credit.RECYCLED_POST_CONSUMER: CreditMeaning(
        "recycledPostConsumer", "metal recovered from retired products"
    ),
    Credit.RECYCLED_MANUFACTURING: CreditMeaning(
        "recycledManufacturing", "metal recovered from manufacturing waste"
    ),
}

SCHEMAS: Final[Mapping[int, Mapping[Credit, CreditMeaning]]] = MappingProxyType(
    {SCHEMA: MappingProxyType(_SCHEMA_2)}
)
"""Schema number to the credits it names; a free credit is not in the table."""


def credit_mask(selected: Iterable[int]) -> int:
    """Bits of the credits: credit k is bit k - 1."""
    mask = 0
    for credit in selected:
        mask |= 1 << (credit - 1)
    return mask
