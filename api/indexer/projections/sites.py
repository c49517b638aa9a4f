"""Sites, and the determinations about their places."""

from sqlalchemy import Connection

from api.indexer.chain_event import ChainEvent
from api.indexer.tables import determinations, sites
from api.indexer.writes import add, change


def registered(connection: Connection, event: ChainEvent) -> None:
    details = event["details"]
    copied = (
        "operator",
        "place",
        "kind",
        "tolerance",
        "loss_from",
        "loss_to",
        "capacity",
        "elements",
        "materials",
    )
    add(
        connection,
        sites,
        site=event["site"],
        sequence=event["sequence"],
        active=True,
        **{name: details[name] for name in copied},
    )


def _site(connection: Connection, event: ChainEvent, **values: object) -> None:
    key = {"site": event["site"]}
    change(connection, sites, event, key, sequence=event["sequence"], **values)


def closed(connection: Connection, event: ChainEvent) -> None:
    _site(connection, event, active=False)


def reopened(connection: Connection, event: ChainEvent) -> None:
    _site(connection, event, active=True)


def band_set(connection: Connection, event: ChainEvent) -> None:
    band = {name: event[name] for name in ("tolerance", "loss_from", "loss_to")}
    _site(connection, event, **band)


def determined(connection: Connection, event: ChainEvent) -> None:
    copied = (
        "place",
        "sequence",
        "from",
        "to",
        "conflict",
        "governance",
        "human_rights",
        "document",
    )
    values = {name: event[name] for name in copied}
    add(connection, determinations, recorded_at=event.time, **values)


HANDLERS = {
    "SiteRegistered": registered,
    "SiteClosed": closed,
    "SiteReopened": reopened,
    "BandSet": band_set,
    "PlaceDetermined": determined,
}
