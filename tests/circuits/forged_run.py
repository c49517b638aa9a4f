"""Forgeries of a run with an event (SPEC section 6), and of what run4 shares with a rebook."""

from collections.abc import Iterator
from dataclasses import replace

from tests.circuits.fair import fair
from tests.circuits.forged_amounts import NAMES, event_amounts, run_amounts
from tests.circuits.forged_shares import credited, run_shares
from tests.circuits.forged_slots import opens, run_slots
from tests.circuits.forged_units import run_units
from tests.circuits.forgery import Forgery, on, sum_of_bits
from tests.circuits.ground import (
    EVENT,
    MASS_BALANCE,
    METALS,
    PACKED,
    PACKS,
    RULE,
    RUN,
    SERIES,
    A,
    B,
    X,
    Y,
    on_paper,
    settled,
)
from tests.circuits.signals import (
    BIRTH,
    COBALT,
    COBALT_1,
    NICKEL,
    PPM,
    RUN_EVENT,
    TOTAL,
    Event,
    R,
    Rule,
    RunCase,
    commit,
)

PAPER = on_paper("run4")


def made(event: Event, *metals: int, rule: Rule = RULE, units: tuple[int, ...] = ()) -> RunCase:
    """The two lots under an event, as these metals."""
    return RunCase((A, B), fair((A, B), metals, event, rule, units), event, rule)


def _event() -> Iterator[Forgery]:
    stop = [opens("attested.event")]
    cleaner = replace(EVENT, carbon=10).commitment(COBALT)
    yield Forgery("event opened to other carbon", RUN, stop, {"event": cleaner})
    for name, tag in (
        ("lot", COBALT),
        ("birth", COBALT + BIRTH),
        ("total", COBALT + TOTAL),
        ("price", COBALT + 3),
        ("event of another element", NICKEL + RUN_EVENT),
        ("event of format 1", COBALT_1 + 1),
    ):
        lie = {"event": commit(tag, EVENT.slots, EVENT.salt)}
        yield Forgery(f"{name} used as the event", RUN, stop, lie)
    retagged = [on("attested.event.tag", "attested.tag")]
    birth = {"event": commit(COBALT + BIRTH, EVENT.slots, EVENT.salt)}
    tag = {"attested.event.tag": COBALT + BIRTH}
    yield Forgery("event opened under the tag of a birth", RUN, retagged, birth, tag)
    above = replace(EVENT, carbon=10, direct=11)
    yield Forgery("direct above carbon", made(above, *METALS), ["attested.within"])
    for slot, name in enumerate(NAMES):
        attested = {0: "product", 2: "scrap"}.get(slot, name)
        added = Event(0, carbon=5 * (slot == 1), direct=5 * (slot == 8))
        outputs = fair((A, B), (700, 300), added)
        stop = [f"attested.event.padding[{slot}]"]
        if slot == 8:
            stop.append("attested.within")
        case = replace(PAPER, outputs=outputs)
        yield Forgery(f"{attested} of no event ({slot})", case, stop, {f"eventSlots[{slot}]": 5})
    nothing = commit(COBALT + RUN_EVENT, [0] * 9, 0)
    event = EVENT.commitment(COBALT)
    selector = event * pow(nothing, -1, R) % R
    yield Forgery(
        "selector that is no bit uses an event without its carbon",
        PAPER,
        [
            on("attested.event.used", "attested.event.empty.out"),
            *(f"measured[{i}].{side}" for i in (0, 1) for side in ("notAbove", "notBelow")),
            "metal.productMeasured",
        ],
        {"event": event},
        {"attested.event.used": selector},
    )
    empty = "attested.event.empty"
    yield Forgery(
        "event hidden, its carbon with it",
        PAPER,
        [on(f"{empty}.in", f"{empty}.out"), opens("attested.event")],
        {"event": EVENT.commitment(COBALT)},
        {f"{empty}.inv": 0},
    )
    yield Forgery(
        "event made up, and a loss with it",
        RUN,
        [on(f"{empty}.in", f"{empty}.inv", f"{empty}.out"), opens("attested.event")],
        {"event": 0},
        {f"{empty}.out": 0},
    )


