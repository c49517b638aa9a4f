"""True statements of every kind, for the vectors: a chain from ore to a car, and its claims."""

from collections.abc import Iterator
from typing import Final

from zk_circuits.allocation import equal_metal, plan_run
from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement
from zk_circuits.commitment import Hidden, Opening
from zk_circuits.rule import BirthRule, RuleModel, RunRule
from zk_circuits.schema import Credit
from zk_circuits.statements import (
    ClaimMeasure,
    ClaimStatement,
    OriginStatement,
    RunStatement,
    Statement,
    TotalStatement,
)
from zk_circuits.tags import Tag, TagType
from zk_circuits.totals import weighted_sum
from zk_circuits.vector_text import number

COBALT: Final = Tag(27)
CTX: Final = number("statement ctx")

RESPONSIBLE: Final = BirthMeasurement(
    6_000_000_000, 45_000_000_007, 1, (6_000_000_000, 0, 0, 0), 8_000_000_003
)
DOUBTFUL: Final = BirthMeasurement(4_000_000_000, 31_000_000_000, direct=900_000_001)
PACKING: Final = RunMeasurement(
    9_000_000_000,
    (5_990_000_000, 4_000_000_000),
    carbon=12_000_000_001,
    scrap=900_000_000,
    units=96,
    direct=1_000_000_000,
)
PACK_RULE: Final = RunRule(
    (60, 36, 1),
    proportional=False,
    gates=0b0001,
    scrap=0b100,
    in_units=0b011,
    tolerance_ppm=3_000,
    loss_from_ppm=5_000,
    loss_to_ppm=20_000,
    scrap_to_ppm=100_000,
)
CAR_SCALE: Final = 60


def statements() -> Iterator[tuple[str, Statement]]:
    """Name and statement."""
    ores = (_lot(_born(RESPONSIBLE, 0b0001, False), "ore"), _lot(_born(DOUBTFUL, 0, True), "sand"))
    for name, lot, measured, gates, in_cahra in (
        ("birth of responsible ore", ores[0], RESPONSIBLE, 0b0001, False),
        ("birth of metal from an area", ores[1], DOUBTFUL, 0, True),
    ):
        event = _opening(COBALT.of(TagType.BIRTH), measured, name)
        yield name, OriginStatement(CTX, BirthRule(1, gates, in_cahra), event, lot)
    packed = _packing(ores)
    yield "process with packs and scrap", packed
    series = packed.outputs[0]
    yield "rebook of packs", _rebook(series)
    yield "settlement", _settlement(ores[0])
    car = _car(series)
    yield "total of a car", car
    yield from _claims(series, car.total)


def _born(measured: BirthMeasurement, gates: int, in_cahra: bool) -> Balance:
    first = measured.attested[0] if gates & 1 else 0
    cahra = measured.metal if in_cahra else 0
    credits_ = (first, 0, 0, 0)
    return Balance(measured.metal, measured.carbon, cahra, 1, credits_, measured.direct)


def _packing(ores: tuple[Opening, ...]) -> RunStatement:
    wanted = (*equal_metal(PACKING.product, PACK_RULE.counts[:2]), PACKING.scrap)
    made = plan_run([ore.lot for ore in ores], wanted, PACK_RULE, PACKING)
    outputs = tuple(_lot(balance, f"packed {at}") for at, balance in enumerate(made))
    event = _opening(COBALT.of(TagType.RUN_EVENT), PACKING, "packing")
    return RunStatement(CTX, PACK_RULE, ores, outputs, event)


def _rebook(series: Opening) -> RunStatement:
    rule = RunRule.rebook(RuleModel.CONTROLLED_BLENDING, (23, 37), 0b11)
    made = plan_run([series.lot], equal_metal(series.lot.metal, rule.counts), rule)
    outputs = tuple(_lot(balance, f"rebooked {at}") for at, balance in enumerate(made))
    return RunStatement(CTX, rule, (series,), outputs)


def _settlement(disputed: Opening) -> RunStatement:
    measured = RunMeasurement.settlement(5_940_000_000, disputed.lot.units)
    rule = RunRule.settlement(RuleModel.MASS_BALANCE, disputed.lot.units, in_units=False)
    (left,) = plan_run([disputed.lot], (measured.product,), rule, measured)
    output = Opening(COBALT, left, disputed.salt + 1)
    event = _opening(COBALT.of(TagType.RUN_EVENT), measured, "measurement")
    return RunStatement(CTX, rule, (disputed,), (output,), event)


def _car(series: Opening) -> TotalStatement:
    """Two packs of the series, on a scale of 60 units, beside a total of before."""
    before = _opening(COBALT.of(TagType.TOTAL), Balance(70, 900, 3, 60, (5, 6, 7, 0), 21), "before")
    weights = (2 * CAR_SCALE // series.lot.units, 1)
    total = weighted_sum([series.lot, before.lot], weights)
    opened = _opening(COBALT.of(TagType.TOTAL), total, "car")
    return TotalStatement(CTX, (series, before), weights, opened)


def _claims(series: Opening, car: Opening) -> Iterator[tuple[str, Statement]]:
    responsible = (Credit.RESPONSIBLE,)
    metal = series.lot.metal
    share = series.lot.credit(Credit.RESPONSIBLE) * 10**6 // metal
    yield "credit share", ClaimStatement(CTX, series, ClaimMeasure.CREDIT, share, responsible)
    for name, measure, part in (
        ("cahra share", ClaimMeasure.CAHRA, series.lot.cahra),
        ("carbon intensity", ClaimMeasure.CARBON, series.lot.carbon),
        ("direct intensity", ClaimMeasure.DIRECT, series.lot.direct),
    ):
        yield name, ClaimStatement(CTX, series, measure, -(-part * 10**6 // metal))
    each = metal // series.lot.units
    yield "metal per unit", ClaimStatement(CTX, series, ClaimMeasure.PER_UNIT, each)
    each = car.lot.metal // car.lot.units
    yield "metal per unit of a car", ClaimStatement(CTX, car, ClaimMeasure.PER_UNIT, each)


def _lot(balance: Balance, label: str) -> Opening:
    return _opening(COBALT, balance, label)


def _opening(tag: Tag, balance: Hidden, label: str) -> Opening:
    return Opening(tag, balance, number(f"statement {label}"))
