"""Attack: who makes metal takes a laboratory over, and measures what he sells himself.

A laboratory is registered of an organisation with the laboratory role alone; it was transferred to
whoever had the operator's.
"""

from tests.contracts.conftest import LABORATORY, REFINERY
from tests.contracts.people import PEOPLE, Role, word
from tests.contracts.reverts import reverts


def test_an_operator_takes_no_laboratory_over(sites, governor, miner):
    person = PEOPLE["miner"]
    sites.proposeTransfer(LABORATORY, person.organisation, {"from": governor})
    with reverts("RoleMissing", miner, Role.LABORATORY, person.roles):
        sites.acceptTransfer(LABORATORY, {"from": miner})


def test_a_laboratory_takes_no_plant_over(sites, governor, umpire):
    person = PEOPLE["umpire"]
    sites.proposeTransfer(REFINERY, person.organisation, {"from": governor})
    with reverts("RoleMissing", umpire, Role.OPERATOR, person.roles):
        sites.acceptTransfer(REFINERY, {"from": umpire})


def test_another_laboratory_takes_it_over(sites, sister, governor):
    laboratory = sister("node_4", 31, Role.LABORATORY)
    sites.proposeTransfer(LABORATORY, word("sister 31"), {"from": governor})
    sites.acceptTransfer(LABORATORY, {"from": laboratory})
    assert sites.operatorOf(LABORATORY) == word("sister 31")
