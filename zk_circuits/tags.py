"""The tag of a commitment: type, format, schema and element in one word (SPEC section 1)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final, Self

from zk_circuits.errors import TagInvalid
from zk_circuits.field import fits, integer
from zk_circuits.schema import SCHEMA

FORMAT: Final = 2
PRICE_TYPE: Final = 4
PRICE_FORMAT: Final = 1
PRICE_SCHEMA: Final = 1
LAST_ELEMENT: Final = 118
"""Highest atomic number there is a name for."""


class TagType(IntEnum):
    """What a commitment is of. 4 is that of a price, which has a tag of its own (PriceTag)."""

    LOT = 1
    BIRTH = 2
    TOTAL = 3
    RUN_EVENT = 5


@dataclass(frozen=True, slots=True)
class Tag:
    """Tag of one commitment of this format and schema.

    element: atomic number (27 cobalt, 28 nickel, 25 manganese, 3 lithium).
    Raises TagInvalid for a type or element that is not known.
    """

    element: int
    type: TagType = TagType.LOT

    def __post_init__(self) -> None:
        _known("element", self.element, range(1, LAST_ELEMENT + 1))
        object.__setattr__(self, "type", _tag_type(self.type))

    @property
    def word(self) -> int:
        """The packed tag that goes into the hash and into every proof."""
        return self.type + (FORMAT << 8) + (SCHEMA << 16) + (self.element << 32)

    def of(self, tag_type: TagType) -> Self:
        """The same element with another type."""
        return replace(self, type=tag_type)

    @classmethod
    def parse(cls, word: int) -> Self:
        """The tag that is packed in `word`; raises WordOutOfRange or TagInvalid."""
        fits("tag", word, 48)
        _known("schema", word >> 16 & 0xFFFF, (SCHEMA,))
        _known("format", word >> 8 & 0xFF, (FORMAT,))
        return cls(element=word >> 32, type=_tag_type(word & 0xFF))


@dataclass(frozen=True, slots=True)
class PriceTag:
    """Tag of a price: type 4, format 1 and schema 1, apart from those of balances.

    element: atomic number of the metal that is priced. Raises TagInvalid.
    """

    element: int

    def __post_init__(self) -> None:
        _known("element", self.element, range(1, LAST_ELEMENT + 1))

    @property
    def word(self) -> int:
        """The packed tag that goes into the hash and into every proof."""
        return PRICE_TYPE + (PRICE_FORMAT << 8) + (PRICE_SCHEMA << 16) + (self.element << 32)

    @classmethod
    def parse(cls, word: int) -> Self:
        """The tag that is packed in `word`; raises WordOutOfRange or TagInvalid."""
        fits("tag", word, 48)
        _known("schema", word >> 16 & 0xFFFF, (PRICE_SCHEMA,))
        _known("format", word >> 8 & 0xFF, (PRICE_FORMAT,))
        _known("type", word & 0xFF, (PRICE_TYPE,))
        return cls(element=word >> 32)


def _tag_type(value: int) -> TagType:
    if integer("tag type", value) not in list(TagType):
        raise TagInvalid(field="type", value=value, known="1, 2, 3 and 5")
    return TagType(value)


def _known(field: str, value: int, known: Collection[int]) -> None:
    if integer(f"tag {field}", value) not in known:
        ends = f"{min(known)} to {max(known)}" if len(known) > 1 else f"{min(known)}"
        raise TagInvalid(field=field, value=value, known=ends)
