"""Events of Products and Claims."""

from dataclasses import dataclass
from typing import ClassVar

from lodetrace.contracts.enums import Measure
from lodetrace.contracts.events.base import Event
from lodetrace.contracts.structs import ProofWords


class ProductsEvent(Event):
    __slots__ = ()
    contract: ClassVar[str] = "Products"


class ClaimsEvent(Event):
    __slots__ = ()
    contract: ClassVar[str] = "Claims"


@dataclass(frozen=True, slots=True)
class ProductDeclared(ProductsEvent):
    product: bytes
    account: str
    label: bytes


@dataclass(frozen=True, slots=True)
class UnitsAssigned(ProductsEvent):
    product: bytes
    lot: bytes
    sequence: int
    element: int
    units: int
    part: int


@dataclass(frozen=True, slots=True)
class ProductSealed(ProductsEvent):
    product: bytes


@dataclass(frozen=True, slots=True)
class UnitsRetired(ProductsEvent):
    """Part of a run of the kind end of life. lot: the product's part of the series."""

    product: bytes
    lot: bytes
    run_id: bytes
    units: int


@dataclass(frozen=True, slots=True)
class UnitsKept(ProductsEvent):
    """Of the rest that such a run left."""

    lot: bytes
    run_id: bytes
    sequence: int
    units: int


@dataclass(frozen=True, slots=True)
class TotalRecorded(ClaimsEvent):
    total: bytes
    product: bytes
    account: str
    element: int
    first_part: int
    parts: int
    scale: int
    previous: bytes
    complete: bool
    public_signals: tuple[int, ...]
    proof: ProofWords


@dataclass(frozen=True, slots=True)
class ClaimRecorded(ClaimsEvent):
    claim_id: bytes
    subject: bytes
    account: str
    measure: Measure
    credit_mask: int
    threshold: int
    revision: int
    public_signals: tuple[int, ...]
    proof: ProofWords


@dataclass(frozen=True, slots=True)
class GridSet(ClaimsEvent):
    measure: Measure
    step: int
    limit: int


@dataclass(frozen=True, slots=True)
class DirectBoundarySet(ClaimsEvent):
    """material: 0 for totals."""

    element: int
    material: int
    known: bool
