"""Counters: that no event about a subject was left out, up to the value that the chain proves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lodetrace.audit.evidence import Counter, ProvenEvent
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.errors import HistoryRefused
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
    DeterminationExcused,
    DisputeEnded,
    Event,
    GroupSet,
    HoldRenewed,
    LotAccepted,
    LotBorn,
    LotConsumed,
    LotDisputed,
    LotHeld,
    LotLost,
    LotMade,
    LotNamed,
    LotOffered,
    LotRejected,
    LotReleased,
    LotReleasedByAct,
    LotUnnamed,
    OfferCancelled,
    OrganisationFrozen,
    OrganisationRegistered,
    OrganisationReinstated,
    OrganisationSuspended,
    PanelNamed,
    PlaceDetermined,
    ReleaseProposed,
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
    | LotHeld
    | HoldRenewed
    | ReleaseProposed
    | LotReleased
    | LotReleasedByAct
    | LotConsumed
    | LotLost
    | UnitsAssigned
    | UnitsKept
)


class EventWithheld(HistoryRefused):
    """A number that no shown event of the subject has."""

    template = "step {step}, {item}: event number {expected} is missing, number {actual} follows"


class EventRepeated(HistoryRefused):
    """A number that two shown events of the subject have."""

    template = "step {step}, {item}: two events have number {actual}"


class EventsWithheld(HistoryRefused):
    """The chain counted more events than are shown."""

    template = (
        "step {step}, {item}: {shown} events are shown, "
        "the chain counted {counted} up to block {block}"
    )


class CounterContradicted(HistoryRefused):
    """More events are shown than the chain counted."""

    template = (
        "step {step}, {item}: the chain counted {counted} events up to block {block}, "
        "{shown} are shown"
    )


@dataclass(frozen=True, slots=True)
class Numbered:
    """The number of one event about a subject, and its block."""

    sequence: int
    block: int


@dataclass(frozen=True, slots=True)
class Completeness:
    """What the counters show. at_head: complete up to the head; open: later events not excluded."""

    subjects: int
    events: int
    at_head: frozenset[Subject]
    open: frozenset[Subject]


def number_of(event: Event) -> tuple[Subject, int] | None:
    """Which counter the event raised, and to what; None for events without a counter."""
    if isinstance(event, MemberEvent):
        return (SubjectKind.MEMBER, event.organisation), event.sequence
    if isinstance(event, LotBorn | LotMade):
        return (SubjectKind.LOT, event.lot), 1
    if isinstance(event, LotEvent):
        return (SubjectKind.LOT, event.lot), event.sequence
    if isinstance(event, SiteEvent):
        return (SubjectKind.SITE, event.site), event.sequence
    if isinstance(event, CertificateEvent):
        return (SubjectKind.CERTIFICATE, event.certificate), event.sequence
    if isinstance(event, PlaceDetermined | DeterminationExcused):
        return (SubjectKind.PLACE, event.place), event.sequence
    return None


def numbered(events: Iterable[ProvenEvent]) -> dict[Subject, list[Numbered]]:
    """All numbers shown, by subject, in the order of the chain."""
    found: dict[Subject, list[Numbered]] = {}
    for shown in events:
        number = number_of(shown.event)
        if number is not None:
            subject, sequence = number
            found.setdefault(subject, []).append(Numbered(sequence, shown.block))
    return found


def require_complete(
    relied: Iterable[Subject],
    events: Iterable[ProvenEvent],
    counters: Mapping[Subject, Counter],
    head: int,
) -> Completeness:
    """Numbers 1 to n of each subject that the story relies on, n being what the chain counted."""
    shown = numbered(events)
    subjects = sorted(set(relied))
    at_head = set()
    for subject in subjects:
        numbers = shown.get(subject, [])
        _require_row(subject, numbers)
        counter = counters.get(subject)
        if counter is not None:
            _require_counted(subject, numbers, counter)
            if counter.block == head:
                at_head.add(subject)
    return Completeness(
        subjects=len(subjects),
        events=sum(len(shown.get(subject, ())) for subject in subjects),
        at_head=frozenset(at_head),
        open=frozenset(subjects) - at_head,
    )


def _require_row(subject: Subject, numbers: list[Numbered]) -> None:
    """1, 2, 3 … in the order of the chain."""
    for expected, number in enumerate(numbers, 1):
        if number.sequence < expected:
            raise EventRepeated(item=labels.counted(*subject), actual=number.sequence)
        if number.sequence > expected:
            raise EventWithheld(
                item=labels.counted(*subject), expected=expected, actual=number.sequence
            )


def _require_counted(subject: Subject, numbers: list[Numbered], counter: Counter) -> None:
    """As many as the chain counted; within the counter's own block, events may follow it."""
    through = sum(number.block <= counter.block for number in numbers)
    before = sum(number.block < counter.block for number in numbers)
    item = labels.counted(*subject)
    if through < counter.value:
        raise EventsWithheld(item=item, shown=through, counted=counter.value, block=counter.block)
    if before > counter.value:
        raise CounterContradicted(
            item=item, shown=before, counted=counter.value, block=counter.block
        )
