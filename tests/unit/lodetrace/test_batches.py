"""Which lots of a batch move together: equal counts of every metal."""

from dataclasses import replace

import pytest

from lodetrace.contracts.enums import CustodyModel, LotState, Material
from lodetrace.contracts.structs import NOBODY, Lot
from lodetrace.member.batches import Batch, batch_of, companions, exactly, in_batches

COBALT, NICKEL = 27, 28
ELEMENTS = {7: 1 << COBALT | 1 << NICKEL}


def lot(element: int = COBALT, count: int = 1, index: int = 0, **changes: object) -> Lot:
    made = Lot(
        account=NOBODY, state=LotState.ACTIVE, revision=0, sequence=1, until=0, held_since=0,
        model=CustodyModel.SEGREGATED, count=count, born_at=0, time=0, element=element, schema=2,
        format=2, material=Material.PACK, root=7, index=index, mixed=False, charge=False,
        reworked=False, young=False, oldest=0,
    )  # fmt: skip
    return replace(made, **changes)


def ids(*names: str) -> list[bytes]:
    return [name.encode() for name in names]


def test_lots_with_the_missing_units_come_along() -> None:
    named = {b"a": lot(count=50)}
    others = {
        b"b": lot(NICKEL, 96),
        b"c": lot(NICKEL, 30),
        b"d": lot(NICKEL, 20),
        b"e": lot(NICKEL, 50, index=1),
        b"f": lot(NICKEL, 50, root=8),
    }
    assert companions(named, others, ELEMENTS) == ids("c", "d")


def test_nothing_comes_along_that_does_not_fit() -> None:
    assert companions({b"a": lot(count=50)}, {b"b": lot(NICKEL, 96)}, ELEMENTS) == []


@pytest.mark.parametrize(
    "alone", [lot(material=Material.SULPHATE), lot(mixed=True)], ids=["no units", "mixed"]
)
def test_what_lies_in_no_batch_moves_alone(alone: Lot) -> None:
    assert batch_of(alone) is None
    assert companions({b"a": alone}, {b"b": lot(NICKEL)}, ELEMENTS) == []


def test_lots_of_a_batch_stand_next_to_each_other() -> None:
    lots = {b"a": lot(index=1), b"b": lot(index=0), b"c": lot(NICKEL, index=1)}
    assert in_batches(lots) == ids("b", "a", "c")
    assert batch_of(lots[b"a"]) == Batch(7, 1)


def test_some_of_many_add_up_exactly() -> None:
    assert exactly([("x", 50), ("y", 30), ("z", 30)], 60) == ["y", "z"]
    assert exactly([("x", 50)], 60) == []
    assert exactly([("x", 50)], 0) == []
