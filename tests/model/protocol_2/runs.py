"""Births, runs, rebooks and losses: what the contract checks, and what the outputs are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor

from tests.model.protocol_2.book import (
    CREDITS,
    FOR_EVER,
    MANUFACTURING,
    POST_CONSUMER,
    Balance2,
    Book,
    BookedLot,
    Material,
    Period,
    State,
)
from tests.model.protocol_2.events import EventKind, Events, Plant, SiteStatement, Standing
from tests.model.protocol_2.facts import FactBook
from tests.model.protocol_2.ground import Ground
from tests.model.protocol_2.members import Members, Role
from tests.model.protocol_2.rules import ActRule
from tests.model.protocol_2.terms import CREDIT_TERM, GRACE, PPM
from tests.model.runs import Model


@dataclass(frozen=True)
class Wanted:
    """An output as its owner wants it: mg of metal and units."""

    name: str
    metal: int
    material: Material
    units: int = 1


@dataclass(frozen=True)
class RunRecord:
    """A run as it was accepted: lots as they were consumed, lots as they were made."""

    time: int
    consumed: tuple[BookedLot, ...]
    made: tuple[BookedLot, ...]
    standing: Standing | None = None


@dataclass
class Runs:
    """records is the log that promises are judged by."""

    ground: Ground
    members: Members
    facts: FactBook
    book: Book
    events: Events
    records: list[RunRecord] = field(default_factory=list)

    def birth(
        self, by: str, key: str, name: str, material: Material, *, outside: bool = False
    ) -> BookedLot:
        """A lot of what the event measured. Outside metal has no credits and counts as CAHRA."""
        self.members.require_running()
        standing = self._usable(by, key, EventKind.BIRTH)
        statement, plant = standing.statement, self.events.sites[standing.statement.site]
        self.book.use_event(key)
        gates = (False,) * CREDITS if outside else self._gates(standing)
        cahra = outside or self._in_cahra(plant, statement)
        credits = _through(statement.attested, gates)
        metal = statement.product
        balance = Balance2(metal, statement.carbon, metal * cahra, credits, statement.direct)
        lot = BookedLot(
            name, by, balance, material, Model.IDENTITY_PRESERVED, statement.end, self.ground.now,
            statement.end, self.book.root_of(key), frozenset({key}), {key: Fraction(metal)},
            statement.units or 1, event=key,
        )  # fmt: skip
        return self._record((), (lot,), standing)[0]

    def process(
        self, by: str, key: str, inputs: Sequence[str], wanted: Sequence[Wanted], model: Model
    ) -> tuple[BookedLot, ...]:
        """Lots become lots under an event that named exactly them."""
        self.members.require_running()
        standing = self.events.stands(key)
        statement = standing.statement
        self._usable(by, key, statement.kind)
        self.ground.require(
            tuple(inputs) == statement.inputs, ActRule.INPUTS_AS_NAMED, named=statement.inputs
        )
        consumed = [self._take(by, name, key) for name in inputs]
        self._require_times(standing, consumed)
        self._require_materials(statement, consumed, wanted)
        self._require_model(model, consumed, statement.model)
        plant = self.events.sites[statement.site]
        self._require_metal(statement, plant, consumed, wanted)
        self._require_units(statement, wanted)
        period = self._period(standing, consumed, wanted, model)
        self.book.use_event(key)
        gates = self._passed(standing, consumed)
        made = self._made(by, consumed, wanted, model, gates, standing)
        if period is not None:
            self.book.periods[statement.site] = period
        return self._record(consumed, made, standing)

    def rebook(
        self,
        by: str,
        inputs: Sequence[str],
        wanted: Sequence[Wanted],
        model: Model,
        *,
        charge: bool = False,
    ) -> tuple[BookedLot, ...]:
        """On paper: parts of one root, a charge of whole lots, or an account of mass balance."""
        self.members.require_running()
        require = self.ground.require
        require(len(set(inputs)) == len(inputs), ActRule.LOT_ACTIVE, inputs=tuple(inputs))
        consumed = [self.book.free_lot(name, by) for name in inputs]
        self.members.acting(by, Role.TRADER)
        metal_in, metal_out = _metal(consumed), sum(one.metal for one in wanted)
        require(metal_in == metal_out, ActRule.KEEPS_METAL, metal_in=metal_in, metal_out=metal_out)
        materials = {lot.material for lot in consumed} | {one.material for one in wanted}
        require(
            len(materials) == 1, ActRule.ONE_MATERIAL, materials=sorted(m.name for m in materials)
        )
        self._require_model(model, consumed, model)
        self._require_way(consumed, wanted, model, charge)
        self._require_equal_units(wanted, sum(lot.units for lot in consumed))
        made = self.made_on_paper(by, consumed, wanted, model, charge=charge)
        return self._record(consumed, made, None)

    def made_on_paper(
        self,
        by: str,
        consumed: Sequence[BookedLot],
        wanted: Sequence[Wanted],
        model: Model,
        *,
        charge: bool = False,
    ) -> tuple[BookedLot, ...]:
        """Outputs without an event: every credit passes, in proportion.

        A charge, and what is taken out of one, has a root of its own.
        """
        made = self._made(by, consumed, wanted, model, (True,) * CREDITS, None)
        if not charge and not any(lot.charge for lot in consumed):
            return made
        root = self.book.root_of(_joined(consumed))
        return tuple(replace(lot, root=root, mixed=True, charge=charge) for lot in made)

    def nothing_found(self, by: str, key: str) -> None:
        """A loss of which nothing is left ends its lots; their carbon ends with them."""
        self.members.require_running()
        standing = self._usable(by, key, EventKind.LOSS)
        self.ground.require(standing.statement.made == 0, ActRule.WEIGHT_OUT, event=key)
        consumed = [self._take(by, name, key) for name in standing.statement.inputs]
        self._require_times(standing, consumed)
        self.book.use_event(key)
        self._record(consumed, (), standing)

    def write_off(self, by: str, name: str) -> None:
        """A lot ends on paper: no rule of this protocol allows it."""
        lot = self.book.free_lot(name, by)
        self.ground.require(False, ActRule.NO_PAPER_WRITE_OFF, lot=name)
        self.book.change(lot.name, state=State.ENDED)

    def _usable(self, by: str, key: str, kind: EventKind) -> Standing:
        self.members.acting(by, Role.OPERATOR)
        standing = self.events.stands(key)
        operator = self.events.sites[standing.statement.site].operator
        self.ground.require(by == operator, ActRule.SITE_OPERATOR, by=by, site=operator)
        right = standing.statement.kind is kind
        self.ground.require(right, ActRule.EVENT_STANDS, kind=standing.statement.kind.value)
        self.ground.require(key not in self.book.used, ActRule.EVENT_ONCE, event=key)
        return standing

    def _take(self, by: str, name: str, key: str) -> BookedLot:
        return self.book.take_named(name, by, key)

    def _gates(self, standing: Standing) -> tuple[bool, ...]:
        """Credits that the site was certified for during the whole event, if it filed in time."""
        statement = standing.statement
        times = (statement.start, statement.end, self.ground.now)
        return tuple(
            not standing.late and self.facts.is_certified(statement.site, credit, *times)
            for credit in range(CREDITS)
        )

    def _passed(self, standing: Standing, consumed: Sequence[BookedLot]) -> tuple[bool, ...]:
        """What a period passes: nothing, where some of its metal is older than a year."""
        return (False,) * CREDITS if self.is_old(standing, consumed) else self._gates(standing)

    def is_old(self, standing: Standing, consumed: Sequence[BookedLot]) -> bool:
        """Whether credits lapse in the period."""
        oldest = min(lot.age_begins for lot in consumed)
        old = standing.continuous != 0 and oldest + CREDIT_TERM < standing.statement.end
        return old and self.ground.enforces(ActRule.CREDIT_TERM)

    def _period(
        self,
        standing: Standing,
        consumed: Sequence[BookedLot],
        wanted: Sequence[Wanted],
        model: Model,
    ) -> Period | None:
        """The one that the run closes. What is left in the plant is what the next begins with."""
        stock = [one.name for one in wanted if one.material is Material.IN_PROCESS]
        allowed = len(stock) <= bool(standing.continuous and model is Model.MASS_BALANCE)
        self.ground.require(allowed, ActRule.MATERIAL_ADVANCES, stock=stock)
        used = any(lot.material is Material.IN_PROCESS for lot in consumed)
        if not standing.continuous and not used:
            return None
        statement = standing.statement
        self.book.require_next(statement.site, standing.continuous, statement.start)
        return Period(statement.end, standing.continuous, stock[0] if stock else None)

    def _in_cahra(self, plant: Plant, statement: SiteStatement) -> bool:
        return self.facts.is_cahra(plant.place, statement.start, statement.end, self.ground.now)

    def _require_times(self, standing: Standing, consumed: Sequence[BookedLot]) -> None:
        statement = standing.statement
        for lot in consumed:
            late = lot.held_since - statement.end
            self.ground.require(late <= GRACE, ActRule.HELD_IN_TIME, lot=lot.name, seconds=late)
            before = lot.time <= (statement.end if standing.continuous else statement.start)
            self.ground.require(before, ActRule.MADE_BEFORE, lot=lot.name, time=lot.time)

    def _require_materials(
        self, statement: SiteStatement, consumed: Sequence[BookedLot], wanted: Sequence[Wanted]
    ) -> None:
        before = max(lot.rank for lot in consumed)
        beside = (Material.SCRAP, Material.IN_PROCESS)
        products = [one for one in wanted if one.material not in beside]
        ranks = [one.material.rank for one in products]
        kind, require = statement.kind, self.ground.require
        materials = {lot.material.name for lot in consumed}
        alike = kind is EventKind.PROCESS or len(materials) == 1
        require(alike, ActRule.ONE_MATERIAL, materials=sorted(materials))
        if kind is EventKind.REWORK:
            once = not any(lot.reworked for lot in consumed)
            require(once, ActRule.REWORK_ONCE, lots=[lot.name for lot in consumed])
            same = all(rank == before for rank in ranks) and len(products) == len(wanted)
            require(same, ActRule.MATERIAL_ADVANCES, ranks=ranks, before=before)
        elif kind is EventKind.LOSS:
            require(all(rank == before for rank in ranks), ActRule.MATERIAL_ADVANCES, ranks=ranks)
        else:
            require(all(rank > before for rank in ranks), ActRule.MATERIAL_ADVANCES, ranks=ranks)
            waste = {lot.rank <= 0 for lot in consumed}
            recovers = kind is EventKind.RECOVERY
            require(waste == {recovers}, ActRule.MATERIAL_ADVANCES, kind=kind.value)

    def _require_model(self, model: Model, consumed: Sequence[BookedLot], attested: Model) -> None:
        require = self.ground.require
        known = model is not Model.BOOK_AND_CLAIM
        require(known, ActRule.MODEL_NEVER_IMPROVES, model=model.name)
        weakest = max(lot.model for lot in consumed)
        require(
            model >= weakest, ActRule.MODEL_NEVER_IMPROVES, model=model.name, weakest=weakest.name
        )
        require(model >= attested, ActRule.MODEL_ATTESTED, model=model.name, attested=attested.name)
        births = {birth for lot in consumed for birth in lot.paper}
        single = model is not Model.IDENTITY_PRESERVED or len(births) == 1
        require(single, ActRule.ONE_ROOT, births=sorted(births))

    def _require_metal(
        self,
        statement: SiteStatement,
        plant: Plant,
        consumed: Sequence[BookedLot],
        wanted: Sequence[Wanted],
    ) -> None:
        require = self.ground.require
        for lot, measured in zip(consumed, statement.metal_in, strict=True):
            booked = lot.balance.metal
            near = abs(booked - measured) * PPM <= plant.tolerance * booked
            require(near, ActRule.METAL_BY_INPUT, lot=lot.name, booked=booked, measured=measured)
        total = abs(_metal(consumed) - sum(statement.metal_in)) * PPM
        near = total <= plant.tolerance * _metal(consumed)
        require(
            near, ActRule.KEEPS_METAL, booked=_metal(consumed), measured=sum(statement.metal_in)
        )
        out = sum(one.metal for one in wanted)
        scrap = sum(one.metal for one in wanted if one.material is Material.SCRAP)
        require(1 <= out <= _metal(consumed), ActRule.KEEPS_METAL, metal_out=out)
        require(out - scrap <= statement.product, ActRule.KEEPS_METAL, product=out - scrap)
        require(scrap <= statement.scrap, ActRule.SCRAP_ATTESTED, scrap=scrap)
        attested = statement.product + statement.scrap
        whole = out in (attested, _metal(consumed))
        require(whole, ActRule.BOOKS_ALL, booked=out, attested=attested)

    def _require_units(self, statement: SiteStatement, wanted: Sequence[Wanted]) -> None:
        in_units = [one for one in wanted if one.material.in_units]
        if in_units:
            made = sum(one.units for one in in_units)
            right = made == statement.units
            self.ground.require(right, ActRule.UNITS_ATTESTED, made=made, attested=statement.units)
        self._require_equal_units(wanted, statement.units)

    def _require_equal_units(self, wanted: Sequence[Wanted], units: int) -> None:
        """|m·U − M·c| < U for each series: no unit is lighter than another by a milligram."""
        series = [one for one in wanted if one.material.in_units]
        if not series:
            return
        made, metal = sum(one.units for one in series), sum(one.metal for one in series)
        self.ground.require(made == units, ActRule.UNITS_ATTESTED, made=made, before=units)
        for one in series:
            apart = abs(one.metal * made - metal * one.units)
            self.ground.require(apart < made, ActRule.UNITS_EQUAL, lot=one.name, apart=apart)

    def _require_way(
        self, consumed: Sequence[BookedLot], wanted: Sequence[Wanted], model: Model, charge: bool
    ) -> None:
        require = self.ground.require
        one_root = len({lot.root for lot in consumed}) == 1
        charges = [lot.name for lot in consumed if lot.charge]
        if charge:
            require(len(wanted) == 1, ActRule.CHARGE_WHOLE, outputs=len(wanted))
        elif charges or not one_root:
            broken = not charges or model is Model.MASS_BALANCE
            require(broken, ActRule.CHARGE_WHOLE, charges=charges)
            account = model is Model.MASS_BALANCE and not consumed[0].material.in_units
            require(account, ActRule.ONE_ROOT, roots=sorted({lot.root for lot in consumed}))

    def _made(
        self,
        by: str,
        consumed: Sequence[BookedLot],
        wanted: Sequence[Wanted],
        model: Model,
        gates: tuple[bool, ...],
        standing: Standing | None,
    ) -> tuple[BookedLot, ...]:
        statement = standing.statement if standing else None
        balances = _balances(consumed, wanted, model, gates, statement)
        until = self._out_of_band(consumed, wanted, statement)
        common = self._common(by, consumed, wanted, model, standing)
        paper = _paper(consumed)
        return tuple(
            replace(
                common,
                name=one.name,
                balance=balance,
                material=one.material,
                units=one.units,
                until=until,
                piles=_piles(one, common, statement),
                paper={birth: share * one.metal for birth, share in paper.items()},
                post_consumer=one.material is Material.RETIRED
                and all(lot.post_consumer for lot in consumed),
                fed=_fed(consumed) if one.material is Material.IN_PROCESS else None,
            )
            for one, balance in zip(wanted, balances, strict=True)
        )

    def _common(
        self,
        by: str,
        consumed: Sequence[BookedLot],
        wanted: Sequence[Wanted],
        model: Model,
        standing: Standing | None,
    ) -> BookedLot:
        """What the outputs have alike, told as a lot. A loss leaves marks and root as they were."""
        statement = standing.statement if standing else None
        kind = statement.kind if statement else None
        keeps = kind in (None, EventKind.LOSS)
        roots = sorted({lot.root for lot in consumed})
        root = roots[0] if len(roots) == 1 else self.book.root_of(_joined(consumed))
        piles = frozenset().union(*(lot.piles for lot in consumed))
        return BookedLot(
            "", by, Balance2(0), wanted[0].material, model,
            statement.end if statement else max(lot.time for lot in consumed),
            self.ground.now,
            max(lot.held_since for lot in consumed) if keeps or not statement else statement.end,
            root if keeps or not statement else self.book.root_of(statement.key),
            frozenset({statement.key}) if statement else piles, {},
            mixed=keeps and (len(roots) > 1 or any(lot.mixed for lot in consumed)),
            charge=kind is EventKind.LOSS and any(lot.charge for lot in consumed),
            reworked=kind is EventKind.REWORK or (keeps and any(lot.reworked for lot in consumed)),
            parents=tuple(lot.name for lot in consumed),
            event=statement.key if statement else "",
            oldest=_oldest(consumed, statement),
        )  # fmt: skip

    def _out_of_band(
        self,
        consumed: Sequence[BookedLot],
        wanted: Sequence[Wanted],
        statement: SiteStatement | None,
    ) -> int:
        """Born held when more was lost, or declared scrap, than the site's band allows."""
        if statement is None or statement.kind is EventKind.LOSS:
            return 0
        plant, metal_in = self.events.sites[statement.site], _metal(consumed)
        lost = metal_in - sum(one.metal for one in wanted)
        scrap = sum(one.metal for one in wanted if one.material is Material.SCRAP)
        inside = lost * PPM <= plant.loss_to * metal_in
        inside = inside and scrap * PPM <= plant.scrap_to * metal_in
        return 0 if inside or not self.ground.enforces(ActRule.SCRAP_ATTESTED) else FOR_EVER

    def _record(
        self,
        consumed: Sequence[BookedLot],
        made: Sequence[BookedLot],
        standing: Standing | None,
    ) -> tuple[BookedLot, ...]:
        for lot in consumed:
            self.book.moved(lot)
            self.book.change(lot.name, state=State.CONSUMED)
        for lot in made:
            self.book.lots[lot.name] = lot
        self.records.append(RunRecord(self.ground.now, tuple(consumed), tuple(made), standing))
        return tuple(made)


