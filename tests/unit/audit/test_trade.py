"""Random trade in one lot: what its rules allow holds, what they forbid is refused."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.history import replay
from lodetrace.contracts.enums import EventKind
from tests.model_tests.profile import judged_histories
from tests.support.audit_world import DAY, World, address, hours_up

TRADERS = ("alpha", "beta", "gamma")
HOUR = 3600


@dataclass
class Trade:
    """The lot as its rules have it: written from the prose of ICustody.sol and IHolds.sol."""

    holder: str = "alpha"
    state: str = "active"
    until: int = 0
    receiver: str = ""
    first_holder: str = ""
    named_until: int = 0
    held_at: dict[str, int] = field(default_factory=dict)

    def bound(self, now: int) -> str:
        lapsed = self.state in ("offered", "held", "disputed") and now > self.until
        if self.state != "ended" and (lapsed or self.state == "active"):
            return "named" if now <= self.named_until else "active"
        return self.state

    def open(self, now: int) -> bool:
        return bool(self.receiver) and now <= self.until


STEPS = st.tuples(
    st.sampled_from(
        ["offer", "accept", "reject", "cancel", "dispute", "hold", "renew", "release", "disclose",
         "name", "lose"]
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
        allowed = not ended and trade.bound(now) == "active" and trader != trade.holder
        world.offer(lot, trader)
        if allowed:
            trade.state, trade.until, trade.receiver = "offered", now + 10 * DAY, trader
        return allowed
    if name == "disclose":
        world.disclose(lot, trader)
        return True
    if name in ("name", "lose"):
        return _named(world, lot, trade, name == "lose")
    if name in ("hold", "renew", "release"):
        return _held(world, lot, trade, name, role, now)
    return _answered(world, lot, trade, name, now)


def _named(world: World, lot: bytes, trade: Trade, lost: bool) -> bool:
    """An event of beta's refinery says that the lot went in, or that nothing is left of it."""
    stands = world.chain.time + 120  # two attestations later
    free = trade.state != "ended" and trade.bound(stands) == "active"
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
    if allowed and name == "accept":
        trade.holder = trade.receiver
    if allowed and name == "dispute":
        trade.state, trade.until = "disputed", now + 10 * DAY
    elif allowed:
        trade.state, trade.receiver = "active", ""
    return allowed


def _held(world: World, lot: bytes, trade: Trade, name: str, role: str, now: int) -> bool | None:
    held = trade.bound(now) == "held"
    if name == "hold":
        again = now <= trade.held_at.get(role, -(10**9)) + 90 * DAY
        allowed = trade.state != "ended" and not held and not again
        world.hold(lot, role)
        if allowed:
            trade.held_at[role] = now
            trade.first_holder = role
            trade.state, trade.receiver = "held", ""
            trade.until = hours_up(now + 14 * DAY)
        return allowed
    if name == "renew":
        allowed = held and role != trade.first_holder
        world.renew(lot, role)
        if allowed:
            trade.first_holder, trade.until = role, hours_up(now + 90 * DAY)
        return allowed
    other = "auditor" if role == "risk" else "risk"
    allowed = held and now + 60 <= trade.until
    world.release(lot, role, other)
    if allowed:
        trade.state = "active"
    return allowed
