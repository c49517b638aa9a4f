"""Deploys the contracts and carries the founding act of the council.

    scripts/setup/brownie.sh run scripts/deploy main [members.yaml] [delay] --network embedded

Follows lodetrace/contracts/plan.py. The seats are the first accounts of the members with
`seat: true`; the first of them whose key is here deploys, and those whose keys are here approve:
each member runs it with his own, the last of two thirds executes. delay: seconds between a
decision of the council and its execution. Writes build/deployments/<network>.json after every
contract and so resumes: what stands with the same code is not deployed again. Contracts of changed
code become the next version in the Directory; rules of the contracts that stay are left alone.
"""

from pathlib import Path
from typing import Any

from brownie import chain, network, project, web3

from lodetrace.contracts.deployment import (
    DeployedContract,
    Deployment,
    DeploymentUnreadable,
)
from lodetrace.contracts.plan import (
    FIRST_ACT_SALT,
    REPLACEABLE,
    STEPS,
    VERIFIERS,
    ActCall,
    DeploymentStep,
    Founding,
    Seat,
    act_arguments,
    compiled_name,
    constructor_arguments,
    directory_name,
    first_act,
)
from lodetrace.contracts.structs import NOBODY
from lodetrace.errors import Refused
from lodetrace.text import hex_of, parse_hex
from scripts.consortium import EXAMPLE, MemberEntry, read_members
from scripts.council_act import Governance, call
from scripts.deployed import code_hash_at, genesis, record_path
from scripts.refusal import refusal_of
from scripts.signers import active_network, address_of, seats_here
from scripts.unrecorded import NO_CODE, find
from zk_circuits.published_keys import is_published


class DevelopmentVerifierRefused(Refused):
    """A verifier with a development key, where something is at stake."""

    template = "{verifier} has a development key, {network} is no development network"
    advice = "Hold a ceremony and generate the verifiers from its keys."


class StateLeftBehind(Refused):
    """A next version of a contract that keeps what it was told: it would begin empty."""

    template = "{name} has changed, and its next version would know nothing of what {address} holds"
    advice = (
        "Deploy the code that stands, or found a new chain. Verifiers, Gates, Custody, Origins and "
        "Runs may be replaced, and Claims, which asks the version before it."
    )


class VerifierNotGenerated(Refused):
    """A set of keys without verifier contracts."""

    template = "{verifier} is not compiled, {network} verifies with its keys"
    advice = "Run `python -m zk_circuits.verifier_template`, then `make compile`."


class CodeUnusable(Refused):
    """A constructor that leaves no code."""

    template = "{name} leaves no code on {network}"
    advice = "Compile again: make compile."


def main(members: str = f"{EXAMPLE}/members.yaml", delay: str = "0") -> None:
    seats = [member for member in read_members(Path(members)) if member.seat]
    founding = Founding(tuple(_seat(member) for member in seats), int(delay))
    deployer = BrownieDeployer(seats_here(seats), founding)
    deployer.deploy()
    for name, contract in deployer.record.items():
        print(f"{name:16} version {contract.version}  {contract.address}  block {contract.block}")


