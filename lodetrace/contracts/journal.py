"""In which rows of the Journal each event is noted: the one table that says so.

The contracts note, and say nothing of it in their logs; whoever reads a log finds its rows here. A
test folds the rows of whole chains and compares them with the words that the Journal holds.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from lodetrace.contracts import events as told
from lodetrace.contracts.enums import RowKind
from lodetrace.contracts.events.base import Event
from lodetrace.contracts.structs import ZERO32, Row
from lodetrace.text import ADDRESS_BYTES, parse_hex
from zk_circuits.abi import hash_static

WHOLE_DOCUMENT: Final = 0
"""In place of an element: what is said of all metals of a document."""
TOTAL_TAG: Final = 3
"""The last byte of the tag of a total (zk_circuits/SPEC.md, section 1)."""
TAG_AT: Final = 1
"""Place of the tag among the public signals of a claim."""


class Place(Protocol):
    """Where an event names what it is about."""

    def rows(self, event: Event) -> Iterable[Row]:
        """Rows that the event belongs to."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field, or one of a list's items: `outputs.id`. What is 0 names nothing."""

    kind: RowKind
    path: str

    def rows(self, event: Event) -> Iterator[Row]:
        """One for each value."""
        values: list[object] = [event]
        for name in self.path.split("."):
            values = [part for value in values for part in _items(getattr(value, name))]
        subjects = map(_word, values)
        return (Row(self.kind, subject) for subject in subjects if subject != ZERO32)


@dataclass(frozen=True, slots=True)
class Alone:
    """The one row of its kind."""

    kind: RowKind

    def rows(self, event: Event) -> Iterator[Row]:
        """Whatever the event says."""
        del event
        yield Row(self.kind, ZERO32)


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a site, by its number."""

    def rows(self, event: Event) -> Iterator[Row]:
        """As an event about no metal."""
        assert isinstance(event, told.Filed | told.DocumentRefused)
        yield Row(RowKind.EVENT, hash_static(event.site, event.sequence, WHOLE_DOCUMENT))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A lot or a total, as the tag says that the claim is proven of."""

    def rows(self, event: Event) -> Iterator[Row]:
        """One."""
        assert isinstance(event, told.ClaimRecorded)
        of_total = event.public_signals[TAG_AT] & 0xFF == TOTAL_TAG
        yield Row(RowKind.TOTAL if of_total else RowKind.LOT, event.subject)


SETTINGS: Final = (Alone(RowKind.SETTINGS),)
DIRECTORY: Final = (Alone(RowKind.DIRECTORY),)
LOT: Final = (Field(RowKind.LOT, "lot"),)
ROOT: Final = (Field(RowKind.ROOT, "root"),)
EVENT: Final = (Field(RowKind.EVENT, "event_id"),)
SITE: Final = (Field(RowKind.SITE, "site"),)
CERTIFICATE: Final = (Field(RowKind.CERTIFICATE, "certificate"),)
PLACE: Final = (Field(RowKind.PLACE, "place"),)
MEMBER: Final = (Field(RowKind.MEMBER, "organisation"),)
GROUP: Final = (Field(RowKind.GROUP, "group"),)
PRODUCT: Final = (Field(RowKind.PRODUCT, "product"),)
COMMODITY: Final = (Field(RowKind.COMMODITY, "commodity"),)
RECORD: Final = (Field(RowKind.PRICE_RECORD, "record"),)

