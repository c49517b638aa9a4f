"""A chain as a list of blocks written down by hand: what the indexer reads in unit tests.

The events are those of the contracts; the end-to-end lane reads real chains.
"""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from api.indexer.chain_event import ChainEvent
from lodetrace.contracts.enums import (
    CustodyModel,
    EventKind,
    Material,
    PriceStatus,
    RunKind,
    SiteKind,
)
from lodetrace.contracts.events import (
    Event,
    EventStanding,
    EventWithdrawn,
    LotBorn,
    LotConsumed,
    LotMade,
    LotOffered,
    PriceReleased,
    RunRecorded,
    SiteRegistered,
)
from lodetrace.contracts.price_structs import Publication
from lodetrace.contracts.structs import Made, ProofWords, Site, SiteEvent
from lodetrace.node.client import NodeHeader
from tests.support.boxes import box
from tests.support.noted_run import noted_lots

COBALT = 27
PROOF = ProofWords((0,) * 8)
SEALED = box("sealed")


def ident(number: int) -> str:
    """32 bytes as a reader writes them: 0x…07 for 7."""
    return f"0x{number:064x}"


def word(number: int) -> bytes:
    """The same as an event carries them."""
    return number.to_bytes(32, "big")


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

    def mine(self, *events: Event) -> None:
        number = len(self.blocks)
        index = count()
        place = (self.time(number), ident(number))
        self.blocks.append(
            [ChainEvent(event, "Test", number, next(index), *place) for event in events]
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


NEW_LOT: dict[str, Any] = {
    "count": 1,
    "material": Material.HYDROXIDE,
    "element": COBALT,
    "model": CustodyModel.MASS_BALANCE,
    "root": 1,
    "time": 100,
}
MADE = {
    "index": 0,
    "mixed": False,
    "charge": False,
    "reworked": False,
    "held_since": 3600,
    "young": False,
}


def born(lot: int, event: int, account: str = account(1), **other: Any) -> LotBorn:
    proven = {"gates": 1, "public_signals": (), "proof": PROOF, "sealed_to_owner": SEALED}
    nature = {**NEW_LOT, **proven, **other}
    return LotBorn(lot=word(lot), event_id=word(event), account=account, **nature)


def made(lot: int, run: int, account: str = account(1), **other: Any) -> LotMade:
    nature = Made(**{**NEW_LOT, **MADE, "held": False, **other})
    return LotMade(word(lot), word(run), account, nature, SEALED)


def consumed(lot: int, run: int, sequence: int = 2) -> LotConsumed:
    return LotConsumed(word(lot), word(run), sequence)


def offered(lot: int, expiry: int, sequence: int = 2) -> LotOffered:
    return LotOffered(word(lot), account(1), account(2), sequence, expiry, SEALED)


def run(number: int, event: int = 0) -> RunRecorded:
    return RunRecorded(
        word(number), account(1), word(event), RunKind.REBOOK, CustodyModel.MASS_BALANCE, True,
        (), PROOF, **noted_lots(),
    )  # fmt: skip


def standing(event: int, site: int, **other: Any) -> EventStanding:
    what = {
        "sequence": 1,
        "revision": 0,
        "kind": EventKind.BIRTH,
        "element": COBALT,
        "from_": 50,
        "to": 100,
        "document": word(9),
        "commitment": word(8),
        "elements": (COBALT,),
        "model": CustodyModel.MASS_BALANCE,
        "unit_material": 0,
        "no_output": False,
        "batches": word(13),
        "inputs": (),
    }
    statement = SiteEvent(site=word(site), **{**what, **other})
    return EventStanding(word(event), word(site), word(11), statement)


def withdrawn(event: int, *, used: bool, document: int = 9) -> EventWithdrawn:
    said = {"digest": word(11), "declaration": word(10), "reason": word(12)}
    return EventWithdrawn(word(event), word(0x51), word(document), **said, used=used)


def site(number: int) -> SiteRegistered:
    details = Site(
        operator=word(5),
        place=word(6),
        kind=SiteKind.INDUSTRIAL_MINE,
        tolerance=5_000,
        loss_from=0,
        loss_to=0,
        scrap_to=0,
        active=True,
        sequence=1,
        capacity=word(7),
        elements=(COBALT,),
        materials=(Material.HYDROXIDE,),
    )
    return SiteRegistered(word(number), word(5), 1, details)


def price_released(
    record: int, day: int, corrects: int = 0, commodity: int = 0xC0
) -> PriceReleased:
    publication = Publication(
        commodity=word(commodity),
        day=day,
        status=PriceStatus.CORRECTED if corrects else PriceStatus.NORMAL,
        commitment=word(1),
        document=word(2),
        assessment=word(3),
        methodology=word(4),
        corrects=word(corrects),
    )
    return PriceReleased(word(record), word(commodity), day, record, account(1), publication)
