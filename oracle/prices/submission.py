"""One piece of price information as its submitter states it (2.3.1.3), read strictly."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NoReturn, Self

from lodetrace.canonical_json import document_hash
from lodetrace.errors import LodetraceError
from lodetrace.text import TextMalformed, parse_hex
from lodetrace.units import parse_metal, parse_share
from oracle.prices.errors import SubmissionInvalid
from oracle.prices.money import PriceUnit

REQUIRED: Final = frozenset(
    {"commodity", "day", "kind", "submitter", "time", "specification", "price", "delivery",
     "payment", "independent"}
)  # fmt: skip
OPTIONAL: Final = frozenset({"counterparty", "volume", "special", "producer", "note", "corrects"})
LONGEST_DAYS: Final = 3_650
LONGEST_TEXT: Final = 2_000
LONGEST_NAME: Final = 100


class Kind(StrEnum):
    """What is stated."""

    TRADE = "trade"
    BID = "bid"
    OFFER = "offer"
    EXPECTED = "expected"


QUOTES: Final = (Kind.BID, Kind.OFFER)


class Payment(StrEnum):
    """How it is paid: days until the money comes, or until the draft is due."""

    TRANSFER = "transfer"
    BANK_ACCEPTANCE = "bank-acceptance"


@dataclass(frozen=True, slots=True)
class Submission:
    """content: ppm of metal. low, high, freight: fen per mt. volume: physical mg.

    freight: to be added for delivery to the factory. independent: declared by the submitter, that
    the parties are so financially and legally. special: circumstances or services in the price.
    """

    commodity: str
    day: date
    kind: Kind
    submitter: str
    counterparty: str | None
    time: datetime
    standard: str
    content: int
    low: int
    high: int
    volume: int | None
    place: str
    freight: int
    payment: Payment
    payment_days: int
    independent: bool
    special: str
    corrects: bytes | None
    hash: bytes
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def of(cls, raw: dict[str, Any], unit: PriceUnit) -> Self:
        """The submission in parsed JSON, prices in `unit`; raises InputError."""
        _require_keys("fields", raw, REQUIRED, OPTIONAL)
        kind = _choice(raw, "kind", Kind)
        specification = _object(raw, "specification", {"standard", "content"})
        low, high = _price(raw, unit)
        delivery = _object(raw, "delivery", {"place"}, {"freight"})
        payment = _object(raw, "payment", {"terms", "days"})
        return cls(
            commodity=_name(raw, "commodity"),
            day=_day(raw),
            kind=kind,
            submitter=_name(raw, "submitter"),
            counterparty=_counterparty(raw, kind),
            time=_time(raw),
            standard=_text(specification, "standard", LONGEST_NAME),
            content=_quantity("content", parse_share, specification["content"]),
            low=low,
            high=high,
            volume=_volume(raw, kind),
            place=_text(delivery, "place", LONGEST_NAME),
            freight=unit.parse(delivery["freight"]) if "freight" in delivery else 0,
            payment=_choice(payment, "terms", Payment),
            payment_days=_days(payment),
            independent=_boolean(raw, "independent"),
            special=_text(raw, "special", LONGEST_TEXT) if "special" in raw else "",
            corrects=_corrects(raw),
            hash=_hash_of(raw),
            raw=raw,
        )


def _hash_of(raw: dict[str, Any]) -> bytes:
    for name in ("producer", "note"):
        if name in raw:
            _text(raw, name, LONGEST_TEXT)
    return document_hash(raw)


def _price(raw: dict[str, Any], unit: PriceUnit) -> tuple[int, int]:
    price = _object(raw, "price", {"low", "high", "unit"})
    if price["unit"] != unit.name:
        _refuse("price.unit", f"is not {unit.name!r}")
    low, high = unit.parse(price["low"]), unit.parse(price["high"])
    if low > high:
        _refuse("price", "has its low above its high")
    return low, high


def _counterparty(raw: dict[str, Any], kind: Kind) -> str | None:
    if "counterparty" in raw:
        return _name(raw, "counterparty")
    if kind is Kind.TRADE:
        _refuse("counterparty", "is missing: a trade has two parties")
    return None


def _volume(raw: dict[str, Any], kind: Kind) -> int | None:
    if "volume" not in raw:
        if kind is not Kind.EXPECTED:
            _refuse("volume", f"is missing: a {kind} has one")
        return None
    found = _quantity("volume", parse_metal, raw["volume"])
    if found == 0:
        _refuse("volume", "is nothing")
    return found


def _quantity(name: str, parse: Any, text: Any) -> int:
    try:
        return int(parse(text))
    except LodetraceError as error:
        _refuse(name, str(error))


def _time(raw: dict[str, Any]) -> datetime:
    try:
        found = datetime.fromisoformat(_text(raw, "time", LONGEST_NAME))
    except ValueError:
        _refuse("time", "is no date and time of ISO 8601")
    if found.tzinfo is None:
        _refuse("time", "has no offset from UTC, for example +08:00")
    return found


def _day(raw: dict[str, Any]) -> date:
    text = _text(raw, "day", LONGEST_NAME)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
        _refuse("day", "is no date like 2026-11-20")
    try:
        return date.fromisoformat(text)
    except ValueError:
        _refuse("day", "is no date like 2026-11-20")


def _days(payment: dict[str, Any]) -> int:
    value = payment["days"]
    whole = isinstance(value, Decimal) and value == value.to_integral_value()
    if not whole or not 0 <= value <= LONGEST_DAYS:
        _refuse("payment.days", f"is no whole number up to {LONGEST_DAYS}")
    return int(value)


def _corrects(raw: dict[str, Any]) -> bytes | None:
    if "corrects" not in raw:
        return None
    try:
        return parse_hex(raw["corrects"], 32, lower=True)
    except TextMalformed:
        _refuse("corrects", "is no hash: 0x and 64 digits in lower case")


def _boolean(raw: dict[str, Any], name: str) -> bool:
    if not isinstance(raw[name], bool):
        _refuse(name, "is neither true nor false")
    return bool(raw[name])


def _choice(raw: dict[str, Any], name: str, kind: type[Any]) -> Any:
    known = [str(one) for one in kind]
    if raw[name] not in known:
        _refuse(name, f"is none of {', '.join(known)}")
    return kind(raw[name])


def _object(
    raw: dict[str, Any],
    name: str,
    required: set[str],
    optional: frozenset[str] | set[str] = frozenset(),
) -> dict[str, Any]:
    if not isinstance(raw[name], dict):
        _refuse(name, "is no object")
    _require_keys(name, raw[name], required, optional)
    return dict(raw[name])


def _require_keys(
    name: str, raw: dict[str, Any], required: set[str] | frozenset[str], optional: Any
) -> None:
    missing, unknown = required - set(raw), set(raw) - required - optional
    if missing or unknown:
        wrong = ", ".join(sorted([*missing, *unknown]))
        _refuse(name, f"missing or unknown: {wrong:.120}")


def _name(raw: dict[str, Any], name: str) -> str:
    text = _text(raw, name, LONGEST_NAME)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text, re.ASCII):
        _refuse(name, "is no name of a-z, 0-9 and -")
    return text


def _text(raw: dict[str, Any], name: str, longest: int) -> str:
    value = raw[name]
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        _refuse(name, f"is no text of 1 to {longest} signs")
    if not value.isprintable():
        _refuse(name, "holds signs that cannot be printed")
    return str(value)


def _refuse(name: str, reason: str) -> NoReturn:
    raise SubmissionInvalid(name=name, reason=reason)
