"""Runs with real proofs: what is true passes, for its sender and place alone."""

import pytest

from tests.contracts.conftest import COBALT, DAY, LABORATORY, REFINERY
from tests.contracts.lots.making import (
    ACTIVE,
    CHARGE,
    CONSUMED,
    HELD,
    HYDROXIDE,
    LOSS,
    MASS_BALANCE,
    MEASUREMENT,
    PACK,
    PROCESS,
    PROCESSING,
    REBOOK,
    RECEIVED,
    REWORK,
    ROOT,
    SCRAP,
    SETTLE,
    SULPHATE,
    sealed,
)
from tests.contracts.lots.proven.requests import by_id, refused, with_field
from tests.contracts.people import spoken
from tests.contracts.values import plain

KG = 10**6


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
        inputs = [hold(prover.lot(COBALT, 250 * KG, 10**6, 250 * KG), refiner) for _ in "abcd"]
        part = 250 * (10**6 - lost)
        outputs = [prover.lot(COBALT, part, 1_150_000, part, direct=50_000) for _ in "abcd"]
        fed = [250_500_000] * 4
        return inputs, outputs, prover.event(COBALT, 4 * part, fed, 600_000, direct=200_000)

    return make


@pytest.fixture
def process_of(stand, prove_run, refiner):
    """The proven request of a process of the plant."""

    def make(inputs, outputs, opened, material=SULPHATE, **changes):
        ids = [lot.id for lot in inputs]
        event = stand(PROCESSING, site=REFINERY, inputs=ids, commitment=opened.id)
        given = {"event": event, "model": MASS_BALANCE, **changes}
        return prove_run(PROCESS, inputs, outputs, refiner, opened, material, **given)

    return make


def test_rebook(runs, lot_book, split, prove_run, miner):
    whole, halves = split
    runs.run(prove_run(REBOOK, [whole], halves), {"from": miner})
    assert lot_book.lotOf(whole.id)[1] == CONSUMED
    assert {lot_book.lotOf(half.id)[1] for half in halves} == {ACTIVE}


@pytest.mark.parametrize("size", [2, 3])
def test_charge(runs, lot_book, prover, hold, prove_run, miner, size):
    """In the small circuit, and in the large one without an event."""
    lots = [hold(prover.lot(COBALT, KG, 7), root=ROOT + place) for place in range(size)]
    whole = prover.lot(COBALT, size * KG, size * 7)
    runs.run(prove_run(CHARGE, lots, [whole]), {"from": miner})
    assert lot_book.lotOf(whole.id)[1] == ACTIVE


@pytest.mark.parametrize(("lost", "state"), [(10_000, ACTIVE), (50_000, HELD)])
def test_process_four_lots_into_four(runs, lot_book, plant, process_of, refiner, lost, state):
    """The refinery's band ends at 4 %; booked and measured metal in differ by 0.2 %."""
    inputs, outputs, opened = plant(lost)
    request = process_of(inputs, outputs, opened, in_band=state == ACTIVE)
    runs.run(request, {"from": refiner})
    assert {lot_book.lotOf(lot.id)[1] for lot in outputs} == {state}


@pytest.mark.parametrize("in_band", [True, False])
def test_whether_the_loss_is_in_band_is_no_choice(runs, plant, process_of, refiner, in_band):
    inputs, outputs, opened = plant(50_000 if in_band else 10_000)
    request = process_of(inputs, outputs, opened, in_band=in_band)
    with refused("run4"):
        runs.run(request, {"from": refiner})


def test_a_band_that_changed_since(runs, sites, plant, process_of, refiner, governor):
    request = process_of(*plant(10_000))
    sites.setBand(REFINERY, 5_000, 0, 9_999, 100_000, {"from": governor})
    with refused("run4"):
        runs.run(request, {"from": refiner})


