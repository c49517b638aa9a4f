"""Prices and checks of settlement prices, as documents and in words."""

from typing import TYPE_CHECKING, Final

from lodetrace.cli.answer import Document
from lodetrace.cli.format import amount
from lodetrace.text import enum_word, hex_of, short_id
from lodetrace.trading_day import day_of
from lodetrace.units import format_price

if TYPE_CHECKING:
    from lodetrace.contracts.events import PriceChecked
    from lodetrace.member.prices import PriceView
    from zk_circuits.price import PriceRange

COLUMNS: Final = ("day", "status", "record", "commodity", "corrected by")
FEN: Final = "fen per mt including VAT"


def price_document(view: "PriceView") -> Document:
    """A released record, without its range."""
    published = view.publication
    return {
        "record": hex_of(view.record),
        "commodity": hex_of(published.commodity),
        "day": day_of(published.day).isoformat(),
        "status": enum_word(published.status),
        "commitment": hex_of(published.commitment),
        "document": hex_of(published.document),
        "assessment": hex_of(published.assessment),
        "methodology": hex_of(published.methodology),
        "corrects": _id_or_none(published.corrects),
        "corrected_by": _id_or_none(view.corrected_by),
        "block": view.block,
    }


def price_row(view: "PriceView") -> tuple[str, ...]:
    """A record under COLUMNS."""
    published = view.publication
    corrected = short_id(view.corrected_by) if any(view.corrected_by) else ""
    day, record = day_of(published.day).isoformat(), hex_of(view.record)
    return (day, enum_word(published.status), record, short_id(published.commodity), corrected)


def range_document(found: "PriceRange") -> Document:
    """A range, exactly."""
    return {"low": amount(found.low, FEN), "high": amount(found.high, FEN)}


def say_range(found: "PriceRange") -> str:
    """ "78500 CNY/mt to 83500 CNY/mt"."""
    return f"{format_price(found.low)} to {format_price(found.high)}"


def check_document(event: "PriceChecked") -> Document:
    """A recorded check; the price is a commitment."""
    return {
        "check": hex_of(event.check_id),
        "lot": hex_of(event.lot),
        "record": hex_of(event.record),
        "account": event.account,
        "seller": event.transfer.seller,
        "buyer": event.transfer.buyer,
        "offer": event.transfer.offer,
        "price": hex_of(event.price),
        "inside": event.inside,
    }


def say_check(event: "PriceChecked", day: int) -> str:
    """ "the settlement price lies inside the range of 2026-11-20"."""
    where = "inside" if event.inside else "outside"
    return f"the settlement price lies {where} the range of {day_of(day).isoformat()}"


def _id_or_none(record: bytes) -> str | None:
    return hex_of(record) if any(record) else None
