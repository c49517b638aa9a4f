"""All benchmarks, in the order of the table."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import (
    attesting,
    audit_bundle,
    batch_verifying,
    birth_and_claim,
    custody,
    custody_of_many,
    half_capacity,
    indexing,
    prices,
    proving,
    run_gas,
    verifying,
)
from benchmarks.measurement import BenchmarkResult
from benchmarks.stage import BenchmarkStage


@dataclass(frozen=True, slots=True)
class Benchmark:
    """steps: how often measure calls Stage.step."""

    name: str
    steps: int
    measure: Callable[[BenchmarkStage], list[BenchmarkResult]]


BENCHMARKS = (
    Benchmark("custody of one lot", custody.STEPS, custody.measure),
    Benchmark("custody of many lots", custody_of_many.STEPS, custody_of_many.measure),
    Benchmark("run", run_gas.STEPS, run_gas.measure),
    Benchmark("birth and claim", birth_and_claim.STEPS, birth_and_claim.measure),
    Benchmark("proving", proving.STEPS, proving.measure),
    Benchmark("verifying", verifying.STEPS, verifying.measure),
    Benchmark("verifying many", batch_verifying.STEPS, batch_verifying.measure),
    Benchmark("audit bundle", audit_bundle.STEPS, audit_bundle.measure),
    Benchmark("oracle service", attesting.STEPS, attesting.measure),
    Benchmark("gateway's index", indexing.STEPS, indexing.measure),
    Benchmark("gateway at half of its capacity", half_capacity.STEPS, half_capacity.measure),
    Benchmark("price range", prices.STEPS, prices.measure),
)
