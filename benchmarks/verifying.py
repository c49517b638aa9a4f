"""Time to verify a proof of the largest run, beside py_ecc's plain pairing check."""

import json

from benchmarks.measurement import BenchmarkResult, MeasureUnit, Reference
from benchmarks.plain_check import plain_check
from benchmarks.stage import BenchmarkStage
from benchmarks.stopwatch import Contender, medians
from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.errors import ProverUnavailable
from zk_circuits.fast_verify import fast_verify
from zk_circuits.make_proofs import PATH, proof_of
from zk_circuits.proof import Proof
from zk_circuits.verify import verify
from zk_circuits.verifying_key import VerifyingKey

CIRCUIT = "run4"
ROUNDS = 5
STEPS = 1
PLAIN = "py_ecc, four pairings"
STRICT = f"verify {CIRCUIT}"
FAST = f"verify {CIRCUIT}, fast"


def measure(stage: BenchmarkStage) -> list[BenchmarkResult]:
    """Each verifier runs once before it is timed: it reads and checks a key once."""
    contenders, missing = _contenders()
    times = medians(contenders, ROUNDS)
    stage.step()
    plain = Reference(PLAIN, times[PLAIN])
    found = [BenchmarkResult(STRICT, times[STRICT], MeasureUnit.SECONDS, plain)]
    if missing is None:
        return [*found, BenchmarkResult(FAST, times[FAST], MeasureUnit.SECONDS, plain)]
    return [*found, BenchmarkResult(FAST, None, MeasureUnit.SECONDS, reason=str(missing))]


def _contenders() -> tuple[dict[str, Contender], ProverUnavailable | None]:
    key, proof = ZkArtifacts.of_checkout().verifying_key(CIRCUIT), _proof()
    found: dict[str, Contender] = {
        PLAIN: lambda: _check_plainly(key, proof),
        STRICT: lambda: verify(key, proof),
    }
    verify(key, proof)
    try:
        fast_verify(key, proof)
    except ProverUnavailable as missing:
        return found, missing
    return {**found, FAST: lambda: fast_verify(key, proof)}, None


def _proof() -> Proof:
    vectors = json.loads(PATH.read_text("utf-8"))
    return next(proof_of(vector) for vector in vectors if vector["circuit"] == CIRCUIT)


def _check_plainly(key: VerifyingKey, proof: Proof) -> None:
    if not plain_check(key, proof):
        raise AssertionError("the committed proof holds")
