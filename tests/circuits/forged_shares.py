"""Forgeries of carbon, direct emissions, cahra and credits, in runs and rebooks alike."""

from collections.abc import Iterator
from dataclasses import replace

from tests.circuits.fair import fair
from tests.circuits.forgery import Forgery, on
from tests.circuits.ground import A, B, on_paper
from tests.circuits.signals import CTX, Rule, RunCase

POOLS = (("carbon", 1, 155), ("direct", 8, 35), ("cahra", 2, 600))
"""Name and slot of what is shared, and how much of it the two lots hold."""


def run_shares(run: RunCase) -> Iterator[Forgery]:
    """From two lots that become two others on paper."""
    paper = on_paper(run.circuit)
    for group in (_shares, _sums, _credits):
        yield from group(paper)
    square = {"context.square": CTX * CTX}
    stop = [on("context.square", "context.ctx")]
    yield Forgery("ctx exchanged", paper, stop, {"ctx": CTX + 1}, square)


def _shares(run: RunCase) -> Iterator[Forgery]:
    """A share of output 0 that is not its ceiling."""
    x, y = run.outputs
    for name, slot, pool in POOLS:
        share, fair_share = f"shares.{name}.allocated[0]", x.slots[slot]
        less, more = (
            replace(run, outputs=(replace(x, **{name: fair_share + step}), y)) for step in (-1, 1)
        )
        yield Forgery(f"{name} 1 mg below its share", less, [f"{share}.enough"])
        yield Forgery(f"{name} 1 mg above its share", more, [f"{share}.little"])
        borne = on(f"{share}.borne", f"{share}.share", f"{share}.whole")
        high = {f"{share}.borne": fair_share * 1000}
        yield Forgery(f"{name} borne declared high", less, [borne], chosen=high)
        due = on(f"{share}.due", f"{share}.pool", f"{share}.part")
        low = {f"{share}.due": pool * x.metal - 1000}
        yield Forgery(f"{name} due declared low", less, [due], chosen=low)


def consumed_sum(run: RunCase, slot: int) -> frozenset[str]:
    """The constraint that adds up a slot of all inputs."""
    slots = (f"consumed.slots[{i}][{slot}]" for i in range(run.size))
    return on(f"consumed.sum[{slot}]", *slots)


def _sums(run: RunCase) -> Iterator[Forgery]:
    for name, slot, _ in POOLS:
        only = replace(B if slot != 2 else A, **{name: 0})
        inputs = (A, only) if slot != 2 else (only, B)
        case = replace(run, outputs=fair(inputs, (700, 300)))
        less = {f"consumed.sum[{slot}]": sum(lot.slots[slot] for lot in inputs)}
        yield Forgery(f"{name} of a lot left out", case, [consumed_sum(run, slot)], chosen=less)
    clean = replace(run, outputs=fair((A, replace(B, carbon=0)), (700, 300)))
    pool = on("shares.carbon.pool", "shares.consumed[1]", "shares.carbonAdded")
    yield Forgery("carbon left out of the pool", clean, [pool], chosen={"shares.carbon.pool": 100})
    # 10 mg more than there are
    x, y = run.outputs
    secret = replace(y, metal=310, carbon=49, cahra=186, direct=11)
    made = on("made.sum[0]", *(f"made.slots[{i}][0]" for i in range(run.size)))
    case = replace(run, outputs=(x, secret))
    yield Forgery("metal made left out", case, [made], chosen={"made.sum[0]": 1000})
    richer = replace(run, outputs=fair((replace(A, credits=(1000, 0, 0, 0)), B), (700, 300)))
    more = {"consumed.sum[4]": 1000}
    yield Forgery("credit added to the sum", richer, [consumed_sum(run, 4)], chosen=more)


def _credits(run: RunCase) -> Iterator[Forgery]:
    rule, pool = "credits.rule[0]", "credits.pool[0]"
    yield Forgery("credit 1 mg above its share", credited(run, 421, 179), [f"{rule}.atMost[0]"])
    free = credited(run, 600, 0)
    high = [f"{rule}.ceiling", f"{rule}.consumed", f"{rule}.proportional", f"{rule}.pool"]
    yield Forgery("credit free on paper", free, [on(*high)], chosen={high[0]: 1000})
    more = credited(run, 420, 181)
    bearing = [f"{rule}.bearsLoss", f"{rule}.atMost[1]"]
    yield Forgery("credit that was not there", more, bearing)
    yield Forgery(
        "credit through a gate of its own",
        credited(run, 421, 179),
        [on(f"{pool}.passed", f"{pool}.gate", f"{pool}.credited")],
        chosen={f"{pool}.passed": 602},
    )
    yield Forgery(
        "credit granted by nobody",
        credited(run, 700, 300),
        [on(f"{pool}.out", f"{pool}.passed", f"{pool}.grant", f"{pool}.consumed")],
        chosen={f"{pool}.out": 1000},
    )
    lots = (A, replace(B, credits=(0, 0, 0, 0)))
    segregated = RunCase(lots, fair(lots, (700, 300)), rule=Rule(whole=1), circuit=run.circuit)
    whole = f"{rule}.wholeOrNothing[0]"
    partly = credited(segregated, 420, 0)
    yield Forgery("part of a lot credited though segregated", partly, [whole])
    yield Forgery(
        "segregation declared away",
        partly,
        [on(f"{whole}.selected", f"{whole}.whole", f"{whole}.credit")],
        chosen={f"{whole}.selected": 0},
    )
    twice = (replace(A, credits=(0, 600, 500, 0)), replace(B, credits=(0, 0, 0, 0)))
    recycled = RunCase(twice, fair(twice, (700, 300)), circuit=run.circuit)
    both = [f"credits.exclusive[{j}]" for j in range(2)]
    yield Forgery("metal recycled twice over", recycled, both)


def credited(run: RunCase, *credit_1: int) -> RunCase:
    """The run with other amounts of credit 1 in its outputs."""
    pairs = zip(run.outputs, credit_1, strict=True)
    outputs = tuple(replace(lot, credits=(one, *lot.credits[1:])) for lot, one in pairs)
    return replace(run, outputs=outputs)
