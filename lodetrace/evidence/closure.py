"""Which events tell the provenance of a lot or product: its ancestry, and what was in force.

Followed by indexed fields, level by level, so that a node is asked for these events only:
lots → runs → lots before them; lots and runs → site events → sites → places, certificates;
accounts → organisations.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from typing import Final

from lodetrace.contracts import events as told
from lodetrace.contracts.abi_codec import AnswerMalformed
from lodetrace.contracts.enums import SubjectKind
from lodetrace.contracts.events import Event, Recorded
from lodetrace.contracts.hold_keys import hold_key
from lodetrace.contracts.structs import NOBODY, ZERO32
from lodetrace.errors import LodetraceError
from lodetrace.evidence.errors import AncestryTooLarge, EventsLeftOut, SubjectNotRecorded
from lodetrace.node.client import RpcRefused
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import Reads
from lodetrace.text import hex_of, parse_hex

MOST_LOTS: Final = 5_000
"""Lots of one bundle."""

CHUNK: Final = 200
"""Values of a field in one question to the node."""

Say = Callable[[str], None]
"""Is told what is being collected."""

CREATION: Final = (told.LotBorn, told.LotMade)
RUNS: Final = (
    told.RunRecorded, told.LotConsumed, told.LotMade, told.UnitsRetired, told.UnitsKept,
)  # fmt: skip
OF_LOTS: Final = (
    *CREATION, told.LotOffered, told.LotAccepted, told.LotRejected, told.OfferCancelled,
    told.LotDisputed, told.SettlementApproved, told.DisputeEnded, told.ArrivalConsented,
    told.OpeningDisclosed, told.LotNamed, told.LotUnnamed,
    told.LotReleaseProposed, told.LotReleased, told.LotReleasedByAct, told.UnitsAssigned,
    told.UnitsKept, told.LotConsumed, told.LotLost, told.PriceChecked, told.PriceFlagged,
)  # fmt: skip
OF_HOLDS: Final = (
    told.HoldPlaced, told.HoldRenewed, told.HoldReleaseProposed, told.HoldReleased,
)  # fmt: skip
OF_SITE_EVENTS: Final = (
    told.Attested, told.EventStanding, told.EventUsed, told.LateFilingExcused,
    told.WithdrawalAttested, told.EventWithdrawn,
)  # fmt: skip
OF_SITES: Final = (
    told.SiteRegistered, told.SiteClosed, told.SiteReopened, told.BandSet,
    told.ContinuousSet,
    told.SiteTransferProposed, told.SiteTransferred, told.PanelNamed,
    told.Filed, told.DocumentRefused,
    told.CertificateIssued, told.CertificateStatusSet, told.CertificateExcused,
    told.CertificateTakenOver, told.CertificateWithdrawn,
)  # fmt: skip
OF_ORGANISATIONS: Final = (
    told.OrganisationRegistered, told.OrganisationSuspended, told.OrganisationReinstated,
    told.RolesSet, told.AccountAdded, told.RotationProposed, told.SignerRotated,
    told.ViewingKeyRotated, told.SignerReplaced, told.AdminSet, told.GroupSet,
    told.AccountRemoved, told.AccountRestored, told.OrganisationFrozen,
    told.RolesUnseasoned, told.AccreditationSet,
)  # fmt: skip
OF_PARTS: Final = (told.ProductDeclared, told.UnitsAssigned, told.ProductSealed)
OF_PRODUCTS: Final = (*OF_PARTS, told.TotalRecorded)
OF_COMMODITIES: Final = (told.CommodityRegistered, told.MethodologyNoticed)
OF_ALL: Final = (
    told.ContractRegistered, told.WriterSet, told.QuorumSet, told.CreditRuleSet,
    told.GridSet, told.DirectBoundarySet, told.ModelRuleSet, told.Paused,
    told.RecordingWindowSet, told.GraceSet, told.HashRegistered,
)  # fmt: skip
"""Acts of the council that every provenance rests on; there are few of them."""

ACCOUNTS: Final = ("account", "from_", "to", "by", "proposer", "umpire", "certifier")
"""Fields that name an account; of site events `from_` and `to` are times."""

DOCUMENTS: Final = ("document", "declaration", "receiving_document")
COMMITMENTS: Final = ("lot", "total")


@dataclass(slots=True)
class Closure:
    """What belongs to one subject up to a block.

    documents: hashes that its events name. commitments: of its lots, totals and site events. holds:
    keys of those that could bind its lots.
    shown: transactions by block.
    """

    lots: set[bytes] = field(default_factory=set)
    site_events: set[bytes] = field(default_factory=set)
    sites: set[bytes] = field(default_factory=set)
    places: set[bytes] = field(default_factory=set)
    certificates: set[bytes] = field(default_factory=set)
    organisations: set[bytes] = field(default_factory=set)
    documents: set[bytes] = field(default_factory=set)
    commitments: set[bytes] = field(default_factory=set)
    holds: set[bytes] = field(default_factory=set)
    shown: dict[int, set[str]] = field(default_factory=dict)

    @property
    def subjects(self) -> dict[SubjectKind, list[bytes]]:
        """Whose counters a reader needs, by kind; in order."""
        found = {
            SubjectKind.LOT: self.lots,
            SubjectKind.CERTIFICATE: self.certificates,
            SubjectKind.MEMBER: self.organisations,
            SubjectKind.SITE: self.sites,
            SubjectKind.PLACE: self.places,
            SubjectKind.HOLD: self.holds,
        }
        return {kind: sorted(ids) for kind, ids in found.items() if ids}


def closure_of_lot(contracts: Contracts, lot: bytes, block: int, say: Say) -> Closure:
    """Of a lot; raises SubjectNotRecorded, EventsLeftOut, AncestryTooLarge or NodeError."""
    found = _Gathering(contracts, block)
    if not found.take(CREATION, "lot", [lot]):
        raise _not_recorded(contracts, "lot", lot, block)
    return found.close("lot", lot, {lot}, say)


def closure_of_product(contracts: Contracts, product: bytes, block: int, say: Say) -> Closure:
    """Of a product: of all lots that units were taken of, and of its totals and claims.

    Raises SubjectNotRecorded, EventsLeftOut, AncestryTooLarge or NodeError.
    """
    found = _Gathering(contracts, block)
    about = found.take(OF_PRODUCTS, "product", [product])
    if not about:
        raise _not_recorded(contracts, "product", product, block)
    found.take((told.ClaimRecorded,), "subject", _values(about, told.TotalRecorded, "total"))
    return found.close("product", product, _values(about, told.UnitsAssigned, "lot"), say)


def _not_recorded(contracts: Contracts, kind: str, id_: bytes, block: int) -> LodetraceError:
    """A subject without events is unknown to the chain's state too, or its events are left out."""
    reads = Reads(contracts).at(block)
    try:
        is_lot = kind == "lot"
        is_known = bool(reads.lot(id_).state) if is_lot else reads.product_owner(id_) != NOBODY
    except (AnswerMalformed, RpcRefused):  # before the contracts, or a state that is not kept
        is_known = False
    if is_known:
        reason = f"{kind} {hex_of(id_)} is in the state of block {block}, without an event"
        return EventsLeftOut(reason=reason)
    return SubjectNotRecorded(kind=kind, id=hex_of(id_), block=block)


