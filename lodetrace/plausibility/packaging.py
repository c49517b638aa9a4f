"""Can it be in what it is in?"""

from collections.abc import Iterator

from lodetrace.contracts.enums import EventKind
from lodetrace.documents.analysis import Analysis, Packages
from lodetrace.documents.statement_fields import BATCHING
from lodetrace.plausibility.stated import RuleFinding, StatedCase
from lodetrace.units import format_metal


def check_packaging(case: StatedCase) -> Iterator[RuleFinding]:
    """No batch weighs more than its packages hold; goods that arrive are asked as well."""
    if case.statement.kind not in (*BATCHING, EventKind.NONE):
        return
    for analysis in case.statement.outputs:
        packages = _packages(case, analysis)
        largest = None if packages is None else case.rules.largest_mass.get(packages.packaging)
        if packages is None or largest is None:
            continue
        if analysis.wet_mass > largest * packages.count:
            yield case.finding(
                "mass-above-packaging",
                "{lot}: {mass} in {count} × {packaging}, which hold {most} at most; say in"
                " lodetrace:packaging what it is in",
                lot=analysis.epc_class,
                mass=format_metal(analysis.wet_mass),
                count=packages.count,
                packaging=packages.packaging,
                most=format_metal(largest * packages.count),
            )


def _packages(case: StatedCase, analysis: Analysis) -> Packages | None:
    """As stated, or one of what the substance usually comes in."""
    substance = case.rules.substances.get(analysis.substance)
    usual = None if substance is None else substance.packaging
    return analysis.packages or (None if usual is None else Packages(usual, 1))
