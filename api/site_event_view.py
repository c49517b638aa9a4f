"""A site's event as readers see it: who attested it, and which certificates were in force."""

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from api.certificate_status import CertificateCover
from api.format import Id, Time, iso_or_none, metal, picked, word, words_of
from api.loaders.site_events import SiteEventRows
from lodetrace.contracts.enums import CustodyModel, EventKind, Material, Scheme, SiteKind
from lodetrace.contracts.structs import NAMED_SECONDS, ZERO32
from lodetrace.text import hex_of, iso_time

NO_BATCHES: Final = hex_of(ZERO32)


class AttestationResource(BaseModel):
    """One oracle organisation's word. conflicting: it attested something else than what stands."""

    organisation: Id
    digest: Id
    revision: int
    time: Time


class CertificateThen(BaseModel):
    """A certificate of the site, as of the event."""

    certificate: Id
    scheme: str = Field(examples=["rmi rmap"], json_schema_extra=words_of(Scheme))
    element: str = Field(examples=["all"])
    in_force_as_known_then: bool = Field(
        description="as the gates asked when lots were made of the event, or would ask now"
    )
    in_force_as_known_now: bool = Field(description="with everything recorded since")
    in_grace_as_known_then: bool = Field(
        description="in force then, though its certifier had ceased to certify the scheme: it "
        "counts for 90 days more, in which another one may take it over"
    )


class WithdrawalResource(BaseModel):
    """A site's word that its document about the event is wrong, attested by the quorum."""

    document: Id = Field(description="that is wrong; a corrected one may stand now")
    declaration: Id = Field(description="the signed document that says so")
    reason: Id = Field(description="a code of the list (Types.sol), or a commitment to words")
    used: bool = Field(description="lots were made of it before: they are flagged")
    time: Time


class RefusalResource(BaseModel):
    """An inspector of the site's panel did not attest the document."""

    organisation: Id
    reason: Id = Field(description="a code of the list (Types.sol), or a commitment to words")
    time: Time


class SiteEventResource(BaseModel):
    """What a site measured and oracle nodes attested; the amounts are in the commitment."""

    event_id: Id
    site: Id
    site_kind: str = Field(examples=["refinery"], json_schema_extra=words_of(SiteKind))
    place: Id
    kind: str = Field(examples=["processing"], json_schema_extra=words_of(EventKind))
    element: str = Field(examples=["Co"])
    sequence: int
    revision: int
    begin: Time
    end: Time
    document: Id
    commitment: Id
    elements: list[str] = Field(examples=[["Co", "Ni"]], description="of the whole document")
    model: str = Field(
        examples=["mass balance"],
        description="what the site kept apart",
        json_schema_extra=words_of(CustodyModel),
    )
    unit_material: Annotated[str, Field(json_schema_extra=words_of(Material))] | None = Field(
        description="whose units were counted, if anything comes in units"
    )
    no_output: bool = Field(
        description="a loss of which nothing was found, or a measurement of no less than booked"
    )
    batches: Id | None = Field(
        description="salted hash of the names of what came out; none for a measurement"
    )
    inputs: list[Id] = Field(description="lots that went in, or the one that was looked at")
    units: int = Field(description="of that lot at the end of their life; else 0")
    standing_since: Time
    filed_at: Time | None = Field(description="by the site's operator")
    usable_until: Time = Field(description="180 days after it stood: later, nothing is made of it")
    used: bool
    withdrawn: bool = Field(description="the document that stands was withdrawn by its site")
    withdrawals: list[WithdrawalResource]
    attestations: list[AttestationResource]
    refusals: list[RefusalResource]
    certificates: list[CertificateThen]


def site_event_view(row: RowMapping, known: SiteEventRows) -> SiteEventResource:
    """The JSON form of a standing event."""
    id_, site = row["event_id"], known.sites[row["site"]]
    gone = _withdrawals(known.withdrawals.get(id_, ()))
    return SiteEventResource(
        event_id=id_,
        site=row["site"],
        site_kind=word(SiteKind, site["kind"]),
        place=site["place"],
        kind=word(EventKind, row["kind"]),
        element=metal(row["element"]),
        sequence=row["sequence"],
        revision=row["revision"],
        begin=iso_time(row["from"]),
        end=iso_time(row["to"]),
        document=row["document"],
        commitment=row["commitment"],
        elements=[metal(element) for element in row["elements"]],
        model=word(CustodyModel, row["model"]),
        unit_material=word(Material, row["unit_material"]) if row["unit_material"] else None,
        no_output=row["no_output"],
        batches=row["batches"] if row["batches"] != NO_BATCHES else None,
        inputs=row["inputs"],
        units=row["units"],
        standing_since=iso_time(row["standing_since"]),
        filed_at=iso_or_none(known.filed_at.get(id_)),
        usable_until=iso_time(row["standing_since"] + NAMED_SECONDS),
        used=row["used"],
        withdrawn=any(one.document == row["document"] for one in gone),
        withdrawals=gone,
        attestations=[_attestation(one) for one in known.attestations.get(id_, ())],
        refusals=[
            RefusalResource(time=iso_time(one["time"]), **picked(one, "organisation", "reason"))
            for one in known.refusals.get(id_, ())
        ],
        certificates=[_certificate(one) for one in known.certificates.get(id_, ())],
    )


def _attestation(row: RowMapping) -> AttestationResource:
    return AttestationResource(
        **picked(row, "organisation", "digest", "revision"), time=iso_time(row["time"])
    )


def _withdrawals(rows: Sequence[RowMapping]) -> list[WithdrawalResource]:
    return [
        WithdrawalResource(
            time=iso_time(row["time"]), **picked(row, "document", "declaration", "reason", "used")
        )
        for row in sorted(rows, key=lambda row: (row["time"], row["document"]))
    ]


def _certificate(found: CertificateCover) -> CertificateThen:
    return CertificateThen(
        certificate=found.certificate["certificate"],
        scheme=word(Scheme, found.certificate["scheme"]),
        element=metal(found.certificate["element"]),
        in_force_as_known_then=found.in_force_as_known_then,
        in_force_as_known_now=found.in_force_as_known_now,
        in_grace_as_known_then=found.in_grace_as_known_then,
    )