def _measured() -> Iterator[Forgery]:
    # 600 mg and 400 mg were fed as 400 mg and 600 mg: no sum sees it
    swapped = made(replace(EVENT, metal_in=(400, 600)), *METALS)
    stop = ["measured[0].notAbove", "measured[1].notBelow"]
    yield Forgery("ratio swap among inputs", swapped, stop)
    for name, fed in (("notAbove", (598, 400)), ("notBelow", (602, 400))):
        case = made(replace(EVENT, metal_in=fed), *METALS)
        yield Forgery(f"scale beyond its tolerance, {name}", case, [f"measured[0].{name}"])
    named = made(replace(EVENT, metal_in=(601, 400, 1)), *METALS)
    yield Forgery("named input left out", named, ["measured[2].notBelow"])
    unnamed = made(replace(EVENT, metal_in=(601,)), *METALS)
    yield Forgery("input that was not fed", unnamed, ["measured[1].notAbove"])
    gated = ("difference", "hasEvent", "metal", "measured")
    difference = [on(*(f"measured[{i}].{name}" for name in gated)) for i in (0, 1)]
    away = {f"measured[{i}].difference": 0 for i in (0, 1)}
    yield Forgery("ratio swap declared away", swapped, difference, {}, away)
    allowed = [
        on(*(f"measured[{i}].{name}" for name in ("allowed", "tolerance", "metal"))) for i in (0, 1)
    ]
    wide = {f"measured[{i}].allowed": PPM * 300 for i in (0, 1)}
    yield Forgery("tolerance of the scale declared wide", swapped, allowed, {}, wide)


def _booked() -> Iterator[Forgery]:
    unstopped = [
        f"shares.{name}.allocated[{j}].little" for name in ("carbon", "direct") for j in range(4)
    ]
    idle = replace(RUN, outputs=(), event=replace(EVENT, product=0, scrap=0))
    yield Forgery("nothing is made of something", idle, ["metal.something", *unstopped])
    gain = made(replace(EVENT, product=701), 701, 300)
    yield Forgery("more is made than consumed", gain, ["metal.notNegative"])
    short = made(replace(EVENT, product=689, scrap=301), *METALS)
    yield Forgery("more product than attested", short, ["metal.productMeasured"])
    scrapped = made(replace(EVENT, product=691, scrap=299), *METALS)
    yield Forgery("more scrap than attested", scrapped, ["metal.scrapMeasured"])
    as_product = replace(RUN, rule=replace(RULE, scrap=0))
    yield Forgery("scrap booked as product", as_product, ["metal.productMeasured"])
    as_scrap = replace(RUN, rule=replace(RULE, scrap=0b11))
    yield Forgery("product booked as scrap", as_scrap, ["metal.scrapMeasured"])
    product = on(*(f"metal.{name}" for name in ("unmade", "hasEvent", "product", "made", "scrap")))
    away = {"metal.unmade": 0}
    more = made(replace(EVENT, product=689), *METALS)
    yield Forgery("made beyond the measure, the excess declared away", more, [product], {}, away)
    unbooked = made(replace(EVENT, product=691), *METALS)
    yield Forgery("unbooked metal", unbooked, ["metal.booked"])
    yield Forgery("unbooked product declared away", unbooked, [product], {}, away)
    residue = made(replace(EVENT, scrap=301), *METALS)
    yield Forgery("unbooked scrap", residue, ["metal.booked"])
    scrap = on(*(f"metal.{name}" for name in ("unscrapped", "hasEvent", "eventScrap", "scrap")))
    away = {"metal.unscrapped": 0}
    yield Forgery("unbooked scrap declared away", residue, [scrap], {}, away)
    both = on("metal.booked.unbooked", "metal.unmade", "metal.unscrapped")
    away = {"metal.booked.unbooked": 0}
    yield Forgery("unbooked metal left out of the product", residue, [both], {}, away)
    bare = replace(RUN, event=None, outputs=fair((A, B), METALS), rule=replace(RULE, scrap=0))
    yield Forgery("metal lost without an event", bare, ["metal.conserved"])
    away = {"metal.loss": 0}
    loss = on("metal.loss", "metal.consumed", "metal.made")
    yield Forgery("loss declared away", bare, [loss], {}, away)


