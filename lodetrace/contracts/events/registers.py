"""Events of Members, Sites, Places and Certificates."""

from dataclasses import dataclass
from typing import ClassVar

from lodetrace.contracts.enums import CertificateStatus, CustodyModel, Role, Scheme
from lodetrace.contracts.events.base import Event
from lodetrace.contracts.structs import Determination, Site


class MembersEvent(Event):
    __slots__ = ()
    contract: ClassVar[str] = "Members"


class SitesEvent(Event):
    __slots__ = ()
    contract: ClassVar[str] = "Sites"


class PlacesEvent(Event):
    __slots__ = ()
    contract: ClassVar[str] = "Places"


class SettingsEvent(Event):
    __slots__ = ()
    contract: ClassVar[str] = "Settings"


class CertificatesEvent(Event):
    __slots__ = ()
    contract: ClassVar[str] = "Certificates"


@dataclass(frozen=True, slots=True)
class OrganisationRegistered(MembersEvent):
    organisation: bytes
    sequence: int
    group: bytes
    roles: Role
    profile: bytes
    admin: str


@dataclass(frozen=True, slots=True)
class OrganisationSuspended(MembersEvent):
    organisation: bytes
    sequence: int
    reason: bytes


@dataclass(frozen=True, slots=True)
class OrganisationReinstated(MembersEvent):
    organisation: bytes
    sequence: int


@dataclass(frozen=True, slots=True)
class RolesSet(MembersEvent):
    organisation: bytes
    sequence: int
    roles: Role


@dataclass(frozen=True, slots=True)
class AccreditationSet(MembersEvent):
    """Bit s of schemes: it certifies scheme s, while it is active and has the role."""

    organisation: bytes
    sequence: int
    schemes: int


@dataclass(frozen=True, slots=True)
class RolesUnseasoned(MembersEvent):
    """Judging roles that were given, or came along into another group; they count from then on."""

    organisation: bytes
    sequence: int
    roles: Role
    from_: int


@dataclass(frozen=True, slots=True)
class AccountAdded(MembersEvent):
    account: str
    organisation: bytes
    sequence: int
    roles: Role
    viewing_key: bytes


@dataclass(frozen=True, slots=True)
class RotationProposed(MembersEvent):
    account: str
    organisation: bytes
    sequence: int
    signer: str


@dataclass(frozen=True, slots=True)
class SignerRotated(MembersEvent):
    account: str
    organisation: bytes
    sequence: int
    signer: str


@dataclass(frozen=True, slots=True)
class SignerReplaced(MembersEvent):
    """By an act of the council."""

    account: str
    organisation: bytes
    sequence: int
    signer: str


@dataclass(frozen=True, slots=True)
class AdminSet(MembersEvent):
    organisation: bytes
    sequence: int
    admin: str


@dataclass(frozen=True, slots=True)
class GroupSet(MembersEvent):
    """effective_from: since when it belongs to the group in fact."""

    organisation: bytes
    sequence: int
    group: bytes
    effective_from: int


@dataclass(frozen=True, slots=True)
class AccountRemoved(MembersEvent):
    account: str
    organisation: bytes
    sequence: int
    by: str


@dataclass(frozen=True, slots=True)
class AccountRestored(MembersEvent):
    account: str
    organisation: bytes
    sequence: int


@dataclass(frozen=True, slots=True)
class Paused(MembersEvent):
    until: int


@dataclass(frozen=True, slots=True)
class FreezeProposed(MembersEvent):
    group: bytes
    by: str


@dataclass(frozen=True, slots=True)
class GroupFrozen(MembersEvent):
    group: bytes
    by: str
    until: int


@dataclass(frozen=True, slots=True)
class OrganisationFrozen(MembersEvent):
    organisation: bytes
    sequence: int
    until: int


@dataclass(frozen=True, slots=True)
class ViewingKeyRotated(MembersEvent):
    """handover: the old private viewing key, sealed to the new public one (80 bytes)."""

    account: str
    organisation: bytes
    sequence: int
    viewing_key: bytes
    handover: bytes


