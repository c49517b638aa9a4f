"""A network of ten ownership groups, and the everyday acts that tests are made of."""

from __future__ import annotations

from collections.abc import Sequence

from tests.model.protocol_2.book import BookedLot, Material
from tests.model.protocol_2.events import SEPARATION, EventKind, Feed, Plant, SiteStatement
from tests.model.protocol_2.members import Role
from tests.model.protocol_2.network import Network
from tests.model.protocol_2.rules import ActRule
from tests.model.protocol_2.runs import Wanted
from tests.model.protocol_2.terms import DAY
from tests.model.runs import Model

TONNE = 10**9
INSPECTORS = ("ortega", "padma", "quarz", "rhone")
NEWCOMERS = ("sly", "tarn", "umber")
RESPONSIBLE_CERTIFICATE = 0
YEAR = 366 * DAY


def cast(*lifted: ActRule) -> Network:
    """Members, sites, certificates and one cleared place, a hundred days into the life of a chain.

    The inspectors are honest, the newcomers are not; three of those are of the mine's friends.
    """
    return peopled(Network.lifting(*lifted))


def peopled(network: Network) -> Network:
    """The cast in a network that nothing has happened in."""
    _join(network)
    network.wait(30 * DAY)
    _sites(network)
    _facts(network)
    network.wait(70 * DAY)
    return network


def stocked(*lifted: ActRule) -> Network:
    """The cast with metal of both places at every stage, so that attackers can begin anywhere."""
    return supplied(cast(*lifted))


