"""Totals: weighted sums over the parts of a product, chained beyond sixteen."""

import pytest

from tests.contracts.lots.making import COBALT, NICKEL, NO_PROOF, PACK, field_word, number
from tests.contracts.people import ZERO_WORD, Role, word
from tests.contracts.reverts import reverts
from tests.contracts.scoped_ids import scoped_of
from tests.contracts.values import emitted, plain

pytestmark = pytest.mark.usefixtures("rows_add_up")

LABEL, OTHER_LABEL = word("car"), word("other car")
CAR, OTHER_CAR = (scoped_of("car_maker", label) for label in (LABEL, OTHER_LABEL))
COBALT_TAG = 1 | 2 << 8 | 2 << 16 | COBALT << 32


def request(**changes):
    """IClaims.TotalRequest: the first part of the car, at scale 1."""
    fields = {
        "product": CAR,
        "element": COBALT,
        "first": 0,
        "count": 1,
        "scale": 1,
        "previous": ZERO_WORD,
        "total": field_word("total"),
        "proof": NO_PROOF,
    }
    assert changes.keys() <= fields.keys()
    return tuple({**fields, **changes}.values())


@pytest.fixture
def assign(products, make_lot, car_maker):
    """Assigns new lots to a product: pairs of units and count; returns their ids."""

    def make(*parts, product=CAR, name="part", **changes):
        lots = []
        for index, (units, count) in enumerate(parts):
            material = {"material": PACK} if count > 1 else {}
            lots.append(make_lot(f"{name} {index}", car_maker, count=count, **material, **changes))
            products.assign(product, lots[-1], units, {"from": car_maker})
        return lots

    return make


@pytest.fixture(autouse=True)
def car(products, car_maker):
    products.declare(LABEL, {"from": car_maker})


@pytest.fixture
def record(claims, car_maker):
    def call(who=car_maker, **changes):
        return claims.recordTotal(request(**changes), {"from": who})

    return call


def seal(products, car_maker):
    products.seal(CAR, {"from": car_maker})


