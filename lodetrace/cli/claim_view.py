"""A claim as a document and in words."""

from typing import TYPE_CHECKING, Final

from lodetrace.cli.answer import Document
from lodetrace.cli.format import amount
from lodetrace.contracts.enums import Measure
from lodetrace.text import enum_word, hex_of, short_id
from lodetrace.units import format_intensity, format_share

if TYPE_CHECKING:
    from lodetrace.contracts.events import ClaimRecorded

COLUMNS: Final = ("claim", "says", "subject", "by")

_UNITS: Final = {
    Measure.CREDIT_SHARE: "ppm",
    Measure.CAHRA_SHARE: "ppm",
    Measure.CARBON_INTENSITY: "mg CO2e per kg of metal",
}


def claim_document(event: "ClaimRecorded") -> Document:
    """A recorded claim, in the nouns of the gateway."""
    return {
        "claim": hex_of(event.claim_id),
        "subject": hex_of(event.subject),
        "account": event.account,
        "measure": enum_word(event.measure),
        "credits": _credits(event),
        "relation": _relation(event),
        "threshold": amount(event.threshold, _UNITS[event.measure]),
        "revision": event.revision,
    }


def claim_row(event: "ClaimRecorded") -> tuple[str, ...]:
    """A claim under COLUMNS."""
    claim = hex_of(event.claim_id)
    return (claim, say_claim(event), short_id(event.subject), event.account)


def say_claim(event: "ClaimRecorded") -> str:
    """ "at least 60 % responsible"."""
    if event.measure is Measure.CARBON_INTENSITY:
        return f"at most {format_intensity(event.threshold)} carbon of the metal"
    what = " or ".join(_credits(event)) or "of high-risk origin (CAHRA)"
    return f"{_relation(event)} {format_share(event.threshold)} {what}"


def _credits(event: "ClaimRecorded") -> list[str]:
    from zk_circuits.schema import Credit

    return [enum_word(credit) for credit in Credit if event.credit_mask >> (credit - 1) & 1]


def _relation(event: "ClaimRecorded") -> str:
    return "at least" if event.measure is Measure.CREDIT_SHARE else "at most"
