"""What happened, in the order of the chain: for programs that follow it, page by page or live."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse
from pydantic import BaseModel, Field, WithJsonSchema
from sqlalchemy import RowMapping, select

from api.admission import listening
from api.change_view import Change, change_of
from api.conditional import also_varies
from api.deps import Current, Snapshot, index
from api.errors import QueryInvalid, StreamsBusy
from api.format import A_PLACE
from api.indexer.tables import cursor
from api.live import Listener
from api.loaders.changes import BEGINNING, changes_after
from api.problems import PROBLEM_RESPONSES, refusals
from api.query import Limit, PlaceQuery, place_of
from lodetrace.head_requests import HEAD_ALONE

router = APIRouter(prefix="/changes", tags=["changes"], responses=PROBLEM_RESPONSES)

STREAM: Final[dict[str, Any]] = {
    "description": "A page; or, to who accepts `text/event-stream`, the changes as they come",
    "content": {EventSourceResponse.media_type: {"schema": {"type": "string"}}},
}


class ChangePage(BaseModel):
    """Changes in the order of the chain."""

    changes: list[Change]
    next: str = Field(
        examples=["412", "412-7"],
        description="pass it as `after`: for the rest, or for what is recorded later",
    )
    more: bool = Field(description="there is a next page already")


@router.get(
    "",
    summary="What the contracts recorded after a block",
    response_model=ChangePage,
    responses={200: STREAM, **refusals(StreamsBusy)},
)
def list_changes(
    request: Request,
    response: Response,
    current: Current,
    snapshot: Snapshot,
    listener: Annotated[Listener | None, Depends(listening)],
    after: Annotated[
        PlaceQuery | None,
        Query(description="a block, or `next` of the page before; from the beginning without it"),
    ] = None,
    limit: Limit = 100,
    last_event_id: Annotated[
        PlaceQuery | None,
        WithJsonSchema({"type": "string", "pattern": A_PLACE}),  # left out, never null
        Header(
            alias="Last-Event-ID", description="of a stream that ended: counts instead of `after`"
        ),
    ] = None,
) -> ChangePage | EventSourceResponse:
    seen = last_event_id or after
    place = BEGINNING if seen is None else place_of(seen)
    if listener is not None:
        if "limit" in request.query_params:
            raise QueryInvalid(name="limit", value=limit, reason="a stream has no pages")
        told = () if HEAD_ALONE in request.scope else current.live.told_to(listener, place)
        return EventSourceResponse(told, headers=NEVER_KEPT)
    response.headers["Vary"] = also_varies(request, "Accept")
    found = index(request, snapshot)
    rows = changes_after(found, place, limit + 1)
    shown, more = rows[:limit], len(rows) > limit
    read = found.execute(select(cursor.c.next_block)).scalar_one_or_none() or 0
    return ChangePage(
        changes=[change_of(row) for row in shown],
        next=_place(shown[-1]) if more else str(max(read - 1, place.block, 0)),
        more=more,
    )


NEVER_KEPT: Final = {"Cache-Control": "no-store", "Vary": "Accept", "X-Accel-Buffering": "no"}
"""The last for proxies, which otherwise wait for more."""


def _place(row: RowMapping) -> str:
    return f"{row['block']}-{row['log_index']}"
