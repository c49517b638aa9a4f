"""Events of Council, Directory and Journal."""

from dataclasses import dataclass
from typing import ClassVar

from lodetrace.contracts.events.base import Event
from lodetrace.contracts.structs import Call


class CouncilEvent(Event):
    __slots__ = ()
    contract: ClassVar[str] = "Council"


class DirectoryEvent(Event):
    __slots__ = ()
    contract: ClassVar[str] = "Directory"


class JournalEvent(Event):
    __slots__ = ()
    contract: ClassVar[str] = "Journal"


@dataclass(frozen=True, slots=True)
class SeatGranted(CouncilEvent):
    seat: str
    group: bytes


@dataclass(frozen=True, slots=True)
class SeatTaken(CouncilEvent):
    seat: str
    group: bytes


@dataclass(frozen=True, slots=True)
class DelaySet(CouncilEvent):
    delay: int


@dataclass(frozen=True, slots=True)
class ActProposed(CouncilEvent):
    act_id: bytes
    seat: str
    calls: tuple[Call, ...]
    salt: bytes
    constitutional: bool
    affected: bytes
    expires_at: int


@dataclass(frozen=True, slots=True)
class ActApproved(CouncilEvent):
    act_id: bytes
    seat: str
    group: bytes
    approvals: int


@dataclass(frozen=True, slots=True)
class ApprovalRevoked(CouncilEvent):
    act_id: bytes
    seat: str
    group: bytes
    approvals: int


@dataclass(frozen=True, slots=True)
class ObjectionRaised(CouncilEvent):
    """words: hash of what the affected group says."""

    act_id: bytes
    by: str
    group: bytes
    words: bytes


@dataclass(frozen=True, slots=True)
class PauseVoted(CouncilEvent):
    seat: str
    group: bytes
    votes: int
    needed: int


@dataclass(frozen=True, slots=True)
class MembersNamed(CouncilEvent):
    members: str


@dataclass(frozen=True, slots=True)
class ActDecided(CouncilEvent):
    act_id: bytes
    executable_at: int


@dataclass(frozen=True, slots=True)
class ActExecuted(CouncilEvent):
    act_id: bytes


@dataclass(frozen=True, slots=True)
class ContractRegistered(DirectoryEvent):
    name: bytes
    version: int
    at: str
    code_hash: bytes


@dataclass(frozen=True, slots=True)
class HashRegistered(DirectoryEvent):
    name: bytes
    version: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class JournalWriterSet(JournalEvent):
    """kinds: of rows, bit k is kind k; 0 where the right is taken, and 32 zeros for the code."""

    writer: str
    kinds: int
    code_hash: bytes
