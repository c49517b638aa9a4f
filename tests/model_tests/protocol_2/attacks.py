"""Attacks by name: what a dishonest member does, the rule that stops him, what would break.

An attack is a function over a network. Where its rules are lifted it succeeds and breaks its
promise; with all rules it is refused by the first of them, or has no effect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.model.protocol_2.book import BookedLot, Material
from tests.model.protocol_2.events import EventKind, Feed, SiteStatement
from tests.model.protocol_2.network import Network
from tests.model.protocol_2.promises import Promise
from tests.model.protocol_2.rules import ActRule as R
from tests.model.protocol_2.runs import Wanted
from tests.model.protocol_2.terms import DAY
from tests.model.runs import Model
from tests.model_tests.protocol_2.cast import (
    INSPECTORS,
    NEWCOMERS,
    RESPONSIBLE_CERTIFICATE,
    TONNE,
    YEAR,
    born,
    closed,
    period,
    processing,
    run,
    sold,
    stand,
)

SEGREGATED = Model.SEGREGATED


@dataclass(frozen=True)
class Attack:
    """lifted: the rules without which it succeeds, and the first of them refuses it.

    refused_by: another rule that speaks first. silent: nothing is refused, and nothing is gained.
    """

    act: Callable[[Network], object]
    breaks: Promise
    lifted: tuple[R, ...]
    refused_by: R | None = None
    silent: bool = False

    @property
    def name(self) -> str:
        return self.act.__name__


def later_purchase(network: Network) -> None:
    """Conflict metal is refined, clean metal of the same weight is bought and consumed for it."""
    dirty = sold(network, born(network, "tunnel", TONNE), "refinery")
    network.wait(2 * DAY)
    event = stand(network, processing(network, "plant", [dirty], model=SEGREGATED))
    network.wait(60 * DAY)
    clean = sold(network, born(network, "pit", TONNE), "refinery")
    run(network, event, Material.SULPHATE, model=SEGREGATED, inputs=[clean.name])


def swap_of_equal_weights(network: Network) -> None:
    """The event saw the dirty lot, the papers name the clean one of the same weight."""
    dirty = sold(network, born(network, "tunnel", TONNE), "refinery")
    clean = sold(network, born(network, "pit", TONNE), "refinery")
    network.wait(2 * DAY)
    fed = [((next(iter(dirty.piles)), TONNE),)]
    event = stand(network, processing(network, "plant", [clean], fed=fed, model=SEGREGATED))
    run(network, event, Material.SULPHATE, model=SEGREGATED)


def ratio_swap(network: Network) -> None:
    """99 t dirty and 1 t clean are fed, 1 t and 99 t are booked: the sums agree."""
    dirty = sold(network, born(network, "tunnel", 100 * TONNE), "refinery")
    clean = sold(network, born(network, "pit", 99 * TONNE), "refinery")
    part, _ = network.runs.rebook(
        "refinery",
        [dirty.name],
        [
            Wanted("a tonne", TONNE, Material.HYDROXIDE),
            Wanted("the rest", 99 * TONNE, Material.HYDROXIDE),
        ],
        SEGREGATED,
    )
    network.wait(2 * DAY)
    piles = {lot.name: next(iter(lot.piles)) for lot in (part, clean)}
    weights = {part.name: 99 * TONNE, clean.name: TONNE}
    fed = [((piles[name], weights[name]),) for name in sorted(piles)]
    document = processing(network, "plant", [part, clean], fed=fed, model=SEGREGATED)
    event = stand(network, document)
    run(network, event, Material.SULPHATE, model=SEGREGATED)


def part_in_a_charge(network: Network) -> None:
    """A tonne split off 100 is charged with 99 clean ones; 99 and 1 are fed."""
    dirty = sold(network, born(network, "tunnel", 100 * TONNE), "refinery")
    clean = sold(network, born(network, "pit", 99 * TONNE), "refinery")
    network.runs.rebook(
        "refinery",
        [dirty.name],
        [
            Wanted("a tonne", TONNE, Material.HYDROXIDE),
            Wanted("the rest", 99 * TONNE, Material.HYDROXIDE),
        ],
        SEGREGATED,
    )
    whole = [Wanted("charge", 100 * TONNE, Material.HYDROXIDE)]
    (charge,) = network.runs.rebook(
        "refinery", ["a tonne", clean.name], whole, SEGREGATED, charge=True
    )
    network.wait(2 * DAY)
    fed = [((next(iter(dirty.piles)), 99 * TONNE), (next(iter(clean.piles)), TONNE))]
    document = processing(network, "plant", [charge], fed=fed, model=SEGREGATED)
    event = stand(network, document)
    run(network, event, Material.SULPHATE, model=SEGREGATED)


def weights_of_another_day(network: Network) -> None:
    """The document says a tonne, half a tonne of it went in."""
    lot = sold(network, born(network, "tunnel", TONNE), "refinery")
    network.wait(2 * DAY)
    fed = [((next(iter(lot.piles)), TONNE // 2),)]
    true = processing(network, "plant", [lot], fed=fed)
    stand(network, replace(true, metal_in=(TONNE,), product=TONNE, made=TONNE))
    run(network, replace(true, product=TONNE), Material.SULPHATE)
    network.yard.piles[true.key] = {}


def refined_and_sold(network: Network) -> None:
    """Between event and run the refined lot is sold once more."""
    lot = sold(network, born(network, "tunnel", TONNE), "refinery")
    network.wait(2 * DAY)
    stand(network, processing(network, "plant", [lot]))
    sold(network, network.book.lots[lot.name], "trader")


def withdrawn_and_sold(network: Network) -> None:
    """The event is taken back by three lenient nodes, and the refined lot is free to be sold."""
    lot = sold(network, born(network, "tunnel", TONNE), "refinery")
    network.wait(2 * DAY)
    event = stand(network, processing(network, "plant", [lot]))
    network.events.withdraw(event.key, "refinery", list(NEWCOMERS))
    sold(network, network.book.lots[lot.name], "trader")


def shopping_for_inspectors(network: Network) -> None:
    """The site sends its document to the three most lenient nodes."""
    dirty = sold(network, born(network, "tunnel", TONNE), "refinery")
    clean = sold(network, born(network, "pit", TONNE), "refinery")
    network.wait(2 * DAY)
    fed = [((next(iter(dirty.piles)), TONNE),)]
    document = processing(network, "plant", [clean], fed=fed, model=SEGREGATED)
    event = stand(network, document, NEWCOMERS)
    run(network, event, Material.SULPHATE, model=SEGREGATED)


def made_up_by_inspectors(network: Network) -> None:
    """A panel of liars attests what the site never stated."""
    network.events.panels["pit"] = tuple(f"group of {name}" for name in NEWCOMERS)
    statement = SiteStatement(
        "pit", 700, EventKind.BIRTH, network.ground.now - DAY, network.ground.now,
        product=TONNE, made=TONNE,
    )  # fmt: skip
    for name in NEWCOMERS[:3]:
        network.events.attest(name, statement)


def friends_called_in(network: Network) -> None:
    """Two of the panel refuse; a third is silent, so that a friend is drawn in its place."""
    dirty = sold(network, born(network, "tunnel", TONNE), "refinery")
    clean = sold(network, born(network, "pit", TONNE), "refinery")
    network.wait(2 * DAY)
    fed = [((next(iter(dirty.piles)), TONNE),)]
    document = processing(network, "plant", [clean], fed=fed, model=SEGREGATED)
    network.events.file("refinery", document)
    for name in INSPECTORS[:2]:
        network.events.refuse(name, document)
    network.wait(8 * DAY)
    for name in NEWCOMERS[:3]:
        network.events.attest(name, document)
    run(network, document, Material.SULPHATE, model=SEGREGATED)


def goods_that_came_later(network: Network) -> None:
    """A lot that arrived ten days after the work was done stands for what was used."""
    lot = born(network, "tunnel", TONNE)
    network.wait(2 * DAY)
    worked = network.ground.now
    network.wait(10 * DAY)
    lot = sold(network, lot, "refinery")
    document = processing(network, "plant", [lot])
    event = stand(network, replace(document, start=worked - DAY, end=worked))
    run(network, event, Material.SULPHATE)


def averaged_on_paper(network: Network) -> None:
    """Lots that never met are averaged by a rebook, and one half is sold."""
    dirty = sold(network, born(network, "tunnel", TONNE), "refinery")
    clean = sold(network, born(network, "pit", TONNE), "refinery")
    halves = [Wanted(f"half {n}", TONNE, Material.HYDROXIDE) for n in (1, 2)]
    made = network.runs.rebook(
        "refinery", [dirty.name, clean.name], halves, Model.CONTROLLED_BLENDING
    )
    network.wait(2 * DAY)
    sold(network, made[0], "trader")


def units_from_nothing(network: Network) -> None:
    """One pack becomes a million."""
    pack = packs_of(network, 1)
    wanted = [Wanted("million", pack.balance.metal, Material.PACK, 1_000_000)]
    network.runs.rebook("maker", [pack.name], wanted, SEGREGATED)


def unequal_units(network: Network) -> None:
    """A rebook puts nearly all metal into one unit."""
    pack = packs_of(network, 10)
    wanted = [
        Wanted("light", 9, Material.PACK, 9),
        Wanted("heavy", pack.balance.metal - 9, Material.PACK, 1),
    ]
    network.runs.rebook("maker", [pack.name], wanted, SEGREGATED)


def everything_is_scrap(network: Network) -> None:
    """All output is declared scrap, and recovered with recycled credit."""
    lot = sold(network, born(network, "tunnel", TONNE), "recycler")
    network.wait(2 * DAY)
    event = stand(network, processing(network, "yard", [lot], scrap=TONNE))
    (scrap,) = run(network, event, Material.SULPHATE)
    network.wait(2 * DAY)
    recovery = processing(network, "yard", [scrap], kind=EventKind.RECOVERY)
    run(network, stand(network, recovery), Material.SULPHATE)


def scrap_that_was_product(network: Network) -> None:
    """Product is booked as scrap, beyond what the inspectors called scrap."""
    lot = sold(network, born(network, "tunnel", TONNE), "recycler")
    network.wait(2 * DAY)
    event = stand(network, processing(network, "yard", [lot], scrap=TONNE // 20))
    wanted = [Wanted("scrap", TONNE, Material.SCRAP)]
    network.runs.process("recycler", event.key, event.inputs, wanted, Model.MASS_BALANCE)
    network.wait(2 * DAY)
    scrap = network.book.lots["scrap"]
    fed = [_all(network, event)]
    recovery = processing(network, "yard", [scrap], kind=EventKind.RECOVERY, fed=fed)
    event = stand(network, replace(recovery, metal_in=(TONNE,), product=TONNE // 20))
    wanted = [Wanted("recovered", TONNE // 20, Material.SULPHATE)]
    network.runs.process("recycler", event.key, event.inputs, wanted, Model.MASS_BALANCE)


def retired_on_paper(network: Network) -> None:
    """Fresh packs are retired without a dismantler, and come back as post-consumer metal."""
    pack = packs_of(network, 10)
    network.products.assign("maker", "car", pack.name, 10)
    network.products.seal("maker", "car")
    network.products.retire("maker", "car", pack.name, "retired", "none")
    retired = sold(network, network.book.lots["retired"], "recycler")
    network.wait(2 * DAY)
    recovery = processing(network, "yard", [retired], kind=EventKind.RECOVERY)
    run(network, stand(network, recovery), Material.SULPHATE)


def written_off(network: Network) -> None:
    """A slice is written off on paper, and its carbon with it."""
    lot = born(network, "pit", TONNE)
    network.runs.write_off("mine", lot.name)


def left_unbooked(network: Network) -> None:
    """A tenth of what the plant made stays off the books, within its band of loss."""
    lot = sold(network, born(network, "tunnel", TONNE), "refinery")
    network.wait(2 * DAY)
    event = stand(network, processing(network, "plant", [lot]))
    wanted = [Wanted("less", TONNE * 9 // 10, Material.SULPHATE)]
    network.runs.process("refinery", event.key, event.inputs, wanted, Model.MASS_BALANCE)


def born_twice_across_an_upgrade(network: Network) -> None:
    """Contracts are replaced, and the same event gives birth again."""
    lot = born(network, "pit", TONNE)
    network.upgrade()
    network.runs.birth("mine", lot.event, "again", Material.HYDROXIDE)


def assigned_twice_across_an_upgrade(network: Network) -> None:
    """Contracts are replaced, and the same packs go into a second car."""
    pack = packs_of(network, 10)
    network.products.assign("maker", "car", pack.name, 10)
    network.upgrade()
    network.products.assign("maker", "other car", pack.name, 10)


def certified_afterwards(network: Network) -> None:
    """A certificate is recorded a month later, for the time of the event."""
    statement = _tunnel_birth(network)
    now = network.ground.now
    network.wait(20 * DAY)
    network.facts.certify(
        "late", "padma", "tunnel", "mine", RESPONSIBLE_CERTIFICATE, now - 30 * DAY, now + YEAR
    )
    network.runs.birth("mine", statement.key, "lot", Material.HYDROXIDE)


def in_force_after_all(network: Network) -> None:
    """A suspension is erased by saying later that the certificate was in force."""
    network.facts.suspend(f"pit {RESPONSIBLE_CERTIFICATE}", "ortega", network.ground.now)
    network.wait(25 * DAY)
    statement = replace(_tunnel_birth(network), site="pit", number=900)
    stand(network, statement)
    effective = network.ground.now - 26 * DAY
    network.facts.reinstate(f"pit {RESPONSIBLE_CERTIFICATE}", "ortega", effective)
    network.runs.birth("mine", statement.key, "lot", Material.HYDROXIDE)


def certified_anew(network: Network) -> None:
    """A suspension is erased by another certificate, issued within the window."""
    credit, now = RESPONSIBLE_CERTIFICATE, network.ground.now
    network.facts.suspend(f"pit {credit}", "ortega", now)
    network.wait(3 * DAY)
    statement = replace(_tunnel_birth(network), site="pit", number=900)
    stand(network, statement)
    network.facts.certify("anew", "ortega", "pit", "mine", credit, now - DAY, now + YEAR)
    network.runs.birth("mine", statement.key, "lot", Material.HYDROXIDE)


def papers_of_the_expelled(network: Network) -> None:
    """A certifier lost the accreditation long ago; nobody took its certificates over."""
    network.members.accredit("ortega", ())
    network.wait(100 * DAY)
    statement = replace(_tunnel_birth(network), site="pit", number=900)
    stand(network, statement)
    network.runs.birth("mine", statement.key, "lot", Material.HYDROXIDE)


def certified_without_accreditation(network: Network) -> None:
    """A certifier certifies a scheme that nobody lets it audit any more."""
    network.members.accredit("padma", ())
    network.wait(100 * DAY)
    now = network.ground.now
    network.facts.certify(
        "own", "padma", "tunnel", "mine", RESPONSIBLE_CERTIFICATE, now, now + YEAR
    )
    network.wait(DAY)
    statement = _tunnel_birth(network)
    network.runs.birth("mine", statement.key, "lot", Material.HYDROXIDE)


def cleared_by_ones_own(network: Network) -> None:
    """Two risk accounts of the mine's own group clear its place."""
    network.members.join("shell", "group of mine", network.members.organisations["sly"].roles)
    network.members.join("shill", "group of mine", network.members.organisations["sly"].roles)
    network.wait(8 * DAY)
    now = network.ground.now
    for by in ("shell", "shill"):
        network.facts.determine("front", by, ["group of mine"], now, now + YEAR, True)