@dataclass(frozen=True, slots=True)
class SiteRegistered(SitesEvent):
    site: bytes
    operator: bytes
    sequence: int
    details: Site


@dataclass(frozen=True, slots=True)
class SiteClosed(SitesEvent):
    site: bytes
    sequence: int


@dataclass(frozen=True, slots=True)
class SiteReopened(SitesEvent):
    site: bytes
    sequence: int


@dataclass(frozen=True, slots=True)
class SiteTransferProposed(SitesEvent):
    """operator: to whom; 32 zeros where an earlier proposal is withdrawn."""

    site: bytes
    sequence: int
    operator: bytes


@dataclass(frozen=True, slots=True)
class SiteTransferred(SitesEvent):
    site: bytes
    operator: bytes
    sequence: int


@dataclass(frozen=True, slots=True)
class BandSet(SitesEvent):
    site: bytes
    sequence: int
    tolerance: int
    loss_from: int
    loss_to: int
    scrap_to: int


@dataclass(frozen=True, slots=True)
class PanelNamed(SitesEvent):
    """groups: ownership groups whose inspectors' word counts at the site."""

    site: bytes
    sequence: int
    groups: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class PlaceDetermined(PlacesEvent):
    """proposer: of another ownership group, NOBODY where a criterion is met."""

    place: bytes
    sequence: int
    by: str
    proposer: str
    determination: Determination


@dataclass(frozen=True, slots=True)
class DeterminationProposed(PlacesEvent):
    """That no criterion is met: it counts once another ownership group confirms it."""

    place: bytes
    from_: int
    to: int
    by: str
    document: bytes


@dataclass(frozen=True, slots=True)
class DeterminationExcused(PlacesEvent):
    """number: of the determination that counts from its beginning on, from 1."""

    place: bytes
    sequence: int
    number: int


@dataclass(frozen=True, slots=True)
class RecordingWindowSet(SettingsEvent):
    """window: seconds."""

    window: int


@dataclass(frozen=True, slots=True)
class GraceSet(SettingsEvent):
    """grace: seconds."""

    grace: int


@dataclass(frozen=True, slots=True)
class QuorumSet(SettingsEvent):
    """quorum: ownership groups of inspectors that make an event stand."""

    quorum: int


@dataclass(frozen=True, slots=True)
class CertificateIssued(CertificatesEvent):
    """label: keccak256 of the certifier's own number; with its account it makes the id."""

    certificate: bytes
    site: bytes
    sequence: int
    scheme: Scheme
    element: int
    valid_from: int
    valid_to: int
    since: int
    certifier: str
    document: bytes
    label: bytes


@dataclass(frozen=True, slots=True)
class CertificateTakenOver(CertificatesEvent):
    """certifier: who vouches from now on. document: what he found."""

    certificate: bytes
    site: bytes
    sequence: int
    certifier: str
    document: bytes


@dataclass(frozen=True, slots=True)
class CertificateWithdrawn(CertificatesEvent):
    """By the council, for cause."""

    certificate: bytes
    site: bytes
    sequence: int
    effective_from: int
    recorded_at: int
    reason: bytes


@dataclass(frozen=True, slots=True)
class CertificateExcused(CertificatesEvent):
    certificate: bytes
    site: bytes
    sequence: int


@dataclass(frozen=True, slots=True)
class CertificateStatusSet(CertificatesEvent):
    certificate: bytes
    site: bytes
    sequence: int
    status: CertificateStatus
    effective_from: int
    recorded_at: int
    reason: bytes


@dataclass(frozen=True, slots=True)
class CreditRuleSet(CertificatesEvent):
    credit: int
    schemes: int
    pass_gated: bool


@dataclass(frozen=True, slots=True)
class ModelRuleSet(CertificatesEvent):
    """Bit s of schemes: scheme s proves that a site keeps metal apart as the model says."""

    model: CustodyModel
    schemes: int