def _joined(lots: Sequence[BookedLot]) -> str:
    """Names a root of its own for what was put together."""
    return "+".join(sorted(lot.name for lot in lots))


def _metal(lots: Sequence[BookedLot]) -> int:
    return sum(lot.balance.metal for lot in lots)


def _fed(consumed: Sequence[BookedLot]) -> Material:
    """The highest material that went in, also what went into the stock before."""
    return max((lot.fed or lot.material for lot in consumed), key=lambda material: material.rank)


def _oldest(consumed: Sequence[BookedLot], statement: SiteStatement | None) -> int | None:
    """What a plant makes is new; what is put together on paper, or left, is as old as a part."""
    if statement is not None and statement.kind is not EventKind.LOSS:
        return None
    return min(lot.age_begins for lot in consumed)


def _piles(wanted: Wanted, common: BookedLot, statement: SiteStatement | None) -> frozenset[str]:
    if statement is not None and wanted.material is Material.SCRAP:
        return frozenset({statement.scrap_pile})
    return common.piles


def _through(amounts: Sequence[int], gates: Sequence[bool]) -> tuple[int, ...]:
    return tuple(amount if gate else 0 for amount, gate in zip(amounts, gates, strict=True))


def _paper(consumed: Sequence[BookedLot]) -> dict[str, Fraction]:
    """Shares of the births that the books say the lots came from."""
    whole = Fraction(_metal(consumed))
    shares: dict[str, Fraction] = {}
    for lot in consumed:
        for birth, metal in lot.paper.items():
            shares[birth] = shares.get(birth, Fraction(0)) + metal / whole
    return shares


