"""What sites state, and what inspectors attest of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from enum import Enum

from tests.model.protocol_2.book import Book, BookedLot, Material, State
from tests.model.protocol_2.facts import FactBook
from tests.model.protocol_2.ground import Ground
from tests.model.protocol_2.members import Members, Role
from tests.model.protocol_2.rules import ActRule
from tests.model.protocol_2.terms import ANSWER_TERM, CONSENT_TERM, FILING, NAMED_TERM, PERIOD_TERM
from tests.model.protocol_2.yard import Mixture, Yard, mixture_of
from tests.model.runs import Model

QUORUM = 3
MOST_INPUTS = 4
SEPARATION = -1
"""The credit number of a chain-of-custody certificate, which proves what a site keeps apart."""


Feed = tuple[tuple[str, int], ...]
"""How many milligrams of which pile."""


class EventKind(Enum):
    BIRTH = "birth"
    PROCESS = "process"
    REWORK = "rework"
    RECOVERY = "recovery"
    LOSS = "loss"
    MEASUREMENT = "measurement"
    END_OF_LIFE = "end of life"


LOOKS = frozenset({EventKind.MEASUREMENT, EventKind.END_OF_LIFE})
"""Events that name one lot of others, and leave it as it is."""


@dataclass(frozen=True)
class Plant:
    """A site. Shares in ppm: of its scale, of scrap, of its loss. apart: what it keeps apart.

    continuous: since which of the council's acts it states periods; 0: it has batches.
    """

    name: str
    operator: str
    place: str
    tolerance: int = 5_000
    scrap_to: int = 100_000
    loss_to: int = 100_000
    apart: Model = Model.MASS_BALANCE
    dismantles: bool = False
    laboratory: bool = False
    continuous: int = 0


@dataclass(frozen=True)
class SiteStatement:
    """One document of a site, and beside it what really happened.

    metal_in: of each input. counts: of what the units are. fed: of each input, how much of which
    pile went in. made: what came out, product and scrap. An honest inspector saw fed and made; the
    rest is what the site says.
    """

    site: str
    number: int
    kind: EventKind
    start: int
    end: int
    inputs: tuple[str, ...] = ()
    metal_in: tuple[int, ...] = ()
    product: int = 0
    scrap: int = 0
    carbon: int = 0
    direct: int = 0
    units: int = 0
    attested: tuple[int, ...] = (0, 0, 0, 0)
    model: Model = Model.MASS_BALANCE
    fed: tuple[Feed, ...] = ()
    made: int = 0
    counts: Material | None = None

    @property
    def key(self) -> str:
        return f"{self.site}#{self.number}"

    @property
    def scrap_pile(self) -> str:
        return f"{self.key} scrap"


@dataclass
class Standing:
    """An event at quorum. by: the groups that attested it. until: when it lapses unused.

    fed: what really went in, by the birth that it came from. operator, continuous: as the plant was
    then.
    """

    statement: SiteStatement
    by: tuple[str, ...]
    since: int
    until: int
    late: bool
    fed: Mixture = field(default_factory=dict)
    withdrawn: bool = False
    continuous: int = 0
    operator: str = ""


@dataclass
class Events:
    """Documents, attestations, and events that stand. honest: groups that inspect truthfully.

    refusers, attesters: organisations; what they count for are their groups of now.
    """

    ground: Ground
    members: Members
    facts: FactBook
    book: Book
    yard: Yard
    sites: dict[str, Plant] = field(default_factory=dict)
    panels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    honest: set[str] = field(default_factory=set)
    filed: dict[SiteStatement, int] = field(default_factory=dict)
    refusers: dict[SiteStatement, list[str]] = field(default_factory=dict)
    standing: dict[str, Standing] = field(default_factory=dict)
    attesters: dict[SiteStatement, list[str]] = field(default_factory=dict)
    _acts: int = 0

    def panel(self, site: str) -> tuple[str, ...]:
        """Groups whose word counts there: named by the council, or the longest serving ones."""
        own = self.members.group(self.sites[site].operator)
        others = [group for group in self.members.inspectors() if group != own]
        return self.panels.get(site, tuple(others[: QUORUM + 1]))

    def drawn(self, statement: SiteStatement) -> list[str]:
        """Groups that speak in the place of those of the panel that were silent for a week."""
        filed = self.filed.get(statement)
        if filed is None or self.ground.now < filed + ANSWER_TERM:
            return []
        panel = self.panel(statement.site)
        own = self.members.group(self.sites[statement.site].operator)
        attested = self.attested(statement) - {own}
        refused = self.refused(statement) - attested - {own}
        silent = [group for group in panel if group not in attested | refused]
        if len(refused.intersection(panel)) + QUORUM > len(panel):
            return []
        others = [
            group
            for group in self.members.inspectors()
            if group not in (*panel, own) and self.members.inspects(group)
        ]
        return others[: len(silent)]

    def attested(self, statement: SiteStatement) -> set[str]:
        """Groups of now whose organisations attested."""
        return self._groups(self.attesters.get(statement, []))

    def refused(self, statement: SiteStatement) -> set[str]:
        """Groups of now whose organisations refused."""
        return self._groups(self.refusers.get(statement, []))

    def _voices(self, statement: SiteStatement, own: str) -> tuple[str, ...]:
        if self.ground.enforces(ActRule.VOICES_OF_NOW):
            return tuple(sorted(self.attested(statement) - {own}))
        return tuple(self.members.group(name) for name in self.attesters[statement])

    def _groups(self, names: list[str]) -> set[str]:
        return {self.members.group(name) for name in names}

    def transfer(self, site: str, to: str) -> None:
        """By an act of the council; the new operator takes the plant, and what lies in it."""
        plant = self.sites[site]
        role = Role.LABORATORY if plant.laboratory else Role.OPERATOR
        self.members.acting(to, role)
        other = plant.operator != to
        self.ground.require(other, ActRule.SITE_OPERATOR, site=site, operator=to)
        self.sites[site] = replace(plant, operator=to)

    def set_continuous(self, site: str, on: bool) -> None:
        """By an act of the council; given again, the periods begin anew."""
        self._acts += 1
        self.sites[site] = replace(self.sites[site], continuous=on * (1 + self._acts))

    def file(self, by: str, statement: SiteStatement) -> None:
        """The operator files the document; from then on nobody's delay makes it late."""
        self._require_operator(by, statement.site)
        self.filed.setdefault(statement, self.ground.now)

    def refuse(self, by: str, statement: SiteStatement) -> None:
        """A group of the panel does not attest a filed document; it may think better of it."""
        plant = self.sites[statement.site]
        own = self.members.group(plant.operator)
        self._inspector(by, plant, own, self.refused(statement))
        filed = statement in self.filed
        self.ground.require(filed, ActRule.OPERATOR_FILED, event=statement.key)
        self.refusers.setdefault(statement, []).append(by)

    def attest(self, by: str, statement: SiteStatement) -> None:
        """One group's word for a document. At quorum the event stands and locks its inputs.

        Whoever is merged by the last word is one voice, and whom the operator owns is none.
        """
        plant = self.sites[statement.site]
        own = self.members.group(plant.operator)
        judge = self._inspector(by, plant, own, self.attested(statement), statement)
        self._require_statement(statement)
        if judge in self.honest:
            self.inspect(statement)
        self.attesters.setdefault(statement, []).append(by)
        if len(self._voices(statement, own)) >= QUORUM:
            self._stand(statement, own)

    def inspect(self, statement: SiteStatement) -> None:
        """What an honest inspector refuses, by comparing the document with what he saw."""
        require = self.ground.require
        if statement.kind is EventKind.END_OF_LIFE:
            return
        if statement.kind is EventKind.BIRTH:
            true = statement.product == statement.made and statement.scrap == 0
            require(true, ActRule.WEIGHT_OUT, stated=statement.product, seen=statement.made)
            return
        for name, metal, fed in zip(
            statement.inputs, statement.metal_in, statement.fed, strict=True
        ):
            self._inspect_input(self.book.lots[name], metal, fed)
        stated = statement.product + statement.scrap
        require(stated == statement.made, ActRule.WEIGHT_OUT, stated=stated, seen=statement.made)
        if statement.kind is EventKind.LOSS:
            self._inspect_loss(statement)

    def withdraw(self, key: str, by: str, groups: list[str], silent: int = 0) -> None:
        """The site and a quorum take an unused event back; its inputs are free again.

        silent: seconds since the quorum; after two weeks the council speaks for the site. An honest
        inspector withdraws what was wrong; what stands here was seen to be true.
        """
        standing = self.stands(key)
        plant = self.sites[standing.statement.site]
        if silent < CONSENT_TERM:
            self.members.speaking(by)
        consents = by == plant.operator or silent >= CONSENT_TERM
        self.ground.require(consents, ActRule.OPERATOR_CONSENTS, by=by)
        own, decided = self.members.group(plant.operator), list[str]()
        for name in groups:
            decided.append(self._inspector(name, plant, own, decided))
            honest = decided[-1] in self.honest
            self.ground.require(not honest, ActRule.WITHDRAWS_ERRORS, event=key)
        self.ground.require(len(decided) >= QUORUM, ActRule.EVENT_STANDS, groups=len(decided))
        self.ground.require(key not in self.book.used, ActRule.EVENT_ONCE, event=key)
        standing.withdrawn = True
        self.book.unlock(standing.statement.inputs)
        self.members.decided("withdrawal", [own], decided, QUORUM)

    def stands(self, key: str) -> Standing:
        """The event, if a run may name it now."""
        standing = self.standing.get(key)
        now = self.ground.now
        alive = standing is not None and not standing.withdrawn and now <= standing.until
        self.ground.require(alive, ActRule.EVENT_STANDS, event=key)
        assert standing is not None
        return standing

    def _inspector(
        self,
        by: str,
        plant: Plant,
        own: str,
        decided: Collection[str],
        statement: SiteStatement | None = None,
    ) -> str:
        """The group, if its word counts at this site, or was drawn for this statement."""
        judge = self.members.judging(by, Role.ORACLE, [own], decided).group
        panel, refused = self.panel(plant.name), set[str]()
        seated = judge in panel
        if statement is not None:
            refused = self.refused(statement)
            others = {*decided, *refused} - {judge, own}
            seated = (seated or judge in self.drawn(statement)) and len(others) < len(panel)
        counts = seated or judge in refused
        self.ground.require(counts, ActRule.ON_THE_PANEL, group=judge, site=plant.name)
        return judge

    def _stand(self, statement: SiteStatement, own: str) -> None:
        for name in _locked(statement):
            self._require_lockable(statement, name)
        by = self._voices(statement, own)
        said = statement in self.filed
        self.ground.require(said, ActRule.OPERATOR_FILED, event=statement.key)
        filed = self.filed.get(statement, self.ground.now)
        late = filed > statement.end + FILING
        until = self.ground.now + NAMED_TERM
        standing = Standing(statement, by, self.ground.now, until, late)
        standing.continuous = self._continuous(statement)
        standing.operator = self.sites[statement.site].operator
        self.standing[statement.key] = standing
        self.members.decided("event", [own], by, QUORUM)
        self.book.lock(_locked(statement), statement.key)
        self._happen(statement)

    def _happen(self, statement: SiteStatement) -> None:
        """The metal moves as it really did."""
        if statement.kind is EventKind.BIRTH:
            self.yard.dig(statement.key, statement.made)
        elif statement.kind not in LOOKS:
            fed: Counter[str] = Counter()
            for pile, metal in (part for feed in statement.fed for part in feed):
                fed[pile] += metal
            self.standing[statement.key].fed = mixture_of(self.yard, fed.items())
            self.yard.feed(fed, statement.key, statement.made)
            self._set_apart(statement)

    def _set_apart(self, statement: SiteStatement) -> None:
        """What is called scrap lies on a pile of its own."""
        scrap = min(statement.scrap, statement.made)
        self.yard.piles[statement.scrap_pile] = {}
        if scrap:
            self.yard.carry({statement.key: scrap}, statement.scrap_pile)

    def _require_operator(self, by: str, site: str) -> None:
        role = Role.LABORATORY if self.sites[site].laboratory else Role.OPERATOR
        self.members.acting(by, role)
        self.ground.require(by == self.sites[site].operator, ActRule.SITE_OPERATOR, by=by)

    def _require_statement(self, statement: SiteStatement) -> None:
        require = self.ground.require
        times = statement.start <= statement.end <= self.ground.now
        require(times, ActRule.EVENT_TIMES, start=statement.start, end=statement.end)
        require(statement.key not in self.standing, ActRule.EVENT_OPEN, event=statement.key)
        least, most = _input_counts(statement.kind)
        increasing = list(statement.inputs) == sorted(set(statement.inputs))
        named = least <= len(statement.inputs) <= most and increasing
        require(named, ActRule.INPUTS_NAMED, inputs=statement.inputs)
        if statement.kind is EventKind.PROCESS:
            self._require_period(statement)
        for name in _locked(statement):
            self._require_lockable(statement, name)
        if statement.kind is EventKind.END_OF_LIFE:
            self._require_ending(statement)
        if statement.model < Model.MASS_BALANCE and statement.kind is not EventKind.BIRTH:
            self._require_separation(statement)

    def _require_lockable(self, statement: SiteStatement, name: str) -> None:
        lot = self.book.lots[name]
        active = lot.state is State.ACTIVE
        self.ground.require(active, ActRule.LOT_ACTIVE, lot=name, state=lot.state.value)
        if lot.material is Material.IN_PROCESS:
            own = self.book.period(statement.site).stock == name
            next_ = own and statement.kind is EventKind.PROCESS
            self.ground.require(next_, ActRule.STOCK_STAYS, lot=name, site=statement.site)
            return
        operator = self.sites[statement.site].operator
        self.ground.require(lot.holder == operator, ActRule.HOLDER, lot=name, holder=lot.holder)
        self.book.require_unheld(lot)

    def _require_ending(self, statement: SiteStatement) -> None:
        """At a dismantler's: so many units of a lot that is in products."""
        lot = self.book.lots[statement.inputs[0]]
        right = (
            self.sites[statement.site].dismantles
            and lot.state is State.ASSIGNED
            and statement.units > 0
        )
        self.ground.require(right, ActRule.END_OF_LIFE, site=statement.site, lot=lot.name)

    def _require_period(self, statement: SiteStatement) -> None:
        """No time of a continuous plant is left out, and nothing that lies in a plant."""
        since, require = self._continuous(statement), self.ground.require
        if since:
            length = statement.end - statement.start
            require(0 < length <= PERIOD_TERM, ActRule.PERIOD_TERM, seconds=length)
            self.book.require_next(statement.site, since, statement.start)
        stock = self.book.period(statement.site).stock
        named = stock is None or stock in statement.inputs
        require(named, ActRule.STOCK_NAMED, stock=stock, inputs=statement.inputs)

    def _continuous(self, statement: SiteStatement) -> int:
        kept = statement.kind is EventKind.PROCESS
        return self.sites[statement.site].continuous if kept else 0

    def _require_separation(self, statement: SiteStatement) -> None:
        """Stronger than mass balance only with a chain-of-custody certificate for the time."""
        start, end = statement.start, statement.end
        proven = self.facts.is_certified(statement.site, SEPARATION, start, end, self.ground.now)
        self.ground.require(proven, ActRule.MODEL_ATTESTED, model=statement.model.name)

    def _inspect_input(self, lot: BookedLot, metal: int, fed: Feed) -> None:
        require, piles = self.ground.require, {pile for pile, _ in fed}
        seen = piles <= lot.piles if lot.mixed and not lot.charge else piles == lot.piles
        require(seen, ActRule.BATCH_NOT_SEEN, lot=lot.name, piles=sorted(piles))
        weighed = sum(metal for _, metal in fed)
        require(weighed == metal, ActRule.WEIGHT_BY_INPUT, stated=metal, seen=weighed)
        if lot.charge:
            self._inspect_charge(lot)

    def _inspect_charge(self, charge: BookedLot) -> None:
        """A leaf of a charge that was split before is a part: it is named by itself."""
        for leaf in self.book.leaves(charge.name):
            parts = [lot for lot in self.book.lots.values() if leaf in lot.parents]
            self.ground.require(len(parts) == 1, ActRule.PART_IN_CHARGE, leaf=leaf)

    def _inspect_loss(self, statement: SiteStatement) -> None:
        """A loss names all that the holder has of these piles."""
        piles = frozenset().union(*(self.book.lots[name].piles for name in statement.inputs))
        operator = self.sites[statement.site].operator
        others = [
            lot.name
            for lot in self.book.standing()
            if lot.holder == operator and lot.piles & piles and lot.name not in statement.inputs
        ]
        self.ground.require(not others, ActRule.LOSS_NAMES_PART, others=others)


def _locked(statement: SiteStatement) -> tuple[str, ...]:
    """What is only looked at, in whosever hands, is not locked."""
    return () if statement.kind in LOOKS else statement.inputs


def _input_counts(kind: EventKind) -> tuple[int, int]:
    if kind is EventKind.BIRTH:
        return 0, 0
    return (1, 1) if kind in LOOKS else (1, MOST_INPUTS)
