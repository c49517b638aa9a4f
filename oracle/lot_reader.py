"""How named lots came to be: what the chain's events say, asked for many lots at once.

Where a lot comes from never changes, so what was read once is kept, for the process's whole life.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

from lodetrace.contracts.enums import LotState, Material, RunKind
from lodetrace.contracts.events import Event
from lodetrace.contracts.events.custody import LotAccepted
from lodetrace.contracts.events.lots import (
    EventStanding,
    LotBorn,
    LotConsumed,
    LotMade,
    RunRecorded,
)
from lodetrace.contracts.structs import HoldOnLot, Lot, Period, Standing
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import Reads

AT_ONCE: Final = 100
"""Ids in one question: nodes limit the topics of a filter."""

E = TypeVar("E", bound=Event)
Lots = tuple[bytes, ...]
LotsByRun = Mapping[bytes, Lots]

COMING: Final[tuple[type[LotBorn | LotMade], ...]] = (LotBorn, LotMade)
IN_AND_OUT: Final[tuple[type[LotConsumed | LotMade], ...]] = (LotConsumed, LotMade)

KEEPS_GOODS: Final = (
    RunKind.REBOOK, RunKind.CHARGE, RunKind.SETTLE, RunKind.LOSS, RunKind.END_OF_LIFE,
)  # fmt: skip
"""Runs whose outputs are the very goods that went in."""


@dataclass(frozen=True, slots=True)
class LotOrigin:
    """Where a lot comes from. kind: None for a birth. together: all outputs of its run.

    event_id: of the event that made it, zeros where there was none. mixed, charge: as the book
    marks the lot.
    """

    lot: bytes
    element: int
    material: Material
    account: str
    kind: RunKind | None
    event_id: bytes
    inputs: tuple[bytes, ...]
    together: tuple[bytes, ...]
    mixed: bool = False
    charge: bool = False

    @property
    def keeps_goods(self) -> bool:
        """Whether the goods are those of its inputs."""
        return self.kind in KEEPS_GOODS


class LotReader(Protocol):
    """What the chain says of lots."""

    @property
    def time(self) -> int:
        """Time of the block that the answers are as of: seconds since 1970."""

    def view(self, lot: bytes) -> Lot | None:
        """The lot now; None where there is none."""

    def hold_on(self, lot: bytes) -> HoldOnLot:
        """The hold that binds a lot, or that bound it last."""

    def organisation_of(self, account: str) -> bytes:
        """The organisation of an account."""

    def origins(self, lots: Iterable[bytes]) -> Mapping[bytes, LotOrigin]:
        """Origins of those lots that exist."""

    def accepted(self, lots: Iterable[bytes]) -> frozenset[bytes]:
        """Those that came to their present or last holder's organisation from another one."""

    def rebooked(self, lots: Iterable[bytes]) -> Mapping[bytes, tuple[bytes, ...]]:
        """What runs on paper made of those that went into one."""

    def users(self, lots: Iterable[bytes]) -> Mapping[bytes, bytes]:
        """Events of sites whose runs consumed lots, by lot."""

    def assigned_units(self, lot: bytes) -> int:
        """Units of a lot that are in products now."""

    def documents(self, event_ids: Iterable[bytes]) -> Mapping[bytes, bytes]:
        """Hashes of the documents of events that came to stand, the last one of each."""

    def standing(self, event_id: bytes) -> Standing:
        """The event; one that does not stand has standing_since 0."""

    def is_used(self, event_id: bytes) -> bool:
        """Whether a lot or a run was made of the event."""

    def period(self, site: bytes, element: int) -> Period:
        """The last booked period of a site; all zeros without one."""

    def continuous_since(self, site: bytes) -> int:
        """Sequence of the event that made the site continuous, 0 if it is not."""


