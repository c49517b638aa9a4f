"""The structs of contracts/interfaces as frozen dataclasses, field for field.

bytes32 are `bytes`, addresses are checksummed text, amounts never appear. Solidity's camelCase
is snake_case here, and `from` is `from_`.
"""

from dataclasses import dataclass
from typing import Final

from lodetrace.contracts.enums import (
    CertificateStatus,
    CustodyModel,
    EventKind,
    LotState,
    Material,
    Measure,
    MemberStatus,
    Role,
    RowKind,
    RunKind,
    Scheme,
    SiteKind,
)
from lodetrace.text import DAY_SECONDS

ZERO32: Final = bytes(32)
NOBODY: Final = "0x" + "0" * 40
NAMED_SECONDS: Final = 180 * DAY_SECONDS
"""How long an event that stands can be used, and binds the lots that it names (NAMED_TERM)."""


class Struct:
    """A Solidity struct, in the order of its fields."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Row(Struct):
    """What a row of the Journal is about. subject: 32 zeros of settings and of the Directory."""

    kind: RowKind
    subject: bytes


@dataclass(frozen=True, slots=True)
class ProofWords(Struct):
    """Eight words in the order of zk_circuits/SPEC.md, section 9."""

    words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lot(Struct):
    """A lot as the LotBook holds it. Times are seconds since 1970, held_since in whole hours.

    root: number of the document, or of the run over several roots, that it comes from; index: of
    the output that it descends from. young: retired soon after its product was sealed. oldest: when
    the oldest event ended that it comes from.
    """

    account: str
    state: LotState
    revision: int
    sequence: int
    until: int
    held_since: int
    model: CustodyModel
    count: int
    born_at: int
    time: int
    element: int
    schema: int
    format: int
    material: Material
    root: int
    index: int
    mixed: bool
    charge: bool
    reworked: bool
    young: bool
    oldest: int

    def state_at(self, time: int) -> LotState:
        """The state at a block time."""
        return self.state.at(self.until, time)


@dataclass(frozen=True, slots=True)
class SiteEvent(Struct):
    """A site's statement as oracle nodes attest it.

    elements: of the document. unit_material: 0 where nothing comes in units. no_output: nothing
    was found (loss), or the lot is no less than booked (measurement). inputs: lots that went in.
    units: of the lot that are at the end of their life, 0 for every other kind.
    """

    site: bytes
    sequence: int
    revision: int
    kind: EventKind
    element: int
    from_: int
    to: int
    document: bytes
    commitment: bytes
    elements: tuple[int, ...]
    model: CustodyModel
    unit_material: int
    no_output: bool
    batches: bytes
    inputs: tuple[bytes, ...]
    units: int = 0


@dataclass(frozen=True, slots=True)
class FiledDocument(Struct):
    """A document of a site as its operator files it. document: hash of the signed one."""

    site: bytes
    sequence: int
    document: bytes


@dataclass(frozen=True, slots=True)
class Withdrawal(Struct):
    """A site's declaration that `document` is wrong, as oracle nodes attest it.

    declaration: hash of the signed document that says so. inputs: of the event that it stated.
    """

    site: bytes
    sequence: int
    element: int
    document: bytes
    declaration: bytes
    reason: bytes
    inputs: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Standing(Struct):
    """A site event that reached quorum. Whether it was used, the LotBook says.

    elements: atomic numbers as bits; 0 where nothing comes in units. continuous_since: of its site
    when it stood, 0 but of a period of a continuous one.
    """

    site: bytes
    document: bytes
    commitment: bytes
    inputs_hash: bytes
    elements: int
    sequence: int
    revision: int
    kind: EventKind
    element: int
    from_: int
    to: int
    standing_since: int
    excused: bool
    withdrawn: bool
    model: CustodyModel
    unit_material: int
    no_output: bool
    units: int
    continuous_since: int = 0

    @property
    def lapses_at(self) -> int:
        """The last second in which a run may use it."""
        return self.standing_since + NAMED_SECONDS

    def is_replaced_by(self, revision: int, used: bool) -> bool:
        """Whether a later revision may take its place: it was withdrawn, and made no lot."""
        replaceable = self.kind not in (EventKind.NONE, EventKind.MEASUREMENT)
        return self.withdrawn and not used and replaceable and revision > self.revision


@dataclass(frozen=True, slots=True)
class Organisation(Struct):
    """A member. group: its ownership group."""

    group: bytes
    profile: bytes
    roles: Role
    status: MemberStatus
    sequence: int
    admin: str


@dataclass(frozen=True, slots=True)
class Account(Struct):
    """A stable account; signer and viewing key rotate."""

    organisation: bytes
    signer: str
    viewing_key: bytes
    roles: Role


@dataclass(frozen=True, slots=True)
class Site(Struct):
    """A place of work. tolerance, losses and scrap in ppm of metal in.

    continuous: it states periods and its stock, not batches.
    """

    operator: bytes
    place: bytes
    kind: SiteKind
    tolerance: int
    loss_from: int
    loss_to: int
    scrap_to: int
    active: bool
    sequence: int
    capacity: bytes
    elements: tuple[int, ...]
    materials: tuple[Material, ...]
    continuous: bool = False


@dataclass(frozen=True, slots=True)
class Certificate(Struct):
    """A certificate of a site. element 0: all metals."""

    site: bytes
    scheme: Scheme
    element: int
    valid_from: int
    valid_to: int
    recorded_at: int
    since: int
    certifier: str
    document: bytes
    sequence: int


@dataclass(frozen=True, slots=True)
class Status(Struct):
    """A status of a certificate; effective_from may lie before recorded_at."""

    status: CertificateStatus
    effective_from: int
    recorded_at: int
    reason: bytes


@dataclass(frozen=True, slots=True)
class CreditRule(Struct):
    """Bit s of schemes: scheme s opens the gate of the credit."""

    schemes: int
    pass_gated: bool


@dataclass(frozen=True, slots=True)
class Determination(Struct):
    """What was found about a place, for at most 366 days. lapses_at: known later, it is void."""

    from_: int
    to: int
    recorded_at: int
    since: int
    lapses_at: int
    conflict: bool
    governance: bool
    human_rights: bool
    document: bytes


@dataclass(frozen=True, slots=True)
class Offer(Struct):
    """The offer that stands for a lot. sequence: of the lot when it was made."""

    to: str
    sequence: int
    expiry: int


@dataclass(frozen=True, slots=True)
class HoldOnLot:
    """Answer of ILotBook.holdOn, no struct of Solidity: the hold on a lot's root.

    group: in whose hands. until: 0 where there was none.
    """

    group: bytes
    until: int

    def in_force(self, time: int) -> bool:
        """Whether it binds the lot at a block time."""
        return time <= self.until


@dataclass(frozen=True, slots=True)
class Birth(Struct):
    """Request of Origins.birth."""

    event_id: bytes
    lot: bytes
    count: int
    material: Material
    model: CustodyModel
    sealed_to_owner: bytes
    proof: ProofWords


@dataclass(frozen=True, slots=True)
class RunOutput(Struct):
    """An output of a run."""

    id: bytes
    count: int
    material: Material


@dataclass(frozen=True, slots=True)
class RunRequest(Struct):
    """Request of Runs.run and Products.retire."""

    kind: RunKind
    event_id: bytes
    inputs: tuple[bytes, ...]
    outputs: tuple[RunOutput, ...]
    model: CustodyModel
    in_band: bool
    sealed_to_owner: tuple[bytes, ...]
    proof: ProofWords


@dataclass(frozen=True, slots=True)
class Made(Struct):
    """What a lot is that a run made. held_since: whole hours, in seconds."""

    count: int
    material: Material
    element: int
    model: CustodyModel
    root: int
    index: int
    mixed: bool
    charge: bool
    reworked: bool
    time: int
    held_since: int
    held: bool
    young: bool


@dataclass(frozen=True, slots=True)
class Settlement(Struct):
    """How the last dispute about a lot is settled. expiry: of the offer, before the dispute."""

    event_id: bytes
    umpire: str
    approved_at: int
    expiry: int


@dataclass(frozen=True, slots=True)
class Period(Struct):
    """The last booked period of a continuous site, for one element.

    since: sequence of the site's event that had made it continuous. stock: the lot that lay in it
    at the end, or 32 zeros.
    """

    end: int
    since: int
    stock: bytes


@dataclass(frozen=True, slots=True)
class Part(Struct):
    """Units of a lot in a product."""

    lot: bytes
    units: int


@dataclass(frozen=True, slots=True)
class Total(Struct):
    """A recorded total. parts: covered so far."""

    product: bytes
    element: int
    parts: int
    scale: int
    recorded_at: int
    complete: bool


@dataclass(frozen=True, slots=True)
class TotalRequest(Struct):
    """Request of Claims.recordTotal."""

    product: bytes
    element: int
    first_part: int
    part_count: int
    scale: int
    previous: bytes
    total: bytes
    proof: ProofWords


@dataclass(frozen=True, slots=True)
class ClaimRequest(Struct):
    """Request of Claims.record and Claims.verify."""

    subject: bytes
    measure: Measure
    credit_mask: int
    threshold: int
    proof: ProofWords


@dataclass(frozen=True, slots=True)
class ActState(Struct):
    """How far a council act is.

    executable_at: 0 while undecided. affected: a group that does not vote, or 32 zeros.
    """

    approvals: int
    needed: int
    executable_at: int
    expires_at: int
    constitutional: bool
    executed: bool
    affected: bytes


@dataclass(frozen=True, slots=True)
class Call(Struct):
    """One call of a council act."""

    target: str
    data: bytes