class _Gathering:
    """Asks for events and remembers where each stands, and the accounts in them."""

    def __init__(self, contracts: Contracts, block: int) -> None:
        self._contracts = contracts
        self._block = block
        self._accounts: set[str] = set()
        self._found = Closure()

    def close(self, kind: str, subject: bytes, roots: set[bytes], say: Say) -> Closure:
        """Everything about the lots and their ancestry."""
        say("lots and runs")
        self._ancestry(kind, subject, roots)
        about = self.take(OF_LOTS, "lot", self._found.lots)
        self.take((told.ClaimRecorded,), "subject", self._found.lots)
        runs = _values(about, told.LotMade, "run_id") | _values(about, told.LotConsumed, "run_id")
        about += self.take(RUNS, "run_id", runs)
        self.take(OF_HOLDS, "root", _roots(about))
        self.take(OF_PARTS, "product", _values(about, told.UnitsRetired, "product"))
        say("prices")
        self._prices(_values(about, told.PriceChecked, "record"))
        say("site events")
        named = (
            told.LotBorn, told.RunRecorded, told.SettlementApproved, told.LotNamed, told.LotLost,
        )  # fmt: skip
        self._found.site_events = {
            one for cls in named for one in _values(about, cls, "event_id")
        } - {ZERO32}
        self._site_events()
        say("members")
        self._holds(about, self._members())
        self._everywhere()
        return self._found

    def take(
        self, classes: Iterable[type[Event]], name: str, values: Iterable[bytes | str]
    ) -> list[Recorded]:
        """Events of these types whose indexed field has one of the values."""
        decoder = self._contracts.decoder
        by_place: dict[int, list[str]] = {}
        for cls in classes:
            shape = decoder.shape(cls)
            place = shape.indexed_names.index(name)
            by_place.setdefault(place, []).append(hex_of(shape.topic))
        words = sorted(_word(value) for value in values)
        found: list[Recorded] = []
        for place, topics in sorted(by_place.items()):
            for first in range(0, len(words), CHUNK):
                found += self._logs([topics, *[None] * place, words[first : first + CHUNK]])
        return found

    def _logs(self, topics: list[list[str] | str | None]) -> list[Recorded]:
        deployment = self._contracts.deployment
        addresses = deployment.all_addresses().values()
        logs = self._contracts.node.logs([*addresses], topics, deployment.first_block, self._block)
        found = self._contracts.decoder.decode_all(logs)
        for one in found:
            self._found.shown.setdefault(one.block, set()).add(one.transaction)
            self._accounts |= _accounts(one.event)
            self._found.documents |= documents_in(one.event)
            self._found.commitments |= commitments_in(one.event)
        return found

    def _ancestry(self, kind: str, subject: bytes, roots: set[bytes]) -> None:
        lots, frontier = self._found.lots, set(roots)
        while frontier:
            lots |= frontier
            if len(lots) > MOST_LOTS:
                raise AncestryTooLarge(kind=kind, id=hex_of(subject), limit=MOST_LOTS)
            runs = _values(self.take(CREATION, "lot", frontier), told.LotMade, "run_id")
            consumed = self.take(RUNS, "run_id", runs)
            frontier = _values(consumed, told.LotConsumed, "lot") - lots

    def _site_events(self) -> None:
        """Who attested them, where, and what was in force there."""
        found = self._found
        about = self.take(OF_SITE_EVENTS, "event_id", found.site_events)
        mine = [one for one in about if isinstance(one.event, told.EventStanding)]
        found.organisations |= _values(about, told.Attested, "organisation")
        found.organisations |= _values(about, told.WithdrawalAttested, "organisation")
        found.sites = _values(mine, told.EventStanding, "site")
        of_sites = self.take(OF_SITES, "site", found.sites)
        for cls in (told.SiteRegistered, told.SiteTransferred):
            found.organisations |= _values(of_sites, cls, "operator")
        found.certificates = _values(of_sites, told.CertificateIssued, "certificate")
        for one in of_sites:
            if isinstance(one.event, told.SiteRegistered):
                found.places.add(one.event.details.place)
        self.take((told.PlaceDetermined, told.DeterminationExcused), "place", found.places)

    def _prices(self, records: set[bytes]) -> None:
        released = self.take((told.PriceReleased,), "record", records)
        commodities = _values(released, told.PriceReleased, "commodity")
        about = self.take(OF_COMMODITIES, "commodity", commodities)
        administrators = _values(about, told.CommodityRegistered, "administrator")
        self._found.organisations |= administrators

    def _members(self) -> list[Recorded]:
        """Organisations of all accounts met so far, with everything that was said of them."""
        added = self.take((told.AccountAdded,), "account", self._accounts - {NOBODY})
        self._found.organisations |= _values(added, told.AccountAdded, "organisation")
        return self.take(OF_ORGANISATIONS, "organisation", self._found.organisations)

    def _holds(self, about: Iterable[Recorded], members: Iterable[Recorded]) -> None:
        """Each root of the story, in the hands of every group that ever had a lot of it."""
        organisations: dict[str, bytes] = {}
        groups: dict[bytes, set[bytes]] = {}
        for one in members:
            event = one.event
            if isinstance(event, told.AccountAdded):
                organisations[event.account] = event.organisation
            elif isinstance(event, told.OrganisationRegistered | told.GroupSet):
                groups.setdefault(event.organisation, set()).add(event.group)
        for root, account in _holders(about):
            for group in groups.get(organisations.get(account, b""), ()):
                self._found.holds.add(hold_key(root, group))

    def _everywhere(self) -> None:
        decoder = self._contracts.decoder
        self._logs([[hex_of(decoder.topic(cls)) for cls in OF_ALL]])


