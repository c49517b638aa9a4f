# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""Attack: the rules are replaced, and what the old version had counted counts again.

Protocol 1 kept in each rule contract what it had seen, so that its next version began empty: an
event gave birth twice, the same packs went into two products. Here every rule contract that may be
replaced is replaced once, and for a while both versions are writers of the book.
"""

import pytest

from tests.contracts.conftest import DAY, LABORATORY, MINE, REFINERY
from tests.contracts.lots.making import (
    COBALT,
    END_OF_LIFE,
    IDENTITY_PRESERVED,
    MEASUREMENT,
    NAMED,
    PACK,
    PROCESSING,
    REBOOK,
    RECEIVED,
    RETIRED,
    SETTLE,
    birth,
    field_word,
    output,
    run_request,
    sealed,
    site_event,
)
from tests.contracts.people import spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.scoped_ids import scoped_of
from tests.contracts.values import emitted_many

LABEL = word("car")
CAR = scoped_of("car_maker", LABEL)


@pytest.fixture
def second_attestations(Attestations, members, sites, settings_contract, lot_book, governor, admit):
    registry = (members, sites, settings_contract, lot_book)
    return admit(governor.deploy(Attestations, governor, *registry))


@pytest.fixture
def second_custody(Custody, members, lot_book, attestations, places, governor, admit):
    return admit(governor.deploy(Custody, members, lot_book, attestations, places))


@pytest.fixture
def second_runs(
    Runs,
    members,
    sites,
    attestations,
    gates,
    places,
    lot_book,
    second_custody,
    settings_contract,
    verifiers,
    governor,
    admit,
):
    registry = (members, sites, attestations, gates, places, lot_book, second_custody)
    proofs = (verifiers["rebook2"], verifiers["run4"])
    return admit(governor.deploy(Runs, *registry, settings_contract, *proofs))


@pytest.fixture
def second_origins(
    Origins, members, sites, second_attestations, gates, lot_book, verifiers, governor, admit
):
    registry = (members, sites, second_attestations, gates, lot_book)
    return admit(governor.deploy(Origins, *registry, verifiers["origin"]))


@pytest.fixture
def statement(now):
    return site_event(MINE, now - DAY)


@pytest.fixture
def stands(nodes, file):
    """Filed and attested under one version; returns the event."""

    def attest(attestations, statement):
        file(statement[0], statement[1], statement[7], attestations)
        for node in nodes[:3]:
            attestations.attest(statement, {"from": node})
        return attestations.eventIdOf(statement[0], statement[1], statement[4])

    return attest


def test_an_event_gives_birth_under_one_version(
    attestations, second_attestations, origins, second_origins, stands, statement, miner
):
    event = stands(attestations, statement)
    assert stands(second_attestations, statement) == event, "both say that it stands"
    origins.birth(birth(event, field_word("first")), {"from": miner})
    with reverts("AlreadyUsed", event):
        second_origins.birth(birth(event, field_word("again")), {"from": miner})


def test_the_second_version_counts_for_the_first(
    attestations, second_attestations, origins, second_origins, stands, statement, miner
):
    event = stands(attestations, statement)
    stands(second_attestations, statement)
    second_origins.birth(birth(event, field_word("first")), {"from": miner})
    with reverts("AlreadyUsed", event):
        origins.birth(birth(event, field_word("again")), {"from": miner})


def test_a_withdrawal_under_the_second_version_flags_what_the_first_made(
    attestations, second_attestations, origins, nodes, statement, stands, file, miner
):
    event = stands(attestations, statement)
    stands(second_attestations, statement)
    origins.birth(birth(event, field_word("first")), {"from": miner})
    reason = (word("wrong"), spoken("incorrect data"))
    withdrawal = (MINE, 1, COBALT, word("document"), *reason, [])
    file(MINE, 1, word("wrong"), second_attestations)
    ended = [second_attestations.withdraw(withdrawal, {"from": node}) for node in nodes[:3]][-1]
    (withdrawn,) = emitted_many(ended, "EventWithdrawn")
    assert withdrawn["used"] is True


def test_a_lot_is_named_under_one_version(
    attestations, second_attestations, nodes, make_lot, refiner, lot_book, stands, file, now
):
    """What waits for the run of an event waits for no other one, whichever version says so."""
    lot = make_lot("lot", refiner)
    event = site_event(REFINERY, now - DAY, PROCESSING, inputs=[lot])
    stands(attestations, event)
    until = lot_book.lotOf(lot)[4]
    file(REFINERY, event[1], event[7], second_attestations)
    for node in nodes[:2]:
        second_attestations.attest(event, {"from": node})
    with reverts("LotNotFree", lot, NAMED, until):
        second_attestations.attest(event, {"from": nodes[2]})


@pytest.fixture
def second_products(
    Products, products, members, lot_book, attestations, verifiers, governor, admit
):
    arguments = (members, lot_book, attestations, verifiers["rebook2"])
    return admit(governor.deploy(Products, *arguments))


def test_a_unit_enters_one_product(products, second_products, make_lot, car_maker):
    packs, second = make_lot("packs", car_maker, count=10, material=PACK), second_products
    for one in (products, second):
        one.declare(LABEL, {"from": car_maker})
    products.assign(CAR, packs, 10, {"from": car_maker})
    with reverts("UnitsExceeded", packs, 10, 1, 10):
        second.assign(CAR, packs, 1, {"from": car_maker})


def test_a_unit_leaves_the_version_that_it_entered(
    products, second_products, series, retire, dismantle, car_maker
):
    """What the second version knows of no product, it retires from none."""
    packs = series({LABEL: 1})
    request = run_request(
        END_OF_LIFE,
        [packs],
        [output("retired", 1, RETIRED), output("rest", 9, PACK)],
        event=dismantle(packs),
    )
    second_products.declare(LABEL, {"from": car_maker})
    second_products.seal(CAR, {"from": car_maker})
    with reverts("UnitsNotInProduct", CAR, packs, 0, 1):
        second_products.retire(CAR, request, {"from": car_maker})
    products.retire(CAR, request, {"from": car_maker})


def test_identity_preserved_metal_keeps_its_origin(lot_book, rebook, second_runs, lots, refiner):
    (born,) = lots(1, model=IDENTITY_PRESERVED)
    halves = [output("half 1"), output("half 2")]
    rebook([born], halves, model=IDENTITY_PRESERVED)
    request = run_request(
        REBOOK, [lot for lot, *_ in halves], [output("whole")], model=IDENTITY_PRESERVED
    )
    second_runs.run(request, {"from": refiner})
    assert lot_book.originOf(field_word("whole")) == born


def test_an_approved_settlement_is_carried_out_by_the_second_version(
    custody, second_custody, second_runs, make_lot, stand, miner, refiner, umpire, now
):
    lot = make_lot("disputed", miner)
    custody.offer(lot, refiner, now + DAY, sealed("box"), {"from": miner})
    custody.dispute([lot], RECEIVED, spoken("short weight"), {"from": refiner})
    measurement = stand(MEASUREMENT, site=LABORATORY, inputs=[lot])
    custody.approveSettlement(lot, measurement, {"from": umpire})
    assert second_custody.settlementOf(lot)[0] == measurement
    settled = run_request(SETTLE, [lot], [output("settled")], event=measurement)
    second_runs.run(settled, {"from": miner})


def test_an_offer_of_the_first_version_is_accepted_under_the_second(
    custody, second_custody, lot_book, make_lot, miner, refiner, now
):
    lot = make_lot("lot", miner)
    custody.offer(lot, refiner, now + DAY, sealed("box"), {"from": miner})
    second_custody.accept(lot, 2, {"from": refiner})
    assert lot_book.holderOf(lot) == refiner
    with reverts("NotOffered", lot):
        custody.accept(lot, 2, {"from": refiner})
