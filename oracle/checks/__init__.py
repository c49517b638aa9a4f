"""Plausibility: what an oracle node asks of a document before it attests anything."""

from lodetrace.plausibility.carbon import check_carbon, check_carbon_share
from lodetrace.plausibility.clock import check_clock
from lodetrace.plausibility.content import check_content
from lodetrace.plausibility.energy import check_energy
from lodetrace.plausibility.naming import check_named
from lodetrace.plausibility.packaging import check_packaging
from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.plausibility.usual import check_usual_assay, check_usual_moisture
from oracle.checks.ancestry import check_ancestry
from oracle.checks.capacity import check_capacity
from oracle.checks.context import CheckContext, Signer
from oracle.checks.deliveries import check_deliveries
from oracle.checks.energy_due import check_energy_due
from oracle.checks.feed import check_feed
from oracle.checks.gain import check_gain
from oracle.checks.ledger import check_ledger
from oracle.checks.losses import check_usual_loss
from oracle.checks.mass import check_mass
from oracle.checks.named import check_named_lots
from oracle.checks.outliers import check_usual_volume
from oracle.checks.periods import check_period
from oracle.checks.profile import check_profile
from oracle.checks.rate import check_rate
from oracle.checks.registration import (
    check_credits,
    check_identity,
    check_number,
    check_read_point,
    check_scope,
    check_signer,
    check_site,
)
from oracle.checks.second_opinion import check_second_opinion
from oracle.checks.serials import check_serials
from oracle.checks.time import check_parents
from oracle.checks.withdrawal import examine_withdrawal

__all__ = [
    "CHECKS",
    "CheckContext",
    "RuleFinding",
    "Severity",
    "Signer",
    "examine",
    "examine_withdrawal",
]

CHECKS = (
    check_identity,
    check_site,
    check_read_point,
    check_signer,
    check_scope,
    check_credits,
    check_number,
    check_clock,
    check_parents,
    check_named,
    check_named_lots,
    check_period,
    check_ancestry,
    check_ledger,
    check_deliveries,
    check_second_opinion,
    check_content,
    check_packaging,
    check_mass,
    check_gain,
    check_capacity,
    check_rate,
    check_feed,
    check_serials,
    check_carbon_share,
    check_carbon,
    check_energy,
    check_energy_due,
    check_usual_assay,
    check_usual_moisture,
    check_usual_volume,
    check_profile,
    check_usual_loss,
)
"""Every check, in the order in which findings are shown."""


def examine(case: CheckContext) -> list[RuleFinding]:
    """All that the checks find, refusals first; an empty list is a clean document."""
    found = [finding for check in CHECKS for finding in check(case)]
    return sorted(found, key=lambda finding: finding.severity is not Severity.REFUSAL)
