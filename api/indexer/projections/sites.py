"""Sites, and the determinations about their places."""

from typing import Final

from sqlalchemy import Connection, select

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.projection import Projections
from api.indexer.tables import determinations, sites
from api.indexer.writes import add, change
from lodetrace.contracts.enums import FOREVER
from lodetrace.contracts.events import (
    BandSet,
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


def registered(connection: Connection, event: SiteRegistered, at: ChainEvent) -> None:
    details = event.details
    add(
        connection,
        sites,
        site=event.site,
        sequence=event.sequence,
        active=True,
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
    connection: Connection,
    event: SiteClosed
    | SiteReopened
    | SiteTransferProposed
    | SiteTransferred
    | BandSet
    | PanelNamed,
    at: ChainEvent,
    **values: object,
) -> None:
    change(connection, sites, at, {"site": event.site}, sequence=event.sequence, **values)


def closed(connection: Connection, event: SiteClosed, at: ChainEvent) -> None:
    _site(connection, event, at, active=False)


def reopened(connection: Connection, event: SiteReopened, at: ChainEvent) -> None:
    _site(connection, event, at, active=True)


def transfer_proposed(connection: Connection, event: SiteTransferProposed, at: ChainEvent) -> None:
    _site(connection, event, at)


def transferred(connection: Connection, event: SiteTransferred, at: ChainEvent) -> None:
    _site(connection, event, at, operator=event.operator)


def band_set(connection: Connection, event: BandSet, at: ChainEvent) -> None:
    _site(
        connection,
        event,
        at,
        tolerance=event.tolerance,
        loss_from=event.loss_from,
        loss_to=event.loss_to,
        scrap_to=event.scrap_to,
    )


def panel_named(connection: Connection, event: PanelNamed, at: ChainEvent) -> None:
    _site(connection, event, at, panel=[hex_of(group) for group in event.groups])


def determined(connection: Connection, event: PlaceDetermined, at: ChainEvent) -> None:
    found = event.determination
    add(
        connection,
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


def excused(connection: Connection, event: DeterminationExcused, at: ChainEvent) -> None:
    """The same finding once more, from its beginning until now."""
    columns = determinations.c
    named = (columns.place == event.place, columns.sequence == event.number)
    found = dict(connection.execute(select(determinations).where(*named)).mappings().one())
    end = min(found["to"], at.time)
    found |= {"sequence": event.sequence, "to": end, "recorded_at": at.time, "since": found["from"]}
    add(connection, determinations, **found)


PROJECTIONS: Final[Projections] = {
    SiteRegistered: registered,
    SiteClosed: closed,
    SiteReopened: reopened,
    SiteTransferProposed: transfer_proposed,
    SiteTransferred: transferred,
    BandSet: band_set,
    PanelNamed: panel_named,
    PlaceDetermined: determined,
    DeterminationExcused: excused,
}
