"""Sites and the determinations about their places."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.deps import Index
from api.format import Amount, Id, IdPath, Time, iso_or_none, metal, picked, ppm, word, words_of
from api.indexer.tables import determinations, sites
from api.problems import NOT_FOUND, PROBLEM_RESPONSES
from api.rows import all_rows, required_row
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
    sequence: int
    determinations: list[DeterminationResource] = Field(
        description="of its place; none counts as CAHRA"
    )


@router.get("", summary="All sites")
def list_sites(index: Index) -> list[SiteResource]:
    return [_site(index, row) for row in all_rows(index, sites)]


@router.get("/{site}", summary="One site", responses=NOT_FOUND)
def show_site(index: Index, site: IdPath) -> SiteResource:
    return _site(index, required_row(index, sites.c.site, site, "site"))


def _site(index: Connection, row: Any) -> SiteResource:
    return SiteResource(
        **picked(row, "site", "operator", "place", "active", "capacity", "sequence"),
        kind=word(SiteKind, row["kind"]),
        elements=[metal(element) for element in row["elements"]],
        materials=[word(Material, material) for material in row["materials"]],
        tolerance=ppm(row["tolerance"]),
        loss_from=ppm(row["loss_from"]),
        loss_to=ppm(row["loss_to"]),
        scrap_to=ppm(row["scrap_to"]),
        determinations=_determinations(index, row["place"]),
    )


def _determinations(index: Connection, place: str) -> list[DeterminationResource]:
    return [
        DeterminationResource(
            **picked(row, "conflict", "governance", "human_rights", "document", "by", "proposer"),
            begin=iso_time(row["from"]),
            end=iso_time(row["to"]),
            recorded_at=iso_time(row["recorded_at"]),
            since=iso_time(row["since"]),
            lapses_at=iso_or_none(row["lapses_at"]),
        )
        for row in all_rows(index, determinations, determinations.c.place == place)
    ]
