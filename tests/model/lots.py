"""Lots in a ledger, and what is public about them: model, material, count, state."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

from tests.model.balance import Balance
from tests.model.rules import Refused, Rule
from tests.model.runs import OPEN_GATES, Model

SCRAP = "scrap"
RETIRED = "retired"
RECOVERABLE = {SCRAP, RETIRED}
"""Manufacturing waste and products at their end of life: only a recovery takes them."""

IN_UNITS = {"cell", "module", "pack", RETIRED}
"""Materials of which a lot may be a series of equal units."""


class State(Enum):
    """Only a live lot may be consumed; an assigned one may only be assigned further or retired."""

    LIVE = "live"
    HELD = "held"
    ASSIGNED = "assigned"
    CONSUMED = "consumed"
    WRITTEN_OFF = "written off"


@dataclass(frozen=True)
class Lot:
    """`origins` are the births in its past; `count` is 1 or the number of its equal units."""

    name: str
    balance: Balance
    model: Model
    origins: frozenset[str]
    parents: tuple[str, ...] = ()
    material: str = ""
    count: int = 1
    state: State = State.LIVE
    assigned: int = 0


@dataclass(frozen=True)
class Made:
    """An output that its owner wants: metal in mg, and what is public about it."""

    metal: int
    material: str = ""
    count: int = 1


@dataclass(frozen=True)
class Site:
    """What the contract knows of the site of a run: gates, tolerance and band in ppm."""

    gates: tuple[bool, ...] = OPEN_GATES
    tolerance: int = 0
    loss_from: int = 0
    loss_to: int = 0


@dataclass
class LotRegister:
    """All lots ever, by name, and the events that were used. What is refused changes nothing."""

    lots: dict[str, Lot] = field(default_factory=dict)
    events: set[str] = field(default_factory=set)

    def known(self, name: str) -> Lot:
        if name not in self.lots:
            raise Refused(Rule.KNOWN_LOT, {"lot": name})
        return self.lots[name]

    def free(self, name: str) -> Lot:
        """The lot, if it may be consumed (domain rule 3)."""
        lot = self.known(name)
        if lot.state is State.HELD:
            raise Refused(Rule.LOT_HELD, {"lot": name})
        if lot.state is State.ASSIGNED:
            raise Refused(Rule.UNITS_ASSIGNED, {"lot": name, "units": lot.assigned})
        if lot.state is not State.LIVE:
            raise Refused(Rule.CONSUMED_ONCE, {"lot": name, "state": lot.state.value})
        return lot

    def standing(self) -> list[Lot]:
        """Lots that hold metal now: live, held or in a product."""
        ended = (State.CONSUMED, State.WRITTEN_OFF)
        return [lot for lot in self.lots.values() if lot.state not in ended]

    def write_off(self, name: str) -> Balance:
        """A lot ends, with all that it holds. Returns what ended with it."""
        lot = self.free(name)
        self.lots[name] = replace(lot, state=State.WRITTEN_OFF)
        return lot.balance

    def hold(self, name: str) -> Lot:
        """A lot is stopped (domain rule 8; who may do so is the contract's affair)."""
        self.lots[name] = replace(self.free(name), state=State.HELD)
        return self.lots[name]

    def release(self, name: str) -> Lot:
        """A held lot becomes live again."""
        lot = self.known(name)
        if lot.state is not State.HELD:
            raise Refused(Rule.LOT_HELD, {"lot": name, "state": lot.state.value})
        self.lots[name] = replace(lot, state=State.LIVE)
        return self.lots[name]

    def _refuse_used_names(self, names: list[str], event: str | None) -> None:
        for name in names:
            if name in self.lots:
                raise Refused(Rule.KNOWN_LOT, {"lot exists": name})
        if event in self.events:
            raise Refused(Rule.EVENT_ONCE, {"event": event})
