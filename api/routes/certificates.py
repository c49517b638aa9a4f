"""Certificates with their whole history."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy import Connection, RowMapping, select

from api.certificate_status import CertificateRows
from api.deps import Index
from api.format import Id, IdPath, Time, TimeAsked, iso_or_none, metal, picked, word, words_of
from api.indexer.tables import certificates
from api.loaders.certificates import histories_of, told_of
from api.loaders.lots import block_time
from api.paging import Next, Page
from api.problems import NOT_FOUND, PROBLEM_RESPONSES
from api.query import ElementQuery, IdQuery, SchemeQuery
from api.rows import required_row
from lodetrace.audit.replay.bitemporal import Known
from lodetrace.audit.replay.certificate_status import StatusHistory
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
    by_council: bool = Field(description="withdrawn by the council, for cause")


class TakeoverResource(BaseModel):
    """Another certifier vouches for the certificate since then."""

    sequence: int
    certifier: str
    document: Id = Field(description="hash of what he found")
    time: Time


class LapseResource(BaseModel):
    """Its certifier does not certify the scheme: suspended, or without role or accreditation."""

    since: Time
    grace_ends: Time = Field(description="from then on it is in force no more, unless taken over")


class CertificateResource(BaseModel):
    """A certificate of a site."""

    certificate: Id
    label: Id = Field(description="its issuer's own; with his account it makes the id")
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
    issuer: str
    certifier: str = Field(description="who vouches for it now")
    document: Id
    status: str = Field(
        examples=["in force"],
        description="at `as_of`, as known at `known_at`",
        json_schema_extra=words_of(CertificateStatus),
    )
    lapse: LapseResource | None = Field(
        description="at `as_of`, as known at `known_at`; until `grace_ends` it counts all the same"
    )
    history: list[StatusResource]
    takeovers: list[TakeoverResource]


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
    time = now if asked.as_of is None else asked.as_of
    known = Known(now if asked.known_at is None else asked.known_at)
    told = told_of(index, rows)
    histories = histories_of(index, told)
    return [
        _certificate(one, history, time, known)
        for one, history in zip(told, histories, strict=True)
    ]


def _certificate(
    told: CertificateRows, history: StatusHistory, time: int, known: Known
) -> CertificateResource:
    row = told.certificate
    lapse = history.lapse_during(time, time, known)
    return CertificateResource(
        **picked(row, "certificate", "label", "site", "issuer", "certifier", "document"),
        scheme=word(Scheme, row["scheme"]),
        element=metal(row["element"]),
        valid_from=iso_time(row["valid_from"]),
        valid_to=iso_time(row["valid_to"]),
        recorded_at=iso_time(row["recorded_at"]),
        since=iso_time(row["since"]),
        excused_at=iso_or_none(row["excused_at"]),
        status=word(CertificateStatus, history.status_as_of(time, known)),
        lapse=None
        if lapse is None
        else LapseResource(since=iso_time(lapse.since), grace_ends=iso_time(lapse.grace_ends)),
        history=[
            StatusResource(
                **picked(status, "sequence", "reason", "by_council"),
                status=word(CertificateStatus, status["status"]),
                effective_from=iso_time(status["effective_from"]),
                recorded_at=iso_time(status["recorded_at"]),
            )
            for status in told.statuses
        ],
        takeovers=[
            TakeoverResource(
                **picked(taken, "sequence", "certifier", "document"), time=iso_time(taken["time"])
            )
            for taken in told.takeovers
        ],
    )
