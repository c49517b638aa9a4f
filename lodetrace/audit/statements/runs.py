"""What the proof of a run has to say (zk_circuits/SPEC.md, section 6)."""

from typing import Final

from lodetrace.audit.errors import StatementMalformed
from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.statements.event_index import ShownEvents, item_of
from lodetrace.audit.statements.statement import ProofStatement, Signals, slots, word
from lodetrace.contracts.enums import Material, RunKind
from lodetrace.contracts.events import EventStanding, LotConsumed, LotMade, RunRecorded
from lodetrace.contracts.structs import ZERO32
from lodetrace.text import hex_of
from zk_circuits.ctx import ProofContext, run_ctx
from zk_circuits.quantity_text import PPM
from zk_circuits.rule import RunRule
from zk_circuits.run_circuits import (
    CTX_SIGNAL,
    MOST_LOTS,
    RULE_SIGNAL,
    RunCircuit,
    circuit_for,
)
from zk_circuits.schema import Credit, credit_mask
from zk_circuits.tags import Tag

RULE_BITS: Final = 72


def run_statement(shown: ShownEvents, at: ProvenEvent, event: RunRecorded) -> ProofStatement:
    """event: at that place; its inputs and outputs are told by the same transaction.

    No contract of this version restates lots, so a lot's commitment is its id.
    """
    inputs = [one.lot for one in shown.beside(LotConsumed, "run_id", event.run_id, at)]
    outputs = shown.beside(LotMade, "run_id", event.run_id, at)
    circuit = _circuit(at, inputs, outputs)

    def ctx(frame: ProofContext) -> int:
        return run_ctx(
            frame,
            run_kind=event.kind,
            event_id=event.event_id,
            input_ids=inputs,
            outputs=[made.lot for made in outputs],
            counts=[made.count for made in outputs],
            materials=[made.material for made in outputs],
            model=event.model,
            ciphertexts=[made.sealed_to_owner for made in outputs],
        )

    def signals(ctx: int) -> Signals:
        recovered = event.kind is RunKind.RECOVER
        # a recovery that only ended a lot of the story, among lots of others whose making is not
        # shown: were it of the story, step 9 would miss that making
        known = recovered and shown.creation(inputs[0], at) is not None
        material = shown.material(inputs[0], at) if known else None
        recorded = sum(event.public_signals[RULE_SIGNAL : RULE_SIGNAL + 1])
        rule = expected_rule(event, material, recorded)
        return {
            "inBand": int(event.in_band),
            "ctx": ctx,
            "tag": Tag(_element(at, outputs)).word,
            "event": _commitment(shown, at, event),
            "rule": rule.word,
            **slots("in", inputs, circuit.width),
            **slots("out", [made.lot for made in outputs], circuit.width),
        }

    return ProofStatement(circuit.name, CTX_SIGNAL, ctx, signals)


def expected_rule(event: RunRecorded, material: Material | None, recorded: int) -> RunRule:
    """The rule that the contract makes of kind and model.

    What registers say of the site (gates, grants, tolerance and band of a process or recovery) is
    taken as recorded: step 9 judges it. material: of what a recovery consumed, None for another run
    or where that is not known. Raises ZkError.
    """
    said = RunRule.parse(recorded & (1 << RULE_BITS) - 1)
    if event.kind is RunKind.REBOOK:
        return RunRule.of_model(event.model).on_paper()
    if event.kind is RunKind.SETTLE:
        any_loss = RunRule.of_model(event.model, tolerance_ppm=PPM, loss_band_ppm=(0, PPM))
        return any_loss.on_paper()
    return RunRule.of_model(
        event.model,
        gates=said.gates,
        grants=_grants(event, material, said),
        tolerance_ppm=said.tolerance_ppm,
        loss_band_ppm=(said.loss_from_ppm, said.loss_to_ppm),
    )


def _grants(event: RunRecorded, material: Material | None, said: RunRule) -> int:
    """Of those recorded, the ones that its kind and material allow."""
    if event.kind is not RunKind.RECOVER:
        return 0
    if material is None:
        return said.grants
    return said.grants & credit_mask((recycled_credit(material),))


def recycled_credit(material: int) -> Credit:
    """The credit that recovered metal may bear, by what it is recovered from."""
    if material == Material.RETIRED:
        return Credit.RECYCLED_POST_CONSUMER
    return Credit.RECYCLED_MANUFACTURING


def _circuit(at: ProvenEvent, inputs: list[bytes], outputs: list[LotMade]) -> RunCircuit:
    if not inputs or not outputs or max(len(inputs), len(outputs)) > MOST_LOTS:
        reason = f"{len(inputs)} lots were consumed and {len(outputs)} made"
        raise StatementMalformed(item=item_of(at), reason=reason)
    return circuit_for(len(inputs), len(outputs))


def _element(at: ProvenEvent, outputs: list[LotMade]) -> int:
    """The metal of all outputs."""
    elements = {made.element for made in outputs}
    if len(elements) != 1:
        reason = f"its outputs are of elements {sorted(elements)}"
        raise StatementMalformed(item=item_of(at), reason=reason)
    return elements.pop()


def _commitment(shown: ShownEvents, at: ProvenEvent, event: RunRecorded) -> int:
    """Of the site event that a run names; 0 without one, which a rebook alone is."""
    if (event.kind is RunKind.REBOOK) != (event.event_id == ZERO32):
        names = "no event" if event.event_id == ZERO32 else f"event {hex_of(event.event_id)}"
        raise StatementMalformed(item=item_of(at), reason=f"{event.kind!r} names {names}")
    if event.event_id == ZERO32:
        return 0
    return word(shown.last(EventStanding, "event_id", event.event_id, at).commitment)
