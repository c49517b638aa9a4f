"""Proofs of a member's statements, bound to the chain, checked before they are sent."""

from functools import cached_property
from typing import Final

from lodetrace.contracts.plan import VERIFIERS
from lodetrace.contracts.structs import ProofWords
from lodetrace.errors import SettingsError, zk_refusals
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import Reads
from lodetrace.onchain.verifier_keys import DevelopmentKeyOnChain, require_own_key
from lodetrace.settings import Network
from lodetrace.text import hex_of
from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.ctx import ProofContext, verifying_key_hash
from zk_circuits.prove import prove
from zk_circuits.published_keys import published_as
from zk_circuits.statement_checks import check
from zk_circuits.statements import Statement
from zk_circuits.verifying_key import VerifyingKey

NO_PROOF: Final = ProofWords((0,) * 8)
"""In a request whose rule or ctx is asked for before it is proven."""


REFUSED_PROOF: Final = ProofWords((2**256 - 1,) * 8)
"""No points of the curve: the pairing precompile refuses them before it computes."""

PROOF_REFUSAL: Final = "PrecompileFailed"
"""What a verifier says of them."""


class VerifyingKeyDiffers(SettingsError):
    """The chain verifies with another key than this installation proves with."""

    template = (
        "circuit {circuit}: the chain has verifying key {actual}, this installation {expected}"
    )
    advice = "Install the version of Lodetrace whose keys the consortium uses."


class Prover:
    """Makes proofs for one deployment; keys are compared with the chain once a session."""

    def __init__(
        self,
        contracts: Contracts,
        network: Network,
        artifacts: ZkArtifacts | None = None,
        *,
        rehearsing: bool = False,
    ) -> None:
        """rehearsing: statements are checked, no proof is made."""
        self._contracts: Final = contracts
        self._reads: Final = Reads(contracts)
        self._network: Final = network
        self._rehearsing: Final = rehearsing
        self._given: Final = artifacts
        self._keys: dict[str, VerifyingKey] = {}

    @cached_property
    def _artifacts(self) -> ZkArtifacts:
        """With the keys of the network, which whoever proves nothing need not have."""
        with zk_refusals():
            return self._given or ZkArtifacts.of_checkout(key_set=self._network.key_set)

    def verifying_key(self, circuit: str) -> VerifyingKey:
        """The key of a circuit, equal to that on chain; raises VerifyingKeyDiffers."""
        if circuit not in self._keys:
            self._keys[circuit] = self._checked_key(circuit)
        return self._keys[circuit]

    def frame(self, circuit: str, contract: str, account: str) -> ProofContext:
        """What binds a proof of this circuit to its chain, contract and account."""
        return ProofContext(
            chain_id=self._contracts.deployment.chain_id,
            contract=self._contracts.address(contract),
            verifying_key_hash=verifying_key_hash(self.verifying_key(circuit)),
            account=account,
        )

    def prove(self, statement: Statement) -> ProofWords:
        """A verified proof for the EVM; raises StatementRefused."""
        self.verifying_key(statement.circuit)
        with zk_refusals():
            if self._rehearsing:
                check(statement)
                return NO_PROOF
            return ProofWords(prove(statement, artifacts=self._artifacts).words)

    def _checked_key(self, circuit: str) -> VerifyingKey:
        verifier = VERIFIERS[circuit]
        with zk_refusals():
            key = self._artifacts.verifying_key(circuit)
        expected, actual = verifying_key_hash(key), self._reads.verifying_key_hash(verifier)
        if actual != expected:
            raise VerifyingKeyDiffers(
                circuit=circuit, actual=hex_of(actual), expected=hex_of(expected)
            )
        if not self._network.development:
            network = self._contracts.deployment.network
            require_own_key(self._contracts.call, circuit, network)
            if published_as(key):
                raise DevelopmentKeyOnChain(circuit=circuit, key=hex_of(actual), network=network)
        return key
