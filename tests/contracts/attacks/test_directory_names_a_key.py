"""Attack: a bare majority names a contract of its own in the Directory, and readers believe it.

A verifier takes the events of whatever the Directory names: a second book and rules that answer to
it tell any history. The call was an ordinary act, and a key that borrows code passed for a
contract.
"""

import pytest

from tests.contracts.people import ZERO_ADDRESS
from tests.contracts.reverts import reverts
from tests.contracts.rights import coded

DELEGATION = "0xef0100" + "11" * 20
"""What stands at a key that borrows code (EIP-7702)."""
NAME = "0x" + b"LotBook".ljust(32, b"\0").hex()
SALT = "0x" + "01" * 32


@pytest.fixture
def seats(accounts):
    return accounts[20:24]


@pytest.fixture
def council(Council, governor, seats):  # noqa: N803 - Brownie's fixture of the contract
    groups = ["0x" + f"{number:02x}" * 32 for number in range(1, 5)]
    return governor.deploy(Council, seats, groups, 0)


def test_an_entry_takes_a_constitutional_act(council, Directory, governor, seats):  # noqa: N803
    directory = governor.deploy(Directory, council)
    data = directory.register.encode_input(NAME, ZERO_ADDRESS)
    act = council.propose([(directory, data)], SALT, {"from": seats[0]}).return_value
    assert council.actOf(act)[4] is True


def test_a_key_that_borrows_code_is_not_named(Directory, governor, miner):  # noqa: N803
    directory = governor.deploy(Directory, governor)
    with coded(miner, DELEGATION), reverts("NoCode", miner):
        directory.register(NAME, miner, {"from": governor})
