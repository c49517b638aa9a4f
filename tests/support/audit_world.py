"""A tiny world: members, sites, lots, and the events that its chain records of them.

It keeps the books of a chain in the simplest way (sequences, standings, holders), so that each
test says only what it changes. Hashes are made with eth_abi, not with the code under test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from eth_abi.abi import encode

from lodetrace.audit.anchor import Anchor, Consensus
from lodetrace.audit.bundle import Bundle, BundleSubject, OpeningShown, Subject
from lodetrace.audit.closure import closure, root_of
from lodetrace.audit.evidence import Evidence, Finality, ProvenEvent
from lodetrace.audit.replay.members import BUSINESS, JUDGING
from lodetrace.audit.rows import Entry, ShownEntry, by_row
from lodetrace.chain.header import Header
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import (
    FOREVER,
    CertificateStatus,
    CustodyModel,
    EventKind,
    Material,
    Measure,
    PriceStatus,
    ReasonCode,
    Role,
    RunKind,
    Scheme,
    SiteKind,
    SubjectKind,
)
from lodetrace.contracts.hold_keys import hold_key
from lodetrace.contracts.price_structs import Publication, Transfer
from lodetrace.contracts.reasons import coded
from lodetrace.contracts.structs import (
    NOBODY,
    Determination,
    Made,
    ProofWords,
    Site,
    SiteEvent,
    Withdrawal,
)
from lodetrace.text import checksummed
from tests.support.boxes import box
from tests.support.noted_run import noted_lots, run_outputs
from tests.support.synthetic_chain import CHAIN_ID, address_of
from zk_circuits.keccak import keccak256

DAY = 24 * 3600
START = 1_770_000_000
CHAIN = CHAIN_ID
COBALT = 27
ALWAYS = 1 << 40
ZERO = bytes(32)
PROOF = ProofWords((0,) * 8)
SEALED = box("sealed")
WHY = coded(ReasonCode.CORRECTED)
"""The reason of whatever has one."""
CONTRACTS = {
    name: address_of(name)
    for name in (
        "Attestations", "Certificates", "Claims", "Custody", "Directory", "Holds", "LotBook",
        "Members", "Origins", "Places", "Prices", "Products", "Runs", "Settings", "Sites",
    )
}  # fmt: skip

RESPONSIBLE, POST_CONSUMER, MANUFACTURING, CAHRA = 1, 2, 4, 16
ALL_GATES = 15
ALL_SCHEMES = 2**64 - 2
HOUR = 3600
LOT_TAG, TOTAL_TAG = 1, 3
"""The last bytes of tags, which tell a claim about a lot from one about a total."""
MASS = CustodyModel.MASS_BALANCE
IN_UNITS = (Material.CATHODE, Material.CELL, Material.MODULE, Material.PACK, Material.RETIRED)
KINDS = {
    RunKind.PROCESS: EventKind.PROCESSING,
    RunKind.RECOVER: EventKind.RECOVERY,
    RunKind.SETTLE: EventKind.MEASUREMENT,
    RunKind.REWORK: EventKind.REWORK,
    RunKind.LOSS: EventKind.LOSS,
    RunKind.END_OF_LIFE: EventKind.END_OF_LIFE,
}
LOOKED_AT = (EventKind.MEASUREMENT, EventKind.END_OF_LIFE)
ON_PAPER = (RunKind.REBOOK, RunKind.CHARGE)
BANDED = (RunKind.PROCESS, RunKind.RECOVER, RunKind.REWORK)
STATEMENT = (
    "(bytes32,uint32,uint16,uint8,uint16,uint40,uint40,bytes32,bytes32,uint16[],uint8,uint16,bool,"
    "bytes32,bytes32[],uint32)"
)
WITHDRAWAL = "(bytes32,uint32,uint16,bytes32,bytes32,bytes32,bytes32[])"


def word(name: str) -> bytes:
    """An id that reads back in no test; below the order of the field, as a lot's is."""
    return bytes(1) + keccak256(name.encode())[1:]


def address(name: str) -> str:
    return checksummed(keccak256(f"account {name}".encode())[:20])


def scoped(owner: str, name: str) -> bytes:
    """The id of what a member declares, of his own name for it."""
    return hashed(("address", "bytes32"), (address(owner), word(name)))


def hashed(kinds: Sequence[str], values: Sequence[Any]) -> bytes:
    return keccak256(encode(kinds, values))


def hours_up(time: int) -> int:
    """A time at its hour, or the next one."""
    return (time + HOUR - 1) // HOUR * HOUR


@dataclass
class Stated:
    """A site event of the world."""

    id: bytes
    statement: SiteEvent
    digest: bytes


@dataclass
class Chain:
    """Blocks of one transaction each."""

    time: int = START
    block: int = 1
    events: list[ProvenEvent] = field(default_factory=list)
    numbers: dict[tuple[SubjectKind, bytes], int] = field(default_factory=dict)

    def next(self, seconds: int = 60) -> None:
        self.time += seconds
        self.block += 1

    def emit(self, event: ev.Event, by: str = "") -> ProvenEvent:
        """by: the contract, where several tell such events."""
        name = by or event.contract
        place = len(self.events) + 1
        shown = ProvenEvent(event, name, 1, CONTRACTS[name], self.block, self.time, place)
        self.events.append(shown)
        return shown

    def count(self, kind: SubjectKind, subject: bytes) -> int:
        self.numbers[kind, subject] = self.numbers.get((kind, subject), 0) + 1
        return self.numbers[kind, subject]


