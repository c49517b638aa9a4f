"""The figures of a network: chosen once, in its genesis, each with its reason."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, NamedTuple, Self

from lodetrace.network.errors import ChoiceOutOfRange


class Figure(NamedTuple):
    """What a figure does, its bounds, and why its default is what it is."""

    least: int
    most: int
    about: str


FIGURES: Final[Mapping[str, Figure]] = {
    "period": Figure(1, 60, "Seconds between blocks. 2 is final in 2 s and spares disk and CPU."),
    "empty_period": Figure(
        0, 3_600, "Seconds between blocks without transactions; 0: the same as period."
    ),
    "request_timeout": Figure(
        2,
        300,
        "Seconds that validators wait for a proposer. Above twice the period; doubles each round.",
    ),
    "epoch": Figure(100, 1_000_000, "Blocks after which votes on validators start anew."),
    "gas_limit": Figure(
        10_000_000,
        200_000_000,
        "Gas of a block. 60 million bear a batch of 100 events; far more makes rounds fail.",
    ),
}
"""Bounds and reasons by field of NetworkParameters."""


@dataclass(frozen=True, slots=True)
class NetworkParameters:
    """Seconds, blocks and gas; bounds and reasons are in FIGURES."""

    period: int = 2
    empty_period: int = 0
    request_timeout: int = 10
    epoch: int = 30_000
    gas_limit: int = 60_000_000

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """From a profile or a record: only known names, whole numbers, within bounds."""
        known = {field.name for field in fields(cls)}
        for name, value in given.items():
            if name not in known or type(value) is not int:
                raise ChoiceOutOfRange(name=name, value=value, reason="no figure of a network")
        parameters = cls(**given)
        parameters.require_sound()
        return parameters

    def require_sound(self) -> None:
        """Raises ChoiceOutOfRange for a figure out of bounds, or figures that do not fit."""
        for name, figure in FIGURES.items():
            value = getattr(self, name)
            if not figure.least <= value <= figure.most:
                reason = f"it may be {figure.least} to {figure.most}"
                raise ChoiceOutOfRange(name=name, value=value, reason=reason)
        if self.empty_period and self.empty_period < self.period:
            reason = f"below the period of {self.period} s; 0 leaves it out"
            raise ChoiceOutOfRange(name="empty_period", value=self.empty_period, reason=reason)
        if self.request_timeout < 2 * self.period:
            reason = f"below twice the period of {self.period} s, slow blocks would change rounds"
            value = self.request_timeout
            raise ChoiceOutOfRange(name="request_timeout", value=value, reason=reason)

    @property
    def longest_pause(self) -> int:
        """Seconds between two blocks while one validator is away."""
        return max(self.period, self.empty_period) + self.request_timeout

    def changed(self, **given: int | None) -> "NetworkParameters":
        """With the figures that are given; raises ChoiceOutOfRange."""
        wanted = {name: value for name, value in given.items() if value is not None}
        return type(self).of({**asdict(self), **wanted})


def faults_borne(validators: int) -> int:
    """Validators that may fail or lie while the others go on: (n - 1) / 3, rounded down."""
    return (validators - 1) // 3
