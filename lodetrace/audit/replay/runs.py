"""Runs: lots that were consumed, lots that were made, by the rules of each kind."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.made_lots import MadeLot
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.ancestry import Ancestry, RunParts
from lodetrace.audit.replay.attestations import Attestations, StandingRecord
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.gates import Gates, Passage, RunQuestion
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.lots import LotBook, LotRecord, Nature
from lodetrace.audit.replay.members import Members
from lodetrace.audit.replay.natures import (
    CodeUnknown,
    require_element,
    require_held_since,
    require_model_known,
    require_time,
)
from lodetrace.audit.replay.periods import Periods
from lodetrace.audit.replay.places import Places
from lodetrace.audit.replay.retirements import Retirements, RunIncomplete, require_assigned
from lodetrace.audit.replay.roots import RootMismatch, Roots
from lodetrace.audit.replay.run_materials import (
    BESIDE,
    rank_of,
    require_attested_units,
    require_kept_units,
    require_outputs,
)
from lodetrace.audit.replay.run_rules import (
    AT_SITE,
    Consumed,
    age_at,
    held_since,
    in_common,
    is_post_consumer,
    keeps_root,
    latest_time,
    needs_certificate,
    oldest_time,
    require_alike,
    require_in_custody,
    require_made_before,
    require_model,
    require_rule,
    require_way,
    role_for,
)
from lodetrace.audit.replay.settings import Settings
from lodetrace.audit.replay.settlements import require_settled
from lodetrace.audit.replay.sites import Sites
from lodetrace.contracts.enums import CustodyModel, LotState, Material, RunKind
from lodetrace.contracts.events import RunRecorded
from lodetrace.contracts.structs import ZERO32
from lodetrace.text import hex_of
from zk_circuits.abi import hash_static
from zk_circuits.run_circuits import MOST_LOTS, RunCircuit, circuit_for

BANDED: Final = (RunKind.PROCESS, RunKind.RECOVER, RunKind.REWORK)
"""Kinds whose loss and scrap are compared with the site's bounds."""


MOST_OF: Final = {RunKind.SETTLE: (1, 1), RunKind.END_OF_LIFE: (1, 2)}
"""Lots in and out of kinds that take fewer than others."""


class RunOfAnother(HistoryRefused):
    """A run that the contract for its kind did not tell."""

    template = "step {step}, {item}: {actual} tells a run of kind {kind}, {expected} would"


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


class InputsNotNamed(HistoryRefused):
    """A run that consumed other lots than its event says went in."""

    template = "step {step}, {item}: it consumed {actual}, its event names {expected}"


class NothingMade(HistoryRefused):
    """A run under an event that says that nothing came out."""

    template = "step {step}, {item}: its event says that nothing came out"


class OutputMismatch(HistoryRefused):
    """A lot that differs from what its run makes of its inputs and event."""

    template = "step {step}, {item}: {what} is {actual}, by its run {expected}"


class BornFree(HistoryRefused):
    """A lot made outside the loss band that is not held, or one inside that is."""

    template = "step {step}, {item}: held is {actual}, the run was in band: {in_band}"


@dataclass(frozen=True, slots=True)
class RunMade:
    """A run of the history: what its outputs have in common, and what its rule was made of.

    held_since: of the outputs. holder: whose they are. young: of the units that an end of life
    retired, None for another run.
    """

    event: RunRecorded
    at: ProvenEvent
    kind: RunKind
    inputs: tuple[Consumed, ...]
    standing: StandingRecord | None
    passages: tuple[Passage, ...]
    common: Nature
    birthplace: bytes | None
    held_since: int
    holder: str
    young: bool | None

    @property
    def fed(self) -> int:
        """The highest material that went in, also what went into stock before."""
        return max((taken.nature.ranked for taken in self.inputs), key=rank_of)

    @property
    def keeps_root(self) -> bool:
        """Whether its outputs are of the root of its inputs."""
        return keeps_root(self.kind, self.inputs)


