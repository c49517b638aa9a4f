"""Runs with real proofs: what is true passes, for its sender and place alone."""

import pytest

from tests.contracts.conftest import COBALT, DAY, REFINERY
from tests.contracts.lots.making import (
    ACTIVE,
    CONSUMED,
    HELD,
    HYDROXIDE,
    MASS_BALANCE,
    MEASUREMENT,
    PROCESS,
    PROCESSING,
    REBOOK,
    SETTLE,
    SULPHATE,
    number,
    run_request,
    sealed,
)
from tests.contracts.lots.proven.requests import refused, with_field
from tests.contracts.people import spoken
from tests.contracts.values import plain


@pytest.fixture
def prove_run(runs, prover, miner):
    """The request with its proof; `opened` is what the event's commitment opens to."""

    def prove(kind, inputs, outputs, account=miner, opened=None, material=HYDROXIDE, **changes):
        ordered = sorted(inputs, key=lambda opening: number(opening.id))
        made = [(opening.id, 1, material) for opening in outputs]
        request = run_request(kind, [opening.id for opening in ordered], made, **changes)
        fields = {"ctx": runs.ctxOf(account, request), "rule": runs.ruleOf(request)}
        proof = prover.prove("run", inputs=ordered, outputs=outputs, event=opened, **fields)
        return with_field(request, 7, proof)

    return prove


@pytest.fixture
def split(prover, hold):
    """A lot of 1 t and its halves."""
    whole = hold(prover.lot(COBALT, 10**9, 3, 10**6))
    halves = [prover.lot(COBALT, 5 * 10**8, 2, 5 * 10**5) for _ in range(2)]
    return whole, halves


@pytest.fixture
def plant(prover, hold, refiner):
    """Four lots of 250 kg, what is made of them, by lost ppm, and the event that attests it."""

    def make(lost):
        inputs = [
            hold(prover.lot(COBALT, 250 * 10**6, 10**6, 250 * 10**6), refiner) for _ in "abcd"
        ]
        part = 250 * (10**6 - lost)
        outputs = [prover.lot(COBALT, part, 1_150_000, part) for _ in "abcd"]
        return inputs, outputs, prover.event(COBALT, 4 * part, 600_000, 1_002 * 10**6)

    return make


def test_rebook(runs, lot_book, split, prove_run, miner):
    whole, halves = split
    runs.run(prove_run(REBOOK, [whole], halves), {"from": miner})
    assert lot_book.lotOf(whole.id)[1] == CONSUMED
    assert {lot_book.lotOf(half.id)[1] for half in halves} == {ACTIVE}


@pytest.mark.parametrize(("lost", "state"), [(10_000, ACTIVE), (50_000, HELD)])
def test_process_four_lots_into_four(runs, lot_book, stand, plant, prove_run, refiner, lost, state):
    """The refinery's band ends at 4 %; booked and measured metal in differ by 0.2 %."""
    inputs, outputs, opened = plant(lost)
    event = stand(PROCESSING, site=REFINERY, commitment=opened.id)
    given = {"event": event, "in_band": state == ACTIVE, "model": MASS_BALANCE}
    request = prove_run(PROCESS, inputs, outputs, refiner, opened, SULPHATE, **given)
    runs.run(request, {"from": refiner})
    assert {lot_book.lotOf(lot.id)[1] for lot in outputs} == {state}


@pytest.mark.parametrize("in_band", [True, False])
def test_whether_the_loss_is_in_band_is_no_choice(runs, stand, plant, prove_run, refiner, in_band):
    inputs, outputs, opened = plant(50_000 if in_band else 10_000)
    event = stand(PROCESSING, site=REFINERY, commitment=opened.id)
    request = prove_run(
        PROCESS, inputs, outputs, refiner, opened, SULPHATE, event=event, in_band=in_band
    )
    with refused("run4"):
        runs.run(request, {"from": refiner})


