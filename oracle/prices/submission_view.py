"""A submission as its submitter reads it before signing."""

from typing import TYPE_CHECKING

from lodetrace.cli.answer import fields
from lodetrace.text import hex_of, iso_time
from lodetrace.units import format_metal, format_share
from oracle.prices.money import PriceUnit
from oracle.prices.submission import Submission

if TYPE_CHECKING:
    from rich.console import RenderableType


def submission_rows(submission: Submission, unit: PriceUnit) -> "RenderableType":
    """What it states, in the units that it was written in; what it leaves out is left out."""
    low, high = unit.text(submission.low), unit.text(submission.high)
    price = low if low == high else f"{low} to {high}"
    volume, freight = submission.volume, submission.freight
    return fields(
        {
            "commodity": submission.commodity,
            "day": submission.day.isoformat(),
            "kind": submission.kind,
            "submitter": submission.submitter,
            "counterparty": submission.counterparty,
            "time": iso_time(int(submission.time.timestamp())),
            "specification": f"{submission.standard}, {format_share(submission.content)}",
            "price": f"{price} ({unit.name})",
            "volume": None if volume is None else format_metal(volume),
            "delivered to": submission.place,
            "freight": f"{unit.text(freight)} ({unit.name})" if freight else None,
            "payment": f"{submission.payment}, {submission.payment_days} days",
            "independent": "yes" if submission.independent else "no",
            "special": submission.special or None,
            "corrects": None if submission.corrects is None else hex_of(submission.corrects),
        }
    )