def documents_in(event: Event) -> set[bytes]:
    """Hashes of documents that an event names; some have them inside a struct."""
    if isinstance(event, told.PlaceDetermined):
        return {event.determination.document}
    if isinstance(event, told.EventStanding | told.Attested):
        return {event.statement.document}
    return _words(event, DOCUMENTS)


def commitments_in(event: Event) -> set[bytes]:
    """What an event names that can be opened: lots, totals, site events."""
    if isinstance(event, told.EventStanding | told.Attested):
        return {event.statement.commitment}
    return _words(event, COMMITMENTS)


def _values(found: Iterable[Recorded], cls: type[Event], name: str) -> set[bytes]:
    """A field of all events of a type."""
    return {getattr(one.event, name) for one in found if isinstance(one.event, cls)}


def _made(found: Iterable[Recorded]) -> Iterator[tuple[bytes, int, str]]:
    """Every lot that came to be, its root and its first holder."""
    for one in found:
        if isinstance(one.event, told.LotBorn):
            yield one.event.lot, one.event.root, one.event.account
        elif isinstance(one.event, told.LotMade):
            yield one.event.lot, one.event.made.root, one.event.account


def _roots(found: Iterable[Recorded]) -> set[bytes]:
    """The roots of the lots that came to be, as topics."""
    return {root.to_bytes(32, "big") for _, root, _ in _made(found)}


def _holders(found: Iterable[Recorded]) -> Iterator[tuple[int, str]]:
    """Every root with every account that had a lot of it."""
    found = tuple(found)
    roots = {lot: root for lot, root, _ in _made(found)}
    yield from {(root, account) for _, root, account in _made(found)}
    for one in found:
        if isinstance(one.event, told.LotAccepted) and one.event.lot in roots:
            yield roots[one.event.lot], one.event.to


def _accounts(event: Event) -> set[str]:
    """Addresses in the fields that name accounts; of a rotation the account, not the signer."""
    names = {one.name for one in fields(event)}  # type: ignore[arg-type]
    values = (getattr(event, name) for name in ACCOUNTS if name in names)
    if isinstance(event, told.EventUsed):  # `by` is a contract
        return set()
    return {value for value in values if isinstance(value, str)}


def _words(event: Event, names: Iterable[str]) -> set[bytes]:
    """Ids in the fields of those names."""
    return {value for name in names if isinstance(value := getattr(event, name, None), bytes)}


def _word(value: bytes | str) -> str:
    """A value as a topic."""
    word = value if isinstance(value, bytes) else parse_hex(value)
    return hex_of(word.rjust(32, b"\0"))
