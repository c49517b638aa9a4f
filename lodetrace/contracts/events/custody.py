"""Events of Custody and Holds: who has a lot, and whether it may move."""

from dataclasses import dataclass
from typing import ClassVar

from lodetrace.contracts.events.base import Event


class CustodyEvent(Event):
    __slots__ = ()
    contract: ClassVar[str] = "Custody"


class HoldsEvent(Event):
    __slots__ = ()
    contract: ClassVar[str] = "Holds"


@dataclass(frozen=True, slots=True)
class LotOffered(CustodyEvent):
    lot: bytes
    from_: str
    to: str
    sequence: int
    expiry: int
    sealed_to_receiver: bytes


@dataclass(frozen=True, slots=True)
class LotAccepted(CustodyEvent):
    lot: bytes
    from_: str
    to: str
    sequence: int


@dataclass(frozen=True, slots=True)
class LotRejected(CustodyEvent):
    lot: bytes
    from_: str
    to: str
    sequence: int
    reason: bytes


@dataclass(frozen=True, slots=True)
class OfferCancelled(CustodyEvent):
    lot: bytes
    from_: str
    to: str
    sequence: int


@dataclass(frozen=True, slots=True)
class LotDisputed(CustodyEvent):
    lot: bytes
    from_: str
    to: str
    sequence: int
    until: int
    reason: bytes
    receiving_document: bytes


@dataclass(frozen=True, slots=True)
class SettlementApproved(CustodyEvent):
    lot: bytes
    event_id: bytes
    umpire: str
    sequence: int
    until: int


@dataclass(frozen=True, slots=True)
class DisputeEnded(CustodyEvent):
    """The measurement says that the lot is no less than booked: it is offered again as before."""

    lot: bytes
    event_id: bytes
    sequence: int
    expiry: int


@dataclass(frozen=True, slots=True)
class ArrivalConsented(CustodyEvent):
    """given: whether two groups now let the offer of a suspended sender be accepted.

    offer: the sequence that names it.
    """

    lot: bytes
    by: str
    offer: int
    given: bool


@dataclass(frozen=True, slots=True)
class OpeningDisclosed(CustodyEvent):
    lot: bytes
    from_: str
    to: str
    sealed_to_reader: bytes


@dataclass(frozen=True, slots=True)
class LotHeld(HoldsEvent):
    lot: bytes
    by: str
    sequence: int
    until: int
    reason: bytes


@dataclass(frozen=True, slots=True)
class HoldRenewed(HoldsEvent):
    lot: bytes
    by: str
    sequence: int
    until: int


@dataclass(frozen=True, slots=True)
class ReleaseProposed(HoldsEvent):
    lot: bytes
    by: str
    sequence: int


@dataclass(frozen=True, slots=True)
class LotReleased(HoldsEvent):
    lot: bytes
    by: str
    sequence: int


@dataclass(frozen=True, slots=True)
class LotReleasedByAct(HoldsEvent):
    """Of a lot that was born held, by an act of the council."""

    lot: bytes
    sequence: int