def _scrap() -> Iterator[Forgery]:
    terms = on("scrap.out", *(f"scrap.scrap[{j}]" for j in range(4)))
    part = on("scrap.scrap[1]", "scrap.selected[1]", "scrap.metal[1]")
    all_product = made(replace(EVENT, product=990, scrap=0), *METALS)
    for name, stop, signal in (("summed up", terms, "scrap.out"), ("seen", part, "scrap.scrap[1]")):
        yield Forgery(f"scrap not {name}", all_product, [stop], {}, {signal: 0})
    bound = replace(RUN, rule=replace(RULE, scrap_to=299_999))
    inside = [on("band.inBand", "band.lost.inBand", "band.scrapped.out")]
    yield Forgery("scrap above bound", bound, inside, {}, {"band.inBand": 1})
    sign = {"band.scrapped.compare.lt.n2b.out[86]": 0}
    yield Forgery("sign of the bound of scrap flipped", bound, ["band.scrapped"], {}, sign)


def _band() -> Iterator[Forgery]:
    low, high = replace(RULE, loss_to=9999), replace(RULE, loss_from=10_001)
    whole = [on("band.inBand", "band.lost.inBand", "band.scrapped.out")]
    yield Forgery("in band, said to be out", RUN, whole, chosen={"band.inBand": 0})
    lost = [on("band.lost.inBand", "band.lost.enough.out", "band.lost.little.out")]
    for name, rule in (("too much", low), ("too little", high)):
        chosen = {"band.lost.inBand": 1}
        case = replace(RUN, rule=rule)
        yield Forgery(f"{name} lost, said to be in band", case, lost, chosen=chosen)
    for name, rule in (("little", low), ("enough", high)):
        sign = {f"band.lost.{name}.compare.lt.n2b.out[86]": 0}
        case = replace(RUN, rule=rule)
        yield Forgery(f"sign of {name} flipped", case, [f"band.lost.{name}"], chosen=sign)


def _units() -> Iterator[Forgery]:
    more = made(PACKED, 270, 721, rule=SERIES, units=(3, 8))
    total = on("units.made", "units.units")
    yield Forgery("more units than attested", more, [total])
    expected = on("units.units", "eventSlots[3]", "unbooked.out")
    yield Forgery("units attested read otherwise", more, [expected], {}, {"units.units": 11})
    twelve = made(PACKED, 247, 744, rule=SERIES, units=(3, 9))
    inputs = on("unbooked.out", "unbooked.selected", "unbooked.in")
    added = {"unbooked.out": 2}
    yield Forgery("units of the inputs counted at an event", twelve, [inputs], {}, added)
    apart = made(PACKED, 300, 691, rule=SERIES, units=(3, 7))
    stop = ["units.equal[0].notAbove", "units.equal[1].notBelow"]
    yield Forgery("unequal units at an event", apart, stop)


def _settled() -> Iterator[Forgery]:
    above = ["metal.productMeasured", "metal.booked"]
    yield Forgery("settlement that leaves more than the minimum", settled(991), above)
    yield Forgery("settlement that leaves less than the minimum", settled(989), ["metal.booked"])
    whole = Event(1001, units=7, metal_in=(1001,))
    heavy = replace(settled(999), event=whole)
    yield Forgery("settlement of a lot that weighs more", heavy, ["metal.booked"])
    yield Forgery("settled into an unknown salt", settled(990, salt=4711), ["settled"])
    yield Forgery("settled into the salt of before", settled(990, salt=1), ["settled"])


def _added() -> Iterator[Forgery]:
    for name, slot, pool in (("carbon", 1, 155), ("direct", 8, 35)):
        left_out = replace(EVENT, **{name: 0})
        if name == "carbon":
            left_out = replace(left_out, direct=EVENT.direct)
        case = replace(RUN, outputs=fair((A, B), METALS, left_out))
        signals = (f"shares.{name}.pool", f"shares.consumed[{slot}]", f"shares.{name}Added")
        chosen = {f"shares.{name}.pool": pool}
        yield Forgery(f"{name} of the event left out", case, [on(*signals)], {}, chosen)
    # scrap that bears nothing makes the product look worse, and the next product clean
    clean = replace(Y, carbon=0)
    stop = ["shares.carbon.allocated[1].enough"]
    yield Forgery("scrap without its carbon", replace(RUN, outputs=(X, clean)), stop)


