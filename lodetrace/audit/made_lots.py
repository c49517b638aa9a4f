"""Lots that a run made, as its record names them: what they have in common, and each one's own."""

from dataclasses import dataclass

from lodetrace.contracts.enums import Material, RunKind
from lodetrace.contracts.events import RunRecorded

NUMBERED = (RunKind.PROCESS, RunKind.RECOVER, RunKind.REWORK)
"""Kinds whose outputs have numbers of their own among those of their document."""


@dataclass(frozen=True, slots=True)
class MadeLot:
    """One output of a run. place: among its outputs, from 0."""

    run: RunRecorded
    place: int

    @property
    def lot(self) -> bytes:
        """Its id."""
        return self.run.outputs[self.place].id

    @property
    def count(self) -> int:
        """Its units; 1 of what does not come in units."""
        return self.run.outputs[self.place].count

    @property
    def material(self) -> Material:
        """What it is."""
        return self.run.outputs[self.place].material

    @property
    def element(self) -> int:
        """Its metal."""
        return self.run.made.element

    @property
    def root(self) -> int:
        """Number of the root that it is of."""
        return self.run.made.root

    @property
    def index(self) -> int:
        """Its number among the outputs of its root's document."""
        return self.place if self.run.kind in NUMBERED else self.run.made.index

    @property
    def is_young(self) -> bool:
        """Whether it was retired soon; of an end of life only the first one is retired."""
        return self.run.made.young and (self.place == 0 or self.run.kind != RunKind.END_OF_LIFE)


def lots_made(run: RunRecorded) -> tuple[MadeLot, ...]:
    """All outputs of a run, in their order."""
    return tuple(MadeLot(run, place) for place in range(len(run.outputs)))
