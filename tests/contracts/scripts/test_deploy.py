"""scripts/deploy.py: every contract, the founding act, a record; resumes, upgrades, refuses."""

import json
from contextlib import contextmanager
from pathlib import Path

import pytest
from brownie import network, project

from lodetrace.contracts.deployment import Deployment
from lodetrace.contracts.plan import NAMES, REPLACEABLE, VERIFIERS, Founding, directory_name
from lodetrace.settings import Network
from scripts import deploy
from scripts.consortium import read_members
from scripts.council_act import ActNotDue, Governance, MajorityMissing, call
from scripts.deployed import Deployed, DeploymentForeign, code_hash_at, record_path
from scripts.signers import signer

pytestmark = pytest.mark.usefixtures("own_record")


@pytest.fixture
def own_record(tmp_path, monkeypatch):
    """Records go to a folder of the test's own."""
    monkeypatch.setenv("LODETRACE_DEPLOYMENTS", str(tmp_path))


def sent(accounts):
    """Transactions of the deployer so far."""
    return accounts[0].nonce


def test_deployment_is_complete_and_recorded(web3, chain):
    deploy.main()

    record = Deployment.load(record_path())
    assert tuple(record.contracts) == NAMES
    assert (record.network, record.chain_id) == (network.show_active(), chain.id)
    assert record.genesis == "0x" + bytes(web3.eth.get_block(0)["hash"]).hex()
    contracts = Deployed()
    for name, contract in record.contracts.items():
        assert contract.code_hash == code_hash_at(contract.address)
        assert len(web3.eth.get_code(contract.address)) <= 24_576
        at, version = contracts["Directory"].current(directory_name(name))
        assert (at, version) == (contract.address, 1)


def test_founding_act_sets_the_rules():
    deploy.main()
    contracts = Deployed()
    assert contracts["Settings"].quorum() == 3
    assert contracts["Certificates"].creditRule(1)[0] == sum(1 << s for s in range(1, 6))
    assert contracts["Council"].groupCount() == 5
    assert contracts["Council"].delay() == 0


def test_delay_is_that_of_the_command(chain):
    with pytest.raises(ActNotDue) as refused:
        deploy.main(delay="600")
    assert refused.value.values["due"] > chain.time()
    chain.sleep(1_201)  # the founding act is constitutional: twice the delay
    deploy.main(delay="600")
    assert Deployed()["Council"].delay() == 600


def test_each_member_brings_his_own_approval(accounts):
    """Four of five groups decide: one deploys, two approve, the fourth executes."""
    seats = [
        member for member in read_members(Path(deploy.EXAMPLE) / "members.yaml") if member.seat
    ]
    founding = Founding(tuple(deploy._seat(member) for member in seats), 0)
    for member in seats[:3]:
        with pytest.raises(MajorityMissing):
            deploy.BrownieDeployer([signer(member.admin)], founding).deploy()
    before = sent(accounts)
    deploy.BrownieDeployer([signer(seats[3].admin)], founding).deploy()
    assert sent(accounts) == before, "the first member deployed all, and nothing again"
    assert Deployed()["Settings"].quorum() == 3


def test_nothing_is_done_twice(accounts):
    deploy.main()
    before, text = sent(accounts), record_path().read_text()
    deploy.main()
    assert sent(accounts) == before
    assert record_path().read_text() == text


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("stop_after", [1, 6, 20])
def test_stopped_deployment_ends_as_one_never_stopped(
    accounts, chain, monkeypatch, stop_after, recorded
):
    """Stopped after its so-manieth contract, right after or right before it was recorded."""
    chain.snapshot()
    deploy.main()
    expected = record_path().read_text()
    record_path().unlink()
    chain.revert()
    save, saved = deploy.BrownieDeployer._save, []

    def save_and_stop(self):
        saved.append(len(self.record))
        if len(saved) < stop_after or recorded:
            save(self)
        if len(saved) == stop_after:
            raise Killed

    monkeypatch.setattr(deploy.BrownieDeployer, "_save", save_and_stop)
    with pytest.raises(Killed):
        deploy.main()
    monkeypatch.setattr(deploy.BrownieDeployer, "_save", save)

    deploy.main()

    assert record_path().read_text() == expected
    # The deployer also proposed and executed the founding act.
    assert sent(accounts) == len(NAMES) + 2


