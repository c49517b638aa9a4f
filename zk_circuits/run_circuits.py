"""The circuits of runs: which takes a run, where its signals lie (SPEC sections 6 and 7)."""

from dataclasses import dataclass
from typing import Final

from zk_circuits.balance import MOST_INPUTS
from zk_circuits.errors import ArityRefused


@dataclass(frozen=True, slots=True)
class RunCircuit:
    """width: slots for lots on each side. head: names of the public signals before the lots."""

    name: str
    width: int
    head: tuple[str, ...]

    @property
    def signals(self) -> int:
        """How many public signals its proofs have."""
        return len(self.head) + 2 * self.width

    @property
    def inputs(self) -> slice:
        """Where the inputs lie among the public signals."""
        return slice(len(self.head), len(self.head) + self.width)

    @property
    def outputs(self) -> slice:
        """Where the outputs lie among the public signals."""
        return slice(len(self.head) + self.width, self.signals)

    def place(self, name: str) -> int:
        """Where a signal of the head lies among the public signals."""
        return self.head.index(name)


RUN: Final = RunCircuit("run4", MOST_INPUTS, ("inBand", "ctx", "tag", "event", "rule"))
REBOOK: Final = RunCircuit("rebook2", 2, ("ctx", "tag", "rule"))

MOST_LOTS: Final = RUN.width
"""Most inputs, and most outputs, of one run."""


def circuit_for(inputs: int, outputs: int, *, has_event: bool) -> RunCircuit:
    """The smallest circuit that takes so many lots; raises ArityRefused."""
    most = max(inputs, outputs)
    if most > MOST_LOTS:
        raise ArityRefused(name="lots on a side of a run", count=most, limit=MOST_LOTS)
    return RUN if has_event or most > REBOOK.width else REBOOK
