"""One proof before two implementations: where they differ, one of them has a defect."""

from zk_circuits.errors import ProofMalformed, ProofRejected
from zk_circuits.proof import Proof
from zk_circuits.provers import groth16py_client
from zk_circuits.verify import verify
from zk_circuits.verifying_key import VerifyingKey


def holds_by_both(vkey: VerifyingKey, proof: Proof) -> bool:
    """Whether the proof holds; fails where py_ecc and groth16py disagree."""
    by_groth16py = groth16py_client.verifies(vkey, proof)
    try:
        verify(vkey, proof)
        by_py_ecc = True
    except (ProofMalformed, ProofRejected):
        by_py_ecc = False
    assert by_groth16py is by_py_ecc, f"groth16py says {by_groth16py}, py_ecc says {by_py_ecc}"
    return by_py_ecc
