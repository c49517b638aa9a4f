"""What people at the desk see: the assessment sheet, the records, the register."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from lodetrace.cli.answer import fields, rows
from lodetrace.text import hex_of
from lodetrace.units import format_share
from oracle.prices.assessment import Assessment
from oracle.prices.datum import Datum
from oracle.prices.methodology import AssessmentMethodology, methodology_called
from oracle.prices.money import PriceUnit, decimal_text, per_kg_metal
from oracle.prices.record import PriceRecord
from oracle.prices.submitters import Submitter

if TYPE_CHECKING:
    from rich.console import RenderableType

SHORT: Final = 10
"""Signs of a hash that people see."""


def sheet(assessment: Assessment) -> "list[RenderableType]":
    """Every datum with its rank, its normalisation and what became of it; then the range."""
    methodology = assessment.inputs.methodology
    lines = [_line(one, methodology.unit) for one in assessment.data]
    heads = ("rank", "kind", "voice", "stated>", "normalised>", "outcome", "ground and notes", "id")
    title = f"{methodology.name}, {assessment.inputs.day}, {methodology.unit.name}"
    return [rows(heads, lines, title), fields(_summary(assessment, methodology))]


def document(assessment: Assessment) -> dict[str, Any]:
    """The sheet for programs, without the salt: that one never leaves the book."""
    found = assessment.to_json()
    del found["salt"]
    status = None if assessment.range is None else str(assessment.status)
    return {**found, "status": status, "assessmentHash": hex_of(assessment.hash)}


def record_table(records: Sequence[PriceRecord]) -> "RenderableType":
    """All records, corrected ones among them."""
    lines = [
        (
            record.day.isoformat(),
            _range_text((record.low, record.high), methodology_called(record.methodology).unit),
            str(record.status),
            ", ".join(record.flags or ()),
            "" if record.corrects is None else hex_of(record.corrects)[:SHORT],
            hex_of(record.hash)[:SHORT],
        )
        for record in records
    ]
    return rows(("day", "range>", "status", "flags", "corrects", "record"), lines)


def record_document(record: PriceRecord) -> dict[str, Any]:
    """A record for programs at the desk, its range in fen per mt."""
    return {**record.public, "record": hex_of(record.hash), "low": record.low, "high": record.high}


def register_table(
    submitters: Mapping[str, Submitter], methodology: AssessmentMethodology
) -> "RenderableType":
    """Where each submitter stands, and what it lacks."""
    lines = [
        (
            name,
            one.kind,
            f"{one.metal // 10**9} t",
            str(one.standing),
            "" if one.due is None else one.due.isoformat(),
            "; ".join(one.lacks(methodology)) or one.reason,
            ", ".join(sorted(one.affiliates)),
        )
        for name, one in sorted(submitters.items())
    ]
    heads = ("submitter", "kind", "metal a year>", "standing", "rectify by", "lacks", "affiliates")
    return rows(heads, lines)


def _line(datum: Datum, unit: PriceUnit) -> tuple[str, ...]:
    normalised = None if datum.low is None or datum.high is None else (datum.low, datum.high)
    ground = "" if datum.ground is None else str(datum.ground)
    return (
        str(datum.rank),
        datum.kind,
        datum.voice,
        _range_text(datum.stated, unit),
        "–" if normalised is None else _range_text(normalised, unit),
        str(datum.outcome),
        "; ".join(filter(None, [ground, datum.note])),
        datum.source[:SHORT],
    )


def _summary(assessment: Assessment, methodology: AssessmentMethodology) -> dict[str, str | None]:
    inputs, found = assessment.inputs, assessment.range
    contained = None
    if found is not None:
        ends = [per_kg_metal(one, methodology.vat, methodology.content) for one in found]
        contained = " – ".join(decimal_text(one, 4) for one in ends) + " CNY/kg of metal, no VAT"
    until = inputs.day.replace(month=12, day=31, year=inputs.day.year + methodology.records_years)
    return {
        "range": "none" if found is None else _range_text(found, methodology.unit),
        "contained metal": contained,
        "status": None if found is None else str(assessment.status),
        "information": str(assessment.case),
        "remarks": "\n".join(map(str, assessment.flags)) or None,
        "ask": ", ".join(assessment.contradicted) or None,
        "rate": None if inputs.rate is None else f"{format_share(inputs.rate)} a year",
        "methodology": methodology.id,
        "kept": f"for good; the methodology asks until {until}",
        "assessment": hex_of(assessment.hash),
    }


def _range_text(found: tuple[int, int], unit: PriceUnit) -> str:
    low, high = (unit.text(one) for one in found)
    return low if low == high else f"{low} – {high}"
