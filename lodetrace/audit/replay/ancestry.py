"""Which lots, runs and site events a subject descends from, read off the proven events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from lodetrace.audit.bundle import BundleSubject, Subject
from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.lot_sets import Descent, LotSet
from lodetrace.audit.replay.lots import LotMadeTwice
from lodetrace.contracts.events import (
    Attested,
    EventStanding,
    LotBorn,
    LotConsumed,
    LotLost,
    LotMade,
    LotNamed,
    RunRecorded,
    SettlementApproved,
    TotalRecorded,
    UnitsAssigned,
)
from lodetrace.contracts.structs import ZERO32, Made


class LotWithoutOrigin(HistoryRefused):
    """A lot in the ancestry that nothing shown bears or makes."""

    template = "step {step}, {item}: nothing shown bears or makes this lot"


class RunIncomplete(HistoryRefused):
    """A part of a run that is not in its transaction."""

    template = "step {step}, {item}: {what} is missing in the transaction of the run"


class RunRepeated(HistoryRefused):
    """Two records of one run."""

    template = "step {step}, {item}: it is recorded twice"


USING: Final = LotBorn | LotNamed | LotLost | SettlementApproved
"""Events about a lot that name a site event."""


@dataclass(slots=True)
class RunParts:
    """One run as its transaction wrote it, inputs and outputs in their order."""

    record: ProvenEvent | None = None
    inputs: list[ProvenEvent] = field(default_factory=list)
    outputs: list[ProvenEvent] = field(default_factory=list)

    @property
    def recorded(self) -> RunRecorded:
        """Its record; only of a run that was found whole."""
        assert self.record is not None
        assert isinstance(self.record.event, RunRecorded)
        return self.record.event

    @property
    def consumed(self) -> list[bytes]:
        """Its input lots."""
        return [_consumed(shown).lot for shown in self.inputs]

    @property
    def made(self) -> list[LotMade]:
        """Its output lots."""
        return [_made(shown) for shown in self.outputs]

    @property
    def natures(self) -> tuple[Made, ...]:
        """What its output lots are."""
        return tuple(event.made for event in self.made)


@dataclass(frozen=True)
class Ancestry:
    """What a subject descends from.

    targets: its own lots. lots: with all that they were made of. runs: that made them. records:
    of these runs, and of those that only ended a lot of the story.
    """

    subject: Subject
    targets: tuple[bytes, ...]
    lots: frozenset[bytes]
    runs: Mapping[bytes, RunParts]
    records: Mapping[bytes, RunRecorded]
    site_events: frozenset[bytes]
    sites: frozenset[bytes]
    totals: frozenset[bytes]
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

    def roots_of(self, events: Iterable[ProvenEvent]) -> frozenset[int]:
        """The roots of its lots."""
        return frozenset(
            event.root if isinstance(event, LotBorn) else event.made.root
            for event in (shown.event for shown in events)
            if isinstance(event, LotBorn | LotMade) and event.lot in self.lots
        )


class _Origins:
    """Where each shown lot comes from."""

    def __init__(self, events: Iterable[ProvenEvent]) -> None:
        self.origin: Final[dict[bytes, ProvenEvent]] = {}
        self.runs: Final[dict[bytes, RunParts]] = {}
        self.records: Final[dict[bytes, RunRecorded]] = {}
        for shown in events:
            if isinstance(shown.event, LotBorn | LotMade):
                self._create(shown.event.lot, shown)
            if isinstance(shown.event, RunRecorded):
                self._record(self._parts(shown.event.run_id), shown)
            elif isinstance(shown.event, LotConsumed):
                self._parts(shown.event.run_id).inputs.append(shown)
            elif isinstance(shown.event, LotMade):
                self._parts(shown.event.run_id).outputs.append(shown)

    def parents(self, lot: bytes) -> tuple[bytes | None, list[bytes]]:
        """The run that made a lot, and its inputs; None and nothing for one that was born."""
        origin = self.origin.get(lot)
        if origin is None:
            raise LotWithoutOrigin(item=labels.lot(lot))
        if isinstance(origin.event, LotBorn):
            return None, []
        run_id = _made(origin).run_id
        parts = self.runs[run_id]
        require_whole(run_id, parts)
        return run_id, parts.consumed

    def _create(self, lot: bytes, shown: ProvenEvent) -> None:
        first = self.origin.setdefault(lot, shown)
        if first is not shown:
            raise LotMadeTwice(item=labels.lot(lot), first=first.block, second=shown.block)

    def _parts(self, run_id: bytes) -> RunParts:
        return self.runs.setdefault(run_id, RunParts())

    def _record(self, parts: RunParts, shown: ProvenEvent) -> None:
        assert isinstance(shown.event, RunRecorded)
        if parts.record is not None:
            raise RunRepeated(item=labels.run(shown.event.run_id))
        parts.record = shown
        self.records[shown.event.run_id] = shown.event


def ancestry_of(subject: Subject, events: tuple[ProvenEvent, ...]) -> Ancestry:
    """Walks back from the subject to its births; raises LotWithoutOrigin where the way ends."""
    origins = _Origins(events)
    targets = _targets(subject, events)
    lots: set[bytes] = set()
    runs: dict[bytes, RunParts] = {}
    children: dict[bytes, list[bytes]] = {}
    waiting = list(targets)
    while waiting:
        lot = waiting.pop()
        if lot in lots:
            continue
        lots.add(lot)
        run_id, parents = origins.parents(lot)
        if run_id is not None:
            runs[run_id] = origins.runs[run_id]
        for parent in parents:
            children.setdefault(parent, []).append(lot)
        waiting.extend(parents)
    site_events = frozenset(_site_events(lots, runs, events))
    return Ancestry(
        subject=subject,
        targets=tuple(targets),
        lots=frozenset(lots),
        runs=runs,
        records=origins.records,
        site_events=site_events,
        sites=frozenset(_sites(site_events, events)),
        totals=frozenset(_totals(subject, events)),
        children={parent: tuple(made) for parent, made in children.items()},
    )


def require_whole(run_id: bytes, parts: RunParts) -> None:
    """That record, inputs and outputs of a run lie in one transaction of one contract."""
    if parts.record is None:
        raise RunIncomplete(item=labels.run(run_id), what="its record")
    here = (parts.record.place[:2], parts.record.address)
    for what, shown in (("an input", parts.inputs), ("an output", parts.outputs)):
        if not shown or any((part.place[:2], part.address) != here for part in shown):
            raise RunIncomplete(item=labels.run(run_id), what=what)


def _targets(subject: Subject, events: Iterable[ProvenEvent]) -> list[bytes]:
    if subject.kind is BundleSubject.LOT:
        return [subject.id]
    parts = (shown.event for shown in events if isinstance(shown.event, UnitsAssigned))
    return [part.lot for part in parts if part.product == subject.id]


def _site_events(
    lots: set[bytes], runs: Mapping[bytes, RunParts], events: Iterable[ProvenEvent]
) -> set[bytes]:
    """Of births, runs, settlements and losses, and all that said that a lot went in."""
    found = {parts.recorded.event_id for parts in runs.values()} - {ZERO32}
    for shown in events:
        event = shown.event
        if isinstance(event, USING) and event.lot in lots:
            found.add(event.event_id)
    return found


def _sites(site_events: frozenset[bytes], events: Iterable[ProvenEvent]) -> set[bytes]:
    stated = {
        shown.event.site
        for shown in events
        if isinstance(shown.event, EventStanding) and shown.event.event_id in site_events
    }
    attested = {
        shown.event.statement.site
        for shown in events
        if isinstance(shown.event, Attested) and shown.event.event_id in site_events
    }
    return stated | attested


def _totals(subject: Subject, events: Iterable[ProvenEvent]) -> set[bytes]:
    totals = (shown.event for shown in events if isinstance(shown.event, TotalRecorded))
    return {total.total for total in totals if total.product == subject.id}


def _consumed(shown: ProvenEvent) -> LotConsumed:
    assert isinstance(shown.event, LotConsumed)
    return shown.event


def _made(shown: ProvenEvent) -> LotMade:
    assert isinstance(shown.event, LotMade)
    return shown.event