@dataclass(slots=True)
class LotFacts:
    """What never changes: one for the whole life of a process."""

    origins: dict[bytes, LotOrigin] = field(default_factory=dict)
    organisations: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChainLots:
    """The lots of a chain, their state as of one block. time: of that block."""

    reads: Reads
    time: int
    facts: LotFacts

    def view(self, lot: bytes) -> Lot | None:
        """The lot now; None where there is none. Raises NodeError."""
        found = self.reads.lot(lot)
        return None if found.state is LotState.NONE else found

    def hold_on(self, lot: bytes) -> HoldOnLot:
        """The hold that binds a lot, or that bound it last; raises NodeError."""
        return self.reads.hold_on(lot)

    def organisation_of(self, account: str) -> bytes:
        """The organisation of an account; raises NodeError."""
        known = self.facts.organisations
        if account not in known:
            known[account] = self.reads.account(account).organisation
        return known[account]

    def origins(self, lots: Iterable[bytes]) -> Mapping[bytes, LotOrigin]:
        """Origins of those lots that exist; raises NodeError."""
        wanted = set(lots)
        new = wanted - self.facts.origins.keys()
        if new:
            self.facts.origins |= self._read(new)
        return {lot: self.facts.origins[lot] for lot in wanted & self.facts.origins.keys()}

    def accepted(self, lots: Iterable[bytes]) -> frozenset[bytes]:
        """Those that came to their holder's organisation from another one; raises NodeError."""
        return frozenset(
            one.lot
            for one in self._events((LotAccepted,), "lot", set(lots))
            if self.organisation_of(one.from_) != self.organisation_of(one.to)
        )

    def rebooked(self, lots: Iterable[bytes]) -> Mapping[bytes, tuple[bytes, ...]]:
        """What runs on paper made of those that went into one; raises NodeError."""
        consumed = self._events((LotConsumed,), "lot", set(lots))
        runs = {one.run_id for one in consumed}
        kinds = {one.run_id: one.kind for one in self._events((RunRecorded,), "run_id", runs)}
        paper = {run for run in runs if kinds.get(run) in KEEPS_GOODS}
        _, outputs = self._of_runs(paper)
        return {one.lot: outputs[one.run_id] for one in consumed if one.run_id in paper}

    def users(self, lots: Iterable[bytes]) -> Mapping[bytes, bytes]:
        """Events of sites whose runs consumed lots, by lot; raises NodeError."""
        consumed = self._events((LotConsumed,), "lot", set(lots))
        runs = {
            one.run_id: one
            for one in self._events((RunRecorded,), "run_id", {one.run_id for one in consumed})
        }
        return {
            one.lot: runs[one.run_id].event_id
            for one in consumed
            if one.run_id in runs and runs[one.run_id].kind not in KEEPS_GOODS
        }

    def assigned_units(self, lot: bytes) -> int:
        """Units of a lot that are in products; raises NodeError."""
        return self.reads.assigned_units(lot)

    def documents(self, event_ids: Iterable[bytes]) -> Mapping[bytes, bytes]:
        """Hashes of the documents of events that came to stand; raises NodeError."""
        found = self._events((EventStanding,), "event_id", set(event_ids))
        return {one.event_id: one.statement.document for one in found}

    def standing(self, event_id: bytes) -> Standing:
        """The event; one that does not stand has standing_since 0. Raises NodeError."""
        return self.reads.standing(event_id)

    def is_used(self, event_id: bytes) -> bool:
        """Whether a lot or a run was made of the event; raises NodeError."""
        return self.reads.is_used(event_id)

    def period(self, site: bytes, element: int) -> Period:
        """The last booked period of a site; raises NodeError."""
        return self.reads.period(site, element)

    def continuous_since(self, site: bytes) -> int:
        """Sequence of the event that made the site continuous; raises NodeError."""
        return self.reads.continuous_since(site)

    def _read(self, lots: Collection[bytes]) -> dict[bytes, LotOrigin]:
        came = self._events(COMING, "lot", lots)
        found = {one.lot: _born(one) for one in came if isinstance(one, LotBorn)}
        made = [one for one in came if isinstance(one, LotMade)]
        run_ids = {one.run_id for one in made}
        runs = {one.run_id: one for one in self._events((RunRecorded,), "run_id", run_ids)}
        inputs, outputs = self._of_runs(run_ids)
        for lot in made:
            run = runs[lot.run_id]
            found[lot.lot] = _made(lot, run, inputs[run.run_id], outputs[run.run_id])
        return found

    def _of_runs(self, run_ids: Collection[bytes]) -> tuple[LotsByRun, LotsByRun]:
        """What went in and what came out."""
        inputs, outputs = defaultdict[bytes, Lots](tuple), defaultdict[bytes, Lots](tuple)
        for one in self._events(IN_AND_OUT, "run_id", run_ids):
            lots = inputs if isinstance(one, LotConsumed) else outputs
            lots[one.run_id] += (one.lot,)
        return inputs, outputs

    def _events(self, classes: tuple[type[E], ...], name: str, ids: Collection[bytes]) -> list[E]:
        """Up to the block that all answers are as of."""
        contracts: Contracts = self.reads.contracts
        last = self.reads.block if isinstance(self.reads.block, int) else None
        return [
            recorded.event
            for part in _parts(sorted(ids))
            for recorded in contracts.events(classes, None, last, **{name: part})
            if isinstance(recorded.event, classes)
        ]


def _born(event: LotBorn) -> LotOrigin:
    return LotOrigin(
        lot=event.lot,
        element=event.element,
        material=event.material,
        account=event.account,
        kind=None,
        event_id=event.event_id,
        inputs=(),
        together=(event.lot,),
    )


def _made(
    event: LotMade, run: RunRecorded, inputs: Sequence[bytes], outputs: tuple[bytes, ...]
) -> LotOrigin:
    return LotOrigin(
        lot=event.lot,
        element=event.made.element,
        material=event.made.material,
        account=event.account,
        kind=run.kind,
        event_id=run.event_id,
        inputs=tuple(inputs),
        together=outputs,
        mixed=event.made.mixed,
        charge=event.made.charge,
    )


def _parts(ids: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
