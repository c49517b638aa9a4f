"""Products: each unit goes into one product, once. Their end: test_retirements.py."""

import pytest

from tests.contracts.conftest import DAY
from tests.contracts.lots.clock import pass_time
from tests.contracts.lots.making import (
    ASSIGNED,
    CATHODE,
    COBALT,
    END_OF_LIFE,
    HELD,
    NICKEL,
    OFFERED,
    PACK,
    RETIRED,
    SCRAP,
    output,
    run_request,
    sealed,
)
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.scoped_ids import scoped_of
from tests.contracts.values import emitted, plain

LABEL, OTHER_LABEL = word("car"), word("other car")
CAR, OTHER_CAR = (scoped_of("car_maker", label) for label in (LABEL, OTHER_LABEL))
RETIREMENT = run_request(END_OF_LIFE, [word("packs")], [output("retired", 1, RETIRED)])


@pytest.fixture
def car(products, car_maker):
    products.declare(LABEL, {"from": car_maker})
    return CAR


@pytest.fixture
def packs(make_lot, car_maker):
    """A series of ten packs."""
    return make_lot("packs", car_maker, count=10, material=PACK)


@pytest.fixture
def rival(members, governor, accounts):
    """Another maker."""
    ids = (word("rival"), word("rival group"))
    keys = (word("profile"), accounts[32], word("viewing key"))
    members.register(*ids, Role.MAKER, *keys, {"from": governor})
    return accounts[32]


@pytest.fixture
def assign(products, car_maker):
    return lambda *arguments: products.assign(*arguments, {"from": car_maker})


# --- declaring


def test_declare(products, car_maker):
    tx = products.declare(LABEL, {"from": car_maker})
    emitted(tx, "ProductDeclared", product=CAR, account=car_maker, label=LABEL)
    assert products.ownerOf(CAR) == car_maker
    assert not products.isSealed(CAR)
    assert products.sealedAt(CAR) == 0
    assert products.partsOf(CAR, COBALT) == ()


def test_declared_once(products, car, car_maker):
    with reverts("ProductExists", car):
        products.declare(LABEL, {"from": car_maker})


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("declare", (CAR,)),
        ("assign", (CAR, CAR, 1)),
        ("seal", (CAR,)),
        ("retire", (CAR, RETIREMENT)),
    ],
)
def test_makers_only(products, members, miner, car_maker, governor, name, arguments):
    with reverts("RoleMissing", miner, Role.MAKER, Role.TRADER | Role.OPERATOR):
        getattr(products, name)(*arguments, {"from": miner})
    members.suspend(PEOPLE["car_maker"].organisation, spoken("reason"), {"from": governor})
    with reverts("NotActive", car_maker):
        getattr(products, name)(*arguments, {"from": car_maker})


# --- assigning


def test_assign(products, lot_book, car, packs, assign):
    tx = assign(car, packs, 3)
    emitted(
        tx, "UnitsAssigned", product=car, lot=packs, sequence=2, element=COBALT, units=3, part=0
    )
    assert lot_book.lotOf(packs)[1] == ASSIGNED
    assert lot_book.assignedUnits(packs) == 3
    assert plain(products.partsOf(car, COBALT)) == ((packs, 3),)


def test_units_go_into_several_products(products, lot_book, car, packs, assign, car_maker):
    products.declare(OTHER_LABEL, {"from": car_maker})
    assign(car, packs, 4)
    tx = assign(OTHER_CAR, packs, 6)
    assert tx.events["UnitsAssigned"]["sequence"] == 3
    assert lot_book.assignedUnits(packs) == 10
    assert plain(products.partsOf(OTHER_CAR, COBALT)) == ((packs, 6),)


def test_parts_are_kept_by_metal_in_their_order(products, car, packs, make_lot, assign, car_maker):
    nickel = make_lot("nickel", car_maker, element=NICKEL, material=CATHODE)
    cobalt = make_lot("cobalt", car_maker, material=CATHODE)
    assign(car, packs, 1)
    assign(car, nickel, 1)
    tx = assign(car, cobalt, 1)
    assert tx.events["UnitsAssigned"]["part"] == 1
    assert plain(products.partsOf(car, COBALT)) == ((packs, 1), (cobalt, 1))
    assert plain(products.partsOf(car, NICKEL)) == ((nickel, 1),)