class BrownieDeployer:
    """Deploys what is missing; record is what stands, by name."""

    def __init__(self, seats: list[Any], founding: Founding) -> None:
        self._seats = seats
        self._founding = founding
        self._contracts = project.get_loaded_projects()[0]
        self._path = record_path()
        self.former: dict[str, tuple[DeployedContract, ...]] = {}
        self.record = self._read()

    def deploy(self) -> None:
        """Verifiers first: a refused one refuses the deployment before anything depends on it."""
        verifiers = [step for step in STEPS if step.name in VERIFIERS.values()]
        others = [step for step in STEPS if step not in verifiers]
        for step in verifiers:
            self._require(step)
        self._require_ceremony()
        for step in others:
            self._require(step)
        self._found()

    def _require(self, step: DeploymentStep) -> None:
        known = self._standing(step.name)
        if known and known.code_hash == self._expected_code(step, self._arguments(step)):
            return
        if known and not _is_replaceable(step.name):
            raise StateLeftBehind(name=step.name, address=known.address)
        parent = known.address if known else NOBODY
        arguments = constructor_arguments(step, self._founding, self._addresses(), parent)
        data = self._compiled(step.name).deploy.encode_input(*arguments)
        deployer = self._seats[0].address
        found = find(deployer, data, self._known(), lambda: self._expected_code(step, arguments))
        address, block = found or self._create(data)
        if (code_hash := code_hash_at(address)) == NO_CODE:
            raise CodeUnusable(name=step.name, network=network.show_active())
        recorded = self.record.get(step.name)
        version = recorded.version + 1 if recorded else 1
        if known:
            self.former[step.name] = (*self.former.get(step.name, ()), known)
        self.record[step.name] = DeployedContract(version, address, code_hash, block)
        self._save()

    def _known(self) -> set[str]:
        """Addresses of all that is recorded."""
        former = (one for versions in self.former.values() for one in versions)
        return {one.address for one in (*self.record.values(), *former)}

    def _standing(self, name: str) -> DeployedContract | None:
        """What the record names, if it is there."""
        known = self.record.get(name)
        return known if known and code_hash_at(known.address) == known.code_hash else None

    def _arguments(self, step: DeploymentStep) -> list[object]:
        """Those that a contract was deployed with, if nothing has changed since."""
        parent = self._at(step.name).PARENT() if "parent" in step.arguments else NOBODY
        return constructor_arguments(step, self._founding, self._addresses(), parent)

    def _create(self, data: str) -> tuple[str, int]:
        """As a bare transaction: where Brownie did not launch the chain, its own bookkeeping of
        deployments raises TypeError in the compiled wheel of 1.22.2."""
        receipt = self._seats[0].transfer(data=data)
        return receipt.contract_address, receipt.block_number

    def _expected_code(self, step: DeploymentStep, arguments: list[object]) -> str:
        """Hash of the code that the constructor would leave now, immutables included."""
        data = self._compiled(step.name).deploy.encode_input(*arguments)
        code = web3.eth.call({"from": self._seats[0].address, "data": data})
        if not code:
            raise CodeUnusable(name=step.name, network=network.show_active())
        return hex_of(web3.keccak(code))

    def _found(self) -> None:
        """The founding act, without what concerns only contracts that the Directory knows."""
        directory = self._at("Directory")
        fresh = {name for name in self.record if not _registered(directory, name, self.record)}
        calls = [act for act in first_act(self._founding) if _concerns(act, fresh)]
        if calls:
            council = Governance(self._at("Council"), self._seats)
            council.carry_once([self._call(act) for act in calls], FIRST_ACT_SALT)
        for name, contract in self.record.items():
            version = directory.current(directory_name(name))[1]
            self.record[name] = DeployedContract(
                version, contract.address, contract.code_hash, contract.block
            )
        self._save()

    def _call(self, act: ActCall) -> tuple[str, str]:
        method = getattr(self._at(act.contract), act.function)
        return call(method, *act_arguments(act, self._addresses(), self._code_hashes()))

    def _require_ceremony(self) -> None:
        if active_network().development:
            return
        for name in VERIFIERS.values():
            verifier = self._at(name)
            published = is_published(bytes(verifier.VERIFYING_KEY_HASH()))
            if published or verifier.DEVELOPMENT_KEY():
                raise DevelopmentVerifierRefused(verifier=name, network=network.show_active())

    def _at(self, name: str) -> Any:
        return self._compiled(name).at(self.record[name].address, persist=False)

    def _compiled(self, name: str) -> Any:
        """The contract that Brownie compiled, of the network's set of keys."""
        wanted = compiled_name(name, active_network().key_set)
        if wanted not in self._contracts:
            raise VerifierNotGenerated(verifier=wanted, network=network.show_active())
        return self._contracts[wanted]

    def _addresses(self) -> dict[str, str]:
        return {name: contract.address for name, contract in self.record.items()}

    def _code_hashes(self) -> dict[str, bytes]:
        return {name: parse_hex(contract.code_hash, 32) for name, contract in self.record.items()}

    def _read(self) -> dict[str, DeployedContract]:
        """What the record says, if it is of this chain."""
        try:
            known = Deployment.load(self._path)
        except DeploymentUnreadable:
            return {}
        if known.genesis != genesis():
            print(f"{self._path} is of another chain: deploying anew")
            return {}
        self.former = dict(known.former)
        return dict(known.contracts)

    def _save(self) -> None:
        in_order = {step.name: self.record[step.name] for step in STEPS if step.name in self.record}
        found = Deployment(network.show_active(), chain.id, genesis(), in_order, self.former)
        found.save(self._path)


def _seat(member: MemberEntry) -> Seat:
    return Seat(address_of(member.admin), member.group)


def _is_replaceable(name: str) -> bool:
    return name in REPLACEABLE or name in VERIFIERS.values()


def _registered(directory: Any, name: str, record: dict[str, DeployedContract]) -> bool:
    key = directory_name(name)
    if refusal_of(directory.current, key) is not None:
        return False
    return bool(directory.current(key)[0] == record[name].address)


def _concerns(act: ActCall, fresh: set[str]) -> bool:
    """A rule concerns the contract that keeps it; the Directory keeps each name by itself."""
    named = {value for value in act.arguments if isinstance(value, str)}
    return bool(named & fresh) or (act.contract in fresh and act.contract != "Directory")
