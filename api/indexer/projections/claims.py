"""Totals and claims, with everything needed to verify them again."""

from typing import Final

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.periods import claimed_by_period
from api.indexer.projections.projection import Projections
from api.indexer.tables import claims, totals
from api.indexer.writes import Rows, add, exists, unless_zero
from lodetrace.contracts.events import ClaimRecorded, TotalRecorded


def total_recorded(rows: Rows, event: TotalRecorded, at: ChainEvent) -> None:
    """As claim_recorded."""
    if exists(rows, totals, total=event.total):
        return
    add(
        rows,
        totals,
        total=event.total,
        product=event.product,
        account=event.account,
        element=event.element,
        first_part=event.first_part,
        parts=event.parts,
        scale=event.scale,
        previous=unless_zero(event.previous),
        complete=event.complete,
        time=at.time,
    )


def claim_recorded(rows: Rows, event: ClaimRecorded, at: ChainEvent) -> None:
    """The first record counts: a version before does not know what the next one recorded."""
    if exists(rows, claims, claim=event.claim_id):
        return
    add(
        rows,
        claims,
        claim=event.claim_id,
        subject=event.subject,
        account=event.account,
        measure=event.measure,
        credit_mask=event.credit_mask,
        threshold=str(event.threshold),
        revision=event.revision,
        by_period=claimed_by_period(rows, event.subject),
        public_signals=[str(signal) for signal in event.public_signals],
        proof=[str(word) for word in event.proof.words],
        block=at.block,
        time=at.time,
        tx=at.tx,
    )


PROJECTIONS: Final[Projections] = {
    TotalRecorded: total_recorded,
    ClaimRecorded: claim_recorded,
}
