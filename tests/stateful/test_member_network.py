"""Wrong networks, nodes that are down, keys that have no place, disks that are full."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.deployment import DeploymentUnreadable, deployment_path
from lodetrace.contracts.plan import Founding, Seat
from lodetrace.devchain import ANVIL, running
from lodetrace.errors import ExitCode, StatementRefused
from lodetrace.keys.member_keys import (
    DevelopmentKeyRefused,
    MemberKeys,
    address_of,
    development_signing_key,
)
from lodetrace.member.lots import held_lots, view_lot
from lodetrace.member.prover import Prover, VerifyingKeyDiffers
from lodetrace.member.runs import rebook
from lodetrace.member.session import MemberSession
from lodetrace.node.client import Node, NodeUnreachable, WrongNetwork
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.verifier_keys import DevelopmentKeyOnChain, require_own_keys
from lodetrace.settings import Settings
from lodetrace.transactions.outbox import opened
from tests.stateful.paths import TONNE, born
from tests.support.consortium import PEOPLE, Consortium, compiled
from tests.support.deployer import Deployer, DevelopmentVerifierRefused, SeatsMissing
from zk_circuits.artifacts import ZkArtifacts

pytestmark = pytest.mark.chain

NETWORKS = """
development:
  - {id: anvil, name: anvil, host: "http://127.0.0.1", cmd_settings: {port: 1, chain_id: 31337}}
  - {id: other, name: other, host: "http://127.0.0.1", cmd_settings: {port: 1, chain_id: 1337}}
"""


def settings(consortium: Consortium, **environment: str) -> Settings:
    path = consortium.home / "networks.yaml"
    path.write_text(NETWORKS)
    found = Settings.load(
        {
            "LODETRACE_NETWORKS": str(path),
            "LODETRACE_NETWORK": "anvil",
            "LODETRACE_RPC_URL": consortium.node.url,
            "LODETRACE_HOME": str(consortium.home / "members"),
            "LODETRACE_BUILD": str(compiled().parent),
            "LODETRACE_DEPLOYMENTS": str(consortium.home / "deployments"),
            **environment,
        }
    )
    consortium.deployment.save(deployment_path(found.deployments, "anvil"))
    return found


def keys_of(name: str) -> MemberKeys:
    return MemberKeys.for_development(PEOPLE[name][0])


def test_a_session_from_settings(consortium: Consortium) -> None:
    with MemberSession.open(settings(consortium), keys_of("mine")) as member:
        assert held_lots(member) == []
        assert member.reads.account_of(member.keys.signer) == member.account


def test_no_deployment_for_the_network(consortium: Consortium) -> None:
    found = settings(consortium, LODETRACE_NETWORK="other")
    with pytest.raises(DeploymentUnreadable, match=r"other\.json"):
        MemberSession.open(found, keys_of("mine"))


def test_a_node_of_another_chain(consortium: Consortium) -> None:
    found = settings(consortium, LODETRACE_NETWORK="other")
    consortium.deployment.save(deployment_path(found.deployments, "other"))
    with pytest.raises(WrongNetwork, match="31337, expected 1337"):
        MemberSession.open(found, keys_of("mine"))


def test_a_node_with_another_history(consortium: Consortium) -> None:
    with running(ANVIL) as chain:
        found = settings(consortium, LODETRACE_RPC_URL=chain.url)
        with pytest.raises(WrongNetwork, match="genesis"):
            MemberSession.open(found, keys_of("mine"))


def test_a_node_that_is_down(consortium: Consortium) -> None:
    with pytest.raises(NodeUnreachable):
        MemberSession.open(
            settings(consortium, LODETRACE_RPC_URL="http://127.0.0.1:1"), keys_of("mine")
        )


def test_a_node_that_goes_down_in_between(consortium: Consortium) -> None:
    """Nothing changes; the same call later does it."""
    lot = born(consortium).lot
    mine = consortium.member("mine")
    dead = Contracts(
        Node("http://127.0.0.1:1", timeout=1), Artifacts(compiled()), mine.contracts.deployment
    )
    cut_off = MemberSession(consortium.network, dead, mine.keys, mine.folder)
    with pytest.raises(NodeUnreachable):
        rebook(cut_off, [lot])
    cut_off.close()
    assert rebook(mine, [lot]).outputs[0].opening.lot.metal == 6 * TONNE


def test_development_keys_have_no_place_elsewhere(consortium: Consortium) -> None:
    real = replace(consortium.network, development=False, keys="development")
    with pytest.raises(DevelopmentKeyRefused):
        MemberSession(real, consortium.contracts(), keys_of("mine"), consortium.home / "x")
    with pytest.raises(DevelopmentKeyOnChain):
        Prover(consortium.contracts(), real).verifying_key("claim")


def test_a_verifier_that_calls_its_development_key_something_else(
    consortium: Consortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Attack: the published key, generated with `development: false`. Its hash tells."""
    asked = Contracts.call

    def lying(contracts: Contracts, contract: str, function: str, *more: Any, **how: Any) -> Any:
        answer = asked(contracts, contract, function, *more, **how)
        return (False,) if function == "DEVELOPMENT_KEY" else answer

    monkeypatch.setattr(Contracts, "call", lying)
    real = replace(consortium.network, development=False, keys="development")
    with pytest.raises(DevelopmentKeyOnChain):
        Prover(consortium.contracts(), real).verifying_key("claim")
    with pytest.raises(DevelopmentKeyOnChain, match="origin"):
        require_own_keys(consortium.contracts().call, "anvil")


