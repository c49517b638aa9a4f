"""What the proof of a claim has to say (zk_circuits/SPEC.md, section 8)."""

from functools import partial
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.statements.event_index import ShownEvents
from lodetrace.audit.statements.statement import ProofStatement, Signals, word
from lodetrace.contracts.events import ClaimRecorded, TotalRecorded
from zk_circuits.ctx import ClaimSubject, ProofContext, claim_ctx
from zk_circuits.statements.claim import ClaimMeasure, statement_word
from zk_circuits.tags import Tag, TagType

CIRCUIT: Final = "claim"


def claim_statement(shown: ShownEvents, at: ProvenEvent, event: ClaimRecorded) -> ProofStatement:
    """event: at that place. No contract of this version restates lots: an id is a commitment."""
    if shown.creation(event.subject, at) is not None:
        lot = shown.nature(event.subject, at)
        kind, tag = ClaimSubject.LOT, partial(Tag, lot.element)
    else:
        total = shown.last(TotalRecorded, "total", event.subject, at)
        kind, tag = ClaimSubject.TOTAL, partial(Tag, total.element, TagType.TOTAL)

    def signals(ctx: int) -> Signals:
        return claim_signals(ctx, event, tag(), event.subject)

    return ProofStatement(CIRCUIT, 0, partial(recorded_claim_ctx, event, kind), signals)


def recorded_claim_ctx(event: ClaimRecorded, kind: ClaimSubject, frame: ProofContext) -> int:
    """kind: of what it speaks of. Raises ZkError."""
    return claim_ctx(
        frame,
        subject=event.subject,
        subject_kind=kind,
        measure=event.measure,
        credit_mask=event.credit_mask,
        threshold=event.threshold,
    )


def claim_signals(ctx: int, event: ClaimRecorded, tag: Tag, commitment: bytes) -> Signals:
    """tag and commitment: of what it speaks of, when it was recorded."""
    return {
        "ctx": ctx,
        "tag": tag.word,
        "subject": word(commitment),
        "statement": statement_word(
            ClaimMeasure(event.measure), event.credit_mask, event.threshold
        ),
    }
