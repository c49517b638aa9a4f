"""The second half of step 7, and step 8."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from lodetrace.audit.errors import ProofRefused, SignalMismatch
from lodetrace.audit.statements.recorded import RecordedProof
from zk_circuits.batch_on_cores import batch_verify_on_cores
from zk_circuits.errors import ProofOfBatchRefused
from zk_circuits.proof import Proof
from zk_circuits.verifying_key import VerifyingKey

Verifier: TypeAlias = Callable[[Sequence[tuple[VerifyingKey, Proof]]], None]
"""Verifies all or raises ProofOfBatchRefused: batch_verify_on_cores, or fast_batch_verify."""


def require_proofs(
    proofs: Sequence[RecordedProof], verifier: Verifier = batch_verify_on_cores
) -> None:
    """Step 7: every proof holds for the signals it was recorded with; raises ProofRefused."""
    try:
        verifier([(recorded.key, recorded.proof) for recorded in proofs])
    except ProofOfBatchRefused as refused:
        at = int(str(refused.values["index"]))
        recorded, reason = proofs[at], refused.values["reason"]
        raise ProofRefused(item=recorded.what, reason=reason, circuit=recorded.circuit) from refused


def require_signals(proofs: Sequence[RecordedProof]) -> None:
    """Step 8: every public signal is what the events say.

    Raises SignalMismatch, which names it, ValueMissing or StatementMalformed.
    """
    for recorded in proofs:
        _require_signals(recorded)


def _require_signals(recorded: RecordedProof) -> None:
    expected, actual = recorded.expected(), recorded.proof.public
    if len(actual) != len(expected):
        raise SignalMismatch(
            item=recorded.what, signal="count", actual=len(actual), expected=len(expected)
        )
    for (name, value), found in zip(expected.items(), actual, strict=True):
        if found != value:
            raise SignalMismatch(item=recorded.what, signal=name, actual=found, expected=value)
