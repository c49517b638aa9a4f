"""Certificates with their whole history."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.certificate_status import status_as_of, statuses_of
from api.deps import Index
from api.format import Id, IdPath, Time, TimeAsked, iso_or_none, metal, picked, word, words_of
from api.indexer.tables import certificates
from api.lot_view import block_time
from api.problems import NOT_FOUND, PROBLEM_RESPONSES
from api.query import IdQuery
from api.rows import all_rows, required_row
from lodetrace.contracts.enums import CertificateStatus, Scheme
from lodetrace.text import iso_time

router = APIRouter(prefix="/certificates", tags=["certificates"], responses=PROBLEM_RESPONSES)


class StatusResource(BaseModel):
    """Nothing is rewritten: a late status says from when it counts and when it was recorded."""

    sequence: int
    status: str = Field(examples=["suspended"], json_schema_extra=words_of(CertificateStatus))
    effective_from: Time
    recorded_at: Time
    reason: Id


class CertificateResource(BaseModel):
    """A certificate of a site."""

    certificate: Id
    site: Id
    scheme: str = Field(examples=["rmi rmap"], json_schema_extra=words_of(Scheme))
    element: str = Field(examples=["all"])
    valid_from: Time
    valid_to: Time
    recorded_at: Time
    since: Time = Field(description="from when on it counts: at most a window before recorded_at")
    excused_at: Time | None = Field(
        description="when the council excused its late recording: it counts from valid_from on"
    )
    certifier: str
    document: Id
    status: str = Field(
        examples=["in force"],
        description="at `as_of`, as known at `known_at`",
        json_schema_extra=words_of(CertificateStatus),
    )
    history: list[StatusResource]


AsOf = Annotated[
    TimeAsked, Query(description="ISO 8601, or seconds since 1970, 0 too; last block without it")
]


@router.get("", summary="All certificates, or those of a site")
def list_certificates(
    index: Index,
    site: IdQuery | None = None,
    as_of: AsOf = None,
    known_at: AsOf = None,
) -> list[CertificateResource]:
    of_site = () if site is None else (certificates.c.site == site,)
    rows = all_rows(index, certificates, *of_site)
    return [_certificate(index, row, as_of, known_at) for row in rows]


@router.get(
    "/{certificate}",
    summary="One certificate, at any time, as known at any time",
    responses=NOT_FOUND,
)
def show_certificate(
    index: Index, certificate: IdPath, as_of: AsOf = None, known_at: AsOf = None
) -> CertificateResource:
    row = required_row(index, certificates.c.certificate, certificate, "certificate")
    return _certificate(index, row, as_of, known_at)


def _certificate(
    index: Connection, row: Any, as_of: int | None, known_at: int | None
) -> CertificateResource:
    now = block_time(index)
    statuses = statuses_of(index, row["certificate"])
    time = now if as_of is None else as_of
    known = now if known_at is None else known_at
    return CertificateResource(
        **picked(row, "certificate", "site", "certifier", "document"),
        scheme=word(Scheme, row["scheme"]),
        element=metal(row["element"]),
        valid_from=iso_time(row["valid_from"]),
        valid_to=iso_time(row["valid_to"]),
        recorded_at=iso_time(row["recorded_at"]),
        since=iso_time(row["since"]),
        excused_at=iso_or_none(row["excused_at"]),
        status=word(CertificateStatus, status_as_of(row, statuses, time, known)),
        history=[
            StatusResource(
                **picked(status, "sequence", "reason"),
                status=word(CertificateStatus, status["status"]),
                effective_from=iso_time(status["effective_from"]),
                recorded_at=iso_time(status["recorded_at"]),
            )
            for status in statuses
        ],
    )
