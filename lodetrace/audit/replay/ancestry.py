"""Which lots, runs and site events a subject descends from, read off the rows of its closure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from lodetrace.audit.bundle import BundleSubject, Subject
from lodetrace.audit.closure import Closure
from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.made_lots import MadeLot, lots_made
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.lot_sets import Descent, LotSet
from lodetrace.audit.replay.lots import LotMadeTwice
from lodetrace.contracts.enums import RowKind
from lodetrace.contracts.events import (
    DocumentRefused,
    Filed,
    LotBorn,
    RunRecorded,
    TotalRecorded,
    UnitsAssigned,
)
from lodetrace.contracts.structs import ZERO32, Row


class LotWithoutOrigin(HistoryRefused):
    """A lot in the ancestry that nothing shown bears or makes."""

    template = "step {step}, {item}: nothing shown bears or makes this lot"


class RunRepeated(HistoryRefused):
    """Two records of one run."""

    template = "step {step}, {item}: it is recorded twice"


@dataclass(frozen=True)
class RunParts:
    """One run as it was recorded."""

    record: ProvenEvent
    recorded: RunRecorded

    @property
    def consumed(self) -> list[bytes]:
        """Its input lots."""
        return list(self.recorded.inputs)

    @cached_property
    def made(self) -> tuple[MadeLot, ...]:
        """Its output lots."""
        return lots_made(self.recorded)


@dataclass(frozen=True)
class Ancestry:
    """What a subject descends from.

    targets: its own lots. lots: with all that they were made of, and what was named beside them.
    runs: that made them.
    """

    subject: Subject
    targets: tuple[bytes, ...]
    lots: frozenset[bytes]
    runs: Mapping[bytes, RunParts]
    site_events: frozenset[bytes]
    sites: frozenset[bytes]
    totals: frozenset[bytes]
    roots: frozenset[int]
    children: Mapping[bytes, tuple[bytes, ...]]

    def descendants(self, lots: Iterable[bytes]) -> LotSet:
        """Lots of the story that were made of these, and these."""
        return self._descent.from_(lots)

    @cached_property
    def _descent(self) -> Descent:
        return Descent(self.lots, self.children)

    @cached_property
    def made_of(self) -> Mapping[bytes, tuple[bytes, ...]]:
        """Lots that the runs of a site event made, by the event."""
        found: dict[bytes, list[bytes]] = {}
        for parts in self.runs.values():
            if parts.recorded.event_id != ZERO32:
                found.setdefault(parts.recorded.event_id, []).extend(
                    output.lot for output in parts.made
                )
        return {event_id: tuple(lots) for event_id, lots in found.items()}


class _Origins:
    """Where each lot of the closure comes from."""

    def __init__(self, lots: frozenset[bytes], events: Iterable[ProvenEvent]) -> None:
        self._lots: Final = lots
        self._origin: Final[dict[bytes, ProvenEvent]] = {}
        self.runs: Final[dict[bytes, RunParts]] = {}
        self.roots: Final[set[int]] = set()
        for shown in events:
            if isinstance(shown.event, LotBorn):
                self._create(shown.event.lot, shown.event.root, shown)
            elif isinstance(shown.event, RunRecorded):
                self._record(shown.event, shown)

    def children(self) -> dict[bytes, tuple[bytes, ...]]:
        """Lots of the closure by those that they were made of; raises LotWithoutOrigin."""
        found: dict[bytes, list[bytes]] = {}
        for lot in sorted(self._lots):
            origin = self._origin.get(lot)
            if origin is None:
                raise LotWithoutOrigin(item=labels.lot(lot))
            if isinstance(origin.event, RunRecorded):
                for parent in origin.event.inputs:
                    found.setdefault(parent, []).append(lot)
        return {parent: tuple(made) for parent, made in found.items()}

    def _record(self, run: RunRecorded, shown: ProvenEvent) -> None:
        made = [output.id for output in run.outputs if output.id in self._lots]
        if not made:
            return
        if run.run_id in self.runs:
            raise RunRepeated(item=labels.run(run.run_id))
        self.runs[run.run_id] = RunParts(shown, run)
        for lot in made:
            self._create(lot, run.made.root, shown)

    def _create(self, lot: bytes, root: int, shown: ProvenEvent) -> None:
        if lot not in self._lots:
            return
        first = self._origin.setdefault(lot, shown)
        if first is not shown:
            raise LotMadeTwice(item=labels.lot(lot), first=first.block, second=shown.block)
        self.roots.add(root)


def ancestry_of(subject: Subject, closure: Closure, events: tuple[ProvenEvent, ...]) -> Ancestry:
    """From the rows of a subject's closure; raises LotWithoutOrigin where a way ends."""
    lots = frozenset(closure.of(RowKind.LOT))
    origins = _Origins(lots, events)
    return Ancestry(
        subject=subject,
        targets=tuple(_targets(subject, events)),
        lots=lots,
        runs=origins.runs,
        site_events=frozenset(_site_events(closure)),
        sites=frozenset(closure.of(RowKind.SITE)),
        totals=frozenset(_totals(subject, events)),
        roots=frozenset(origins.roots),
        children=origins.children(),
    )


def _targets(subject: Subject, events: Iterable[ProvenEvent]) -> list[bytes]:
    if subject.kind is BundleSubject.LOT:
        return [subject.id]
    parts = (shown.event for shown in events if isinstance(shown.event, UnitsAssigned))
    return [part.lot for part in parts if part.product == subject.id]


def _site_events(closure: Closure) -> Iterator[bytes]:
    """Those that were attested, or used; what is said of a whole document is in a row beside."""
    for event_id in closure.of(RowKind.EVENT):
        row = closure.row(Row(RowKind.EVENT, event_id))
        if not all(isinstance(shown.event, Filed | DocumentRefused) for shown in row):
            yield event_id


def _totals(subject: Subject, events: Iterable[ProvenEvent]) -> set[bytes]:
    totals = (shown.event for shown in events if isinstance(shown.event, TotalRecorded))
    return {total.total for total in totals if total.product == subject.id}
