"""Holds: who stopped a lot, for how long, and which two released it."""

from dataclasses import dataclass
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.lots import LotBook, LotRecord
from lodetrace.audit.replay.members import HOLDING_ROLES, Members, RoleMissing
from lodetrace.contracts.enums import FOREVER, LotState, Role
from lodetrace.contracts.events import (
    HoldRenewed,
    LotHeld,
    LotReleased,
    LotReleasedByAct,
    ReleaseProposed,
)

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
    """Who decided, as what, and the lot's sequence then."""

    group: bytes
    role: Role
    sequence: int


class Holds:
    """A hold is renewed and released by the other role of another ownership group."""

    def __init__(self, members: Members, book: LotBook) -> None:
        self._members: Final = members
        self._book: Final = book
        self._holds: Final[dict[bytes, HoldDecision]] = {}
        self._proposals: Final[dict[bytes, HoldDecision]] = {}
        self._deciders: Final[dict[bytes, list[bytes]]] = {}
        self._barred_until: Final[dict[tuple[bytes, bytes], int]] = {}
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
        group, role, _ = self._decider(event.by, record, at)
        held = record.state_at(at.time) is LotState.HELD
        if held or record.state is LotState.ASSIGNED:
            raise HoldInvalid(item=record.item, what="a hold", reason="it is held or assigned")
        self._require_not_barred(record, "a second hold", event.by, group, at)
        _require_until(record, "a hold", event.until, at.time + FIRST_TIME)
        self._deciders[event.lot] = [group]
        self._bar(event.lot, at.time)
        self._holds[event.lot] = HoldDecision(group, role, event.sequence)
        record.hold(event.until, at.time)

    def _renew(self, event: HoldRenewed, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        group, _, roles = self._decider(event.by, record, at)
        _require_held(record, "a renewal", at)
        if record.until == FOREVER:
            raise HoldInvalid(item=record.item, what="a renewal", reason="the hold has no end")
        first = self._holds.get(event.lot, HoldDecision(BORN_HELD, NO_ROLE, 0))
        role = _second_role(record, "a renewal", event.by, group, roles, first)
        self._require_not_barred(record, "a renewal", event.by, group, at)
        _require_until(record, "a renewal", event.until, at.time + RENEWED_TIME)
        self._deciders.setdefault(event.lot, []).append(group)
        self._bar(event.lot, event.until)
        self._holds[event.lot] = HoldDecision(group, role, event.sequence)
        record.hold(event.until, at.time)

    def _propose(self, event: ReleaseProposed, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        group, role, _ = self._decider(event.by, record, at)
        _require_held(record, "a proposed release", at)
        self._proposals[event.lot] = HoldDecision(group, role, event.sequence)

    def _release(self, event: LotReleased, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        group, _, roles = self._decider(event.by, record, at)
        _require_held(record, "a release", at)
        proposal = self._proposals.get(event.lot)
        if proposal is None or proposal.sequence != event.sequence - 1:
            raise HoldInvalid(item=record.item, what="a release", reason="none was proposed")
        _second_role(record, "a release", event.by, group, roles, proposal)
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

    def _bar(self, lot: bytes, since: int) -> None:
        """Whoever decided about a hold does not soon decide again: nobody takes turns."""
        for group in self._deciders[lot]:
            self._barred_until[lot, group] = since + RENEWED_TIME

    def _require_not_barred(
        self, record: LotRecord, what: str, actor: str, group: bytes, at: ProvenEvent
    ) -> None:
        if at.time <= self._barred_until.get((record.id, group), 0):
            raise SecondRoleMissing(item=record.item, what=what, actor=actor)

    def _decider(
        self, account: str, record: LotRecord, at: ProvenEvent
    ) -> tuple[bytes, Role, Role]:
        """Ownership group, the role that it decides as (risk, if both), and all its roles."""
        organisation = self._members.require_active(account, record.item, at)
        roles = self._members.roles_of(account, record.item) & HOLDING_ROLES
        if not roles:
            raise RoleMissing(
                item=record.item, actor=account, role="RISK or AUDITOR", block=at.block
            )
        group = self._members.group_of(organisation, record.item)
        if group == self._members.group_of_account(record.account, record.item):
            raise DeciderNotIndependent(item=record.item, actor=account)
        self.deciders.append(organisation)
        return group, Role.RISK if roles & Role.RISK else Role.AUDITOR, roles


def _require_held(record: LotRecord, what: str, at: ProvenEvent) -> None:
    if record.state_at(at.time) is not LotState.HELD:
        raise HoldInvalid(item=record.item, what=what, reason="the lot is not held")


def _require_until(record: LotRecord, what: str, actual: int, expected: int) -> None:
    if actual != expected:
        reason = f"it ends at {actual}, not at {expected}"
        raise HoldInvalid(item=record.item, what=what, reason=reason)


def _second_role(
    record: LotRecord,
    what: str,
    account: str,
    group: bytes,
    roles: Role,
    first: HoldDecision,
) -> Role:
    """The other role than that of the first decision."""
    role = HOLDING_ROLES ^ first.role
    if not roles & role or group == first.group:
        raise SecondRoleMissing(item=record.item, what=what, actor=account)
    return role
