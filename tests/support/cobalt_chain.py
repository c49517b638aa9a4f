"""The organisations and sites of examples/cobalt on a real anvil, and documents signed for it."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.abi_codec import encode_call
from lodetrace.contracts.deployment import Deployment
from lodetrace.contracts.enums import Role
from lodetrace.contracts.plan import Founding, Seat
from lodetrace.contracts.structs import ZERO32, Call
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.signed_number import domain_of
from lodetrace.eip712 import Domain
from lodetrace.keys.member_keys import MemberKeys, development_signing_key
from lodetrace.node.client import Node
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.council_act import CouncilAct
from lodetrace.onchain.reads import Reads
from lodetrace.settings import Network
from lodetrace.text import hex_of
from lodetrace.transactions.outbox import Outbox
from lodetrace.transactions.sender import Sender
from tests.support.deployer import Deployer
from tests.support.sites import site_struct
from zk_circuits.keccak import keccak256

COBALT = Path(__file__).resolve().parents[2] / "examples" / "cobalt"


@dataclass
class CobaltChain:
    """The deployment; documents: signed files of the story for this chain, by label."""

    node: Node
    artifacts: Artifacts
    deployment: Deployment
    documents: dict[str, Path]

    def contracts(self) -> Contracts:
        return Contracts(self.node, self.artifacts, self.deployment)

    @property
    def domain(self) -> Domain:
        return domain_of(self.deployment)

    def file(self, *signed: SignedDocument) -> None:
        """The sites file their documents, from accounts that a development chain signs for."""
        contracts = self.contracts()
        for one in signed:
            number = (one.site, one.sequence, one.hash)
            if Reads(contracts).filed_at(*number) == 0:
                data = contracts.data("Attestations", "file", *number)
                call = {"to": contracts.address("Attestations"), "data": hex_of(data)}
                self.node.rpc("eth_sendTransaction", [{"from": one.signer, **call}])

    def file_all(self) -> CobaltChain:
        """Every document of the story."""
        self.file(*(SignedDocument.read(path) for path in self.documents.values()))
        return self


def found_cobalt(node: Node, network: Network, artifacts: Artifacts, home: Path) -> CobaltChain:
    """Deploys, registers the story's organisations and sites, signs its documents."""
    members, sites = _file("members.yaml")["members"], _file("sites.yaml")["sites"]
    seats = [member for member in members if member["seat"]]
    keys = [development_signing_key(member["accounts"][0]["index"]) for member in seats]
    outbox = Outbox(home / "founding.sqlite")
    founding = Founding(tuple(Seat(_account(one), _word(one["group"])) for one in seats))
    deployment = Deployer(node, artifacts, outbox, keys).deploy(network, founding)
    contracts = Contracts(node, artifacts, deployment)
    senders = [Sender(node, outbox, key, contracts.refusals) for key in keys]
    calls = [_register_member(contracts, one) for one in members]
    calls += [_register_site(contracts, one) for one in sites]
    CouncilAct(Reads(contracts), senders, calls, _word("onboard")).carry()
    outbox.close()
    return CobaltChain(node, artifacts, deployment, _sign(domain_of(deployment), home))


def _sign(domain: Domain, home: Path) -> dict[str, Path]:
    spec = importlib.util.spec_from_file_location("make_documents", COBALT / "make_documents.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    found = {}
    for label, _, signed in maker.make(domain):
        found[label] = home / f"{label}.json"
        found[label].write_text(signed.to_json(), "utf-8")
    return found


def _register_member(contracts: Contracts, member: dict[str, Any]) -> Call:
    roles = Role(0)
    for name in member["roles"]:
        roles |= Role[name]
    keys = MemberKeys.for_development(member["accounts"][0]["index"])
    return _call(
        contracts, "Members", "register", _word(member["organisation"]), _word(member["group"]),
        roles, ZERO32, keys.account, keys.viewing_key.public,
    )  # fmt: skip


def _register_site(contracts: Contracts, site: dict[str, Any]) -> Call:
    details = site_struct(site, active=False, sequence=0)
    return _call(contracts, "Sites", "register", _word(site["identifier"]), details)


def _call(contracts: Contracts, contract: str, function: str, *arguments: object) -> Call:
    entry = contracts.artifacts[contract].entry("function", function)
    return Call(contracts.address(contract), encode_call(entry, arguments))


def _account(member: dict[str, Any]) -> str:
    return MemberKeys.for_development(member["accounts"][0]["index"]).account


def _word(name: str) -> bytes:
    return keccak256(name.encode())


def _file(name: str) -> Any:
    return yaml.safe_load((COBALT / name).read_text("utf-8"))