class Runs:
    """Checks every run of the history; a run that only ends a lot of it is not looked into."""

    def __init__(
        self,
        members: Members,
        sites: Sites,
        places: Places,
        settings: Settings,
        attestations: Attestations,
        gates: Gates,
        book: LotBook,
        roots: Roots,
        ancestry: Ancestry,
        retirements: Retirements,
        chain_id: int,
    ) -> None:
        self._members: Final = members
        self._sites: Final = sites
        self._places: Final = places
        self._settings: Final = settings
        self._attestations: Final = attestations
        self._gates: Final = gates
        self._book: Final = book
        self._roots: Final = roots
        self._ancestry: Final = ancestry
        self._retirements: Final = retirements
        self._chain_id: Final = chain_id
        self._periods: Final = Periods()
        self.runs: Final[dict[bytes, RunMade]] = {}

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {RunRecorded: self._record}

    def _consume(self, run: RunRecorded, at: ProvenEvent) -> tuple[Consumed, ...]:
        """Ends what it takes of the story."""
        return tuple(
            self._take(record, run, at)
            for lot in run.inputs
            if (record := self._book.get(lot, at)) is not None
        )

    def _take(self, record: LotRecord, run: RunRecorded, at: ProvenEvent) -> Consumed:
        if run.kind == RunKind.SETTLE:
            require_settled(record, run, self._members, at)
        elif run.kind == RunKind.END_OF_LIFE:
            require_assigned(record, run.account, at)
            self._book.require_unheld(record, at)
        elif run.kind in AT_SITE:
            record.require_named(run.event_id, run.account, at)
            self._book.require_unheld(record, at)
        else:
            record.require_free(run.account, at)
            self._book.require_unheld(record, at)
        taken = Consumed(
            record.id, record.nature, record.birthplace, record.held_since, record.account
        )
        record.bind(LotState.CONSUMED)
        return taken

    def _record(self, event: RunRecorded, at: ProvenEvent) -> None:
        inputs, parts = self._consume(event, at), self._ancestry.runs.get(event.run_id)
        if parts is None:
            self._attestations.note_use(event.event_id, at)
            return
        item = labels.run(event.run_id)
        kind = _kind(event, item)
        circuit = self._require_shape(kind, event, parts, inputs, item)
        self._members.require_running(item, at)
        if kind is not RunKind.SETTLE:
            self._members.require(event.account, role_for(kind), item, at)
        model = require_model_known(event.model, item)
        require_alike(kind, inputs, item)
        standing = self._standing(event, kind, inputs, item, at)
        self._require_made(kind, standing, inputs, parts, item)
        require_model(kind, model, inputs, standing, item)
        require_way(kind, model, inputs, len(parts.made), item)
        if standing is not None and needs_certificate(kind, model, inputs):
            self._gates.require_kept_apart(standing, model, item, at)
        self._require_period(kind, model, standing, inputs, parts, item)
        young = None
        if kind is RunKind.END_OF_LIFE and standing is not None:
            taken = self._book.lots[inputs[0].id]
            young = self._retirements.require_ended(event, taken, parts.made, standing.statement)
        post_consumer, oldest = is_post_consumer(inputs), oldest_time(inputs)
        question = RunQuestion(kind, model, post_consumer, oldest, parts.made)
        rule, passages = self._gates.run_rule(question, standing, item, at)
        require_rule(event.public_signals[circuit.place("rule")], rule, item)
        made = self.runs[event.run_id] = RunMade(
            event=event,
            at=at,
            kind=kind,
            inputs=inputs,
            standing=standing,
            passages=passages,
            common=in_common(kind, model, inputs, standing, item),
            birthplace=self._birthplace(inputs, item, at),
            held_since=held_since(kind, inputs, standing),
            holder=_holder(event, kind, inputs),
            young=young,
        )
        self._require_recorded(made, item)
        for output in parts.made:
            self._make(output, made)

    def _make(self, output: MadeLot, run: RunMade) -> None:
        if not self._book.wants(output.lot):
            return
        common = _of_place(run, output.place)
        nature = replace(
            common,
            count=output.count,
            material=output.material,
            origin=common.origin if common.origin != ZERO32 else output.lot,
            root=output.root,
            index=output.index,
            fed=run.fed if output.material == Material.IN_PROCESS else 0,
        )
        record = LotRecord(
            output.lot, nature, run.at, run.holder, run.held_since, birthplace=run.birthplace
        )
        self._book.create(record, held=run.event.made.held)
        if run.young is not None and output.place:
            self._retirements.leave(output, run.inputs[0].id)

    def _require_recorded(self, run: RunMade, item: str) -> None:
        """What its record says that its lots have in common, the first one's own beside it."""
        made, common = run.event.made, _of_place(run, 0)
        first = run.event.outputs[0]
        require_element(made.element, common.element, item)
        require_time(made.time, common.time, item)
        if made.held != (run.kind in BANDED and not run.event.in_band):
            raise BornFree(item=item, actual=made.held, in_band=run.event.in_band)
        for name, actual, expected in (
            ("holder", run.event.holder, run.holder),
            ("count", made.count, first.count),
            ("material", int(made.material), int(first.material)),
            ("model", int(made.model), int(common.model)),
            ("index", made.index, common.index if run.keeps_root else 0),
            ("mixed", made.mixed, common.mixed),
            ("charge", made.charge, common.charge),
            ("reworked", made.reworked, common.reworked),
            ("young", made.young, common.young),
        ):
            if actual != expected:
                raise OutputMismatch(item=item, what=name, actual=actual, expected=expected)
        self._require_root(made.root, run, item)
        require_held_since(made.held_since, run.held_since, item)

    def _require_root(self, actual: int, run: RunMade, item: str) -> None:
        """Of the inputs, of the event's document, or a number of its own for these inputs."""
        if run.keeps_root:
            if actual != run.common.root:
                kept = f"that of what went in is {run.common.root}"
                raise RootMismatch(item=item, actual=actual, reason=kept)
        elif run.standing is not None:
            self._roots.require_document(actual, run.standing.statement, item)
        else:
            self._roots.require_inputs(actual, (taken.id for taken in run.inputs), item)

    def _require_shape(
        self,
        kind: RunKind,
        event: RunRecorded,
        parts: RunParts,
        inputs: tuple[Consumed, ...],
        item: str,
    ) -> RunCircuit:
        """Its id, its number of lots, and inputs in increasing order."""
        first = parts.made[0].lot
        expected = hash_static(self._chain_id, bytes(12) + parts.record.address, first)
        if event.run_id != expected:
            raise RunIdMismatch(item=item, expected=hex_of(expected))
        if parts.record.contract != kind.contract:
            writer = parts.record.contract
            raise RunOfAnother(item=item, kind=int(kind), actual=writer, expected=kind.contract)
        ids, outputs = parts.consumed, [made.lot for made in parts.made]
        counts = len(ids), len(outputs)
        most = MOST_OF.get(kind, (MOST_LOTS, MOST_LOTS))
        fits = 0 < counts[0] <= most[0] and counts[1] <= most[1]
        if not fits or len(set(outputs)) != len(outputs):
            raise SlotCount(item=item, inputs=counts[0], outputs=counts[1], kind=int(kind))
        for previous, lot in pairwise(ids):
            if lot <= previous:
                raise InputsOutOfOrder(item=item, actual=hex_of(lot), previous=hex_of(previous))
        circuit = circuit_for(*counts, has_event=not kind.is_narrow)
        if len(event.public_signals) != circuit.signals:
            raise SlotCount(item=item, inputs=counts[0], outputs=counts[1], kind=int(kind))
        if [taken.id for taken in inputs] != ids or _filled(event, circuit.inputs) != len(ids):
            raise RunIncomplete(item=item, what="an input")
        if _filled(event, circuit.outputs) != len(outputs):
            raise RunIncomplete(item=item, what="an output")
        return circuit

    def _standing(
        self,
        event: RunRecorded,
        kind: RunKind,
        inputs: tuple[Consumed, ...],
        item: str,
        at: ProvenEvent,
    ) -> StandingRecord | None:
        """The site event of the run: of its metal, of just its inputs, of its own site."""
        if kind.event_kind is None:
            if event.event_id != ZERO32:
                raise CodeUnknown(item=item, field="event", actual=hex_of(event.event_id))
            return None
        standing = self._attestations.used_by(event.event_id, (kind.event_kind,), item, at)
        statement = standing.statement
        element = inputs[0].nature.element
        require_element(statement.element, element, item)
        named, consumed = statement.inputs, tuple(taken.id for taken in inputs)
        if named != consumed:
            raise InputsNotNamed(item=item, actual=_ids(consumed), expected=_ids(named))
        if statement.no_output:
            raise NothingMade(item=item)
        if kind is RunKind.END_OF_LIFE:
            require_made_before(latest_time(inputs), statement.from_, item)
        if kind in AT_SITE:
            start = statement.to if standing.continuous_since else statement.from_
            self._require_times(start, statement.to, inputs, item)
            self._sites.require_operator(statement.site, event.account, element, item, at)
        return standing

    def _require_times(self, start: int, end: int, inputs: tuple[Consumed, ...], item: str) -> None:
        """Everything was made before the event, and in its holder's hands soon after it."""
        require_made_before(latest_time(inputs), start, item)
        for taken in inputs:
            name = labels.lot(taken.id)
            require_in_custody(name, taken.held_since, end, self._settings.grace)

    def _require_made(
        self,
        kind: RunKind,
        standing: StandingRecord | None,
        inputs: tuple[Consumed, ...],
        parts: RunParts,
        item: str,
    ) -> None:
        made = parts.made
        require_outputs(kind, [taken.nature.ranked for taken in inputs], made)
        units_in = sum(taken.nature.count for taken in inputs)
        require_kept_units(kind, inputs[0].nature.material, units_in, made, item)
        if standing is None or kind not in AT_SITE:
            return
        require_attested_units(standing.statement, [one.material for one in made], item)
        for output in made if kind is not RunKind.LOSS else ():
            if output.material not in BESIDE:
                name = labels.lot(output.lot)
                self._sites.require_makes(standing.statement.site, output.material, name)

    def _require_period(
        self,
        kind: RunKind,
        model: CustodyModel,
        standing: StandingRecord | None,
        inputs: tuple[Consumed, ...],
        parts: RunParts,
        item: str,
    ) -> None:
        """Of a continuous site, or of one that uses up what lies in it."""
        if standing is not None and kind is RunKind.PROCESS:
            self._periods.require(standing, inputs, item)
            self._periods.close(standing, model, parts.made, item)

    def _birthplace(self, inputs: tuple[Consumed, ...], item: str, at: ProvenEvent) -> bytes | None:
        """The first of metal that has not changed hands; others need a determination now."""
        places = [taken.birthplace for taken in inputs if taken.birthplace is not None]
        for place in places[1:]:
            if place != places[0]:
                self._places.require_determined(place, item, at)
        return places[0] if places else None


def _of_place(run: RunMade, place: int) -> Nature:
    """What an output is: of an end of life the first is what retired, as old as its event."""
    if run.young is None or run.standing is None or place:
        return run.common
    time = run.standing.statement.to
    age = age_at(time, run.inputs)
    return replace(run.common, young=run.young, time=time, age=age)


def _holder(event: RunRecorded, kind: RunKind, inputs: tuple[Consumed, ...]) -> str:
    """Of its outputs: a dispute is settled for the lot's holder, also by the other party."""
    return inputs[0].holder if kind is RunKind.SETTLE else event.account


def _filled(event: RunRecorded, side: slice) -> int:
    """How many slots of a side the proof filled."""
    return sum(word != 0 for word in event.public_signals[side])


def _kind(event: RunRecorded, item: str) -> RunKind:
    if event.kind not in list(RunKind) or event.kind == RunKind.NONE:
        raise CodeUnknown(item=item, field="kind", actual=int(event.kind))
    return RunKind(event.kind)


def _ids(lots: tuple[bytes, ...]) -> str:
    return ", ".join(map(hex_of, lots)) or "none"
