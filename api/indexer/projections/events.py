"""Events of sites: who attested what, what stands, what was used."""

from typing import Final

from sqlalchemy import delete, select

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.periods import is_period
from api.indexer.projections.projection import Projections
from api.indexer.projections.withdrawals import is_withdrawn
from api.indexer.tables import attestations, filings, refusals, site_events
from api.indexer.writes import Rows, add, change
from lodetrace.contracts.events import (
    Attested,
    DocumentRefused,
    EventStanding,
    Filed,
    LateFilingExcused,
)
from lodetrace.text import hex_of


def attested(rows: Rows, event: Attested, at: ChainEvent) -> None:
    add(
        rows,
        attestations,
        event_id=event.event_id,
        revision=event.revision,
        organisation=event.organisation,
        digest=event.digest,
        time=at.time,
    )


def standing(rows: Rows, event: EventStanding, at: ChainEvent) -> None:
    _make_room(rows, event.event_id)
    said = event.statement
    add(
        rows,
        site_events,
        event_id=event.event_id,
        site=said.site,
        sequence=said.sequence,
        revision=said.revision,
        kind=said.kind,
        element=said.element,
        from_=said.from_,
        to=said.to,
        document=said.document,
        commitment=said.commitment,
        standing_since=at.time,
        elements=said.elements,
        model=said.model,
        unit_material=said.unit_material,
        no_output=said.no_output,
        batches=said.batches,
        inputs=[hex_of(lot) for lot in said.inputs],
        units=said.units,
        period=is_period(rows, said),
        used=False,
        excused=False,
    )


def filed(rows: Rows, event: Filed, at: ChainEvent) -> None:
    add(
        rows,
        filings,
        site=event.site,
        sequence=event.sequence,
        document=event.document,
        account=event.account,
        time=at.time,
    )


def refused(rows: Rows, event: DocumentRefused, at: ChainEvent) -> None:
    add(
        rows,
        refusals,
        site=event.site,
        sequence=event.sequence,
        document=event.document,
        organisation=event.organisation,
        reason=event.reason,
        time=at.time,
    )


def _make_room(rows: Rows, event_id: bytes) -> None:
    """A later revision replaces what its site withdrew before it was used."""
    chosen = site_events.c.event_id == event_id
    stood = rows.execute(select(site_events.c.document).where(chosen)).scalar_one_or_none()
    if stood is not None and is_withdrawn(rows, event_id, stood):
        rows.execute(delete(site_events).where(chosen, site_events.c.used.is_(False)))


def use(rows: Rows, event_id: bytes, at: ChainEvent) -> None:
    """For a birth, a run, a loss or the end of a dispute: there is none without a site event."""
    change(rows, site_events, at, {"event_id": event_id}, used=True)


def excused(rows: Rows, event: LateFilingExcused, at: ChainEvent) -> None:
    change(rows, site_events, at, {"event_id": event.event_id}, excused=True)


PROJECTIONS: Final[Projections] = {
    Attested: attested,
    EventStanding: standing,
    Filed: filed,
    DocumentRefused: refused,
    LateFilingExcused: excused,
}
