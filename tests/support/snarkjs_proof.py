"""A proof as the documents that snarkjs writes; the product only reads them."""

from zk_circuits.proof import Proof
from zk_circuits.snarkjs_json import g1_json, g2_json


def snarkjs_documents(proof: Proof) -> tuple[dict[str, object], list[str]]:
    """`proof.json` and `public.json`."""
    document: dict[str, object] = {
        "pi_a": g1_json(proof.words[:2]),
        "pi_b": g2_json(proof.words[2:6]),
        "pi_c": g1_json(proof.words[6:]),
        "protocol": "groth16",
        "curve": "bn128",
    }
    return document, [str(signal) for signal in proof.public]
