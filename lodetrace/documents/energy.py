"""Energy that a step took, and what each kWh of it emitted: what its carbon is checked by.

"lodetrace:energy": {
    "lodetrace:electricity": {"lodetrace:amount": "85 MWh", "lodetrace:factor": "24 g/kWh"}
}
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from typing import Any, Final

from lodetrace.documents.analysis import AnalysisInvalid
from lodetrace.documents.epcis import PREFIX, EpcisEvent

CARRIERS: Final = frozenset({"electricity", "heat", "diesel", "natural-gas", "coal"})
"""What carries energy into a site."""

_WH: Final[Mapping[str, int]] = {"GWh": 10**9, "MWh": 10**6, "kWh": 10**3}
_FACTORS: Final[Mapping[str, int]] = {"g/kWh": 10**3, "kg/MWh": 10**3, "mg/kWh": 1}
"""mg CO2e per kWh in a unit."""
_MOST_WH: Final = 10**16
_EXACT: Final = Context(prec=40, traps=[Inexact])


@dataclass(frozen=True, slots=True)
class EnergyUse:
    """So much of a carrier. amount: in Wh; factor: mg CO2e per kWh of it."""

    carrier: str
    amount: int
    factor: int

    @property
    def carbon(self) -> int:
        """mg CO2e, rounded up."""
        return -(-self.amount * self.factor // 1_000)


def parse_energy(text: Any) -> int:
    """Wh of "85 MWh"; raises ValueError."""
    return _quantity(text, _WH)


def parse_factor(text: Any) -> int:
    """mg CO2e per kWh of "24 g/kWh"; raises ValueError."""
    return _quantity(text, _FACTORS)


def format_energy(watt_hours: int) -> str:
    """ "85 MWh"."""
    return f"{(Decimal(watt_hours) / _WH['MWh']).normalize():f} MWh"


def format_factor(milligrams_per_kwh: int) -> str:
    """ "24 g/kWh"."""
    return f"{(Decimal(milligrams_per_kwh) / 1_000).normalize():f} g/kWh"


def read_energy(event: EpcisEvent) -> tuple[EnergyUse, ...]:
    """What the event says of its energy, by carrier; raises AnalysisInvalid."""
    found, where = event.extension("energy"), f"{PREFIX}:energy"
    if found is None:
        return ()
    if not isinstance(found, dict) or not found:
        raise AnalysisInvalid(where=where, reason="is no object of carriers")
    return tuple(_use(key, found[key], f"{where}.{key:.40}") for key in sorted(found))


def _use(key: str, entry: Any, where: str) -> EnergyUse:
    carrier = key.removeprefix(f"{PREFIX}:")
    if carrier not in CARRIERS:
        raise AnalysisInvalid(where=where, reason=f"is none of {', '.join(sorted(CARRIERS))}")
    if not isinstance(entry, dict) or set(entry) != {f"{PREFIX}:amount", f"{PREFIX}:factor"}:
        raise AnalysisInvalid(where=where, reason="is no object of amount and factor")
    try:
        amount = parse_energy(entry[f"{PREFIX}:amount"])
        factor = parse_factor(entry[f"{PREFIX}:factor"])
    except ValueError as error:
        raise AnalysisInvalid(where=where, reason=str(error)) from error
    return EnergyUse(carrier, amount, factor)


def _quantity(text: Any, units: Mapping[str, int]) -> int:
    number, _, unit = text.partition(" ") if isinstance(text, str) else ("", "", "")
    whole, _, part = number.partition(".")
    digits = (whole + part).isascii() and whole.isdigit() and (part.isdigit() or "." not in number)
    if unit not in units or not digits or len(number) > 20:
        raise ValueError(f"{text!r:.40} is not a number and one of {', '.join(units)}")
    try:
        found = int(_EXACT.to_integral_exact(_EXACT.multiply(Decimal(number), units[unit])))
    except Inexact:
        raise ValueError(f"{text!r:.40} is finer than the smallest unit") from None
    if found >= _MOST_WH:
        raise ValueError(f"{text!r:.40} is too much for one event")
    return found
