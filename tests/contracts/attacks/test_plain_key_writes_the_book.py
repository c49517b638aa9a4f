"""A plain key becomes writer of the book, and makes lots of nothing without a proof."""

import pytest

from tests.contracts.people import ZERO_WORD
from tests.contracts.reverts import reverts
from tests.contracts.rights import coded

DELEGATION = "0xef0100" + "11" * 20
"""What stands at a key that borrows code (EIP-7702)."""


@pytest.fixture
def grant(lot_book, governor):
    return lambda holder, code_hash: lot_book.setWriter(holder, code_hash, {"from": governor})


def test_key_gets_no_right(grant, miner):
    empty = "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    with reverts("NoCode", miner):
        grant(miner, empty)


def test_key_that_borrows_code_gets_no_right(grant, miner):
    with coded(miner, DELEGATION) as named, reverts("NoCode", miner):
        grant(miner, named)


def test_other_code_than_the_act_names_gets_no_right(grant, miner):
    other = "0x" + "77" * 32
    with coded(miner) as found, reverts("CodeDiffers", miner, other, found):
        grant(miner, other)


def test_right_of_anybody_is_taken(grant, miner):
    grant(miner, ZERO_WORD)
