"""The two halves of the model are one: every run of a history is right by the judge of balances.

The protocol (tests/model/protocol_2) says what a run may consume and works out what it makes; the
judge of balances (tests/model/judge.py), which the circuits are compared with, has to accept it.
"""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given

from tests.model.balance import MANUFACTURING, POST_CONSUMER, Balance, BirthEvent, RunEvent
from tests.model.judge import Birth, judge_birth, judge_run
from tests.model.protocol_2.book import CREDITS, BookedLot, Material
from tests.model.protocol_2.events import EventKind, SiteStatement
from tests.model.protocol_2.network import Network
from tests.model.protocol_2.runs import RunRecord
from tests.model.runs import NO_GRANTS, Model, Run, Slot, Terms
from tests.model_tests.profile import judged_histories
from tests.model_tests.protocol_2.cast import stocked
from tests.strategies.attackers import attempt, histories_of_attackers

MAKING = (EventKind.PROCESS, EventKind.RECOVERY)


def history_of(seeds: list[int]) -> Network:
    network = stocked()
    for seed in seeds:
        attempt(network, seed)
    return network


@judged_histories
@given(histories_of_attackers)
def test_every_birth_and_run_is_right_by_the_judge_of_balances(seeds: list[int]) -> None:
    network = history_of(seeds)
    for record in network.runs.records:
        if record.standing is not None and not record.consumed:
            assert judge_birth(birth_of(record)).refusals == ()
        elif record.made and not _is_settlement(record):
            assert judge_run(run_of(network, record)).refusals == ()


@judged_histories
@given(histories_of_attackers)
def test_shares_of_risk_areas_never_shrink_and_credits_never_grow(seeds: list[int]) -> None:
    """Whatever was done in whatever order: by mass, loss is borne, only a recovery grants."""
    for record in history_of(seeds).runs.records:
        if not record.consumed or not record.made:
            continue
        before, after = ([lot.balance for lot in lots] for lots in (record.consumed, record.made))
        whole, left = (sum(one.metal for one in side) for side in (before, after))
        brought = Fraction(sum(one.cahra for one in before), whole)
        assert all(Fraction(one.cahra, one.metal) >= brought for one in after)
        for credit in range(CREDITS):
            if _recovers(record) and credit in (POST_CONSUMER, MANUFACTURING):
                continue
            sums = [sum(one.credits[credit] for one in side) for side in (before, after)]
            assert sums[1] <= Fraction(sums[0] * left, whole)


@judged_histories
@given(histories_of_attackers)
def test_models_never_improve_along_any_path(seeds: list[int]) -> None:
    for record in history_of(seeds).runs.records:
        weakest = max((lot.model for lot in record.consumed), default=Model.IDENTITY_PRESERVED)
        assert all(lot.model >= weakest for lot in record.made)
        for lot in record.made:
            assert lot.model is not Model.IDENTITY_PRESERVED or len(lot.paper) == 1


def birth_of(record: RunRecord) -> Birth:
    """Credits are let in or not: the gates that the lot shows."""
    assert record.standing is not None
    said, (lot,) = record.standing.statement, record.made
    event = BirthEvent(said.product, said.carbon, said.attested, lot.units, said.direct)
    gates = tuple(
        credit == attested and attested > 0
        for credit, attested in zip(lot.balance.credits, said.attested, strict=True)
    )
    return Birth(event, balance_of(lot), gates, lot.balance.cahra > 0)


def run_of(network: Network, record: RunRecord) -> Run:
    """With every gate open: which are is the contract's to say."""
    said = record.standing.statement if record.standing else None
    made = record.made
    terms = Terms(
        proportional=made[0].model is not Model.MASS_BALANCE or said is None
        or said.kind not in MAKING or any(lot.fed for lot in made),
        grants=_grants(record),
        tolerance=network.events.sites[said.site].tolerance if said else 0,
        counts=tuple(lot.units for lot in made),
        scrap=frozenset(
            at for at, lot in enumerate(made)
            if said and said.kind in MAKING and lot.material is Material.SCRAP
        ),
        in_units=frozenset(at for at, lot in enumerate(made) if lot.material.in_units),
    )  # fmt: skip
    return Run(_slots(record.consumed), _slots(made), terms, _event(said))


def balance_of(lot: BookedLot) -> Balance:
    ours = lot.balance
    return Balance(ours.metal, ours.carbon, ours.cahra, ours.credits, lot.units, ours.direct)


def _slots(lots: tuple[BookedLot, ...]) -> tuple[Slot, ...]:
    return tuple(Slot(balance_of(lot)) for lot in lots)


def _event(said: SiteStatement | None) -> RunEvent | None:
    if said is None:
        return None
    return RunEvent(said.product, said.metal_in, said.carbon, said.scrap, said.units, said.direct)


def _grants(record: RunRecord) -> tuple[bool, ...]:
    if not _recovers(record):
        return NO_GRANTS
    old = all(lot.post_consumer for lot in record.consumed)
    granted = POST_CONSUMER if old else MANUFACTURING
    return tuple(credit == granted for credit in range(CREDITS))


def _recovers(record: RunRecord) -> bool:
    return record.standing is not None and record.standing.statement.kind is EventKind.RECOVERY


def _is_settlement(record: RunRecord) -> bool:
    """Its salt follows from that of the disputed lot: the judge of histories has none."""
    kind = record.standing.statement.kind if record.standing else None
    return kind is EventKind.MEASUREMENT