@pytest.mark.parametrize(("first", "then"), [(0, 11), (4, 7), (10, 1), (1, 2**32 - 1)])
def test_a_unit_is_assigned_once(car, packs, assign, first, then):
    if first:
        assign(car, packs, first)
    with reverts("UnitsExceeded", packs, first, then, 10):
        assign(car, packs, then)


def test_no_units_are_no_part(car, packs, assign):
    with reverts("CountInvalid", 0):
        assign(car, packs, 0)


def test_unknown_product(packs, assign):
    with reverts("ProductUnknown", CAR):
        assign(CAR, packs, 1)


def test_product_of_another(products, car, packs, rival):
    for call in (lambda: products.assign(car, packs, 1, {"from": rival}),
                 lambda: products.seal(car, {"from": rival})):  # fmt: skip
        with reverts("NotProductOwner", car, rival):
            call()


def test_lot_of_another(car, make_lot, assign, miner, car_maker):
    lot = make_lot("not mine", miner)
    with reverts("NotHolder", lot, car_maker, miner):
        assign(car, lot, 1)


def test_assigned_lot_of_another(car, packs, assign, lot_book, miner, car_maker, governor):
    lot_book.offer(packs, car_maker, miner, 2**39, {"from": governor})
    lot_book.accept(packs, miner, 2, 0, {"from": governor})
    lot_book.assign(packs, miner, 1, {"from": governor})
    with reverts("NotHolder", packs, car_maker, miner):
        assign(car, packs, 1)


def test_unknown_lot(car, assign):
    with reverts("LotUnknown", word("unknown")):
        assign(car, word("unknown"), 1)


def test_bound_lots_wait(lot_book, car, packs, assign, governor, now):
    lot_book.setState(packs, HELD, now + DAY, {"from": governor})
    with reverts("LotNotFree", packs, HELD, now + DAY):
        assign(car, packs, 1)
    pass_time(now + DAY)
    assign(car, packs, 1)


def test_an_offered_lot_is_not_assigned(custody, car, packs, assign, car_maker, refiner, now):
    custody.offer(packs, refiner, now + DAY, sealed("box"), {"from": car_maker})
    with reverts("LotNotFree", packs, OFFERED, now + DAY):
        assign(car, packs, 1)


def test_an_assigned_lot_is_not_offered(custody, car, packs, assign, car_maker, refiner, now):
    assign(car, packs, 1)
    with reverts("LotNotFree", packs, ASSIGNED, 0):
        custody.offer(packs, refiner, now + DAY, sealed("box"), {"from": car_maker})


@pytest.mark.parametrize("material", [SCRAP, RETIRED])
def test_scrap_is_no_part(car, make_lot, assign, car_maker, material):
    lot = make_lot("waste", car_maker, material=material)
    with reverts("NotAssignable", lot, material):
        assign(car, lot, 1)


def test_a_charge_is_no_part(car, make_lot, assign, car_maker):
    lot = make_lot("charge", car_maker, charge=1, material=PACK)
    with reverts("ChargeBound", lot):
        assign(car, lot, 1)


def test_a_pool_rests_before_it_is_a_part(car, make_lot, assign, lot_of, car_maker):
    lot = make_lot("pool", car_maker, mixed=1)
    rests = lot_of(lot)["born_at"] + DAY
    with reverts("LotResting", lot, rests):
        assign(car, lot, 1)
    pass_time(rests)
    assign(car, lot, 1)


# --- sealing


def test_seal(products, car, packs, assign, car_maker):
    tx = products.seal(car, {"from": car_maker})
    emitted(tx, "ProductSealed", product=car)
    assert products.isSealed(car)
    assert products.sealedAt(car) == tx.timestamp
    with reverts("ProductIsSealed", car):
        assign(car, packs, 1)
    with reverts("ProductIsSealed", car):
        products.seal(car, {"from": car_maker})


def test_unknown_products_are_not_sealed(products, car_maker):
    with reverts("ProductUnknown", CAR):
        products.seal(CAR, {"from": car_maker})
    assert products.ownerOf(CAR) == "0x" + "0" * 40
