"""Products: units of lots in a product, each unit once, and the totals over its parts."""

from dataclasses import dataclass, field
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.ancestry import Ancestry
from lodetrace.audit.replay.custody import require_movable
from lodetrace.audit.replay.declared_ids import require_scoped
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.lots import LotBook, LotRecord, NotHolder
from lodetrace.audit.replay.members import Members
from lodetrace.audit.replay.natures import require_element
from lodetrace.audit.replay.retirements import Retirements
from lodetrace.audit.replay.run_materials import RECOVERABLE, CountInvalid, MaterialMismatch
from lodetrace.contracts.enums import LotState, Role
from lodetrace.contracts.events import (
    ProductDeclared,
    ProductSealed,
    TotalRecorded,
    UnitsAssigned,
)
from lodetrace.contracts.structs import ZERO32, Part
from lodetrace.text import hex_of

MOST_PARTS: Final = 16
"""Parts of one total; one less after a previous total."""


class ProductUndeclared(HistoryRefused):
    """Nothing shown declares the product."""

    template = "step {step}, {item}: nothing shown declares it"


class ProductRepeated(HistoryRefused):
    """A product that is declared or sealed twice."""

    template = "step {step}, {item}: it is {what} twice"


class PartMissing(HistoryRefused):
    """A part of a product that is not shown, or shown twice."""

    template = (
        "step {step}, {item}: part {actual} of element {element} is shown, {expected} is expected"
    )


class PartAfterSeal(HistoryRefused):
    """A part that was added to a sealed product."""

    template = "step {step}, {item}: part {part} was added after the seal"


class UnitsExceeded(HistoryRefused):
    """More units assigned than the lot has."""

    template = (
        "step {step}, {item}: {assigned} of {count} units are assigned, {units} more do not fit"
    )


class TotalInvalid(HistoryRefused):
    """A total that does not go on where the one before ended, or covers parts that are not."""

    template = "step {step}, {item}: {reason}"


class TotalWeightInvalid(HistoryRefused):
    """Units that the scale does not bring to a whole weight."""

    template = (
        "step {step}, {item}: {units} of {count} units of lot {lot} have no whole weight "
        "at scale {scale}"
    )


class CompletenessMismatch(HistoryRefused):
    """A total that says complete of an open product, or the reverse."""

    template = (
        "step {step}, {item}: complete is {actual}, "
        "it covers {covered} of {parts} parts, sealed: {is_sealed}"
    )


@dataclass(slots=True)
class ProductRecord:
    """A declared product. parts: by element, in the order of their assignment."""

    id: bytes
    owner: str
    is_sealed: bool = False
    parts: dict[int, list[Part]] = field(default_factory=dict)

    @property
    def item(self) -> str:
        """How errors name it."""
        return labels.product(self.id)