ROWS: Final[Mapping[type[Event], tuple[Place, ...]]] = MappingProxyType(
    {
        told.JournalWriterSet: DIRECTORY,
        told.WriterSet: DIRECTORY,
        told.ContractRegistered: DIRECTORY,
        told.HashRegistered: DIRECTORY,
        told.RecordingWindowSet: SETTINGS,
        told.GraceSet: SETTINGS,
        told.QuorumSet: SETTINGS,
        told.CreditRuleSet: SETTINGS,
        told.ModelRuleSet: SETTINGS,
        told.GridSet: SETTINGS,
        told.DirectBoundarySet: SETTINGS,
        told.Paused: SETTINGS,
        told.OrganisationRegistered: (*MEMBER, *GROUP),
        told.OrganisationSuspended: MEMBER,
        told.OrganisationReinstated: MEMBER,
        told.OrganisationFrozen: MEMBER,
        told.AccreditationSet: MEMBER,
        told.RolesSet: MEMBER,
        told.RolesUnseasoned: MEMBER,
        told.AdminSet: MEMBER,
        told.GroupSet: (*MEMBER, *GROUP),
        told.GroupFrozen: GROUP,
        told.AccountAdded: (*MEMBER, Field(RowKind.ACCOUNT, "account")),
        told.AccountRemoved: MEMBER,
        told.AccountRestored: MEMBER,
        told.SignerReplaced: MEMBER,
        told.RotationProposed: MEMBER,
        told.SignerRotated: MEMBER,
        told.ViewingKeyRotated: MEMBER,
        told.SiteRegistered: SITE,
        told.SiteClosed: SITE,
        told.SiteReopened: SITE,
        told.SiteTransferProposed: SITE,
        told.SiteTransferred: SITE,
        told.ContinuousSet: SITE,
        told.BandSet: SITE,
        told.PanelNamed: SITE,
        told.PlaceDetermined: PLACE,
        told.DeterminationExcused: PLACE,
        told.CertificateIssued: (*CERTIFICATE, *SITE),
        told.CertificateTakenOver: CERTIFICATE,
        told.CertificateStatusSet: CERTIFICATE,
        told.CertificateWithdrawn: CERTIFICATE,
        told.CertificateExcused: CERTIFICATE,
        told.Filed: (Document(),),
        told.DocumentRefused: (Document(),),
        told.Attested: EVENT,
        told.EventStanding: (*EVENT, Field(RowKind.LOT, "statement.inputs")),
        told.LotUnnamed: LOT,
        told.WithdrawalAttested: EVENT,
        told.EventWithdrawn: EVENT,
        told.LateFilingExcused: EVENT,
        told.LotBorn: (*LOT, *EVENT),
        told.LotOffered: LOT,
        told.LotAccepted: LOT,
        told.LotRejected: LOT,
        told.OfferCancelled: LOT,
        told.LotDisputed: LOT,
        told.SettlementApproved: LOT,
        told.DisputeEnded: (*LOT, *EVENT),
        told.ArrivalConsented: LOT,
        told.HoldPlaced: ROOT,
        told.HoldRenewed: ROOT,
        told.HoldReleaseProposed: ROOT,
        told.HoldReleased: ROOT,
        told.LotReleaseProposed: LOT,
        told.LotReleased: LOT,
        told.LotReleasedByAct: LOT,
        told.RunRecorded: (
            Field(RowKind.LOT, "inputs"),
            Field(RowKind.LOT, "outputs.id"),
            *EVENT,
        ),
        told.LotLost: (*LOT, *EVENT),
        told.ProductDeclared: PRODUCT,
        told.UnitsAssigned: (*PRODUCT, *LOT),
        told.ProductSealed: PRODUCT,
        told.UnitsRetired: PRODUCT,
        told.UnitsKept: LOT,
        told.TotalRecorded: (*PRODUCT, Field(RowKind.TOTAL, "total")),
        told.ClaimRecorded: (Claimed(),),
        told.CommodityRegistered: COMMODITY,
        told.MethodologyNoticed: COMMODITY,
        told.PricePrepared: RECORD,
        told.PriceReleased: (*RECORD, Field(RowKind.PRICE_RECORD, "publication.corrects")),
        told.PriceChecked: LOT,
    }
)
"""Event to the places in it that name its rows. An event is noted once in each of them."""

NOTED_WITH: Final[Mapping[type[Event], type[Event]]] = MappingProxyType(
    {
        told.LotConsumed: told.RunRecorded,
        told.LotMade: told.RunRecorded,
        told.LotNamed: told.EventStanding,
    }
)
"""Events that say again, to be found by their lot, what another one of the same call says: that one
is noted."""

BOXES: Final = frozenset({told.OpeningDisclosed, told.OpeningDelivered})
"""Sealed boxes for one reader: they say nothing about their subject."""

PROPOSALS: Final = frozenset({told.DeterminationProposed, told.FreezeProposed})
"""Words that have no effect until a second party's, whose event is noted."""

OF_THE_COUNCIL: Final = frozenset(
    {
        told.SeatGranted, told.SeatTaken, told.DelaySet, told.MembersNamed, told.ActProposed,
        told.ActApproved, told.ApprovalRevoked, told.ActDecided, told.ObjectionRaised,
        told.ActExecuted, told.PauseVoted,
    }
)  # fmt: skip
"""The council's own proceedings. What an act does is noted by the contract that it calls."""

UNNOTED: Final = frozenset(NOTED_WITH) | BOXES | PROPOSALS | OF_THE_COUNCIL
"""Events that are in no row."""


def rows_of(event: Event) -> list[Row]:
    """The rows in which an event is noted, none twice; empty for one that is in no row."""
    places = ROWS.get(type(event), ())
    return list(dict.fromkeys(row for place in places for row in place.rows(event)))


def _items(value: object) -> Iterable[object]:
    return value if isinstance(value, tuple) else (value,)


def _word(value: object) -> bytes:
    """A subject in 32 bytes: an id, an account, a number."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, int):
        return value.to_bytes(32, "big")
    return bytes(32 - ADDRESS_BYTES) + parse_hex(str(value), ADDRESS_BYTES)
