"""Whether the verifiers of a deployment have keys that nobody knows the secrets of."""

from collections.abc import Callable, Sequence

from lodetrace.contracts.plan import VERIFIERS
from lodetrace.errors import SettingsError
from lodetrace.text import hex_of
from zk_circuits.published_keys import is_published


class DevelopmentKeyOnChain(SettingsError):
    """A development key on a network where something is at stake: anybody could forge proofs."""

    template = (
        "circuit {circuit} has a development key ({key}), {network} is no development network"
    )
    advice = "Do not use this network: its proofs prove nothing."


Ask = Callable[[str, str], Sequence[object]]
"""The results of a view, by contract and function."""


def require_own_keys(ask: Ask, network: str) -> None:
    """Of a network that is not marked development; raises DevelopmentKeyOnChain or NodeError."""
    for circuit in VERIFIERS:
        require_own_key(ask, circuit, network)


def require_own_key(ask: Ask, circuit: str, network: str) -> None:
    """As require_own_keys, of one circuit: whatever its verifier says of itself."""
    [key_hash] = ask(VERIFIERS[circuit], "VERIFYING_KEY_HASH")
    [marked] = ask(VERIFIERS[circuit], "DEVELOPMENT_KEY")
    assert isinstance(key_hash, bytes)
    if is_published(key_hash) or marked:
        raise DevelopmentKeyOnChain(circuit=circuit, key=hex_of(key_hash), network=network)
