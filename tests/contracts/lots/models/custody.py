"""What custody may do, in plain Python: the judge beside the contracts.

Written from the rules' prose (domain rules 4 and 8, ICustody, IHolds). Times are seconds. An act
returns whether it is allowed, and changes the model only then.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby

ACTIVE, OFFERED, HELD, DISPUTED, NAMED = 1, 2, 3, 4, 8
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
    held_since: whole hours. named_until: an event named it, and binds it until then, whatever
    else happens to it meanwhile.
    """

    holder: str
    batch: int = 0
    metal: str = ""
    count: int = 1
    held_since: int = 0
    named_until: int = 0
    state: int = ACTIVE
    until: int = 0
    sequence: int = 1
    receiver: str | None = None
    offered_at: int = 0
    held_by: str | None = None
    release_by: str | None = None
    deciders: list[str] = field(default_factory=list)
    barred: dict[str, int] = field(default_factory=dict)

    def in_force(self, now: int) -> bool:
        """Whether what binds the lot has not lapsed."""
        return now <= self.until

    def named(self, now: int) -> bool:
        return now <= self.named_until

    def free(self, now: int) -> bool:
        if self.named(now):
            return False
        if self.state == ACTIVE:
            return True
        return self.state in (OFFERED, HELD, DISPUTED, NAMED) and not self.in_force(now)

    def seen(self, now: int) -> tuple[int, int]:
        """State and end, as the book shows them: what holds a named lot comes first."""
        held = self.state == HELD and self.in_force(now)
        return (NAMED, self.named_until) if self.named_until and not held else self.told()

    def told(self) -> tuple[int, int]:
        return self.state, self.until

    def open(self, now: int) -> bool:
        """Whether an offer waits for its answer."""
        return self.receiver is not None and self.in_force(now)

    def become(self, state: int, until: int = 0) -> None:
        self.state, self.until = state, until
        self.sequence += 1
        self.receiver, self.offered_at = None, 0


class CustodyModel:
    """Lots by name. Persons are names too; who decides as what: DECIDES_AS."""

    def __init__(self, lots: dict[str, ModelLot]) -> None:
        self.lots = lots

    def offers(self) -> list[str]:
        """Lots on which an offer lies, open or lapsed."""
        return [name for name, lot in self.lots.items() if lot.receiver is not None]

    def held(self) -> list[str]:
        """Lots under a hold, in force or lapsed."""
        return [name for name, lot in self.lots.items() if lot.state == HELD]

    def names(self, now: int) -> list[str]:
        """Lots that wait for a run."""
        return [name for name, lot in self.lots.items() if lot.named(now)]

    def offer(self, names: list[str], sender: str, receiver: str, expiry: int, now: int) -> bool:
        lots = [self.lots[name] for name in names]
        fitting = receiver != sender and now < expiry <= now + OFFER_TIME and self._whole(names)
        if not fitting or not all(lot.holder == sender and lot.free(now) for lot in lots):
            return False
        for lot in lots:
            lot.become(OFFERED, expiry)
            lot.named_until = 0
            lot.receiver, lot.offered_at = receiver, lot.sequence
        return True

    def accept(self, names: list[str], sequences: list[int], who: str, now: int) -> bool:
        lots = [self.lots[name] for name in names]
        pairs = zip(lots, sequences, strict=True)
        named = all(lot.open(now) and lot.offered_at == number for lot, number in pairs)
        if not named or not self._whole(names) or any(lot.receiver != who for lot in lots):
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
        if not lot.free(now):
            return False
        lot.become(NAMED, until)
        lot.named_until = until
        return True

    def unname(self, name: str, now: int) -> bool:
        """What holds the lot goes on."""
        lot = self.lots[name]
        if not lot.named(now):
            return False
        held = lot.state == HELD and lot.in_force(now)
        lot.become(*lot.told() if held else (ACTIVE,))
        lot.named_until = 0
        return True

    def hold(self, name: str, by: str, now: int) -> bool:
        lot = self.lots[name]
        lapsed = lot.state == HELD and not lot.in_force(now)
        barred = now <= lot.barred.get(group(by), 0)
        if barred or not (lapsed or lot.state in (ACTIVE, OFFERED, DISPUTED, NAMED)):
            return False
        if group(by) == group(lot.holder):
            return False
        lot.become(HELD, on_the_hour(now + HOLD_TIME))
        _forget_lapsed_name(lot, now)
        lot.deciders = [group(by)]
        lot.barred[group(by)] = now + RENEWED_TIME
        lot.held_by, lot.release_by = by, None
        return True

    def renew(self, name: str, by: str, now: int) -> bool:
        lot = self.lots[name]
        if lot.state != HELD or not lot.in_force(now) or not _seconds(lot, lot.held_by, by):
            return False
        if now <= lot.barred.get(group(by), 0):
            return False
        lot.become(HELD, on_the_hour(now + RENEWED_TIME))
        _forget_lapsed_name(lot, now)
        lot.deciders.append(group(by))
        lot.barred |= dict.fromkeys(lot.deciders, lot.until + RENEWED_TIME)
        lot.held_by, lot.release_by = by, None
        return True

    def release(self, name: str, by: str, now: int) -> bool:
        lot = self.lots[name]
        if lot.state != HELD or not lot.in_force(now) or not _seconds(lot, lot.release_by, by):
            return False
        if lot.release_by is None:
            lot.become(HELD, lot.until)
            lot.release_by = by
        elif lot.named(now):
            lot.become(NAMED, lot.named_until)
        else:
            lot.become(ACTIVE)
        _forget_lapsed_name(lot, now)
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


def _forget_lapsed_name(lot: ModelLot, now: int) -> None:
    if not lot.named(now):
        lot.named_until = 0


def _seconds(lot: ModelLot, first: str | None, by: str) -> bool:
    """Whether somebody may decide after the first: another role, of another group than all."""
    if group(by) == group(lot.holder):
        return False
    return first is None or (group(first) != group(by) and DECIDES_AS[first] != DECIDES_AS[by])
