"""The council by definition: who sits, who speaks, whose approval stands, what is decided.

Judge of Council. A seat is an object; an approval names the seat that gave it. A seat whose
organisation is suspended neither speaks nor counts, and still is one of those that have to sit.
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
    composition: tuple[int, frozenset[str]] = (0, frozenset())
    executed: bool = False

    @property
    def constitutional(self) -> bool:
        return bool(self.changes)


@dataclass
class Seats:
    """The council. register: whose account is of which group. suspended: accounts of those who are.

    changes: of who sits.
    """

    delay: int
    register: dict[str, str]
    seated: list[Seat] = field(default_factory=list)
    suspended: set[str] = field(default_factory=set)
    acts: dict[str, Act] = field(default_factory=dict)
    changes: int = 0
    new_group_at: int | None = None

    @property
    def composition(self) -> tuple[int, frozenset[str]]:
        """Who sits, and who of them speaks."""
        return self.changes, frozenset(seat.address for seat in self.seated if self.speaks(seat))

    def speaks(self, seat: Seat | None) -> bool:
        return seat in self.seated and seat is not None and seat.address not in self.suspended

    def seat(self, address: str) -> Seat | None:
        return next((seat for seat in self.seated if seat.address == address), None)

    def groups(self) -> set[str]:
        return {seat.group for seat in self.seated if self.speaks(seat)}

    def affected_by(self, changes: dict[str, bool]) -> set[str]:
        """Groups whose seat would be taken."""
        taken = (self.seat(address) for address, grants in changes.items() if not grants)
        return {seat.group for seat in taken if seat is not None}

    def standing(self, act: Act) -> set[str]:
        """Groups whose approving seat still sits, but the affected one."""
        return self.approving(act) - {act.affected}

    def approving(self, act: Act) -> set[str]:
        return {seat.group for seat in act.approvals if self.speaks(seat)}

    def needed(self, act: Act) -> int:
        """More than half; of a constitutional act two thirds of the others; at least three."""
        if not act.constitutional:
            return max(3, len(self.groups()) // 2 + 1)
        others = len(self.groups() - {act.affected})
        return max(3, -(-2 * others // 3))

    def pending(self, act: Act, now: int) -> bool:
        return not act.executed and now <= act.expires

    def may_approve(self, address: str, act: Act, now: int) -> bool:
        seat = self.seat(address)
        if seat is None or not self.speaks(seat):
            return False
        return seat.group not in self.approving(act) and self.pending(act, now)

    def may_revoke(self, address: str, act: Act, now: int) -> bool:
        seat = self.seat(address)
        if seat is None or not self.speaks(seat):
            return False
        return seat.group in self.approving(act) and self.pending(act, now)

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
            one for one in act.approvals if not (self.speaks(one) and one.group == seat.group)
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
        """Who would sit after the act; None where it fails as a whole.

        Also where it affects another group than when it was proposed.
        """
        if self.affected_by(act.changes) != {act.affected} - {None}:
            return None
        after, last = list(self.seated), self.new_group_at
        for address, grants in act.changes.items():
            held = next((seat for seat in after if seat.address == address), None)
            if (held is None) != grants:
                return None
            if held is not None:
                after.remove(held)
                continue
            group = self.register[address]
            if group not in {seat.group for seat in after if seat.address not in self.suspended}:
                if last is not None and now < last + NEW_GROUP_PAUSE:
                    return None
                last = now
            after.append(Seat(address, group))
        return after if len({seat.group for seat in after}) >= GROUPS_MIN else None

    def execute(self, act: Act, after: list[Seat], now: int) -> None:
        came = {seat.group for seat in after if seat not in self.seated} - self.groups()
        if came:
            self.new_group_at = now
        self.changes += len(act.changes)
        act.executed, self.seated = True, after