def parts_of(tx):
    """Totals, weights by part, and the parts of the public signals."""
    signals = plain(tx.events["TotalRecorded"]["publicSignals"])
    words = signals[4:8]
    weights = [words[index // 4] >> 32 * (index % 4) & 0xFFFFFFFF for index in range(16)]
    return signals[3], weights, list(signals[8:])


def padded(values):
    return [*values, *[0] * (16 - len(values))]


# --- recording


def test_total(claims, products, assign, record, car_maker):
    lots = assign((3, 12), (1, 1), (2, 4))
    seal(products, car_maker)
    ctx = claims.totalCtxOf(car_maker, request(count=3, scale=12))
    tx = record(count=3, scale=12)
    weights = 3 | 12 << 32 | 6 << 64
    signals = (
        ctx, COBALT_TAG, number(field_word("total")), 0, weights, 0, 0, 0,
        *padded([number(lot) for lot in lots]),
    )  # fmt: skip
    emitted(
        tx, "TotalRecorded", total=field_word("total"), product=CAR, account=car_maker,
        element=COBALT, firstPart=0, parts=3, scale=12, previous=ZERO_WORD, complete=True,
        publicSignals=signals, proof=NO_PROOF,
    )  # fmt: skip
    total = plain(claims.totalOf(field_word("total")))
    assert total == (CAR, COBALT, 3, 12, tx.timestamp, True)


def test_parts_count_with_their_present_commitment(lot_book, assign, record, governor):
    (lot,) = assign((1, 1))
    lot_book.restate(lot, field_word("restated"), {"from": governor})
    assert parts_of(record())[2][0] == number(field_word("restated"))


def test_seventeen_parts_in_two_totals(claims, products, assign, record, car_maker):
    lots = assign(*[(1, 1)] * 17)
    seal(products, car_maker)
    first = record(count=16)
    assert not first.events["TotalRecorded"]["complete"]
    assert parts_of(first) == (0, [1] * 16, [number(lot) for lot in lots[:16]])
    then = record(first=16, count=1, previous=field_word("total"), total=field_word("all"))
    parts = [number(field_word("total")), number(lots[16])]
    assert parts_of(then) == (1, padded([1, 1]), padded(parts))
    assert then.events["TotalRecorded"]["parts"] == 17
    assert claims.totalOf(field_word("all"))[5]


def test_a_following_total_has_room_for_fifteen(assign, record):
    lots = assign(*[(1, 1)] * 17)
    record(count=1)
    following = {"first": 1, "previous": field_word("total"), "total": field_word("more")}
    with reverts("PartsMismatch", CAR, 1, 16):
        record(count=16, **following)
    tx = record(count=15, **following)
    assert parts_of(tx)[2][1:] == [number(lot) for lot in lots[1:16]]


def test_totals_are_of_one_metal(assign, record):
    (cobalt,) = assign((1, 1))
    (nickel,) = assign((1, 1), name="nickel", element=NICKEL)
    assert parts_of(record())[2][0] == number(cobalt)
    tx = record(element=NICKEL, total=field_word("nickel total"))
    assert parts_of(tx)[2][0] == number(nickel)
    assert tx.events["TotalRecorded"]["publicSignals"][1] == 1 | 2 << 8 | 2 << 16 | NICKEL << 32


def test_the_heaviest_weight_fits(assign, record):
    assign((1, 1), (2**32 - 1, 2**32 - 1))
    assert parts_of(record(count=2, scale=2**32 - 1))[1][:2] == [2**32 - 1] * 2


@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize("covered", [1, 2])
def test_complete_only_when_sealed_and_covered(
    products, assign, record, car_maker, sealed, covered
):
    assign((1, 1), (1, 1))
    if sealed:
        seal(products, car_maker)
    tx = record(count=covered)
    assert tx.events["TotalRecorded"]["complete"] == (sealed and covered == 2)


def test_proof_refused(claims, assign, record, answering):
    assign((1, 1))
    answering.setAnswer(False)
    with reverts("ProofRefused", "0x" + b"total".ljust(32, b"\0").hex()):
        record()
    assert claims.totalOf(field_word("total"))[2] == 0


# --- refusals


def test_makers_only(record, miner):
    with reverts("RoleMissing", miner, Role.MAKER, Role.TRADER | Role.OPERATOR):
        record(miner)


def test_product_of_another(record, assign, members, governor, accounts):
    ids = (word("rival"), word("rival group"))
    keys = (word("profile"), accounts[33], word("viewing key"))
    members.register(*ids, Role.MAKER, *keys, {"from": governor})
    assign((1, 1))
    with reverts("NotProductOwner", CAR, accounts[33]):
        record(accounts[33])


def test_unknown_product(record, car_maker):
    with reverts("NotProductOwner", OTHER_CAR, car_maker):
        record(product=OTHER_CAR)


def test_total_is_recorded_once(assign, record):
    assign((1, 1))
    record()
    with reverts("TotalExists", field_word("total")):
        record()


@pytest.mark.parametrize(
    ("first", "count"), [(0, 0), (0, 17), (1, 1), (0, 3), (2**32 - 1, 2**32 - 1)]
)
def test_parts_are_there_and_fit(assign, record, first, count):
    assign((1, 1), (1, 1))
    with reverts("PartsMismatch", CAR, first, count):
        record(first=first, count=count)


def test_no_parts_no_total(record):
    with reverts("PartsMismatch", CAR, 0, 1):
        record()


@pytest.mark.parametrize(
    "changes",
    [
        {"first": 0},
        {"first": 2},
        {"scale": 2},
        {"element": NICKEL},
        {"product": OTHER_CAR},
        {"previous": field_word("unknown")},
        {"count": 0},
    ],
)
def test_a_total_goes_on_where_the_previous_one_ended(products, assign, record, car_maker, changes):
    products.declare(OTHER_LABEL, {"from": car_maker})
    assign(*[(1, 1)] * 3)
    assign(*[(1, 1)] * 3, name="nickel", element=NICKEL)
    assign(*[(1, 1)] * 3, name="other", product=OTHER_CAR)
    record()
    following = {"first": 1, "previous": field_word("total"), "total": field_word("more")}
    given = {**following, **changes}
    with reverts("PartsMismatch", given.get("product", CAR), given["first"], given.get("count", 1)):
        record(**given)
    record(**following)


@pytest.mark.parametrize(
    ("units", "count", "scale"), [(1, 3, 4), (2, 3, 1), (1, 1, 0), (1, 2, 2**32 - 1)]
)
def test_weights_are_whole(assign, record, units, count, scale):
    (lot,) = assign((units, count))
    with reverts("ScaleInvalid", lot, count, scale):
        record(scale=scale)


@pytest.mark.parametrize(
    ("field", "error"), [("schema", "SchemaMismatch"), ("format", "FormatMismatch")]
)
def test_one_schema_and_format_a_total(assign, record, field, error):
    (lot,) = assign((1, 1), **{field: 3})
    with reverts(error, lot, 2, 3):
        record()


# --- ctx


def test_ctx_changes_with_every_part_of_the_request(claims, car_maker, miner):
    changed = [
        {}, {"product": OTHER_CAR}, {"first": 1}, {"count": 2}, {"scale": 2},
        {"previous": field_word("previous")}, {"total": field_word("other")},
    ]  # fmt: skip
    found = [claims.totalCtxOf(car_maker, request(**changes)) for changes in changed]
    found.append(claims.totalCtxOf(miner, request()))
    assert len(set(found)) == len(found)
    assert claims.totalCtxOf(car_maker, request(proof=((1,) * 8,))) == found[0]


def test_unknown_total_is_nothing(claims):
    assert plain(claims.totalOf(field_word("total"))) == (ZERO_WORD, 0, 0, 0, 0, False)
