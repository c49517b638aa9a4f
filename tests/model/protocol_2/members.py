"""Organisations and ownership groups: who may act, and who may judge whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum

from tests.model.protocol_2.ground import Ground
from tests.model.protocol_2.rules import ActRule
from tests.model.protocol_2.terms import (
    CERTIFIER_GRACE,
    FREEZE,
    FREEZE_AGAIN,
    JUDGE_AGE,
    PAUSE,
    PAUSE_AGAIN,
)


class Role(Enum):
    """What an organisation may do; a laboratory measures disputed lots and nothing else."""

    TRADER = "trader"
    OPERATOR = "operator"
    MAKER = "maker"
    ORACLE = "oracle"
    CERTIFIER = "certifier"
    RISK = "risk"
    AUDITOR = "auditor"
    LABORATORY = "laboratory"


BUSINESS = frozenset({Role.TRADER, Role.OPERATOR, Role.MAKER})
JUDGING = frozenset(Role) - BUSINESS
EVERY_CREDIT = range(-1, 4)
"""Those of an event's schema, and what proves a custody model."""
FOR_EVER = 10**12


@dataclass(frozen=True)
class Organisation:
    """since: when it got its present roles, in seconds."""

    name: str
    group: str
    roles: frozenset[Role]
    since: int
    active: bool = True


@dataclass(frozen=True)
class Decision:
    """One matter that was decided: for whom, and by which groups."""

    matter: str
    subjects: frozenset[str]
    deciders: tuple[str, ...]
    needed: int


