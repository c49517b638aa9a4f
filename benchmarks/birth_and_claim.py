"""Gas of a birth and of a recorded claim, each with its proof, for information."""

from benchmarks.measurement import BenchmarkResult, MeasureUnit
from benchmarks.stage import BenchmarkStage
from lodetrace.contracts.enums import Measure
from lodetrace.member.claims import ClaimOrder, claim
from zk_circuits.schema import Credit

ALL = 1_000_000  # ppm
STEPS = 3


def measure(stage: BenchmarkStage) -> list[BenchmarkResult]:
    """A lot is born, and claimed to be responsible as a whole."""
    born = stage.born()
    order = ClaimOrder(born.lot, Measure.CREDIT_SHARE, ALL, (Credit.RESPONSIBLE,))
    claimed = claim(stage.consortium.member("mine"), order)
    stage.step()
    found = {"birth": born.transaction, "claim": claimed.transaction}
    return [
        BenchmarkResult(name, stage.gas_of(transaction), MeasureUnit.GAS, stage.yardstick)
        for name, transaction in found.items()
    ]
