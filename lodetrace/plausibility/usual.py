"""Is it what the material usually holds?

Flags: each may have a good reason, and somebody should have asked for it.
"""

from collections.abc import Iterator

from lodetrace.documents.statement_fields import BATCHING
from lodetrace.plausibility.stated import RuleFinding, Severity, StatedCase
from lodetrace.units import format_share


def check_usual_moisture(case: StatedCase) -> Iterator[RuleFinding]:
    """Moisture of what is made, against that of the trade."""
    if case.statement.kind not in BATCHING:
        return
    for analysis in case.statement.outputs:
        substance = case.rules.substances.get(analysis.substance)
        if substance is None or substance.usual_moisture is None:
            continue
        least, most = substance.usual_moisture
        if not least <= analysis.moisture <= most:
            yield case.finding(
                "moisture-unusual",
                "{lot}: {moisture}, {substance} usually has {least} to {most}",
                Severity.FLAG,
                lot=analysis.epc_class,
                moisture=format_share(analysis.moisture),
                substance=analysis.substance,
                least=format_share(least),
                most=format_share(most),
            )


def check_usual_assay(case: StatedCase) -> Iterator[RuleFinding]:
    """Assays of what is made, against those of the trade."""
    if case.statement.kind not in BATCHING:
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
