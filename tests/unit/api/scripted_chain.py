"""A chain as a list of blocks written down by hand: what the indexer reads in unit tests.

The events have the names and fields of the contracts; the end-to-end lane reads real chains.
"""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from api.indexer.chain_event import ChainEvent
from lodetrace.node.client import NodeHeader


def ident(number: int) -> str:
    """32 bytes as hex: 0x…07 for 7."""
    return f"0x{number:064x}"


def account(number: int) -> str:
    return f"0x{number:040x}"


@dataclass
class ScriptedChain:
    """Blocks ten seconds apart. fork: changes all hashes, as another branch would."""

    chain_id: int = 1337
    genesis: str = ident(0xABC)
    first_block: int = 1
    fork: int = 0
    blocks: list[list[ChainEvent]] = field(default_factory=lambda: [[]])

    def mine(self, *events: tuple[str, dict[str, Any]]) -> None:
        number = len(self.blocks)
        index = count()
        place = (self.time(number), ident(number))
        self.blocks.append(
            [
                ChainEvent(name, "Test", number, next(index), *place, fields)
                for name, fields in events
            ]
        )

    @staticmethod
    def time(number: int) -> int:
        return 1_767_225_600 + 10 * number

    def head(self) -> int:
        return len(self.blocks) - 1

    def block(self, number: int) -> NodeHeader:
        seed = number + (self.fork << 64)
        return NodeHeader(number, ident(seed + 1), ident(seed), self.time(number), 0, 30_000_000)

    def events(self, first: int, last: int) -> list[ChainEvent]:
        return [event for block in self.blocks[first : last + 1] for event in block]


def born(lot: int, event: int, **other: Any) -> tuple[str, dict[str, Any]]:
    fields = {"lot": ident(lot), "account": account(1), "event_id": ident(event), "gates": 1}
    kind = {"count": 1, "material": 3, "element": 27, "model": 3, "batch": 0, "time": 100}
    return "LotBorn", {**fields, **kind, **other}


def made(lot: int, run: int, **other: Any) -> tuple[str, dict[str, Any]]:
    fields = {"lot": ident(lot), "run_id": ident(run), "account": account(1), "held": False}
    kind = {"count": 1, "material": 3, "element": 27, "model": 3, "batch": 0, "time": 100}
    return "LotMade", {**fields, **kind, **other}


def consumed(lot: int, run: int) -> tuple[str, dict[str, Any]]:
    return "LotConsumed", {"lot": ident(lot), "run_id": ident(run), "sequence": 2}


def run(number: int, event: int = 0) -> tuple[str, dict[str, Any]]:
    fields = {"run_id": ident(number), "account": account(1), "event_id": ident(event)}
    return "RunRecorded", {**fields, "kind": 2, "model": 3, "in_band": True}


def standing(event: int, site: int, **other: Any) -> tuple[str, dict[str, Any]]:
    fields = {"event_id": ident(event), "site": ident(site), "sequence": 1, "revision": 0}
    what = {"kind": 1, "element": 27, "from": 50, "to": 100, "document": ident(9)}
    return "EventStanding", {**fields, **what, "commitment": ident(8), **other}


def used(event: int) -> tuple[str, dict[str, Any]]:
    return "EventUsed", {"event_id": ident(event), "by": account(9)}


def withdrawn(event: int, *, used: bool, document: int = 9) -> tuple[str, dict[str, Any]]:
    what = {"event_id": ident(event), "site": ident(0x51), "document": ident(document)}
    said = {"digest": ident(11), "declaration": ident(10), "reason": ident(12)}
    return "EventWithdrawn", {**what, **said, "used": used}


def site(number: int) -> tuple[str, dict[str, Any]]:
    band = {"tolerance": 5_000, "loss_from": 0, "loss_to": 0}
    kinds = {"kind": 1, "elements": [27], "materials": [3]}
    details = {"operator": ident(5), "place": ident(6), "capacity": ident(7), **kinds, **band}
    return "SiteRegistered", {"site": ident(number), "sequence": 1, "details": details}


def price_released(
    record: int, day: int, corrects: int = 0, commodity: int = 0xC0
) -> tuple[str, dict[str, Any]]:
    hashes = {"commitment": ident(1), "document": ident(2), "assessment": ident(3)}
    when = {"commodity": ident(commodity), "day": day, "status": 4 if corrects else 1}
    named = {"methodology": ident(4), "corrects": ident(corrects)}
    said = {"record": ident(record), "commodity": ident(commodity), "day": day}
    publication = {**when, **hashes, **named}
    return "PriceReleased", {**said, "sequence": record, "publication": publication}
