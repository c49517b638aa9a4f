import pytest

from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement
from zk_circuits.errors import (
    AmountOutOfRange,
    BalanceInconsistent,
    CreditCountWrong,
    NotAnInteger,
)
from zk_circuits.schema import Credit

LARGEST = 2**64 - 1


def test_slots_of_a_lot_are_in_the_order_of_the_commitment():
    lot = Balance(100, 12, 3, 4, credits=(5, 6, 7, 8), direct=9)
    assert lot.slots() == (100, 12, 3, 4, 5, 6, 7, 8, 9)
    assert lot.credit(Credit.RECYCLED_MANUFACTURING) == 7


def test_slots_of_events_are_in_the_order_of_the_commitment():
    birth = BirthMeasurement(100, 12, 4, attested=(5, 6, 7, 8), direct=9)
    assert birth.slots() == (100, 12, 0, 4, 5, 6, 7, 8, 9)
    process = RunMeasurement(100, (61, 40), carbon=12, scrap=3, units=4, direct=9)
    assert process.slots() == (100, 12, 3, 4, 61, 40, 0, 0, 9)
    assert [process.measured(place) for place in range(4)] == [61, 40, 0, 0]


def test_a_measurement_says_nothing_but_metal_and_units():
    assert RunMeasurement.settlement(99, 7).slots() == (99, 0, 0, 7, 99, 0, 0, 0, 0)


def test_largest_amounts_fit():
    most = (LARGEST, 0, LARGEST, 0)
    Balance(LARGEST, LARGEST, LARGEST, LARGEST, credits=most, direct=LARGEST)


@pytest.mark.parametrize("value", [-1, 2**64, 2**300])
@pytest.mark.parametrize("name", ["metal", "carbon", "cahra", "units", "direct"])
def test_amount_outside_64_bits_is_refused_by_name(name, value):
    amounts = {"metal": LARGEST, "carbon": 0, "cahra": 0, name: value}
    with pytest.raises(AmountOutOfRange) as refused:
        Balance(**amounts)
    assert refused.value.values == {"name": name, "value": value, "limit": LARGEST}


@pytest.mark.parametrize("value", [1.0, "1", True, None])
def test_only_integers_are_amounts(value):
    with pytest.raises(NotAnInteger):
        Balance(value, 0, 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"cahra": 11},
        {"credits": (11, 0, 0, 0)},
        {"credits": (0, 0, 0, 11)},
        {"credits": (0, 6, 5, 0)},
        {"direct": 1},
    ],
)
def test_part_above_the_whole_is_refused(fields):
    with pytest.raises(BalanceInconsistent):
        Balance(**{"metal": 10, "carbon": 0, "cahra": 0, **fields})


def test_recycled_credits_may_fill_the_metal_together():
    assert Balance(10, 0, 0, credits=(10, 6, 4, 0)).slots()[4:6] == (10, 6)


@pytest.mark.parametrize("attested", [(11, 0, 0, 0), (0, 5, 6, 0)])
def test_more_attested_than_measured_is_refused(attested):
    with pytest.raises(BalanceInconsistent):
        BirthMeasurement(10, 0, attested=attested)


@pytest.mark.parametrize("amounts", [(), (0,) * 3, (0,) * 5])
def test_four_credits_are_needed(amounts):
    with pytest.raises(CreditCountWrong):
        Balance(1, 0, 0, credits=amounts)
