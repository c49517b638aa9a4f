"""Organisations and their accounts, as of every moment of the replay."""

from dataclasses import dataclass, field, replace
from typing import Final

from lodetrace.audit.closure import Closure
from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay.accreditations import Accreditations
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.labels import organisation as label
from lodetrace.contracts.enums import Role, RowKind
from lodetrace.contracts.events import (
    AccountAdded,
    AccountRemoved,
    AccountRestored,
    AccreditationSet,
    AdminSet,
    GroupSet,
    OrganisationFrozen,
    OrganisationRegistered,
    OrganisationReinstated,
    OrganisationSuspended,
    Paused,
    RolesSet,
    RolesUnseasoned,
)
from lodetrace.contracts.structs import Row
from lodetrace.text import hex_of
from zk_circuits.abi import address

HOLDING_ROLES: Final = Role.RISK | Role.AUDITOR
BUSINESS: Final = Role.TRADER | Role.OPERATOR | Role.MAKER
JUDGING: Final = (
    Role.ORACLE | Role.CERTIFIER | Role.RISK | Role.AUDITOR | Role.UMPIRE | Role.LABORATORY
)
"""No ownership group has roles of both kinds."""

JUDGE_AGE: Final = 7 * 24 * 3600
"""Seconds for which an organisation has a judging role before it judges."""


class OrganisationUnknown(HistoryRefused):
    """Nothing shown registers the organisation."""

    template = "step {step}, {item}: nothing shown registers organisation {organisation}"


class AccountUnknown(HistoryRefused):
    """Nothing shown adds the account to an organisation."""

    template = "step {step}, {item}: nothing shown says whose account {account} is"


class MemberInactive(HistoryRefused):
    """The organisation was suspended when it acted."""

    template = "step {step}, {item}: organisation {organisation} was suspended at block {block}"


class MemberFrozen(HistoryRefused):
    """The organisation's group was frozen when it acted."""

    template = "step {step}, {item}: organisation {organisation} was frozen at block {block}"


class AccountWasRemoved(HistoryRefused):
    """The account had been removed when it acted."""

    template = "step {step}, {item}: account {account} had been removed at block {block}"


class NetworkWasPaused(HistoryRefused):
    """A birth, run or claim during a pause."""

    template = "step {step}, {item}: births, runs and claims were paused at block {block}"


class RoleMissing(HistoryRefused):
    """Somebody did what his roles did not allow."""

    template = "step {step}, {item}: {actor} had not the role {role} at block {block}"


class RoleUnseasoned(HistoryRefused):
    """Somebody judged in the first week of his role."""

    template = "step {step}, {item}: the role {role} of {actor} did not count at block {block} yet"


class SeasonInvalid(HistoryRefused):
    """A judging role that counts earlier or later than the rules allow."""

    template = "step {step}, {item}: its roles count from {start} on, by the rules from {expected}"


class GroupNotClean(HistoryRefused):
    """An ownership group that holds or makes metal, and judges it."""

    template = "step {step}, {item}: its ownership group has the roles {roles}"


@dataclass(slots=True)
class OrganisationRecord:
    """group: its ownership group; None until something shown registers it.

    moves: to other groups, with the time of each record; left: the groups before, and when it
    left them. waiting: judging roles that do not count before `judges_from`. accredited: schemes,
    a bit each.
    """

    group: bytes | None = None
    roles: Role = field(default_factory=lambda: Role(0))
    active: bool = True
    admin: str = ""
    frozen_until: int = 0
    waiting: Role = field(default_factory=lambda: Role(0))
    judges_from: int = 0
    moves: list[tuple[GroupSet, int]] = field(default_factory=list)
    accredited: int = 0
    accreditations: Accreditations = field(default_factory=Accreditations)
    left: list[tuple[bytes, int]] = field(default_factory=list)

    def certify(self, at: ProvenEvent) -> None:
        """What it certifies from now on: nothing while it is suspended or has not the role."""
        certifies = self.active and self.roles & Role.CERTIFIER
        self.accreditations.record(self.accredited if certifies else 0, at.time, at.order)

    def acts(self, time: int) -> bool:
        """Whether it is neither suspended nor frozen."""
        return self.active and time > self.frozen_until

    def unseasoned(self, time: int) -> Role:
        """Roles that do not count yet."""
        return self.waiting if time < self.judges_from else Role(0)


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """granted: None for the admin, who has whatever roles the organisation has."""

    organisation: bytes
    granted: Role | None
    removed: bool = False


