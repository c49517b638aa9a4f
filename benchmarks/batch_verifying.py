"""100 proofs of all circuits at once, beside py_ecc verifying one after the other."""

import json

from benchmarks.measurement import BenchmarkResult, MeasureUnit, Reference
from benchmarks.stage import BenchmarkStage
from benchmarks.stopwatch import Contender, medians
from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.batch_points import KeyedProof
from zk_circuits.batch_verify import batch_verify
from zk_circuits.errors import ProverUnavailable
from zk_circuits.fast_verify import fast_batch_verify
from zk_circuits.make_proofs import PATH, proof_of
from zk_circuits.verify import verify

COUNT = 100
ROUNDS = 5
STEPS = 2
BATCH_AIM = 0.25
FAST_AIM = 0.01
SINGLY = f"verify, py_ecc, {COUNT} times"
BATCH = f"batch_verify {COUNT} proofs"
FAST = f"batch_verify {COUNT} proofs, fast"


def measure(stage: BenchmarkStage) -> list[BenchmarkResult]:
    """Every key is read and checked before; the one by one run is long enough to be timed once."""
    artifacts = ZkArtifacts.of_checkout()
    vectors = json.loads(PATH.read_text("utf-8"))
    known = [(artifacts.verifying_key(one["circuit"]), proof_of(one)) for one in vectors]
    proofs = [known[at % len(known)] for at in range(COUNT)]
    _singly(known)
    singly = Reference(SINGLY, medians({SINGLY: lambda: _singly(proofs)}, 1)[SINGLY])
    stage.step()
    contenders, missing = _contenders(proofs)
    times = medians(contenders, ROUNDS)
    stage.step()
    found = [BenchmarkResult(BATCH, times[BATCH], MeasureUnit.SECONDS, singly, BATCH_AIM)]
    if missing is None:
        return [*found, BenchmarkResult(FAST, times[FAST], MeasureUnit.SECONDS, singly, FAST_AIM)]
    return [
        *found,
        BenchmarkResult(FAST, None, MeasureUnit.SECONDS, aim=FAST_AIM, reason=str(missing)),
    ]


def _contenders(
    proofs: list[KeyedProof],
) -> tuple[dict[str, Contender], ProverUnavailable | None]:
    batch_verify(proofs)
    found: dict[str, Contender] = {BATCH: lambda: batch_verify(proofs)}
    try:
        fast_batch_verify(proofs[:1])
    except ProverUnavailable as missing:
        return found, missing
    return {**found, FAST: lambda: fast_batch_verify(proofs)}, None


def _singly(proofs: list[KeyedProof]) -> None:
    for vkey, proof in proofs:
        verify(vkey, proof)
