"""Sites, and the determinations about their places."""

from typing import Final

from sqlalchemy import select

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.projection import Projections
from api.indexer.tables import determinations, sites
from api.indexer.writes import Rows, add, change
from lodetrace.contracts.enums import FOREVER
from lodetrace.contracts.events import (
    BandSet,
    ContinuousSet,
    DeterminationExcused,
    PanelNamed,
    PlaceDetermined,
    SiteClosed,
    SiteRegistered,
    SiteReopened,
    SiteTransferProposed,
    SiteTransferred,
)
from lodetrace.contracts.structs import NOBODY
from lodetrace.text import hex_of


def registered(rows: Rows, event: SiteRegistered, at: ChainEvent) -> None:
    details = event.details
    add(
        rows,
        sites,
        site=event.site,
        sequence=event.sequence,
        active=True,
        continuous=details.continuous,
        operator=details.operator,
        place=details.place,
        kind=details.kind,
        tolerance=details.tolerance,
        loss_from=details.loss_from,
        loss_to=details.loss_to,
        scrap_to=details.scrap_to,
        capacity=details.capacity,
        elements=details.elements,
        materials=details.materials,
        panel=[],
    )


def _site(
    rows: Rows,
    event: SiteClosed
    | SiteReopened
    | SiteTransferProposed
    | SiteTransferred
    | BandSet
    | PanelNamed
    | ContinuousSet,
    at: ChainEvent,
    **values: object,
) -> None:
    change(rows, sites, at, {"site": event.site}, sequence=event.sequence, **values)


def closed(rows: Rows, event: SiteClosed, at: ChainEvent) -> None:
    _site(rows, event, at, active=False)


def reopened(rows: Rows, event: SiteReopened, at: ChainEvent) -> None:
    _site(rows, event, at, active=True)


def transfer_proposed(rows: Rows, event: SiteTransferProposed, at: ChainEvent) -> None:
    _site(rows, event, at)


def transferred(rows: Rows, event: SiteTransferred, at: ChainEvent) -> None:
    _site(rows, event, at, operator=event.operator)


def band_set(rows: Rows, event: BandSet, at: ChainEvent) -> None:
    _site(
        rows,
        event,
        at,
        tolerance=event.tolerance,
        loss_from=event.loss_from,
        loss_to=event.loss_to,
        scrap_to=event.scrap_to,
    )


def panel_named(rows: Rows, event: PanelNamed, at: ChainEvent) -> None:
    _site(rows, event, at, panel=[hex_of(group) for group in event.groups])


def continuous_set(rows: Rows, event: ContinuousSet, at: ChainEvent) -> None:
    _site(rows, event, at, continuous=event.continuous)


def determined(rows: Rows, event: PlaceDetermined, at: ChainEvent) -> None:
    found = event.determination
    add(
        rows,
        determinations,
        place=event.place,
        sequence=event.sequence,
        from_=found.from_,
        to=found.to,
        recorded_at=at.time,
        since=found.since,
        lapses_at=None if found.lapses_at == FOREVER else found.lapses_at,
        conflict=found.conflict,
        governance=found.governance,
        human_rights=found.human_rights,
        document=found.document,
        by=event.by,
        proposer=None if event.proposer == NOBODY else event.proposer,
    )


def excused(rows: Rows, event: DeterminationExcused, at: ChainEvent) -> None:
    """The same finding once more, from its beginning until now."""
    columns = determinations.c
    named = (columns.place == event.place, columns.sequence == event.number)
    found = dict(rows.execute(select(determinations).where(*named)).mappings().one())
    end = min(found["to"], at.time)
    found |= {"sequence": event.sequence, "to": end, "recorded_at": at.time, "since": found["from"]}
    add(rows, determinations, **found)


PROJECTIONS: Final[Projections] = {
    SiteRegistered: registered,
    SiteClosed: closed,
    SiteReopened: reopened,
    SiteTransferProposed: transfer_proposed,
    SiteTransferred: transferred,
    BandSet: band_set,
    PanelNamed: panel_named,
    ContinuousSet: continuous_set,
    PlaceDetermined: determined,
    DeterminationExcused: excused,
}
