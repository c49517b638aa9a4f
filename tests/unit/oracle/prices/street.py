"""Submissions as tests need them: eight approved submitters, prices in 10,000 CNY/mt."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from oracle.prices.assessment import Assessment, assess
from oracle.prices.datum import Datum, DatumOutcome
from oracle.prices.decisions import BY, Choice, DeskDecision
from oracle.prices.inputs import Inputs, Previous
from oracle.prices.methodology import methodology_on
from oracle.prices.record import PriceRecord, RecordStatus
from oracle.prices.submission import Submission
from oracle.prices.submitters import SubmitterEntry
from oracle.prices.synthetic import COMMODITY, account_of, entries

DAY = date(2026, 11, 20)
BEFORE = date(2026, 11, 19)
COBALT = methodology_on(COMMODITY, DAY)
SALT = b"\x07" * 32


def said(name: str, kind: str, price: str, high: str | None = None, **given: Any) -> Submission:
    """A statement of a normal deal on usual terms; `given` replaces fields, None removes them."""
    raw: dict[str, Any] = {
        "commodity": COMMODITY,
        "day": DAY.isoformat(),
        "kind": kind,
        "submitter": name,
        "counterparty": f"buyer-of-{name}",
        "time": f"{DAY.isoformat()}T10:00:00+08:00",
        "specification": {"standard": COBALT.standard, "content": "20.5 %"},
        "price": {"low": price, "high": high or price, "unit": COBALT.unit.name},
        "volume": "60 t",
        "delivery": {"place": "Ganzhou"},
        "payment": {"terms": "bank-acceptance", "days": Decimal(180)},
        "independent": True,
    }
    merged = {key: value for key, value in (raw | given).items() if value is not None}
    return Submission.of(merged, COBALT.unit)


def trades(*prices: str) -> list[Submission]:
    """One trade a submitter."""
    names = ("amber", "birch", "cedar", "dogwood", "elder", "fir", "ginkgo", "hazel")
    return [said(name, "trade", price) for name, price in zip(names, prices, strict=False)]


def decided(choice: Choice, reason: str = "because", /, **values: Any) -> DeskDecision:
    role = BY[choice]
    return DeskDecision(
        COMMODITY, DAY, choice, account_of(role), role, 1_790_000_000, reason, values
    )


def previous(low: str = "4.7", high: str = "4.72", deals: Iterable[str] = ()) -> Previous:
    prices = COBALT.unit.parse(low), COBALT.unit.parse(high)
    record = PriceRecord(
        COMMODITY,
        BEFORE,
        COBALT.id,
        RecordStatus.NORMAL,
        *prices,
        b"\x01" * 32,
        None,
        1_790_000_000,
    )
    return Previous(record, frozenset(deals))


def inputs(
    submissions: Sequence[Submission],
    decisions: Sequence[DeskDecision] = (),
    before: Previous | None = None,
    register: Sequence[SubmitterEntry] = (),
) -> Inputs:
    known = tuple(register) or entries()
    return Inputs(COBALT, DAY, known, tuple(submissions), tuple(decisions), before, SALT)


def assessed(submissions: Sequence[Submission], *rest: Any) -> Assessment:
    return assess(inputs(submissions, *rest))


def fate(assessment: Assessment, submission: Submission) -> Datum:
    """The line of a submission."""
    source = "0x" + submission.hash.hex()
    return next(one for one in assessment.data if one.source == source)


def used(assessment: Assessment) -> list[str]:
    """Ranks of what is used, sorted."""
    return sorted(str(one.rank) for one in assessment.data if one.outcome is DatumOutcome.USED)


def shown(assessment: Assessment) -> tuple[str, str]:
    """The range in the methodology's unit."""
    assert assessment.range is not None
    low, high = assessment.range
    return COBALT.unit.text(low), COBALT.unit.text(high)
