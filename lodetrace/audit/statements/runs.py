"""What the proof of a run has to say (zk_circuits/SPEC.md, section 6)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from lodetrace.audit.errors import StatementMalformed
from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.made_lots import MadeLot, lots_made
from lodetrace.audit.statements.event_index import ShownEvents, item_of
from lodetrace.audit.statements.statement import ProofStatement, Signals, slots, word
from lodetrace.contracts.enums import Material, RunKind
from lodetrace.contracts.events import EventStanding, RunRecorded
from lodetrace.contracts.structs import ZERO32
from lodetrace.text import hex_of
from zk_circuits.ctx import ProofContext, recorded_run_ctx
from zk_circuits.rule import RuleModel, RunRule
from zk_circuits.run_circuits import MOST_LOTS, RunCircuit, circuit_for
from zk_circuits.schema import Credit, credit_mask
from zk_circuits.tags import Tag

MAKING: Final = (RunKind.PROCESS, RunKind.RECOVER, RunKind.REWORK, RunKind.LOSS)
"""Kinds whose rule has parts that registers say."""


def run_statement(shown: ShownEvents, at: ProvenEvent, event: RunRecorded) -> ProofStatement:
    """event: at that place.

    No contract of this version restates lots, so a lot's commitment is its id.
    """
    event = replace(event, kind=_kind(at, event))
    inputs, outputs = list(event.inputs), lots_made(event)
    circuit = _circuit(at, event, inputs, outputs)
    if "inBand" not in circuit.head and not event.in_band:
        reason = f"it is out of band, and {circuit.name} proves no band"
        raise StatementMalformed(item=item_of(at), reason=reason)

    def ctx(frame: ProofContext) -> int:
        return recorded_run_ctx(
            frame,
            run_kind=event.kind,
            event_key=event.event_id,
            input_ids=inputs,
            outputs=[made.lot for made in outputs],
            counts=[made.count for made in outputs],
            materials=[made.material for made in outputs],
            model=event.model,
            boxes=event.boxes,
        )

    def signals(ctx: int) -> Signals:
        recovered = event.kind is RunKind.RECOVER
        # a recovery may have ended a lot of the story among lots of others, whose making is in no
        # row of the closure; were its outputs of the story, so were all that went in
        known = recovered and all(shown.creation(lot, at) is not None for lot in inputs)
        used = all(shown.is_post_consumer(lot, at) for lot in inputs) if known else None
        place = circuit.place("rule")
        recorded = sum(event.public_signals[place : place + 1])
        rule = expected_rule(event, outputs, used, recorded)
        head = {
            "inBand": int(event.in_band),
            "ctx": ctx,
            "tag": Tag(event.made.element).word,
            "event": _commitment(shown, at, event),
            "rule": rule.word,
        }
        return {
            **{name: head[name] for name in circuit.head},
            **slots("in", inputs, circuit.width),
            **slots("out", [made.lot for made in outputs], circuit.width),
        }

    return ProofStatement(circuit.name, circuit.place("ctx"), ctx, signals)


def expected_rule(
    event: RunRecorded, made: Sequence[MadeLot], post_consumer: bool | None, recorded: int
) -> RunRule:
    """The rule that the contract makes of kind, model and outputs.

    What registers say of the site (gates, grants, tolerance and bounds of a run at a site) is taken
    as recorded: step 9 judges it. post_consumer: of what a recovery consumed, None for another run
    or where that is not known. Raises ZkError.
    """
    counts = tuple(one.count for one in made)
    in_units = _bits(one.material.comes_in_units for one in made)
    whole = RuleModel(event.model).whole
    if event.kind is RunKind.SETTLE:
        return RunRule.settlement(RuleModel(event.model), counts[0], bool(in_units))
    if event.kind not in MAKING:
        return RunRule.rebook(RuleModel(event.model), counts, in_units)
    said = RunRule.parse(recorded, len(counts))
    makes = event.kind in (RunKind.PROCESS, RunKind.RECOVER)
    leaves_stock = any(one.material is Material.IN_PROCESS for one in made)
    return replace(
        said,
        counts=counts,
        proportional=RuleModel(event.model).proportional or not makes or leaves_stock,
        whole=whole,
        settles=False,
        grants=_grants(event, post_consumer, said),
        scrap=_bits(makes and one.material == Material.SCRAP for one in made),
        in_units=in_units,
    )


def _grants(event: RunRecorded, post_consumer: bool | None, said: RunRule) -> int:
    """Of those recorded, the one that its kind and what went in allow."""
    if event.kind is not RunKind.RECOVER:
        return 0
    if post_consumer is None:
        return said.grants
    return said.grants & credit_mask((recycled_credit(post_consumer),))


def recycled_credit(post_consumer: bool) -> Credit:
    """The credit that recovered metal may bear, by what it is recovered from."""
    if post_consumer:
        return Credit.RECYCLED_POST_CONSUMER
    return Credit.RECYCLED_MANUFACTURING


def _circuit(
    at: ProvenEvent, event: RunRecorded, inputs: list[bytes], outputs: Sequence[MadeLot]
) -> RunCircuit:
    if not inputs or not outputs or max(len(inputs), len(outputs)) > MOST_LOTS:
        reason = f"{len(inputs)} lots were consumed and {len(outputs)} made"
        raise StatementMalformed(item=item_of(at), reason=reason)
    return circuit_for(len(inputs), len(outputs), has_event=not event.kind.is_narrow)


def _kind(at: ProvenEvent, event: RunRecorded) -> RunKind:
    """Its kind; a code that this version does not know came as a number."""
    if event.kind not in list(RunKind) or event.kind == RunKind.NONE:
        raise StatementMalformed(item=item_of(at), reason=f"it is of unknown kind {event.kind:d}")
    return RunKind(event.kind)


def _bits(flags: Iterable[bool]) -> int:
    return sum(1 << place for place, flag in enumerate(flags) if flag)


def _commitment(shown: ShownEvents, at: ProvenEvent, event: RunRecorded) -> int:
    """Of the site event that a run names; 0 for a rebook or charge, which name none."""
    if event.kind.is_on_paper != (event.event_id == ZERO32):
        names = "no event" if event.event_id == ZERO32 else f"event {hex_of(event.event_id)}"
        raise StatementMalformed(item=item_of(at), reason=f"{event.kind!r} names {names}")
    if event.event_id == ZERO32:
        return 0
    return word(shown.last(EventStanding, "event_id", event.event_id, at).statement.commitment)