def _balances(
    consumed: Sequence[BookedLot],
    wanted: Sequence[Wanted],
    model: Model,
    gates: tuple[bool, ...],
    statement: SiteStatement | None,
) -> list[Balance2]:
    """Carbon, direct and CAHRA rounded up by metal; credits down, or freely by mass balance.

    Of what is kept apart, all metal bears a credit or none does.
    Where stock is left, what is sold takes no more than its share.
    """
    metal_in, metal_out = _metal(consumed), sum(one.metal for one in wanted)
    carbon = sum(lot.balance.carbon for lot in consumed) + (statement.carbon if statement else 0)
    direct = sum(lot.balance.direct for lot in consumed) + (statement.direct if statement else 0)
    cahra = sum(lot.balance.cahra for lot in consumed)
    credits = _available(consumed, gates, statement)
    free = model is Model.MASS_BALANCE and statement is not None
    free = free and not any(one.material is Material.IN_PROCESS for one in wanted)
    if model in (Model.IDENTITY_PRESERVED, Model.SEGREGATED):
        credits = tuple(credit if credit == metal_in else 0 for credit in credits)
    left = [floor(Fraction(credit * metal_out, metal_in)) for credit in credits]
    balances = []
    for one in wanted:
        if free:
            row = tuple(min(rest, one.metal) for rest in left)
            row = (*row[:2], min(row[2], one.metal - row[1]), *row[3:])
            left = [rest - taken for rest, taken in zip(left, row, strict=True)]
        else:
            row = tuple(floor(Fraction(credit * one.metal, metal_in)) for credit in credits)
        balances.append(
            Balance2(
                one.metal,
                ceil(Fraction(carbon * one.metal, metal_out)),
                ceil(Fraction(cahra * one.metal, metal_in)),
                row,
                ceil(Fraction(direct * one.metal, metal_out)),
            )
        )
    return balances


def _available(
    consumed: Sequence[BookedLot], gates: tuple[bool, ...], statement: SiteStatement | None
) -> tuple[int, ...]:
    sums = tuple(sum(lot.balance.credits[k] for lot in consumed) for k in range(CREDITS))
    passed = list(_through(sums, gates))
    if statement is not None and statement.kind is EventKind.RECOVERY:
        old = all(lot.post_consumer for lot in consumed)
        granted, other = (POST_CONSUMER, MANUFACTURING) if old else (MANUFACTURING, POST_CONSUMER)
        if gates[granted]:
            passed[granted], passed[other] = _metal(consumed), 0
    return tuple(passed)


def shares_of(mixture: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Of one metal by its births, as parts of 1; empty for nothing."""
    whole = sum(mixture.values(), Fraction(0))
    return {birth: metal / whole for birth, metal in mixture.items() if metal} if whole else {}
