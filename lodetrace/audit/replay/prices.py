"""Checks of settlement prices against published ranges: a flag for readers, never a refusal."""

from dataclasses import dataclass
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.claims import ClaimRepeated
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.labels import readable
from lodetrace.audit.replay.lots import LotBook, LotRecord
from lodetrace.audit.replay.members import Members
from lodetrace.contracts.events import (
    CommodityRegistered,
    PriceChecked,
    PriceReleased,
)
from lodetrace.text import hex_of
from zk_circuits.abi import hash_static


class PriceCheckInvalid(HistoryRefused):
    """A price check of another offer, or by somebody who is no party of it."""

    template = "step {step}, {item}: {what} is {actual}, expected {expected}"


@dataclass(frozen=True, slots=True)
class CheckMade:
    """A check of the story."""

    event: PriceChecked
    at: ProvenEvent


class Prices:
    """Checks every price check about a lot of the story."""

    def __init__(self, members: Members, book: LotBook) -> None:
        self._members: Final = members
        self._book: Final = book
        self._commodities: Final[dict[bytes, CommodityRegistered]] = {}
        self.released: Final[dict[bytes, PriceReleased]] = {}
        self._corrected: Final[set[bytes]] = set()
        self.checks: Final[dict[bytes, CheckMade]] = {}

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {
            CommodityRegistered: self._register,
            PriceReleased: self._release,
            PriceChecked: self._check,
        }

    def _register(self, event: CommodityRegistered, at: ProvenEvent) -> None:
        self._commodities[event.commodity] = event

    def _release(self, event: PriceReleased, at: ProvenEvent) -> None:
        self.released[event.record] = event
        self._corrected.add(event.publication.corrects)

    def _check(self, event: PriceChecked, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        item = labels.price_check(event.check_id)
        self._members.require_active(event.account, item, at)
        _require_transfer(event, record, item, at)
        _require(item, "id", event.check_id, _check_id(event))
        self._require_record(event, record, item)
        if event.check_id in self.checks:
            raise ClaimRepeated(item=item)
        self.checks[event.check_id] = CheckMade(event, at)

    def _require_record(self, event: PriceChecked, record: LotRecord, item: str) -> None:
        """A released record, its day's last word, of the metal and material of the lot."""
        released = self.released.get(event.record)
        if released is None:
            raise PriceCheckInvalid(
                item=item, what="record", actual=hex_of(event.record), expected="a released one"
            )
        if event.record in self._corrected:
            raise PriceCheckInvalid(
                item=item, what="record", actual=hex_of(event.record), expected="its correction"
            )
        commodity = self._commodities.get(released.commodity)
        if commodity is None:
            raise PriceCheckInvalid(
                item=item,
                what="commodity",
                actual=hex_of(released.commodity),
                expected="a registered one",
            )
        _require(item, "element", commodity.element, record.nature.element)
        _require(item, "material", int(commodity.material), int(record.nature.material))


def _require_transfer(event: PriceChecked, record: LotRecord, item: str, at: ProvenEvent) -> None:
    """The open offer of the lot, of which the account is a party."""
    offer = record.offer
    if offer is None or not record.is_open(at.time):
        raise PriceCheckInvalid(item=item, what="offer", actual="none", expected="an open one")
    transfer = event.transfer
    _require(item, "seller", transfer.seller, record.account)
    _require(item, "buyer", transfer.buyer, offer.to)
    _require(item, "offer", transfer.offer, offer.sequence)
    if event.account not in (transfer.seller, transfer.buyer):
        raise PriceCheckInvalid(
            item=item, what="account", actual=event.account, expected="a party of the offer"
        )


def _check_id(event: PriceChecked) -> bytes:
    return hash_static(event.lot, event.transfer.offer, event.account, event.record)


def _require(item: str, what: str, actual: object, expected: object) -> None:
    if actual != expected:
        raise PriceCheckInvalid(
            item=item, what=what, actual=readable(actual), expected=readable(expected)
        )
