"""How the verifier says things: claims, custody models and schemes, in words."""

from lodetrace.contracts.enums import Measure, Scheme
from lodetrace.text import DAY_SECONDS, HOUR_SECONDS, counted, enum_word
from lodetrace.units import format_intensity, format_metal, format_share
from zk_circuits.schema import Credit


def say_claim(measure: int, mask: int, threshold: int) -> str:
    """A claim in words: "at least 90 % responsible"."""
    if measure == Measure.CREDIT_SHARE:
        selected = [enum_word(credit) for credit in Credit if mask >> (credit - 1) & 1]
        return f"at least {format_share(threshold)} {' or '.join(selected)}"
    if measure == Measure.CAHRA_SHARE:
        return f"at most {format_share(threshold)} from conflict-affected or high-risk areas"
    if measure == Measure.METAL_PER_UNIT:
        return f"at least {format_metal(threshold)} of metal in a unit"
    what = "directly emitted CO2e" if measure == Measure.DIRECT_INTENSITY else "CO2e"
    return f"at most {format_intensity(threshold)} of {what}, scrap bearing its share by mass"


def say_period(seconds: int) -> str:
    """ "180 days", or "36 hours": exact, of whole hours."""
    days, rest = divmod(seconds, DAY_SECONDS)
    return counted(seconds // HOUR_SECONDS, "hours") if rest else counted(days, "days")


def scheme_word(scheme: int) -> str:
    """ "RMI_RMAP"; the number of one without a name here."""
    return Scheme(scheme).name if scheme in list(Scheme) else f"scheme {scheme}"
