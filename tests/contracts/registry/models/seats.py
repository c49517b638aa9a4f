"""The council by definition: who sits, whose approval stands, what is decided.

Judge of Council. A seat is an object; an approval names the seat that gave it.
"""

from dataclasses import dataclass, field


@dataclass(eq=False)
class Seat:
    """One grant; the same address seated again is another seat."""

    address: str
    group: str


@dataclass
class Act:
    """due: when the deciding approval makes it executable; None before one."""

    seats_wanted: dict[str, str | None]
    approvals: list[Seat] = field(default_factory=list)
    due: int | None = None
    executed: bool = False


@dataclass
class Seats:
    """The council. An act is a list of seats to grant (address to group) or take (to None)."""

    delay: int
    seated: list[Seat] = field(default_factory=list)
    acts: dict[str, Act] = field(default_factory=dict)

    def seat(self, address: str) -> Seat | None:
        return next((seat for seat in self.seated if seat.address == address), None)

    def groups(self) -> set[str]:
        return {seat.group for seat in self.seated}

    def standing(self, act: Act) -> set[str]:
        """Groups whose approving seat still sits."""
        return {seat.group for seat in act.approvals if seat in self.seated}

    def needed(self) -> int:
        """More than half, and at least two."""
        return max(2, len(self.groups()) // 2 + 1)

    def may_approve(self, address: str, act: Act) -> bool:
        seat = self.seat(address)
        return seat is not None and not act.executed and seat.group not in self.standing(act)

    def approve(self, address: str, act: Act, now: int) -> None:
        was_decided = act.due is not None and len(self.standing(act)) >= self.needed()
        seat = self.seat(address)
        assert seat is not None
        act.approvals.append(seat)
        if not was_decided and len(self.standing(act)) >= self.needed():
            act.due = now + self.delay

    def decided(self, act: Act) -> bool:
        return act.due is not None and len(self.standing(act)) >= self.needed()

    def outcome(self, act: Act) -> list[Seat] | None:
        """Who would sit after the act; None where it fails as a whole.

        Fewer than two groups fail at any point of the act, not only at its end.
        """
        after = list(self.seated)
        for address, group in act.seats_wanted.items():
            held = next((seat for seat in after if seat.address == address), None)
            if (held is None) == (group is None):
                return None
            if held is None:
                after.append(Seat(address, str(group)))
                continue
            after.remove(held)
            if len({seat.group for seat in after}) < 2:
                return None
        return after
