"""The council: which groups decide an act, how long it waits, and the pause that waits for none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.model.protocol_2.ground import Ground
from tests.model.protocol_2.members import Members
from tests.model.protocol_2.rules import ActRule
from tests.model.protocol_2.terms import ACT_TERM, HEARING, NEW_GROUP_PAUSE, PAUSE_VOTE

GROUPS_MIN = 4


@dataclass
class Act:
    """affected: groups that it acts upon, at most one. sat: the council that decided it."""

    constitutional: bool
    affected: frozenset[str]
    expires: int
    approvals: set[str] = field(default_factory=set)
    due: int | None = None
    sat: frozenset[str] = frozenset()


@dataclass
class Council:
    """seats: groups that sit. Acts by name; whoever acts is named by his group."""

    ground: Ground
    members: Members
    delay: int
    seats: set[str] = field(default_factory=set)
    acts: dict[str, Act] = field(default_factory=dict)
    _votes: dict[str, int] = field(default_factory=dict)
    _entered_at: int | None = None

    def propose(
        self, name: str, by: str, *, constitutional: bool = False, affected: Iterable[str] = ()
    ) -> None:
        groups = frozenset(affected)
        self.ground.require(len(groups) < 2, ActRule.ONE_AFFECTED, groups=sorted(groups))
        self.acts[name] = Act(constitutional, groups, self.ground.now + ACT_TERM)
        self.approve(name, by)

    def approve(self, name: str, by: str) -> None:
        act = self._open(name, by)
        act.approvals.add(by)
        if not self._is_decided(act):
            self.decide(name)

    def revoke(self, name: str, by: str) -> None:
        act = self._open(name, by)
        act.approvals.discard(by)
        if not self._has_majority(act):
            act.due = None

    def decide(self, name: str) -> None:
        """Nothing is decided without the groups that it takes."""
        act = self.acts[name]
        if self._has_majority(act):
            wait = 2 * self.delay if act.constitutional else self.delay
            act.due = self.ground.now + (max(wait, HEARING) if act.affected else wait)
            act.sat = frozenset(self.seats)

    def execute(self, name: str) -> None:
        act, require = self.acts[name], self.ground.require
        require(self.ground.now <= act.expires, ActRule.ACT_TERM, act=name)
        require(self._has_majority(act), ActRule.ACT_MAJORITY, act=name)
        require(self._is_decided(act), ActRule.DECISION_CURRENT, act=name)
        require(self.ground.now >= (act.due or 0), ActRule.ACT_WAITS, act=name)

    def enter(self, name: str, group: str) -> None:
        """A new group takes a seat, by an act."""
        self.execute(name)
        last = self._entered_at
        rested = last is None or self.ground.now >= last + NEW_GROUP_PAUSE
        self.ground.require(rested, ActRule.GROUP_A_MONTH, group=group)
        self._entered_at = self.ground.now
        self.seats.add(group)

    def leave(self, name: str, group: str) -> None:
        self.execute(name)
        left = self.seats - {group}
        self.ground.require(len(left) >= GROUPS_MIN, ActRule.FOUR_GROUPS, groups=len(left))
        self.seats = left

    def vote_pause(self, by: str) -> bool:
        """A third of the groups, at least two, pause births, runs and claims at once."""
        self.ground.require(by in self.seats, ActRule.SEATED, group=by)
        self._votes[by] = self.ground.now
        votes = [one for one in self.seats if self._voted(one)]
        if len(votes) < max(2, -(-len(self.seats) // 3)):
            return False
        self.members.pause()
        return True

    def needed(self, act: Act) -> int:
        if not act.constitutional:
            return len(self.seats) // 2 + 1
        return max(3, -(-2 * len(self.seats - act.affected) // 3))

    def _voted(self, group: str) -> bool:
        return group in self._votes and self.ground.now <= self._votes[group] + PAUSE_VOTE

    def _has_majority(self, act: Act) -> bool:
        return len((act.approvals & self.seats) - act.affected) >= self.needed(act)

    def _is_decided(self, act: Act) -> bool:
        return act.due is not None and act.sat == self.seats and self._has_majority(act)

    def _open(self, name: str, by: str) -> Act:
        act = self.acts[name]
        self.ground.require(by in self.seats, ActRule.SEATED, group=by)
        self.ground.require(self.ground.now <= act.expires, ActRule.ACT_TERM, act=name)
        return act
