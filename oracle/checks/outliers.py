"""Is it what the material usually holds, what the step usually emits, what the site usually makes?

Flags: each may have a good reason, and somebody should have asked for it.
"""

from collections.abc import Iterator

from lodetrace.text import enum_word
from lodetrace.units import format_intensity, format_metal, format_share
from oracle.checks.context import CheckContext, RuleFinding, Severity
from oracle.history import MAKING

_DAY = 86_400
_KG = 10**6


def check_usual_assay(case: CheckContext) -> Iterator[RuleFinding]:
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


def check_usual_carbon(case: CheckContext) -> Iterator[RuleFinding]:
    """Carbon of the step by metal made; energy itself is in no document."""
    usual = case.rules.usual_carbon.get(case.statement.kind)
    if usual is None:
        return
    for symbol in case.statement.elements:
        made = case.statement.metal_out(symbol)
        intensity = case.statement.carbon[symbol] * _KG // made if made else 0
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


def check_usual_volume(case: CheckContext) -> Iterator[RuleFinding]:
    """What the site made within a window, against the median of its earlier windows."""
    usual, statement = case.rules.usual_volume, case.statement
    if usual is None or statement.kind not in MAKING:
        return
    for symbol in statement.elements:
        first, *earlier = case.history.metal_by_window(
            case.signed, symbol, statement.to, usual.days * _DAY, usual.windows + 1
        )
        made = first + statement.metal_out(symbol)
        known = sorted(metal for metal in earlier if metal)
        if len(known) < usual.at_least:
            continue
        twice_median = known[len(known) // 2] + known[(len(known) - 1) // 2]
        if made * 200 > twice_median * usual.percent:
            yield case.finding(
                "volume-unusual",
                "{element}: {made} within {days} days, the median of {windows} such times before"
                " is {median}",
                Severity.FLAG,
                element=symbol,
                made=format_metal(made),
                days=usual.days,
                windows=len(known),
                median=format_metal(twice_median // 2),
            )
