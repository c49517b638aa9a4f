"""Runs: lots that were consumed, lots that were made, by the rules of each kind."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay import batches, labels
from lodetrace.audit.replay.ancestry import Ancestry, RunIncomplete, RunParts
from lodetrace.audit.replay.attestations import Attestations, StandingRecord
from lodetrace.audit.replay.births import (
    BatchMismatch,
    CodeUnknown,
    ElementMismatch,
    MaterialMismatch,
    TimeMismatch,
    comes_in_units,
    require_count,
    require_model,
)
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.gates import Gates, Passage
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.lots import LotBook, LotNotFree, LotRecord, Nature
from lodetrace.audit.replay.members import Members
from lodetrace.audit.replay.places import Places
from lodetrace.audit.replay.run_rules import (
    MADE,
    Consumed,
    in_common,
    latest_time,
    require_alike,
    require_rule,
    role_for,
)
from lodetrace.audit.replay.sites import Sites
from lodetrace.contracts.enums import LotState, Material, Role, RunKind
from lodetrace.contracts.events import LotConsumed, LotMade, LotWrittenOff, RunRecorded
from lodetrace.contracts.structs import ZERO32
from lodetrace.text import hex_of
from zk_circuits.abi import hash_static
from zk_circuits.run_circuits import MOST_LOTS, circuit_for


class RunIdMismatch(HistoryRefused):
    """A run id that is not that of its chain, contract and first output."""

    template = "step {step}, {item}: chain, contract and first output make the id {expected}"


class SlotCount(HistoryRefused):
    """More or fewer lots than a run of the kind takes."""

    template = (
        "step {step}, {item}: {inputs} lots in and {outputs} out do not fit a run of the "
        "kind {kind}"
    )


class InputsOutOfOrder(HistoryRefused):
    """Inputs of a run whose ids do not increase."""

    template = "step {step}, {item}: input {actual} follows {previous}"


class UnitsMismatch(HistoryRefused):
    """A rebook or settlement that makes or loses units."""

    template = "step {step}, {item}: {units_in} units in, {units_out} out"


class BeforeParent(HistoryRefused):
    """Something made before what it is made of."""

    template = (
        "step {step}, {item}: its event begins at {actual}, its latest input is of {expected}"
    )


class ModelMismatch(HistoryRefused):
    """A lot with another model or holder than its run."""

    template = "step {step}, {item}: {what} is {actual}, that of its run {expected}"


class BornFree(HistoryRefused):
    """A lot made outside the loss band that is not held, or one inside that is."""

    template = "step {step}, {item}: held is {actual}, the run was in band: {in_band}"


class SettlementNotApproved(HistoryRefused):
    """A settlement by another measurement than an umpire approved."""

    template = "step {step}, {item}: settled by {actual}, approved is {expected}"


@dataclass(frozen=True, slots=True)
class RunMade:
    """A run of the history: what its outputs have in common, and what its rule was made of."""

    event: RunRecorded
    at: ProvenEvent
    inputs: tuple[Consumed, ...]
    standing: StandingRecord | None
    passages: tuple[Passage, ...]
    common: Nature
    birthplace: bytes | None


class Runs:
    """Checks every run of the history; a run that only ends a lot of it is not looked into."""

    def __init__(
        self,
        members: Members,
        sites: Sites,
        places: Places,
        attestations: Attestations,
        gates: Gates,
        book: LotBook,
        ancestry: Ancestry,
        chain_id: int,
    ) -> None:
        self._members: Final = members
        self._sites: Final = sites
        self._places: Final = places
        self._attestations: Final = attestations
        self._gates: Final = gates
        self._book: Final = book
        self._ancestry: Final = ancestry
        self._chain_id: Final = chain_id
        self._consumed: Final[dict[bytes, list[Consumed]]] = {}
        self.runs: Final[dict[bytes, RunMade]] = {}

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {
            LotConsumed: self._consume,
            RunRecorded: self._record,
            LotMade: self._make,
            LotWrittenOff: self._write_off,
        }

    def _consume(self, event: LotConsumed, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        run = self._ancestry.records.get(event.run_id)
        if run is None:
            raise RunIncomplete(item=labels.run(event.run_id), what="its record")
        if run.kind == RunKind.SETTLE:
            _require_settled(record, run, at)
        else:
            record.require_free(run.account, at)
        taken = Consumed(record.id, record.nature, record.birthplace)
        self._consumed.setdefault(event.run_id, []).append(taken)
        record.bind(LotState.CONSUMED)

    def _write_off(self, event: LotWrittenOff, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is not None:
            self._members.require(event.account, Role.TRADER, record.item, at)
            record.require_free(event.account, at)
            record.bind(LotState.WRITTEN_OFF)

    def _record(self, event: RunRecorded, at: ProvenEvent) -> None:
        parts = self._ancestry.runs.get(event.run_id)
        if parts is None:
            return
        item = labels.run(event.run_id)
        kind = _kind(event, item)
        inputs = tuple(self._consumed.get(event.run_id, ()))
        self._require_shape(event, parts, inputs, item)
        self._members.require_running(item, at)
        self._members.require(event.account, role_for(kind), item, at)
        model = require_model(event.model, item)
        require_alike(kind, model, inputs, item)
        standing = self._standing(event, kind, inputs, item, at)
        self._require_outputs(kind, standing, inputs, parts, item)
        rule, passages = self._gates.run_rule(
            kind, model, standing, inputs[0].nature.material, item, at
        )
        require_rule(event, rule, item)
        self.runs[event.run_id] = RunMade(
            event=event,
            at=at,
            inputs=inputs,
            standing=standing,
            passages=passages,
            common=in_common(kind, model, inputs, standing, item),
            birthplace=self._birthplace(inputs, item, at),
        )

    def _make(self, event: LotMade, at: ProvenEvent) -> None:
        if not self._book.wants(event.lot):
            return
        run = self.runs.get(event.run_id)
        item = labels.lot(event.lot)
        if run is None:
            raise RunIncomplete(item=labels.run(event.run_id), what="its record")
        index = self._ancestry.runs[event.run_id].made.index(event)
        batch = _batch(run, index)
        common = run.common
        for name, actual, expected in (
            ("account", event.account, run.event.account),
            ("model", int(event.model), int(common.model)),
        ):
            if actual != expected:
                raise ModelMismatch(item=item, what=name, actual=actual, expected=expected)
        if event.element != common.element:
            raise ElementMismatch(item=item, actual=event.element, expected=common.element)
        if event.time != common.time:
            raise TimeMismatch(item=item, actual=event.time, expected=common.time)
        if event.batch != batch:
            raise BatchMismatch(item=item, actual=event.batch, expected=batch)
        if event.held == run.event.in_band:
            raise BornFree(item=item, actual=event.held, in_band=run.event.in_band)
        origin = common.origin if common.origin != ZERO32 else event.lot
        nature = replace(
            common, count=event.count, material=event.material, batch=batch, origin=origin
        )
        record = LotRecord(event.lot, nature, at, event.account, birthplace=run.birthplace)
        self._book.create(record, held=event.held)

    def _require_shape(
        self, event: RunRecorded, parts: RunParts, inputs: tuple[Consumed, ...], item: str
    ) -> None:
        """Its id, its number of lots, and inputs in increasing order."""
        assert parts.record is not None
        first = parts.made[0].lot
        expected = hash_static(self._chain_id, bytes(12) + parts.record.address, first)
        if event.run_id != expected:
            raise RunIdMismatch(item=item, expected=hex_of(expected))
        ids, outputs = parts.consumed, [made.lot for made in parts.made]
        most = 1 if event.kind == RunKind.SETTLE else MOST_LOTS
        counts = len(ids), len(outputs)
        fits = max(counts) <= most and len(event.public_signals) == circuit_for(*counts).signals
        if not fits or len(set(outputs)) != len(outputs):
            raise SlotCount(item=item, inputs=len(ids), outputs=len(outputs), kind=int(event.kind))
        for previous, lot in pairwise(ids):
            if lot <= previous:
                raise InputsOutOfOrder(item=item, actual=hex_of(lot), previous=hex_of(previous))
        circuit = circuit_for(*counts)
        if [taken.id for taken in inputs] != ids or _filled(event, circuit.inputs) != len(ids):
            raise RunIncomplete(item=item, what="an input")
        if _filled(event, circuit.outputs) != len(outputs):
            raise RunIncomplete(item=item, what="an output")

    def _standing(
        self,
        event: RunRecorded,
        kind: RunKind,
        inputs: tuple[Consumed, ...],
        item: str,
        at: ProvenEvent,
    ) -> StandingRecord | None:
        """The site event of the run: of its metal, after its inputs, of its own site."""
        if kind.event_kind is None:
            if event.event_id != ZERO32:
                raise CodeUnknown(item=item, field="event", actual=hex_of(event.event_id))
            return None
        standing = self._attestations.used_by(event.event_id, kind.event_kind, item, at)
        statement = standing.statement
        element, time = inputs[0].nature.element, latest_time(inputs)
        if statement.element != element:
            raise ElementMismatch(item=item, actual=statement.element, expected=element)
        if statement.from_ < time:
            raise BeforeParent(item=item, actual=statement.from_, expected=time)
        if kind in MADE:
            self._sites.require_operator(statement.site, event.account, element, item, at)
        return standing

    def _require_outputs(
        self,
        kind: RunKind,
        standing: StandingRecord | None,
        inputs: tuple[Consumed, ...],
        parts: RunParts,
        item: str,
    ) -> None:
        kept = inputs[0].nature.material
        for made in parts.made:
            name = labels.lot(made.lot)
            require_count(made.material, made.count, name)
            if kind not in MADE and made.material != kept:
                raise MaterialMismatch(item=name, actual=int(made.material), reason="is not kept")
            if kind in MADE and made.material == Material.RETIRED:
                raise MaterialMismatch(item=name, actual=int(made.material), reason="is not made")
            if kind in MADE and made.material != Material.SCRAP and standing is not None:
                self._sites.require_makes(standing.statement.site, made.material, name)
        units_in = sum(taken.nature.count for taken in inputs)
        units_out = sum(made.count for made in parts.made)
        if kind not in MADE and comes_in_units(kept) and units_in != units_out:
            raise UnitsMismatch(item=item, units_in=units_in, units_out=units_out)

    def _birthplace(self, inputs: tuple[Consumed, ...], item: str, at: ProvenEvent) -> bytes | None:
        """The first of metal that has not changed hands; others need a determination now."""
        places = [taken.birthplace for taken in inputs if taken.birthplace is not None]
        for place in places[1:]:
            if place != places[0]:
                self._places.require_determined(place, item, at)
        return places[0] if places else None


def _filled(event: RunRecorded, side: slice) -> int:
    """How many slots of a side the proof filled."""
    return sum(word != 0 for word in event.public_signals[side])


def _kind(event: RunRecorded, item: str) -> RunKind:
    if event.kind not in list(RunKind) or event.kind == RunKind.NONE:
        raise CodeUnknown(item=item, field="kind", actual=int(event.kind))
    return RunKind(event.kind)


def _require_settled(record: LotRecord, run: RunRecorded, at: ProvenEvent) -> None:
    """A disputed lot, settled by the measurement that an umpire approved."""
    record.require_holder(run.account, at)
    if record.state_at(at.time) is not LotState.DISPUTED:
        raise LotNotFree(
            item=record.item, state=record.state.name, until=record.until, block=at.block
        )
    if record.settlement != run.event_id or record.settlement == ZERO32:
        raise SettlementNotApproved(
            item=record.item, actual=hex_of(run.event_id), expected=hex_of(record.settlement)
        )


def _batch(run: RunMade, index: int) -> int:
    return batches.output(run.common.batch, index)
