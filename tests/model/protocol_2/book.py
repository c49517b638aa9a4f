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
    """What a lot is of; rank: a process makes a higher one. Scrap and retired have none."""

    HYDROXIDE = (1, False)
    SULPHATE = (2, False)
    CATHODE = (3, True)
    CELL = (4, True)
    PACK = (5, True)
    SCRAP = (0, False)
    RETIRED = (-1, True)

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


@dataclass(frozen=True)
class Hold:
    """On a root in the hands of one group. by: the groups that decided, in order."""

    until: int
    by: tuple[str, ...]


@dataclass
class Book:
    """used and assigned are for ever: no contract that is replaced takes them along."""

    ground: Ground
    members: Members
    lots: dict[str, BookedLot] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    assigned: dict[str, int] = field(default_factory=dict)
    holds: dict[tuple[int, str], Hold] = field(default_factory=dict)
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

    def free_lot(self, name: str, holder: str) -> BookedLot:
        """A lot that its holder may use: active, and nothing holds it back."""
        lot = self.held_lot(name, holder)
        active = lot.state is State.ACTIVE
        self.ground.require(active, ActRule.LOT_ACTIVE, lot=name, state=lot.state.value)
        self.require_unheld(lot)
        return lot

    def require_unheld(self, lot: BookedLot) -> None:
        """Its own hold and the one on its root in these hands have both passed."""
        until = max(lot.until, self._hold_of(lot).until)
        self.ground.require(until < self.ground.now, ActRule.HOLD_FREE, lot=lot.name, until=until)

    def lock(self, names: Iterable[str], event: str) -> None:
        """The lots wait for the run of this event."""
        if not self.ground.enforces(ActRule.LOT_LOCKED):
            return
        for name in names:
            self.change(name, state=State.NAMED)
            self._named[name] = event

    def unlock(self, names: Iterable[str]) -> None:
        for name in names:
            if self._named.pop(name, None) is not None:
                self.change(name, state=State.ACTIVE)

    def take_named(self, name: str, holder: str, event: str) -> BookedLot:
        """A lot that this event named, for its run."""
        lot = self.held_lot(name, holder)
        named = lot.state is State.NAMED and self._named.get(name) == event
        self.ground.require(named, ActRule.LOT_LOCKED, lot=name, state=lot.state.value)
        alive = lot.state not in ENDED
        self.ground.require(alive, ActRule.LOT_ACTIVE, lot=name, state=lot.state.value)
        self.require_unheld(lot)
        return lot

    def use_event(self, key: str) -> None:
        self.ground.require(key not in self.used, ActRule.EVENT_ONCE, event=key)
        self.used.add(key)

    def hold(self, by: str, root: int, group: str) -> None:
        """One group for 14 days; another for 90 more; then a third group must join."""
        role = Role.RISK if Role.RISK in self.members.organisations[by].roles else Role.AUDITOR
        before = self.holds.get((root, group), Hold(-1, ()))
        judge = self.members.judging(by, role, [group], before.by).group
        length = FIRST_HOLD if not before.by else RENEWED_HOLD
        until = max(before.until, self.ground.now + length)
        self.holds[root, group] = Hold(until, (*before.by, judge))
        self.members.decided("hold", [group], [judge], 1)

    def release(self, root: int, group: str, first: str, second: str) -> None:
        """Two groups, neither the holder's nor one that decided the hold."""
        before = self.holds[root, group]
        decided = list(before.by)
        for name in (first, second):
            role = (
                Role.RISK if Role.RISK in self.members.organisations[name].roles else Role.AUDITOR
            )
            decided.append(self.members.judging(name, role, [group], decided).group)
        self.holds[root, group] = replace(before, until=-1)
        self.members.decided("release", [group], decided[-2:], 2)

    def leaves(self, name: str) -> frozenset[str]:
        """The lots that rebooks made this one of: births, outputs of runs, goods received."""
        lot = self.lots[name]
        if lot.event or not lot.parents:
            return frozenset({name})
        return frozenset().union(*(self.leaves(parent) for parent in lot.parents))

    def _hold_of(self, lot: BookedLot) -> Hold:
        key = (lot.root, self.members.group(lot.holder))
        return self.holds.get(key, Hold(-1, ()))
