"""What custody may do, in plain Python: the judge beside the contracts.

Written from the rules' prose (domain rules 4 and 8, ICustody, IHolds). Times are seconds. An act
returns whether it is allowed, and changes the model only then.
"""

from dataclasses import dataclass, field

ACTIVE, OFFERED, HELD, DISPUTED, WRITTEN_OFF = 1, 2, 3, 4, 7
DAY = 86_400
OFFER_TIME = 90 * DAY  # at most
DISPUTE_TIME, HOLD_TIME, RENEWED_TIME = 30 * DAY, 14 * DAY, 90 * DAY

RISK, AUDITOR = "risk", "auditor"
DECIDES_AS = {"observer": RISK, "auditor": AUDITOR, "sister": AUDITOR, "rival": RISK}
GROUPS = {"sister": "observer", "rival": "auditor"}
"""Ownership groups of those who have not one of their own."""


def group(person: str) -> str:
    """The ownership group of a person."""
    return GROUPS.get(person, person)


@dataclass
class ModelLot:
    """A lot as its parties see it. receiver and offered_at while an offer lies there."""

    holder: str
    batch: int = 0
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

    def free(self, now: int) -> bool:
        if self.state == ACTIVE:
            return True
        return self.state in (OFFERED, HELD, DISPUTED) and not self.in_force(now)

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

    def offer(self, names: list[str], sender: str, receiver: str, expiry: int, now: int) -> bool:
        lots = [self.lots[name] for name in names]
        fitting = receiver != sender and now < expiry <= now + OFFER_TIME and self._whole(names)
        if not fitting or not all(lot.holder == sender and lot.free(now) for lot in lots):
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
        for lot in lots:
            lot.become(ACTIVE)
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
        lot = self.lots[name]
        if lot.holder != who:
            return False
        lot.sequence += 1
        if not lot.open(now):  # what has lapsed is forgotten
            lot.receiver, lot.offered_at = None, 0
        return True

    def write_off(self, name: str, who: str, now: int) -> bool:
        lot = self.lots[name]
        if lot.holder != who or not lot.free(now):
            return False
        lot.become(WRITTEN_OFF)
        return True

    def hold(self, name: str, by: str, now: int) -> bool:
        lot = self.lots[name]
        lapsed = lot.state == HELD and not lot.in_force(now)
        barred = now <= lot.barred.get(group(by), 0)
        if barred or not (lapsed or lot.state in (ACTIVE, OFFERED, DISPUTED)):
            return False
        if group(by) == group(lot.holder):
            return False
        lot.become(HELD, now + HOLD_TIME)
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
        lot.become(HELD, now + RENEWED_TIME)
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
        else:
            lot.become(ACTIVE)
        return True

    def _whole(self, names: list[str]) -> bool:
        """Each lot once; lots of a batch all together, next to each other."""
        if len(set(names)) != len(names):
            return False
        batches = [self.lots[name].batch for name in names]
        return all(self._together(batch, batches) for batch in set(batches) - {0})

    def _together(self, batch: int, batches: list[int]) -> bool:
        places = [place for place, found in enumerate(batches) if found == batch]
        size = sum(lot.batch == batch and lot.state != WRITTEN_OFF for lot in self.lots.values())
        return len(places) == size and places[-1] - places[0] == size - 1


def _seconds(lot: ModelLot, first: str | None, by: str) -> bool:
    """Whether somebody may decide after the first: another role, of another group than all."""
    if group(by) == group(lot.holder):
        return False
    return first is None or (group(first) != group(by) and DECIDES_AS[first] != DECIDES_AS[by])