def _credits() -> Iterator[Forgery]:
    rule, pool = "credits.rule[0]", "credits.pool[0]"
    free = replace(RUN, rule=MASS_BALANCE)
    unborne = credited(free, 595, 0)
    yield Forgery("credit that bears no loss", unborne, [f"{rule}.bearsLoss"])
    low = [f"{rule}.bearsLoss.{name}" for name in ("lowProduct", "low[0]", "low[1]")]
    yield Forgery("credit declared low", unborne, [on(*low)], chosen={low[0]: 594_000})
    high = [f"{rule}.bearsLoss.{name}" for name in ("highProduct", "high[0]", "high[1]")]
    yield Forgery("pool declared high", unborne, [on(*high)], chosen={high[0]: 595_000})
    yield Forgery("credit above its metal", credited(free, 290, 301), [f"{rule}.atMost[1]"])
    closed = replace(RUN, rule=replace(RULE, gates=0b1110))
    yield Forgery(
        "credit through a closed gate",
        closed,
        [on(f"{pool}.passed", f"{pool}.gate", f"{pool}.credited")],
        chosen={f"{pool}.passed": 600},
    )


def _word() -> Iterator[Forgery]:
    bits = "word.bits"
    total = sum_of_bits(bits, 227)
    free = credited(RUN, 594, 0)
    yield Forgery("proportional read as free", free, [total], chosen={f"{bits}.out[128]": 0})
    closed = replace(RUN, rule=replace(RULE, gates=0b1110))
    yield Forgery("closed gate read as open", closed, [total], chosen={f"{bits}.out[131]": 1})
    ungranted = credited(RUN, 690, 300)
    yield Forgery("grant read where none is", ungranted, [total], chosen={f"{bits}.out[135]": 1})
    as_product = replace(RUN, rule=replace(RULE, scrap=0))
    yield Forgery("scrap read where none is", as_product, [total], chosen={f"{bits}.out[140]": 1})
    apart = made(PACKED, 300, 691, rule=SERIES, units=(3, 7))
    bulk = {f"{bits}.out[{143 + j}]": 0 for j in (0, 1)}
    yield Forgery("unit read as bulk", apart, [total], chosen=bulk)
    unsettled = settled(990, salt=4711)
    yield Forgery("settlement overlooked", unsettled, [total], chosen={f"{bits}.out[130]": 0})
    poor = (replace(A, credits=(200, 0, 0, 0)), replace(B, credits=(0, 0, 0, 0)))
    outputs = fair((A, poor[1]), METALS, EVENT)
    tripled = RunCase(poor, outputs, EVENT, replace(RULE, gates=0b0011))
    yield Forgery(
        "gate that is no bit triples a credit",
        tripled,
        [on(f"{bits}.out[131]")],
        chosen={f"{bits}.out[131]": 3, f"{bits}.out[132]": 0},
    )
    word = RUN.signals()["rule"]
    yield Forgery("rule of 228 bits", RUN, [total], lie={"rule": word + (1 << 227)})
    far = made(replace(EVENT, metal_in=(590, 400)), *METALS)
    tolerance = {"word.ppm[0].number.out": 20_000}
    yield Forgery("tolerance read wider", far, ["word.ppm[0].number"], chosen=tolerance)
    eleven = replace(PACKS, rule=replace(SERIES, counts=(3, 8)))
    read = {"word.number[1].out": 7}
    yield Forgery("count read otherwise", eleven, ["word.number[1]"], chosen=read)


ON_PAPER = [
    *run_slots(PAPER),
    *run_amounts(PAPER),
    *run_shares(PAPER),
    *run_units(PAPER),
]
"""The same as of rebook2, in the larger circuit."""

FORGERIES = [
    *ON_PAPER,
    *event_amounts(),
    *_event(),
    *_measured(),
    *_booked(),
    *_scrap(),
    *_band(),
    *_units(),
    *_settled(),
    *_added(),
    *_credits(),
    *_word(),
]
