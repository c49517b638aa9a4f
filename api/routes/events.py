"""Events of sites that reached quorum."""

from fastapi import APIRouter

from api.deps import Index
from api.format import IdPath
from api.indexer.tables import site_events
from api.lot_view import block_time
from api.problems import NOT_FOUND, PROBLEM_RESPONSES
from api.rows import required_row
from api.site_event_view import SiteEventResource, site_event_view

router = APIRouter(prefix="/events", tags=["events"], responses=PROBLEM_RESPONSES)


@router.get(
    "/{event_id}",
    summary="One event with its attestations and certificates",
    responses=NOT_FOUND,
)
def show_event(index: Index, event_id: IdPath) -> SiteEventResource:
    row = required_row(index, site_events.c.event_id, event_id, "standing event")
    return site_event_view(index, row, block_time(index))
