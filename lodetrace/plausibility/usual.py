"""Is it what the material usually holds, and what the step usually emits?

Flags: each may have a good reason, and somebody should have asked for it.
"""

from collections.abc import Iterator

from lodetrace.contracts.enums import MAKING
from lodetrace.plausibility.stated import RuleFinding, Severity, StatedCase
from lodetrace.text import enum_word
from lodetrace.units import MG_PER_KG, format_intensity, format_share


def check_usual_assay(case: StatedCase) -> Iterator[RuleFinding]:
    """Assays of what is made, against those of the trade."""
    if case.statement.kind not in MAKING:
        return
    for analysis in case.statement.outputs:
        substance = case.rules.substances.get(analysis.substance)
        usual = {} if substance is None else substance.usual_assay
        for symbol, (least, most) in usual.items():
            assay = analysis.assay.get(symbol)
            if assay is not None and not least <= assay <= most:
                yield case.finding(
                    "assay-unusual",
                    "{lot}: {assay} {element}, {substance} usually has {least} to {most}",
                    Severity.FLAG,
                    lot=analysis.epc_class,
                    element=symbol,
                    assay=format_share(assay),
                    substance=analysis.substance,
                    least=format_share(least),
                    most=format_share(most),
                )


def check_usual_carbon(case: StatedCase) -> Iterator[RuleFinding]:
    """Carbon of the step by metal made; energy itself is in no document."""
    usual = case.rules.usual_carbon.get(case.statement.kind)
    if usual is None:
        return
    for symbol in case.statement.elements:
        made = case.statement.metal_out(symbol)
        intensity = case.statement.carbon[symbol] * MG_PER_KG // made if made else 0
        if not usual[0] <= intensity <= usual[1]:
            yield case.finding(
                "carbon-unusual",
                "{element}: {intensity} CO2e, a {kind} usually has {least} to {most}",
                Severity.FLAG,
                element=symbol,
                intensity=format_intensity(intensity),
                kind=enum_word(case.statement.kind),
                least=format_intensity(usual[0]),
                most=format_intensity(usual[1]),
            )
