"""Events of Attestations, LotBook, Origins and Runs: where lots come from and go to."""

from dataclasses import dataclass
from typing import ClassVar

from lodetrace.contracts.enums import CustodyModel, Material, RunKind
from lodetrace.contracts.events.base import Event
from lodetrace.contracts.structs import Made, ProofWords, RunOutput, SiteEvent, Withdrawal


class AttestationsEvent(Event):
    __slots__ = ()
    contract: ClassVar[str] = "Attestations"


class LotBookEvent(Event):
    __slots__ = ()
    contract: ClassVar[str] = "LotBook"


class OriginsEvent(Event):
    __slots__ = ()
    contract: ClassVar[str] = "Origins"


class RunsEvent(Event):
    __slots__ = ()
    contract: ClassVar[str] = "Runs"


class AnyRunEvent(RunsEvent):
    """Products writes it too: of runs of the kind end of life."""

    __slots__ = ()
    also_by: ClassVar[tuple[str, ...]] = ("Products",)


@dataclass(frozen=True, slots=True)
class Attested(AttestationsEvent):
    event_id: bytes
    organisation: bytes
    digest: bytes
    revision: int
    attestations: int
    statement: SiteEvent


@dataclass(frozen=True, slots=True)
class EventStanding(AttestationsEvent):
    event_id: bytes
    site: bytes
    digest: bytes
    statement: SiteEvent


@dataclass(frozen=True, slots=True)
class LotNamed(AttestationsEvent):
    """A lot waits for the run of the event that it went into, until then."""

    lot: bytes
    event_id: bytes
    sequence: int
    until: int


@dataclass(frozen=True, slots=True)
class LotUnnamed(AttestationsEvent):
    """The event was withdrawn unused: the lot is its holder's to use."""

    lot: bytes
    event_id: bytes
    sequence: int


@dataclass(frozen=True, slots=True)
class Filed(AttestationsEvent):
    """The operator's word that a document is signed and handed over. sequence: of the site's."""

    site: bytes
    document: bytes
    account: str
    sequence: int


@dataclass(frozen=True, slots=True)
class DocumentRefused(AttestationsEvent):
    """An inspector of the site's panel answered that it does not attest the document."""

    site: bytes
    document: bytes
    organisation: bytes
    sequence: int
    reason: bytes


@dataclass(frozen=True, slots=True)
class WithdrawalAttested(AttestationsEvent):
    event_id: bytes
    organisation: bytes
    digest: bytes
    attestations: int
    withdrawal: Withdrawal


@dataclass(frozen=True, slots=True)
class EventWithdrawn(AttestationsEvent):
    event_id: bytes
    site: bytes
    document: bytes
    digest: bytes
    declaration: bytes
    reason: bytes
    used: bool


@dataclass(frozen=True, slots=True)
class LateFilingExcused(AttestationsEvent):
    event_id: bytes


@dataclass(frozen=True, slots=True)
class WriterSet(LotBookEvent):
    """code_hash: 32 zeros where the right is taken."""

    writer: str
    code_hash: bytes


@dataclass(frozen=True, slots=True)
class LotBorn(OriginsEvent):
    lot: bytes
    account: str
    event_id: bytes
    gates: int
    count: int
    material: Material
    element: int
    model: CustodyModel
    root: int
    time: int
    public_signals: tuple[int, ...]
    proof: ProofWords
    sealed_to_owner: bytes


@dataclass(frozen=True, slots=True)
class RunRecorded(AnyRunEvent):
    """What is noted of a run in the rows of its lots and of its event.

    made: what the outputs have in common, with the first one's count, material and index. boxes:
    hash of the hashes of the sealed boxes.
    """

    run_id: bytes
    account: str
    event_id: bytes
    kind: RunKind
    model: CustodyModel
    in_band: bool
    public_signals: tuple[int, ...]
    proof: ProofWords
    holder: str
    inputs: tuple[bytes, ...]
    outputs: tuple[RunOutput, ...]
    made: Made
    boxes: bytes


@dataclass(frozen=True, slots=True)
class LotConsumed(AnyRunEvent):
    lot: bytes
    run_id: bytes
    sequence: int


@dataclass(frozen=True, slots=True)
class LotMade(AnyRunEvent):
    lot: bytes
    run_id: bytes
    account: str
    made: Made
    sealed_to_owner: bytes


@dataclass(frozen=True, slots=True)
class LotLost(RunsEvent):
    """Of a loss of which nothing was found."""

    lot: bytes
    event_id: bytes
    account: str
    sequence: int
