"""A claim as a document and in words."""

from typing import TYPE_CHECKING, Final

from lodetrace.cli.answer import Document
from lodetrace.cli.format import amount
from lodetrace.contracts.enums import Measure
from lodetrace.text import enum_word, hex_of, short_id
from lodetrace.units import format_intensity, format_metal, format_share

if TYPE_CHECKING:
    from lodetrace.contracts.events import ClaimRecorded

COLUMNS: Final = ("claim", "says", "subject", "by")

_UNITS: Final = {
    Measure.CREDIT_SHARE: "ppm",
    Measure.CAHRA_SHARE: "ppm",
    Measure.CARBON_INTENSITY: "mg CO2e per kg of metal",
    Measure.DIRECT_INTENSITY: "mg CO2e per kg of metal",
    Measure.METAL_PER_UNIT: "mg per unit",
}


_BY_MASS: Final = "scrap bearing its share by mass"
"""Of emissions: a figure is lower than under a cut-off method, by the share of scrap at most."""


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
    match event.measure:
        case Measure.CARBON_INTENSITY:
            return f"at most {format_intensity(event.threshold)} carbon of the metal, {_BY_MASS}"
        case Measure.DIRECT_INTENSITY:
            intensity = format_intensity(event.threshold)
            return f"at most {intensity} direct emissions of the metal's sites, {_BY_MASS}"
        case Measure.METAL_PER_UNIT:
            return f"at least {format_metal(event.threshold)} of the metal in a unit"
    what = " or ".join(_credits(event)) or "of high-risk origin (CAHRA)"
    return f"{_relation(event)} {format_share(event.threshold)} {what}"


def _credits(event: "ClaimRecorded") -> list[str]:
    from zk_circuits.schema import Credit

    return [enum_word(credit) for credit in Credit if event.credit_mask >> (credit - 1) & 1]


def _relation(event: "ClaimRecorded") -> str:
    return "at least" if event.measure.at_least else "at most"
