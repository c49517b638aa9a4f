"""What happened to a lot, as the chain tells it."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from lodetrace.cli.answer import Document, rows
from lodetrace.cli.format import iso_or_none
from lodetrace.text import enum_word, hex_of, iso_time, short_id

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lodetrace.contracts.events import Event, Recorded
    from lodetrace.member.session import MemberSession

_NAMES: Final = {
    "LotBorn": "born",
    "LotMade": "made",
    "LotNamed": "went in",
    "LotUnnamed": "did not go in",
    "LotOffered": "offered",
    "LotAccepted": "accepted",
    "LotRejected": "rejected",
    "OfferCancelled": "offer cancelled",
    "LotDisputed": "disputed",
    "SettlementApproved": "settlement approved",
    "DisputeEnded": "dispute ended",
    "OpeningDisclosed": "disclosed",
    "HoldPlaced": "held",
    "HoldRenewed": "hold renewed",
    "HoldReleaseProposed": "release proposed",
    "HoldReleased": "hold released",
    "LotReleaseProposed": "release proposed",
    "LotReleased": "released",
    "LotReleasedByAct": "released by an act",
    "UnitsAssigned": "units assigned",
    "UnitsRetired": "units retired",
    "UnitsKept": "units kept",
    "LotConsumed": "consumed",
    "LotLost": "lost",
}
"""Events about a lot, in words."""

_ON_ROOTS: Final = ("HoldPlaced", "HoldRenewed", "HoldReleaseProposed", "HoldReleased")
"""They are about all lots of a root that a group has."""

_TOLD: Final = (
    "account", "from_", "to", "by", "group", "umpire", "until", "expiry", "reason", "event_id",
    "product", "units", "run_id",
)  # fmt: skip
"""Fields of those events that tell something; others are the lot's own."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One event about a lot. told: its fields, for JSON."""

    name: str
    time: str
    told: Document
    transaction: str


@dataclass(frozen=True, slots=True)
class LotHistory:
    """Everything the chain tells about a lot. document and fields: its origin and its end."""

    entries: tuple[HistoryEntry, ...]
    document: Document
    fields: dict[str, str | None]


def history_of(member: "MemberSession", lot: bytes) -> LotHistory:
    """The history of one lot; raises NodeError."""
    from lodetrace.contracts import events

    found: list[Recorded] = []
    root = member.reads.lot(lot).root.to_bytes(4, "big")
    for name in _NAMES:
        cls, by_root = getattr(events, name), name in _ON_ROOTS
        told = member.contracts.events
        found.extend(told(cls, root=root) if by_root else told(cls, lot=lot))
    found.sort(key=lambda one: one.place)
    times = {one.block: member.contracts.node.header(one.block).time for one in found}
    entries = tuple(
        HistoryEntry(
            name=_NAMES[type(one.event).__name__],
            time=iso_time(times[one.block]),
            told=_told(member, one.event),
            transaction=one.transaction,
        )
        for one in found
    )
    links = _links(member, [one.event for one in found])
    claims = [
        hex_of(one.event.claim_id)
        for one in member.contracts.events(events.ClaimRecorded, subject=lot)
        if isinstance(one.event, events.ClaimRecorded)
    ]
    document = {
        **{name: [hex_of(one) for one in lots] for name, lots in links.items()},
        "claims": claims,
        "history": [
            {"event": one.name, "time": one.time, "transaction": one.transaction, **one.told}
            for one in entries
        ],
    }
    said: dict[str, str | None] = {
        name.replace("_", " "): ", ".join(map(short_id, lots)) or None
        for name, lots in links.items()
    }
    return LotHistory(entries, document, {**said, "claims": ", ".join(claims) or None})


def say_history(history: LotHistory) -> "RenderableType":
    """The history, for people."""
    lines = [
        (one.time, one.name, ", ".join(f"{key} {value}" for key, value in one.told.items()))
        for one in history.entries
    ]
    return rows(("time", "event", "with"), lines, "History")


def _links(member: "MemberSession", about: "list[Event]") -> dict[str, list[bytes]]:
    """Lots that this one was made of and made into, by its runs."""
    from lodetrace.contracts.events import LotConsumed, LotMade

    made_of: list[bytes] = []
    made_into: list[bytes] = []
    for event in about:
        if isinstance(event, LotMade):
            consumed = member.contracts.events(LotConsumed, run_id=event.run_id)
            made_of += [one.event.lot for one in consumed if isinstance(one.event, LotConsumed)]
        if isinstance(event, LotConsumed):
            made = member.contracts.events(LotMade, run_id=event.run_id)
            made_into += [one.event.lot for one in made if isinstance(one.event, LotMade)]
    return {"made_of": made_of, "made_into": made_into}


def _told(member: "MemberSession", event: "Event") -> Document:
    names = {field.name for field in fields(event)}  # type: ignore[arg-type]
    return {
        name.rstrip("_"): _said(member, name, getattr(event, name))
        for name in _TOLD
        if name in names
    }


def _said(member: "MemberSession", name: str, value: Any) -> str | int | None:
    if name in ("until", "expiry"):
        return iso_or_none(value)
    if name == "reason":
        from lodetrace.member.reasons import read_reason

        return read_reason(member, value)
    if isinstance(value, bytes):
        return hex_of(value)
    return value if isinstance(value, str | int) else enum_word(value)
