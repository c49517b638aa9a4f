"""Sites and the determinations about their places."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy import Connection, RowMapping, select

from api.deps import Index
from api.format import Amount, Id, IdPath, Time, iso_or_none, metal, picked, ppm, word, words_of
from api.indexer.tables import determinations, sites
from api.paging import Next, Page
from api.problems import NOT_FOUND, PROBLEM_RESPONSES
from api.query import IdQuery
from api.rows import grouped, required_row, rows_of
from lodetrace.contracts.enums import Material, SiteKind
from lodetrace.text import iso_time

router = APIRouter(prefix="/sites", tags=["sites"], responses=PROBLEM_RESPONSES)


class DeterminationResource(BaseModel):
    """What a member with the risk role found about a place, for at most 12 months."""

    begin: Time
    end: Time
    recorded_at: Time
    since: Time = Field(description="from when on it counts")
    lapses_at: Time | None = Field(
        description="known later, it counts no longer: one group alone spoke of times far back"
    )
    conflict: bool
    governance: bool
    human_rights: bool
    document: Id
    by: str
    proposer: str | None = Field(description="of another ownership group, if no criterion is met")


class SiteResource(BaseModel):
    """A place of work with its declared loss band."""

    site: Id
    operator: Id
    kind: str = Field(examples=["refinery"], json_schema_extra=words_of(SiteKind))
    place: Id
    elements: list[str]
    materials: list[Annotated[str, Field(json_schema_extra=words_of(Material))]] = Field(
        description="what it may make"
    )
    tolerance: Amount = Field(description="of its scale, of metal in")
    loss_from: Amount
    loss_to: Amount
    scrap_to: Amount = Field(description="most of the metal in that may come out as scrap")
    active: bool
    capacity: Id = Field(description="hash of the signed declaration")
    panel: list[Id] = Field(
        description="ownership groups whose inspectors attest; empty where the council named none: "
        "then those that have the oracle role for longest"
    )
    sequence: int
    determinations: list[DeterminationResource] = Field(
        description="of its place; none counts as CAHRA"
    )


class SitePage(BaseModel):
    """Sites in the order of their ids."""

    sites: list[SiteResource]
    next: Next


@router.get("", summary="Sites, or those of an operator")
def list_sites(
    index: Index,
    page: Page,
    organisation: Annotated[IdQuery | None, Query(description="the operator")] = None,
) -> SitePage:
    wanted = select(sites)
    if organisation is not None:
        wanted = wanted.where(sites.c.operator == organisation)
    rows, after = page.of(index, wanted, sites.c.site)
    return SitePage(sites=_sites(index, rows), next=after)


@router.get("/{site}", summary="One site", responses=NOT_FOUND)
def show_site(index: Index, site: IdPath) -> SiteResource:
    [shown] = _sites(index, [required_row(index, sites.c.site, site, "site")])
    return shown


def _sites(index: Connection, rows: Sequence[RowMapping]) -> list[SiteResource]:
    found = rows_of(index, determinations.c.place, (row["place"] for row in rows))
    of_place = grouped(found, "place")
    return [_site(row, of_place.get(row["place"], ())) for row in rows]


def _site(row: RowMapping, found: Sequence[RowMapping]) -> SiteResource:
    return SiteResource(
        **picked(row, "site", "operator", "place", "active", "capacity", "panel", "sequence"),
        kind=word(SiteKind, row["kind"]),
        elements=[metal(element) for element in row["elements"]],
        materials=[word(Material, material) for material in row["materials"]],
        tolerance=ppm(row["tolerance"]),
        loss_from=ppm(row["loss_from"]),
        loss_to=ppm(row["loss_to"]),
        scrap_to=ppm(row["scrap_to"]),
        determinations=[_determination(one) for one in found],
    )


def _determination(row: RowMapping) -> DeterminationResource:
    return DeterminationResource(
        **picked(row, "conflict", "governance", "human_rights", "document", "by", "proposer"),
        begin=iso_time(row["from"]),
        end=iso_time(row["to"]),
        recorded_at=iso_time(row["recorded_at"]),
        since=iso_time(row["since"]),
        lapses_at=iso_or_none(row["lapses_at"]),
    )
