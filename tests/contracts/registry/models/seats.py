"""The council by definition: who sits, whose approval stands, what is decided.

Judge of Council. A seat is an object; an approval names the seat that gave it.
"""

from dataclasses import dataclass, field

DAY = 86_400
GROUPS_MIN = 4
HEARING, TERM, NEW_GROUP_PAUSE = 7 * DAY, 120 * DAY, 30 * DAY


@dataclass(eq=False)
class Seat:
    """One grant; the same address seated again is another seat."""

    address: str
    group: str


@dataclass
class Act:
    """due: when it can be executed; None before a decision.

    changes: seats to grant (True) or take, in order. composition: the council that decided.
    """

    changes: dict[str, bool]
    affected: str | None
    expires: int
    approvals: list[Seat] = field(default_factory=list)
    due: int | None = None
    composition: int = 0
    executed: bool = False

    @property
    def constitutional(self) -> bool:
        return bool(self.changes)


@dataclass
class Seats:
    """The council. register: whose account is of which group."""

    delay: int
    register: dict[str, str]
    seated: list[Seat] = field(default_factory=list)
    acts: dict[str, Act] = field(default_factory=dict)
    composition: int = 0
    new_group_at: int | None = None

    def seat(self, address: str) -> Seat | None:
        return next((seat for seat in self.seated if seat.address == address), None)

    def groups(self) -> set[str]:
        return {seat.group for seat in self.seated}

    def affected_by(self, changes: dict[str, bool]) -> set[str]:
        """Groups whose seat would be taken."""
        taken = (self.seat(address) for address, grants in changes.items() if not grants)
        return {seat.group for seat in taken if seat is not None}

    def standing(self, act: Act) -> set[str]:
        """Groups whose approving seat still sits, but the affected one."""
        return self.approving(act) - {act.affected}

    def approving(self, act: Act) -> set[str]:
        return {seat.group for seat in act.approvals if seat in self.seated}

    def needed(self, act: Act) -> int:
        """More than half; of a constitutional act two thirds of the others, at least three."""
        if not act.constitutional:
            return len(self.groups()) // 2 + 1
        others = len(self.groups() - {act.affected})
        return max(3, -(-2 * others // 3))

    def pending(self, act: Act, now: int) -> bool:
        return not act.executed and now <= act.expires

    def may_approve(self, address: str, act: Act, now: int) -> bool:
        seat = self.seat(address)
        voiced = seat is not None and seat.group not in self.approving(act)
        return voiced and self.pending(act, now)

    def may_revoke(self, address: str, act: Act, now: int) -> bool:
        seat = self.seat(address)
        approved = seat is not None and seat.group in self.approving(act)
        return approved and self.pending(act, now)

    def approve(self, address: str, act: Act, now: int) -> None:
        seat = self.seat(address)
        assert seat is not None
        act.approvals.append(seat)
        if self.has_majority(act) and not self.decided(act):
            self.decide(act, now)

    def revoke(self, address: str, act: Act) -> None:
        seat = self.seat(address)
        assert seat is not None
        act.approvals = [
            one for one in act.approvals if not (one in self.seated and one.group == seat.group)
        ]
        if not self.has_majority(act):
            act.due = None

    def decide(self, act: Act, now: int) -> None:
        wait = 2 * self.delay if act.constitutional else self.delay
        act.due = now + (max(wait, HEARING) if act.affected else wait)
        act.composition = self.composition

    def has_majority(self, act: Act) -> bool:
        return len(self.standing(act)) >= self.needed(act)

    def decided(self, act: Act) -> bool:
        current = act.due is not None and act.composition == self.composition
        return current and self.has_majority(act)

    def outcome(self, act: Act, now: int) -> list[Seat] | None:
        """Who would sit after the act; None where it fails as a whole."""
        after, last = list(self.seated), self.new_group_at
        for address, grants in act.changes.items():
            held = next((seat for seat in after if seat.address == address), None)
            if (held is None) != grants:
                return None
            if held is not None:
                after.remove(held)
                continue
            group = self.register[address]
            if group not in {seat.group for seat in after}:
                if last is not None and now < last + NEW_GROUP_PAUSE:
                    return None
                last = now
            after.append(Seat(address, group))
        return after if len({seat.group for seat in after}) >= GROUPS_MIN else None

    def execute(self, act: Act, after: list[Seat], now: int) -> None:
        came = {seat.group for seat in after if seat not in self.seated} - self.groups()
        if came:
            self.new_group_at = now
        self.composition += len(act.changes)
        act.executed, self.seated = True, after
