"""Events of sites that reached quorum."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlalchemy import Connection, RowMapping, Select, select

from api.deps import Index
from api.format import IdPath, TimeAsked
from api.indexer.tables import site_events, sites, withdrawals
from api.loaders.lots import block_time
from api.loaders.site_events import site_event_rows
from api.paging import Next, Page
from api.problems import NOT_FOUND, PROBLEM_RESPONSES
from api.query import ElementQuery, IdQuery, Said
from api.rows import required_row
from api.site_event_view import SiteEventResource, site_event_view

router = APIRouter(prefix="/events", tags=["events"], responses=PROBLEM_RESPONSES)


class SiteEventPage(BaseModel):
    """Events in the order of their ids; of their ends where a filter is about time."""

    events: list[SiteEventResource]
    next: Next


@router.get("", summary="Events that stand")
def list_events(
    index: Index,
    page: Page,
    site: IdQuery | None = None,
    organisation: Annotated[IdQuery | None, Query(description="that operates the site")] = None,
    element: ElementQuery = None,
    withdrawn: Annotated[Said, Query(description="one of its documents was")] = None,
    begin: Annotated[TimeAsked, Query(description="it ended then or later")] = None,
    end: Annotated[TimeAsked, Query(description="it ended then or before")] = None,
) -> SiteEventPage:
    columns, wanted = site_events.c, _chosen(withdrawn)
    for column, value in ((columns.site, site), (columns.element, element)):
        wanted = wanted if value is None else wanted.where(column == value)
    if organisation is not None:
        operated = select(sites.c.site).where(sites.c.operator == organisation)
        wanted = wanted.where(columns.site.in_(operated))
    if begin is not None:
        wanted = wanted.where(columns.to >= begin)
    if end is not None:
        wanted = wanted.where(columns.to <= end)
    by_time = (columns.to, columns.event_id)
    order = (columns.event_id,) if begin is None and end is None else by_time
    rows, after = page.of(index, wanted, *order)
    return SiteEventPage(events=_events(index, rows), next=after)


@router.get(
    "/{event_id}",
    summary="One event with its attestations and certificates",
    responses=NOT_FOUND,
)
def show_event(index: Index, event_id: IdPath) -> SiteEventResource:
    row = required_row(index, site_events.c.event_id, event_id, "standing event")
    [shown] = _events(index, [row])
    return shown


def _chosen(withdrawn: bool | None) -> Select[Any]:
    """The events whose documents were withdrawn, or not, or all."""
    wanted = select(site_events)
    if withdrawn:
        told = select(withdrawals.c.event_id).distinct().subquery("told")
        wanted = wanted.join(told, told.c.event_id == site_events.c.event_id)
    elif withdrawn is False:
        about_it = withdrawals.c.event_id == site_events.c.event_id
        wanted = wanted.where(~select(withdrawals.c.event_id).where(about_it).exists())
    return wanted


def _events(index: Connection, rows: Sequence[RowMapping]) -> list[SiteEventResource]:
    known = site_event_rows(index, rows, block_time(index))
    return [site_event_view(row, known) for row in rows]
