"""Small edits of a run, from which near misses are made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from hypothesis import strategies as st

from tests.model.balance import MANUFACTURING, NO_CREDITS, POST_CONSUMER, Balance
from tests.model.rules import Rule
from tests.model.runs import Run, Slot
from tests.strategies.runs import placed, with_credits


@dataclass(frozen=True)
class NearMiss:
    """`run` breaks `rule` and nothing else."""

    rule: Rule
    run: Run


def used(slots: tuple[Slot, ...]) -> st.SearchStrategy[int]:
    return st.sampled_from([number for number, slot in enumerate(slots) if slot.used])


def with_output(run: Run, number: int, balance: Balance) -> Run:
    outputs = list(run.outputs)
    outputs[number] = replace(outputs[number], balance=balance)
    return replace(run, outputs=tuple(outputs))


def with_input(run: Run, number: int, slot: Slot) -> Run:
    inputs = list(run.inputs)
    inputs[number] = slot
    return replace(run, inputs=tuple(inputs))


def only_credit(run: Run, number: int, position: int, amount: int) -> Run:
    """One output bears `amount` of one credit, no other output bears any credit."""
    bare = with_credits(run, [NO_CREDITS] * len(run.outputs))
    balance = bare.outputs[number].balance
    return with_output(bare, number, balance.with_credit(position, amount))


def share_of(run: Run, position: int, metal: int) -> int:
    return floor(run.credit_available(position) * Fraction(metal, run.metal_in))


def all_credited(run: Run, position: int) -> Run:
    """The same run of lots that bear one credit in full, through an open gate."""
    inputs = tuple(
        replace(slot, balance=_credited_in_full(slot.balance, position)) for slot in run.inputs
    )
    gates = tuple(gate or at == position for at, gate in enumerate(run.terms.gates))
    return replace(run, inputs=inputs, terms=replace(run.terms, gates=gates))


def _credited_in_full(balance: Balance, position: int) -> Balance:
    """All metal bears this credit; the recycled ones exclude each other."""
    excluded = {POST_CONSUMER: MANUFACTURING, MANUFACTURING: POST_CONSUMER}
    if position in excluded:
        balance = balance.with_credit(excluded[position], 0)
    return balance.with_credit(position, balance.metal)


def filled(run: Run, position: int, amount: int) -> Run:
    """`amount` of one credit, poured into the outputs in turn up to their metal."""
    rows = []
    for slot in run.outputs:
        poured = min(slot.balance.metal, amount)
        amount -= poured
        rows.append(Balance().with_credit(position, poured).credits)
    return with_credits(run, rows)


def padded(run: Run, size: int) -> Run:
    return placed(run, range(len(run.inputs)), range(len(run.outputs)), size)
