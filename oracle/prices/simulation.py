"""A synthetic market run through the real assessment, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from lodetrace.text import DAY_SECONDS, hex_of
from oracle.prices.assessment import Assessment, assess
from oracle.prices.datum import DatumOutcome
from oracle.prices.inputs import Inputs, Previous, deals
from oracle.prices.methodology import AssessmentMethodology, methodology_on
from oracle.prices.record import PriceRecord, RecordStatus
from oracle.prices.synthetic import AROUND, COMMODITY, Scenario, SyntheticDay, entries, market
from zk_circuits.keccak import keccak256

_EVENING = 9 * 3_600
"""Seconds of a day in UTC at which a synthetic range is released: 17:00 in China."""


@dataclass(frozen=True, slots=True)
class SimulatedDay:
    """record: the one that stands in the end; assessment: its own."""

    scenario: Scenario
    assessment: Assessment
    record: PriceRecord


def simulate(
    seed: int,
    first: date,
    days: int,
    around: int = AROUND,
    methodology: AssessmentMethodology | None = None,
) -> list[SimulatedDay]:
    """So many trading days; the same call gives the same records.

    around: how far honest prices lie from the day's level, fen per mt. methodology: by which they
    are assessed; that in force on each day without one.
    """
    found: list[SimulatedDay] = []
    previous: Previous | None = None
    for day in market(seed, first, days, around):
        inputs = _inputs(seed, day, previous, methodology or methodology_on(COMMODITY, day.day))
        found.append(_released(day, inputs))
        previous = _previous(found[-1])
    return found


def _inputs(
    seed: int, day: SyntheticDay, previous: Previous | None, methodology: AssessmentMethodology
) -> Inputs:
    return Inputs(
        methodology=methodology,
        day=day.day,
        entries=entries(),
        submissions=tuple(one.submission for one in day.submissions),
        decisions=day.decisions,
        previous=previous,
        salt=keccak256(f"lodetrace/synthetic-salt/{seed}/{day.day}".encode()),
    )


def _previous(day: SimulatedDay) -> Previous:
    inputs, data = day.assessment.inputs, day.assessment.data
    used = {one.source for one in data if one.outcome is DatumOutcome.USED}
    found = [one for one in inputs.submissions if hex_of(one.hash) in used]
    return Previous(day.record, deals(found, inputs.methodology.calendar))


def _released(day: SyntheticDay, inputs: Inputs) -> SimulatedDay:
    assessment = assess(inputs)
    record = _record(assessment, None)
    if day.later:
        later = [one.submission for one in day.later]
        assessment = assess(replace(inputs, submissions=(*inputs.submissions, *later)))
        record = _record(assessment, record)
    return SimulatedDay(day.scenario, assessment, record)


def _record(assessment: Assessment, corrected: PriceRecord | None) -> PriceRecord:
    low, high = _range(assessment)
    day = assessment.inputs.day
    return PriceRecord(
        commodity=COMMODITY,
        day=day,
        methodology=assessment.inputs.methodology.id,
        status=assessment.status if corrected is None else RecordStatus.CORRECTED,
        low=low,
        high=high,
        assessment_hash=assessment.hash,
        corrects=None if corrected is None else corrected.hash,
        flags=assessment.codes,
        released_at=(day - date(1970, 1, 1)).days * DAY_SECONDS + _EVENING,
    )


def _range(assessment: Assessment) -> Sequence[int]:
    if assessment.range is None:
        raise AssertionError("a synthetic market begins with a liquid day")
    return assessment.range
