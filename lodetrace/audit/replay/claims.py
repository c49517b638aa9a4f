"""Claims: thresholds on the grid of their time, about lots and complete totals of the story."""

from dataclasses import dataclass
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.ancestry import Ancestry
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.lots import LotBook, NotHolder, StockBound
from lodetrace.audit.replay.members import Members
from lodetrace.audit.replay.products import Products
from lodetrace.audit.replay.run_rules import ChargeBound
from lodetrace.contracts.enums import Measure
from lodetrace.contracts.events import ClaimRecorded, DirectBoundarySet, GridSet
from lodetrace.text import hex_of
from zk_circuits.abi import hash_static
from zk_circuits.schema import CREDITS, RECYCLED, credit_mask

RECYCLED_MASK: Final = credit_mask(RECYCLED)
NO_MATERIAL: Final = 0
"""What a boundary of totals is registered under."""
LOT_REVISION: Final = 0
"""Of a lot that was never restated; these contracts restate none."""


class ClaimIdMismatch(HistoryRefused):
    """A claim id that is not that of its words."""

    template = "step {step}, {item}: its words make the id {expected}"


class ClaimRepeated(HistoryRefused):
    """A claim or check that is recorded twice."""

    template = "step {step}, {item}: it is recorded twice"


class ClaimSubjectInvalid(HistoryRefused):
    """A claim about something that is not there, or not complete."""

    template = "step {step}, {item}: its subject {subject} {reason}"


class MaskInvalid(HistoryRefused):
    """Credits that a claim cannot add up."""

    template = "step {step}, {item}: measure {measure} with credits {mask:#06b}"


class BoundaryMissing(HistoryRefused):
    """A claim of direct emissions where nobody had laid down what they include."""

    template = (
        "step {step}, {item}: no boundary of direct emissions is registered for element {element}, "
        "material {material}"
    )


class OffGrid(HistoryRefused):
    """A threshold that the grid in force did not have."""

    template = (
        "step {step}, {item}: threshold {threshold} is not on the grid of {grid} up to {limit}"
    )


@dataclass(frozen=True, slots=True)
class ClaimMade:
    """A claim of the story, and the metal that it speaks of.

    address: of the contract. A version before does not know what the next one recorded.
    """

    event: ClaimRecorded
    element: int
    block: int
    address: bytes


class Claims:
    """Checks the claims about lots of the story and totals of its product."""

    def __init__(
        self, members: Members, book: LotBook, products: Products, ancestry: Ancestry
    ) -> None:
        self._members: Final = members
        self._book: Final = book
        self._products: Final = products
        self._ancestry: Final = ancestry
        self._grids: Final[dict[tuple[bytes, Measure], GridSet]] = {}
        self._boundaries: Final[set[tuple[bytes, int, int]]] = set()
        self.claims: Final[dict[bytes, ClaimMade]] = {}

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {
            GridSet: self._set_grid,
            DirectBoundarySet: self._set_boundary,
            ClaimRecorded: self._record,
        }

    def _set_grid(self, event: GridSet, at: ProvenEvent) -> None:
        self._grids[at.address, event.measure] = event

    def _set_boundary(self, event: DirectBoundarySet, at: ProvenEvent) -> None:
        boundary = (at.address, event.element, event.material)
        if event.known:
            self._boundaries.add(boundary)
        else:
            self._boundaries.discard(boundary)

    def _record(self, event: ClaimRecorded, at: ProvenEvent) -> None:
        about_lot = self._book.wants(event.subject)
        if not about_lot and event.subject not in self._ancestry.totals:
            return
        item = labels.claim(event.claim_id)
        owner, element, material = (
            self._of_lot(event, at) if about_lot else self._of_total(event, item)
        )
        self._members.require_running(item, at)
        self._members.require_active(event.account, item, at)
        if event.account != owner:
            raise NotHolder(item=item, actual=event.account, expected=owner, block=at.block)
        _require_words(event, item)
        self._require_on_grid(event, item, at)
        self._require_boundary(event, element, material, item, at)
        before = self.claims.setdefault(
            event.claim_id, ClaimMade(event, element, at.block, at.address)
        )
        if before.event is not event and before.address == at.address:
            raise ClaimRepeated(item=item)

    def _of_lot(self, event: ClaimRecorded, at: ProvenEvent) -> tuple[str, int, int]:
        """Its holder, metal and material."""
        record = self._book.get(event.subject, at)
        assert record is not None
        if record.nature.charge:
            raise ChargeBound(item=record.item, reason="it was claimed of")
        if record.nature.is_stock:
            raise StockBound(item=record.item, reason="it was claimed of")
        return record.account, record.nature.element, int(record.nature.material)

    def _of_total(self, event: ClaimRecorded, item: str) -> tuple[str, int, int]:
        """Its owner and metal; it has no material."""
        subject = hex_of(event.subject)
        total = self._products.totals.get(event.subject)
        if total is None:
            raise ClaimSubjectInvalid(item=item, subject=subject, reason="is recorded later")
        if not total.complete:
            raise ClaimSubjectInvalid(item=item, subject=subject, reason="is not complete")
        return self._products.products[total.product].owner, total.element, NO_MATERIAL

    def _require_boundary(
        self, event: ClaimRecorded, element: int, material: int, item: str, at: ProvenEvent
    ) -> None:
        """Each version of the contract has boundaries of its own."""
        direct = event.measure == Measure.DIRECT_INTENSITY
        if direct and (at.address, element, material) not in self._boundaries:
            raise BoundaryMissing(item=item, element=element, material=material)

    def _require_on_grid(self, event: ClaimRecorded, item: str, at: ProvenEvent) -> None:
        """Each version of the contract has grids of its own."""
        grid = self._grids.get((at.address, event.measure))
        step, limit = (0, 0) if grid is None else (grid.step, grid.limit)
        if step == 0 or event.threshold % step or event.threshold > limit:
            said = {"threshold": event.threshold, "grid": step, "limit": limit}
            raise OffGrid(item=item, **{key: event.measure.said(one) for key, one in said.items()})


def _require_words(event: ClaimRecorded, item: str) -> None:
    """Its id, its revision, and credits that count each metal once."""
    expected = hash_static(
        event.subject,
        event.revision,
        int(event.measure),
        event.credit_mask,
        event.threshold,
    )
    if event.claim_id != expected or event.revision != LOT_REVISION:
        raise ClaimIdMismatch(item=item, expected=hex_of(expected))
    mask = event.credit_mask
    single = 0 < mask < 1 << CREDITS and mask & (mask - 1) == 0
    shares = event.measure == Measure.CREDIT_SHARE
    if not ((single or mask == RECYCLED_MASK) if shares else mask == 0):
        raise MaskInvalid(item=item, measure=int(event.measure), mask=mask)


def satisfies(made: ClaimMade, measure: Measure, mask: int, threshold: int) -> bool:
    """Whether a claim says at least what is demanded.

    More than a share of some credits is at least that share of them and others together.
    """
    event = made.event
    if event.measure != measure:
        return False
    if measure is Measure.CREDIT_SHARE:
        return event.credit_mask & ~mask == 0 and event.threshold >= threshold
    return event.threshold >= threshold if measure.at_least else event.threshold <= threshold
