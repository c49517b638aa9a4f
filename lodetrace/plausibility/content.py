"""Can the material hold what its assay says?"""

from collections.abc import Iterator

from lodetrace.documents.analysis import Analysis
from lodetrace.plausibility.rulebook import Substance
from lodetrace.plausibility.stated import RuleFinding, StatedCase
from lodetrace.units import format_share


def check_content(case: StatedCase) -> Iterator[RuleFinding]:
    """Each analysis against the substance it names."""
    for analysis in (*case.statement.inputs, *case.statement.outputs):
        substance = case.rules.substances.get(analysis.substance)
        if substance is None:
            yield case.finding(
                "substance-unknown",
                "{lot}: {substance} is in no table",
                lot=analysis.epc_class,
                substance=analysis.substance,
            )
            continue
        yield from _assay(case, analysis, substance)
        yield from _moisture(case, analysis, substance)


def _assay(case: StatedCase, analysis: Analysis, substance: Substance) -> Iterator[RuleFinding]:
    for symbol, assay in analysis.assay.items():
        if symbol not in case.statement.elements and symbol not in substance.masses:
            continue  # a trace that nobody states
        limit = substance.theoretical(symbol)
        if assay > limit:
            yield case.finding(
                "assay-above-theory",
                "{lot}: {assay} {element}, pure {substance} has {limit}",
                lot=analysis.epc_class,
                element=symbol,
                assay=format_share(assay),
                substance=substance.name,
                limit=format_share(limit),
            )


def _moisture(case: StatedCase, analysis: Analysis, substance: Substance) -> Iterator[RuleFinding]:
    if not substance.moisture_from <= analysis.moisture <= substance.moisture_to:
        yield case.finding(
            "moisture-out-of-range",
            "{lot}: {moisture}, {substance} has {least} to {most}",
            lot=analysis.epc_class,
            moisture=format_share(analysis.moisture),
            substance=substance.name,
            least=format_share(substance.moisture_from),
            most=format_share(substance.moisture_to),
        )
