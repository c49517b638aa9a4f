"""Gas for each lot of a hundred that are handed over in one transaction."""

from benchmarks.measurement import BenchmarkResult, MeasureUnit
from benchmarks.stage import BenchmarkStage

MANY = 100
ACCEPT_AIM = 0.6
STEPS = 2 * MANY + 4


def measure(stage: BenchmarkStage) -> list[BenchmarkResult]:
    """Every lot has a birth and a batch of its own, and was sold once before the measured sale."""
    lots = [stage.born().lot for _ in range(MANY)]
    stage.hand_over("mine", "refinery", lots)
    offered, accepted = stage.hand_over("refinery", "pack_maker", lots)
    yardstick = stage.yardstick

    def each(name: str, total: int, aim: float | None = None) -> BenchmarkResult:
        return BenchmarkResult(
            f"{name} per lot of {MANY}", -(-total // MANY), MeasureUnit.GAS, yardstick, aim
        )

    return [
        each("accept", accepted, ACCEPT_AIM),
        each("offer", offered),
        each("offer and accept", offered + accepted),
    ]