class Members:
    """Organisations; `relied` are those that the story asks about."""

    def __init__(self, closure: Closure) -> None:
        self._closure: Final = closure
        self.organisations: Final[dict[bytes, OrganisationRecord]] = {}
        self.accounts: Final[dict[str, AccountRecord]] = {}
        self.relied: Final[set[bytes]] = set()
        self._paused_until = 0

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {
            OrganisationRegistered: self._register,
            OrganisationSuspended: self._suspend,
            OrganisationReinstated: self._reinstate,
            RolesSet: self._set_roles,
            AccreditationSet: self._accredit,
            RolesUnseasoned: self._season,
            AccountAdded: self._add,
            AccountRemoved: self._remove,
            AccountRestored: self._restore,
            AdminSet: self._set_admin,
            GroupSet: self._set_group,
            OrganisationFrozen: self._freeze,
            Paused: self._pause,
        }

    def organisation_of(self, account: str, item: str) -> bytes:
        """Whose account it is; raises AccountUnknown."""
        found = self.accounts.get(account)
        if found is None:
            self._closure.row(Row(RowKind.ACCOUNT, address("account", account)))
            raise AccountUnknown(item=item, account=account)
        self.relied.add(found.organisation)
        return found.organisation

    def group_of(self, organisation: bytes, item: str) -> bytes:
        """Its ownership group; raises OrganisationUnknown."""
        found = self.organisations.get(organisation)
        self._closure.row(Row(RowKind.MEMBER, organisation))
        if found is None or found.group is None:
            raise OrganisationUnknown(item=item, organisation=hex_of(organisation))
        self.relied.add(organisation)
        return found.group

    def group_of_account(self, account: str, item: str) -> bytes:
        """The ownership group that an account belongs to."""
        return self.group_of(self.organisation_of(account, item), item)

    def former_groups(self, organisation: bytes) -> tuple[tuple[bytes, int], ...]:
        """Groups that it belonged to before, each with the time when it left."""
        return tuple(self.organisations[organisation].left)

    def one_voice(self, organisation: bytes, another: bytes, item: str) -> bool:
        """Whether they are of one group now, and so give one voice where two groups decide."""
        if organisation == another:
            return True
        return self.group_of(organisation, item) == self.group_of(another, item)

    def accreditations_of(self, account: str, item: str) -> Accreditations:
        """What the account's organisation certified, from when to when; later events extend it."""
        return self._entry(self.organisation_of(account, item)).accreditations

    def require_active(self, account: str, item: str, at: ProvenEvent) -> bytes:
        """The account's organisation; raises MemberInactive while it is suspended."""
        organisation = self.organisation_of(account, item)
        self._require_active(organisation, item, at)
        if self.accounts[account].removed:
            raise AccountWasRemoved(item=item, account=account, block=at.block)
        return organisation

    def is_active(self, account: str, item: str, at: ProvenEvent) -> bool:
        """Whether the account and its organisation act."""
        organisation = self.organisation_of(account, item)
        self.group_of(organisation, item)
        acts = self.organisations[organisation].acts(at.time)
        return acts and not self.accounts[account].removed

    def require_running(self, item: str, at: ProvenEvent) -> None:
        """That births, runs and claims are not paused."""
        if at.time <= self._paused_until:
            raise NetworkWasPaused(item=item, block=at.block)

    def require(self, account: str, role: Role, item: str, at: ProvenEvent) -> bytes:
        """The organisation of an active account that has the role, or one of them, and may use it.

        Raises RoleMissing and RoleUnseasoned.
        """
        organisation = self.require_active(account, item, at)
        self._require_counting(organisation, account, self.roles_of(account, item), role, item, at)
        return organisation

    def counting_roles(self, account: str, item: str, at: ProvenEvent) -> Role:
        """The roles in force of an account, without those that do not count yet."""
        organisation = self.organisation_of(account, item)
        roles = self.roles_of(account, item)
        return roles & ~self.organisations[organisation].unseasoned(at.time)

    def require_organisation(
        self, organisation: bytes, role: Role, item: str, at: ProvenEvent
    ) -> None:
        """That an organisation is active and has the role."""
        self._require_active(organisation, item, at)
        actor, held = f"organisation {hex_of(organisation)}", self.organisations[organisation].roles
        self._require_counting(organisation, actor, held, role, item, at)

    def roles_of(self, account: str, item: str) -> Role:
        """The roles in force of an account: granted, and the organisation's as well."""
        organisation = self.organisation_of(account, item)
        self.group_of(organisation, item)
        held, granted = self.organisations[organisation].roles, self.accounts[account].granted
        return held if granted is None else held & granted

    def _require_active(self, organisation: bytes, item: str, at: ProvenEvent) -> None:
        self.group_of(organisation, item)
        if not self.organisations[organisation].active:
            raise MemberInactive(item=item, organisation=hex_of(organisation), block=at.block)
        if not self.organisations[organisation].acts(at.time):
            raise MemberFrozen(item=item, organisation=hex_of(organisation), block=at.block)

    def _require_counting(
        self, organisation: bytes, actor: str, held: Role, role: Role, item: str, at: ProvenEvent
    ) -> None:
        if not held & role:
            raise RoleMissing(item=item, actor=actor, role=role.name, block=at.block)
        if not held & role & ~self.organisations[organisation].unseasoned(at.time):
            raise RoleUnseasoned(item=item, actor=actor, role=role.name, block=at.block)

    def _entry(self, organisation: bytes) -> OrganisationRecord:
        return self.organisations.setdefault(organisation, OrganisationRecord())

    def _register(self, event: OrganisationRegistered, at: ProvenEvent) -> None:
        self.organisations[event.organisation] = OrganisationRecord(
            group=event.group, roles=Role(event.roles), admin=event.admin
        )
        self._require_clean(event.organisation)

    def _suspend(self, event: OrganisationSuspended, at: ProvenEvent) -> None:
        self._entry(event.organisation).active = False
        self._entry(event.organisation).certify(at)

    def _reinstate(self, event: OrganisationReinstated, at: ProvenEvent) -> None:
        self._entry(event.organisation).active = True
        self._entry(event.organisation).certify(at)

    def _set_roles(self, event: RolesSet, at: ProvenEvent) -> None:
        self._entry(event.organisation).roles = Role(event.roles)
        self._entry(event.organisation).certify(at)
        self._require_clean(event.organisation)

    def _accredit(self, event: AccreditationSet, at: ProvenEvent) -> None:
        self._entry(event.organisation).accredited = event.schemes
        self._entry(event.organisation).certify(at)

    def _season(self, event: RolesUnseasoned, at: ProvenEvent) -> None:
        expected = at.time + JUDGE_AGE
        if event.from_ != expected:
            item = label(event.organisation)
            raise SeasonInvalid(item=item, start=event.from_, expected=expected)
        entry = self._entry(event.organisation)
        entry.waiting, entry.judges_from = Role(event.roles), event.from_

    def _require_clean(self, organisation: bytes) -> None:
        """That its group does not judge what it trades or makes."""
        group = self.organisations[organisation].group
        roles = Role(0)
        for one in self.organisations.values():
            if one.group == group:
                roles |= one.roles
        if group is not None and roles & BUSINESS and roles & JUDGING:
            raise GroupNotClean(item=label(organisation), roles=roles.name)

    def _add(self, event: AccountAdded, at: ProvenEvent) -> None:
        is_admin = self._entry(event.organisation).admin == event.account
        granted = None if is_admin else Role(event.roles)
        self.accounts[event.account] = AccountRecord(event.organisation, granted)

    def _remove(self, event: AccountRemoved, at: ProvenEvent) -> None:
        self._change(event.account, removed=True)

    def _restore(self, event: AccountRestored, at: ProvenEvent) -> None:
        self._change(event.account, removed=False)

    def _set_admin(self, event: AdminSet, at: ProvenEvent) -> None:
        self._entry(event.organisation).admin = event.admin
        self._change(event.admin, granted=None)

    def _set_group(self, event: GroupSet, at: ProvenEvent) -> None:
        entry = self._entry(event.organisation)
        if entry.group is not None:
            entry.left.append((entry.group, at.time))
        entry.group = event.group
        entry.moves.append((event, at.time))
        self._require_clean(event.organisation)

    def _freeze(self, event: OrganisationFrozen, at: ProvenEvent) -> None:
        self._entry(event.organisation).frozen_until = event.until

    def _pause(self, event: Paused, at: ProvenEvent) -> None:
        self._paused_until = event.until

    def _change(self, account: str, **fields: bool | None) -> None:
        """An account that nothing shown adds is left out: the story does not need it, or fails."""
        if account in self.accounts:
            self.accounts[account] = replace(self.accounts[account], **fields)  # type: ignore[arg-type]
