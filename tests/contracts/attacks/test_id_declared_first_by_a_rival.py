"""A rival sees an id in the pool, or guesses it, and declares it first: its owner never can."""

from typing import Any

import pytest
from brownie import web3

from tests.contracts.conftest import DAY, MINE
from tests.contracts.people import PEOPLE, Role, word
from tests.contracts.reverts import reverts
from tests.contracts.scoped_ids import scoped

LABEL = word("a label that everybody sees")
IRMA = 2
AUTOMINE = (("evm_setAutomine", [False]), ("evm_setAutomine", [True]))


@pytest.fixture
def rival(members, accounts, governor):
    """Another maker."""
    identity = (word("rival"), word("group rival"), Role.MAKER, word("profile"))
    members.register(*identity, accounts[30], word("viewing key"), {"from": governor})
    return accounts[30]


@pytest.fixture
def one_block():
    """A method called by several accounts, mined together in their order."""

    def mine(method: Any, *arguments: Any, by: tuple[Any, ...]) -> list[Any]:
        ganache = "ganache" in web3.client_version.lower()
        stop, go = (("miner_stop", []), ("miner_start", [])) if ganache else AUTOMINE
        web3.provider.make_request(*stop)
        try:
            sent = [
                web3.eth.send_transaction(
                    {
                        "from": str(who),
                        "to": method._address,
                        "data": method.encode_input(*arguments),
                        "gas": 1_000_000,
                        "gasPrice": (20 - place) * 10**9,
                    }
                )
                for place, who in enumerate(by)
            ]
            web3.provider.make_request("evm_mine", [])
        finally:
            web3.provider.make_request(*go)
        receipts = [web3.eth.get_transaction_receipt(one) for one in sent]
        assert {one["blockNumber"] for one in receipts} == {web3.eth.block_number}
        assert [one["transactionIndex"] for one in receipts] == list(range(len(by)))
        return [one["status"] for one in receipts]

    return mine


@pytest.mark.parametrize("rival_first", [True, False])
def test_a_product(products, car_maker, rival, one_block, rival_first):
    order = (rival, car_maker) if rival_first else (car_maker, rival)
    assert one_block(products.declare, LABEL, by=order) == [1, 1]
    for by in order:
        assert products.ownerOf(scoped(by, LABEL)) == by
    with reverts("ProductExists", scoped(car_maker, LABEL)):
        products.declare(LABEL, {"from": car_maker})


@pytest.mark.parametrize("rival_first", [True, False])
def test_a_certificate(certificates, certifier, affiliate, now, one_block, rival_first):
    terms = (LABEL, MINE, IRMA, 0, now, now + DAY, word("document"))
    order = (affiliate, certifier) if rival_first else (certifier, affiliate)
    assert one_block(certificates.issue, *terms, by=order) == [1, 1]
    for by in order:
        assert certificates.certificateOf(scoped(by, LABEL))[7] == by
    with reverts("CertificateExists", scoped(certifier, LABEL)):
        certificates.issue(*terms, {"from": certifier})


def test_the_id_of_another_account_is_out_of_reach(products, car_maker, rival):
    """Nothing that a rival calls declare() with becomes the id of somebody else."""
    products.declare(scoped(car_maker, LABEL), {"from": rival})
    assert products.ownerOf(scoped(car_maker, LABEL)) == "0x" + "0" * 40
    products.declare(LABEL, {"from": car_maker})
    assert products.ownerOf(scoped(car_maker, LABEL)) == car_maker


def test_an_id_outlives_a_new_key(products, members, car_maker, accounts):
    """It is the account's, whoever signs for it."""
    products.declare(LABEL, {"from": car_maker})
    members.proposeRotation(accounts[21], {"from": car_maker})
    members.acceptRotation(car_maker, {"from": accounts[21]})
    with reverts("ProductExists", scoped(car_maker, LABEL)):
        products.declare(LABEL, {"from": accounts[21]})
    assert members.organisationOf(car_maker) == PEOPLE["car_maker"].organisation
