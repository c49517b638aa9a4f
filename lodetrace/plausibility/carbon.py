"""Is the carbon shared by mass, and is it what such a step can emit?"""

from collections.abc import Iterator
from typing import Final

from lodetrace.documents.statement_fields import BATCHING
from lodetrace.plausibility.stated import RuleFinding, Severity, StatedCase
from lodetrace.text import enum_word
from lodetrace.units import MG_PER_KG, PPM, format_intensity, format_share

SHARE_ROUNDING: Final = 5_000
"""ppm that a stated share may differ from the one by mass: figures rounded to a whole percent."""


def check_carbon_share(case: StatedCase) -> Iterator[RuleFinding]:
    """Shares by the mass of what came out. What is computed counts; other words are refused."""
    statement = case.statement
    metals = {symbol: statement.metal_out(symbol) for symbol in statement.elements}
    whole = sum(metals.values())
    for symbol, share in statement.stated_carbon.shares.items():
        if whole and abs(share * whole - metals[symbol] * PPM) > SHARE_ROUNDING * whole:
            yield case.finding(
                "carbon-share",
                "{element} bears {share}, by mass it is {by_mass}",
                element=symbol,
                share=format_share(share),
                by_mass=format_share(metals[symbol] * PPM // whole),
            )


def check_carbon(case: StatedCase) -> Iterator[RuleFinding]:
    """Carbon of the step by metal made, or worked on in a period; energy is in no document.

    None, or less than any such step emits, is a refusal; unusually much is a flag.
    """
    statement = case.statement
    if statement.kind not in BATCHING:
        return
    usual = case.rules.usual_carbon.get(statement.kind)
    for symbol in statement.elements:
        made, carbon = statement.throughput(symbol), statement.carbon[symbol]
        if not made:
            continue  # a plant that stood still
        intensity = carbon * MG_PER_KG // made if made else 0
        least, most = (0, intensity) if usual is None else usual
        values = {
            "element": symbol,
            "intensity": format_intensity(intensity),
            "kind": enum_word(statement.kind),
            "least": format_intensity(least),
            "most": format_intensity(most),
        }
        if carbon == 0 or intensity < least:
            said = "{element}: {intensity} CO2e, a {kind} emits {least} at least, and never nothing"
            yield case.finding("carbon-too-low", said, Severity.REFUSAL, **values)
        elif intensity > most:
            said = "{element}: {intensity} CO2e, a {kind} usually has {least} to {most}"
            yield case.finding("carbon-unusual", said, Severity.FLAG, **values)
