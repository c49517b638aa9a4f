"""The permanent book: lots, who holds them, what is held back, and what was used for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction

from tests.model.protocol_2.ground import Ground
from tests.model.protocol_2.members import Members, Role
from tests.model.protocol_2.rules import ActRule
from tests.model.protocol_2.terms import FIRST_HOLD, RENEWED_HOLD
from tests.model.runs import Model

CREDITS = 4
RESPONSIBLE, POST_CONSUMER, MANUFACTURING = 0, 1, 2
FOR_EVER = 10**12


class Material(Enum):
    """What a lot is of; rank: a process makes a higher one. Scrap and retired have none.

    In process: what lies in a continuous plant at the end of a period.
    """

    HYDROXIDE = (1, False)
    SULPHATE = (2, False)
    CATHODE = (3, True)
    CELL = (4, True)
    PACK = (5, True)
    SCRAP = (0, False)
    RETIRED = (-1, True)
    IN_PROCESS = (-2, False)

    @property
    def rank(self) -> int:
        return self.value[0]

    @property
    def in_units(self) -> bool:
        """Whether its lots are series of equal units, which no rebook pools."""
        return self.value[1]


class State(Enum):
    ACTIVE = "active"
    OFFERED = "offered"
    DISPUTED = "disputed"
    NAMED = "named"
    ASSIGNED = "assigned"
    CONSUMED = "consumed"
    ENDED = "ended"


ENDED = frozenset({State.CONSUMED, State.ENDED})


@dataclass(frozen=True)
class Balance2:
    """Schema 2 of a lot: mg of metal, mg CO2e, and what part of the metal has which property."""

    metal: int
    carbon: int = 0
    cahra: int = 0
    credits: tuple[int, ...] = (0,) * CREDITS
    direct: int = 0


@dataclass(frozen=True)
class BookedLot:
    """A lot as the book knows it, and the piles that its metal lies in.

    time: end of the event that made it. held_since: when its holder got it, in seconds.
    fed: of stock in process, the highest material that has gone into it. oldest: end of the oldest
    event that it was put together from on paper, where that is not `time`.
    until: a hold of its own, for a loss or scrap outside the site's band. paper: the births that
    the books say it came from, in mg.
    """

    name: str
    holder: str
    balance: Balance2
    material: Material
    model: Model
    time: int
    born_at: int
    held_since: int
    root: int
    piles: frozenset[str]
    paper: Mapping[str, Fraction]
    units: int = 1
    mixed: bool = False
    charge: bool = False
    reworked: bool = False
    parents: tuple[str, ...] = ()
    event: str = ""
    state: State = State.ACTIVE
    until: int = 0
    post_consumer: bool = False
    fed: Material | None = None
    oldest: int | None = None

    @property
    def rank(self) -> int:
        return (self.fed or self.material).rank

    @property
    def age_begins(self) -> int:
        return self.time if self.oldest is None else self.oldest


@dataclass(frozen=True)
class Hold:
    """On a root in the hands of one group. by: the organisations that decided, in order."""

    since: int
    until: int
    by: tuple[str, ...]

    def binds(self, now: int) -> bool:
        return self.since <= now <= self.until


@dataclass(frozen=True)
class HoldTerm:
    """A line of the log: from when on the hold on a root in a group's hands ends when."""

    time: int
    root: int
    group: str
    until: int


@dataclass(frozen=True)
class Move:
    """A line of the log: a lot was offered, handed over, locked, or went into something."""

    time: int
    lot: BookedLot


NO_HOLD = Hold(0, -1, ())


@dataclass(frozen=True)
class Period:
    """The last booked period of a continuous plant. since: as the plant was made continuous."""

    end: int = 0
    since: int = 0
    stock: str | None = None


