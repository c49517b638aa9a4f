"""Whether what was recorded with a proof holds: asked of the chain, and worked out here.

Anybody can: nothing here needs keys. Python recomputes every public signal from the words of the
record, so that a proof of something else does not pass.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.contracts.structs import ProofWords as ChainProof
from lodetrace.errors import LodetraceError, StatementRefused, zk_refusals
from lodetrace.member.prover import Prover
from zk_circuits.proof import Proof
from zk_circuits.verify import verify


@dataclass(frozen=True, slots=True)
class Recheck:
    """Whether it holds, and why not."""

    holds: bool
    reason: LodetraceError | None = None


Verdicts = Mapping[str, Recheck]
"""By who was asked."""


@dataclass(frozen=True, slots=True)
class EventProof:
    """A proof as an event carries it, with the signals it was recorded with."""

    circuit: str
    proof: ChainProof
    public_signals: Sequence[int]


def recheck_on_chain(ask: Callable[[], None]) -> Recheck:
    """ask: has the contract verify again; raises ContractRefused. Raises NodeError."""
    try:
        ask()
    except ContractRefused as refused:
        return Recheck(False, refused)
    return Recheck(True)


def recheck_in_python(
    recorded: EventProof, prover: Prover, expect: Callable[[], tuple[int, ...]]
) -> Recheck:
    """Verifies with py_ecc; expect: the public signals that belong there. Raises NodeError."""
    try:
        expected = expect()
        if tuple(recorded.public_signals) != expected:
            raise StatementRefused(
                reason="the recorded public signals are not those of the statement",
                advice="Do not rely on it: it was not recorded by these contracts.",
            )
        with zk_refusals():
            key = prover.verifying_key(recorded.circuit)
            verify(key, Proof(recorded.proof.words, expected))
    except StatementRefused as refused:
        return Recheck(False, refused)
    return Recheck(True)
