"""A false statement with a witness that is consistent but for one defect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from tests.circuits.r1cs import System
from tests.circuits.signals import Case
from tests.circuits.solver import Solver, flat

Taken = str | frozenset[str]
"""A component with all that is within it, or the constraint on exactly these signals."""

NOTHING: Mapping[str, int] = MappingProxyType({})


def on(*signals: str) -> frozenset[str]:
    """The constraint on exactly these signals."""
    return frozenset(signals)


def sum_of_bits(component: str, bits: int) -> frozenset[str]:
    """The constraint that says that bits make up a number."""
    return on(f"{component}.in", *(f"{component}.out[{i}]" for i in range(bits)))


@dataclass(frozen=True)
class Forgery:
    """What a forger does, and which constraints stop him.

    lie: input signals that he replaces. chosen: inner signals that he sets.
    without: the constraints that stop him; each of them does, no other one does.
    """

    defect: str
    case: Case
    without: Sequence[Taken]
    lie: Mapping[str, int] = field(default_factory=lambda: NOTHING)
    chosen: Mapping[str, int] = field(default_factory=lambda: NOTHING)

    def __str__(self) -> str:
        return f"{self.case.circuit}-{self.defect.replace(' ', '-')}"

    def taken(self, system: System) -> list[set[int]]:
        """The constraints of each entry of `without`."""
        return [constraints(system, entry) for entry in self.without]

    def witness(self, solver: Solver) -> list[int]:
        """A witness of everything but the constraints that are taken out."""
        taken = set().union(*self.taken(solver.system))
        signals = dict(flat(self.case.signals())) | dict(self.lie)
        return solver.solve(signals, taken, self.chosen)


def constraints(system: System, entry: Taken) -> set[int]:
    """The constraints that an entry names; there is at least one."""
    if isinstance(entry, str):
        found = system.inside([entry])
    else:
        found = system.on.get(frozenset(system.wire_of[name] for name in entry), set())
    assert found, f"no constraint on {entry}"
    return found


def projected(witness: Sequence[int], plain: System, production: System) -> list[int]:
    """The same witness for the simplified system, which carries fewer signals."""
    wires = (plain.wire_of[name] for name in production.names[1:])
    return [1, *(witness[wire] for wire in wires)]
