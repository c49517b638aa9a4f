"""The circuits of runs: which one takes a run, and where its signals lie (SPEC 2, 6 and 7)."""

from dataclasses import dataclass
from typing import Final

from zk_circuits.errors import ArityRefused
from zk_circuits.schema_2.balance import MOST_INPUTS


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


RUN: Final = RunCircuit("run4", MOST_INPUTS, ("inBand", "ctx", "tag", "event", "rule"))
REBOOK: Final = RunCircuit("rebook2", 2, ("ctx", "tag", "rule"))


def circuit_for(inputs: int, outputs: int, *, has_event: bool) -> RunCircuit:
    """The smallest circuit that takes so many lots; raises ArityRefused."""
    most = max(inputs, outputs)
    if most > RUN.width:
        raise ArityRefused(name="lots on a side of a run", count=most, limit=RUN.width)
    return RUN if has_event or most > REBOOK.width else REBOOK
