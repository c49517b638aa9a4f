"""Runs: lots that were consumed, lots that were made, by the rules of each kind."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay import batches, labels
from lodetrace.audit.replay.ancestry import Ancestry, RunParts
from lodetrace.audit.replay.attestations import Attestations, StandingRecord
from lodetrace.audit.replay.births import comes_in_units, require_count, require_model
from lodetrace.audit.replay.errors import (
    BatchMismatch,
    BeforeParent,
    BornFree,
    CodeUnknown,
    ElementMismatch,
    InputsOutOfOrder,
    LotNotFree,
    MaterialMismatch,
    ModelMismatch,
    ModelStrengthened,
    OriginMismatch,
    RuleMismatch,
    RunIdMismatch,
    RunIncomplete,
    SettlementNotApproved,
    SlotCount,
    TimeMismatch,
    UnitsMismatch,
)
from lodetrace.audit.replay.gates import Gates, Passage
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.lots import LotBook, LotRecord, Nature
from lodetrace.audit.replay.members import Members
from lodetrace.audit.replay.places import Places
from lodetrace.audit.replay.sites import Sites
from lodetrace.audit.replay.words import hash_of
from lodetrace.contracts.enums import CustodyModel, EventKind, LotState, Material, Role, RunKind
from lodetrace.contracts.events import LotConsumed, LotMade, LotWrittenOff, RunRecorded
from lodetrace.contracts.structs import ZERO32
from lodetrace.text import hex_of
from zk_circuits.errors import ZkError
from zk_circuits.rule import RunRule

RULE_SIGNAL: Final = 4
"""Where the rule lies among the public signals: inBand, ctx, tag, event, rule."""

HEAD: Final = 5
"""Public signals before the slots."""

WIDEST: Final = 4
SIGNALS: Final = {2: 9, 4: 13}
"""Public signals of a run by the slots of its circuit on each side."""

MADE: Final = (RunKind.PROCESS, RunKind.RECOVER)
"""Kinds in which a site makes something new."""

EVENT_KINDS: Final = {
    RunKind.PROCESS: EventKind.PROCESSING,
    RunKind.RECOVER: EventKind.RECOVERY,
    RunKind.SETTLE: EventKind.MEASUREMENT,
}
RECOVERABLE: Final = (Material.SCRAP, Material.RETIRED)


@dataclass(frozen=True, slots=True)
class Consumed:
    """An input as it was when it ended."""

    id: bytes
    nature: Nature
    birthplace: bytes | None


@dataclass(frozen=True, slots=True)
class RunMade:
    """A run of the story: what its outputs have in common, and what its rule was made of."""

    event: RunRecorded
    at: ProvenEvent
    inputs: tuple[Consumed, ...]
    standing: StandingRecord | None
    passages: tuple[Passage, ...]
    common: Nature
    birthplace: bytes | None


class Runs:
    """Checks every run of the story; a run that only ends a lot of it is not looked into."""

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
        self._members.require(event.account, role_for(kind), item, at)
        model = require_model(event.model, item)
        _require_alike(kind, model, inputs, item)
        standing = self._standing(event, kind, inputs, item, at)
        self._require_outputs(kind, standing, inputs, parts, item)
        rule, passages = self._gates.run_rule(
            kind, model, standing, inputs[0].nature.material, item, at
        )
        _require_rule(event, rule, item)
        self.runs[event.run_id] = RunMade(
            event=event,
            at=at,
            inputs=inputs,
            standing=standing,
            passages=passages,
            common=_common(kind, model, inputs, standing, item),
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
        expected = hash_of(self._chain_id, bytes(12) + parts.record.address, first)
        if event.run_id != expected:
            raise RunIdMismatch(item=item, expected=hex_of(expected))
        ids, outputs = parts.consumed, [made.lot for made in parts.made]
        most = 1 if event.kind == RunKind.SETTLE else WIDEST
        widest = max(len(ids), len(outputs))
        signals = SIGNALS[2 if widest <= 2 else WIDEST]
        fits = widest <= most and len(event.public_signals) == signals
        if not fits or len(set(outputs)) != len(outputs):
            raise SlotCount(item=item, inputs=len(ids), outputs=len(outputs), kind=int(event.kind))
        for previous, lot in pairwise(ids):
            if lot <= previous:
                raise InputsOutOfOrder(item=item, actual=hex_of(lot), previous=hex_of(previous))
        if [taken.id for taken in inputs] != ids or _slots(event, 0) != len(ids):
            raise RunIncomplete(item=item, what="an input")
        if _slots(event, 1) != len(outputs):
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
        if kind is RunKind.REBOOK:
            if event.event_id != ZERO32:
                raise CodeUnknown(item=item, field="event", actual=hex_of(event.event_id))
            return None
        standing = self._attestations.used_by(event.event_id, EVENT_KINDS[kind], item, at)
        statement = standing.statement
        element, time = inputs[0].nature.element, _latest(inputs)
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


def role_for(kind: RunKind) -> Role:
    """Who may make a run of a kind."""
    return Role.OPERATOR if kind in MADE else Role.TRADER


def _slots(event: RunRecorded, side: int) -> int:
    """How many slots of a side the proof filled: 0 for inputs, 1 for outputs."""
    width = (len(event.public_signals) - HEAD) // 2
    first = HEAD + side * width
    return sum(word != 0 for word in event.public_signals[first : first + width])


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


def _require_alike(
    kind: RunKind, model: CustodyModel, inputs: tuple[Consumed, ...], item: str
) -> None:
    """One metal, materials of the kind, and no model stronger than the weakest."""
    first = inputs[0].nature
    for taken in inputs:
        nature, name = taken.nature, labels.lot(taken.id)
        if nature.element != first.element:
            raise ElementMismatch(item=name, actual=nature.element, expected=first.element)
        recoverable = nature.material in RECOVERABLE
        if kind is RunKind.PROCESS:
            if recoverable:
                raise MaterialMismatch(item=name, actual=nature.material, reason="is recovered")
        elif kind is RunKind.RECOVER and not recoverable:
            raise MaterialMismatch(item=name, actual=nature.material, reason="is not recovered")
        elif nature.material != first.material:
            raise MaterialMismatch(item=name, actual=nature.material, reason="is another's")
    weakest = max(taken.nature.model for taken in inputs)
    if model < weakest:
        raise ModelStrengthened(item=item, actual=model.name, weakest=weakest.name)


def _common(
    kind: RunKind,
    model: CustodyModel,
    inputs: tuple[Consumed, ...],
    standing: StandingRecord | None,
    item: str,
) -> Nature:
    """What the outputs have in common; batch: of output 0, origin: 0 unless identity is kept."""
    first = inputs[0].nature
    if kind is RunKind.SETTLE:
        batch = first.batch
    elif standing is None:
        batch = batches.of_batches(taken.nature.batch for taken in inputs)
    else:
        batch = batches.of_document(standing.statement.site, standing.statement.document)
    origin = ZERO32
    if model is CustodyModel.IDENTITY_PRESERVED:
        origin = first.origin
        for taken in inputs:
            if taken.nature.origin != origin:
                raise OriginMismatch(
                    item=item, expected=hex_of(origin), actual=hex_of(taken.nature.origin)
                )
    time = _latest(inputs) if standing is None else standing.statement.to
    return Nature(0, first.material, first.element, model, batch, time, origin)


def _batch(run: RunMade, index: int) -> int:
    return batches.output(run.common.batch, index)


def _latest(inputs: tuple[Consumed, ...]) -> int:
    return max(taken.nature.time for taken in inputs)


def _require_rule(event: RunRecorded, expected: RunRule, item: str) -> None:
    """That the proof was made under the rule of its moment; names the first part that differs."""
    word = event.public_signals[RULE_SIGNAL]
    if word == expected.word:
        return
    try:
        actual = RunRule.parse(word)
    except ZkError as error:
        raise RuleMismatch(
            item=item, what="the word", actual=word, expected=expected.word
        ) from error
    for name in RunRule.__slots__:
        if getattr(actual, name) != getattr(expected, name):
            raise RuleMismatch(
                item=item,
                what=name.replace("_", " "),
                actual=getattr(actual, name),
                expected=getattr(expected, name),
            )