class World:
    """Members alpha (mine), beta (refinery), three oracles, a certifier, risk, auditor, umpire,
    and a laboratory.
    """

    def __init__(self) -> None:
        self.chain = Chain()
        self.quorum = 2
        self.used: set[bytes] = set()
        self.totals: set[bytes] = set()
        self.operators: dict[bytes, str] = {}
        self.filed: set[tuple[bytes, int, bytes]] = set()
        self.stated_of: dict[bytes, Stated] = {}
        self.lots: dict[bytes, Made] = {}
        self.since: dict[bytes, int] = {}
        self.groups: dict[str, str] = {}
        self.all_groups: set[bytes] = set()
        self.roots: dict[object, int] = {}
        self.offers: dict[bytes, tuple[str, int]] = {}
        self.holders: dict[bytes, str] = {}
        self.disputes: dict[bytes, int] = {}
        self.sealed: dict[bytes, int] = {}
        self.roles: dict[str, Role] = {}
        self.window = 7 * DAY
        self.against: dict[bytes, dict[bytes, int]] = {}
        self.papers: dict[str, bytes] = {}
        self.serial = 0

    @classmethod
    def founded(cls) -> World:
        world = cls()
        for name in ("alpha", "beta", "gamma"):
            world.member(name, Role.TRADER | Role.OPERATOR | Role.MAKER)
        for name in ("oracle one", "oracle two", "oracle three"):
            world.member(name, Role.ORACLE)
        world.member("certifier", Role.CERTIFIER)
        world.member("risk", Role.RISK)
        world.member("second risk", Role.RISK)
        world.member("auditor", Role.AUDITOR)
        world.member("umpire", Role.UMPIRE)
        world.member("bench", Role.LABORATORY)
        world.tx(ev.QuorumSet(2))
        world.tx(ev.CreditRuleSet(1, 1 << Scheme.IRMA | 1 << Scheme.RMI_RMAP, False))
        for credit in (2, 3):
            world.tx(ev.CreditRuleSet(credit, 1 << Scheme.RECYCLED_CONTENT, False))
        for measure, step, limit in (
            (Measure.CREDIT_SHARE, 50_000, 1_000_000),
            (Measure.CAHRA_SHARE, 50_000, 1_000_000),
            (Measure.CARBON_INTENSITY, 500_000, 500_000_000),
            (Measure.DIRECT_INTENSITY, 500_000, 500_000_000),
            (Measure.METAL_PER_UNIT, 1_000_000, 10**12),
        ):
            world.tx(ev.GridSet(measure, step, limit))
        world.site("mine", "alpha", "upland", [Material.ORE, Material.HYDROXIDE])
        world.site("refinery", "beta", "port", [Material.SULPHATE, Material.PACK, Material.METAL])
        world.site("laboratory", "bench", "port", [], SiteKind.LABORATORY)
        world.site("yard", "gamma", "port", [], SiteKind.DISMANTLER)
        world.determine("upland")
        world.determine("port")
        world.certify("mine-irma", "mine", Scheme.IRMA)
        for model in list(CustodyModel)[:-1]:
            world.tx(ev.ModelRuleSet(model, 1 << Scheme.CHAIN_OF_CUSTODY))
        world.certify("refinery-coc", "refinery", Scheme.CHAIN_OF_CUSTODY)
        world.chain.next(3 * DAY)
        return world

    # registers

    def tx(self, *events: ev.Event, after: int = 60) -> None:
        self.chain.next(after)
        for event in events:
            self.chain.emit(event)

    def member(self, name: str, roles: Role, group: str | None = None) -> str:
        """group: of a member before. It does no business any more once a judge joins it."""
        sister = (group or "").removeprefix("group ")
        if sister in self.roles and roles & JUDGING and self.roles[sister] & BUSINESS:
            self.set_roles(sister, Role(0))
        self.roles[name] = roles
        self.groups[address(name)] = group or f"group {name}"
        self.all_groups.add(word(self.groups[address(name)]))
        org, account = word(name), address(name)
        count = self.chain.count
        self.tx(
            ev.OrganisationRegistered(
                org, count(SubjectKind.MEMBER, org), word(group or f"group {name}"), roles,
                ZERO, account,
            ),
            ev.AccountAdded(account, org, count(SubjectKind.MEMBER, org), roles, word("key")),
        )  # fmt: skip
        if roles & Role.CERTIFIER:
            self.chain.emit(ev.AccreditationSet(org, count(SubjectKind.MEMBER, org), ALL_SCHEMES))
        return account

    def accredit(self, name: str, *schemes: Scheme) -> None:
        org = word(name)
        mask = sum(1 << scheme for scheme in schemes)
        self.tx(ev.AccreditationSet(org, self.chain.count(SubjectKind.MEMBER, org), mask))

    def suspend(self, name: str) -> None:
        org = word(name)
        number = self.chain.count(SubjectKind.MEMBER, org)
        self.tx(ev.OrganisationSuspended(org, number, WHY))

    def reinstate(self, name: str) -> None:
        org = word(name)
        self.tx(ev.OrganisationReinstated(org, self.chain.count(SubjectKind.MEMBER, org)))

    def set_roles(self, name: str, roles: Role) -> None:
        org = word(name)
        self.roles[name] = roles
        self.tx(ev.RolesSet(org, self.chain.count(SubjectKind.MEMBER, org), roles))

    def site(
        self,
        name: str,
        operator: str,
        place: str,
        materials: Iterable[Material],
        kind: SiteKind = SiteKind.REFINERY,
        elements: tuple[int, ...] = (COBALT,),
        continuous: bool = False,
    ) -> bytes:
        site = word(name)
        self.operators[site] = operator
        details = Site(
            operator=word(operator),
            place=word(place),
            kind=kind,
            tolerance=5_000,
            loss_from=0,
            loss_to=50_000,
            scrap_to=100_000,
            active=True,
            sequence=1,
            capacity=ZERO,
            elements=elements,
            materials=tuple(materials),
            continuous=continuous,
        )
        number = self.chain.count(SubjectKind.SITE, site)
        self.tx(ev.SiteRegistered(site, word(operator), number, details))
        return site

    def freeze(self, name: str, days: int = 7) -> None:
        """Its group, which has no other organisation."""
        org = word(name)
        number = self.chain.count(SubjectKind.MEMBER, org)
        self.chain.next()
        self.chain.emit(ev.OrganisationFrozen(org, number, self.chain.time + days * DAY))

    def pause(self) -> None:
        self.chain.next()
        self.chain.emit(ev.Paused(self.chain.time + 3 * DAY))

    def set_group(self, name: str, group: str, days_ago: int = 0) -> None:
        org = word(name)
        number = self.chain.count(SubjectKind.MEMBER, org)
        self.chain.next()
        since = self.chain.time - days_ago * DAY
        self.groups[address(name)] = group
        self.all_groups.add(word(group))
        self.chain.emit(ev.GroupSet(org, number, word(group), since))

    def remove_account(self, name: str) -> None:
        org = word(name)
        number = self.chain.count(SubjectKind.MEMBER, org)
        self.tx(ev.AccountRemoved(address(name), org, number, address(name)))

    def restore_account(self, name: str) -> None:
        org = word(name)
        number = self.chain.count(SubjectKind.MEMBER, org)
        self.tx(ev.AccountRestored(address(name), org, number))

    def propose_transfer(self, name: str, operator: str) -> None:
        site = word(name)
        number = self.chain.count(SubjectKind.SITE, site)
        self.tx(ev.SiteTransferProposed(site, number, word(operator)))

    def transfer(self, name: str, operator: str) -> None:
        site = word(name)
        number = self.chain.count(SubjectKind.SITE, site)
        self.tx(ev.SiteTransferred(site, word(operator), number))
        self.operators[site] = operator

    def close(self, name: str) -> None:
        site = word(name)
        self.tx(ev.SiteClosed(site, self.chain.count(SubjectKind.SITE, site)))

    def set_continuous(self, name: str, continuous: bool) -> None:
        site = word(name)
        self.tx(ev.ContinuousSet(site, self.chain.count(SubjectKind.SITE, site), continuous))

    def set_band(
        self, name: str, tolerance: int, loss_from: int, loss_to: int, scrap_to: int = 100_000
    ) -> None:
        site = word(name)
        number = self.chain.count(SubjectKind.SITE, site)
        self.tx(ev.BandSet(site, number, tolerance, loss_from, loss_to, scrap_to))

    def determine(
        self,
        name: str,
        start: int = START - 100 * DAY,
        days: int = 300,
        conflict: bool = False,
        by: str = "risk",
        lapses_at: int | None = None,
    ) -> None:
        place = word(name)
        number = self.chain.count(SubjectKind.PLACE, place)
        end = start + days * DAY
        time = self.chain.time + 60
        since = start if conflict else max(start, time - self.window)
        if lapses_at is None:
            lapses_at = time + 30 * DAY if conflict and time > start + 30 * DAY else FOREVER
        found = Determination(
            start, end, time, since, lapses_at, conflict, False, False, word("paper")
        )
        proposer = NOBODY if conflict else address("second risk")
        self.tx(ev.PlaceDetermined(place, number, address(by), proposer, found))

    def set_window(self, seconds: int) -> None:
        self.window = seconds
        self.tx(ev.RecordingWindowSet(seconds))

    def excuse_determination(self, name: str, number: int = 1) -> None:
        place = word(name)
        self.tx(ev.DeterminationExcused(place, self.chain.count(SubjectKind.PLACE, place), number))

    def certify(
        self,
        name: str,
        site: str,
        scheme: Scheme,
        start: int = START - 50 * DAY,
        days: int = 365,
        certifier: str = "certifier",
        element: int = 0,
        since: int | None = None,
    ) -> bytes:
        certificate = self.papers[name] = scoped(certifier, name)
        number = self.chain.count(SubjectKind.CERTIFICATE, certificate)
        time = self.chain.time + 60
        spoken = max(self.against.get(word(site), {}).values(), default=0)
        if since is None:
            since = max(start, time - self.window, min(spoken, time))
        self.tx(
            ev.CertificateIssued(
                certificate, word(site), number, scheme, element, start, start + days * DAY, since,
                address(certifier), word(f"paper {name}"), word(name),
            )
        )  # fmt: skip
        return certificate

    def take_over(self, name: str, site: str, certifier: str) -> None:
        certificate = self.papers[name]
        number = self.chain.count(SubjectKind.CERTIFICATE, certificate)
        taken = (certificate, word(site), number, address(certifier), word("findings"))
        self.tx(ev.CertificateTakenOver(*taken))

    def withdraw_certificate(self, name: str, site: str, effective_from: int) -> None:
        certificate = self.papers[name]
        self.chain.next()
        number = self.chain.count(SubjectKind.CERTIFICATE, certificate)
        said = (effective_from, self.chain.time, WHY)
        self.chain.emit(ev.CertificateWithdrawn(certificate, word(site), number, *said))

    def excuse_certificate(self, name: str, site: str) -> None:
        certificate = self.papers[name]
        number = self.chain.count(SubjectKind.CERTIFICATE, certificate)
        self.tx(ev.CertificateExcused(certificate, word(site), number))

    def set_status(
        self, name: str, site: str, status: CertificateStatus, effective_from: int | None = None
    ) -> None:
        certificate = self.papers.get(name, word(name))
        self.chain.next()
        number = self.chain.count(SubjectKind.CERTIFICATE, certificate)
        since = self.chain.time if effective_from is None else effective_from
        in_force = status is CertificateStatus.IN_FORCE
        self.against.setdefault(word(site), {})[certificate] = since if in_force else ALWAYS
        self.chain.emit(
            ev.CertificateStatusSet(
                certificate, word(site), number, status, since, self.chain.time, WHY
            )
        )

    # site events

    def stated(
        self,
        site: str,
        kind: EventKind,
        *,
        sequence: int | None = None,
        revision: int = 0,
        hours: int = 24,
        ago: int = 3600,
        document: str | None = None,
        element: int = COBALT,
        elements: tuple[int, ...] | None = None,
        inputs: Sequence[bytes] = (),
        model: CustodyModel = MASS,
        unit_material: int = 0,
        no_output: bool = False,
        units: int = 0,
    ) -> Stated:
        """A statement about an event that ended `ago` seconds before the last block."""
        if sequence is None:
            self.serial += 1
            sequence = self.serial
        end = self.chain.time - ago
        statement = SiteEvent(
            site=word(site),
            sequence=sequence,
            revision=revision,
            kind=kind,
            element=element,
            from_=end - hours * 3600,
            to=end,
            document=word(document or f"document {site} {sequence} {revision}"),
            commitment=(sequence + 1000 * revision + 7).to_bytes(32, "big"),
            elements=elements or (element,),
            model=model,
            unit_material=unit_material,
            no_output=no_output,
            batches=ZERO if kind is EventKind.MEASUREMENT else word(f"batches {sequence}"),
            inputs=tuple(sorted(inputs)),
            units=units,
        )
        return self.restated(statement)

    def restated(self, said: SiteEvent) -> Stated:
        """A statement with its id and digest."""
        event_id = hashed(["bytes32", "uint32", "uint16"], [said.site, said.sequence, said.element])
        digest = hashed([STATEMENT], [tuple(getattr(said, one.name) for one in fields(said))])
        self.stated_of[event_id] = Stated(event_id, said, digest)
        return self.stated_of[event_id]

    def attest(self, stated: Stated, *names: str, stands: bool = True, after: int = 60) -> Stated:
        """The site files it, and oracles attest in turn; the last one makes it stand."""
        names = names or ("oracle one", "oracle two")
        for number, name in enumerate(names, 1):
            self.chain.next(after if number == 1 else 60)
            self.file_once(stated.statement)
            self.chain.emit(
                ev.Attested(
                    stated.id, word(name), stated.digest, stated.statement.revision, number,
                    stated.statement,
                )
            )  # fmt: skip
        return self.attest_standing(stated) if stands else stated

    def attest_standing(self, stated: Stated) -> Stated:
        """The last attestation made it stand, in the same transaction."""
        said = stated.statement
        self.chain.emit(ev.EventStanding(stated.id, said.site, stated.digest, said))
        if said.kind not in LOOKED_AT:
            self.name_inputs(stated)
        return stated

    def name_inputs(self, stated: Stated) -> None:
        until = self.chain.time + 180 * DAY
        for lot in stated.statement.inputs:
            self.chain.emit(ev.LotNamed(lot, stated.id, self.number(lot), until))

    def file(self, stated: Stated, by: str = "alpha") -> None:
        said = stated.statement
        self.filed.add((said.site, said.sequence, said.document))
        self.tx(ev.Filed(said.site, said.document, address(by), said.sequence))

    def file_once(self, said: SiteEvent | Withdrawal) -> None:
        """In the transaction that is being told, unless it was filed before."""
        document = said.declaration if isinstance(said, Withdrawal) else said.document
        number = (said.site, said.sequence, document)
        if number not in self.filed:
            self.filed.add(number)
            operator = address(self.operators[said.site])
            self.chain.emit(ev.Filed(said.site, document, operator, said.sequence))

    def event(self, site: str, kind: EventKind, **words: Any) -> Stated:
        return self.attest(self.stated(site, kind, **words))

    def excuse(self, stated: Stated) -> None:
        self.tx(ev.LateFilingExcused(stated.id))

    def withdraw(
        self, stated: Stated, *names: str, stands: bool = True, after_quorum: int = 0
    ) -> None:
        """after_quorum: seconds until it takes effect, where the site is silent."""
        said = stated.statement
        withdrawal = Withdrawal(
            said.site, said.sequence, said.element, said.document, word("declaration"), WHY,
            said.inputs,
        )  # fmt: skip
        fields_ = tuple(getattr(withdrawal, one.name) for one in fields(withdrawal))
        digest = hashed([WITHDRAWAL], [fields_])
        for number, name in enumerate(names or ("oracle one", "oracle two"), 1):
            self.chain.next(60)
            self.file_once(withdrawal)
            self.chain.emit(
                ev.WithdrawalAttested(stated.id, word(name), digest, number, withdrawal)
            )
        if after_quorum:
            self.chain.next(after_quorum)
        if stands:
            used = stated.id in self.used
            for lot in () if used or said.kind in LOOKED_AT else said.inputs:
                self.chain.emit(ev.LotUnnamed(lot, stated.id, self.number(lot)))
            self.chain.emit(
                ev.EventWithdrawn(
                    stated.id, said.site, said.document, digest, word("declaration"), WHY,
                    used,
                )
            )  # fmt: skip

    def use(self, stated: Stated) -> None:
        self.used.add(stated.id)

    # lots

    def birth(
        self,
        stated: Stated | None = None,
        *,
        name: str | None = None,
        site: str = "mine",
        account: str = "alpha",
        gates: int = RESPONSIBLE,
        material: Material = Material.ORE,
        count: int = 1,
        model: CustodyModel = CustodyModel.SEGREGATED,
    ) -> bytes:
        units = int(material) if material in IN_UNITS else 0
        stated = stated or self.event(site, EventKind.BIRTH, unit_material=units)
        said = stated.statement
        lot = word(name or f"lot {len(self.lots)}")
        self.chain.next()
        self.use(stated)
        born = ev.LotBorn(
            lot=lot,
            account=address(account),
            event_id=stated.id,
            gates=gates,
            count=count,
            material=material,
            element=said.element,
            model=model,
            root=self.root((said.site, said.sequence)),
            time=said.to,
            public_signals=(0, 0, 0, 0, count | gates << 32),
            proof=PROOF,
            sealed_to_owner=SEALED,
        )
        self.create(lot, nature_of(born), born.account)
        self.chain.emit(born)
        return lot

    def root(self, what: object) -> int:
        """The number of a document, or of a set of lots."""
        return self.roots.setdefault(what, len(self.roots) + 1)

    def create(self, lot: bytes, nature: Made, holder: str) -> None:
        self.chain.count(SubjectKind.LOT, lot)
        self.lots[lot] = nature
        self.since[lot] = nature.held_since
        self.holders[lot] = holder

    def number(self, lot: bytes) -> int:
        return self.chain.count(SubjectKind.LOT, lot)

    def offer(self, lot: bytes, to: str, days: int = 10) -> None:
        self.chain.next()
        number = self.number(lot)
        self.offers[lot] = (address(to), number)
        expiry = self.chain.time + days * DAY
        self.chain.emit(ev.LotOffered(lot, self.holders[lot], address(to), number, expiry, SEALED))

    def accept(self, lot: bytes) -> None:
        self.chain.next()
        to, _ = self.offers[lot]
        self.chain.emit(ev.LotAccepted(lot, self.holders[lot], to, self.number(lot)))
        if self.groups.get(self.holders[lot]) != self.groups.get(to):
            self.since[lot] = hours_up(self.chain.time)
        self.holders[lot] = to

    def hand_over(self, lot: bytes, to: str) -> None:
        self.offer(lot, to)
        self.accept(lot)

    def reject(self, lot: bytes) -> None:
        to, _ = self.offers[lot]
        self.chain.next()
        self.chain.emit(ev.LotRejected(lot, self.holders[lot], to, self.number(lot), WHY))

    def cancel(self, lot: bytes) -> None:
        to, _ = self.offers[lot]
        self.chain.next()
        self.chain.emit(ev.OfferCancelled(lot, self.holders[lot], to, self.number(lot)))

    def dispute(self, lot: bytes) -> None:
        to, _ = self.offers[lot]
        self.chain.next()
        until = self.disputes[lot] = self.chain.time + 10 * DAY
        sent = (lot, self.holders[lot], to, self.number(lot), until, WHY, word("receiving"))
        self.chain.emit(ev.LotDisputed(*sent))

    def approve(self, lot: bytes, stated: Stated, umpire: str = "umpire") -> None:
        self.chain.next()
        until = self.disputes[lot] = max(self.disputes.get(lot, 0), self.chain.time + 100 * DAY)
        self.chain.emit(
            ev.SettlementApproved(lot, stated.id, address(umpire), self.number(lot), until)
        )

    def end_dispute(self, lot: bytes, stated: Stated, days: int = 7) -> None:
        """days: until the offer ends."""
        self.chain.next()
        self.use(stated)
        until = self.chain.time + days * DAY
        self.chain.emit(ev.DisputeEnded(lot, stated.id, self.number(lot), until))

    def matter(self, lot: bytes) -> tuple[bytes, int, bytes]:
        """What a hold on a lot is on: key, root, and the group of its holder."""
        root, group = self.lots[lot].root, word(self.groups[self.holders[lot]])
        return hold_key(root, group), root, group

    def hold(self, lot: bytes, by: str = "risk") -> None:
        self.hold_on(self.matter(lot), by)

    def hold_on(self, matter: tuple[bytes, int, bytes], by: str = "risk") -> None:
        self.chain.next()
        number, until = self.chain.count(SubjectKind.HOLD, matter[0]), self.chain.time + 14 * DAY
        self.chain.emit(ev.HoldPlaced(*matter, address(by), number, until, WHY))

    def renew(self, lot: bytes, by: str = "auditor") -> None:
        self.renew_on(self.matter(lot), by)

    def renew_on(self, matter: tuple[bytes, int, bytes], by: str = "auditor") -> None:
        self.chain.next()
        number, until = self.chain.count(SubjectKind.HOLD, matter[0]), self.chain.time + 90 * DAY
        self.chain.emit(ev.HoldRenewed(*matter, address(by), number, until))

    def propose_release(self, lot: bytes, by: str) -> None:
        matter = self.matter(lot)
        number = self.chain.count(SubjectKind.HOLD, matter[0])
        self.tx(ev.HoldReleaseProposed(*matter, address(by), number))

    def confirm_release(self, lot: bytes, by: str) -> None:
        matter = self.matter(lot)
        number = self.chain.count(SubjectKind.HOLD, matter[0])
        self.tx(ev.HoldReleased(*matter, address(by), number))

    def release(self, lot: bytes, first: str = "risk", second: str = "auditor") -> None:
        self.propose_release(lot, first)
        self.confirm_release(lot, second)

    def release_lot(self, lot: bytes, first: str = "risk", second: str = "auditor") -> None:
        """One that was born held."""
        self.tx(ev.LotReleaseProposed(lot, address(first), self.number(lot)))
        self.tx(ev.LotReleased(lot, address(second), self.number(lot)))

    def release_by_act(self, lot: bytes) -> None:
        self.tx(ev.LotReleasedByAct(lot, self.number(lot)))

    def consent(self, lot: bytes, by: str, given: bool) -> None:
        _, offer = self.offers[lot]
        self.tx(ev.ArrivalConsented(lot, address(by), offer, given))

    def lose(self, stated: Stated, *lots: bytes, account: str = "beta") -> None:
        """Nothing is left of the lots that the event names, or of others."""
        self.chain.next()
        self.use(stated)
        for lot in lots or stated.statement.inputs:
            self.chain.emit(ev.LotLost(lot, stated.id, address(account), self.number(lot)))

    def run(
        self,
        kind: RunKind,
        inputs: Sequence[bytes],
        outputs: Sequence[tuple[Material, int]],
        *,
        stated: Stated | None = None,
        account: str = "beta",
        site: str = "refinery",
        model: CustodyModel = CustodyModel.MASS_BALANCE,
        in_band: bool = True,
        gates: int = ALL_GATES,
        grants: int = 0,
        band: tuple[int, int, int, int] = (5_000, 0, 50_000, 100_000),
        flip: int = 0,
        change: Callable[[Made], Made] = lambda made: made,
    ) -> list[bytes]:
        """flip: bits of the rule that differ from the contract's."""
        inputs = sorted(inputs)
        if stated is None and kind not in ON_PAPER:
            self.chain.next(2 * HOUR)
            stated = self.event(
                site, KINDS[kind], hours=1, ago=30, **self.about(inputs, outputs, model)
            )
        lots = [word(f"lot {len(self.lots) + index}") for index in range(len(outputs))]
        run_id = hashed(["uint256", "address", "bytes32"], [CHAIN, CONTRACTS["Runs"], lots[0]])
        self.chain.next()
        for lot in inputs:
            self.chain.emit(ev.LotConsumed(lot, run_id, self.number(lot)))
        if stated is not None:
            self.use(stated)
        rule = rule_word(kind, model, outputs, gates, grants, band) ^ flip
        holder = self.holders[inputs[0]] if kind is RunKind.SETTLE else address(account)
        natures = [
            change(self.nature(kind, inputs, output, stated, index, model, in_band))
            for index, output in enumerate(outputs)
        ]
        self.chain.emit(
            ev.RunRecorded(
                run_id, address(account), stated.id if stated else ZERO, kind, model, in_band,
                run_signals(kind, inputs, lots, rule), PROOF,
                **noted_lots(
                    holder, inputs, run_outputs(lots, natures), natures[0], [SEALED] * len(lots)
                ),
            )
        )  # fmt: skip
        for lot, nature in zip(lots, natures, strict=True):
            self.create(lot, nature, holder)
            self.chain.emit(ev.LotMade(lot, run_id, holder, nature, SEALED))
        return lots

    def about(
        self, inputs: Sequence[bytes], outputs: Sequence[tuple[Material, int]], model: CustodyModel
    ) -> dict[str, Any]:
        """What the event of a run says of it."""
        units = [int(material) for material, _ in outputs if material in IN_UNITS]
        return {"inputs": inputs, "model": model, "unit_material": units[0] if units else 0}

    def nature(
        self,
        kind: RunKind,
        inputs: Sequence[bytes],
        output: tuple[Material, int],
        stated: Stated | None,
        index: int,
        model: CustodyModel,
        in_band: bool,
    ) -> Made:
        """What the contract says of an output."""
        before = [self.lots[lot] for lot in inputs]
        first, (material, count) = before[0], output
        same = len({one.root for one in before}) == 1 and not any(one.charge for one in before)
        kept = kind in (RunKind.SETTLE, RunKind.LOSS) or (kind is RunKind.REBOOK and same)
        said = stated.statement if stated else None
        root = first.root
        if not kept:
            root = self.root((said.site, said.sequence) if said else tuple(inputs))
        again = kind not in (RunKind.PROCESS, RunKind.RECOVER)
        return Made(
            count=count,
            material=material,
            element=first.element,
            model=model,
            root=root,
            index=first.index if kept else index if said else 0,
            mixed=(not kept and not said) or (kept and any(one.mixed for one in before)),
            charge=kind is RunKind.CHARGE or (kept and any(one.charge for one in before)),
            reworked=kind is RunKind.REWORK or (again and any(one.reworked for one in before)),
            time=said.to
            if said and kind is not RunKind.SETTLE
            else max(one.time for one in before),
            held_since=hours_up(said.to)
            if said and not kept
            else max(self.since[lot] for lot in inputs),
            held=not in_band and kind in BANDED,
            young=kind not in BANDED and any(one.young for one in before),
        )

    # products, claims, prices

    def declare(self, name: str = "car", owner: str = "beta") -> bytes:
        product = scoped(owner, name)
        self.tx(ev.ProductDeclared(product, address(owner), word(name)))
        return product

    def assign(self, product: bytes, lot: bytes, units: int, part: int = 0) -> None:
        self.chain.next()
        element = self.lots[lot].element if lot in self.lots else COBALT
        self.chain.emit(ev.UnitsAssigned(product, lot, self.number(lot), element, units, part))

    def seal(self, product: bytes) -> None:
        self.tx(ev.ProductSealed(product))
        self.sealed[product] = self.chain.time

    def dismantle(
        self, lot: bytes, units: int = 1, site: str = "yard", ago: int = 60, **words: Any
    ) -> Stated:
        """An attested end of life of units of packs."""
        self.chain.next(25 * HOUR)
        said = {"inputs": [lot], "unit_material": Material.PACK, "units": units, "ago": ago}
        return self.event(site, EventKind.END_OF_LIFE, **{**said, **words})

    def retire(
        self,
        lot: bytes,
        units: int = 1,
        *,
        product: bytes = scoped("beta", "car"),
        stated: Stated | None = None,
        owner: str = "beta",
        kept: int | None = None,
        told: int | None = None,
        by: str = "Products",
        change: Callable[[Made], Made] = lambda made: made,
    ) -> list[bytes]:
        """Units of a product leave their lot. kept: units of the rest in products; told: of the
        product, where another number is told; by: the contract that tells the run.
        """
        stated = stated or self.dismantle(lot, units)
        before = self.lots[lot]
        outputs = [(Material.RETIRED, units)]
        if before.count > units:
            outputs.append((before.material, before.count - units))
        made = [word(f"lot {len(self.lots) + index}") for index in range(len(outputs))]
        run_id = hashed(["uint256", "address", "bytes32"], [CHAIN, CONTRACTS[by], made[0]])
        self.chain.next()
        self.use(stated)
        self.chain.emit(ev.LotConsumed(lot, run_id, self.number(lot)), by)
        self.chain.emit(ev.UnitsRetired(product, lot, run_id, told or units))
        rule = rule_word(RunKind.END_OF_LIFE, before.model, outputs, ALL_GATES, 0, (0, 0, 0, 0))
        signals = run_signals(RunKind.END_OF_LIFE, [lot], made, rule)
        told_of = (run_id, address(owner), stated.id, RunKind.END_OF_LIFE, before.model, True)
        ended = stated.statement.to
        young = ended < self.sealed.get(product, 0) + 180 * DAY
        natures = [
            replace(before, material=material, count=count, held_since=self.since[lot])
            for material, count in outputs
        ]
        natures[0] = replace(natures[0], young=young, time=ended)
        natures = [change(nature) for nature in natures]
        named, boxes = run_outputs(made, natures), [SEALED] * len(made)
        lots = noted_lots(address(owner), [lot], named, natures[0], boxes)
        self.chain.emit(ev.RunRecorded(*told_of, signals, PROOF, **lots), by)
        for one, nature in zip(made, natures, strict=True):
            self.create(one, nature, address(owner))
            self.chain.emit(ev.LotMade(one, run_id, address(owner), nature, SEALED), by)
        if kept:
            self.chain.emit(ev.UnitsKept(made[1], run_id, self.number(made[1]), kept))
        return made

    def total(
        self,
        product: bytes,
        parts: int,
        *,
        first: int = 0,
        scale: int = 1,
        complete: bool = True,
        previous: bytes = ZERO,
        name: str = "total",
        owner: str = "beta",
    ) -> bytes:
        total = word(name)
        self.totals.add(total)
        self.tx(
            ev.TotalRecorded(
                total, product, address(owner), COBALT, first, parts, scale, previous, complete,
                (0,) * 24, PROOF,
            )
        )  # fmt: skip
        return total

    def claim(
        self,
        subject: bytes,
        measure: Measure = Measure.CREDIT_SHARE,
        threshold: int = 1_000_000,
        mask: int = 1,
        owner: str = "beta",
    ) -> bytes:
        claim_id = hashed(
            ["bytes32", "uint8", "uint8", "uint8", "uint64"],
            [subject, 0, measure, mask, threshold],
        )
        self.tx(
            ev.ClaimRecorded(
                claim_id,
                subject,
                address(owner),
                measure,
                mask,
                threshold,
                0,
                (0, TOTAL_TAG if subject in self.totals else LOT_TAG, 0, 0),
                PROOF,
            )
        )
        return claim_id

    def price_record(self, name: str = "price day", material: Material = Material.ORE) -> bytes:
        commodity = word("commodity")
        self.tx(ev.CommodityRegistered(commodity, 1, word("risk"), COBALT, material))
        publication = Publication(
            commodity, START // DAY, PriceStatus.NORMAL, word("range"), word("record"),
            word("assessment"), word("method"), ZERO,
        )  # fmt: skip
        record = word(name)
        self.tx(
            ev.PriceReleased(record, commodity, publication.day, 2, address("risk"), publication)
        )
        return record

    def check_price(self, lot: bytes, record: bytes, by: str, inside: bool = True) -> bytes:
        to, offer = self.offers[lot]
        check_id = hashed(
            ["bytes32", "uint32", "address", "bytes32"], [lot, offer, address(by), record]
        )
        self.tx(
            ev.PriceChecked(
                check_id, lot, address(by), record, Transfer(self.holders[lot], to, offer),
                word("price"), inside, (0,) * 5, SEALED, PROOF,
            )
        )  # fmt: skip
        return check_id

    # evidence

    def evidence(
        self,
        subject: bytes,
        *,
        product: bool = False,
        openings: tuple[OpeningShown, ...] = (),
        documents: tuple[bytes, ...] = (),
    ) -> Evidence:
        """Everything that the subject needs, up to a head behind all of it."""
        self.chain.next()
        about = Subject(BundleSubject.PRODUCT if product else BundleSubject.LOT, subject)
        head = header(self.chain.block, self.chain.time)
        bundle = Bundle(
            chain_id=CHAIN,
            genesis=ZERO,
            subject=about,
            headers=(head,),
            entries=(),
            nodes=(),
            openings=openings,
            documents=documents,
        )
        evidence = WorldEvidence(
            bundle=bundle,
            anchor=Anchor.of_genesis(header(0, START - DAY), CHAIN, {}, Consensus.NONE),
            chain_id=CHAIN,
            subject=about,
            head=head,
            closure=closure(root_of(about), lambda _: ()),
            events=(),
            keys={},
            finality=Finality(sealed=False, headers=1),
            notes=(),
        )
        return told(evidence, self.chain.events)