def test_process_one_lot_into_product_and_scrap(runs, lot_book, prover, hold, process_of, refiner):
    """Two slots are enough, and it is proven in the large circuit all the same."""
    lot = hold(prover.lot(COBALT, 100 * KG, 5 * KG), refiner)
    opened = prover.event(COBALT, 90 * KG, [100 * KG], scrap=8 * KG)
    carbon = [-(-5 * KG * metal // 98) for metal in (90, 8)]
    product, scrap = prover.lot(COBALT, 90 * KG, carbon[0]), prover.lot(COBALT, 8 * KG, carbon[1])
    request = process_of([lot], [product, scrap], opened, (SULPHATE, SCRAP))
    runs.run(request, {"from": refiner})
    assert lot_book.lotOf(scrap.id)[1] == ACTIVE


def test_what_an_event_attests_is_booked_whole(prover, hold, process_of, refiner):
    """What is left unbooked could not hide in a band of a quarter either."""
    lot = hold(prover.lot(COBALT, 100 * KG), refiner)
    opened = prover.event(COBALT, 98 * KG, [100 * KG])
    with pytest.raises(AssertionError, match="refused"):
        process_of([lot], [prover.lot(COBALT, 97 * KG)], opened)


def test_series_are_split_into_equal_units(runs, lot_book, prover, hold, prove_run, miner):
    packs = hold(prover.lot(COBALT, 1_000, 10, units=10), material=PACK)
    parts = [prover.lot(COBALT, 600, 6, units=6), prover.lot(COBALT, 400, 4, units=4)]
    runs.run(prove_run(REBOOK, [packs], parts, material=PACK), {"from": miner})
    assert [lot_book.lotOf(part.id)[7] for part in parts] == [6, 4]


def test_rework(runs, lot_book, stand, prover, hold, prove_run, refiner):
    lot = hold(prover.lot(COBALT, 100 * KG, KG), refiner, material=SULPHATE)
    opened, again = (
        prover.event(COBALT, 99 * KG, [100 * KG], 5),
        prover.lot(COBALT, 99 * KG, KG + 5),
    )
    event = stand(REWORK, site=REFINERY, inputs=[lot.id], commitment=opened.id)
    given = {"event": event, "model": MASS_BALANCE}
    request = prove_run(REWORK, [lot], [again], refiner, opened, SULPHATE, **given)
    runs.run(request, {"from": refiner})
    assert lot_book.lotOf(again.id)[18]


def test_loss(runs, lot_book, stand, prover, hold, prove_run, refiner):
    """A third of two lots is stolen: their carbon stays on the rest."""
    lots = by_id(hold(prover.lot(COBALT, 300 * KG, KG, direct=9), refiner) for _ in "ab")
    opened = prover.event(COBALT, 400 * KG, [300 * KG] * 2)
    rest = prover.lot(COBALT, 400 * KG, 2 * KG, direct=18)
    ids = [lot.id for lot in lots]
    event = stand(LOSS, site=REFINERY, inputs=ids, commitment=opened.id)
    given = {"event": event, "model": MASS_BALANCE}
    runs.run(prove_run(LOSS, lots, [rest], refiner, opened, **given), {"from": refiner})
    assert lot_book.lotOf(rest.id)[14] == ROOT


@pytest.mark.parametrize("index", [3, 4, 6])
def test_a_run_is_proven_as_it_is(runs, split, prove_run, miner, index):
    """Other outputs, another model, other boxes."""
    whole, halves = split
    request = prove_run(REBOOK, [whole], halves)
    changed = {3: request[3][::-1], 4: MASS_BALANCE, 6: request[6][::-1]}
    with refused("rebook2"):
        runs.run(with_field(request, index, changed[index]), {"from": miner})


def test_a_run_over_another_lot_is_refused(runs, prover, hold, split, prove_run, miner):
    whole, halves = split
    request = prove_run(REBOOK, [whole], halves)
    twin = hold(prover.lot(COBALT, 10**9, 3, 10**6))
    with refused("rebook2"):
        runs.run(with_field(request, 2, [twin.id]), {"from": miner})


def test_padding_mints_nothing(runs, prover, split, prove_run, miner):
    """A third output that the proof does not know, and one that it knows left out."""
    whole, halves = split
    request = prove_run(REBOOK, [whole], halves)
    left_out = with_field(with_field(request, 3, request[3][:1]), 6, request[6][:1])
    with refused("rebook2"):
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
        lot_book.accept(whole.id, receiver, number_, 0, {"from": governor})
        if receiver == refiner:
            with refused("rebook2"):
                runs.run(request, {"from": refiner})
    runs.run(request, {"from": miner})


def test_a_restated_lot_counts_as_restated(
    runs, lot_book, prover, split, prove_run, miner, governor
):
    whole, halves = split
    request = prove_run(REBOOK, [whole], halves)
    lot_book.restate(whole.id, prover.lot(COBALT, 10**9).id, {"from": governor})
    with refused("rebook2"):
        runs.run(request, {"from": miner})


@pytest.fixture
def disputed(custody, stand, prover, hold, miner, refiner, umpire, now):
    """A lot of 1,000 kg, of which the laboratory found so much; the event's opening, the event."""

    def make(found):
        lot = hold(prover.lot(COBALT, 1_000 * KG, 4 * 10**9, 1_000 * KG))
        custody.offer(lot.id, refiner, now + DAY, sealed("box"), {"from": miner})
        custody.dispute([lot.id], RECEIVED, spoken("short"), {"from": refiner})
        opened = prover.event(COBALT, found, [found], units=1)
        said = {"inputs": [lot.id], "commitment": opened.id}
        event = stand(MEASUREMENT, site=LABORATORY, **said)
        custody.approveSettlement(lot.id, event, {"from": umpire})
        return lot, opened, event

    return make


def test_settlement_books_what_was_measured(runs, lot_book, prover, prove_run, disputed, miner):
    """The laboratory finds 990 kg: as much is booked, with all of the carbon."""
    found = 990 * KG
    lot, opened, event = disputed(found)
    settled = prover.lot(COBALT, found, 4 * 10**9, found, salt=lot.salt + 1)
    given = {"opened": opened, "event": event, "in_band": False}
    runs.run(prove_run(SETTLE, [lot], [settled], **given), {"from": miner})
    assert plain(lot_book.lotOf(settled.id))[:2] == (plain(miner), ACTIVE)


@pytest.mark.parametrize("metal", [990 * KG - 1, 990 * KG + 1, 1])
def test_nothing_else_is_settled(prover, prove_run, disputed, metal):
    """One milligram less would be as good as a loss that nobody has seen."""
    lot, opened, event = disputed(990 * KG)
    settled = prover.lot(COBALT, metal, 4 * 10**9, metal, salt=lot.salt + 1)
    given = {"opened": opened, "event": event, "in_band": False}
    with pytest.raises(AssertionError, match="refused"):
        prove_run(SETTLE, [lot], [settled], **given)


def test_a_settled_lot_has_the_salt_that_both_sides_know(prover, prove_run, disputed):
    lot, opened, event = disputed(990 * KG)
    settled = prover.lot(COBALT, 990 * KG, 4 * 10**9, 990 * KG)
    given = {"opened": opened, "event": event, "in_band": False}
    with pytest.raises(AssertionError, match="refused"):
        prove_run(SETTLE, [lot], [settled], **given)
