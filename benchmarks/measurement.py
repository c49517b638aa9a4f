"""One measured value beside what it is compared with."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

Value = int | float
"""Gas and bytes are whole, seconds are not."""


class MeasureUnit(Enum):
    """What a value counts."""

    BYTES = "bytes"
    GAS = "gas"
    REQUESTS = "requests"
    SECONDS = "s"


class AimVerdict(Enum):
    """How a measurement stands to its aim."""

    MET = "met"
    MISSED = "missed"
    NO_AIM = "–"


@dataclass(frozen=True, slots=True)
class Reference:
    """A peer that was measured in the same run, or a bound."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class BenchmarkResult:
    """value: None where it could not be measured; reason then says why.

    aim: the largest ratio to the reference that is wanted; None for information.
    """

    name: str
    value: Value | None
    unit: MeasureUnit
    reference: Reference | None = None
    aim: float | None = None
    reason: str = ""

    @property
    def ratio(self) -> float | None:
        """Value over reference; below 1 is better than the reference."""
        if self.value is None or self.reference is None:
            return None
        return self.value / self.reference.value

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; what was not measured is not met. None without an aim."""
        if self.aim is None:
            return None
        return self.ratio is not None and self.ratio <= self.aim

    @property
    def verdict(self) -> AimVerdict:
        """In the words of the table."""
        return {None: AimVerdict.NO_AIM, True: AimVerdict.MET, False: AimVerdict.MISSED}[self.met]

    def to_json(self) -> dict[str, Any]:
        """As build/bench.json has it: the ratio to 4 digits, whatever was compared unrounded."""
        reference = self.reference
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit.value,
            "reference": reference and {"name": reference.name, "value": reference.value},
            "ratio": None if self.ratio is None else round(self.ratio, 4),
            "aim": self.aim,
            "met": self.met,
        }
