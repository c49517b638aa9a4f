"""Gas of a processing run of four lots into four, with its proof."""

from benchmarks.measurement import BenchmarkResult, MeasureUnit, Reference
from benchmarks.stage import TONNE, BenchmarkStage
from lodetrace.contracts.enums import CustodyModel, EventKind, Material
from lodetrace.member.run_plan import Wanted
from lodetrace.member.runs import process
from zk_circuits.balance import RunMeasurement

LANES = 4
BOUND = Reference("bound", 650_000)
MADE = TONNE * 98 // 100  # mg in each output: 2 % of the metal stay in residues
STEPS = 2 * LANES + 3


def measure(stage: BenchmarkStage) -> list[BenchmarkResult]:
    """The largest run that there is, of four lots of a tonne."""
    lots = [stage.born().lot for _ in range(LANES)]
    stage.hand_over("mine", "refinery", lots)
    measured = RunMeasurement(LANES * MADE, (TONNE,) * LANES, TONNE)
    event_id, event = stage.consortium.attest(
        "refinery", EventKind.PROCESSING, measured, inputs=sorted(lots)
    )
    wanted = [Wanted(MADE, Material.SULPHATE) for _ in range(LANES)]
    refinery = stage.consortium.member("refinery")
    done = process(refinery, event_id, event, wanted, CustodyModel.SEGREGATED)
    stage.step()
    gas = stage.gas_of(done.transaction)
    return [BenchmarkResult("run 4×4", gas, MeasureUnit.GAS, BOUND, aim=1.0)]
