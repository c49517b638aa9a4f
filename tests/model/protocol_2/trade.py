"""Offers and acceptances, disputes and their settlement."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.model.protocol_2.book import Book, BookedLot, State
from tests.model.protocol_2.events import EventKind, Events, Standing
from tests.model.protocol_2.ground import Ground
from tests.model.protocol_2.members import Members, Role
from tests.model.protocol_2.rules import ActRule
from tests.model.protocol_2.runs import RunRecord, Runs, Wanted
from tests.model.protocol_2.terms import DISPUTE, MIXED_WAIT, OFFER_TERM, PPM, SELLER_TURN, WEIGHED
from tests.model.protocol_2.yard import Yard


@dataclass
class Offer2:
    """An open offer. disputed, approved: seconds, once it came to that."""

    lot: str
    seller: str
    buyer: str
    expiry: int
    disputed: int | None = None
    event: str = ""
    umpire: str = ""
    approved: int | None = None


@dataclass
class Trade:
    """Custody between members; goods move when they are accepted, and are weighed then."""

    ground: Ground
    members: Members
    book: Book
    events: Events
    runs: Runs
    yard: Yard
    offers: dict[str, Offer2] = field(default_factory=dict)
    accomplices: set[str] = field(default_factory=set)
    """Members who accept a lot without looking at the goods."""

    def offer(self, by: str, name: str, to: str, expiry: int) -> None:
        """For at most ninety days."""
        self.members.acting(by, Role.TRADER)
        lot = self.book.free_lot(name, by)
        self.ground.require(not lot.charge, ActRule.CHARGE_WHOLE, lot=name)
        self._require_rested(lot)
        term = expiry - self.ground.now
        self.ground.require(0 < term <= OFFER_TERM, ActRule.OFFER_TERM, seconds=term)
        active = self.members.organisations[to].active
        self.ground.require(active and to != by, ActRule.MEMBER_ACTIVE, member=to)
        self.offers[name] = Offer2(name, by, to, expiry)
        self.book.moved(lot)
        self.book.change(name, state=State.OFFERED)

    def accept(self, by: str, name: str) -> BookedLot:
        """The lot changes hands. Within one group it stays held since it was."""
        offer = self._open(by, name)
        self.members.acting(offer.seller, Role.TRADER)
        lot = self.book.lots[name]
        self.book.require_unheld(lot)
        self.book.moved(lot)
        del self.offers[name]
        if self.members.group(offer.seller) == self.members.group(by):
            return self.book.change(name, holder=by, state=State.ACTIVE)
        self._require_arrival(lot, by)
        pile = self._ship(lot)
        return self.book.change(
            name,
            holder=by,
            state=State.ACTIVE,
            held_since=self.ground.now,
            piles=frozenset({pile}),
            event=lot.event or f"received {name}",
        )

    def cancel(self, by: str, name: str) -> None:
        offer = self.offers.get(name)
        self.ground.require(offer is not None, ActRule.OFFER_OPEN, lot=name, by=by)
        assert offer is not None
        undisputed = offer.seller == by and offer.disputed is None
        self.ground.require(undisputed, ActRule.HOLDER, lot=name, by=by)
        del self.offers[name]
        self.book.change(name, state=State.ACTIVE)

    def dispute(self, by: str, name: str) -> None:
        """The buyer weighed less; ten days for an umpire to measure."""
        offer = self._open(by, name)
        self.ground.require(offer.disputed is None, ActRule.DISPUTE_OPEN, lot=name)
        offer.disputed = self.ground.now
        self.book.change(name, state=State.DISPUTED)

    def approve(self, umpire: str, name: str, key: str) -> None:
        """An umpire of a third group takes a measurement of this very lot for its settlement."""
        offer = self._disputed(name)
        parties = [self.members.group(offer.seller), self.members.group(offer.buyer)]
        judge = self.members.judging(umpire, Role.LABORATORY, parties)
        statement = self.events.stands(key).statement
        require = self.ground.require
        measures = statement.kind is EventKind.MEASUREMENT
        require(measures, ActRule.EVENT_STANDS, kind=statement.kind.value)
        require(statement.inputs == (name,), ActRule.MEASURES_THE_LOT, measures=statement.inputs)
        offer.event, offer.umpire, offer.approved = key, umpire, self.ground.now
        self.members.decided("settlement", parties, [judge.group], 1)

    def settle(self, by: str, name: str, made: str, metal: int) -> BookedLot:
        """The lot is booked anew, as measured but not as more than it was."""
        self.members.require_running()
        offer = self._disputed(name)
        require = self.ground.require
        approved = offer.approved if offer.approved is not None else self.ground.now
        require(offer.approved is not None, ActRule.DISPUTE_OPEN, lot=name)
        waited = self.ground.now - approved > SELLER_TURN
        may = by == offer.seller or (waited and by in (offer.buyer, offer.umpire))
        require(may, ActRule.SETTLER, by=by, seller=offer.seller)
        lot = self.book.lots[name]
        standing = self.events.stands(offer.event)
        right = min(lot.balance.metal, sum(standing.statement.metal_in))
        require(metal == right, ActRule.SETTLED_AS_MEASURED, booked=metal, measured=right)
        self.book.use_event(offer.event)
        del self.offers[name]
        return self._rebooked(lot, made, metal, standing)

    def lapse(self, name: str) -> None:
        """Derived, never stored: an offer or a dispute whose time is over."""
        offer = self.offers[name]
        if self.ground.now > self._end(offer):
            del self.offers[name]
            self.book.change(name, state=State.ACTIVE)

    def _rebooked(self, lot: BookedLot, made: str, metal: int, standing: Standing) -> BookedLot:
        wanted = [Wanted(made, metal, lot.material, lot.units)]
        (settled,) = self.runs.made_on_paper(lot.holder, [lot], wanted, lot.model)
        self.book.change(lot.name, state=State.CONSUMED)
        self.book.lots[made] = settled
        self.runs.records.append(RunRecord(self.ground.now, (lot,), (settled,), standing))
        return settled

    def _ship(self, lot: BookedLot) -> str:
        """What really arrives: the metal of its piles, as far as there is any."""
        pile = f"{lot.name} at {self.ground.now}"
        self.yard.gather(lot.piles, lot.balance.metal, pile)
        return pile

    def _require_arrival(self, lot: BookedLot, by: str) -> None:
        """An honest buyer weighs what came, and accepts nothing that did not."""
        there = sum(self.yard.metal(one) for one in lot.piles)
        enough = lot.balance.metal * (PPM - WEIGHED) <= there * PPM
        accomplice = by in self.accomplices
        self.ground.require(accomplice or enough, ActRule.GOODS_ARRIVE, lot=lot.name)

    def _open(self, by: str, name: str) -> Offer2:
        self.members.acting(by, Role.TRADER)
        offer = self.offers.get(name)
        live = offer is not None and offer.buyer == by and self.ground.now <= self._end(offer)
        self.ground.require(live and offer is not None, ActRule.OFFER_OPEN, lot=name, by=by)
        assert offer is not None
        return offer

    def _disputed(self, name: str) -> Offer2:
        offer = self.offers.get(name)
        live = offer is not None and offer.disputed is not None
        live = live and offer is not None and self.ground.now <= self._dispute_end(offer)
        self.ground.require(live, ActRule.DISPUTE_OPEN, lot=name)
        assert offer is not None
        return offer

    def _end(self, offer: Offer2) -> int:
        """The last second in which the buyer may take the lot."""
        return offer.expiry if offer.disputed is None else self._dispute_end(offer)

    def _dispute_end(self, offer: Offer2) -> int:
        """An approved settlement binds: it does not lapse."""
        if offer.approved is not None:
            return offer.approved + 10 * DISPUTE
        return (offer.disputed or 0) + DISPUTE

    def _require_rested(self, lot: BookedLot) -> None:
        rested = not lot.mixed or self.ground.now - lot.born_at >= MIXED_WAIT
        self.ground.require(rested, ActRule.MIXED_RESTS, lot=lot.name)
