"""Poseidon commitments and their openings (SPEC section 2).

The hash comes from the wheel light-poseidon (Rust), about ten times as fast as the reference in
Python. Where the wheel cannot be imported, the reference computes the same: who verifies a bundle
needs neither a platform that the wheel is built for nor trust in compiled code.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from zk_circuits.balance import Balance, Measurement, Slots
from zk_circuits.errors import KindMismatch, OpeningMismatch, SaltOutOfRange
from zk_circuits.field import field_element, integer
from zk_circuits.poseidon import reference_hash
from zk_circuits.tags import Tag, TagType

try:
    from light_poseidon_python import poseidon_hash_bytes
except ImportError:
    poseidon_hash_bytes = None

SALT_BITS: Final = 248
EMPTY: Final = 0
"""Commitment of a slot that is not used; no lot may have it."""


def poseidon(values: Sequence[int]) -> int:
    """circomlib's Poseidon of 1 to 12 field elements; raises FieldElementOutOfRange."""
    elements = [field_element(f"input {index}", value) for index, value in enumerate(values)]
    if poseidon_hash_bytes is None:
        return reference_hash(elements)
    return int(poseidon_hash_bytes([element.to_bytes(32, "big") for element in elements]), 16)


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
