"""Certificates with their whole history."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy import Connection, RowMapping, select

from api.certificate_status import status_as_of
from api.deps import Index
from api.format import Id, IdPath, Time, TimeAsked, iso_or_none, metal, picked, word, words_of
from api.indexer.tables import certificates
from api.loaders.certificates import statuses_of
from api.loaders.lots import block_time
from api.paging import Next, Page
from api.problems import NOT_FOUND, PROBLEM_RESPONSES
from api.query import ElementQuery, IdQuery, SchemeQuery
from api.rows import required_row
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


class CertificatePage(BaseModel):
    """Certificates in the order of their ids."""

    certificates: list[CertificateResource]
    next: Next


@dataclass(frozen=True, slots=True)
class StatusAsked:
    """When a status is asked about."""

    as_of: AsOf = None
    known_at: AsOf = None


Asked = Annotated[StatusAsked, Depends()]


@router.get("", summary="Certificates with their history")
def list_certificates(
    index: Index,
    page: Page,
    asked: Asked,
    site: IdQuery | None = None,
    scheme: SchemeQuery = None,
    element: Annotated[ElementQuery, Query(description="named in it; not those of all")] = None,
) -> CertificatePage:
    columns, wanted = certificates.c, select(certificates)
    equal = ((columns.site, site), (columns.scheme, scheme), (columns.element, element))
    wanted = wanted.where(*(column == value for column, value in equal if value is not None))
    rows, after = page.of(index, wanted, columns.certificate)
    return CertificatePage(certificates=_certificates(index, rows, asked), next=after)


@router.get(
    "/{certificate}",
    summary="One certificate, at any time, as known at any time",
    responses=NOT_FOUND,
)
def show_certificate(index: Index, certificate: IdPath, asked: Asked) -> CertificateResource:
    row = required_row(index, certificates.c.certificate, certificate, "certificate")
    [shown] = _certificates(index, [row], asked)
    return shown


def _certificates(
    index: Connection, rows: Sequence[RowMapping], asked: StatusAsked
) -> list[CertificateResource]:
    now = block_time(index)
    later = statuses_of(index, (row["certificate"] for row in rows))
    time = now if asked.as_of is None else asked.as_of
    known = now if asked.known_at is None else asked.known_at
    return [_certificate(row, later.get(row["certificate"], ()), time, known) for row in rows]


def _certificate(
    row: RowMapping, statuses: Sequence[RowMapping], time: int, known: int
) -> CertificateResource:
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
