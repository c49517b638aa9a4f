"""The circuits of runs: which one takes a run, and where its signals lie (SPEC section 6)."""

from dataclasses import dataclass
from typing import Final

from zk_circuits.errors import ArityRefused

CTX_SIGNAL: Final = 1
RULE_SIGNAL: Final = 4
HEAD_SIGNALS: Final = 5
"""Public signals: inBand, ctx, tag, event, rule; then the inputs; then the outputs."""


@dataclass(frozen=True, slots=True)
class RunCircuit:
    """width: slots for lots on each side."""

    width: int

    @property
    def name(self) -> str:
        """run2 or run4."""
        return f"run{self.width}"

    @property
    def signals(self) -> int:
        """How many public signals its proofs have."""
        return HEAD_SIGNALS + 2 * self.width

    @property
    def inputs(self) -> slice:
        """Where the inputs lie among the public signals."""
        return slice(HEAD_SIGNALS, HEAD_SIGNALS + self.width)

    @property
    def outputs(self) -> slice:
        """Where the outputs lie among the public signals."""
        return slice(HEAD_SIGNALS + self.width, self.signals)


RUN_CIRCUITS: Final = (RunCircuit(2), RunCircuit(4))
"""Smallest first."""

MOST_LOTS: Final = RUN_CIRCUITS[-1].width
"""Most inputs, and most outputs, of one run."""


def circuit_for(inputs: int, outputs: int) -> RunCircuit:
    """The smallest circuit that takes so many lots; raises ArityRefused."""
    most = max(inputs, outputs)
    for circuit in RUN_CIRCUITS:
        if most <= circuit.width:
            return circuit
    raise ArityRefused(name="lots on a side of a run", count=most, limit=MOST_LOTS)
