"""scripts/rehearse.sh: a deployment on a copy of the chain, by members whose keys are elsewhere."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from lodetrace.contracts.plan import NAMES
from lodetrace.devchain import ANVIL, GANACHE, DevChain, running
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.node.client import Node
from tests.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.chain, pytest.mark.brownie]

RECORD = ROOT / "build" / "rehearsal" / "consortium.json"
NETWORKS = """
development: []
live:
  - name: Lodetrace
    networks: [{{id: consortium, name: Consortium, host: "{url}", chainid: {chain_id}}}]
lodetrace: {{consortium: {{development: {development}, keys: development}}}}
"""


@pytest.fixture(scope="module")
def chain() -> Iterator[DevChain]:
    with running(ANVIL) as started:
        yield started


@pytest.fixture
def members(tmp_path: Path) -> Path:
    """Four seats by address; their keys are nowhere on this machine."""
    entries = []
    for index, name in enumerate(("alpha", "beta", "gamma", "delta")):
        keys = MemberKeys.for_development(index)
        viewing_key = "0x" + keys.viewing_key.public.hex()
        account = {"name": name, "address": keys.account, "viewing_key": viewing_key}
        entries.append(
            {
                "organisation": name,
                "group": name,
                "roles": ["TRADER"],
                "seat": True,
                "accounts": [account],
            }
        )
    path = tmp_path / "members.yaml"
    path.write_text(yaml.safe_dump({"members": entries}))
    return path


def deploy(
    program: str, chain: DevChain, members: Path, *, development: bool = True, **more: str
) -> subprocess.CompletedProcess[str]:
    networks = members.with_name("networks.yaml")
    networks.write_text(
        NETWORKS.format(
            url=chain.url, chain_id=chain.chain_id, development=str(development).lower()
        )
    )
    given = {
        "LODETRACE_NETWORKS": str(networks),
        "LODETRACE_RPC_URL": chain.url,
        "LODETRACE_DEPLOYMENTS": str(members.parent / "deployments"),
    }
    words = ["run", "scripts/deploy", "main", str(members), "0", "--network", "consortium"]
    return subprocess.run(
        [ROOT / "scripts" / program, *words],
        env={**os.environ, **given, **more},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_everything_is_deployed_on_the_copy_and_nothing_on_the_chain(
    chain: DevChain, members: Path
) -> None:
    done = deploy("rehearse.sh", chain, members)
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
    assert tuple(json.loads(RECORD.read_text())["contracts"]) == NAMES
    with Node(chain.url) as node:
        assert node.head() == 0
    assert not (members.parent / "deployments").exists()


def test_what_the_network_would_refuse_is_refused_on_the_copy(
    chain: DevChain, members: Path
) -> None:
    done = deploy("rehearse.sh", chain, members, development=False)
    assert done.returncode != 0
    assert "DevelopmentVerifierRefused" in done.stdout + done.stderr


def test_without_a_seats_key_nothing_begins_on_the_chain_itself(
    chain: DevChain, members: Path
) -> None:
    done = deploy("setup/brownie.sh", chain, members)
    assert "NoSeatHere" in done.stdout + done.stderr


def test_signatures_are_lent_on_copies_only(members: Path) -> None:
    with running(GANACHE) as ganache:
        done = deploy("setup/brownie.sh", ganache, members, LODETRACE_REHEARSAL="1")
    assert "NotACopy" in done.stdout + done.stderr