def supplied(network: Network) -> Network:
    """Metal in the hands of a cast."""
    for site in ("pit", "tunnel"):
        for buyer in ("refinery", "maker", "recycler"):
            sold(network, born(network, site, 2 * TONNE), buyer)
        born(network, site, TONNE)
    network.wait(2 * DAY)
    for number, lot in enumerate(_of(network, "maker")):
        document = processing(
            network, "line", [lot], units=10, counts=Material.PACK, model=Model.SEGREGATED
        )
        event = stand(network, document)
        (pack,) = run(network, event, Material.PACK, model=Model.SEGREGATED)
        if number == 0:
            network.products.assign("maker", "car", pack.name, 4)
            network.products.seal("maker", "car")
    for lot in _of(network, "recycler"):
        event = stand(network, processing(network, "yard", [lot], scrap=TONNE // 10))
        run(network, event, Material.SULPHATE)
    network.wait(2 * DAY)
    return network


def _of(network: Network, holder: str) -> list[BookedLot]:
    return [lot for lot in network.book.standing() if lot.holder == holder]


def _join(network: Network) -> None:
    join, judge = network.members.join, {Role.ORACLE, Role.RISK, Role.AUDITOR, Role.CERTIFIER}
    operator = {Role.OPERATOR, Role.TRADER}
    for name in ("mine", "refinery", "recycler"):
        join(name, f"group of {name}", operator)
    join("maker", "group of maker", operator | {Role.MAKER})
    join("trader", "group of trader", {Role.TRADER})
    join("sister", "group of mine", {Role.TRADER})
    for name in INSPECTORS:
        join(name, f"group of {name}", judge)
    for name in NEWCOMERS:
        join(name, f"group of {name}", judge)
    join("laboratory", "group of laboratory", {Role.LABORATORY})
    network.trade.accomplices = {"mine", "sister"}
    network.events.honest = {f"group of {name}" for name in INSPECTORS}


def _sites(network: Network) -> None:
    panel = [f"group of {name}" for name in INSPECTORS]
    network.add_site(Plant("pit", "mine", "plain"), panel)
    network.add_site(Plant("tunnel", "mine", "front"), panel)
    network.add_site(Plant("plant", "refinery", "port", apart=Model.SEGREGATED), panel)
    network.add_site(Plant("line", "maker", "town", apart=Model.SEGREGATED), panel)
    network.add_site(Plant("yard", "recycler", "town", dismantles=True), panel)
    network.add_site(Plant("bench", "laboratory", "town", laboratory=True), panel)


def _facts(network: Network) -> None:
    now = network.ground.now
    for site in ("pit", "plant", "line", "yard"):
        operator = network.events.sites[site].operator
        for credit in (0, 1, 2, SEPARATION):
            network.facts.certify(
                f"{site} {credit}", "ortega", site, operator, credit, now, now + 2 * YEAR
            )
    for by in ("ortega", "padma"):
        network.facts.determine("plain", by, ["group of mine"], now, now + YEAR, True)


def stand(
    network: Network, statement: SiteStatement, by: Sequence[str] = INSPECTORS[:3]
) -> SiteStatement:
    """The operator files, and inspectors attest until the event stands."""
    network.events.file(network.events.sites[statement.site].operator, statement)
    for name in by:
        network.events.attest(name, statement)
    return statement


def born(
    network: Network,
    site: str,
    metal: int,
    *,
    material: Material = Material.HYDROXIDE,
    units: int = 1,
) -> BookedLot:
    """A lot of today's digging, wholly of the kind that the site's certificate speaks of."""
    statement = SiteStatement(
        site, _number(network), EventKind.BIRTH, network.ground.now - DAY, network.ground.now,
        product=metal, carbon=7 * metal, units=units, attested=(metal, 0, 0, 0), made=metal,
    )  # fmt: skip
    stand(network, statement)
    operator = network.events.sites[site].operator
    return network.runs.birth(operator, statement.key, f"lot {statement.key}", material)


def sold(network: Network, lot: BookedLot, to: str) -> BookedLot:
    network.trade.offer(lot.holder, lot.name, to, network.ground.now + 10 * DAY)
    return network.trade.accept(to, lot.name)


def processing(
    network: Network,
    site: str,
    lots: Sequence[BookedLot],
    *,
    kind: EventKind = EventKind.PROCESS,
    fed: Sequence[Feed] | None = None,
    scrap: int = 0,
    units: int = 0,
    counts: Material | None = None,
    model: Model = Model.MASS_BALANCE,
) -> SiteStatement:
    """A true document of a day's work without loss: what went in comes out."""
    lots = sorted(lots, key=lambda lot: lot.name)
    feeds = tuple(fed) if fed is not None else tuple(_whole(network, lot) for lot in lots)
    weights = tuple(sum(metal for _, metal in feed) for feed in feeds)
    return SiteStatement(
        site, _number(network), kind, network.ground.now - DAY, network.ground.now,
        inputs=tuple(lot.name for lot in lots), metal_in=weights, product=sum(weights) - scrap,
        scrap=scrap, carbon=sum(weights), units=units, model=model, fed=feeds, made=sum(weights),
        counts=counts,
    )  # fmt: skip


def run(
    network: Network,
    statement: SiteStatement,
    material: Material,
    *,
    model: Model = Model.MASS_BALANCE,
    inputs: Sequence[str] | None = None,
) -> tuple[BookedLot, ...]:
    """All that the event attested becomes one lot, and one of scrap if there was any."""
    wanted = [Wanted(f"lot {statement.key}", statement.product, material, statement.units or 1)]
    if statement.scrap:
        wanted.append(Wanted(f"scrap {statement.key}", statement.scrap, Material.SCRAP))
    operator = network.events.sites[statement.site].operator
    names = statement.inputs if inputs is None else inputs
    kept = [one for one in wanted if one.metal]
    return network.runs.process(operator, statement.key, names, kept, model)


def end_of_life(network: Network, lot: BookedLot, units: int) -> SiteStatement:
    """A dismantler took units of a lot out of products."""
    now = network.ground.now
    named = {"inputs": (lot.name,), "units": units}
    statement = SiteStatement(
        "yard", _number(network), EventKind.END_OF_LIFE, now - DAY, now, **named
    )
    return stand(network, statement)


def _whole(network: Network, lot: BookedLot) -> Feed:
    """Its piles, each in its share of the lot."""
    if len(lot.piles) == 1:
        return ((next(iter(lot.piles)), lot.balance.metal),)
    leaves = [network.book.lots[name] for name in sorted(network.book.leaves(lot.name))]
    return tuple((next(iter(leaf.piles)), leaf.balance.metal) for leaf in leaves)


def _number(network: Network) -> int:
    return len(network.events.filed) + 1
