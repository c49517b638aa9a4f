"""Forgeries of a run (SPEC section 6). They fit both sizes."""

from collections.abc import Iterator
from dataclasses import replace

from tests.circuits.fair import fair
from tests.circuits.forged_amounts import run_amounts
from tests.circuits.forged_slots import run_slots
from tests.circuits.forgery import Forgery, on, sum_of_bits
from tests.circuits.signals import CTX, PPM, Event, Lot, Rule, RunCase

A = Lot(600, 100, 600, credits=(600, 0, 0, 0, 0), salt=1)
B = Lot(400, 55, 0, credits=(0, 100, 0, 0, 0), salt=2)
EVENT = Event(metal_out=1005, carbon=45, metal_in=1001)
RULE = Rule(tolerance=2000, loss_from=9000, loss_to=12000)
MASS_BALANCE = replace(RULE, proportional=0)
X, Y = fair((A, B), (700, 290), EVENT, RULE)


def forgeries(circuit: str) -> list[Forgery]:
    """All of them, for run2 or run4."""
    run = RunCase((A, B), (X, Y), EVENT, RULE, circuit=circuit)
    groups = (run_slots, run_amounts, _metal, _band, _carbon, _cahra, _credits, _rule, _sums)
    return [forgery for group in groups for forgery in group(run)]


def _metal(run: RunCase) -> Iterator[Forgery]:
    unstopped = [f"shares.carbon.allocated[{j}].little" for j in range(_size(run))]
    yield Forgery(
        "nothing is made of something", replace(run, outputs=()), ["metal.something", *unstopped]
    )
    gain = fair((A, B), (711, 290), EVENT, RULE)
    yield Forgery("more is made than consumed", replace(run, outputs=gain), ["metal.notNegative"])
    short = replace(EVENT, metal_out=989)
    yield Forgery("more is made than measured", replace(run, event=short), ["metal.measured"])
    yield Forgery(
        "made beyond the measure, the excess declared away",
        replace(run, event=short),
        [on("metal.unmade", "metal.hasEvent", "metal.eventOut", "metal.made")],
        chosen={"metal.unmade": 0},
    )
    for name, metal_in in (("notAbove", 997), ("notBelow", 1003)):
        case = replace(run, event=replace(EVENT, metal_in=metal_in))
        yield Forgery(f"scale beyond its tolerance, {name}", case, [f"metal.{name}"])
    far = replace(run, event=replace(EVENT, metal_in=1))
    yield Forgery(
        "difference of the scale declared away",
        far,
        [on("metal.difference", "metal.hasEvent", "metal.consumed", "metal.eventIn")],
        chosen={"metal.difference": 0},
    )
    yield Forgery(
        "tolerance of the scale declared wide",
        far,
        [on("metal.allowed", "metal.tolerance", "metal.consumed")],
        chosen={"metal.allowed": PPM * 1000},
    )
    bare = replace(run, event=None, outputs=fair((A, B), (700, 290)))
    yield Forgery("metal lost without an event", bare, ["metal.conserved"])
    yield Forgery(
        "loss declared away",
        bare,
        [on("metal.loss", "metal.consumed", "metal.made")],
        chosen={"metal.loss": 0},
    )


def _band(run: RunCase) -> Iterator[Forgery]:
    low, high = replace(RULE, loss_to=9999), replace(RULE, loss_from=10001)
    declared = [on("band.inBand", "band.enough.out", "band.little.out")]
    yield Forgery("in band, said to be out", run, declared, chosen={"band.inBand": 0})
    for name, rule in (("too much", low), ("too little", high)):
        case = replace(run, rule=rule)
        chosen = {"band.inBand": 1}
        yield Forgery(f"{name} lost, said to be in band", case, declared, chosen=chosen)
    top = 84 + _size(run) // 2  # the bits of a sum of lots and 20
    for name, rule in (("little", low), ("enough", high)):
        sign = {f"band.{name}.compare.lt.n2b.out[{top}]": 0}
        case = replace(run, rule=rule)
        yield Forgery(f"sign of {name} flipped", case, [f"band.{name}"], chosen=sign)


