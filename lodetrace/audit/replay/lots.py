"""The book of lots: who holds each lot of the story, and what binds it, event by event."""

from dataclasses import dataclass, field, replace
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.contracts.enums import FOREVER, CustodyModel, LotState
from lodetrace.contracts.structs import ZERO32


class LotUnborn(HistoryRefused):
    """An event about a lot before its birth or making."""

    template = "step {step}, {item}: an event at block {block} comes before its birth"


class LotMadeTwice(HistoryRefused):
    """A lot that is born or made twice."""

    template = "step {step}, {item}: it is born or made twice, at blocks {first} and {second}"


class NotHolder(HistoryRefused):
    """Somebody disposed of a lot that another holds."""

    template = "step {step}, {item}: {actual} acts, {expected} holds the lot at block {block}"


class LotNotFree(HistoryRefused):
    """A lot that was held, offered, disputed or assigned moved all the same."""

    template = "step {step}, {item}: it is {state} until {until} at block {block}"


class LotEnded(HistoryRefused):
    """An event about a lot that had ended."""

    template = "step {step}, {item}: it had ended ({state}) before block {block}"


@dataclass(frozen=True, slots=True)
class Nature:
    """What a lot is. time: end of the event it comes from; origin: of identity-preserved metal."""

    count: int
    material: int
    element: int
    model: CustodyModel
    batch: int
    time: int
    origin: bytes


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """An offer in the book, open or lapsed.

    sequence: names it. guarded: whoever accepts it looks at batch and birthplace first.
    """

    to: str
    sequence: int
    guarded: bool


@dataclass(slots=True)
class LotRecord:
    """A lot of the story.

    birthplace: while its metal has not changed hands. owners: all holders, in their order.
    """

    id: bytes
    nature: Nature
    born: ProvenEvent
    account: str
    state: LotState = LotState.ACTIVE
    until: int = 0
    birthplace: bytes | None = None
    offer: OpenOffer | None = None
    assigned: int = 0
    settlement: bytes = ZERO32
    owners: list[str] = field(default_factory=list)
    past: set[LotState] = field(default_factory=set)

    @property
    def item(self) -> str:
        """How errors name it."""
        return labels.lot(self.id)

    def state_at(self, time: int) -> LotState:
        """The state at a block time."""
        return self.state.at(self.until, time)

    def is_open(self, time: int) -> bool:
        """Whether an offer waits for its answer."""
        return self.offer is not None and time <= self.until

    def require_going(self, at: ProvenEvent) -> None:
        """That it has not ended."""
        if self.state.is_final:
            raise LotEnded(item=self.item, state=self.state.name, block=at.block)

    def require_holder(self, account: str, at: ProvenEvent) -> None:
        """That the account holds it."""
        if self.account != account:
            raise NotHolder(item=self.item, actual=account, expected=self.account, block=at.block)

    def require_free(self, account: str, at: ProvenEvent) -> None:
        """That the account holds it, and nothing binds it."""
        self.require_going(at)
        self.require_holder(account, at)
        if self.state_at(at.time) is not LotState.ACTIVE:
            raise LotNotFree(
                item=self.item, state=self.state.name, until=self.until, block=at.block
            )

    def bind(self, state: LotState, until: int = 0) -> None:
        """Another state; no offer is left."""
        self.state, self.until, self.offer = state, until, None
        self.past.add(state)

    def move_to(self, account: str) -> None:
        """Another holder, who has it free."""
        self.account = account
        self.owners.append(account)
        self.bind(LotState.ACTIVE)

    def turn_into(self, material: int) -> None:
        """Another material; the lot is free."""
        self.nature = replace(self.nature, material=material)
        self.bind(LotState.ACTIVE)

    def touch(self, time: int) -> None:
        """An event that changes nothing; a lapsed offer is forgotten."""
        if not self.is_open(time):
            self.offer = None


class LotBook:
    """The lots of the story, in the order in which they came to be."""

    def __init__(self, wanted: frozenset[bytes]) -> None:
        self._wanted: Final = wanted
        self.lots: Final[dict[bytes, LotRecord]] = {}
        self._batches: Final[dict[int, list[LotRecord]]] = {}

    def wants(self, lot: bytes) -> bool:
        """Whether the lot belongs to the story."""
        return lot in self._wanted

    def create(self, record: LotRecord, held: bool) -> None:
        """A lot is born or made, free or held without end."""
        if record.id in self.lots:
            first = self.lots[record.id].born.block
            raise LotMadeTwice(item=record.item, first=first, second=record.born.block)
        record.owners.append(record.account)
        if held:
            record.bind(LotState.HELD, FOREVER)
        self.lots[record.id] = record
        self._batches.setdefault(record.nature.batch, []).append(record)

    def get(self, lot: bytes, at: ProvenEvent) -> LotRecord | None:
        """A lot of the story, going or ended; None for another's, or before its birth."""
        if lot not in self._wanted:
            return None
        found = self.lots.get(lot)
        if found is None:
            raise LotUnborn(item=labels.lot(lot), block=at.block)
        return found

    def mates(self, record: LotRecord) -> list[LotRecord]:
        """Other lots of its physical batch that are known and have not ended."""
        batch = record.nature.batch
        others = self._batches[batch] if batch else []
        return [other for other in others if other is not record and not other.state.is_final]
