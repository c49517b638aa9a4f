"""What the modules of the statements share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from zk_circuits.ctx import ProofContext

Signals: TypeAlias = dict[str, int]
"""Public signals by name, in the order of the circuit (zk_circuits/SPEC.md, sections 5 to 12)."""


@dataclass(frozen=True, slots=True)
class ProofStatement:
    """What a recorded proof has to say.

    ctx_at: where ctx is among the signals. ctx: for a chain, contract, key and account. signals:
    all of them for a ctx, worked out when they are compared.
    """

    circuit: str
    ctx_at: int
    ctx: Callable[[ProofContext], int]
    signals: Callable[[int], Signals]


def word(commitment: bytes) -> int:
    """A commitment as a signal."""
    return int.from_bytes(commitment, "big")


def slots(name: str, commitments: Sequence[bytes], width: int) -> Signals:
    """An array of commitments; slots that are not used are 0."""
    used = [word(commitment) for commitment in commitments]
    padded = [*used, *[0] * (width - len(used))]
    return {f"{name}[{at}]": value for at, value in enumerate(padded)}