@dataclass(frozen=True, slots=True)
class WorldEvidence(Evidence):
    """recorded: also what the subject does not need."""

    recorded: tuple[ProvenEvent, ...] = ()


def told(evidence: Evidence, events: Iterable[ProvenEvent]) -> WorldEvidence:
    """The evidence of a chain that recorded these events, as far as the subject needs them."""
    assert isinstance(evidence, WorldEvidence)
    events = tuple(events)
    at = {shown.place: shown for shown in events}
    rows = by_row(
        ShownEntry(Entry(one.address, one.block, one.time, place, (), b""), one.event)
        for place, one in sorted(at.items())
    )
    found = closure(root_of(evidence.subject), lambda row: rows.get(row, ()))
    needed = tuple(at[shown.entry.place] for shown in found.entries)
    return replace(evidence, closure=found, events=needed, recorded=events)


def rule_word(
    kind: RunKind,
    model: CustodyModel,
    outputs: Sequence[tuple[Material, int]],
    gates: int,
    grants: int,
    band: tuple[int, int, int, int],
) -> int:
    """By the page (zk_circuits/SPEC.md, section 6). band: tolerance, losses and scrap, ppm."""
    makes = kind in (RunKind.PROCESS, RunKind.RECOVER)
    shares = {
        RunKind.REBOOK: (0, 0, 0, 0),
        RunKind.CHARGE: (0, 0, 0, 0),
        RunKind.END_OF_LIFE: (0, 0, 0, 0),
        RunKind.SETTLE: (1_000_000, 0, 0, 0),
        RunKind.LOSS: (band[0], 0, 1_000_000, 1_000_000),
    }.get(kind, band)
    counts = sum(count << 32 * at for at, (_, count) in enumerate(outputs[:4]))
    units = sum((material in IN_UNITS) << at for at, (material, _) in enumerate(outputs[:4]))
    scrap = sum(
        (makes and material is Material.SCRAP) << at for at, (material, _) in enumerate(outputs[:4])
    )
    stock = any(material is Material.IN_PROCESS for material, _ in outputs)
    whole = model in (CustodyModel.IDENTITY_PRESERVED, CustodyModel.SEGREGATED)
    bits = (
        (128, int(model is not MASS or not makes or stock)), (129, int(whole)),
        (130, int(kind is RunKind.SETTLE)), (131, gates), (135, grants), (139, scrap),
        (143, units), *((147 + 20 * at, share) for at, share in enumerate(shares)),
    )  # fmt: skip
    return counts | sum(value << at for at, value in bits)


