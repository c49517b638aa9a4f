"""Many products from one list: declared, filled and sealed, many transactions on their way.

What stands on chain is looked up first, so the same list does nothing twice, on an empty disk too.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from lodetrace.contracts.enums import LotState, Material
from lodetrace.contracts.events import ProductDeclared, ProductSealed, UnitsAssigned
from lodetrace.errors import LodetraceError
from lodetrace.member.lots import own_lot
from lodetrace.member.products import (
    ProductIdentifierEmpty,
    assign_act,
    declare_act,
    product_id,
    product_name,
    seal_act,
)
from lodetrace.member.session import Act, MemberSession
from lodetrace.text import counted, enum_word

_FILLING: Final = (LotState.ACTIVE, LotState.ASSIGNED)
_NEVER: Final = (Material.SCRAP, Material.RETIRED)

Progress = Callable[[int, int], None]
"""Told of the transactions that are on their way, and of their number."""


@dataclass(frozen=True, slots=True)
class AskedPart:
    """One row of a list. lot: None where the row only declares the product."""

    row: int
    identifier: str
    lot: bytes | None
    units: int


@dataclass(frozen=True, slots=True)
class RowLeft:
    """Why a row does nothing. identifier: of its product, None where it cannot be read."""

    row: int
    reason: str
    identifier: str | None = None


@dataclass(slots=True)
class PlannedProduct:
    """One product of a list. rows, parts (units by lot): of rows that are in order.

    stand: lots whose units are in it already. seals: it is closed in the end.
    """

    name: str
    product: bytes
    declared: bool
    is_sealed: bool
    rows: list[int] = field(default_factory=list)
    parts: dict[bytes, int] = field(default_factory=dict)
    stand: set[bytes] = field(default_factory=set)
    seals: bool = False

    @property
    def assigns(self) -> list[bytes]:
        """Lots whose units are not in it yet."""
        return [lot for lot in self.parts if lot not in self.stand]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.declared and not self.assigns and not self.seals


@dataclass(frozen=True, slots=True)
class ProductPlan:
    """What a list asks for, and what is left out of it."""

    products: tuple[PlannedProduct, ...]
    left: tuple[RowLeft, ...]

    @property
    def open(self) -> list[PlannedProduct]:
        """Products with something left to do."""
        return [one for one in self.products if not one.is_done]


def plan_products(
    member: MemberSession,
    asked: Sequence[AskedPart],
    unread: Sequence[RowLeft] = (),
    *,
    seals: bool,
) -> ProductPlan:
    """Holds a list against the chain; a row that is not in order stops no other one.

    unread: rows that were left out before. seals: products of the list are closed in the end,
    those that miss no row. Raises NodeError.
    """
    planning = _Planning(member, {part.lot for part in asked if part.lot is not None})
    left = list(unread)
    for part in asked:
        reason = planning.add(part)
        if reason:
            left.append(RowLeft(part.row, reason, part.identifier))
    products = [one for one in planning.products.values() if one.rows]
    missing = {_name_or_none(one.identifier) for one in left}
    for one in products:
        whole = one.name not in missing and None not in missing
        one.seals = seals and whole and not one.is_sealed
    return ProductPlan(tuple(products), tuple(sorted(left, key=lambda row: row.row)))


def rehearse_products(member: MemberSession, plan: ProductPlan) -> None:
    """Asks the chain about one call of each kind that it can tell now; raises ContractRefused."""
    declares = [one for one in plan.open if not one.declared]
    for one in declares[:1]:
        member.rehearse_act(declare_act(member, one.name))
    lots: set[bytes] = set()
    for one in plan.open:
        for lot in one.assigns if one.declared else ():
            if lot not in lots:
                member.rehearse_act(assign_act(one.product, lot, one.parts[lot]))
                lots.add(lot)


def make_products(
    member: MemberSession, plan: ProductPlan, told: Progress
) -> list[tuple[PlannedProduct, LodetraceError]]:
    """Declares, fills and seals what is left; again, does what a crash left out.

    Returns products of which the chain refused something, and why: they are not sealed. Raises
    what Sender.send raises, but for refusals.
    """
    member.vault.keep_products({one.product: one.name for one in plan.products})
    refused: dict[bytes, LodetraceError] = {}

    def send(acts: Iterable[tuple[PlannedProduct, Act]]) -> None:
        of = {act: one.product for one, act in acts if one.product not in refused}
        for act, error in member.send_each(list(of), told).items():
            refused.setdefault(of[act], error)

    left = plan.open
    send((one, declare_act(member, one.name)) for one in left if not one.declared)
    send((one, assign_act(one.product, lot, one.parts[lot])) for one in left for lot in one.assigns)
    send((one, seal_act(one.product)) for one in left if one.seals)
    return [(one, refused[one.product]) for one in left if one.product in refused]


def _name_or_none(identifier: str | None) -> str | None:
    """How a product's identifier is compared; None where it cannot be told."""
    try:
        return None if identifier is None else product_name(identifier)
    except ProductIdentifierEmpty:
        return None


