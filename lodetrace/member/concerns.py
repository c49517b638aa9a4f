"""What a gateway tells of the chain that concerns one account: offers, holds, and what lapses.

Nothing is asked: it follows from the changes alone, in their order. What is open is remembered, so
that a time that passes is told as well; a block's time decides, as on chain.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lodetrace.text import parse_iso_time

CUSTODY: Final[Mapping[str, str]] = {
    "LotOffered": "offer",
    "LotAccepted": "offer accepted",
    "LotRejected": "offer rejected",
    "OfferCancelled": "offer cancelled",
    "LotDisputed": "offer disputed",
    "SettlementApproved": "settlement approved",
    "DisputeEnded": "dispute ended",
    "ArrivalConsented": "arrival consented",
}
"""By event, what is told of an offer."""
ENDS: Final = ("LotAccepted", "LotRejected", "OfferCancelled")

HOLDS: Final[Mapping[str, str]] = {
    "HoldPlaced": "hold placed",
    "HoldRenewed": "hold renewed",
    "HoldReleaseProposed": "release of hold proposed",
    "HoldReleased": "hold released",
}
"""On a root in the hands of the account's ownership group."""

HELD_LOTS: Final[Mapping[str, str]] = {
    "LotReleaseProposed": "release of lot proposed",
    "LotReleased": "lot released",
    "LotReleasedByAct": "lot released",
}
"""Of a lot that was born held."""

Notice = dict[str, Any]
"""id, what, block, time and tx, and the fields of the event that say more; ids repeat where the
same thing is told again after a crash."""


@dataclass(slots=True)
class Open:
    """What is not over yet, by lot, and by key of a hold: JSON, as it is kept between runs."""

    offers: dict[str, dict[str, Any]] = field(default_factory=dict)
    holds: dict[str, dict[str, Any]] = field(default_factory=dict)
    held: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Concerns:
    """account: with its checksum. group: its ownership group now."""

    account: str
    group: str
    open: Open

    def told(self, change: Mapping[str, Any]) -> Notice | None:
        """What a change says to this account; None where it does not concern it."""
        name, fields = change["name"], change["fields"]
        if name in CUSTODY:
            return self._of_offer(name, fields, change)
        if name in HOLDS and fields["group"] == self.group:
            return self._of_hold(name, fields, change)
        if name == "LotMade" and fields["account"] == self.account and fields["made"]["held"]:
            self.open.held.append(fields["lot"])
            return _notice(change, "lot born held")
        if name in HELD_LOTS and fields["lot"] in self.open.held:
            if name != "LotReleaseProposed":
                self.open.held.remove(fields["lot"])
            return _notice(change, HELD_LOTS[name])
        return None

    def lapsed(self, block: Mapping[str, Any]) -> Iterator[Notice]:
        """What is over by the time of a block."""
        now = parse_iso_time(block["time"])
        for lot, offer in self.open.offers.items():
            if offer["until"] is not None and offer["until"] < now:
                yield _lapse(block, f"{offer['what']} lapsed", offer, lot=lot)
                offer["until"] = None
        for key, hold in list(self.open.holds.items()):
            if hold["until"] < now:
                yield _lapse(block, "hold lapsed", hold)
                del self.open.holds[key]

    def _of_offer(
        self, name: str, fields: Mapping[str, Any], change: Mapping[str, Any]
    ) -> Notice | None:
        lot, offers = fields["lot"], self.open.offers
        parties = (fields.get("from"), fields.get("to"))
        if self.account not in parties and (lot not in offers or any(parties)):
            return None
        what = CUSTODY[name]
        if name == "LotOffered":
            what = "offer arrived" if fields["to"] == self.account else "offer made"
            offers[lot] = {"from": fields["from"], "to": fields["to"], "place": _place(change)}
        if name in ENDS:
            offers.pop(lot, None)
        elif (until := fields.get("expiry", fields.get("until"))) is not None and lot in offers:
            kind = "dispute" if name in ("LotDisputed", "SettlementApproved") else "offer"
            offers[lot] |= {"until": int(until), "what": kind, "place": _place(change)}
        return _notice(change, what)

    def _of_hold(self, name: str, fields: Mapping[str, Any], change: Mapping[str, Any]) -> Notice:
        key, holds = fields["key"], self.open.holds
        if "until" in fields:
            until = {"root": fields["root"], "until": int(fields["until"])}
            holds[key] = {**until, "place": _place(change)}
        elif name == "HoldReleased":
            holds.pop(key, None)
        return _notice(change, HOLDS[name])


SAID: Final = ("lot", "root", "from", "to", "by", "until", "expiry", "reason", "receiving_document")


def _place(change: Mapping[str, Any]) -> str:
    return f"{change['block']}-{change['log_index']}"


def _notice(change: Mapping[str, Any], what: str) -> Notice:
    at = {name: change[name] for name in ("block", "time", "tx")}
    said = {name: change["fields"][name] for name in SAID if name in change["fields"]}
    return {"id": _place(change), "what": what, **at, **said}


def _lapse(
    block: Mapping[str, Any], what: str, of: Mapping[str, Any], lot: str | None = None
) -> Notice:
    said = {name: of[name] for name in SAID if name in of}
    named = {} if lot is None else {"lot": lot}
    at = {"block": block["block"], "time": block["time"]}
    return {"id": f"{of['place']}-lapsed", "what": what, **at, **named, **said}
