"""What custody may do, in plain Python: the judge beside the contracts.

Written from the rules' prose (domain rules 4 and 8, ICustody, IHolds). Times are seconds. An act
returns whether it is allowed, and changes the model only then.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import groupby

ACTIVE, OFFERED, DISPUTED, NAMED = 1, 2, 4, 8
HOUR, DAY = 3_600, 86_400
OFFER_TIME = 90 * DAY  # at most
DISPUTE_TIME, HOLD_TIME, RENEWED_TIME = 10 * DAY, 14 * DAY, 90 * DAY

RISK, AUDITOR = "risk", "auditor"
DECIDES_AS = {"observer": RISK, "auditor": AUDITOR, "sister": AUDITOR, "rival": RISK}
GROUPS = {"sister": "observer", "rival": "auditor"}
"""Ownership groups of those who have not one of their own."""


def on_the_hour(time: int) -> int:
    """The end of the hour, or the time itself where it is a whole hour."""
    return -(-time // HOUR) * HOUR


def group(person: str) -> str:
    """The ownership group of a person."""
    return GROUPS.get(person, person)


@dataclass
class ModelLot:
    """A lot as its parties see it. receiver and offered_at while an offer lies there.

    batch: 0, or the batch that it is part of, of which it has `count` units of `metal`.
    held_since: whole hours. root: what a hold is on.
    """

    holder: str
    batch: int = 0
    metal: str = ""
    count: int = 1
    held_since: int = 0
    root: int = 1
    state: int = ACTIVE
    until: int = 0
    sequence: int = 1
    receiver: str | None = None
    offered_at: int = 0

    def in_force(self, now: int) -> bool:
        """Whether what binds the lot has not lapsed."""
        return now <= self.until

    def named(self, now: int) -> bool:
        return self.state == NAMED and self.in_force(now)

    def free(self, now: int) -> bool:
        return self.state == ACTIVE or not self.in_force(now)

    def open(self, now: int) -> bool:
        """Whether an offer waits for its answer."""
        return self.receiver is not None and self.in_force(now)

    def become(self, state: int, until: int = 0) -> None:
        self.state, self.until = state, until
        self.sequence += 1
        self.receiver, self.offered_at = None, 0


Matter = tuple[int, str]
"""What a hold is on: a root in the hands of a group."""


@dataclass
class ModelHold:
    """All that was decided about a root in the hands of a group.

    sequence: decisions so far. deciders: groups that decided about the last hold.
    """

    until: int = 0
    sequence: int = 0
    held_by: str | None = None
    release_by: str | None = None
    deciders: list[str] = field(default_factory=list)
    barred: dict[str, int] = field(default_factory=dict)


class CustodyModel:
    """Lots by name. Persons are names too; who decides as what: DECIDES_AS."""

    def __init__(self, lots: dict[str, ModelLot]) -> None:
        self.lots = lots
        self.holds: defaultdict[Matter, ModelHold] = defaultdict(ModelHold)

    def matter(self, name: str) -> Matter:
        """What a hold on a lot is on."""
        return self.lots[name].root, group(self.lots[name].holder)

    def loose(self, name: str, now: int) -> bool:
        """Whether no hold binds the lot."""
        return now > self.holds[self.matter(name)].until

    def offers(self) -> list[str]:
        """Lots on which an offer lies, open or lapsed."""
        return [name for name, lot in self.lots.items() if lot.receiver is not None]

    def held(self) -> list[str]:
        """Lots under a hold, in force or lapsed."""
        return [name for name in self.lots if self.holds[self.matter(name)].until]

    def names(self, now: int) -> list[str]:
        """Lots that wait for a run."""
        return [name for name, lot in self.lots.items() if lot.named(now)]

    def offer(self, names: list[str], sender: str, receiver: str, expiry: int, now: int) -> bool:
        lots = [self.lots[name] for name in names]
        fitting = receiver != sender and now < expiry <= now + OFFER_TIME and self._whole(names)
        loose = all(self.loose(name, now) for name in names)
        if not (fitting and loose and all(lot.holder == sender and lot.free(now) for lot in lots)):
            return False
        for lot in lots:
            lot.become(OFFERED, expiry)
            lot.receiver, lot.offered_at = receiver, lot.sequence
        return True

    def accept(self, names: list[str], sequences: list[int], who: str, now: int) -> bool:
        lots = [self.lots[name] for name in names]
        pairs = zip(lots, sequences, strict=True)
        named = all(lot.open(now) and lot.offered_at == number for lot, number in pairs)
        if not named or not self._whole(names) or any(lot.receiver != who for lot in lots):
            return False
        if not all(self.loose(name, now) for name in names):
            return False
        for lot in lots:
            lot.become(ACTIVE)
            if group(lot.holder) != group(who):
                lot.held_since = on_the_hour(now)
            lot.holder = who
        return True

    def reject(self, name: str, who: str, now: int) -> bool:
        lot = self.lots[name]
        if not lot.open(now) or lot.receiver != who:
            return False
        lot.become(ACTIVE)
        return True

    def cancel(self, name: str, who: str, now: int) -> bool:
        lot = self.lots[name]
        if not lot.open(now) or lot.holder != who or lot.state == DISPUTED:
            return False
        lot.become(ACTIVE)
        return True

    def dispute(self, name: str, who: str, now: int) -> bool:
        lot = self.lots[name]
        if not lot.open(now) or lot.receiver != who or lot.state == DISPUTED:
            return False
        lot.state, lot.until = DISPUTED, now + DISPUTE_TIME
        lot.sequence += 1
        return True

    def disclose(self, name: str, who: str, now: int) -> bool:
        """Tells somebody, and changes nothing."""
        return self.lots[name].holder == who

    def name(self, name: str, until: int, now: int) -> bool:
        lot = self.lots[name]
        if not lot.free(now) or not self.loose(name, now):
            return False
        lot.become(NAMED, until)
        return True

    def unname(self, name: str, now: int) -> bool:
        """Whatever hold there is."""
        lot = self.lots[name]
        if not lot.named(now):
            return False
        lot.become(ACTIVE)
        return True

    def hold(self, on: Matter, by: str, now: int) -> bool:
        hold = self.holds[on]
        barred = now <= hold.barred.get(group(by), 0)
        if barred or now <= hold.until or group(by) == on[1]:
            return False
        hold.until = now + HOLD_TIME
        hold.sequence += 1
        hold.deciders = [group(by)]
        hold.barred[group(by)] = now + RENEWED_TIME
        hold.held_by, hold.release_by = by, None
        return True

    def renew(self, on: Matter, by: str, now: int) -> bool:
        hold = self.holds[on]
        if now > hold.until or not _seconds(on, hold.held_by, by):
            return False
        if now <= hold.barred.get(group(by), 0):
            return False
        hold.until = now + RENEWED_TIME
        hold.sequence += 1
        hold.deciders.append(group(by))
        hold.barred |= dict.fromkeys(hold.deciders, hold.until + RENEWED_TIME)
        hold.held_by, hold.release_by = by, None
        return True

    def release(self, on: Matter, by: str, now: int) -> bool:
        hold = self.holds[on]
        if now > hold.until or not _seconds(on, hold.release_by, by):
            return False
        hold.sequence += 1
        if hold.release_by is None:
            hold.release_by = by
        else:
            hold.until = 0
        return True

    def _whole(self, names: list[str]) -> bool:
        """Each lot once; of a batch, next to each other, as many units of every metal."""
        stretches = groupby(names, key=lambda name: self.lots[name].batch or name)
        return len(set(names)) == len(names) and all(
            self._even(list(stretch)) for _, stretch in stretches
        )

    def _even(self, names: list[str]) -> bool:
        """As many units of every metal that its batch has."""
        batch, units = self.lots[names[0]].batch, Counter[str]()
        for name in names:
            units[self.lots[name].metal] += self.lots[name].count
        metals = {lot.metal for lot in self.lots.values() if lot.batch == batch}
        return batch == 0 or len({units[metal] for metal in metals}) == 1


def _seconds(on: Matter, first: str | None, by: str) -> bool:
    """Whether somebody may decide after the first: another role, of another group than all."""
    if group(by) == on[1]:
        return False
    return first is None or (group(first) != group(by) and DECIDES_AS[first] != DECIDES_AS[by])
