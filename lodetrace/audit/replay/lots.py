"""The book of lots: who holds each lot of the story, and what binds it, event by event."""

from dataclasses import dataclass, field
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.contracts.enums import FOREVER, CustodyModel, LotState
from lodetrace.contracts.structs import ZERO32
from lodetrace.text import hex_of


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


class LotNotNamed(HistoryRefused):
    """A run under an event that had not named the lot, or whose lock had lapsed."""

    template = (
        "step {step}, {item}: it is {state} until {until} at block {block}, "
        "not locked for site event {event}"
    )


class LotEnded(HistoryRefused):
    """An event about a lot that had ended."""

    template = "step {step}, {item}: it had ended ({state}) before block {block}"


@dataclass(frozen=True, slots=True)
class Nature:
    """What a lot is. time: end of the event it comes from; origin: of identity-preserved metal.

    root: number of the document, or of the set of lots, that it comes from. index: of the output of
    that document. mixed: of several roots. charge: of whole lots, for one run. young: retired soon
    after its product was sealed.
    """

    count: int
    material: int
    element: int
    model: CustodyModel
    time: int
    origin: bytes
    root: int
    index: int = 0
    mixed: bool = False
    charge: bool = False
    reworked: bool = False
    young: bool = False


@dataclass(slots=True)
class OpenOffer:
    """An offer in the book, open or lapsed.

    sequence: names it. expiry: as it was made with, whatever a dispute added. was_disputed: it is
    not disputed a second time.
    """

    to: str
    sequence: int
    expiry: int
    was_disputed: bool = False


@dataclass(slots=True)
class LotRecord:
    """A lot of the story.

    birthplace: while its metal has not changed hands. owners: all holders, in their order.
    held_since: when its holder's ownership group got it, in whole hours. named_by: the site event
    that it was last locked for; named_hold: when a hold on it ends, while it is locked. settlement:
    the measurement that an umpire approved for its last dispute, and when.
    """

    id: bytes
    nature: Nature
    born: ProvenEvent
    account: str
    held_since: int
    state: LotState = LotState.ACTIVE
    until: int = 0
    birthplace: bytes | None = None
    offer: OpenOffer | None = None
    assigned: int = 0
    named_by: bytes = ZERO32
    named_hold: int = 0
    settlement: bytes = ZERO32
    umpire: str = ""
    approved_at: int = 0
    owners: list[str] = field(default_factory=list)
    past: set[LotState] = field(default_factory=set)

    @property
    def item(self) -> str:
        """How errors name it."""
        return labels.lot(self.id)

    def state_at(self, time: int) -> LotState:
        """The state at a block time; a hold comes before the lock beneath it."""
        if self.state is LotState.NAMED and time <= self.named_hold:
            return LotState.HELD
        return self.state.at(self.until, time)

    @property
    def is_settled(self) -> bool:
        """Whether it ended as a disputed lot, by an approved measurement."""
        return self.settlement != ZERO32 and self.state is LotState.CONSUMED

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

    def require_named(self, event_id: bytes, account: str, at: ProvenEvent) -> None:
        """That the account holds it, locked for this site event."""
        self.require_going(at)
        self.require_holder(account, at)
        state = self.state_at(at.time)
        if state is not LotState.NAMED or self.named_by != event_id:
            raise LotNotNamed(
                item=self.item,
                state=state.name,
                until=self.until,
                block=at.block,
                event=hex_of(event_id),
            )

    def hold(self, until: int, time: int) -> None:
        """What an event locked stays locked beneath."""
        if self.state is LotState.NAMED and time <= self.until:
            self.named_hold = until
            self.past.add(LotState.HELD)
        else:
            self.bind(LotState.HELD, until)

    def release(self) -> None:
        """Free of its hold, and still locked if an event locked it."""
        if self.state is LotState.NAMED:
            self.named_hold = 0
        else:
            self.bind(LotState.ACTIVE)

    def unname(self, time: int) -> None:
        """Free of its lock, unless a hold goes on."""
        if time <= self.named_hold:
            self.bind(LotState.HELD, self.named_hold)
        else:
            self.bind(LotState.ACTIVE)

    def name(self, event_id: bytes, until: int) -> None:
        """Locks it for the run of a site event."""
        self.bind(LotState.NAMED, until)
        self.named_by = event_id

    def bind(self, state: LotState, until: int = 0) -> None:
        """Another state; no offer is left."""
        self.state, self.until, self.offer = state, until, None
        self.named_hold = 0
        self.past.add(state)

    def move_to(self, account: str) -> None:
        """Another holder, who has it free."""
        self.account = account
        self.owners.append(account)
        self.bind(LotState.ACTIVE)


class LotBook:
    """The lots of the story, in the order in which they came to be."""

    def __init__(self, wanted: frozenset[bytes]) -> None:
        self._wanted: Final = wanted
        self.lots: Final[dict[bytes, LotRecord]] = {}

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

    def get(self, lot: bytes, at: ProvenEvent) -> LotRecord | None:
        """A lot of the story, going or ended; None for another's, or before its birth."""
        if lot not in self._wanted:
            return None
        found = self.lots.get(lot)
        if found is None:
            raise LotUnborn(item=labels.lot(lot), block=at.block)
        return found
