"""How the verifier says things: claims, custody models, schemes and times, in words."""

from datetime import UTC, datetime
from typing import Final

from lodetrace.audit.replay.findings import credit_name
from lodetrace.contracts.enums import CustodyModel, Measure, Scheme
from lodetrace.units import format_intensity, format_share
from zk_circuits.schema import Credit

LAST_SECOND: Final = 253_402_300_799
"""Of the year 9999."""


def say_claim(measure: int, mask: int, threshold: int) -> str:
    """A claim in words: "at least 90 % responsible"."""
    if measure == Measure.CREDIT_SHARE:
        selected = [credit_name(credit) for credit in Credit if mask >> (credit - 1) & 1]
        return f"at least {format_share(threshold)} {' or '.join(selected)}"
    if measure == Measure.CAHRA_SHARE:
        return f"at most {format_share(threshold)} from conflict-affected or high-risk areas"
    return f"at most {format_intensity(threshold)} of CO2e"


def model_name(model: CustodyModel) -> str:
    """ "mass balance"."""
    return model.name.lower().replace("_", " ")


def scheme_word(scheme: int) -> str:
    """ "RMI_RMAP"; the number of one without a name here."""
    return Scheme(scheme).name if scheme in list(Scheme) else f"scheme {scheme}"


def iso(seconds: int) -> str:
    """Seconds since 1970 as "2026-11-01T00:00:00Z"."""
    if seconds > LAST_SECOND:
        return f"{seconds} s after 1970"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