def _carbon(run: RunCase) -> Iterator[Forgery]:
    yield from _shared(run, "carbon", X.carbon, 990, 200)
    yield Forgery(
        "carbon of the event left out",
        replace(run, outputs=fair((A, B), (700, 290))),
        [on("shares.carbon.pool", "shares.consumed[1]", "shares.eventCarbon")],
        chosen={"shares.carbon.pool": 155},
    )


def _cahra(run: RunCase) -> Iterator[Forgery]:
    yield from _shared(run, "cahra", X.cahra, 1000, 600)


def _shared(run: RunCase, name: str, fair_share: int, whole: int, pool: int) -> Iterator[Forgery]:
    """A share of output 0 that is not its ceiling."""
    share = f"shares.{name}.allocated[0]"
    less, more = (
        replace(run, outputs=(replace(X, **{name: fair_share + step}), Y)) for step in (-1, 1)
    )
    yield Forgery(f"{name} 1 mg below its share", less, [f"{share}.enough"])
    yield Forgery(f"{name} 1 mg above its share", more, [f"{share}.little"])
    yield Forgery(
        f"{name} borne declared high",
        less,
        [on(f"{share}.borne", f"{share}.share", f"{share}.whole")],
        chosen={f"{share}.borne": fair_share * whole},
    )
    yield Forgery(
        f"{name} due declared low",
        less,
        [on(f"{share}.due", f"{share}.pool", f"{share}.part")],
        chosen={f"{share}.due": pool * X.metal - whole},
    )


def _credits(run: RunCase) -> Iterator[Forgery]:
    rule, pool = "credits.rule[0]", "credits.pool[0]"
    shifted = _credited(run, 421, 173)
    yield Forgery("credit 1 mg above its share", shifted, [f"{rule}.atMost[0]"])
    yield Forgery(
        "credit free though proportional",
        _credited(run, 594, 0),
        [on(f"{rule}.ceiling", f"{rule}.consumed", f"{rule}.proportional", f"{rule}.pool")],
        chosen={f"{rule}.ceiling": 1000},
    )
    free = replace(run, rule=MASS_BALANCE)
    unborne = _credited(free, 595, 0)
    yield Forgery("credit that bears no loss", unborne, [f"{rule}.bearsLoss"])
    low = [f"{rule}.bearsLoss.{name}" for name in ("lowProduct", "low[0]", "low[1]")]
    yield Forgery("credit declared low", unborne, [on(*low)], chosen={low[0]: 594_000})
    high = [f"{rule}.bearsLoss.{name}" for name in ("highProduct", "high[0]", "high[1]")]
    yield Forgery("pool declared high", unborne, [on(*high)], chosen={high[0]: 595_000})
    yield Forgery("credit above its metal", _credited(free, 300, 291), [f"{rule}.atMost[1]"])
    closed = replace(run, rule=replace(RULE, gates=0b11110))
    yield Forgery(
        "credit through a closed gate",
        closed,
        [on(f"{pool}.passed", f"{pool}.gate", f"{pool}.credited")],
        chosen={f"{pool}.passed": 600},
    )
    yield Forgery(
        "credit granted by nobody",
        _credited(run, 700, 290),
        [on(f"{pool}.out", f"{pool}.passed", f"{pool}.grant", f"{pool}.consumed")],
        chosen={f"{pool}.out": 1000},
    )
    lots = (A, replace(B, credits=(0, 0, 0, 0, 0)))
    segregated = replace(RULE, whole=1)
    outputs = fair(lots, (700, 290), EVENT, segregated)
    partly = _credited(RunCase(lots, outputs, EVENT, segregated, circuit=run.circuit), 420, 0)
    whole = f"{rule}.wholeOrNothing[0]"
    yield Forgery("part of a lot credited though segregated", partly, [whole])
    yield Forgery(
        "segregation declared away",
        partly,
        [on(f"{whole}.selected", f"{whole}.whole", f"{whole}.credit")],
        chosen={f"{whole}.selected": 0},
    )
    twice = tuple(
        replace(lot, credits=credits)
        for lot, credits in ((A, (0, 600, 0, 0, 0)), (B, (0, 0, 400, 0, 0)))
    )
    x, y = fair(twice, (700, 290), EVENT, MASS_BALANCE)
    both = (replace(x, credits=(0, 594, 107, 0, 0)), replace(y, credits=(0, 0, 0, 0, 0)))
    yield Forgery(
        "metal recycled twice over",
        RunCase(twice, both, EVENT, MASS_BALANCE, circuit=run.circuit),
        ["credits.exclusive[0]"],
    )


