"""Prices on one footing (2.4.2): paid with bank acceptances, delivered to the factory.

A draft of face value F that is due in d days is worth F · (1 − r · d / year) today, r being the
bank acceptance rate a year. Money in hand is due in 0 days. So a price P that is due in d days is
worth as much as F = P · (1 − r · d / year) / (1 − r · t / year) with a draft of the usual tenor t.
"""

from dataclasses import dataclass
from fractions import Fraction

from lodetrace.units import PPM, format_share
from oracle.prices.methodology import AssessmentMethodology
from oracle.prices.money import half_even
from oracle.prices.submission import Payment, Submission


@dataclass(frozen=True, slots=True)
class Normalised:
    """low, high: fen per mt. steps: what was done, for people."""

    low: int
    high: int
    steps: tuple[str, ...]


def normalised(
    submission: Submission, methodology: AssessmentMethodology, rate: int | None
) -> Normalised | None:
    """The submission's price on the usual terms; None where they cannot be compared.

    rate: ppm a year as recorded for the day, or None.
    """
    factor = _payment_factor(submission, methodology, rate)
    if factor is None:
        return None
    steps = []
    if factor != 1:
        terms = f"{submission.payment}, {submission.payment_days} days"
        steps.append(f"{terms}, at {format_share(rate or 0)} a year")
    if submission.freight:
        steps.append(f"freight {methodology.unit.text(submission.freight)} added")
    low, high = (
        half_even(price * factor) + submission.freight
        for price in (submission.low, submission.high)
    )
    return Normalised(low, high, tuple(steps))


def _payment_factor(
    submission: Submission, methodology: AssessmentMethodology, rate: int | None
) -> Fraction | None:
    terms = methodology.bank_acceptance
    days, tenor = submission.payment_days, terms.tenor_days
    if submission.payment is Payment.BANK_ACCEPTANCE and days == tenor:
        return Fraction(1)
    if rate is None or days > terms.longest_days:
        return None
    year = terms.year_days * PPM
    return Fraction(year - rate * days, year - rate * tenor)
