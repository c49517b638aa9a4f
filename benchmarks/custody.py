"""Gas of handing one lot over, beside an ERC-1155 transfer."""

from benchmarks.measurement import BenchmarkResult, MeasureUnit
from benchmarks.stage import BenchmarkStage

ACCEPT_AIM = 0.65
BOTH_AIM = 1.7
STEPS = 12


def measure(stage: BenchmarkStage) -> list[BenchmarkResult]:
    """Lots are alone in their batches. The aims are for the ordinary hand-over: the lot has left
    its birthplace and the receiver was offered lots before. What the first ones cost more stands
    beside it for information.
    """
    newcomer, later = (_path_of(stage, stage.born().lot) for _ in range(2))
    yardstick = stage.yardstick

    def gas(name: str, value: int, aim: float | None = None) -> BenchmarkResult:
        return BenchmarkResult(name, value, MeasureUnit.GAS, yardstick, aim)

    found = [
        gas("offer", later[1][0]),
        gas("accept", later[1][1], ACCEPT_AIM),
        gas("offer and accept", sum(later[1]), BOTH_AIM),
    ]
    special = {"first offer to the receiver": newcomer[1], "leaving the birthplace": later[0]}
    for what, (offered, accepted) in special.items():
        found += [
            gas(f"offer, {what}", offered),
            gas(f"accept, {what}", accepted),
            gas(f"offer and accept, {what}", offered + accepted),
        ]
    return found


def _path_of(stage: BenchmarkStage, lot: bytes) -> list[tuple[int, int]]:
    """Gas of offer and accept, from the mine to the refinery and from there to the pack maker."""
    ways = (("mine", "refinery"), ("refinery", "pack_maker"))
    return [stage.hand_over(giver, taker, [lot]) for giver, taker in ways]
