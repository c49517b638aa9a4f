"""What an oracle node would find in a statement, as far as the statement alone tells."""

from typing import Final

from lodetrace.plausibility.clock import check_clock
from lodetrace.plausibility.content import check_content
from lodetrace.plausibility.stated import RuleFinding, StatedCase
from lodetrace.plausibility.usual import check_usual_assay, check_usual_carbon

CHECKS: Final = (check_clock, check_content, check_usual_assay, check_usual_carbon)


def examine_stated(case: StatedCase) -> list[RuleFinding]:
    """All that the rules find; an empty list is a clean statement."""
    return [finding for check in CHECKS for finding in check(case)]
