"""What an oracle node would find in a statement, as far as the statement alone tells."""

from typing import Final

from lodetrace.plausibility.carbon import check_carbon, check_carbon_share
from lodetrace.plausibility.clock import check_clock
from lodetrace.plausibility.content import check_content
from lodetrace.plausibility.energy import check_energy
from lodetrace.plausibility.naming import check_named
from lodetrace.plausibility.packaging import check_packaging
from lodetrace.plausibility.stated import RuleFinding, StatedCase
from lodetrace.plausibility.usual import check_usual_assay, check_usual_moisture

CHECKS: Final = (
    check_clock,
    check_named,
    check_content,
    check_packaging,
    check_carbon_share,
    check_carbon,
    check_energy,
    check_usual_assay,
    check_usual_moisture,
)


def examine_stated(case: StatedCase) -> list[RuleFinding]:
    """All that the rules find; an empty list is a clean statement."""
    return [finding for check in CHECKS for finding in check(case)]
