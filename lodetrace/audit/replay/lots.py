"""The book of lots: who holds each lot of the story, and what binds it, event by event."""

from dataclasses import dataclass, field
from typing import Final

from lodetrace.audit.closure import Closure
from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.members import Members
from lodetrace.contracts.enums import FOREVER, CustodyModel, LotState, Material, RowKind
from lodetrace.contracts.structs import ZERO32, Row
from lodetrace.text import DAY_SECONDS, hex_of

Matter = tuple[int, bytes]
"""What a hold is on: a root in the hands of an ownership group."""


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


class LotOnHold(HistoryRefused):
    """A lot that moved, or went into something, while a hold on its root was in force."""

    template = (
        "step {step}, {item}: on hold until {until} at block {block}, with all lots of root "
        "{root} that group {group} has"
    )


class StockBound(HistoryRefused):
    """Stock in process that went anywhere but into the next period of its plant."""

    template = "step {step}, {item}: {reason}; stock in process stays in its plant"


class LotEnded(HistoryRefused):
    """An event about a lot that had ended."""

    template = "step {step}, {item}: it had ended ({state}) before block {block}"


@dataclass(frozen=True, slots=True)
class Nature:
    """What a lot is. time: end of the event it comes from; origin: of identity-preserved metal.

    root: number of the document, or of the set of lots, that it comes from. index: of the output of
    that document. mixed: of several roots. charge: of whole lots, for one run. young: retired soon
    after its product was sealed. fed: of stock in process, the highest material that has gone into
    it. age: days from its oldest part to `time`.
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
    fed: int = 0
    age: int = 0

    @property
    def ranked(self) -> int:
        """The material that counts where a process has to make something higher."""
        return self.fed or self.material

    @property
    def oldest(self) -> int:
        """When the oldest event ended that it comes from, or a little before."""
        return max(0, self.time - self.age * DAY_SECONDS)

    @property
    def is_stock(self) -> bool:
        """Whether it lies in a continuous plant."""
        return self.material == Material.IN_PROCESS


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
    that it was last locked for. settlement: the measurement that an umpire approved for its last
    dispute, and when. past: states that it was in; HELD also by a hold on its root.
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
        """The state at a block time; of holds on its root the book knows."""
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
        if self.nature.is_stock:
            raise StockBound(item=self.item, reason=f"it was disposed of at block {at.block}")
        if self.state_at(at.time) is not LotState.ACTIVE:
            raise LotNotFree(
                item=self.item, state=self.state.name, until=self.until, block=at.block
            )

    def require_named(self, event_id: bytes, account: str, at: ProvenEvent) -> None:
        """That it is locked for this site event, and the account holds it or it is its plant's."""
        self.require_going(at)
        if not self.nature.is_stock:
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

    def name(self, event_id: bytes, until: int) -> None:
        """Locks it for the run of a site event."""
        self.bind(LotState.NAMED, until)
        self.named_by = event_id

    def bind(self, state: LotState, until: int = 0) -> None:
        """Another state; no offer is left."""
        self.state, self.until, self.offer = state, until, None
        self.past.add(state)

    def move_to(self, account: str) -> None:
        """Another holder, who has it free."""
        self.account = account
        self.owners.append(account)
        self.bind(LotState.ACTIVE)


@dataclass(frozen=True, slots=True)
class HoldTerm:
    """From when to when a hold on a root in the hands of a group is in force, both included."""

    since: int
    until: int


class LotBook:
    """Lots of the story, in the order in which they came to be, and the holds on their roots."""

    def __init__(self, closure: Closure, wanted: frozenset[bytes], members: Members) -> None:
        self._closure: Final = closure
        self._wanted: Final = wanted
        self._members: Final = members
        self.lots: Final[dict[bytes, LotRecord]] = {}
        self._of_root: Final[dict[int, list[LotRecord]]] = {}
        self.holds: Final[dict[Matter, HoldTerm]] = {}

    def hold_on(self, record: LotRecord, time: int) -> tuple[bytes, int] | None:
        """The group whose hold binds a lot, and when that ends; None where none is in force.

        An organisation that left a group took the holds along that were in force then.
        """
        organisation = self._members.organisation_of(record.account, record.item)
        root, group = record.nature.root, self._members.group_of(organisation, record.item)
        former = self._members.former_groups(organisation)
        self._closure.row(Row(RowKind.ROOT, root.to_bytes(32, "big")))
        for one, left in ((group, time), *former):
            term = self.holds.get((root, one))
            if term is not None and term.since <= left and time <= term.until:
                return one, term.until
        return None

    def require_unheld(self, record: LotRecord, at: ProvenEvent) -> None:
        """That no hold on its root binds it; raises LotOnHold."""
        found = self.hold_on(record, at.time)
        if found is not None:
            raise LotOnHold(
                item=record.item,
                until=found[1],
                block=at.block,
                root=record.nature.root,
                group=hex_of(found[0]),
            )

    def set_hold(self, matter: Matter, until: int, at: ProvenEvent) -> None:
        """When the hold on a root in the hands of a group ends; 0 ends it at once."""
        before = self.holds.get(matter)
        going = before is not None and at.time <= before.until
        since = before.since if going and before is not None else at.time
        self.holds[matter] = HoldTerm(since, until)
        for record in self._of_root.get(matter[0], ()):
            self.remember_hold(record, at)

    def remember_hold(self, record: LotRecord, at: ProvenEvent) -> None:
        """That a lot was held once, which readers are told for ever."""
        if not record.state.is_final and self.hold_on(record, at.time) is not None:
            record.past.add(LotState.HELD)

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
        self._of_root.setdefault(record.nature.root, []).append(record)

    def get(self, lot: bytes, at: ProvenEvent) -> LotRecord | None:
        """A lot of the story, going or ended; None for another's, or before its birth."""
        if lot not in self._wanted:
            return None
        found = self.lots.get(lot)
        if found is None:
            raise LotUnborn(item=labels.lot(lot), block=at.block)
        return found
