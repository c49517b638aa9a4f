"""Attackers: members who try every act of every role, in any order, and lie where they can.

One integer is one attempt, so that Hypothesis drops attempts until only those are left that break
a promise. Most attempts are refused, which changes nothing; what is accepted stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from tests.model.protocol_2.book import BookedLot, Material, State
from tests.model.protocol_2.events import EventKind, Feed, SiteStatement
from tests.model.protocol_2.members import EVERY_CREDIT, Role
from tests.model.protocol_2.network import Network
from tests.model.protocol_2.rules import ActRefused
from tests.model.protocol_2.runs import Wanted
from tests.model.protocol_2.terms import DAY, HOUR
from tests.model.protocol_2.trade import Offer2
from tests.model.runs import Model

T = TypeVar("T")
Attempt = Callable[[Network, Random], object]

MADE_OF = {
    Material.HYDROXIDE: (*(Material.SULPHATE,) * 4, Material.HYDROXIDE),
    Material.SULPHATE: (*(Material.CATHODE, Material.PACK) * 2, Material.SULPHATE),
    Material.CATHODE: (Material.CELL, Material.PACK),
    Material.CELL: (Material.PACK,),
    Material.PACK: (Material.PACK,),
    Material.SCRAP: (Material.SULPHATE, Material.HYDROXIDE),
    Material.RETIRED: (Material.SULPHATE,),
}

JUDGES = {Role.ORACLE, Role.RISK, Role.AUDITOR, Role.CERTIFIER}
DEALERS = {Role.TRADER, Role.OPERATOR}

histories_of_attackers = st.lists(st.integers(0, 2**32 - 1), min_size=20, max_size=60)
"""Attempts; each number seeds the choices of one."""


class NothingToAttempt(Exception):
    """There is nothing of the sort that the act is about."""


def attempt(network: Network, seed: int) -> bool:
    """One attempt, in a block of its own; whether it was accepted."""
    network.wait(1)
    random = Random(seed)
    act = random.choice(ATTEMPTS)
    try:
        act(network, random)
    except (ActRefused, NothingToAttempt):
        return False
    return True


def _wait(network: Network, random: Random) -> None:
    network.wait(random.choice((HOUR, 12 * HOUR, 2 * DAY, 2 * DAY, 8 * DAY, 31 * DAY, 100 * DAY)))


def _birth(network: Network, random: Random) -> None:
    """A day's digging, honestly weighed or not, and its lot at once or later."""
    site = random.choice(("pit", "tunnel"))
    made = random.choice((1_000, 1_000, 2_500)) * 10**6
    said = random.choice((made, made, made, made * 2))
    statement = SiteStatement(
        site, _number(network, random), EventKind.BIRTH, *_times(network, random),
        product=said, carbon=random.choice((0, 7, 90)) * said,
        attested=(random.choice((0, said)), 0, 0, 0), made=made,
    )  # fmt: skip
    _stand(network, random, statement)
    if random.random() < 0.8:
        _born_of(network, random, statement.key)


def _use_birth(network: Network, random: Random) -> None:
    """Of any birth that was attested, used or not."""
    _born_of(network, random, _some(random, _keys(network, EventKind.BIRTH)))


def _born_of(network: Network, random: Random, key: str) -> None:
    operator = network.events.sites[key.split("#")[0]].operator
    by = random.choice((operator, operator, operator, "trader"))
    network.runs.birth(by, key, _name(network), Material.HYDROXIDE)