def test_lost_record_is_found_again(accounts):
    deploy.main()
    before, text = sent(accounts), record_path().read_text()
    record_path().unlink()
    deploy.main()
    assert (sent(accounts), record_path().read_text()) == (before, text)


@contextmanager
def older_code(name):
    """The contract with another hash of its sources at the end of its code."""
    with pytest.MonkeyPatch.context() as patch:
        build = project.get_loaded_projects()[0][name]._build
        code = build["bytecode"]
        other = "00" if code[-40:-38] != "00" else "11"
        patch.setitem(build, "bytecode", code[:-40] + other + code[-38:])
        yield


def test_changed_code_becomes_the_next_version(accounts):
    """Runs names Custody in its code, so both are deployed anew; nothing else is."""
    with older_code("Custody"):
        deploy.main()
    former = Deployment.load(record_path()).contracts["Custody"]
    before = sent(accounts)

    deploy.main()

    record = Deployment.load(record_path())
    contracts = record.contracts
    again = {name for name, contract in contracts.items() if contract.version == 2}
    assert again == {"Custody", "Runs"}
    assert contracts["Custody"].address != former.address
    assert record.former.keys() == again
    assert record.addresses("Custody") == [contracts["Custody"].address, former.address]
    assert sent(accounts) == before + 4  # two contracts, proposal, execution
    directory = Deployed()["Directory"]
    assert directory.at(directory_name("Custody"), 1) == former.address
    assert directory.current(directory_name("Members"))[1] == 1


def test_claims_go_on_with_the_version_before(accounts):
    with older_code("Claims"):
        deploy.main()
    former = Deployment.load(record_path()).contracts["Claims"]
    deploy.main()
    assert Deployment.load(record_path()).contracts["Claims"].version == 2
    assert Deployed()["Claims"].PARENT() == former.address
    before = sent(accounts)
    deploy.main()
    assert sent(accounts) == before, "its own parent is no change"


@pytest.mark.parametrize("name", sorted({*NAMES} - REPLACEABLE - {*VERIFIERS.values()}))
def test_an_upgrade_that_leaves_state_behind_is_refused(accounts, name):
    with older_code(name):
        deploy.main()
    before, text = sent(accounts), record_path().read_text()
    with pytest.raises(deploy.StateLeftBehind) as refused:
        deploy.main()
    assert refused.value.values["name"] == name
    assert (sent(accounts), record_path().read_text()) == (before, text)


def test_upgrade_leaves_rules_of_other_contracts_alone(accounts):
    """The council may have changed them since the founding."""
    with older_code("Gates"):
        deploy.main()
    contracts = Deployed()
    council = Governance(contracts["Council"], accounts_of_seats(accounts))
    council.carry("test", [call(contracts["Settings"].setQuorum, 4)])

    deploy.main()

    assert Deployment.load(record_path()).contracts["Gates"].version == 2
    assert contracts["Settings"].quorum() == 4


def accounts_of_seats(accounts):
    return [accounts[index] for index in (0, 3, 4, 5)]


def test_development_verifiers_are_refused_where_something_is_at_stake(monkeypatch):
    consortium = Network("consortium", "C", None, 1337, development=False, keys="development")
    monkeypatch.setattr(deploy, "active_network", lambda: consortium)
    with pytest.raises(deploy.DevelopmentVerifierRefused):
        deploy.main()
    assert set(Deployment.load(record_path()).contracts) == set(VERIFIERS.values())


def test_verifiers_of_a_set_that_nobody_generated(monkeypatch):
    ours = Network("consortium", "C", None, 1337, development=False, keys="ours")
    monkeypatch.setattr(deploy, "active_network", lambda: ours)
    with pytest.raises(deploy.VerifierNotGenerated, match="OursOriginVerifier"):
        deploy.main()


def test_record_of_another_chain_is_not_followed(capsys, accounts):
    deploy.main()
    foreign = json.loads(record_path().read_text())
    foreign["genesis"] = "0x" + "11" * 32
    record_path().write_text(json.dumps(foreign))
    with pytest.raises(DeploymentForeign):
        Deployed()
    before = sent(accounts)
    deploy.main()
    assert "another chain" in capsys.readouterr().out
    assert sent(accounts) == before  # what this chain has is found again
