"""The structs of contracts/interfaces/IPrices.sol, as those of structs.py. Values never appear."""

from dataclasses import dataclass

from lodetrace.contracts.enums import Material, PriceStatus
from lodetrace.contracts.structs import ProofWords, Struct


@dataclass(frozen=True, slots=True)
class Commodity(Struct):
    """What is priced, and who publishes it. administrator: an organisation."""

    administrator: bytes
    element: int
    material: Material
    sequence: int


@dataclass(frozen=True, slots=True)
class Methodology(Struct):
    """A version of a methodology. applies_from: trading day, in days since 1970-01-01."""

    id: bytes
    applies_from: int
    noticed_at: int


@dataclass(frozen=True, slots=True)
class Publication(Struct):
    """What is published of a trading day. document: hash of the administrator's price record."""

    commodity: bytes
    day: int
    status: PriceStatus
    commitment: bytes
    document: bytes
    assessment: bytes
    methodology: bytes
    corrects: bytes


@dataclass(frozen=True, slots=True)
class PublishedPrice(Struct):
    """A released record. corrected_by is 0 while it is the day's last word."""

    publication: Publication
    released_at: int
    corrected_by: bytes


@dataclass(frozen=True, slots=True)
class Transfer(Struct):
    """One offer of a lot. offer: sequence of the lot that names it."""

    seller: str
    buyer: str
    offer: int


@dataclass(frozen=True, slots=True)
class CheckRequest(Struct):
    """Request of Prices.check and Prices.verify. price: commitment of the settlement price."""

    lot: bytes
    record: bytes
    price: bytes
    inside: bool
    sealed_to_counterparty: bytes
    proof: ProofWords


@dataclass(frozen=True, slots=True)
class Check(Struct):
    """What a recorded check says."""

    price: bytes
    checked_at: int
    inside: bool