def _sale(network: Network, random: Random) -> None:
    """Offered and accepted; now and then by somebody else, or to a sister. Hollow lots go first."""
    lots = _standing(network, State.ACTIVE)
    hollow = [lot for lot in lots if _there(network, lot) < lot.balance.metal // 2]
    lot = _some(random, hollow if hollow and random.random() < 0.5 else lots)
    to = random.choice(("refinery", "refinery", "recycler", "maker", "trader", "sister", "mine"))
    by = random.choice((lot.holder, lot.holder, lot.holder, "trader"))
    expiry = network.ground.now + random.choice((10, 80, 400)) * DAY
    network.trade.offer(by, lot.name, to, expiry)
    if random.random() < 0.8:
        network.trade.accept(to, lot.name)


def _acceptance(network: Network, random: Random) -> None:
    offer = _some(random, list(network.trade.offers.values()))
    network.trade.accept(random.choice((offer.buyer, "trader")), offer.lot)


def _cancellation(network: Network, random: Random) -> None:
    offer = _open_offer(network, random)
    network.trade.cancel(random.choice((offer.seller, offer.seller, offer.buyer)), offer.lot)


def _open_offer(network: Network, random: Random) -> Offer2:
    """One of those that are open; where none is, somebody makes one."""
    if not network.trade.offers:
        lot = _some(random, _standing(network, State.ACTIVE))
        to = random.choice(("refinery", "recycler", "maker", "trader"))
        network.trade.offer(lot.holder, lot.name, to, network.ground.now + 80 * DAY)
    return _some(random, list(network.trade.offers.values()))


def _rebook(network: Network, random: Random) -> None:
    """Splits, merges, charges, and averages of what never met."""
    first = _some(random, _standing(network, State.ACTIVE))
    alike = [
        lot
        for lot in _standing(network, State.ACTIVE)
        if lot.holder == first.holder and lot.material is first.material
    ]
    lots = random.sample(alike, min(len(alike), random.choice((1, 1, 2, 2, 3))))
    charge = random.random() < 0.4
    wanted = _wanted(network, random, lots, first.material, 1 if charge else random.choice((1, 2)))
    model = random.choice((max(lot.model for lot in lots), *Model))
    network.runs.rebook(
        first.holder, sorted(lot.name for lot in lots), wanted, model, charge=charge
    )


def _work(network: Network, random: Random) -> None:
    """A document of a plant, true or not, and its run at once or later."""
    by_site = {
        site: [
            lot
            for lot in _standing(network, State.ACTIVE)
            if lot.holder == network.events.sites[site].operator
        ]
        for site in ("plant", "line", "yard")
    }
    site = _some(random, [site for site, lots in by_site.items() if lots])
    held = by_site[site]
    lots = sorted(
        random.sample(held, min(len(held), random.choice((1, 1, 2, 3)))), key=lambda lot: lot.name
    )
    _some(random, lots)
    statement = _document(network, random, site, lots)
    _stand(network, random, statement)
    if random.random() < 0.8:
        _run_of(network, random, statement)


def _document(
    network: Network, random: Random, site: str, lots: Sequence[BookedLot]
) -> SiteStatement:
    """What was fed is drawn first; what is said is that, or a lie about one thing."""
    taken: Counter[str] = Counter()
    fed = tuple(_feed(network, random, lot, lots, taken) for lot in lots)
    weights = tuple(sum(metal for _, metal in feed) for feed in fed)
    made = sum(weights) * random.choice((100, 100, 98, 80)) // 100
    kinds = (EventKind.PROCESS,) * 6 + (EventKind.REWORK, EventKind.RECOVERY, EventKind.LOSS)
    waste = lots[0].material in (Material.SCRAP, Material.RETIRED)
    kind = EventKind.RECOVERY if waste else random.choice(kinds)
    scrap = 0 if kind is EventKind.LOSS else made * random.choice((0, 0, 0, 5, 50, 100)) // 100
    product = random.choice(_made_by(kind, _fed_with(network, [lot.name for lot in lots])))
    start, end = _times(network, random)
    if random.random() < 0.5:
        start, end = max(start, *(lot.time for lot in lots)), network.ground.now
    true = SiteStatement(
        site, _number(network, random), kind, start, end,
        inputs=tuple(lot.name for lot in lots), metal_in=weights, product=made - scrap,
        scrap=scrap, carbon=random.choice((0, 3)) * made, units=random.choice((1, 10, 10, 100)),
        model=random.choice((Model.SEGREGATED, Model.CONTROLLED_BLENDING, Model.MASS_BALANCE)),
        fed=fed, made=made, counts=product if product.in_units else None,
    )  # fmt: skip
    return _perhaps_lied(network, random, true, lots)


def _feed(
    network: Network,
    random: Random,
    lot: BookedLot,
    lots: Sequence[BookedLot],
    taken: Counter[str],
) -> Feed:
    """The lot's own piles, or now and then a pile of another, or another weight.

    taken: what the other lots of the document took before; no pile gives more than it has.
    """
    source = random.choice(lots) if random.random() < 0.15 else lot
    if random.random() < 0.05:
        source = random.choice(network.book.standing())
    piles = sorted(source.piles)
    leaves = {
        pile: network.book.lots[name].balance.metal
        for name in network.book.leaves(source.name)
        for pile in network.book.lots[name].piles
    }
    if len(piles) == 1:
        whole = lot.balance.metal
        metal = whole if random.random() < 0.85 else whole * random.choice((1, 3, 99, 200)) // 100
        weights = {piles[0]: metal}
    else:
        weights = {pile: leaves.get(pile, 0) for pile in piles}
    there = {pile: int(network.yard.metal(pile)) - taken[pile] for pile in piles}
    feed = tuple(
        (pile, min(metal, there[pile])) for pile, metal in weights.items() if there[pile] and metal
    )
    taken.update(dict(feed))
    return feed


def _perhaps_lied(
    network: Network, random: Random, true: SiteStatement, lots: Sequence[BookedLot]
) -> SiteStatement:
    """Most documents are true; a lie is about weights, scrap, or which lots went in."""
    lie = random.random()
    booked = tuple(lot.balance.metal for lot in lots)
    if lie < 0.10:
        return replace(true, metal_in=booked)
    if lie < 0.15:
        return replace(true, product=true.product + true.scrap, scrap=0)
    if lie < 0.20:
        return replace(true, metal_in=booked, product=sum(booked) - true.scrap)
    if lie < 0.25 and len(lots) > 1:
        return replace(true, metal_in=tuple(reversed(true.metal_in)))
    return true


def _period(network: Network, random: Random) -> None:
    """Some months of the continuous plant; now and then its periods begin anew between them."""
    for number in range(random.choice((1, 2, 3))):
        _month(network, random, regular=number > 0)
        if random.random() < 0.15:
            _continuity(network, random)


def _month(network: Network, random: Random, *, regular: bool) -> None:
    """A document of the month, true or not, and its run at once or later.

    regular: it begins with the end of the last one, and names what lies in the plant.
    """
    plant, last = network.events.sites["tanks"], network.book.period("tanks")
    lots = _standing(network, State.ACTIVE)
    free = [lot for lot in lots if lot.fed is None and lot.rank > 0]
    free = [lot for lot in free if lot.until < network.ground.now]
    held = [lot for lot in free if lot.holder == plant.operator]
    if not held:
        bought = _some(random, free)
        _handed_over(network, bought, plant.operator)
        held = [network.book.lots[bought.name]]
    lots = random.sample(held, min(len(held), random.choice((1, 1, 2, 3))))
    if last.stock is not None and (regular or random.random() < 0.9):
        lots.append(network.book.lots[last.stock])
    lots = [lot for lot in lots if lot.state is State.ACTIVE]
    _some(random, lots)
    days = 30 if regular else random.choice((1, 10, 30, 30, 31, 40))
    gap = 0 if regular else random.choice((0, 0, 0, 0, 5, -5))
    start = last.end or max(0, network.ground.now - days * DAY)
    start = max(0, start + gap * DAY)
    network.wait(max(0, start + days * DAY - network.ground.now))
    said = _document(network, random, plant.name, sorted(lots, key=lambda lot: lot.name))
    kind = random.choice((EventKind.PROCESS,) * 9 + (said.kind,))
    model = random.choice((Model.MASS_BALANCE,) * 5 + (Model.SEGREGATED,))
    said = replace(said, start=start, end=start + days * DAY, kind=kind, model=model)
    _stand(network, random, said)
    if random.random() < 0.9:
        _run_of(network, random, said)


def _continuity(network: Network, random: Random) -> None:
    """The council begins the periods of a plant anew, or says that it has batches."""
    on = random.random() < 0.8 or not network.events.sites["tanks"].continuous
    network.events.set_continuous("tanks", on)


def _recycling(network: Network, random: Random) -> None:
    """Waste comes to the yard, retired or not, and goes into what is said to be a recovery."""
    if random.random() < 0.5:
        network.wait(random.choice((DAY, 200 * DAY)))
        _retirement(network, random)
    waste = (Material.SCRAP, Material.RETIRED)
    lots = [lot for lot in _standing(network, State.ACTIVE) if lot.material in waste]
    name, yard = _some(random, lots).name, network.events.sites["yard"]
    _handed_over(network, network.book.lots[name], yard.operator)
    network.wait(random.choice((HOUR, 2 * DAY, 2 * DAY)))
    said = _document(network, random, yard.name, [network.book.lots[name]])
    _stand(network, random, said)
    _run_of(network, random, said)


def _handed_over(network: Network, lot: BookedLot, to: str) -> None:
    if lot.holder != to:
        network.trade.offer(lot.holder, lot.name, to, network.ground.now + 10 * DAY)
        network.trade.accept(to, lot.name)


def _run_of(network: Network, random: Random, statement: SiteStatement) -> None:
    plant = network.events.sites[statement.site]
    operator = plant.operator
    choices = _made_by(statement.kind, _fed_with(network, statement.inputs))
    said = [one for one in choices if one is statement.counts or not one.in_units]
    material = random.choice(said if said and random.random() < 0.9 else choices)
    if statement.counts in choices and random.random() < 0.9:
        material = statement.counts
    product = min(statement.product, _booked(network, statement.inputs) - statement.scrap)
    product -= random.choice((0, 0, 0, 0, product // 10))
    wanted = [Wanted(_name(network), product, material, statement.units)]
    if not material.in_units:
        wanted = [replace(wanted[0], units=1)]
    if statement.scrap:
        wanted.append(Wanted(f"{_name(network)} scrap", statement.scrap, Material.SCRAP))
    if plant.continuous and random.random() < 0.8:
        wanted = _with_stock(network, random, wanted)
    if random.random() < 0.1:
        wanted = [replace(one, material=Material.SCRAP) for one in wanted]
    inputs: Sequence[str] = statement.inputs
    if random.random() < 0.1:
        inputs = [_some(random, network.book.standing()).name]
    model = random.choice((statement.model, statement.model, Model.MASS_BALANCE, Model.SEGREGATED))
    network.runs.process(operator, statement.key, inputs, [w for w in wanted if w.metal > 0], model)


def _with_stock(network: Network, random: Random, wanted: list[Wanted]) -> list[Wanted]:
    """A part of the product lies in the plant still, or all of it, or more than there is."""
    product, *beside = wanted
    stock = product.metal * random.choice((10, 50, 90, 100, 110)) // 100
    left = Wanted(f"{_name(network)} stock", stock, Material.IN_PROCESS)
    return [replace(product, metal=product.metal - stock), left, *beside]


def _fed_with(network: Network, names: Sequence[str]) -> Material:
    """The highest material that goes in, also what went into the stock before."""
    lots = [network.book.lots[name] for name in names]
    return max((lot.fed or lot.material for lot in lots), key=lambda material: material.rank)


def _made_by(kind: EventKind, first: Material) -> tuple[Material, ...]:
    """Of what the products of such an event may be."""
    return (first,) if kind in (EventKind.LOSS, EventKind.REWORK) else MADE_OF[first]


def _late_run(network: Network, random: Random) -> None:
    kinds = (EventKind.PROCESS, EventKind.REWORK, EventKind.RECOVERY, EventKind.LOSS)
    key = _some(random, [key for kind in kinds for key in _keys(network, kind)])
    _run_of(network, random, network.events.standing[key].statement)


def _nothing_found(network: Network, random: Random) -> None:
    """A theft of everything, or what is said to be one."""
    lot = _some(random, _standing(network, State.ACTIVE))
    sites = [one for one in network.events.sites.values() if one.operator == lot.holder]
    site = _some(random, sites)
    fed = tuple((pile, int(network.yard.metal(pile))) for pile in sorted(lot.piles))
    fed = tuple(part for part in fed if part[1])
    made = random.choice((0, sum(metal for _, metal in fed)))
    statement = SiteStatement(
        site.name, _number(network, random), EventKind.LOSS, *_times(network, random),
        inputs=(lot.name,), metal_in=(sum(metal for _, metal in fed),), fed=(fed,), made=made,
    )  # fmt: skip
    _some(random, fed)
    _stand(network, random, statement)
    network.runs.nothing_found(lot.holder, statement.key)


def _write_off(network: Network, random: Random) -> None:
    lot = _some(random, _standing(network, State.ACTIVE))
    network.runs.write_off(lot.holder, lot.name)


def _withdrawal(network: Network, random: Random) -> None:
    """The site, or the inspectors alone, or one group thrice, take an event back."""
    key = _some(random, _keys(network, *EventKind))
    operator = network.events.sites[key.split("#")[0]].operator
    by = random.choice((operator, operator, "trader"))
    judges = random.choices(_judges(network), k=3)
    network.events.withdraw(key, by, judges)


def _product(network: Network, random: Random) -> None:
    lots = _standing(network, State.ACTIVE, State.ASSIGNED)
    made = [lot for lot in lots if lot.material.in_units]
    lot = _some(random, made if made and random.random() < 0.7 else lots)
    product = f"car {random.randrange(3)}"
    if random.random() < 0.3 and product in network.products.products:
        network.products.seal("maker", product)
    else:
        units = random.choice((1, lot.units, lot.units // 2, 2 * lot.units))
        network.products.assign(lot.holder, product, lot.name, units)


def _retirement(network: Network, random: Random) -> None:
    """With a dismantler's event, or without."""
    products = network.products.products
    sealed = [name for name, one in products.items() if one.sealed is not None]
    product = _some(random, sealed if sealed and random.random() < 0.7 else list(products))
    lot = _some(random, list(network.products.products[product].parts))
    statement = SiteStatement(
        random.choice(("yard", "yard", "line")), _number(network, random), EventKind.END_OF_LIFE,
        *_times(network, random), inputs=(lot,), units=random.choice((1, 1, 2, 10)),
    )  # fmt: skip
    key = _some(random, list(network.events.standing))
    if random.random() < 0.8:
        _stand(network, random, statement)
        key = statement.key
    by = random.choice(("maker", "maker", network.events.sites[statement.site].operator))
    network.products.retire(by, product, lot, _name(network), key)


def _certificate(network: Network, random: Random) -> None:
    """Issued; or the council takes schemes from a certifier, and gives them back."""
    if random.random() < 0.2:
        schemes = random.choice(((), (0, 1), EVERY_CREDIT))
        network.members.accredit(random.choice(_judges(network)), schemes)
        return
    site = random.choice(("pit", "tunnel", "plant", "line", "yard"))
    operator = network.events.sites[site].operator
    now = network.ground.now
    start = now + random.choice((0, 0, -20, -300)) * DAY
    end = start + random.choice((300, 1_000, 30_000)) * DAY
    name = f"certificate {len(network.facts.certificates)}"
    credit = random.choice((-1, 0, 0, 1, 2))
    network.facts.certify(name, random.choice(_judges(network)), site, operator, credit, start, end)


def _status(network: Network, random: Random) -> None:
    name = _some(random, list(network.facts.certificates))
    by = network.facts.certificates[name].certifier
    effective = network.ground.now - random.choice((0, 0, 1, 10, 40)) * DAY
    if random.random() < 0.2:
        operator = network.events.sites[network.facts.certificates[name].site].operator
        network.facts.take_over(name, random.choice(_judges(network)), operator)
    elif random.random() < 0.5:
        network.facts.suspend(name, by, effective)
    else:
        network.facts.reinstate(name, by, effective)


def _determination(network: Network, random: Random) -> None:
    place = random.choice(("plain", "front"))
    start = network.ground.now // (30 * DAY) * 30 * DAY
    start += random.choice((0, 0, -2, -10, 1, 3)) * 30 * DAY
    end = start + random.choice((100, 300, 2_000)) * DAY
    favourable = random.random() < 0.7
    for by in random.choices(_judges(network), k=random.choice((1, 2))):
        network.facts.determine(place, by, ["group of mine"], start, end, favourable)


def _hold(network: Network, random: Random) -> None:
    lot = _some(random, network.book.standing())
    group = network.members.group(lot.holder)
    first, second = random.choices(_judges(network), k=2)
    if random.random() < 0.6 or (lot.root, group) not in network.book.holds:
        network.book.hold(first, lot.root, group)
    else:
        network.book.release(lot.root, group, first, second)


def _freeze(network: Network, random: Random) -> None:
    group = network.members.group(random.choice(("mine", "refinery", "maker", "sly")))
    first, second = random.choices(_judges(network), k=2)
    network.members.freeze(group, first, second)


def _pause(network: Network, random: Random) -> None:
    """A third of the council's groups voted for it."""
    network.members.pause()


def _joining(network: Network, random: Random) -> None:
    """Shells and traders, of groups of others or of their own; by acts, as all that follows."""
    name = f"newcomer {len(network.members.organisations)}"
    group = random.choice((f"group of {name}", random.choice(_groups(network))))
    network.members.join(name, group, random.choice((JUDGES, JUDGES, DEALERS)))


def _roles(network: Network, random: Random) -> None:
    name = random.choice(list(network.members.organisations))
    if random.random() < 0.5:
        network.members.set_roles(name, random.choice((JUDGES, DEALERS, set[Role]())))
    else:
        network.members.set_active(name, random.random() < 0.8)


def _merger(network: Network, random: Random) -> None:
    """One organisation is sold, or a whole group goes to another."""
    group, into = random.choice(_groups(network)), random.choice(_groups(network))
    moving = [one.name for one in network.members.organisations.values() if one.group == group]
    for name in moving if random.random() < 0.5 else moving[:1]:
        network.members.move(name, into)


def _expulsion(network: Network, random: Random) -> None:
    """Frozen by two judges where it cannot wait, heard for a week, suspended."""
    name = random.choice(list(network.members.organisations))
    if random.random() < 0.5:
        first, second = random.choices(_judges(network), k=2)
        network.members.freeze(network.members.group(name), first, second)
    network.wait(random.choice((0, 8 * DAY)))
    network.members.set_active(name, False)


def _leaving(network: Network, random: Random) -> None:
    """It sells what it has, hands its sites over, and is suspended."""
    name = random.choice(("mine", "refinery", "recycler", "maker", "trader"))
    heir = random.choice(("sister", "trader", "refinery", "maker"))
    lots = [lot for lot in _standing(network, State.ACTIVE) if lot.holder == name]
    for lot in lots[: random.choice((1, 3, len(lots)))]:
        _handed_over(network, lot, heir)
    for site in [one.name for one in network.events.sites.values() if one.operator == name]:
        network.events.transfer(site, heir)
    network.members.set_active(name, False)


def _sold_plant(network: Network, random: Random) -> None:
    """With what is named there, and with what lies in it."""
    to = random.choice(("mine", "refinery", "recycler", "maker", "trader", "laboratory"))
    network.events.transfer(random.choice(list(network.events.sites)), to)


def _dispute(network: Network, random: Random) -> None:
    """Disputed, measured, approved and settled; by the right ones or by others."""
    offer = _open_offer(network, random)
    lot = network.book.lots[offer.lot]
    network.trade.dispute(offer.buyer, offer.lot)
    measured = lot.balance.metal * random.choice((90, 99, 100, 101)) // 100
    named = random.choice((lot, lot, lot, random.choice(network.book.standing()))).name
    statement = SiteStatement(
        "bench", _number(network, random), EventKind.MEASUREMENT, *_times(network, random),
        inputs=(named,), metal_in=(measured,), product=measured, made=measured,
        fed=(((next(iter(lot.piles)), measured),),),
    )  # fmt: skip
    _stand(network, random, statement)
    network.trade.approve("laboratory", offer.lot, statement.key)
    network.wait(random.choice((0, 8 * DAY)))
    by = random.choice((offer.seller, offer.buyer, "laboratory", "trader"))
    metal = random.choice((min(measured, lot.balance.metal), lot.balance.metal - 1, measured))
    network.trade.settle(by, offer.lot, _name(network), metal)


def _upgrade(network: Network, random: Random) -> None:
    network.upgrade()


def _lapse(network: Network, random: Random) -> None:
    network.trade.lapse(_some(random, list(network.trade.offers)))


def _stand(network: Network, random: Random, statement: SiteStatement) -> None:
    """Filed, and carried to inspectors: those of the panel, or whoever is lenient."""
    network.events.file(network.events.sites[statement.site].operator, statement)
    honest = ["ortega", "padma", "quarz"]
    nodes = random.choice((honest, honest, honest, random.choices(_judges(network), k=3)))
    for name in nodes:
        network.events.attest(name, statement)


def _times(network: Network, random: Random) -> tuple[int, int]:
    end = network.ground.now - random.choice((0, 0, 0, 1, 5, 40)) * DAY
    return end - random.choice((1, 1, 10)) * DAY, end


def _wanted(
    network: Network, random: Random, lots: Sequence[BookedLot], material: Material, parts: int
) -> list[Wanted]:
    metal = sum(lot.balance.metal for lot in lots)
    units = sum(lot.units for lot in lots) * random.choice((1, 1, 1, 1_000))
    cut = metal * random.choice((50, 50, 1)) // 100 if parts == 2 else metal
    cut_units = units * cut // metal if parts == 2 else units
    if not material.in_units:
        units, cut_units = 2, 1
    name = _name(network)
    first = Wanted(f"{name} a", cut, material, max(1, cut_units))
    second = Wanted(f"{name} b", metal - cut, material, max(1, units - cut_units))
    return [one for one in (first, second) if one.metal]


def _keys(network: Network, *kinds: EventKind) -> list[str]:
    return [key for key, one in network.events.standing.items() if one.statement.kind in kinds]


def _standing(network: Network, *states: State) -> list[BookedLot]:
    return [lot for lot in network.book.standing() if lot.state in states]


def _groups(network: Network) -> list[str]:
    return [one.group for one in network.members.organisations.values()]


def _judges(network: Network) -> list[str]:
    organisations = network.members.organisations.values()
    return [one.name for one in organisations if Role.ORACLE in one.roles] or ["ortega"]


def _there(network: Network, lot: BookedLot) -> Fraction:
    """How much metal lies in the piles of a lot."""
    return sum((network.yard.metal(pile) for pile in lot.piles), Fraction(0))


def _booked(network: Network, names: Sequence[str]) -> int:
    return sum(network.book.lots[name].balance.metal for name in names)


def _number(network: Network, random: Random) -> int:
    """The next number of a document, or one that was used before."""
    return len(network.events.filed) + random.choice((1, 1, 1, 1, 0))


def _name(network: Network) -> str:
    return f"lot {len(network.book.lots)}"


def _some(random: Random, choices: Sequence[T]) -> T:
    """One of them; without any there is nothing to attempt."""
    if not choices:
        raise NothingToAttempt
    return random.choice(choices)


ATTEMPTS: tuple[Attempt, ...] = (
    (_birth,) * 12
    + (_sale,) * 24
    + (_work,) * 32
    + (_rebook,) * 16
    + (_product,) * 16
    + (_wait,) * 16
    + (_period,) * 12
    + (_recycling,) * 8
    + (_retirement, _late_run, _dispute) * 6
    + (_acceptance, _use_birth, _determination) * 4
    + (_cancellation, _certificate, _status, _hold, _freeze) * 2
    + (_nothing_found, _write_off, _withdrawal, _upgrade, _lapse) * 2
    + (_continuity, _pause)
    + (_joining, _roles, _merger, _expulsion, _leaving, _sold_plant)
)