def test_contracts_are_not_opened_with_published_keys(
    consortium: Consortium, tmp_path: Path
) -> None:
    """So that clients, oracle nodes and gateway do not begin at all."""
    consortium.deployment.save(tmp_path / "live.json")
    network = {
        "id": "live", "name": "live", "host": consortium.node.url,
        "chainid": consortium.node.chain_id,
    }  # fmt: skip
    networks = tmp_path / "networks.yaml"
    networks.write_text(json.dumps({"live": [{"name": "live", "networks": [network]}]}))
    settings = Settings.load({
        "LODETRACE_NETWORKS": str(networks), "LODETRACE_NETWORK": "live",
        "LODETRACE_DEPLOYMENTS": str(tmp_path), "LODETRACE_BUILD": str(compiled().parent),
    })  # fmt: skip
    assert not settings.network.development
    with pytest.raises(DevelopmentKeyOnChain):
        Contracts.of(settings, consortium.node)


def test_another_circuit_version_is_noticed(consortium: Consortium, tmp_path: Path) -> None:
    here = ZkArtifacts.of_checkout()
    shutil.copy(here.verifying_key_path("origin"), tmp_path / "price_in_range.vkey.json")
    shutil.copy(here.verifying_key_path("rebook2"), tmp_path / "claim.vkey.json")
    prover = Prover(consortium.contracts(), consortium.network, replace(here, keys=tmp_path))
    with pytest.raises(VerifyingKeyDiffers):
        prover.verifying_key("price_in_range")
    with pytest.raises(StatementRefused, match="claim has 4 public signals"):
        prover.verifying_key("claim")


def test_a_deployment_needs_seats_and_a_ceremony(consortium: Consortium) -> None:
    keys = [development_signing_key(index) for index in range(4)]
    seats = tuple(Seat(address_of(key), bytes([at]) * 32) for at, key in enumerate(keys, 1))
    with opened(consortium.home / "deployer.sqlite") as outbox:
        lonely = Deployer(consortium.node, Artifacts(compiled()), outbox, keys[:1])
        with pytest.raises(SeatsMissing):
            lonely.deploy(consortium.network, Founding(seats))
        enough = Deployer(consortium.node, Artifacts(compiled()), outbox, keys)
        real = replace(consortium.network, development=False)
        with pytest.raises(DevelopmentVerifierRefused):
            enough.deploy(real, Founding(seats))
        said: list[str] = []
        again = Deployer(consortium.node, Artifacts(compiled()), outbox, keys, said.append)
        deployment = again.deploy(consortium.network, Founding(seats, quorum=2))
        assert again.deploy(consortium.network, Founding(seats, quorum=2)) == deployment
        assert said[-1] == "founding act"


def victim(consortium: Consortium, lot: bytes, limit: int) -> subprocess.CompletedProcess[str]:
    script = Path(__file__).with_name("full_disk_victim.py")
    record = consortium.home / "deployment.json"
    consortium.deployment.save(record)
    words = [consortium.node.url, str(record), str(compiled()), str(consortium.home / "mine"),
             str(PEOPLE["mine"][0]), lot.hex(), str(limit)]  # fmt: skip
    return subprocess.run(
        [sys.executable, str(script), *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_full_disk_sends_nothing(consortium: Consortium) -> None:
    lot = born(consortium).lot
    sent = consortium.node.transaction_count(consortium.account("mine"), "latest")
    consortium.close()
    full = victim(consortium, lot, 4096)
    assert full.returncode == ExitCode.STORAGE, full.stderr
    assert "no room" in full.stdout
    assert consortium.node.transaction_count(consortium.account("mine"), "latest") == sent
    roomy = victim(consortium, lot, 1 << 30)
    assert roomy.returncode == 0, roomy.stderr
    assert view_lot(consortium.member("mine"), lot).lot.state.name == "CONSUMED"
