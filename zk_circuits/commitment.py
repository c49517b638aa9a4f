"""Poseidon commitments and their openings (SPEC section 2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from light_poseidon_python import poseidon_hash_bytes

from zk_circuits.balance import Balance, Measurement, Slots
from zk_circuits.errors import KindMismatch, OpeningMismatch, SaltOutOfRange
from zk_circuits.field import field_element, integer
from zk_circuits.tags import Tag, TagType

SALT_BITS: Final = 248
EMPTY: Final = 0
"""Commitment of a slot that is not used; no lot may have it."""


def poseidon(values: Sequence[int]) -> int:
    """circomlib's Poseidon of 1 to 12 field elements; raises FieldElementOutOfRange."""
    words = [
        field_element(f"input {index}", value).to_bytes(32, "big")
        for index, value in enumerate(values)
    ]
    return int(poseidon_hash_bytes(words), 16)


def commit(tag_word: int, slots: Slots, salt: int) -> int:
    """`Poseidon11(tag, v0 … v8, salt)`. Checks the salt and the field, not the amounts."""
    return poseidon([tag_word, *slots, salt_word(salt)])


def salt_word(salt: int) -> int:
    """`salt`, when it has at most 248 bits; raises SaltOutOfRange."""
    number = integer("salt", salt)
    if not 0 <= number < 1 << SALT_BITS:
        raise SaltOutOfRange(bits=number.bit_length())
    return number


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a commitment: tag, amounts and salt.

    Lots and totals hold a Balance, events a Measurement (else KindMismatch). The salt is
    a secret and left out of repr.
    """

    tag: Tag
    balance: Balance | Measurement
    salt: int = field(repr=False)
    commitment: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        expected = KINDS.get(self.tag.type)
        if expected is None or not isinstance(self.balance, expected):
            actual = type(self.balance).__name__
            raise KindMismatch(name="opening", actual=actual, expected=self.tag.type.name)
        word = commit(self.tag.word, self.balance.slots(), self.salt)
        object.__setattr__(self, "commitment", word)

    def check(self, commitment: int) -> None:
        """Raises OpeningMismatch unless this opens `commitment`."""
        if self.commitment != commitment:
            raise OpeningMismatch(actual=self.commitment, expected=commitment)

    @property
    def lot(self) -> Balance:
        """The balance of a lot or total; raises KindMismatch for an event."""
        if not isinstance(self.balance, Balance):
            raise KindMismatch(name="opening", actual="Measurement", expected="Balance")
        return self.balance

    @property
    def event(self) -> Measurement:
        """The measurement of an event; raises KindMismatch for a lot or total."""
        if not isinstance(self.balance, Measurement):
            raise KindMismatch(name="opening", actual="Balance", expected="Measurement")
        return self.balance


KINDS: Final[dict[TagType, type[Balance] | type[Measurement]]] = {
    TagType.LOT: Balance,
    TagType.TOTAL: Balance,
    TagType.EVENT: Measurement,
}
"""What a commitment of each type opens to; a price has no opening of this kind."""
