"""Holds: who stopped the lots of a root in one group's hands, and which two released them."""

from dataclasses import dataclass
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.lots import LotBook, LotRecord
from lodetrace.audit.replay.members import HOLDING_ROLES, Members
from lodetrace.contracts.enums import LotState, Role
from lodetrace.contracts.events import (
    HoldPlaced,
    HoldReleased,
    HoldReleaseProposed,
    HoldRenewed,
    LotReleased,
    LotReleasedByAct,
    LotReleaseProposed,
)
from lodetrace.contracts.hold_keys import hold_key
from lodetrace.text import hex_of

FIRST_TIME: Final = 14 * 24 * 3600
RENEWED_TIME: Final = 90 * 24 * 3600
RELEASE_BY_ACT_AFTER: Final = 30 * 24 * 3600

AboutHold = HoldPlaced | HoldRenewed | HoldReleaseProposed | HoldReleased


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
    """Whose organisation decided, as what, and the sequence then: of the hold, or of the lot."""

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

    def __init__(self, members: Members, book: LotBook, roots: frozenset[int]) -> None:
        """roots: of the story's lots."""
        self._members: Final = members
        self._book: Final = book
        self._roots: Final = roots
        self._placed: Final[dict[bytes, HoldDecision]] = {}
        self._proposals: Final[dict[bytes, HoldDecision]] = {}
        self._deciders: Final[dict[bytes, list[Decider]]] = {}
        self.deciders: Final[list[bytes]] = []

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {
            HoldPlaced: self._place,
            HoldRenewed: self._renew,
            HoldReleaseProposed: self._propose,
            HoldReleased: self._release,
            LotReleaseProposed: self._propose_lot,
            LotReleased: self._release_lot,
            LotReleasedByAct: self._release_by_act,
        }

    def _place(self, event: HoldPlaced, at: ProvenEvent) -> None:
        item = self._told_of(event)
        if item is None:
            return
        organisation, roles = self._decider(event.by, event.group, item, at)
        if self._is_in_force(event, at):
            raise HoldInvalid(item=item, what="a hold", reason="one is in force")
        self._require_not_barred(event, item, "a second hold", organisation, at)
        _require_until(item, "a hold", event.until, at.time + FIRST_TIME)
        for decider in self._deciders.get(event.key, ()):
            decider.current = False
        self._bar(event.key, organisation, at.time)
        self._placed[event.key] = HoldDecision(organisation, _first_role(roles), event.sequence)
        self._book.set_hold((event.root, event.group), event.until, at)

    def _renew(self, event: HoldRenewed, at: ProvenEvent) -> None:
        item, what = self._told_of(event), "a renewal"
        if item is None:
            return
        organisation, roles = self._decider(event.by, event.group, item, at)
        self._require_in_force(event, item, what, at)
        role = self._second_role(item, what, event.by, roles, self._placed[event.key])
        self._require_not_barred(event, item, what, organisation, at)
        _require_until(item, what, event.until, at.time + RENEWED_TIME)
        self._bar(event.key, organisation, event.until)
        self._placed[event.key] = HoldDecision(organisation, role, event.sequence)
        self._book.set_hold((event.root, event.group), event.until, at)

    def _propose(self, event: HoldReleaseProposed, at: ProvenEvent) -> None:
        item = self._told_of(event)
        if item is None:
            return
        organisation, roles = self._decider(event.by, event.group, item, at)
        self._require_in_force(event, item, "a proposed release", at)
        proposal = HoldDecision(organisation, _first_role(roles), event.sequence)
        self._proposals[event.key] = proposal

    def _release(self, event: HoldReleased, at: ProvenEvent) -> None:
        item = self._told_of(event)
        if item is None:
            return
        _, roles = self._decider(event.by, event.group, item, at)
        self._require_in_force(event, item, "a release", at)
        self._require_proposed(event.key, event, event.group, roles, item)
        self._book.set_hold((event.root, event.group), 0, at)

    def _propose_lot(self, event: LotReleaseProposed, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        group = self._members.group_of_account(record.account, record.item)
        organisation, roles = self._decider(event.by, group, record.item, at)
        _require_born_held(record, "a proposed release", at)
        proposal = HoldDecision(organisation, _first_role(roles), event.sequence)
        self._proposals[event.lot] = proposal

    def _release_lot(self, event: LotReleased, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        group = self._members.group_of_account(record.account, record.item)
        _, roles = self._decider(event.by, group, record.item, at)
        _require_born_held(record, "a release", at)
        self._require_proposed(event.lot, event, group, roles, record.item)
        record.bind(LotState.ACTIVE)

    def _release_by_act(self, event: LotReleasedByAct, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        what = "a release by act"
        _require_born_held(record, what, at)
        if at.time < record.born.time + RELEASE_BY_ACT_AFTER:
            reason = "it was born less than 30 days ago"
            raise HoldInvalid(item=record.item, what=what, reason=reason)
        record.bind(LotState.ACTIVE)

    def _bar(self, key: bytes, organisation: bytes, since: int) -> None:
        """Whoever decided about a hold does not soon decide again: nobody takes turns."""
        deciders = self._deciders.setdefault(key, [])
        deciders.append(Decider(organisation, 0))
        for decider in deciders:
            if decider.current:
                decider.barred_until = since + RENEWED_TIME

    def _require_not_barred(
        self,
        event: HoldPlaced | HoldRenewed,
        item: str,
        what: str,
        organisation: bytes,
        at: ProvenEvent,
    ) -> None:
        for decider in self._deciders.get(event.key, ()):
            barred = at.time <= decider.barred_until
            if barred and self._members.one_voice(decider.organisation, organisation, item):
                raise SecondRoleMissing(item=item, what=what, actor=event.by)

    def _told_of(self, event: AboutHold) -> str | None:
        """How errors name the hold, whose key is that of its root and group; None for another root.

        Raises HoldInvalid.
        """
        if event.root not in self._roots:
            return None
        item = labels.hold(event.key)
        if event.key != hold_key(event.root, event.group):
            reason = f"its key is not that of root {event.root} and group {hex_of(event.group)}"
            raise HoldInvalid(item=item, what="what is said of it", reason=reason)
        return item

    def _is_in_force(self, event: AboutHold, at: ProvenEvent) -> bool:
        term = self._book.holds.get((event.root, event.group))
        return term is not None and at.time <= term.until

    def _require_in_force(self, event: AboutHold, item: str, what: str, at: ProvenEvent) -> None:
        if not self._is_in_force(event, at):
            raise HoldInvalid(item=item, what=what, reason="no hold is in force")

    def _decider(
        self, account: str, group: bytes, item: str, at: ProvenEvent
    ) -> tuple[bytes, Role]:
        """Organisation and roles, of risk and auditor, of who decides about others' metal."""
        organisation = self._members.require(account, HOLDING_ROLES, item, at)
        if self._members.group_of(organisation, item) == group:
            raise DeciderNotIndependent(item=item, actor=account)
        self.deciders.append(organisation)
        return organisation, self._members.counting_roles(account, item, at) & HOLDING_ROLES

    def _require_proposed(
        self,
        subject: bytes,
        event: HoldReleased | LotReleased,
        group: bytes,
        roles: Role,
        item: str,
    ) -> None:
        """The word before proposed it, and is another group's than the holder's, then and now."""
        proposal = self._proposals.get(subject)
        if proposal is None or proposal.sequence != event.sequence - 1:
            raise HoldInvalid(item=item, what="a release", reason="none was proposed")
        if self._members.group_of(proposal.organisation, item) == group:
            reason = "who proposed it came to the holder's ownership group"
            raise HoldInvalid(item=item, what="a release", reason=reason)
        self._second_role(item, "a release", event.by, roles, proposal)

    def _second_role(
        self, item: str, what: str, account: str, roles: Role, first: HoldDecision
    ) -> Role:
        """The other role than that of the first decision, by another group of now."""
        role = HOLDING_ROLES ^ first.role
        organisation = self._members.organisation_of(account, item)
        same = self._members.one_voice(first.organisation, organisation, item)
        if not roles & role or same:
            raise SecondRoleMissing(item=item, what=what, actor=account)
        return role


def _require_born_held(record: LotRecord, what: str, at: ProvenEvent) -> None:
    if record.state_at(at.time) is not LotState.HELD:
        raise HoldInvalid(item=record.item, what=what, reason="the lot was not born held")


def _require_until(item: str, what: str, actual: int, expected: int) -> None:
    if actual != expected:
        reason = f"it ends at {actual}, not at {expected}"
        raise HoldInvalid(item=item, what=what, reason=reason)


def _first_role(roles: Role) -> Role:
    """The role that somebody decides as: risk, if he has both."""
    return Role.RISK if roles & Role.RISK else Role.AUDITOR
