"""Sites and the determinations about their places."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import Connection, select

from api.deps import Index
from api.errors import SubjectNotFound
from api.format import Amount, Id, IdPath, metal, picked, ppm, word
from api.indexer.tables import determinations, sites
from api.problems import PROBLEM_RESPONSES
from lodetrace.contracts.enums import Material, SiteKind
from lodetrace.text import iso_time

router = APIRouter(prefix="/sites", tags=["sites"], responses=PROBLEM_RESPONSES)


class DeterminationResource(BaseModel):
    """What a member with the risk role found about a place, for at most 12 months."""

    begin: str
    end: str
    recorded_at: str
    conflict: bool
    governance: bool
    human_rights: bool
    document: Id


class SiteResource(BaseModel):
    """A place of work with its declared loss band."""

    site: Id
    operator: Id
    kind: str = Field(examples=["refinery"])
    place: Id
    elements: list[str]
    materials: list[str] = Field(description="what it may make")
    tolerance: Amount = Field(description="of its scale, of metal in")
    loss_from: Amount
    loss_to: Amount
    active: bool
    capacity: Id = Field(description="hash of the signed declaration")
    sequence: int
    determinations: list[DeterminationResource] = Field(
        description="of its place; none counts as CAHRA"
    )


@router.get("", summary="All sites")
def list_sites(index: Index) -> list[SiteResource]:
    rows = index.execute(select(sites).order_by(sites.c.site)).mappings().all()
    return [_site(index, row) for row in rows]


@router.get("/{site}", summary="One site")
def show_site(index: Index, site: IdPath) -> SiteResource:
    wanted = select(sites).where(sites.c.site == site.lower())
    row = index.execute(wanted).mappings().one_or_none()
    if row is None:
        raise SubjectNotFound(kind="site", id=site)
    return _site(index, row)


def _site(index: Connection, row: Any) -> SiteResource:
    return SiteResource(
        **picked(row, "site", "operator", "place", "active", "capacity", "sequence"),
        kind=word(SiteKind, row["kind"]),
        elements=[metal(element) for element in row["elements"]],
        materials=[word(Material, material) for material in row["materials"]],
        tolerance=ppm(row["tolerance"]),
        loss_from=ppm(row["loss_from"]),
        loss_to=ppm(row["loss_to"]),
        determinations=_determinations(index, row["place"]),
    )


def _determinations(index: Connection, place: str) -> list[DeterminationResource]:
    wanted = select(determinations).where(determinations.c.place == place)
    rows = index.execute(wanted.order_by(determinations.c.sequence)).mappings()
    return [
        DeterminationResource(
            **picked(row, "conflict", "governance", "human_rights", "document"),
            begin=iso_time(row["from"]),
            end=iso_time(row["to"]),
            recorded_at=iso_time(row["recorded_at"]),
        )
        for row in rows
    ]
