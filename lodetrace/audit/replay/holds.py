"""Holds: who stopped a lot, for how long, and which two released it."""

from dataclasses import dataclass
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.lots import LotBook, LotRecord
from lodetrace.audit.replay.members import HOLDING_ROLES, Members
from lodetrace.contracts.enums import FOREVER, LotState, Role
from lodetrace.contracts.events import (
    HoldRenewed,
    LotHeld,
    LotReleased,
    LotReleasedByAct,
    ReleaseProposed,
)
from lodetrace.contracts.hours import rounded_up

FIRST_TIME: Final = 14 * 24 * 3600
RENEWED_TIME: Final = 90 * 24 * 3600
RELEASE_BY_ACT_AFTER: Final = 30 * 24 * 3600
NO_ROLE: Final = Role(0)
BORN_HELD: Final = b""
"""Nobody in particular: the run was outside its site's loss band."""


class HoldInvalid(HistoryRefused):
    """A hold, renewal or release that the rules do not allow."""

    template = "step {step}, {item}: {what} is invalid: {reason}"


class SecondRoleMissing(HistoryRefused):
    """A renewal or release by the role or ownership group that decided before."""

    template = "step {step}, {item}: {what} by {actor} takes the other role of another group"


class DeciderNotIndependent(HistoryRefused):
    """Somebody decided about a lot that his own ownership group holds."""

    template = "step {step}, {item}: {actor}, who decides, is of the holder's ownership group"


@dataclass(frozen=True, slots=True)
class HoldDecision:
    """Whose organisation decided, as what, and the lot's sequence then."""

    organisation: bytes
    role: Role
    sequence: int


@dataclass(slots=True)
class Decider:
    """An organisation that decided about a hold, and until when it decides about none.

    current: about the hold in force, or the last one.
    """

    organisation: bytes
    barred_until: int
    current: bool = True


