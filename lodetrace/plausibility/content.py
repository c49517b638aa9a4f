"""Can the material hold what its assay says, and is it called and counted as what it is?"""

from collections.abc import Iterator

from lodetrace.contracts.enums import EventKind, Material
from lodetrace.documents.analysis import Analysis
from lodetrace.plausibility.rulebook import Substance
from lodetrace.plausibility.stated import RuleFinding, StatedCase
from lodetrace.text import enum_word
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
    for analysis in case.statement.outputs:
        substance = case.rules.substances.get(analysis.substance)
        if substance is not None:
            yield from _material(case, analysis, substance.material)


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


def _material(case: StatedCase, analysis: Analysis, made_of: Material) -> Iterator[RuleFinding]:
    """Scrap is called so, since it is attested apart; what comes in units says how many."""
    said = analysis.material
    if said is not made_of and (said is not None or made_of is Material.SCRAP):
        yield case.finding(
            "material-mismatch",
            "{lot} is {material}, the document calls it {said}",
            lot=analysis.epc_class,
            material=enum_word(made_of),
            said="nothing" if said is None else enum_word(said),
        )
    if case.statement.kind is EventKind.NONE:
        return
    counted = None if analysis.series is None else analysis.series.material
    if counted is not (made_of if made_of.comes_in_units else None):
        yield case.finding(
            "units-mismatch",
            "{lot} is {material}, the document counts units of {counted}",
            lot=analysis.epc_class,
            material=enum_word(made_of),
            counted="nothing" if counted is None else enum_word(counted),
        )
