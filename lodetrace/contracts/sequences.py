"""Whose number each event has: subjects that the registers count events of.

Readers of logs see by these numbers that a node left an event out. Evidence rests on whole rows of
the Journal (lodetrace/audit/rows.py), and asks for none.
"""

from lodetrace.contracts.enums import SubjectKind
from lodetrace.contracts.events import (
    AccountAdded,
    AccountRemoved,
    AccountRestored,
    AccreditationSet,
    AdminSet,
    BandSet,
    CertificateExcused,
    CertificateIssued,
    CertificateStatusSet,
    CertificateTakenOver,
    CertificateWithdrawn,
    ContinuousSet,
    DeterminationExcused,
    DisputeEnded,
    Event,
    GroupSet,
    HoldPlaced,
    HoldReleased,
    HoldReleaseProposed,
    HoldRenewed,
    LotAccepted,
    LotBorn,
    LotConsumed,
    LotDisputed,
    LotLost,
    LotMade,
    LotNamed,
    LotOffered,
    LotRejected,
    LotReleased,
    LotReleasedByAct,
    LotReleaseProposed,
    LotUnnamed,
    OfferCancelled,
    OrganisationFrozen,
    OrganisationRegistered,
    OrganisationReinstated,
    OrganisationSuspended,
    PanelNamed,
    PlaceDetermined,
    RolesSet,
    RolesUnseasoned,
    RotationProposed,
    SettlementApproved,
    SignerReplaced,
    SignerRotated,
    SiteClosed,
    SiteRegistered,
    SiteReopened,
    SiteTransferProposed,
    SiteTransferred,
    UnitsAssigned,
    UnitsKept,
    ViewingKeyRotated,
)

Subject = tuple[SubjectKind, bytes]

MemberEvent = (
    OrganisationRegistered
    | OrganisationSuspended
    | OrganisationReinstated
    | RolesSet
    | AccreditationSet
    | RolesUnseasoned
    | AccountAdded
    | RotationProposed
    | SignerRotated
    | SignerReplaced
    | AdminSet
    | GroupSet
    | AccountRemoved
    | AccountRestored
    | OrganisationFrozen
    | ViewingKeyRotated
)
CertificateEvent = (
    CertificateIssued
    | CertificateStatusSet
    | CertificateExcused
    | CertificateTakenOver
    | CertificateWithdrawn
)
SiteEvent = (
    SiteRegistered
    | SiteClosed
    | SiteReopened
    | SiteTransferProposed
    | SiteTransferred
    | BandSet
    | PanelNamed
    | ContinuousSet
)
LotEvent = (
    LotOffered
    | LotAccepted
    | LotRejected
    | OfferCancelled
    | LotDisputed
    | SettlementApproved
    | DisputeEnded
    | LotNamed
    | LotUnnamed
    | LotReleaseProposed
    | LotReleased
    | LotReleasedByAct
    | LotConsumed
    | LotLost
    | UnitsAssigned
    | UnitsKept
)
HoldEvent = HoldPlaced | HoldRenewed | HoldReleaseProposed | HoldReleased


def number_of(event: Event) -> tuple[Subject, int] | None:
    """Which counter the event raised, and to what; None for events without a counter."""
    if isinstance(event, MemberEvent):
        return (SubjectKind.MEMBER, event.organisation), event.sequence
    if isinstance(event, LotBorn | LotMade):
        return (SubjectKind.LOT, event.lot), 1
    if isinstance(event, LotEvent):
        return (SubjectKind.LOT, event.lot), event.sequence
    if isinstance(event, HoldEvent):
        return (SubjectKind.HOLD, event.key), event.sequence
    if isinstance(event, SiteEvent):
        return (SubjectKind.SITE, event.site), event.sequence
    if isinstance(event, CertificateEvent):
        return (SubjectKind.CERTIFICATE, event.certificate), event.sequence
    if isinstance(event, PlaceDetermined | DeterminationExcused):
        return (SubjectKind.PLACE, event.place), event.sequence
    return None
