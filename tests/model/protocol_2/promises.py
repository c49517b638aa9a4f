"""What a proof promises its reader, judged from the log and from the metal itself.

Nothing here asks the rules whether they were kept: the log says what was accepted, the yard says
where the metal is, and the recorded facts say what was known when.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from tests.model.protocol_2.book import BookedLot, Material
from tests.model.protocol_2.events import EventKind, SiteStatement, Standing
from tests.model.protocol_2.facts import Certificate, Fact
from tests.model.protocol_2.network import Network
from tests.model.protocol_2.runs import RunRecord, shares_of
from tests.model.protocol_2.terms import CERTIFIER_GRACE, GRACE, LAG, PPM
from tests.model.runs import Model


class Promise(StrEnum):
    """In the words of a reader."""

    ORIGIN = "the metal comes from the mines that the books name"
    CUSTODY = "its maker had it in time"
    CERTIFIED = "a credit was certified by then"
    AREA = "no later word made an area harmless"
    ONCE = "nothing counts twice"
    INDEPENDENT = "nobody judges his own group"
    CARBON = "carbon leaves only with its metal"
    METAL = "a lot has its metal"
    UNITS = "units are equal"
    RECYCLED = "recycled metal was in a product, or was waste of a process"
    SETTLED = "a measured lot is booked as measured"
    STATED = "a site said itself what stands about it"


@dataclass(frozen=True)
class Breach:
    """A promise that does not hold, and of what."""

    promise: Promise
    what: str


def breaches(network: Network) -> list[Breach]:
    """Every promise that the history so far has broken."""
    found = (
        _origin, _custody, _certified, _area, _once, _independent, _carbon, _metal, _units,
        _recycled, _settled, _stated,
    )  # fmt: skip
    return [breach for promise in found for breach in promise(network)]


def _origin(network: Network) -> Iterator[Breach]:
    """Of lots of one pile whose model keeps origins apart: the same births, in the same shares."""
    waiting = _waiting(network)
    for lot in network.book.standing():
        apart = lot.model < Model.MASS_BALANCE and len(lot.piles) == 1
        if not apart or (lot.name, lot.holder) in waiting:
            continue
        (pile,) = lot.piles
        true = network.yard.piles.get(pile, {})
        said, real = shares_of(lot.paper), shares_of(true)
        allowed = _tolerance(network, lot)
        for birth in said.keys() | real.keys() if real else ():
            gap = abs(said.get(birth, Fraction(0)) - real.get(birth, Fraction(0)))
            if gap > allowed:
                yield Breach(Promise.ORIGIN, f"{lot.name}: {birth} differs by {gap}")


def _tolerance(network: Network, lot: BookedLot) -> Fraction:
    """Of a scale at each run above the lot, both ways, and a milligram's rounding."""
    made = _makers(network)
    runs, seen, todo = 0, set(), [lot.name]
    while todo:
        record = made.get(todo.pop())
        if record is None or id(record) in seen:
            continue
        seen.add(id(record))
        runs += record.standing is not None
        todo += [one.name for one in record.consumed]
    worst = max((plant.tolerance for plant in network.events.sites.values()), default=0)
    return Fraction(4 * worst * runs, PPM) + Fraction(1, 10_000)


def _custody(network: Network) -> Iterator[Breach]:
    for record in _attested_runs(network):
        assert record.standing is not None
        statement = record.standing.statement
        for lot in record.consumed if statement.kind is not EventKind.MEASUREMENT else ():
            if lot.held_since > statement.end + GRACE:
                yield Breach(Promise.CUSTODY, f"{lot.name} came after {statement.key}")


def _certified(network: Network) -> Iterator[Breach]:
    """Every credit of a birth, at every second of its event."""
    for time, lot, statement in _births(network):
        for credit, amount in enumerate(lot.balance.credits):
            papers = [
                certificate
                for certificate in network.facts.certificates.values()
                if (certificate.site, certificate.credit) == (statement.site, credit)
            ]
            histories = [certificate.facts for certificate in papers]
            spoken = _spoken_for(histories, statement.start, statement.end, time)
            seconds = (statement.start, statement.end)
            vouched = all(
                any(_is_vouched(network, one, second, time) for one in papers) for second in seconds
            )
            if amount and not (spoken and vouched):
                yield Breach(Promise.CERTIFIED, f"{lot.name}, credit {credit + 1}")


def _is_vouched(network: Network, certificate: Certificate, time: int, known_at: int) -> bool:
    """Whether whoever vouched for it then certified within the 90 days before, or never yet."""
    voucher = certificate.voucher(time, known_at)
    last = None
    log = [one for one in network.members.certifying[voucher] if one[0] <= min(time, known_at)]
    for at, (_, credits) in enumerate(log):
        if certificate.credit in credits:
            last = log[at + 1][0] if at + 1 < len(log) else time
    return last is None or time < last + CERTIFIER_GRACE


