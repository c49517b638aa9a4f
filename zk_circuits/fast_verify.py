"""Verification by groth16py, a hundred times as fast as py_ecc."""

from collections.abc import Sequence

from zk_circuits.batch_points import KeyedProof, lines_of_proof, lines_of_proofs
from zk_circuits.ctx import verifying_key_hash
from zk_circuits.errors import (
    ProofOfBatchRefused,
    ProofRejected,
)
from zk_circuits.proof import Proof
from zk_circuits.provers import groth16py_client
from zk_circuits.verifying_key import VerifyingKey


def fast_verify(vkey: VerifyingKey, proof: Proof) -> None:
    """As zk_circuits.verify.verify, with the pairings computed by groth16py.

    Curve and subgroup checks stay here. Raises ProverUnavailable without groth16py.
    """
    lines_of_proof(vkey, proof)
    if not groth16py_client.verifies(vkey, proof):
        raise ProofRejected(key="0x" + verifying_key_hash(vkey).hex())


def fast_batch_verify(proofs: Sequence[KeyedProof]) -> None:
    """As zk_circuits.batch_verify.batch_verify, with the pairings computed by groth16py.

    Raises ProofOfBatchRefused, or ProverUnavailable without groth16py.
    """
    lines_of_proofs(proofs)
    for at, (vkey, proof) in enumerate(proofs):
        if not groth16py_client.verifies(vkey, proof):
            rejected = ProofRejected(key="0x" + verifying_key_hash(vkey).hex())
            raise ProofOfBatchRefused(index=at, count=len(proofs), reason=rejected)