def cleared_by_one(network: Network) -> None:
    """One group alone clears a place."""
    now = network.ground.now
    subjects = ["group of mine"]
    network.facts.determine("front", "sly", subjects, now, now + YEAR, True)


def cleared_afterwards(network: Network) -> None:
    """The place is cleared a month after the event, back-dated."""
    statement = _tunnel_birth(network)
    start = network.ground.now - 40 * DAY
    network.wait(20 * DAY)
    for by in ("sly", "tarn"):
        network.facts.determine("front", by, ["group of mine"], start, start + YEAR, True)
    network.runs.birth("mine", statement.key, "lot", Material.HYDROXIDE)


def three_shells(network: Network) -> None:
    """Three organisations of one group make a quorum."""
    oracle = network.members.organisations["sly"].roles
    for name in ("sly two", "sly three"):
        network.members.join(name, "group of sly", oracle)
    network.events.panels["pit"] = ("group of sly",)
    network.wait(8 * DAY)
    metal = TONNE
    statement = SiteStatement(
        "pit", 700, EventKind.BIRTH, network.ground.now - DAY, network.ground.now,
        product=metal, made=metal,
    )  # fmt: skip
    stand(network, statement, ("sly", "sly two", "sly three"))


def merged_before_the_third(network: Network) -> None:
    """Two attest, become one group, and the third one's word is to make a quorum."""
    attested_and_moved(network, network.members.group(INSPECTORS[1]))


