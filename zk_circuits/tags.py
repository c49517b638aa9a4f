"""The tag of a commitment: type, format, schema and element in one word (SPEC section 1)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final, Self

from zk_circuits.errors import TagInvalid
from zk_circuits.field import fits, integer
from zk_circuits.schema import SCHEMAS

FORMAT: Final = 1
LAST_ELEMENT: Final = 118
"""Highest atomic number there is a name for."""


class TagType(IntEnum):
    """What a commitment is of."""

    LOT = 1
    EVENT = 2
    TOTAL = 3
    PRICE = 4


@dataclass(frozen=True, slots=True)
class Tag:
    """Tag of one commitment.

    element: atomic number (27 cobalt, 28 nickel, 25 manganese, 3 lithium).
    Raises TagInvalid for a type, format, schema or element that is not known.
    """

    element: int
    type: TagType = TagType.LOT
    schema: int = 1
    format: int = FORMAT

    def __post_init__(self) -> None:
        _known("element", self.element, range(1, LAST_ELEMENT + 1))
        object.__setattr__(self, "type", _tag_type(self.type))
        _known("schema", self.schema, SCHEMAS)
        _known("format", self.format, (FORMAT,))

    @property
    def word(self) -> int:
        """The packed tag that goes into the hash and into every proof."""
        return self.type + (self.format << 8) + (self.schema << 16) + (self.element << 32)

    def of(self, tag_type: TagType) -> Self:
        """The same element, schema and format with another type."""
        return replace(self, type=tag_type)

    @classmethod
    def parse(cls, word: int) -> Self:
        """The tag that is packed in `word`; raises WordOutOfRange or TagInvalid."""
        fits("tag", word, 48)
        return cls(
            element=word >> 32,
            type=_tag_type(word & 0xFF),
            schema=word >> 16 & 0xFFFF,
            format=word >> 8 & 0xFF,
        )


def _tag_type(value: int) -> TagType:
    if integer("tag type", value) not in list(TagType):
        raise TagInvalid(field="type", value=value, known="1 to 4")
    return TagType(value)


def _known(field: str, value: int, known: Collection[int]) -> None:
    if integer(f"tag {field}", value) not in known:
        raise TagInvalid(field=field, value=value, known=f"{min(known)} to {max(known)}")