def run_signals(
    kind: RunKind, inputs: Sequence[bytes], outputs: Sequence[bytes], rule: int
) -> tuple[int, ...]:
    """Of rebook2 or run4: the rule, and which slots are used."""
    narrow = kind in (*ON_PAPER, RunKind.END_OF_LIFE) and max(len(inputs), len(outputs)) <= 2
    width, head = (2, [0, 0, rule]) if narrow else (4, [0, 0, 0, 0, rule])
    sides = [
        int.from_bytes(ids[at], "big") if at < len(ids) else 0
        for ids in (inputs, outputs)
        for at in range(width)
    ]
    return (*head, *sides)


def nature_of(born: ev.LotBorn) -> Made:
    """What a lot is that was born."""
    return Made(
        born.count, born.material, born.element, born.model, born.root, 0, False, False, False,
        born.time, hours_up(born.time), False, False,
    )  # fmt: skip


def header(number: int, time: int) -> Header:
    """A header of which only number and time are looked at."""
    return Header(ZERO, bytes(20), ZERO, ZERO, number, time, b"", ())


def without(evidence: Evidence, *dropped: ev.Event) -> Evidence:
    """The evidence of a chain that never recorded some of its events."""
    assert isinstance(evidence, WorldEvidence)
    kept = [shown for shown in evidence.recorded if shown.event not in dropped]
    assert len(kept) < len(evidence.recorded), "nothing was dropped"
    return told(evidence, kept)


def altered(evidence: Evidence, wanted: type[ev.Event], nth: int = 0, **fields: Any) -> Evidence:
    """The evidence of a chain with other values in the nth event of a type."""
    assert isinstance(evidence, WorldEvidence)
    changed = list(evidence.recorded)
    places = [index for index, shown in enumerate(changed) if isinstance(shown.event, wanted)]
    shown = changed[places[nth]]
    event: Any = shown.event
    changed[places[nth]] = replace(shown, event=replace(event, **fields))
    return told(evidence, changed)


def events_of(evidence: Evidence, wanted: type[ev.Event]) -> list[ev.Event]:
    return [shown.event for shown in evidence.events if isinstance(shown.event, wanted)]