def _area(network: Network) -> Iterator[Breach]:
    """No metal without the CAHRA mark, but from where the area was cleared in time."""
    for time, lot, statement in _births(network):
        place = network.events.sites[statement.site].place
        history = [network.facts.places.get(place, [])]
        cleared = _spoken_for(history, statement.start, statement.end, time)
        if lot.balance.cahra < lot.balance.metal and not cleared:
            yield Breach(Promise.AREA, f"{lot.name} from {place}")


def _spoken_for(histories: Sequence[Sequence[Fact]], start: int, end: int, known_at: int) -> bool:
    edges = {start}
    for fact in (fact for history in histories for fact in history):
        edges |= {fact.start, fact.end + 1, fact.since, fact.recorded_at + LAG}
    times = [edge for edge in edges if start <= edge <= end]
    return all(_is_covered(histories, time, known_at) for time in times)


def _is_covered(histories: Sequence[Sequence[Fact]], time: int, known_at: int) -> bool:
    """The last word that was there in time decides; late good news fills silence only.

    Silence of all histories: what one says against the subject, another does not fill later.
    """
    against: list[int] = []
    late: list[int] = []
    for history in histories:
        known = [fact for fact in history if fact.stands(known_at) and fact.speaks_of(time)]
        timely = [fact for fact in known if not fact.favourable or fact.recorded_at + LAG <= time]
        if timely and timely[-1].favourable:
            return True
        if timely:
            against.append(timely[-1].recorded_at)
        else:
            late.extend(fact.recorded_at for fact in known)
    return any(all(fact < word for word in against) for fact in late)


def _once(network: Network) -> Iterator[Breach]:
    used = Counter(r.standing.statement.key for r in network.runs.records if r.standing)
    for key, times in used.items():
        if times > 1:
            yield Breach(Promise.ONCE, f"{key} was used {times} times")
    consumed = Counter(lot.name for r in network.runs.records for lot in r.consumed)
    for name, times in consumed.items():
        if times > 1:
            yield Breach(Promise.ONCE, f"{name} was consumed {times} times")
    units: Counter[str] = Counter()
    for product in network.products.products.values():
        units.update(product.parts)
    for name, number in units.items():
        if number > network.book.lots[name].units:
            yield Breach(Promise.ONCE, f"{number} units of {name} are in products")


def _independent(network: Network) -> Iterator[Breach]:
    for decision in network.members.decisions:
        groups = set(decision.deciders)
        if groups & decision.subjects:
            yield Breach(Promise.INDEPENDENT, f"{decision.matter} by the subject's own group")
        if len(groups) < decision.needed:
            who = ", ".join(sorted(groups))
            yield Breach(Promise.INDEPENDENT, f"{decision.matter} by {who} alone")


def _carbon(network: Network) -> Iterator[Breach]:
    """All that was ever attested stands on lots, or ended with a loss that left nothing."""
    attested = ended = 0
    for record in network.runs.records:
        if record.standing is None:
            continue
        attested += record.standing.statement.carbon
        if not record.made:
            ended += sum(lot.balance.carbon for lot in record.consumed)
            ended += record.standing.statement.carbon
    standing = sum(lot.balance.carbon for lot in network.book.standing())
    if standing + ended < attested:
        yield Breach(Promise.CARBON, f"{attested - standing - ended} mg are on no lot")


def _metal(network: Network) -> Iterator[Breach]:
    """Of each pile: no more metal stands on free lots than lies there."""
    booked: Counter[str] = Counter()
    opened = _opened_piles(network)
    for lot in network.book.standing():
        honest = lot.holder not in network.trade.accomplices
        if honest and len(lot.piles) == 1 and not lot.piles <= opened:
            booked[next(iter(lot.piles))] += lot.balance.metal
    worst = max((plant.tolerance for plant in network.events.sites.values()), default=0)
    for pile, metal in booked.items():
        there = network.yard.metal(pile)
        if there < metal - Fraction(worst * metal, PPM) - len(network.runs.records):
            yield Breach(Promise.METAL, f"{pile}: {metal} mg booked, {int(there)} there")
    yield from _unbooked(network)


def _opened_piles(network: Network) -> set[str]:
    """Piles that went into work whose run is still to come: there the books lag behind."""
    return {
        pile
        for key, one in network.events.standing.items()
        if key not in network.book.used
        for feed in one.statement.fed
        for pile, _ in feed
    }