class Holds:
    """A hold is renewed and released by the other role of another ownership group."""

    def __init__(self, members: Members, book: LotBook) -> None:
        self._members: Final = members
        self._book: Final = book
        self._holds: Final[dict[bytes, HoldDecision]] = {}
        self._proposals: Final[dict[bytes, HoldDecision]] = {}
        self._deciders: Final[dict[bytes, list[Decider]]] = {}
        self.deciders: Final[list[bytes]] = []

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {
            LotHeld: self._hold,
            HoldRenewed: self._renew,
            ReleaseProposed: self._propose,
            LotReleased: self._release,
            LotReleasedByAct: self._release_by_act,
        }

    def _hold(self, event: LotHeld, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        record.require_going(at)
        organisation, roles = self._decider(event.by, record, at)
        held = record.state_at(at.time) is LotState.HELD
        if held or record.state is LotState.ASSIGNED:
            raise HoldInvalid(item=record.item, what="a hold", reason="it is held or assigned")
        self._require_not_barred(record, "a second hold", event.by, organisation, at)
        _require_until(record, "a hold", event.until, at.time + FIRST_TIME)
        for decider in self._deciders.get(event.lot, ()):
            decider.current = False
        self._bar(event.lot, organisation, at.time)
        self._holds[event.lot] = HoldDecision(organisation, _first_role(roles), event.sequence)
        record.hold(event.until, at.time)

    def _renew(self, event: HoldRenewed, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        organisation, roles = self._decider(event.by, record, at)
        _require_held(record, "a renewal", at)
        if record.until == FOREVER:
            raise HoldInvalid(item=record.item, what="a renewal", reason="the hold has no end")
        first = self._holds.get(event.lot, HoldDecision(BORN_HELD, NO_ROLE, 0))
        role = self._second_role(record, "a renewal", event.by, roles, first)
        self._require_not_barred(record, "a renewal", event.by, organisation, at)
        _require_until(record, "a renewal", event.until, at.time + RENEWED_TIME)
        self._bar(event.lot, organisation, event.until)
        self._holds[event.lot] = HoldDecision(organisation, role, event.sequence)
        record.hold(event.until, at.time)

    def _propose(self, event: ReleaseProposed, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        organisation, roles = self._decider(event.by, record, at)
        _require_held(record, "a proposed release", at)
        proposal = HoldDecision(organisation, _first_role(roles), event.sequence)
        self._proposals[event.lot] = proposal

    def _release(self, event: LotReleased, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        _, roles = self._decider(event.by, record, at)
        _require_held(record, "a release", at)
        proposal = self._proposals.get(event.lot)
        if proposal is None or proposal.sequence != event.sequence - 1:
            raise HoldInvalid(item=record.item, what="a release", reason="none was proposed")
        if self._is_of_holder(record, proposal.organisation):
            reason = "who proposed it came to the holder's ownership group"
            raise HoldInvalid(item=record.item, what="a release", reason=reason)
        self._second_role(record, "a release", event.by, roles, proposal)
        record.release()

    def _release_by_act(self, event: LotReleasedByAct, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        what = "a release by act"
        _require_held(record, what, at)
        if record.until != FOREVER or at.time < record.born.time + RELEASE_BY_ACT_AFTER:
            reason = "it was not born held, or less than 30 days ago"
            raise HoldInvalid(item=record.item, what=what, reason=reason)
        record.release()

    def _bar(self, lot: bytes, organisation: bytes, since: int) -> None:
        """Whoever decided about a hold does not soon decide again: nobody takes turns."""
        deciders = self._deciders.setdefault(lot, [])
        deciders.append(Decider(organisation, 0))
        for decider in deciders:
            if decider.current:
                decider.barred_until = since + RENEWED_TIME

    def _require_not_barred(
        self, record: LotRecord, what: str, actor: str, organisation: bytes, at: ProvenEvent
    ) -> None:
        for decider in self._deciders.get(record.id, ()):
            barred = at.time <= decider.barred_until
            if barred and self._members.one_voice(decider.organisation, organisation, record.item):
                raise SecondRoleMissing(item=record.item, what=what, actor=actor)

    def _decider(self, account: str, record: LotRecord, at: ProvenEvent) -> tuple[bytes, Role]:
        """Organisation and roles, of risk and auditor, of who decides about others' metal."""
        organisation = self._members.require(account, HOLDING_ROLES, record.item, at)
        if self._is_of_holder(record, organisation):
            raise DeciderNotIndependent(item=record.item, actor=account)
        self.deciders.append(organisation)
        return organisation, self._members.counting_roles(account, record.item, at) & HOLDING_ROLES

    def _is_of_holder(self, record: LotRecord, organisation: bytes) -> bool:
        holder = self._members.organisation_of(record.account, record.item)
        return self._members.one_voice(organisation, holder, record.item)

    def _second_role(
        self, record: LotRecord, what: str, account: str, roles: Role, first: HoldDecision
    ) -> Role:
        """The other role than that of the first decision, by another group of now."""
        role, item = HOLDING_ROLES ^ first.role, record.item
        organisation = self._members.organisation_of(account, item)
        same = first.organisation != BORN_HELD and self._members.one_voice(
            first.organisation, organisation, item
        )
        if not roles & role or same:
            raise SecondRoleMissing(item=item, what=what, actor=account)
        return role


def _require_held(record: LotRecord, what: str, at: ProvenEvent) -> None:
    if record.state_at(at.time) is not LotState.HELD:
        raise HoldInvalid(item=record.item, what=what, reason="the lot is not held")


def _require_until(record: LotRecord, what: str, actual: int, end: int) -> None:
    """A hold ends on the hour."""
    expected = rounded_up(end)
    if actual != expected:
        reason = f"it ends at {actual}, not at {expected}"
        raise HoldInvalid(item=record.item, what=what, reason=reason)


def _first_role(roles: Role) -> Role:
    """The role that somebody decides as: risk, if he has both."""
    return Role.RISK if roles & Role.RISK else Role.AUDITOR
