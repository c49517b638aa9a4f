"""scripts/found.py: deploy, onboard and certify in one run of Brownie."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from scripts import found
from scripts.certify import certificate_id
from scripts.consortium import (
    EXAMPLE,
    read_certificates,
    read_determinations,
    read_members,
    read_sites,
)
from scripts.deployed import Deployed

FILES = Path(__file__).resolve().parents[3] / EXAMPLE


@pytest.fixture(autouse=True)
def own_record(tmp_path, monkeypatch):
    """Records go to a folder of the test's own."""
    monkeypatch.setenv("LODETRACE_DEPLOYMENTS", str(tmp_path))


def test_a_consortium_is_founded_once(web3, chain):
    as_of = datetime.fromtimestamp(chain[-1].timestamp, UTC).isoformat()
    found.main(EXAMPLE, as_of)
    contracts = Deployed()
    for member in read_members(FILES / "members.yaml"):
        assert contracts["Members"].sequenceOf(member.id) > 0
        assert contracts["Members"].accreditationOf(member.id) == member.schemes
    for site in read_sites(FILES / "sites.yaml"):
        assert contracts["Sites"].sequenceOf(site.id) > 0
    for place in read_determinations(FILES / "places.yaml"):
        assert len(contracts["Places"].determinationsOf(place.place)) > 0
    accounts = {
        one.name: one for member in read_members(FILES / "members.yaml") for one in member.accounts
    }
    for certificate in read_certificates(FILES / "certificates.yaml"):
        id_ = certificate_id(certificate, accounts[certificate.certifier])
        assert contracts["Certificates"].sequenceOf(id_) > 0
    blocks = web3.eth.block_number
    found.main(EXAMPLE, as_of)
    assert web3.eth.block_number == blocks, "nothing is done twice"
