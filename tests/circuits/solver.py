"""Witnesses of a circuit that was compiled without simplification, made without its program.

A witness program stops at a false statement. This one goes on: it follows the constraints
that are left to it, so that a forger's witness is as consistent as it can be.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from tests.circuits.r1cs import Constraint, System, Terms
from tests.circuits.signals import R, Signals

Values = list[int | None]
ARRAY = re.compile(r"(.*)\.out\[(\d+)\]$")


@dataclass(frozen=True)
class Solver:
    """Solves for the signals of one system."""

    system: System

    @cached_property
    def uses(self) -> dict[int, list[int]]:
        """Wire to the constraints in which it stands."""
        uses = defaultdict(list)
        for i, constraint in enumerate(self.system.constraints):
            for wire in constraint.wires:
                uses[wire].append(i)
        return uses

    @cached_property
    def wires(self) -> list[int]:
        """How many signals stand in each constraint."""
        return [len(constraint.wires) for constraint in self.system.constraints]

    @cached_property
    def hints(self) -> dict[int, list[tuple[int, Callable[[int], int]]]]:
        """Wire to what a prover is free to choose once he knows it: bits and inverses."""
        hints = defaultdict[int, list[tuple[int, Callable[[int], int]]]](list)
        wires = self.system.wire_of
        for name, wire in wires.items():
            path, _, last = name.rpartition(".")
            if last in ("inv", "inverse"):
                hints[wires[f"{path}.in"]].append((wire, inverse))
            elif (bit := ARRAY.match(name)) and f"{bit[1]}.in" in wires:
                hints[wires[f"{bit[1]}.in"]].append((wire, shifted(int(bit[2]))))
        return hints

    def solve(
        self,
        signals: Signals,
        without: Collection[int] = (),
        chosen: Mapping[str, int] | None = None,
    ) -> list[int]:
        """A witness of these inputs that ignores the constraints `without`.

        chosen: signals that the forger sets himself, whatever the constraints say.
        """
        run = _Run(self, set(without))
        for name, value in (*(chosen or {}).items(), *flat(signals)):
            run.assign(self.system.wire_of[name], value % R)
        run.follow()
        return [0 if value is None else value for value in run.values]


class _Run:
    def __init__(self, solver: Solver, without: set[int]) -> None:
        self.solver, self.without = solver, without
        self.constraints = solver.system.constraints
        self.values: Values = [1] + [None] * (len(solver.system.names) - 1)
        self.missing = solver.wires[:]
        self.ready = [i for i, missing in enumerate(self.missing) if missing == 1]

    def assign(self, wire: int, value: int) -> None:
        if self.values[wire] is not None:
            return
        self.values[wire] = value
        for i in self.solver.uses[wire]:
            self.missing[i] -= 1
            if self.missing[i] == 1:
                self.ready.append(i)
        for hinted, choose in self.solver.hints.get(wire, ()):
            self.assign(hinted, choose(value))

    def follow(self) -> None:
        while self.ready:
            i = self.ready.pop()
            if i not in self.without and (found := solve_one(self.constraints[i], self.values)):
                self.assign(*found)


def solve_one(constraint: Constraint, values: Values) -> tuple[int, int] | None:
    """The only unknown of a constraint and its value, where the constraint gives it one."""
    if not constraint.a:
        return solve_sum(constraint.c, values)
    (a, da, wire_a), (b, db, wire_b), (c, dc, wire_c) = (
        evaluate(terms, values) for terms in (constraint.a, constraint.b, constraint.c)
    )
    unknown = {wire for wire in (wire_a, wire_b, wire_c) if wire is not None}
    if len(unknown) != 1 or da * db % R:
        return None
    # (a + da x) (b + db x) = c + dc x without a square
    slope = (a * db + b * da - dc) % R
    if not slope:
        return None
    return unknown.pop(), (c - a * b) * pow(slope, -1, R) % R


def solve_sum(terms: Terms, values: Values) -> tuple[int, int] | None:
    """The same of a sum that is 0, as most constraints are."""
    total, slope, unknown = evaluate(terms, values)
    if unknown is None or not slope:
        return None
    return unknown, -total * reciprocal(slope) % R


@lru_cache(maxsize=4096)
def reciprocal(coefficient: int) -> int:
    """Of the few coefficients that a compiler writes."""
    return pow(coefficient, -1, R)


def evaluate(terms: Terms, values: Values) -> tuple[int, int, int | None]:
    """Sum of the known terms, coefficient and wire of the unknown one."""
    total, slope, unknown = 0, 0, None
    for wire, coefficient in terms:
        value = values[wire]
        if value is None:
            slope, unknown = coefficient, wire
        else:
            total += value * coefficient
    return total % R, slope, unknown


def inverse(value: int) -> int:
    """The inverse, of 0 as well 0."""
    return pow(value, -1, R) if value else 0


def shifted(bits: int) -> Callable[[int], int]:
    """Reads one bit."""
    return lambda value: value >> bits & 1


def flat(signals: Any, name: str = "") -> Iterator[tuple[str, int]]:
    """Input signals one by one, with the names circom gives them."""
    if isinstance(signals, dict):
        for key, value in signals.items():
            yield from flat(value, key)
    elif isinstance(signals, list):
        for i, value in enumerate(signals):
            yield from flat(value, f"{name}[{i}]")
    else:
        yield name, signals