def _unbooked(network: Network) -> Iterator[Breach]:
    """Nothing that a plant made lies beside the books, to be born again."""
    for record in _attested_runs(network):
        assert record.standing is not None
        statement = record.standing.statement
        if statement.kind in (EventKind.MEASUREMENT, EventKind.LOSS):
            continue
        booked = sum(lot.balance.metal for lot in record.made)
        came = sum(lot.balance.metal for lot in record.consumed)
        if booked < min(came, statement.product + statement.scrap):
            yield Breach(Promise.METAL, f"{statement.key} made more than was booked")


def _waiting(network: Network) -> set[tuple[str, str]]:
    """Lots, with their holder, that an event named whose run is still to come."""
    return {
        (name, network.events.sites[one.statement.site].operator)
        for key, one in network.events.standing.items()
        if key not in network.book.used
        for name in one.statement.inputs
    }


def _units(network: Network) -> Iterator[Breach]:
    for record in network.runs.records:
        series = [lot for lot in record.made if lot.material.in_units]
        weights = [Fraction(lot.balance.metal, lot.units) for lot in series]
        if weights and max(weights) - min(weights) >= 1:
            yield Breach(Promise.UNITS, f"units of {record.made[0].name} differ")
        kept = record.standing is None and record.consumed
        if (
            kept
            and series
            and sum(lot.units for lot in series) != sum(lot.units for lot in record.consumed)
        ):
            yield Breach(Promise.UNITS, f"{record.made[0].name} has other units than before")


def _recycled(network: Network) -> Iterator[Breach]:
    """Post-consumer credit is granted only for what a dismantler saw at its end of life."""
    ended = {
        name
        for key, one in network.events.standing.items()
        if one.statement.kind is EventKind.END_OF_LIFE and key in network.book.used
        for name in one.statement.inputs
    }
    for record in network.runs.records:
        retired = [lot for lot in record.consumed if lot.material is Material.RETIRED]
        for lot in retired:
            if lot.post_consumer and not _series_of(network, lot) <= ended:
                yield Breach(Promise.RECYCLED, f"{lot.name} was in no product")
        yield from _all_scrap(network, record)


def _series_of(network: Network, lot: BookedLot) -> set[str]:
    """The lots in use that a retired one was made of, whatever paper came after."""
    found, todo = set[str](), [lot.name]
    while todo:
        one = network.book.lots[todo.pop()]
        if one.material is Material.RETIRED:
            todo += one.parents
        else:
            found.add(one.name)
    return found


def _all_scrap(network: Network, record: RunRecord) -> Iterator[Breach]:
    """Waste that is recovered was no more than the site's process makes."""
    if record.standing is None or record.standing.statement.kind is not EventKind.RECOVERY:
        return
    for made in _processes_above(network, record.consumed):
        assert made.standing is not None
        plant = network.events.sites[made.standing.statement.site]
        waste = sum(lot.balance.metal for lot in made.made if lot.material is Material.SCRAP)
        if waste * PPM > plant.scrap_to * sum(lot.balance.metal for lot in made.consumed):
            yield Breach(Promise.RECYCLED, f"the product of {plant.name} as waste")


def _processes_above(network: Network, lots: Sequence[BookedLot]) -> Iterator[RunRecord]:
    """The runs under an event that made lots of scrap, through all rebooks since."""
    makers, todo = _makers(network), [lot for lot in lots if lot.material is Material.SCRAP]
    while todo:
        made = makers.get(todo.pop().name)
        if made is None:
            continue
        kind = made.standing.statement.kind if made.standing else None
        if kind is None or kind is EventKind.MEASUREMENT:
            todo += made.consumed
        else:
            yield made


def _settled(network: Network) -> Iterator[Breach]:
    for record in _attested_runs(network):
        assert record.standing is not None
        statement = record.standing.statement
        if statement.kind is not EventKind.MEASUREMENT:
            continue
        (lot,), (settled,) = record.consumed, record.made
        right = min(lot.balance.metal, sum(statement.metal_in))
        if settled.balance.metal != right or statement.inputs != (lot.name,):
            yield Breach(Promise.SETTLED, f"{settled.name} instead of {right} mg")


def _stated(network: Network) -> Iterator[Breach]:
    for key, standing in network.events.standing.items():
        if standing.statement not in network.events.filed:
            yield Breach(Promise.STATED, f"{key} was made up")


def _births(network: Network) -> Iterator[tuple[int, BookedLot, SiteStatement]]:
    """When each was recorded, the lot, and the document it was born of."""
    for record in network.runs.records:
        if record.standing is not None and not record.consumed:
            (lot,) = record.made
            yield record.time, lot, record.standing.statement


def _attested_runs(network: Network) -> Iterator[RunRecord]:
    for record in network.runs.records:
        standing: Standing | None = record.standing
        if standing is not None and record.consumed:
            yield record


def _makers(network: Network) -> Mapping[str, RunRecord]:
    return {lot.name: record for record in network.runs.records for lot in record.made}