class _Planning:
    """Products in the order of their first rows, and what room their lots have."""

    def __init__(self, member: MemberSession, lots: set[bytes]) -> None:
        happened = member.contracts.happened
        self.products: dict[bytes, PlannedProduct] = {}
        self._member: Final = member
        declared = happened(ProductDeclared, account=member.account)
        self._declared: Final = {one.product for one in declared}
        self._sealed: Final = {one.product for one in happened(ProductSealed)}
        stands = happened(UnitsAssigned, lot=sorted(lots)) if lots else []
        self._stands: Final = {(one.product, one.lot): one.units for one in stands}
        self._room: Final = {lot: self._room_of(lot) for lot in sorted(lots)}

    def add(self, part: AskedPart) -> str:
        """Takes a row up, or says why not."""
        product = product_id(self._member, part.identifier)
        if product not in self.products:
            self.products[product] = PlannedProduct(
                product_name(part.identifier),
                product,
                product in self._declared,
                product in self._sealed,
            )
        planned = self.products[product]
        reason = "" if part.lot is None else self._filled(planned, part.lot, part.units)
        if not reason:
            planned.rows.append(part.row)
        return reason

    def _filled(self, planned: PlannedProduct, lot: bytes, units: int) -> str:
        if lot in planned.parts:
            return "an earlier row puts units of this lot into it: there is one assignment for each"
        stands = self._stands.get((planned.product, lot))
        if stands is not None and stands != units:
            return f"it has {counted(stands, 'units')} of the lot, not {units}, for good"
        if stands is None:
            reason = self._taken(planned, lot, units)
            if reason:
                return reason
        else:
            planned.stand.add(lot)
        planned.parts[lot] = units
        return ""

    def _taken(self, planned: PlannedProduct, lot: bytes, units: int) -> str:
        """Takes units out of the lot's room."""
        if planned.is_sealed:
            return "the product is sealed: it gets no further parts"
        room = self._room[lot]
        if isinstance(room, str):
            return room
        if units > room:
            return f"the lot has {counted(room, 'units')} left for it"
        self._room[lot] = room - units
        return ""

    def _room_of(self, lot: bytes) -> int | str:
        """Units that are free, or why none can be assigned."""
        try:
            view, _ = own_lot(self._member, lot)
        except LodetraceError as error:
            return str(error)
        if view.state not in _FILLING:
            return f"the lot is {enum_word(view.state)}"
        if view.on_hold:
            return "the lot is on hold"
        if view.lot.material in _NEVER:
            return f"{enum_word(view.lot.material)} goes into no product"
        return view.lot.count - self._member.reads.assigned_units(lot)


@dataclass(frozen=True, slots=True)
class OwnProduct:
    """A product of this account. identifier: None where this machine does not know it."""

    product: bytes
    identifier: str | None
    is_sealed: bool
    lots: int
    units: int


def own_products(member: MemberSession) -> list[OwnProduct]:
    """All that this account declared, in that order; three questions to the node."""
    happened = member.contracts.happened
    names = member.vault.products()
    sealed = {one.product for one in happened(ProductSealed)}
    parts: Mapping[bytes, list[UnitsAssigned]] = _by_product(happened(UnitsAssigned))
    found = []
    for one in happened(ProductDeclared, account=member.account):
        inside = parts.get(one.product, [])
        found.append(
            OwnProduct(
                one.product,
                names.get(one.product),
                one.product in sealed,
                len(inside),
                sum(part.units for part in inside),
            )
        )
    return found


def _by_product(assigned: Iterable[UnitsAssigned]) -> dict[bytes, list[UnitsAssigned]]:
    found: dict[bytes, list[UnitsAssigned]] = {}
    for one in assigned:
        found.setdefault(one.product, []).append(one)
    return found
