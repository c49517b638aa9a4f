"""Attack on oneself: an event names lots of two accounts of one member. It would bind them for 180
days, and no account could run it."""

import pytest

from tests.contracts.conftest import DAY, REFINERY
from tests.contracts.consents import add_account
from tests.contracts.lots.making import ACTIVE, NAMED, PROCESSING, in_order, site_event
from tests.contracts.people import Role, word
from tests.contracts.reverts import reverts


@pytest.fixture
def yard(members, accounts, refiner):
    """A second account of the refiner's."""
    add_account(members, accounts[33], Role.TRADER | Role.OPERATOR, word("key"), refiner)
    return accounts[33]


@pytest.fixture
def named(make_lot, refiner):
    """Two lots of the refiner's first account, in the order of an event."""
    return in_order([make_lot("lot", refiner), make_lot("other", refiner)])


@pytest.fixture
def move(lot_book, governor):
    """A lot goes from one account to another."""

    def moved(lot, sender, receiver):
        offered = lot_book.offer(lot, sender, receiver, 2**39, {"from": governor})
        assert offered.status == 1
        sequence = lot_book.offerOf(lot)[2]
        lot_book.accept(lot, receiver, sequence, 0, {"from": governor})

    return moved


def test_the_first_inspector_is_told(attestations, named, move, yard, refiner, nodes, now):
    _, second = named
    move(second, refiner, yard)
    statement = site_event(REFINERY, now - DAY, PROCESSING, inputs=named)
    with reverts("InputsOfAccounts", second, yard, refiner):
        attestations.attest(statement, {"from": nodes[0]})


def test_what_is_moved_meanwhile_does_not_stand(
    attestations, lot_book, file, named, move, yard, refiner, nodes, now
):
    """With one account when it was first attested, with two when it would stand; then with one."""
    first, second = named
    statement = site_event(REFINERY, now - DAY, PROCESSING, inputs=named)
    file(REFINERY, statement[1], statement[7])
    for node in nodes[:2]:
        attestations.attest(statement, {"from": node})
    move(first, refiner, yard)
    with reverts("InputsOfAccounts", second, refiner, yard):
        attestations.attest(statement, {"from": nodes[2]})
    assert [lot_book.lotOf(lot)[1] for lot in named] == [ACTIVE, ACTIVE]
    move(second, refiner, yard)
    attestations.attest(statement, {"from": nodes[2]})
    assert [lot_book.lotOf(lot)[1] for lot in named] == [NAMED, NAMED]
