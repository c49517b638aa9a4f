"""Whether the verifiers of a deployment have keys that nobody knows the secrets of."""

from lodetrace.contracts.plan import VERIFIERS
from lodetrace.errors import SettingsError
from lodetrace.onchain.reads import Reads
from lodetrace.text import hex_of
from zk_circuits.published_keys import is_published


class DevelopmentKeyOnChain(SettingsError):
    """A development key on a network where something is at stake: anybody could forge proofs."""

    template = (
        "circuit {circuit} has a development key ({key}), {network} is no development network"
    )
    advice = "Do not use this network: its proofs prove nothing."


def require_own_keys(reads: Reads, network: str) -> None:
    """Of a network that is not marked development; raises DevelopmentKeyOnChain or NodeError."""
    for circuit in VERIFIERS:
        require_own_key(reads, circuit, network)


def require_own_key(reads: Reads, circuit: str, network: str) -> None:
    """As require_own_keys, of one circuit: whatever its verifier says of itself."""
    verifier = VERIFIERS[circuit]
    key_hash = reads.verifying_key_hash(verifier)
    if is_published(key_hash) or reads.is_development_key(verifier):
        raise DevelopmentKeyOnChain(circuit=circuit, key=hex_of(key_hash), network=network)
