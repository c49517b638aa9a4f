"""A settlement price against a day's range (spec 12): three numbers and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.model.balance import in_range
from tests.model.judge import Verdict
from tests.model.rules import Refusal, Rule, refusal


@dataclass(frozen=True)
class Settlement:
    """Fen per metric ton; `inside` is what is said."""

    low: int
    high: int
    paid: int
    inside: bool


def judge_settlement(said: Settlement) -> Verdict:
    """The ends belong to the range; a range begins at 1."""
    return Verdict(tuple(_refusals(said)))


def _refusals(said: Settlement) -> Iterator[Refusal]:
    amounts = (said.low, said.high, said.paid)
    if not in_range(amounts):
        yield refusal(Rule.AMOUNT_RANGE, of="prices", amounts=amounts)
        return
    if said.low == 0 or said.high < said.low:
        yield refusal(Rule.PRICE_RANGE, low=said.low, high=said.high)
    outside = said.paid < said.low or said.paid > said.high
    if said.inside == outside:
        yield refusal(Rule.PRICE_SAID, paid=said.paid, inside=said.inside)