def bought_before_the_third(network: Network) -> None:
    """One that attested comes into the group of the operator."""
    attested_and_moved(network, "group of mine")


def attested_and_moved(network: Network, group: str) -> None:
    """The first of two attests, belongs to another group, and the third one attests."""
    statement = SiteStatement(
        "pit", 701, EventKind.BIRTH, network.ground.now - DAY, network.ground.now,
        product=TONNE, made=TONNE,
    )  # fmt: skip
    stand(network, statement, INSPECTORS[:2])
    network.members.move(INSPECTORS[0], group)
    network.events.attest(INSPECTORS[2], statement)


def released_by_the_same_group(network: Network) -> None:
    """Subsidiaries of the holder release its own held lot."""
    lot = born(network, "pit", TONNE)
    network.book.hold("ortega", lot.root, "group of mine")
    network.members.join("shell", "group of mine", network.members.organisations["sly"].roles)
    network.wait(8 * DAY)
    network.book.release(lot.root, "group of mine", "shell", "padma")


def held_and_rebooked(network: Network) -> None:
    """Rebooked in the block of the hold, then sold: the parts have the same root."""
    lot = born(network, "pit", TONNE)
    wanted = [Wanted(name, TONNE // 2, lot.material) for name in ("a", "b")]
    network.runs.rebook("mine", [lot.name], wanted, lot.model)
    network.book.hold("ortega", lot.root, "group of mine")
    network.trade.offer("mine", "a", "refinery", network.ground.now + DAY)


def held_and_accepted(network: Network) -> None:
    """An offer of before the hold is accepted in the same block."""
    lot = born(network, "pit", TONNE)
    network.trade.offer("mine", lot.name, "refinery", network.ground.now + DAY)
    network.book.hold("ortega", lot.root, "group of mine")
    network.trade.accept("refinery", lot.name)


def held_and_moved(network: Network) -> None:
    """The holder's owner changes: the hold goes along."""
    lot = born(network, "pit", TONNE)
    network.book.hold("ortega", lot.root, "group of mine")
    network.wait(DAY)
    network.members.move("mine", "a buyer")
    network.wait(DAY)
    network.trade.offer("mine", lot.name, "refinery", network.ground.now + DAY)


def held_and_fed(network: Network) -> None:
    """An event names it, a hold is placed, the run is booked."""
    lot = sold(network, born(network, "pit", TONNE), "refinery")
    network.wait(2 * DAY)
    event = stand(network, processing(network, "plant", [lot]))
    network.book.hold("ortega", lot.root, network.members.group("refinery"))
    run(network, event, Material.SULPHATE)


def one_milligram_less(network: Network) -> None:
    """990 kg were measured; the seller books one milligram less than a tonne."""
    lot = born(network, "pit", TONNE)
    network.trade.offer("mine", lot.name, "refinery", network.ground.now + 10 * DAY)
    network.trade.dispute("refinery", lot.name)
    measured = TONNE * 99 // 100
    statement = SiteStatement(
        "bench", 800, EventKind.MEASUREMENT, network.ground.now, network.ground.now,
        inputs=(lot.name,), metal_in=(measured,), product=measured, made=measured,
        fed=(((next(iter(lot.piles)), measured),),),
    )  # fmt: skip
    stand(network, statement)
    network.trade.approve("laboratory", lot.name, statement.key)
    network.trade.settle("mine", lot.name, "settled", TONNE - 1)


def month_left_out(network: Network) -> None:
    """What went in during a month is stated nowhere, and comes out with the next month."""
    stock = _closed_month(network, TONNE // 2)
    network.wait(60 * DAY)
    lot = sold(network, born(network, "pit", TONNE), "refinery")
    closed(network, stand(network, period(network, [lot, stock], gap=30)), 0)


def stock_forgotten(network: Network) -> None:
    """The next month begins with clean feed, as if the tanks had been empty."""
    _closed_month(network, TONNE // 2)
    lot = sold(network, born(network, "pit", TONNE), "refinery")
    network.wait(31 * DAY)
    closed(network, stand(network, period(network, [lot])), 0)


def stock_sold(network: Network) -> None:
    """What lies in the tanks is sold as the certified metal that it is on average."""
    stock = _closed_month(network, TONNE // 2)
    network.trade.offer("refinery", stock.name, "trader", network.ground.now + DAY)


def credits_banked(network: Network) -> None:
    """Certified metal is sold without its credit, which waits on paper for a dearer year."""
    old = sold(network, born(network, "pit", TONNE), "refinery")
    network.wait(380 * DAY)
    now = network.ground.now
    for by in ("ortega", "padma"):
        network.facts.determine("plain", by, ["group of mine"], now, now + YEAR, True)
    new = sold(network, born(network, "pit", TONNE), "refinery")
    joined = [Wanted("joined", 2 * TONNE, Material.HYDROXIDE)]
    network.runs.rebook("refinery", [old.name, new.name], joined, Model.MASS_BALANCE)
    network.wait(2 * DAY)
    closed(network, stand(network, period(network, [network.book.lots["joined"]])), 0)


def _closed_month(network: Network, stock: int = 0) -> BookedLot:
    """The first period of the continuous plant, fed with conflict metal; its last lot."""
    lot = sold(network, born(network, "tunnel", TONNE), "refinery")
    network.wait(2 * DAY)
    return closed(network, stand(network, period(network, [lot])), stock)[-1]


def packs_of(network: Network, units: int) -> BookedLot:
    """A series of packs in the maker's hands."""
    lot = sold(network, born(network, "tunnel", TONNE), "maker")
    network.wait(2 * DAY)
    event = stand(network, processing(network, "line", [lot], units=units, model=SEGREGATED))
    (pack,) = run(network, event, Material.PACK, model=SEGREGATED)
    return pack


def _all(network: Network, event: SiteStatement) -> Feed:
    return ((event.scrap_pile, int(network.yard.metal(event.scrap_pile))),)


def _tunnel_birth(network: Network) -> SiteStatement:
    metal = TONNE
    statement = SiteStatement(
        "tunnel", 600, EventKind.BIRTH, network.ground.now - DAY, network.ground.now,
        product=metal, attested=(metal, 0, 0, 0), made=metal,
    )  # fmt: skip
    return stand(network, statement)


LATER = (R.INPUTS_AS_NAMED, R.LOT_LOCKED, R.HELD_IN_TIME, R.MADE_BEFORE)
OWN_JUDGES = (R.GROUP_CLEAN, R.JUDGE_INDEPENDENT, R.JUDGE_ANOTHER_GROUP)

ATTACKS = (
    Attack(later_purchase, Promise.ORIGIN, LATER),
    Attack(swap_of_equal_weights, Promise.ORIGIN, (R.BATCH_NOT_SEEN,)),
    Attack(ratio_swap, Promise.ORIGIN, (R.METAL_BY_INPUT,)),
    Attack(part_in_a_charge, Promise.ORIGIN, (R.PART_IN_CHARGE,)),
    Attack(weights_of_another_day, Promise.METAL, (R.WEIGHT_BY_INPUT,)),
    Attack(refined_and_sold, Promise.METAL, (R.LOT_LOCKED, R.GOODS_ARRIVE), R.LOT_ACTIVE),
    Attack(withdrawn_and_sold, Promise.METAL, (R.ON_THE_PANEL, R.GOODS_ARRIVE)),
    Attack(shopping_for_inspectors, Promise.ORIGIN, (R.ON_THE_PANEL,)),
    Attack(made_up_by_inspectors, Promise.STATED, (R.OPERATOR_FILED,)),
    Attack(friends_called_in, Promise.ORIGIN, (R.ON_THE_PANEL,)),
    Attack(goods_that_came_later, Promise.CUSTODY, (R.HELD_IN_TIME,)),
    Attack(averaged_on_paper, Promise.ORIGIN, (R.ONE_ROOT,)),
    Attack(units_from_nothing, Promise.UNITS, (R.UNITS_ATTESTED,)),
    Attack(unequal_units, Promise.UNITS, (R.UNITS_EQUAL,)),
    Attack(everything_is_scrap, Promise.RECYCLED, (R.HOLD_FREE,)),
    Attack(scrap_that_was_product, Promise.RECYCLED, (R.SCRAP_ATTESTED, R.WEIGHT_BY_INPUT)),
    Attack(retired_on_paper, Promise.RECYCLED, (R.END_OF_LIFE,), R.EVENT_STANDS),
    Attack(written_off, Promise.CARBON, (R.NO_PAPER_WRITE_OFF,)),
    Attack(left_unbooked, Promise.METAL, (R.BOOKS_ALL,)),
    Attack(born_twice_across_an_upgrade, Promise.ONCE, (R.EVENT_ONCE, R.OUTLIVES_UPGRADES)),
    Attack(assigned_twice_across_an_upgrade, Promise.ONCE, (R.UNITS_ONCE, R.OUTLIVES_UPGRADES)),
    Attack(certified_afterwards, Promise.CERTIFIED, (R.RECORDED_BY_THEN,), silent=True),
    Attack(in_force_after_all, Promise.CERTIFIED, (R.NEVER_BACK, R.RECORDED_BY_THEN)),
    Attack(certified_anew, Promise.CERTIFIED, (R.BRIDGES_SILENCE,), silent=True),
    Attack(papers_of_the_expelled, Promise.CERTIFIED, (R.PAPERS_END,), silent=True),
    Attack(
        certified_without_accreditation, Promise.CERTIFIED, (R.PAPERS_END, R.ACCREDITED),
        R.ACCREDITED,
    ),
    Attack(cleared_by_ones_own, Promise.INDEPENDENT, OWN_JUDGES),
    Attack(cleared_by_one, Promise.INDEPENDENT, (R.TWO_GROUPS,), silent=True),
    Attack(cleared_afterwards, Promise.AREA, (R.RECORDED_BY_THEN,), silent=True),
    Attack(three_shells, Promise.INDEPENDENT, (R.JUDGE_ANOTHER_GROUP, R.VOICES_OF_NOW)),
    Attack(merged_before_the_third, Promise.INDEPENDENT, (R.VOICES_OF_NOW,), silent=True),
    Attack(bought_before_the_third, Promise.INDEPENDENT, (R.GROUP_CLEAN, R.VOICES_OF_NOW)),
    Attack(released_by_the_same_group, Promise.INDEPENDENT, (R.GROUP_CLEAN, R.JUDGE_INDEPENDENT)),
    Attack(held_and_rebooked, Promise.HELD, (R.HOLD_FREE,)),
    Attack(held_and_accepted, Promise.HELD, (R.HOLD_FREE,)),
    Attack(held_and_moved, Promise.HELD, (R.HOLD_FREE,)),
    Attack(held_and_fed, Promise.HELD, (R.HOLD_FREE,)),
    Attack(month_left_out, Promise.ACCOUNT, (R.PERIOD_GAPLESS,)),
    Attack(stock_forgotten, Promise.ACCOUNT, (R.STOCK_NAMED,)),
    Attack(stock_sold, Promise.ACCOUNT, (R.STOCK_STAYS,)),
    Attack(credits_banked, Promise.CREDIT, (R.CREDIT_TERM,), silent=True),
    Attack(one_milligram_less, Promise.SETTLED, (R.SETTLED_AS_MEASURED,)),
)  # fmt: skip
