"""The amounts of a total: what a client computes before it proves (SPEC section 8)."""

from collections.abc import Sequence

from zk_circuits.balance import Balance
from zk_circuits.errors import ArityRefused


def weighted_sum(balances: Sequence[Balance], weights: Sequence[int]) -> Balance:
    """Each slot of the balances times the weights, added up; units are on the total's scale.

    Raises ArityRefused unless each balance has a weight, AmountOutOfRange when a sum does
    not fit in 64 bits.
    """
    if len(balances) != len(weights):
        raise ArityRefused(name="weights", count=len(weights), limit=len(balances))

    def total(index: int) -> int:
        slots = (balance.slots()[index] for balance in balances)
        return sum(weight * slot for weight, slot in zip(weights, slots, strict=True))

    credits_ = (total(4), total(5), total(6), total(7))
    return Balance(total(0), total(1), total(2), total(3), credits_, total(8))