@dataclass
class Members:
    """The register of organisations. `decisions` is the log that promises are judged by.

    certifying: by organisation, for which credits it certified from which second on. pauses,
    freezes: when each began, and of which group.
    """

    ground: Ground
    organisations: dict[str, Organisation] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    frozen_until: dict[str, int] = field(default_factory=dict)
    pauses: list[int] = field(default_factory=list)
    freezes: list[tuple[int, str]] = field(default_factory=list)
    paused_until: int = 0
    left: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    """Groups that an organisation belonged to before, and when it left them."""
    certifying: dict[str, list[tuple[int, frozenset[int]]]] = field(default_factory=dict)
    _accredited: dict[str, frozenset[int]] = field(default_factory=dict)
    _frozen_at: dict[str, int] = field(default_factory=dict)
    _inspectors: list[str] = field(default_factory=list)

    def join(self, name: str, group: str, roles: Iterable[Role]) -> None:
        """By an act of the council."""
        joining = Organisation(name, group, frozenset(roles), self.ground.now)
        self._require_clean(joining)
        self.organisations[name] = joining
        self._rank()
        self.accredit(name, EVERY_CREDIT)

    def accredit(self, name: str, credits: Iterable[int]) -> None:
        """By an act of the council; whoever joins may certify everything."""
        self._accredited[name] = frozenset(credits)
        self._certify(name)

    def _certify(self, name: str) -> None:
        one = self.organisations[name]
        able = one.active and Role.CERTIFIER in one.roles
        credits = self._accredited[name] if able else frozenset()
        self.certifying.setdefault(name, []).append((self.ground.now, credits))

    def certifies(self, name: str, credit: int) -> bool:
        return credit in self.certifying[name][-1][1]

    def silences(self, name: str, credit: int, known_at: int) -> list[tuple[int, int]]:
        """First and last seconds for which its certificates do not count, as known then."""
        found: list[tuple[int, int]] = []
        ceased: int | None = None
        certified = False
        for time, credits in self.certifying[name]:
            if time > known_at:
                break
            if credit in credits:
                if ceased is not None:
                    found.append((ceased + CERTIFIER_GRACE, time - 1))
                certified, ceased = True, None
            elif certified:
                certified, ceased = False, time
        return found if ceased is None else [*found, (ceased + CERTIFIER_GRACE, FOR_EVER)]

    def set_roles(self, name: str, roles: Iterable[Role]) -> None:
        """Judging roles that it did not have count from now on."""
        before = self.organisations[name]
        gained = JUDGING & frozenset(roles) - before.roles
        since = self.ground.now if gained else before.since
        changed = replace(before, roles=frozenset(roles), since=since)
        self._require_clean(changed)
        self.organisations[name] = changed
        self._rank()
        self._certify(name)

    def move(self, name: str, group: str) -> None:
        """Another owner bought it."""
        moved = replace(self.organisations[name], group=group, since=self.ground.now)
        self._require_clean(moved)
        former = (self.organisations[name].group, self.ground.now)
        self.left.setdefault(name, []).append(former)
        self.organisations[name] = moved
        self._rank()

    def set_active(self, name: str, active: bool) -> None:
        self.organisations[name] = replace(self.organisations[name], active=active)
        self._certify(name)

    def group(self, name: str) -> str:
        return self.organisations[name].group

    def roles_of_group(self, group: str) -> frozenset[Role]:
        members = (one for one in self.organisations.values() if one.group == group)
        return frozenset(role for one in members for role in one.roles)

    def inspectors(self) -> list[str]:
        """Groups with the oracle role, active or not, in the order in which they got it."""
        return list(self._inspectors)

    def inspects(self, group: str) -> bool:
        """Whether an organisation of the group may attest now."""
        return any(
            one.group == group
            and one.active
            and Role.ORACLE in one.roles
            and self.ground.now - one.since >= JUDGE_AGE
            for one in self.organisations.values()
        )

    def _rank(self) -> None:
        groups = [one.group for one in self.organisations.values() if Role.ORACLE in one.roles]
        kept = [group for group in self._inspectors if group in groups]
        new = [group for group in dict.fromkeys(groups) if group not in kept]
        self._inspectors = [*kept, *new]

    def speaking(self, name: str) -> Organisation:
        """The organisation, if it may say anything now."""
        one = self.organisations[name]
        self.ground.require(one.active, ActRule.MEMBER_ACTIVE, member=name)
        frozen = self.frozen_until.get(one.group, -1) >= self.ground.now
        self.ground.require(not frozen, ActRule.GROUP_FROZEN, group=one.group)
        return one

    def acting(self, name: str, role: Role) -> Organisation:
        """The organisation, if it may act in this role now."""
        one = self.speaking(name)
        self.ground.require(role in one.roles, ActRule.ROLE_HELD, member=name, role=role.value)
        return one

    def judging(
        self, name: str, role: Role, subjects: Iterable[str], decided: Iterable[str] = ()
    ) -> Organisation:
        """The organisation, if it may judge these groups beside those that decided before."""
        one = self.acting(name, role)
        require = self.ground.require
        require(one.group not in set(subjects), ActRule.JUDGE_INDEPENDENT, group=one.group)
        require(one.group not in set(decided), ActRule.JUDGE_ANOTHER_GROUP, group=one.group)
        old = self.ground.now - one.since
        require(old >= JUDGE_AGE, ActRule.JUDGE_SEASONED, member=name, seconds=old)
        return one

    def pause(self) -> None:
        """Nothing is born or run for three days; once in thirty."""
        again = not self.pauses or self.ground.now >= self.pauses[-1] + PAUSE_AGAIN
        self.ground.require(again, ActRule.PAUSE_ONCE, since=self.pauses[-1:])
        self.pauses.append(self.ground.now)
        self.paused_until = self.ground.now + PAUSE

    def require_running(self) -> None:
        """Nothing is born, run or claimed during a pause."""
        running = self.ground.now > self.paused_until or self.paused_until == 0
        self.ground.require(running, ActRule.NOT_PAUSED, until=self.paused_until)

    def freeze(self, group: str, first: str, second: str) -> None:
        """Two judges stop a group for seven days; without an act only once in ninety."""
        decided: list[str] = []
        for name in (first, second):
            role = Role.RISK if Role.RISK in self.organisations[name].roles else Role.AUDITOR
            decided.append(self.judging(name, role, [group], decided).group)
        before = self._frozen_at.get(group)
        again = before is None or self.ground.now - before >= FREEZE_AGAIN
        self.ground.require(again, ActRule.FREEZE_ONCE, group=group)
        self._frozen_at[group] = self.ground.now
        self.frozen_until[group] = self.ground.now + FREEZE
        self.freezes.append((self.ground.now, group))
        self.decided("freeze", [group], decided, 2)

    def decided(
        self, matter: str, subjects: Iterable[str], deciders: Iterable[str], needed: int
    ) -> None:
        self.decisions.append(Decision(matter, frozenset(subjects), tuple(deciders), needed))

    def _require_clean(self, joining: Organisation) -> None:
        roles = self._roles_beside(joining) | joining.roles
        clean = not (roles & BUSINESS and roles & JUDGING)
        self.ground.require(clean, ActRule.GROUP_CLEAN, group=joining.group)

    def _roles_beside(self, joining: Organisation) -> frozenset[Role]:
        others = (
            one
            for one in self.organisations.values()
            if one.group == joining.group and one.name != joining.name
        )
        return frozenset(role for one in others for role in one.roles)