class Products:
    """Parts and totals of the products that the story shows."""

    def __init__(
        self, members: Members, book: LotBook, ancestry: Ancestry, retirements: Retirements
    ) -> None:
        self._members: Final = members
        self._book: Final = book
        self._subject: Final = ancestry.subject.id
        self._retirements: Final = retirements
        self.products: Final[dict[bytes, ProductRecord]] = {}
        self.totals: Final[dict[bytes, TotalRecorded]] = {}

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {
            ProductDeclared: self._declare,
            UnitsAssigned: self._assign,
            ProductSealed: self._seal,
            TotalRecorded: self._record_total,
        }

    def _declare(self, event: ProductDeclared, at: ProvenEvent) -> None:
        self._retirements.declared(event)
        if event.product != self._subject:
            return
        item = labels.product(event.product)
        if event.product in self.products:
            raise ProductRepeated(item=item, what="declared")
        require_scoped(event.product, event.account, event.label, item)
        self._members.require(event.account, Role.MAKER, item, at)
        self.products[event.product] = ProductRecord(event.product, event.account)

    def _assign(self, event: UnitsAssigned, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        owner = record.account
        if event.product == self._subject:
            owner = self._add_part(event, at)
        _require_assignable(record, owner, at)
        require_element(event.element, record.nature.element, record.item)
        if event.units < 1:
            raise CountInvalid(
                item=record.item, actual=event.units, material=record.nature.material
            )
        if record.assigned + event.units > record.nature.count:
            raise UnitsExceeded(
                item=record.item,
                assigned=record.assigned,
                count=record.nature.count,
                units=event.units,
            )
        self._retirements.assigned(event)
        record.assigned += event.units
        record.bind(LotState.ASSIGNED)

    def _add_part(self, event: UnitsAssigned, at: ProvenEvent) -> str:
        """The owner of the subject, whose parts are numbered without a gap."""
        product = self._product(event.product)
        self._members.require(product.owner, Role.MAKER, product.item, at)
        if product.is_sealed:
            raise PartAfterSeal(item=product.item, part=event.part)
        parts = product.parts.setdefault(event.element, [])
        if event.part != len(parts):
            raise PartMissing(
                item=product.item, actual=event.part, element=event.element, expected=len(parts)
            )
        parts.append(Part(event.lot, event.units))
        return product.owner

    def _seal(self, event: ProductSealed, at: ProvenEvent) -> None:
        self._retirements.sealed(event, at)
        if event.product != self._subject:
            return
        product = self._product(event.product)
        self._members.require(product.owner, Role.MAKER, product.item, at)
        if product.is_sealed:
            raise ProductRepeated(item=product.item, what="sealed")
        product.is_sealed = True

    def _record_total(self, event: TotalRecorded, at: ProvenEvent) -> None:
        if event.product != self._subject:
            return
        item = labels.total(event.total)
        product = self._product(event.product)
        self._members.require_running(item, at)
        self._members.require(event.account, Role.MAKER, item, at)
        if event.account != product.owner:
            raise NotHolder(item=item, actual=event.account, expected=product.owner, block=at.block)
        if event.total in self.totals:
            raise TotalInvalid(item=item, reason="it is recorded twice")
        parts = product.parts.get(event.element, [])
        self._require_next(event, len(parts), item)
        for part in parts[event.first_part : event.parts]:
            _require_weight(self._book.lots[part.lot], part, event.scale, item)
        complete = event.parts == len(parts) and product.is_sealed
        if event.complete != complete:
            raise CompletenessMismatch(
                item=item,
                actual=event.complete,
                covered=event.parts,
                parts=len(parts),
                is_sealed=product.is_sealed,
            )
        self.totals[event.total] = event

    def _require_next(self, event: TotalRecorded, parts: int, item: str) -> None:
        """It goes on where the previous one ended, and covers parts that there are."""
        first = event.previous == ZERO32
        previous = self.totals.get(event.previous)
        if first:
            follows = event.first_part == 0
        else:
            follows = previous is not None and (
                previous.element,
                previous.parts,
                previous.scale,
            ) == (event.element, event.first_part, event.scale)
        if not follows:
            raise TotalInvalid(item=item, reason="it does not go on where the one before ended")
        most = MOST_PARTS if first else MOST_PARTS - 1
        if not 1 <= event.parts - event.first_part <= most or event.parts > parts:
            reason = f"parts {event.first_part} to {event.parts} of {parts} are covered"
            raise TotalInvalid(item=item, reason=reason)

    def _product(self, product: bytes) -> ProductRecord:
        found = self.products.get(product)
        if found is None:
            raise ProductUndeclared(item=labels.product(product))
        return found


def _require_assignable(record: LotRecord, owner: str, at: ProvenEvent) -> None:
    """Free, or assigned in part before; waste goes to recovery."""
    record.require_holder(owner, at)
    if record.state is not LotState.ASSIGNED:
        record.require_free(owner, at)
    require_movable(record, at)
    if record.nature.material in RECOVERABLE:
        raise MaterialMismatch(
            item=record.item, actual=record.nature.material, reason="goes into no product"
        )


def _require_weight(record: LotRecord, part: Part, scale: int, item: str) -> None:
    scaled = part.units * scale
    if scaled == 0 or scaled % record.nature.count:
        raise TotalWeightInvalid(
            item=item,
            units=part.units,
            count=record.nature.count,
            lot=hex_of(part.lot),
            scale=scale,
        )
