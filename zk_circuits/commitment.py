"""Poseidon commitments and their openings (SPEC section 2).

The hash comes from the wheel light-poseidon (Rust), about ten times as fast as the reference in
Python. Where the wheel cannot be imported, the reference computes the same: who verifies a bundle
needs neither a platform that the wheel is built for nor trust in compiled code.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement, Slots
from zk_circuits.errors import KindMismatch, OpeningMismatch, SaltOutOfRange
from zk_circuits.field import field_element, fits, integer
from zk_circuits.poseidon import reference_hash
from zk_circuits.rule import COUNT_BITS
from zk_circuits.tags import Tag, TagType

try:
    from light_poseidon_python import poseidon_hash_bytes
except ImportError:
    poseidon_hash_bytes = None

Hidden = Balance | BirthMeasurement | RunMeasurement
"""What a commitment can open to."""

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

    Lots and totals hold a Balance, births a BirthMeasurement, events of a run a RunMeasurement
    (else KindMismatch); all units but a total's are below 2^32 (else WordOutOfRange). The salt
    is a secret and left out of repr.
    """

    tag: Tag
    balance: Hidden
    salt: int = field(repr=False)
    commitment: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.balance, KINDS[self.tag.type]):
            actual = type(self.balance).__name__
            raise KindMismatch(name="opening", actual=actual, expected=self.tag.type.name)
        if self.tag.type is not TagType.TOTAL:
            fits("units", self.balance.units, COUNT_BITS)
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
            raise self._mismatch("Balance")
        return self.balance

    @property
    def birth(self) -> BirthMeasurement:
        """What is attested of a birth; raises KindMismatch for anything else."""
        if not isinstance(self.balance, BirthMeasurement):
            raise self._mismatch("BirthMeasurement")
        return self.balance

    @property
    def run(self) -> RunMeasurement:
        """What is attested of a run; raises KindMismatch for anything else."""
        if not isinstance(self.balance, RunMeasurement):
            raise self._mismatch("RunMeasurement")
        return self.balance

    def _mismatch(self, expected: str) -> KindMismatch:
        return KindMismatch(name="opening", actual=type(self.balance).__name__, expected=expected)


KINDS: Final[dict[TagType, type[Balance] | type[BirthMeasurement] | type[RunMeasurement]]] = {
    TagType.LOT: Balance,
    TagType.TOTAL: Balance,
    TagType.BIRTH: BirthMeasurement,
    TagType.RUN_EVENT: RunMeasurement,
}
"""What a commitment of each type opens to."""