@dataclass
class Book:
    """used, assigned, periods: for ever, no contract that is replaced takes them along."""

    ground: Ground
    members: Members
    lots: dict[str, BookedLot] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    assigned: dict[str, int] = field(default_factory=dict)
    periods: dict[str, Period] = field(default_factory=dict)
    holds: dict[tuple[int, str], Hold] = field(default_factory=dict)
    log: list[HoldTerm | Move] = field(default_factory=list)
    _roots: dict[str, int] = field(default_factory=dict)
    _named: dict[str, str] = field(default_factory=dict)

    def root_of(self, what: str) -> int:
        """The number of a document, or of a rebook over several roots."""
        return self._roots.setdefault(what, len(self._roots) + 1)

    def standing(self) -> list[BookedLot]:
        return [lot for lot in self.lots.values() if lot.state not in ENDED]

    def change(self, name: str, **changes: object) -> BookedLot:
        self.lots[name] = replace(self.lots[name], **changes)  # type: ignore[arg-type]
        return self.lots[name]

    def held_lot(self, name: str, holder: str) -> BookedLot:
        lot = self.lots[name]
        self.ground.require(lot.holder == holder, ActRule.HOLDER, lot=name, holder=lot.holder)
        return lot

    def moved(self, lot: BookedLot) -> None:
        """For the log that promises are judged by."""
        self.log.append(Move(self.ground.now, lot))

    def free_lot(self, name: str, holder: str) -> BookedLot:
        """A lot that its holder may use: active, nothing holds it back, no stock of a plant."""
        lot = self.held_lot(name, holder)
        moves = lot.material is not Material.IN_PROCESS
        self.ground.require(moves, ActRule.STOCK_STAYS, lot=name)
        active = lot.state is State.ACTIVE
        self.ground.require(active, ActRule.LOT_ACTIVE, lot=name, state=lot.state.value)
        self.require_unheld(lot)
        return lot

    def require_unheld(self, lot: BookedLot) -> None:
        """Its own hold has passed, and so has every one on its root in these hands."""
        now, until = self.ground.now, lot.until
        self.ground.require(until < now, ActRule.HOLD_FREE, lot=lot.name, until=until)
        for hold in self._holds_of(lot):
            self.ground.require(
                not hold.binds(now), ActRule.HOLD_FREE, lot=lot.name, until=hold.until
            )

    def lock(self, names: Iterable[str], event: str) -> None:
        """The lots wait for the run of this event."""
        if not self.ground.enforces(ActRule.LOT_LOCKED):
            return
        for name in names:
            self.moved(self.lots[name])
            self.change(name, state=State.NAMED)
            self._named[name] = event

    def unlock(self, names: Iterable[str]) -> None:
        for name in names:
            if self._named.pop(name, None) is not None:
                self.change(name, state=State.ACTIVE)

    def take_named(self, name: str, holder: str, event: str) -> BookedLot:
        """A lot that this event named, for its run; a plant's stock belongs to its operator."""
        lot = self.lots[name]
        if lot.material is not Material.IN_PROCESS:
            self.held_lot(name, holder)
        named = lot.state is State.NAMED and self._named.get(name) == event
        self.ground.require(named, ActRule.LOT_LOCKED, lot=name, state=lot.state.value)
        alive = lot.state not in ENDED
        self.ground.require(alive, ActRule.LOT_ACTIVE, lot=name, state=lot.state.value)
        self.require_unheld(lot)
        return lot

    def period(self, site: str) -> Period:
        return self.periods.get(site, Period())

    def require_next(self, site: str, since: int, start: int) -> None:
        """It begins when the last booked period ended, or later where the chain begins anew."""
        last = self.period(site)
        follows = start == last.end if since == last.since else start >= last.end
        self.ground.require(follows, ActRule.PERIOD_GAPLESS, ended=last.end, begins=start)

    def use_event(self, key: str) -> None:
        self.ground.require(key not in self.used, ActRule.EVENT_ONCE, event=key)
        self.used.add(key)

    def hold(self, by: str, root: int, group: str) -> None:
        """One group for 14 days; another for 90 more; then a third group must join.

        Whatever has other hands goes on.
        """
        role = Role.RISK if Role.RISK in self.members.organisations[by].roles else Role.AUDITOR
        before, now = self.holds.get((root, group), NO_HOLD), self.ground.now
        judge = self.members.judging(by, role, [group], self._deciders(before)).group
        going = before.binds(now)
        until = max(before.until, now + (RENEWED_HOLD if going else FIRST_HOLD))
        since = before.since if going else now
        self._set_hold(root, group, Hold(since, until, (*before.by, by)))
        self.members.decided("hold", [group], [judge], 1)

    def release(self, root: int, group: str, first: str, second: str) -> None:
        """Two groups, neither the holder's nor one that decided the hold."""
        before = self.holds[root, group]
        decided = self._deciders(before)
        for name in (first, second):
            role = (
                Role.RISK if Role.RISK in self.members.organisations[name].roles else Role.AUDITOR
            )
            decided.append(self.members.judging(name, role, [group], decided).group)
        self._set_hold(root, group, replace(before, until=-1))
        self.members.decided("release", [group], decided[-2:], 2)

    def _deciders(self, hold: Hold) -> list[str]:
        """The groups of now: neither a sale nor a merger gives anybody a second voice."""
        return [self.members.group(name) for name in hold.by]

    def leaves(self, name: str) -> frozenset[str]:
        """The lots that rebooks made this one of: births, outputs of runs, goods received."""
        lot = self.lots[name]
        if lot.event or not lot.parents:
            return frozenset({name})
        return frozenset().union(*(self.leaves(parent) for parent in lot.parents))

    def _set_hold(self, root: int, group: str, hold: Hold) -> None:
        self.holds[root, group] = hold
        self.log.append(HoldTerm(self.ground.now, root, group, hold.until))

    def _holds_of(self, lot: BookedLot) -> list[Hold]:
        """On the holder's group; on a group that he left, those that were in force then."""
        own = self.holds.get((lot.root, self.members.group(lot.holder)), NO_HOLD)
        former = (
            (self.holds.get((lot.root, group), NO_HOLD), left)
            for group, left in self.members.left.get(lot.holder, ())
        )
        return [own, *(hold for hold, left in former if hold.since <= left)]
