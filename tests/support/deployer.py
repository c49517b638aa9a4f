"""Deploys the contracts with plain JSON-RPC, following plan.py; resumes where it was stopped."""

from collections.abc import Callable, Sequence
from typing import Final

from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.abi_codec import encode_arguments, encode_call
from lodetrace.contracts.deployment import DeployedContract, Deployment
from lodetrace.contracts.plan import (
    FIRST_ACT_SALT,
    STEPS,
    VERIFIERS,
    DeploymentStep,
    Founding,
    act_arguments,
    constructor_arguments,
    first_act,
)
from lodetrace.contracts.refusals.decoder import RefusalDecoder
from lodetrace.contracts.structs import Call
from lodetrace.errors import InputError, Refused
from lodetrace.node.client import Node, NodeAnswerMalformed
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.council_act import CouncilAct
from lodetrace.onchain.reads import Reads
from lodetrace.settings import Network
from lodetrace.text import hex_of, parse_hex
from lodetrace.transactions.outbox import Outbox
from lodetrace.transactions.sender import Sender
from zk_circuits.keccak import keccak256
from zk_circuits.published_keys import is_published

FIRST_VERSION: Final = 1

Progress = Callable[[str], None]
"""Told of each contract and act before it is sent."""


class SeatsMissing(InputError):
    """Fewer keys of seats than a council act needs."""

    template = "{given} keys of seats were given, the founding act needs {needed} groups"
    advice = "Give the signing keys of two thirds of the ownership groups, at least three."


class DevelopmentVerifierRefused(Refused):
    """A verifier with a development key, where something is at stake."""

    template = "{verifier} has a development key, {network} is no development network"
    advice = "Hold a ceremony and generate the verifiers from its keys."


class Deployer:
    """Deploys with the keys of the council's first seats."""

    def __init__(
        self,
        node: Node,
        artifacts: Artifacts,
        outbox: Outbox,
        seat_keys: Sequence[bytes],
        progress: Progress = lambda what: None,
    ) -> None:
        self._node: Final = node
        self._artifacts: Final = artifacts
        names = tuple(step.name for step in STEPS)
        refusals = RefusalDecoder(artifacts, names)
        self._senders: Final = [Sender(node, outbox, key, refusals) for key in seat_keys]
        self._progress: Final = progress

    def deploy(self, network: Network, founding: Founding) -> Deployment:
        """Deploys every contract, then executes the founding act; the same call again resumes.

        Raises SeatsMissing, DevelopmentVerifierRefused and everything that a Sender raises.
        """
        self._require_seats(founding)
        addresses: dict[str, str] = {}
        contracts: dict[str, DeployedContract] = {}
        for step in STEPS:
            self._progress(step.name)
            contracts[step.name] = self._deploy(step, founding, addresses)
            addresses[step.name] = contracts[step.name].address
        deployment = Deployment(network.id, self._node.chain_id, self._node.genesis, contracts)
        reads = Reads(Contracts(self._node, self._artifacts, deployment))
        if not network.development:
            _require_ceremony(reads, network)
        self._progress("founding act")
        self._found(reads, founding, contracts)
        return deployment

    def _deploy(
        self, step: DeploymentStep, founding: Founding, addresses: dict[str, str]
    ) -> DeployedContract:
        artifact = self._artifacts[step.name]
        arguments = constructor_arguments(step, founding, addresses)
        data = artifact.bytecode
        if arguments:
            constructor = artifact.entries("constructor")[0]
            data += encode_arguments(constructor, arguments)
        purpose = f"deploy:{step.name}:{keccak256(data).hex()[:16]}"
        receipt = self._senders[0].send(purpose, None, data)
        if receipt.contract_address is None:
            reason = f"the deployment of {step.name} has no address"
            raise NodeAnswerMalformed(url=self._node.url, method="a receipt", reason=reason)
        code = self._node.code(receipt.contract_address)
        code_hash = hex_of(keccak256(code))
        return DeployedContract(FIRST_VERSION, receipt.contract_address, code_hash, receipt.block)

    def _found(
        self, reads: Reads, founding: Founding, contracts: dict[str, DeployedContract]
    ) -> None:
        addresses = {name: contract.address for name, contract in contracts.items()}
        hashes = {name: parse_hex(contract.code_hash, 32) for name, contract in contracts.items()}
        calls = [
            Call(
                target=addresses[call.contract],
                data=encode_call(
                    self._artifacts[call.contract].entry("function", call.function),
                    act_arguments(call, addresses, hashes),
                ),
            )
            for call in first_act(founding)
        ]
        council = CouncilAct(reads, self._senders, calls, FIRST_ACT_SALT)
        council.carry()

    def _require_seats(self, founding: Founding) -> None:
        groups = len({seat.group for seat in founding.seats})
        needed = max(3, -(-2 * groups // 3))
        if len(self._senders) < needed:
            raise SeatsMissing(given=len(self._senders), needed=needed)


def _require_ceremony(reads: Reads, network: Network) -> None:
    for verifier in VERIFIERS.values():
        published = is_published(reads.verifying_key_hash(verifier))
        [marked] = reads.contracts.call(verifier, "DEVELOPMENT_KEY")
        if published or marked:
            raise DevelopmentVerifierRefused(verifier=verifier, network=network.id)