def _rule(run: RunCase) -> Iterator[Forgery]:
    bits = "word.bits"
    total = sum_of_bits(bits, 72)
    read = _credited(run, 594, 0)
    yield Forgery("proportional read as free", read, [total], chosen={f"{bits}.out[0]": 0})
    closed = replace(run, rule=replace(RULE, gates=0b11110))
    yield Forgery("closed gate read as open", closed, [total], chosen={f"{bits}.out[2]": 1})
    ungranted = _credited(run, 700, 290)
    yield Forgery("grant read where none is", ungranted, [total], chosen={f"{bits}.out[7]": 1})
    poor = (replace(A, credits=(200, 0, 0, 0, 0)), replace(B, credits=(0, 0, 0, 0, 0)))
    tripled = RunCase(
        poor,
        fair((A, poor[1]), (700, 290), EVENT),
        EVENT,
        replace(RULE, gates=0b00011),
        circuit=run.circuit,
    )
    yield Forgery(
        "gate that is no bit triples a credit",
        tripled,
        [on(f"{bits}.out[2]")],
        chosen={f"{bits}.out[2]": 3, f"{bits}.out[3]": 0},
    )
    yield Forgery("rule of 73 bits", run, [total], lie={"rule": RULE.word + (1 << 72)})
    far = replace(run, event=replace(EVENT, metal_in=990))
    tolerance = {"word.ppm[0].number.out": 10_100}
    yield Forgery("tolerance read wider", far, ["word.ppm[0].number"], chosen=tolerance)
    square = {"context.square": CTX * CTX}
    stop = [on("context.square", "context.ctx")]
    yield Forgery("ctx exchanged", run, stop, lie={"ctx": CTX + 1}, chosen=square)


def _sums(run: RunCase) -> Iterator[Forgery]:
    clean = replace(run, outputs=fair((A, replace(B, carbon=0)), (700, 290), EVENT))
    less = {"consumed.sum[1]": 100}
    yield Forgery("carbon of a lot left out", clean, [_sum(run, 1)], chosen=less)
    safe = replace(run, outputs=tuple(replace(lot, cahra=0) for lot in (X, Y)))
    none = {"consumed.sum[2]": 0}
    yield Forgery("cahra of a lot left out", safe, [_sum(run, 2)], chosen=none)
    more = {"consumed.sum[4]": 1000}
    yield Forgery("credit added to the sum", _credited(run, 700, 290), [_sum(run, 4)], chosen=more)
    # 10 mg more than the 990 mg that the run admits
    added = replace(Y, metal=300, carbon=61, cahra=180)
    outputs = (replace(X, credits=(414, 69, 0, 0, 0)), added)
    made = on("made.sum[0]", *(f"made.slots[{i}][0]" for i in range(_size(run))))
    case = replace(run, outputs=outputs)
    yield Forgery("metal made left out", case, [made], chosen={"made.sum[0]": 990})


def _sum(run: RunCase, slot: int) -> frozenset[str]:
    slots = (f"consumed.slots[{i}][{slot}]" for i in range(_size(run)))
    return on(f"consumed.sum[{slot}]", *slots)


def _credited(run: RunCase, *credit_1: int) -> RunCase:
    """The run with other amounts of credit 1 in its outputs."""
    pairs = zip(run.outputs, credit_1, strict=True)
    outputs = tuple(replace(lot, credits=(one, *lot.credits[1:])) for lot, one in pairs)
    return replace(run, outputs=outputs)


def _size(run: RunCase) -> int:
    return int(run.circuit[-1])
