"""Units of lots in products, and products at the end of their life."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from tests.model.protocol_2.book import Balance2, Book, BookedLot, Material, State
from tests.model.protocol_2.events import EventKind, Events
from tests.model.protocol_2.ground import Ground
from tests.model.protocol_2.members import Members, Role
from tests.model.protocol_2.rules import ActRule
from tests.model.protocol_2.terms import RETIRE_AGE
from tests.model.protocol_2.yard import Yard


@dataclass
class Product2:
    """parts: units by lot. sealed: when, in seconds."""

    owner: str
    parts: Counter[str] = field(default_factory=Counter)
    sealed: int | None = None


@dataclass(frozen=True)
class Retirement:
    """A line of the log: units of a lot left a product by an event.

    lot, made: as they were before and afterwards. sealed: when the product was. end: of the event.
    """

    time: int
    event: str
    product: str
    lot: BookedLot
    units: int
    sealed: int | None
    end: int
    made: BookedLot


@dataclass
class Products:
    """Assigned units are counted in the permanent book, which those that are retired leave.

    assignments: units by product and lot, ever. retirements: the log that promises are judged by.
    """

    ground: Ground
    members: Members
    book: Book
    events: Events
    yard: Yard
    products: dict[str, Product2] = field(default_factory=dict)
    assignments: Counter[tuple[str, str]] = field(default_factory=Counter)
    retirements: list[Retirement] = field(default_factory=list)

    def assign(self, by: str, product: str, name: str, units: int) -> None:
        """Units of a series go into a product, each once."""
        self.members.acting(by, Role.MAKER)
        lot = self.book.held_lot(name, by)
        ready = lot.state in (State.ACTIVE, State.ASSIGNED)
        self.ground.require(ready, ActRule.LOT_ACTIVE, lot=name, state=lot.state.value)
        self.book.require_unheld(lot)
        self.ground.require(not lot.charge, ActRule.CHARGE_WHOLE, lot=name)
        moves = lot.material is not Material.IN_PROCESS
        self.ground.require(moves, ActRule.STOCK_STAYS, lot=name)
        left = lot.units - self.book.assigned.get(name, 0)
        self.ground.require(
            1 <= units <= left, ActRule.UNITS_ONCE, lot=name, units=units, left=left
        )
        target = self.products.setdefault(product, Product2(by))
        open_ = target.owner == by and target.sealed is None
        self.ground.require(open_, ActRule.HOLDER, product=product, owner=target.owner)
        self.book.moved(lot)
        target.parts[name] += units
        self.assignments[product, name] += units
        self.book.assigned[name] = self.book.assigned.get(name, 0) + units
        self.book.change(name, state=State.ASSIGNED)

    def seal(self, by: str, product: str) -> None:
        target = self.products[product]
        self.ground.require(target.owner == by, ActRule.HOLDER, product=product, owner=target.owner)
        target.sealed = self.ground.now

    def retire(self, by: str, product: str, name: str, made: str, key: str) -> BookedLot:
        """Units of a product that a dismantler's event says ended; their lot goes to recovery.

        The rest goes on under its name: what a lot is called does not matter here.
        """
        self.members.require_running()
        self.members.acting(by, Role.MAKER)
        lot, target = self.book.held_lot(name, by), self.products[product]
        self.book.require_unheld(lot)
        self.ground.require(target.owner == by, ActRule.HOLDER, product=product, owner=target.owner)
        units, end = self._ended(name, target.parts[name], key)
        finished = target.sealed is not None and lot.material in (Material.CELL, Material.PACK)
        self.ground.require(finished, ActRule.END_OF_LIFE, product=product, lot=name)
        most = min(target.parts[name], self.book.assigned.get(name, 0))
        self.ground.require(0 < units <= most, ActRule.UNITS_ONCE, lot=name, units=units, left=most)
        self.book.use_event(key)
        self.book.moved(lot)
        target.parts[name] -= units
        retired = self._retired(by, lot, made, units, end, (target.sealed or 0) + RETIRE_AGE)
        self.retirements.append(
            Retirement(self.ground.now, key, product, lot, units, target.sealed, end, retired)
        )
        return retired

    def _retired(
        self, by: str, lot: BookedLot, made: str, units: int, end: int, aged: int
    ) -> BookedLot:
        """end: of the event; aged: from when on the product is old enough."""
        old = end >= aged or not self.ground.enforces(ActRule.END_OF_LIFE)
        metal = lot.balance.metal * units // lot.units
        part, rest = (_share(lot.balance, one) for one in (metal, lot.balance.metal - metal))
        retired = replace(
            lot,
            name=made,
            holder=by,
            balance=part,
            material=Material.RETIRED,
            units=units,
            state=State.ACTIVE,
            time=end,
            born_at=self.ground.now,
            parents=(lot.name,),
            piles=self._dismantled(lot, made, part.metal),
            paper={birth: metal * units / lot.units for birth, metal in lot.paper.items()},
            post_consumer=old,
        )
        self.book.lots[made] = retired
        self.book.change(lot.name, balance=rest, units=lot.units - units)
        self.book.assigned[lot.name] -= units
        if lot.units == units:
            self.book.change(lot.name, state=State.ENDED)
        elif not self.book.assigned[lot.name]:
            self.book.change(lot.name, state=State.ACTIVE)
        return retired

    def _dismantled(self, lot: BookedLot, made: str, metal: int) -> frozenset[str]:
        """The units lie apart from the rest of their series from now on."""
        self.yard.gather(lot.piles, metal, made)
        return frozenset({made})

    def _ended(self, name: str, parts: int, key: str) -> tuple[int, int]:
        """Units of the lot that the event says ended, and when."""
        if not self.ground.enforces(ActRule.END_OF_LIFE):
            return parts, self.ground.now
        statement = self.events.stands(key).statement
        right = statement.kind is EventKind.END_OF_LIFE and statement.inputs == (name,)
        self.ground.require(right, ActRule.END_OF_LIFE, kind=statement.kind.value, lot=name)
        before = self.book.lots[name].time <= statement.start
        self.ground.require(before, ActRule.MADE_BEFORE, lot=name, start=statement.start)
        return statement.units, statement.end


def _share(balance: Balance2, metal: int) -> Balance2:
    """As a rebook shares: by metal, what burdens is rounded up and what credits down."""
    of = balance.metal
    return Balance2(
        metal,
        -(-balance.carbon * metal // of),
        -(-balance.cahra * metal // of),
        tuple(credit * metal // of for credit in balance.credits),
        -(-balance.direct * metal // of),
    )
