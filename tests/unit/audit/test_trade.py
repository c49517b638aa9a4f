"""Random trade in one lot: what its rules allow holds, what they forbid is refused."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.history import replay
from lodetrace.contracts.enums import EventKind
from tests.model_tests.profile import judged_histories
from tests.support.audit_world import DAY, World, address

TRADERS = ("alpha", "beta", "gamma")
HOUR = 3600


@dataclass
class HoldOn:
    """What was decided about the root in one holder's hands."""

    until: int = 0
    last: str = ""
    deciders: list[str] = field(default_factory=list)
    barred: dict[str, int] = field(default_factory=dict)


@dataclass
class Trade:
    """The lot as its rules have it: written from the prose of ICustody.sol and IHolds.sol."""

    holder: str = "alpha"
    state: str = "active"
    until: int = 0
    receiver: str = ""
    named_until: int = 0
    holds: defaultdict[str, HoldOn] = field(default_factory=lambda: defaultdict(HoldOn))

    @property
    def hold(self) -> HoldOn:
        return self.holds[self.holder]

    def on_hold(self, now: int) -> bool:
        return now <= self.hold.until

    def bound(self, now: int) -> str:
        lapsed = self.state in ("offered", "disputed") and now > self.until
        if self.state != "ended" and (lapsed or self.state == "active"):
            return "named" if now <= self.named_until else "active"
        return self.state

    def open(self, now: int) -> bool:
        return bool(self.receiver) and now <= self.until


STEPS = st.tuples(
    st.sampled_from(
        ["offer", "accept", "reject", "cancel", "dispute", "hold", "renew", "release", "name",
         "lose"]
    ),
    st.sampled_from(TRADERS),
    st.sampled_from(["risk", "auditor"]),
    st.sampled_from([HOUR, DAY, 13 * DAY, 40 * DAY]),
)  # fmt: skip


@judged_histories
@given(st.lists(STEPS, max_size=9))
def test_trade_holds_up_to_the_first_step_that_its_rules_forbid(
    steps: list[tuple[str, str, str, int]],
) -> None:
    world = World.founded()
    lot = world.birth()
    world.hand_over(lot, "beta")  # sold once: its birthplace no longer binds it
    trade = Trade(holder="beta")
    for name, trader, role, wait in steps:
        world.chain.next(wait)
        allowed = act(world, lot, trade, name, trader, role)
        if allowed is None:
            continue
        evidence = world.evidence(lot)
        if not allowed:
            with pytest.raises(HistoryRefused):
                replay(evidence)
            return
        assert replay(evidence).replay.book.lots[lot].account == address(trade.holder)


def act(world: World, lot: bytes, trade: Trade, name: str, trader: str, role: str) -> bool | None:
    """Does the step on the chain; whether the rules allow it, None for one that cannot be said."""
    now = world.chain.time + 60  # of the next block
    ended = trade.state == "ended"
    if name == "offer":
        free = not ended and trade.bound(now) == "active" and not trade.on_hold(now)
        allowed = free and trader != trade.holder
        world.offer(lot, trader)
        if allowed:
            trade.state, trade.until, trade.receiver = "offered", now + 10 * DAY, trader
        return allowed
    if name in ("name", "lose"):
        return _named(world, lot, trade, name == "lose")
    if name in ("hold", "renew", "release"):
        return _held(world, lot, trade, name, role, now)
    return _answered(world, lot, trade, name, now)


def _named(world: World, lot: bytes, trade: Trade, lost: bool) -> bool:
    """An event of beta's refinery says that the lot went in, or that nothing is left of it."""
    stands = world.chain.time + 120  # two attestations later
    free = trade.state != "ended" and trade.bound(stands) == "active" and not trade.on_hold(stands)
    kind = EventKind.LOSS if lost else EventKind.PROCESSING
    stated = world.event("refinery", kind, hours=0, ago=0, inputs=[lot], no_output=lost)
    allowed = free and trade.holder == "beta"
    if lost:
        world.lose(stated)
    if allowed:
        trade.state, trade.receiver = ("ended" if lost else "active"), ""
        trade.named_until = stands + 180 * DAY
    return allowed


def _answered(world: World, lot: bytes, trade: Trade, name: str, now: int) -> bool | None:
    if lot not in world.offers:
        return None
    answerable = trade.open(now) and trade.state != "ended"
    disputed = trade.state == "disputed"
    world.offers[lot] = (address(trade.receiver or "gamma"), world.offers[lot][1])
    getattr(world, name)(lot)
    allowed = answerable and not (disputed and name in ("cancel", "dispute"))
    allowed = allowed and not (name == "accept" and trade.on_hold(now))
    if allowed and name == "accept":
        trade.holder = trade.receiver
    if allowed and name == "dispute":
        trade.state, trade.until = "disputed", now + 10 * DAY
    elif allowed:
        trade.state, trade.receiver = "active", ""
    return allowed


def _held(world: World, lot: bytes, trade: Trade, name: str, role: str, now: int) -> bool | None:
    """On what the holder of the day has of the root: whoever buys the lot has it free."""
    hold = trade.hold
    in_force, barred = now <= hold.until, now <= hold.barred.get(role, 0)
    if name == "hold":
        world.hold(lot, role)
        if not in_force and not barred:
            hold.last, hold.deciders, hold.until = role, [role], now + 14 * DAY
            hold.barred[role] = now + 90 * DAY
            return True
        return False
    if name == "renew":
        world.renew(lot, role)
        if in_force and role != hold.last and not barred:
            hold.last, hold.until = role, now + 90 * DAY
            hold.barred |= dict.fromkeys([*hold.deciders, role], hold.until + 90 * DAY)
            return True
        return False
    other = "auditor" if role == "risk" else "risk"
    world.release(lot, role, other)
    if in_force and now + 60 <= hold.until:
        hold.until = 0
        return True
    return False
