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

from tests.model.protocol_2.book import (
    POST_CONSUMER,
    BookedLot,
    HoldTerm,
    Material,
    State,
)
from tests.model.protocol_2.events import EventKind, SiteStatement, Standing
from tests.model.protocol_2.facts import Certificate, Fact
from tests.model.protocol_2.network import Network
from tests.model.protocol_2.runs import RunRecord, shares_of
from tests.model.protocol_2.terms import (
    CERTIFIER_GRACE,
    CREDIT_TERM,
    FREEZE,
    GRACE,
    LAG,
    PAUSE,
    PPM,
    RETIRE_AGE,
)
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
    HELD = "nothing moves while a question about it is open"
    SETTLED = "a measured lot is booked as measured"
    STATED = "a site said itself what stands about it"
    ACCOUNT = "a continuous plant accounts for all its time, and for what lies in it"
    CREDIT = "no credit is a year older than the period that passed it"
    STOPPED = "nothing is made in a pause, and who is frozen does nothing"


@dataclass(frozen=True)
class Breach:
    """A promise that does not hold, and of what."""

    promise: Promise
    what: str


def breaches(network: Network) -> list[Breach]:
    """Every promise that the history so far has broken."""
    found = (
        _origin, _custody, _certified, _area, _once, _independent, _carbon, _metal, _units,
        _recycled, _ended, _held, _settled, _stated, _account, _credit, _stopped,
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
    used.update(one.event for one in network.products.retirements)
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
    yield from _left_once(network)


def _left_once(network: Network) -> Iterator[Breach]:
    """No more units of a lot leave a product than went into it."""
    ended: Counter[tuple[str, str]] = Counter()
    for one in network.products.retirements:
        ended[one.product, one.lot.name] += one.units
    for (product, name), number in ended.items():
        if number > network.products.assignments[product, name]:
            yield Breach(Promise.ONCE, f"{number} units of {name} left {product}")


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
        (name, one.operator)
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
        yield from _granted(network, record)


def _granted(network: Network, record: RunRecord) -> Iterator[Breach]:
    """No more post-consumer metal comes out than went in as such, or was old when it ended."""
    aged = {
        one.made.name
        for one in network.products.retirements
        if one.sealed is not None and one.end >= one.sealed + RETIRE_AGE
    }
    right = 0
    for lot in record.consumed:
        retired = _retired_parts(network, lot)
        old = bool(retired) and retired <= aged
        right += max(lot.balance.metal * old, lot.balance.credits[POST_CONSUMER])
    granted = sum(lot.balance.credits[POST_CONSUMER] for lot in record.made)
    if record.consumed and granted > right:
        yield Breach(Promise.RECYCLED, f"{granted} mg of {record.made[0].name} were in no use")


def _retired_parts(network: Network, lot: BookedLot) -> set[str]:
    """The lots that were retired to make a retired one, whatever paper came after."""
    found, todo = set[str](), [lot.name]
    while todo:
        one = network.book.lots[todo.pop()]
        if one.material is not Material.RETIRED:
            continue
        parents = [network.book.lots[name] for name in one.parents]
        if any(parent.material is Material.RETIRED for parent in parents):
            todo += one.parents
        else:
            found.add(one.name)
    return found


def _ended(network: Network) -> Iterator[Breach]:
    """Units that leave a product are those that a dismantler counted, and bear their share."""
    for one in network.products.retirements:
        standing = network.events.standing.get(one.event)
        counted = standing.statement.units if standing is not None else 0
        if one.units != counted:
            yield Breach(Promise.RECYCLED, f"{one.units} units of {one.lot.name}, {counted} seen")
        apart = one.made.balance.metal * one.lot.units - one.lot.balance.metal * one.units
        if abs(apart) >= one.lot.units:
            yield Breach(Promise.UNITS, f"{one.made.name} is {apart} mg off its units")


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


def _held(network: Network) -> Iterator[Breach]:
    """Nothing of a root in a group's hands, also of one that left the group meanwhile.

    In the order of the log: within a second, what came before the hold was free. A settlement
    moves nothing.
    """
    terms: dict[tuple[int, str], tuple[int, int]] = {}
    for line in network.book.log:
        if isinstance(line, HoldTerm):
            since, until = terms.get((line.root, line.group), (0, -1))
            since = since if line.time <= until else line.time
            terms[line.root, line.group] = since, line.until
            continue
        for group, left in _hands(network, line.lot.holder, line.time):
            since, until = terms.get((line.lot.root, group), (0, -1))
            if since <= left and line.time <= until:
                yield Breach(Promise.HELD, f"{line.lot.name} moved at {line.time}")


def _hands(network: Network, holder: str, time: int) -> Iterator[tuple[str, int]]:
    """The groups that a holder had belonged to by a time, and until when."""
    begin = 0
    for group, left in network.members.left.get(holder, ()):
        if begin <= time:
            yield group, min(left, time)
        begin = left
    if begin <= time:
        yield network.members.group(holder), time


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


def _stopped(network: Network) -> Iterator[Breach]:
    """By the log of pauses and freezes; a settlement is carried out for who is frozen."""
    times = [(record.time, "a run") for record in network.runs.records]
    times += [(one.time, "an end of life") for one in network.products.retirements]
    for since in network.members.pauses:
        for time, what in times:
            if since < time <= since + PAUSE:
                yield Breach(Promise.STOPPED, f"{what} at {time}, in the pause since {since}")
    for since, group in network.members.freezes:
        for record in network.runs.records:
            if since < record.time <= since + FREEZE and _acts(network, record, group):
                yield Breach(Promise.STOPPED, f"{group} made lots at {record.time}, frozen")


def _acts(network: Network, record: RunRecord, group: str) -> bool:
    kind = record.standing.statement.kind if record.standing else None
    holder = (*record.made, *record.consumed)[0].holder
    own = {one for one, left in _hands(network, holder, record.time) if left == record.time}
    return kind is not EventKind.MEASUREMENT and group in own


def _stated(network: Network) -> Iterator[Breach]:
    for key, standing in network.events.standing.items():
        if standing.statement not in network.events.filed:
            yield Breach(Promise.STATED, f"{key} was made up")


def _account(network: Network) -> Iterator[Breach]:
    """Its booked periods follow each other, and what one leaves the next one takes."""
    ends: dict[str, tuple[int, int]] = {}
    left: dict[str, str] = {}
    for record in _attested_runs(network):
        assert record.standing is not None
        statement, since = record.standing.statement, record.standing.continuous
        taken = {lot.name for lot in record.consumed if lot.material is Material.IN_PROCESS}
        if taken - {left.get(statement.site)}:
            yield Breach(Promise.ACCOUNT, f"{statement.key} took what lay elsewhere")
        if statement.kind is not EventKind.PROCESS:
            continue
        stock = left.pop(statement.site, None)
        if stock is not None and stock not in taken:
            yield Breach(Promise.ACCOUNT, f"{statement.key} left out {stock}")
        before, end = ends.get(statement.site, (0, 0))
        if since and since == before and end != statement.start:
            yield Breach(Promise.ACCOUNT, f"{statement.key} begins {statement.start - end} s late")
        ends[statement.site] = (since, statement.end)
        for lot in record.made:
            if lot.fed is not None:
                left[statement.site] = lot.name
    yield from _lying_elsewhere(network, set(left.values()))


def _lying_elsewhere(network: Network, stock: set[str]) -> Iterator[Breach]:
    """Of stock in process nothing stands but what lies in a plant, and it is not on its way."""
    for lot in network.book.standing():
        if lot.material is Material.IN_PROCESS:
            stays = lot.name in stock and lot.state in (State.ACTIVE, State.NAMED)
            if not stays:
                yield Breach(Promise.ACCOUNT, f"{lot.name} left its plant")


def _credit(network: Network) -> Iterator[Breach]:
    """Through all that was put together on paper since: of the oldest metal in it."""
    makers = _makers(network)
    for record in _attested_runs(network):
        assert record.standing is not None
        if not record.standing.continuous:
            continue
        oldest = min(_age_begins(makers, lot) for lot in record.consumed)
        late = oldest + CREDIT_TERM < record.standing.statement.end
        if late and any(any(lot.balance.credits) for lot in record.made):
            yield Breach(Promise.CREDIT, f"{record.standing.statement.key} passed old credit")


def _age_begins(makers: Mapping[str, RunRecord], lot: BookedLot) -> int:
    maker = makers.get(lot.name)
    on_paper = maker is not None and maker.standing is None
    if maker is None or not on_paper:
        return lot.time
    return min(_age_begins(makers, one) for one in maker.consumed)


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
