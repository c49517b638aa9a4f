"""Daily price ranges as members see them: that one exists, and what it is for subscribers."""

from collections.abc import Iterator
from dataclasses import dataclass

from lodetrace.contracts.events import OpeningDelivered, PricePrepared, PriceReleased
from lodetrace.contracts.price_structs import Publication
from lodetrace.errors import NotFound
from lodetrace.keys.sealed_price import open_range
from lodetrace.member.session import MemberSession
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import is_unset
from lodetrace.text import hex_of
from lodetrace.trading_day import day_of
from zk_circuits.price import RangeOpening


class PriceMissing(NotFound):
    """A trading day without a released record."""

    template = "commodity {commodity} has no price of {day}"
    advice = (
        "See `lodetrace price list`; holidays have none, and a day's price comes when it is over."
    )


class RangeNotDelivered(NotFound):
    """A range that was not sealed to this account."""

    template = "the range of record {record} was not sealed to {account}"
    advice = "Only subscribers see it: ask the price's administrator for a subscription."


@dataclass(frozen=True, slots=True)
class PriceView:
    """A released record. corrected_by: 32 zero bytes while it is the day's last word."""

    record: bytes
    publication: Publication
    corrected_by: bytes
    block: int


def released_prices(contracts: Contracts, commodity: bytes | None = None) -> list[PriceView]:
    """All released records, or those of a commodity, in the order of the chain; needs no keys."""
    wanted = {} if commodity is None else {"commodity": commodity}
    found = [
        (recorded.event, recorded.block)
        for recorded in contracts.events(PriceReleased, None, None, **wanted)
        if isinstance(recorded.event, PriceReleased)
    ]
    corrections = {event.publication.corrects: event.record for event, _ in found}
    return [
        PriceView(event.record, event.publication, corrections.get(event.record, bytes(32)), block)
        for event, block in found
    ]


def price_on(member: MemberSession, commodity: bytes, day: int) -> bytes:
    """The record that is the day's last word; raises PriceMissing."""
    record = member.reads.current_price(commodity, day)
    if is_unset(record):
        raise PriceMissing(commodity=hex_of(commodity), day=day_of(day).isoformat())
    return record


def opened_range(member: MemberSession, record: bytes) -> RangeOpening:
    """The range of a released record, decrypted and checked against its commitment.

    Raises RangeNotDelivered, BoxUnreadable, OpeningMalformed or OpeningOfAnother.
    """
    published = member.reads.price(record).publication
    element = member.reads.commodity(published.commodity).element
    boxes = list(_boxes(member, record))
    if not boxes:
        raise RangeNotDelivered(record=hex_of(record), account=member.account)
    return open_range(boxes[-1], member.keys.viewing_keys, published.commitment, element)


def _boxes(member: MemberSession, record: bytes) -> Iterator[bytes]:
    """Sealed to this account: as the one that releases, or as a subscriber; the last counts."""
    prepared = member.contracts.happened(PricePrepared, record=record, releaser=member.account)
    yield from (event.sealed_to_releaser for event in prepared)
    delivered = member.contracts.happened(
        OpeningDelivered, record=record, subscriber=member.account
    )
    yield from (event.sealed_to_subscriber for event in delivered)
