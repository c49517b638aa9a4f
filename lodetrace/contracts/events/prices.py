"""Events of Prices."""

from dataclasses import dataclass
from typing import ClassVar

from lodetrace.contracts.enums import Material
from lodetrace.contracts.events.base import Event
from lodetrace.contracts.price_structs import Publication, Transfer
from lodetrace.contracts.structs import ProofWords


class PricesEvent(Event):
    __slots__ = ()
    contract: ClassVar[str] = "Prices"


@dataclass(frozen=True, slots=True)
class CommodityRegistered(PricesEvent):
    commodity: bytes
    sequence: int
    administrator: bytes
    element: int
    material: Material


@dataclass(frozen=True, slots=True)
class MethodologyNoticed(PricesEvent):
    commodity: bytes
    methodology: bytes
    sequence: int
    applies_from: int


@dataclass(frozen=True, slots=True)
class PricePrepared(PricesEvent):
    record: bytes
    commodity: bytes
    releaser: str
    sequence: int
    preparer: str
    publication: Publication
    sealed_to_releaser: bytes


@dataclass(frozen=True, slots=True)
class PriceReleased(PricesEvent):
    record: bytes
    commodity: bytes
    day: int
    sequence: int
    releaser: str
    publication: Publication


@dataclass(frozen=True, slots=True)
class OpeningDelivered(PricesEvent):
    record: bytes
    subscriber: str
    sequence: int
    sealed_to_subscriber: bytes


@dataclass(frozen=True, slots=True)
class PriceChecked(PricesEvent):
    """Says `inside` of a settlement price that only its parties know."""

    check_id: bytes
    lot: bytes
    account: str
    record: bytes
    transfer: Transfer
    price: bytes
    inside: bool
    public_signals: tuple[int, ...]
    sealed_to_counterparty: bytes
    proof: ProofWords
