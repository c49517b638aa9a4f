"""Histories of the judge of protocol 2, told as the events that a chain would have recorded.

Every act of a network that is accepted is told to a synthetic world, in a block of its own, at the
network's time. The contracts are stricter in places where the judge has no opinion (whole hours,
rest of every charge that was broken, materials of a loss); `Strict` refuses such acts beforehand,
so that what is left is what both allow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import (
    FOREVER,
    CertificateStatus,
    CustodyModel,
    EventKind,
    Material,
    Role,
    RunKind,
    Scheme,
    SiteKind,
    SubjectKind,
)
from lodetrace.contracts.hold_keys import hold_key
from lodetrace.contracts.structs import NOBODY, Determination, SiteEvent
from tests.model.protocol_2 import book, events, members
from tests.model.protocol_2.network import Network
from tests.model.protocol_2.runs import Wanted
from tests.model.protocol_2.terms import GRACE, MIXED_WAIT
from tests.model.runs import Model
from tests.strategies.attackers import NothingToAttempt
from tests.support.audit_world import (
    SEALED,
    START,
    STATEMENT,
    WHY,
    ZERO,
    Chain,
    Stated,
    World,
    address,
    hashed,
    hours_up,
    scoped,
    word,
)

KINDS = {
    events.EventKind.BIRTH: EventKind.BIRTH,
    events.EventKind.PROCESS: EventKind.PROCESSING,
    events.EventKind.REWORK: EventKind.REWORK,
    events.EventKind.RECOVERY: EventKind.RECOVERY,
    events.EventKind.LOSS: EventKind.LOSS,
    events.EventKind.MEASUREMENT: EventKind.MEASUREMENT,
}
RUNS = {
    events.EventKind.PROCESS: RunKind.PROCESS,
    events.EventKind.REWORK: RunKind.REWORK,
    events.EventKind.RECOVERY: RunKind.RECOVER,
    events.EventKind.LOSS: RunKind.LOSS,
}
ROLES = {
    members.Role.TRADER: Role.TRADER,
    members.Role.OPERATOR: Role.OPERATOR,
    members.Role.MAKER: Role.MAKER,
    members.Role.ORACLE: Role.ORACLE,
    members.Role.CERTIFIER: Role.CERTIFIER,
    members.Role.RISK: Role.RISK,
    members.Role.AUDITOR: Role.AUDITOR,
    members.Role.LABORATORY: Role.LABORATORY | Role.UMPIRE,
}
ANYTHING = [Material.HYDROXIDE, Material.SULPHATE, Material.CATHODE, Material.CELL, Material.PACK]
STATES = {
    book.State.ACTIVE: "ACTIVE",
    book.State.OFFERED: "OFFERED",
    book.State.DISPUTED: "DISPUTED",
    book.State.NAMED: "NAMED",
    book.State.ASSIGNED: "ASSIGNED",
    book.State.CONSUMED: "CONSUMED",
    book.State.ENDED: "LOST",
}


@dataclass
class NetworkTime(Chain):
    """Blocks at the time of the network, whatever the world waits for."""

    network: Network | None = None

    def next(self, seconds: int = 60) -> None:
        self.block += 1
        assert self.network is not None
        self.time = START + self.network.ground.now


class Retold:
    """A network, and the world that its accepted acts are told to.

    lots: ids of the chain by the network's names. strict: whether acts are refused beforehand that
    the contracts refuse and the judge lets through.
    """

    def __init__(self, network: Network, *, strict: bool = True) -> None:
        self.network = network
        self.world = World()
        self.world.chain = NetworkTime(network=network)
        self.lots: dict[str, bytes] = {}
        self.stated: dict[str, Stated] = {}
        self._strict = strict
        self._attested: dict[events.SiteStatement, int] = {}
        self._parts: dict[str, int] = {}
        self._filed: set[str] = set()
        self._sites: set[bytes] = set()
        self._found_rules()
        for part, name in (
            (network.members, "join"), (network.members, "accredit"),
            (network.facts, "certify"), (network.facts, "suspend"), (network.facts, "reinstate"),
            (network.facts, "take_over"),
            (network.facts, "determine"),
            (network.events, "file"), (network.events, "attest"), (network.events, "withdraw"),
            (network.events, "transfer"), (network.events, "set_continuous"),
            (network.runs, "birth"), (network.runs, "process"), (network.runs, "rebook"),
            (network.runs, "nothing_found"),
            (network.trade, "offer"), (network.trade, "accept"), (network.trade, "dispute"),
            (network.trade, "approve"), (network.trade, "settle"), (network.trade, "cancel"),
            (network.products, "assign"), (network.products, "seal"),
            (network.book, "hold"), (network.book, "release"),
        ):  # fmt: skip
            setattr(part, name, self._told(getattr(part, name), name))
        network.add_site = self._told(network.add_site, "add_site")  # type: ignore[method-assign]

    def model_lots(self) -> dict[str, book.BookedLot]:
        return self.network.book.lots

    def ancestors(self, name: str) -> set[str]:
        """All lots in a lot's past, and itself: the judge's own walk."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            lot = waiting.pop()
            if lot not in found:
                found.add(lot)
                waiting.extend(self.model_lots()[lot].parents)
        return found

    def _found_rules(self) -> None:
        self.world.tx(ev.QuorumSet(events.QUORUM))
        for credit in range(1, 5):  # credit k is opened by scheme k alone, also at runs
            self.world.tx(ev.CreditRuleSet(credit, 1 << credit, True))
        for model in list(CustodyModel)[:-1]:
            self.world.tx(ev.ModelRuleSet(model, 1 << Scheme.CHAIN_OF_CUSTODY))

    def _told(self, act: Callable[..., Any], name: str) -> Callable[..., Any]:
        before = getattr(self, f"_before_{name}", None)
        after = getattr(self, f"_{name}")

        def told(*given: Any, **words: Any) -> Any:
            known = before(*given, **words) if before is not None else None
            result = act(*given, **words)
            after(result, known, *given, **words)
            return result

        return told

    def _require(self, holds: bool) -> None:
        """What the contracts refuse beyond the judge is not attempted."""
        if self._strict and not holds:
            raise NothingToAttempt

    @property
    def _now(self) -> int:
        return self.network.ground.now

    # members, sites, facts

    def _join(self, _: Any, known: Any, name: str, group: str, roles: Any) -> None:
        role = Role(0)
        for one in roles:
            role |= ROLES[one]
        self.world.member(name, role, group=group)

    def _accredit(self, _: Any, known: Any, name: str, credits: Any) -> None:
        """What it may certify when it joins, the world says itself."""
        if name in self.world.roles:
            self.world.accredit(name, *(_scheme(credit) for credit in credits))

    def _take_over(self, _: Any, known: Any, name: str, by: str, operator: str) -> None:
        self.world.take_over(name, self.network.facts.certificates[name].site, by)

    def _add_site(self, _: Any, known: Any, plant: events.Plant, panel: Any = ()) -> None:
        kind = SiteKind.LABORATORY if plant.laboratory else SiteKind.REFINERY
        if word(plant.name) in self._sites:
            self.world.set_continuous(plant.name, bool(plant.continuous))
            return
        self._sites.add(word(plant.name))
        continuous = bool(plant.continuous)
        self.world.site(
            plant.name, plant.operator, plant.place, ANYTHING, kind, continuous=continuous
        )
        self.world.set_band(plant.name, plant.tolerance, 0, plant.loss_to, plant.scrap_to)

    def _transfer(self, _: Any, known: Any, site: str, to: str) -> None:
        self.world.propose_transfer(site, to)
        self.world.transfer(site, to)

    def _before_set_continuous(self, site: str, on: bool) -> bool:
        return bool(self.network.events.sites[site].continuous)

    def _set_continuous(self, _: Any, was: bool, site: str, on: bool) -> None:
        """Given again it is taken first: the periods begin anew."""
        for mark in (False, True) if was and on else (on,):
            self.world.set_continuous(site, mark)

    def _certify(
        self, _: Any, known: Any, name: str, by: str, site: str, operator: str, credit: int,
        start: int, end: int,
    ) -> None:  # fmt: skip
        (fact,) = self.network.facts.certificates[name].facts
        id_ = self.world.papers[name] = scoped(by, name)
        self.world.tx(
            ev.CertificateIssued(
                id_, word(site), self._count(SubjectKind.CERTIFICATE, id_),
                _scheme(credit), 0, START + start, START + end, START + fact.since, address(by),
                word(f"paper {name}"), word(name),
            )
        )  # fmt: skip

    def _before_suspend(self, name: str, by: str, effective: int) -> None:
        """A suspension follows one that was in force, or goes further back."""
        certificate = self.network.facts.certificates.get(name)
        if certificate is not None:
            last = certificate.facts[-1]
            self._require(last.favourable or effective < last.start)

    def _before_reinstate(self, name: str, by: str, effective: int) -> None:
        certificate = self.network.facts.certificates.get(name)
        self._require(certificate is None or not certificate.facts[-1].favourable)

    def _suspend(self, _: Any, known: Any, name: str, by: str, effective: int) -> None:
        self._status(name, CertificateStatus.SUSPENDED, effective)

    def _reinstate(self, _: Any, known: Any, name: str, by: str, effective: int) -> None:
        self._status(name, CertificateStatus.IN_FORCE, effective)

    def _status(self, name: str, status: CertificateStatus, effective: int) -> None:
        site = word(self.network.facts.certificates[name].site)
        id_ = self.world.papers[name]
        number = self._count(SubjectKind.CERTIFICATE, id_)
        now = START + self._now
        self.world.tx(
            ev.CertificateStatusSet(id_, site, number, status, START + effective, now, WHY)
        )

    def _before_determine(
        self, place: str, by: str, subjects: Any, start: int, end: int, favourable: bool
    ) -> tuple[int, str | None]:
        """How much was known of the place, and which group has proposed this."""
        facts = self.network.facts
        return len(facts.places.get(place, ())), facts._proposals.get((place, start, end))

    def _determine(
        self, _: Any, known: tuple[int, str | None], place: str, by: str, subjects: Any,
        start: int, end: int, favourable: bool,
    ) -> None:  # fmt: skip
        facts = self.network.facts.places.get(place, [])
        if len(facts) == known[0]:
            return
        fact = facts[-1]
        since = fact.since if favourable else start
        lapses = FOREVER if fact.lapses is None else START + fact.lapses
        found = Determination(
            START + start, START + end, START + self._now, START + since, lapses,
            not favourable, False, False, word("paper"),
        )  # fmt: skip
        first = NOBODY if known[1] is None or not favourable else self._risk_of(known[1])
        number = self._count(SubjectKind.PLACE, word(place))
        self.world.tx(ev.PlaceDetermined(word(place), number, address(by), first, found))

    def _risk_of(self, group: str) -> str:
        one = next(
            one.name
            for one in self.network.members.organisations.values()
            if one.group == group and members.Role.RISK in one.roles
        )
        return address(one)

    # site events

    def _stated(self, said: events.SiteStatement, unit_material: int = 0) -> Stated:
        numbered = word(said.key)
        statement = SiteEvent(
            site=word(said.site),
            sequence=said.number,
            revision=0,
            kind=KINDS[said.kind],
            element=27,
            from_=START + said.start,
            to=START + said.end,
            document=numbered,
            commitment=bytes(1) + word(repr(said))[1:],
            elements=(27,),
            model=_model(said.model),
            unit_material=unit_material,
            no_output=said.kind is events.EventKind.LOSS and said.product + said.scrap == 0,
            batches=ZERO if said.kind is events.EventKind.MEASUREMENT else numbered,
            inputs=tuple(sorted(self.lots[name] for name in said.inputs)),
        )
        return self.world.restated(statement)

    def _before_file(self, by: str, said: events.SiteStatement) -> None:
        self._require(said.kind in KINDS)

    def _file(self, _: Any, known: Any, by: str, said: events.SiteStatement) -> None:
        if said.key not in self._filed:  # a document is filed once
            self._filed.add(said.key)
            document = word(said.key)
            self.world.tx(ev.Filed(word(said.site), document, address(by), said.number))

    def _before_attest(self, by: str, said: events.SiteStatement) -> None:
        """One word a group and revision; what went in was not born held, what is measured is
        in dispute."""
        self._require(said.kind in KINDS)
        group = self.network.members.group(by)
        for other, groups in self.network.events._attested.items():
            self._require(other == said or other.key != said.key or group not in groups)
        lots = [self.model_lots()[name] for name in said.inputs]
        self._require(all(lot.until < self._now for lot in lots))
        if said.kind is events.EventKind.MEASUREMENT:
            self._require(all(lot.state is book.State.DISPUTED for lot in lots))

    def _attest(self, _: Any, known: Any, by: str, said: events.SiteStatement) -> None:
        given = self._attested[said] = self._attested.get(said, 0) + 1
        stated = self._stated(said)
        self.world.chain.next()
        self.world.chain.emit(
            ev.Attested(stated.id, word(by), stated.digest, 0, given, stated.statement)
        )
        if given == events.QUORUM:
            self.stated[said.key] = self.world.attest_standing(stated)

    def _withdraw(self, _: Any, known: Any, key: str, by: str, groups: list[str]) -> None:
        self.world.withdraw(self.stated[key], *groups)

    # runs

    def _birth(
        self, lot: book.BookedLot, known: Any, by: str, key: str, name: str,
        material: book.Material, *, outside: bool = False,
    ) -> None:  # fmt: skip
        stated = self._with_units(key, [lot])
        standing = self.network.events.standing[key]
        gates = sum(gate << at for at, gate in enumerate(self.network.runs._gates(standing)))
        plant = self.network.events.sites[standing.statement.site]
        gates |= self.network.runs._in_cahra(plant, standing.statement) << 4
        self.lots[name] = self.world.birth(
            stated, name=f"told {name}", account=by, gates=gates, material=_material(material),
            count=lot.units, model=_model(lot.model),
        )  # fmt: skip

    def _before_process(
        self, by: str, key: str, inputs: Any, wanted: list[Wanted], model: Model
    ) -> None:
        standing = self.network.events.standing.get(key)
        if standing is None or not self._strict:
            return
        said = standing.statement
        lots = [self.model_lots()[name] for name in inputs if name in self.model_lots()]
        natures = [self.world.lots[self.lots[lot.name]] for lot in lots]
        kind = said.kind
        alike = len({lot.material for lot in lots}) <= 1
        waste = any(lot.rank <= 0 for lot in lots)
        one_root = len({one.root for one in natures}) <= 1
        again = any(one.reworked for one in natures)
        self._require(alike or (kind is events.EventKind.PROCESS and not waste))
        lost = kind is events.EventKind.LOSS
        more = sum(one.units for one in wanted) > sum(lot.units for lot in lots)
        self._require(not lost or (one_root and not more))
        self._require(not (again and kind is events.EventKind.REWORK))
        late = START + said.end + GRACE
        self._require(all(self.world.since[self.lots[lot.name]] <= late for lot in lots))
        apart = self.network.facts.is_certified(
            said.site, events.SEPARATION, said.start, said.end, self._now
        )
        self._require(apart or model is Model.MASS_BALANCE)

    def _process(
        self, made: tuple[book.BookedLot, ...], known: Any, by: str, key: str, inputs: Any,
        wanted: Any, model: Model,
    ) -> None:  # fmt: skip
        statement = self.network.events.standing[key].statement
        plant = self.network.events.sites[statement.site]
        times = (statement.start, statement.end, self._now)
        open_ = [
            self.network.facts.is_certified(statement.site, credit, *times)
            for credit in range(book.CREDITS)
        ]
        gates = sum(gate << at for at, gate in enumerate(open_))
        consumed = [self.model_lots()[name] for name in inputs]
        if self.network.runs.is_old(self.network.events.standing[key], consumed):
            gates = 0
        kind, grants = RUNS[statement.kind], 0
        if kind is RunKind.RECOVER:
            late = self.network.events.standing[key].late
            retired = self.model_lots()[inputs[0]].material is book.Material.RETIRED
            grants = 0 if late else gates & (2 if retired else 4)
        self._run(
            kind, by, inputs, made, model, self._with_units(key, made), gates=gates, grants=grants,
            band=(plant.tolerance, 0, plant.loss_to, plant.scrap_to),
            in_band=not any(lot.until for lot in made),
        )  # fmt: skip

    def _rebook(
        self, made: tuple[book.BookedLot, ...], known: Any, by: str, inputs: Any, wanted: Any,
        model: Model, *, charge: bool = False,
    ) -> None:  # fmt: skip
        kind = RunKind.CHARGE if charge else RunKind.REBOOK
        self._run(kind, by, inputs, made, model, None)

    def _run(
        self, kind: RunKind, by: str, inputs: Any, made: Any, model: Model, stated: Stated | None,
        **words: Any,
    ) -> None:  # fmt: skip
        told = self.world.run(
            kind,
            [self.lots[name] for name in inputs],
            [(_material(lot.material), lot.units) for lot in made],
            stated=stated,
            account=by,
            model=_model(model),
            **words,
        )
        for lot, id_ in zip(made, told, strict=True):
            self.lots[lot.name] = id_

    def _nothing_found(self, _: Any, known: Any, by: str, key: str) -> None:
        self.world.lose(self.stated[key], account=by)

    def _with_units(self, key: str, made: Any) -> Stated:
        """The event, as it counts the units of what turns out to be made of it."""
        counted = [_material(lot.material) for lot in made if lot.material.in_units]
        stated = self.stated[key]
        if counted and not stated.statement.unit_material:
            stated = self._recount(stated, int(counted[0]))
            self.stated[key] = stated
        return stated

    def _recount(self, stated: Stated, material: int) -> Stated:
        """Told anew: the same statement, with the material whose units it counts."""
        said = replace(stated.statement, unit_material=material)
        digest = hashed([STATEMENT], [tuple(getattr(said, one.name) for one in fields(said))])
        told = self.world.chain.events
        for at, shown in enumerate(told):
            if isinstance(shown.event, ev.Attested | ev.EventStanding) and (
                shown.event.digest == stated.digest
            ):
                event = replace(shown.event, digest=digest, statement=said)
                told[at] = replace(shown, event=event)
        return Stated(stated.id, said, digest)

    # holds

    def _before_hold(self, by: str, root: int, group: str) -> bool:
        """Whether one is in force that this one renews."""
        self._require(len(self._roots_of(root)) == 1)
        return self._is_held(root, group)

    def _hold(self, _: Any, going: bool, by: str, root: int, group: str) -> None:
        matter = self._matter(root, group)
        (self.world.renew_on if going else self.world.hold_on)(matter, by)

    def _before_release(self, root: int, group: str, first: str, second: str) -> None:
        """What is no longer in force needs no release."""
        self._require(self._is_held(root, group))

    def _release(self, _: Any, known: Any, root: int, group: str, first: str, second: str) -> None:
        matter = key, _, _ = self._matter(root, group)
        for said, by in ((ev.HoldReleaseProposed, first), (ev.HoldReleased, second)):
            self.world.tx(said(*matter, address(by), self._count(SubjectKind.HOLD, key)))

    def _is_held(self, root: int, group: str) -> bool:
        hold = self.network.book.holds.get((root, group))
        return hold is not None and hold.binds(self._now)

    def _matter(self, root: int, group: str) -> tuple[bytes, int, bytes]:
        """What the chain's hold is on."""
        (number,) = self._roots_of(root)
        return hold_key(number, word(group)), number, word(group)

    def _roots_of(self, root: int) -> set[int]:
        """The chain's numbers of a root."""
        return {
            self.world.lots[self.lots[lot.name]].root
            for lot in self.model_lots().values()
            if lot.root == root and lot.name in self.lots
        }

    # custody, products

    def _before_offer(self, by: str, name: str, to: str, expiry: int) -> None:
        """New metal moves under a determination; what was mixed, or a charge, has rested."""
        lot = self.lots.get(name)
        if lot is None or not self._strict:
            return
        nature, born = self.world.lots[lot], self.model_lots()[name].born_at
        self._require(not nature.charge)  # what is left of a charge is one
        self._require(not nature.mixed or self._now - born >= MIXED_WAIT)
        self._require(self._is_determined(name))

    def _before_accept(self, by: str, name: str) -> None:
        self._require(name not in self.lots or self._is_determined(name))

    def _is_determined(self, name: str) -> bool:
        """Of every place that its metal was born at: somebody looked there lately."""
        places = {
            self.network.events.sites[birth.split("#")[0]].place
            for birth in self.model_lots()[name].paper
        }
        facts = self.network.facts.places
        return all(
            any(fact.start <= self._now <= fact.end for fact in facts.get(place, ()))
            for place in places
        )

    def _offer(self, _: Any, known: Any, by: str, name: str, to: str, expiry: int) -> None:
        lot = self.lots[name]
        self.world.chain.next()
        number = self.world.number(lot)
        self.world.offers[lot] = (address(to), number)
        self.world.chain.emit(
            ev.LotOffered(lot, address(by), address(to), number, START + expiry, SEALED)
        )

    def _accept(self, _: Any, known: Any, by: str, name: str) -> None:
        self.world.accept(self.lots[name])

    def _before_cancel(self, by: str, name: str) -> None:
        """Of an offer that has lapsed there is nothing to cancel."""
        offer = self.network.trade.offers.get(name)
        self._require(offer is None or self._now <= offer.expiry)

    def _cancel(self, _: Any, known: Any, by: str, name: str) -> None:
        self.world.cancel(self.lots[name])

    def _dispute(self, _: Any, known: Any, by: str, name: str) -> None:
        self.world.dispute(self.lots[name])

    def _approve(self, _: Any, known: Any, umpire: str, name: str, key: str) -> None:
        self.world.approve(self.lots[name], self.stated[key], umpire)

    def _before_settle(self, by: str, name: str, made: str, metal: int) -> str:
        offer = self.network.trade.offers.get(name)
        return "" if offer is None else offer.event

    def _settle(
        self, lot: book.BookedLot, key: str, by: str, name: str, made: str, metal: int
    ) -> None:
        self._run(RunKind.SETTLE, by, [name], [lot], lot.model, self.stated[key])

    def _before_assign(self, by: str, product: str, name: str, units: int) -> None:
        lot = self.model_lots().get(name)
        if lot is not None and self._strict:
            self._require(lot.material.rank > 0)
            nature = self.world.lots[self.lots[name]]
            self._require(not nature.mixed and not nature.charge)

    def _assign(self, _: Any, known: Any, by: str, product: str, name: str, units: int) -> None:
        if product not in self._parts:
            self._parts[product] = 0
            self.world.declare(product, by)
        self.world.assign(scoped(by, product), self.lots[name], units, self._parts[product])
        self._parts[product] += 1

    def _seal(self, _: Any, known: Any, by: str, product: str) -> None:
        self.world.seal(scoped(by, product))

    def _count(self, kind: SubjectKind, subject: bytes) -> int:
        return self.world.chain.count(kind, subject)


def expected_state(retold: Retold, name: str) -> str:
    """The state of a lot of the judge, as the chain calls it."""
    lot = retold.model_lots()[name]
    now = retold.network.ground.now
    if lot.state is book.State.ACTIVE and lot.until >= now:
        return "HELD"
    return STATES[lot.state]


def material_of(lot: book.BookedLot) -> Material:
    return _material(lot.material)


def since_of(lot: book.BookedLot) -> int:
    return hours_up(START + lot.held_since)


def _material(material: book.Material) -> Material:
    return Material[material.name]


def _model(model: Model) -> CustodyModel:
    return CustodyModel(model - 1)


def _scheme(credit: int) -> Scheme:
    return Scheme.CHAIN_OF_CUSTODY if credit == events.SEPARATION else Scheme(credit + 1)