def test_a_band_that_changed_since(runs, sites, stand, plant, prove_run, refiner, governor):
    inputs, outputs, opened = plant(10_000)
    event = stand(PROCESSING, site=REFINERY, commitment=opened.id)
    request = prove_run(PROCESS, inputs, outputs, refiner, opened, SULPHATE, event=event)
    sites.setBand(REFINERY, 5_000, 0, 9_999, {"from": governor})
    with refused("run4"):
        runs.run(request, {"from": refiner})


@pytest.mark.parametrize("index", [3, 4, 6])
def test_a_run_is_proven_as_it_is(runs, split, prove_run, miner, index):
    """Other outputs, another model, other boxes."""
    whole, halves = split
    request = prove_run(REBOOK, [whole], halves)
    changed = {3: request[3][::-1], 4: MASS_BALANCE, 6: request[6][::-1]}
    with refused("run2"):
        runs.run(with_field(request, index, changed[index]), {"from": miner})


def test_a_run_over_another_lot_is_refused(runs, prover, hold, split, prove_run, miner):
    whole, halves = split
    request = prove_run(REBOOK, [whole], halves)
    twin = hold(prover.lot(COBALT, 10**9, 3, 10**6))
    with refused("run2"):
        runs.run(with_field(request, 2, [twin.id]), {"from": miner})


def test_padding_mints_nothing(runs, prover, split, prove_run, miner):
    """A third output that the proof does not know, and one that it knows left out."""
    whole, halves = split
    request = prove_run(REBOOK, [whole], halves)
    left_out = with_field(with_field(request, 3, request[3][:1]), 6, request[6][:1])
    with refused("run2"):
        runs.run(left_out, {"from": miner})
    more = prover.lot(COBALT, 1)
    outputs = [*request[3], (more.id, 1, HYDROXIDE)]
    added = with_field(with_field(request, 3, outputs), 6, [*request[6], sealed("more")])
    with refused("run4"):
        runs.run(added, {"from": miner})


def test_a_copied_run_is_refused_and_the_original_passes(
    runs, lot_book, split, prove_run, refiner, miner, governor
):
    """The lot has changed hands, its new holder sends the proof of the old one."""
    whole, halves = split
    request = prove_run(REBOOK, [whole], halves)
    for sender, receiver, number_ in ((miner, refiner, 2), (refiner, miner, 4)):
        lot_book.offer(whole.id, sender, receiver, 2**39, {"from": governor})
        lot_book.accept(whole.id, receiver, number_, {"from": governor})
        if receiver == refiner:
            with refused("run2"):
                runs.run(request, {"from": refiner})
    runs.run(request, {"from": miner})


def test_a_restated_lot_counts_as_restated(
    runs, lot_book, prover, split, prove_run, miner, governor
):
    whole, halves = split
    request = prove_run(REBOOK, [whole], halves)
    lot_book.restate(whole.id, prover.lot(COBALT, 10**9).id, {"from": governor})
    with refused("run2"):
        runs.run(request, {"from": miner})


def test_settlement_books_what_was_measured(
    runs, custody, lot_book, stand, prover, hold, prove_run, miner, refiner, umpire, now
):
    """The umpire finds 990 of 1,000 kg; the event says nothing of metal that went in."""
    lot = hold(prover.lot(COBALT, 10**9, 4 * 10**9, 10**9))
    custody.offer(lot.id, refiner, now + DAY, sealed("box"), {"from": miner})
    custody.dispute([lot.id], spoken("short"), {"from": refiner})
    found = 990 * 10**6
    opened = prover.event(COBALT, found)
    event = stand(MEASUREMENT, site=REFINERY, commitment=opened.id)
    custody.approveSettlement(lot.id, event, {"from": umpire})
    settled = prover.lot(COBALT, found, 4 * 10**9, found)
    request = prove_run(SETTLE, [lot], [settled], opened=opened, event=event)
    runs.run(request, {"from": miner})
    assert plain(lot_book.lotOf(settled.id))[:2] == (plain(miner), ACTIVE)
