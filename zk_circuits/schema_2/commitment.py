"""Commitments of format 2 and their openings (SPEC 2, section 2)."""

from dataclasses import dataclass, field
from typing import Final

from zk_circuits.commitment import commit
from zk_circuits.errors import KindMismatch, OpeningMismatch
from zk_circuits.field import fits
from zk_circuits.schema_2.balance import Balance, BirthMeasurement, RunMeasurement
from zk_circuits.schema_2.rule import COUNT_BITS
from zk_circuits.schema_2.tags import Tag, TagType

Hidden = Balance | BirthMeasurement | RunMeasurement


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
