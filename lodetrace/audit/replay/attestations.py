"""Site events: attested by a quorum of independent oracle organisations, used once, withdrawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.bitemporal import Place
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.labels import readable
from lodetrace.audit.replay.lots import LotBook, LotNotFree, LotRecord, StockBound
from lodetrace.audit.replay.members import Members
from lodetrace.audit.replay.settings import Settings
from lodetrace.audit.replay.site_statements import (
    LOOKED_AT,
    require_statement,
    statement_digest,
    withdrawal_digest,
)
from lodetrace.audit.replay.sites import NotOperator, Sites
from lodetrace.contracts.enums import EventKind, LotState, Role
from lodetrace.contracts.events import (
    Attested,
    DocumentRefused,
    EventStanding,
    EventWithdrawn,
    Filed,
    LateFilingExcused,
    LotUnnamed,
    WithdrawalAttested,
)
from lodetrace.contracts.structs import SiteEvent, Withdrawal
from lodetrace.text import hex_of
from zk_circuits.abi import hash_static

NAMED_TERM: Final = 180 * 24 * 3600
"""Seconds for which what stands may be used."""

ANSWER_TERM: Final = 10 * 24 * 3600
"""Seconds after which another group speaks in the place of one of the panel that is silent."""

CONSENT_TERM: Final = 14 * 24 * 3600
"""Seconds for which a site's own word is waited for once a quorum withdrew its document."""

PERIOD_MAX: Final = 31 * 24 * 3600
"""Seconds of a period of a continuous site."""

WANTED: Final = {EventKind.MEASUREMENT: LotState.DISPUTED, EventKind.END_OF_LIFE: LotState.ASSIGNED}
"""State of the lot that is looked at; all other kinds name lots that are free."""


class SiteEventNotStanding(HistoryRefused):
    """A site event was used that no quorum attested."""

    template = "step {step}, {item}: it does not stand at block {block}"


class EventIdMismatch(HistoryRefused):
    """An id that is not that of the site, sequence and element."""

    template = "step {step}, {item}: its site, sequence and element make the id {expected}"


class DigestMismatch(HistoryRefused):
    """A digest that is not that of the statement."""

    template = "step {step}, {item}: the statement's digest is {expected}, the event says {actual}"


class StatementMismatch(HistoryRefused):
    """What stands is not what was attested."""

    template = "step {step}, {item}: {field} stands as {actual}, attested was {expected}"


class QuorumUnknown(HistoryRefused):
    """No shown event sets the quorum."""

    template = "step {step}, {item}: nothing shown sets the quorum of oracle organisations"


class AttestationsTooFew(HistoryRefused):
    """Attestations of fewer ownership groups than the quorum in force."""

    template = (
        "step {step}, {item}: {actual} independent ownership groups are shown to attest it, "
        "the quorum is {required}"
    )


class AttestationMissing(HistoryRefused):
    """An attestation that was counted is not shown, or one is counted that was not given."""

    template = (
        "step {step}, {item}: {expected} independent ownership groups are shown to attest digest "
        "{digest}, the attestation counts {actual}"
    )


class AttestationRepeated(HistoryRefused):
    """Two attestations of one ownership group."""

    template = (
        "step {step}, {item}: the ownership group of organisation {organisation} attested it twice"
    )


class DocumentNotFiled(HistoryRefused):
    """What stands, or took effect, without a word of its site."""

    template = "step {step}, {item}: the site's operator had not filed document {document}"


class AttesterNotOnPanel(HistoryRefused):
    """An attestation of a group that the council had not named, and whose turn had not come."""

    template = (
        "step {step}, {item}: organisation {organisation} is not on the site's panel, and nobody's "
        "place there was free"
    )


class EventKindMismatch(HistoryRefused):
    """A site event of another kind than its use needs."""

    template = "step {step}, {item}: it is of kind {actual}, {expected} is needed"


class EventUsedTwice(HistoryRefused):
    """A site event made lots twice."""

    template = "step {step}, {item}: it was used at block {first} already, again at block {block}"


class WithdrawnBeforeUse(HistoryRefused):
    """A site event made a lot after its site had withdrawn it."""

    template = (
        "step {step}, {item}: its document {document} had been withdrawn before block {block}"
    )


class EventLapsed(HistoryRefused):
    """A site event that was used more than 180 days after it had stood."""

    template = (
        "step {step}, {item}: it stood at {since} and lapsed at {until}, before block {block}"
    )


class InputsOfAnother(HistoryRefused):
    """A site event over a lot that somebody else holds, or of another metal."""

    template = "step {step}, {item}: lot {lot} {reason}"


class PeriodInvalid(HistoryRefused):
    """A period of a continuous site that takes no time, or more than 31 days."""

    template = "step {step}, {item}: its period takes {actual} seconds, at most {limit} are allowed"


Numbered = tuple[bytes, int, bytes]
"""A document as it is filed: site, number, hash."""


@dataclass(frozen=True, slots=True)
class AttestationRecord:
    """One organisation's word for one digest."""

    organisation: bytes
    digest: bytes
    revision: int
    place: Place


@dataclass(slots=True)
class StandingRecord:
    """What a quorum attested, and what became of it.

    since: seconds; quorum: in force then; voices: ownership groups of then that attested it;
    filed_at: by its operator. continuous_since: of its site then, 0 but of a period.
    """

    statement: SiteEvent
    digest: bytes
    since: int
    quorum: int
    attesters: tuple[bytes, ...]
    voices: int
    filed_at: int
    continuous_since: int = 0
    excused: bool = False
    used: ProvenEvent | None = None
    withdrawn: EventWithdrawn | None = None

    @property
    def until(self) -> int:
        """The last second in which lots are made of it, and its inputs are locked for it."""
        return self.since + NAMED_TERM


@dataclass(slots=True)
class SiteEventHistory:
    """Everything shown about one site event."""

    standing: StandingRecord | None = None
    attestations: list[AttestationRecord] = field(default_factory=list)
    statements: dict[bytes, SiteEvent] = field(default_factory=dict)
    withdrawals: list[AttestationRecord] = field(default_factory=list)
    declared: dict[bytes, Withdrawal] = field(default_factory=dict)
    agreed_at: dict[bytes, int] = field(default_factory=dict)
    withdrawn_documents: list[EventWithdrawn] = field(default_factory=list)

    def of(self, digest: bytes) -> list[bytes]:
        """Who attested a statement, in their order."""
        return [given.organisation for given in self.attestations if given.digest == digest]

    def withdrew(self, digest: bytes) -> list[bytes]:
        """Who attested a withdrawal, in their order."""
        return [given.organisation for given in self.withdrawals if given.digest == digest]


class Attestations:
    """The site events of the story; those that nothing in it was made of are passed over."""

    def __init__(
        self,
        members: Members,
        sites: Sites,
        settings: Settings,
        book: LotBook,
        wanted: frozenset[bytes],
    ) -> None:
        """wanted: site events of the story."""
        self._members: Final = members
        self._sites: Final = sites
        self._settings: Final = settings
        self._book: Final = book
        self.events: Final = {event: SiteEventHistory() for event in sorted(wanted)}
        self._filed: Final[dict[Numbered, int]] = {}
        self.refused: Final[dict[Numbered, list[bytes]]] = {}

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {
            Attested: self._attest,
            EventStanding: self._stand,
            LotUnnamed: self._unname,
            Filed: self._file,
            DocumentRefused: self._refuse,
            LateFilingExcused: self._excuse,
            WithdrawalAttested: self._attest_withdrawal,
            EventWithdrawn: self._withdraw,
        }

    def usable(self, event_id: bytes, item: str, at: ProvenEvent) -> StandingRecord:
        """What stands, unused and not withdrawn."""
        standing = self._standing(event_id, item, at)
        if standing.used is not None:
            raise EventUsedTwice(item=item, first=standing.used.block, block=at.block)
        if standing.withdrawn is not None:
            document = hex_of(standing.statement.document)
            raise WithdrawnBeforeUse(item=item, document=document, block=at.block)
        if at.time > standing.until:
            raise EventLapsed(item=item, since=standing.since, until=standing.until, block=at.block)
        return standing

    def used_by(
        self, event_id: bytes, kinds: Sequence[EventKind], item: str, at: ProvenEvent
    ) -> StandingRecord:
        """What a birth, run or loss is made of, or a dispute ends by: used from then on."""
        standing = self.usable(event_id, item, at)
        if standing.statement.kind not in kinds:
            raise EventKindMismatch(
                item=labels.site_event(event_id),
                actual=int(standing.statement.kind),
                expected=" or ".join(kind.name for kind in kinds),
            )
        standing.used = at
        return standing

    def note_use(self, event_id: bytes, at: ProvenEvent) -> None:
        """By what makes nothing of the story; of events that are none of it nothing is asked."""
        if event_id in self.events:
            self.usable(event_id, labels.site_event(event_id), at).used = at

    def _standing(self, event_id: bytes, item: str, at: ProvenEvent) -> StandingRecord:
        history = self.events.get(event_id)
        if history is None or history.standing is None:
            raise SiteEventNotStanding(item=labels.site_event(event_id), block=at.block)
        return history.standing

    def _attest(self, event: Attested, at: ProvenEvent) -> None:
        history = self.events.get(event.event_id)
        if history is None:
            return
        item, statement = labels.site_event(event.event_id), event.statement
        _require_id(item, event.event_id, statement)
        _require_digest(item, event.digest, statement_digest(statement))
        _require_same(item, "revision", event.revision, statement.revision)
        require_statement(item, statement, at.time)
        self._require_oracle(event.organisation, statement.site, item, at)
        self._sites.require_working(statement.site, statement.element, item, at)
        self._require_open(history, statement, item, at)
        given = AttestationRecord(event.organisation, event.digest, event.revision, at.order)
        before = [
            one.organisation for one in history.attestations if one.revision == event.revision
        ]
        self._require_first(event.organisation, before, item)
        self._require_voice(event.organisation, _filed_as(statement), before, item, at)
        history.attestations.append(given)
        history.statements[event.digest] = statement
        voices = self._voices(history.of(event.digest), statement.site, item)
        _require_number(item, event.digest, event.attestations, len(voices))

    def _stand(self, event: EventStanding, at: ProvenEvent) -> None:
        history = self.events.get(event.event_id)
        if history is not None:
            self._let_stand(history, event, at)
        if event.statement.kind not in LOOKED_AT:
            for lot in event.statement.inputs:
                self._name(lot, event, at)

    def _let_stand(self, history: SiteEventHistory, event: EventStanding, at: ProvenEvent) -> None:
        item = labels.site_event(event.event_id)
        attesters = tuple(history.of(event.digest))
        statement = history.statements.get(event.digest, event.statement)
        voices = len(self._voices(attesters, statement.site, item))
        if not self._is_quorum(voices):
            raise self._too_few(item, voices)
        _require_same(item, "site", event.site, statement.site)
        for field_ in fields(SiteEvent):
            name = field_.name
            _require_same(item, name, getattr(event.statement, name), getattr(statement, name))
        filed_at = self._require_filed(_filed_as(statement), item)
        history.standing = StandingRecord(
            statement, event.digest, at.time, self._settings.quorum, attesters, voices, filed_at
        )
        if statement.kind == EventKind.PROCESSING:
            since = self._sites.continuous_since.get(statement.site, 0)
            history.standing.continuous_since = since
            _require_period(item, statement, since)
        self._require_looked_at(history.standing, item, at)

    def _name(self, lot: bytes, event: EventStanding, at: ProvenEvent) -> None:
        """A lot of the story is locked for the run of an event that names it.

        Of an event that nothing of the story was made of, its site is not asked.
        """
        record = self._book.get(lot, at)
        if record is None:
            return
        item, statement = labels.site_event(event.event_id), event.statement
        _require_going_in(record, statement, item, at)
        if event.event_id in self.events:
            self._require_whose(record, statement, item)
        self._book.require_unheld(record, at)
        self._require_one_account(record, event.event_id, statement, item)
        record.name(event.event_id, at.time + NAMED_TERM)

    def _require_one_account(
        self, record: LotRecord, event_id: bytes, statement: SiteEvent, item: str
    ) -> None:
        """Only one account can run the event. Stock is its plant's, whichever account runs it."""
        if record.nature.is_stock:
            return
        for lot in statement.inputs:
            other = self._book.lots.get(lot)
            if other is None or other.named_by != event_id or other.nature.is_stock:
                continue
            if other.account != record.account:
                reason = f"is with another account than lot {hex_of(lot)}"
                raise InputsOfAnother(item=item, lot=hex_of(record.id), reason=reason)

    def _unname(self, event: LotUnnamed, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        if record.state is not LotState.NAMED or record.named_by != event.event_id:
            item = labels.site_event(event.event_id)
            raise InputsOfAnother(item=item, lot=hex_of(event.lot), reason="was not locked for it")
        record.bind(LotState.ACTIVE)

    def _require_looked_at(self, standing: StandingRecord, item: str, at: ProvenEvent) -> None:
        """The lot of a measurement is disputed, that of an end of life is in products."""
        statement = standing.statement
        if statement.kind == EventKind.END_OF_LIFE:
            self._sites.require_dismantler(statement.site, item)
        for lot in statement.inputs if statement.kind in LOOKED_AT else ():
            record = self._book.get(lot, at)
            if record is not None:
                _require_going_in(record, statement, item, at)
                self._require_whose(record, statement, item)

    def _require_whose(self, record: LotRecord, statement: SiteEvent, item: str) -> None:
        """Of the operator; of another group than the laboratory's; stock lies where it lies."""
        lot = hex_of(record.id)
        if record.nature.is_stock or statement.kind == EventKind.END_OF_LIFE:
            return
        holder = self._members.organisation_of(record.account, item)
        if statement.kind == EventKind.MEASUREMENT:
            groups = (
                self._members.group_of(holder, item),
                self._sites.operators_group(statement.site, item),
            )
            if groups[0] == groups[1]:
                raise InputsOfAnother(item=item, lot=lot, reason="is of the laboratory's own group")
        elif holder != self._sites.site(statement.site, item).operator:
            raise InputsOfAnother(item=item, lot=lot, reason="is not held by the site's operator")

    def _file(self, event: Filed, at: ProvenEvent) -> None:
        """By any active account of the operator; the first filing of a document counts."""
        item = labels.site(event.site)
        organisation = self._members.require_active(event.account, item, at)
        if self._sites.site(event.site, item).operator != organisation:
            raise NotOperator(item=item, account=event.account, site=hex_of(event.site))
        self._filed.setdefault((event.site, event.sequence, event.document), at.time)

    def _refuse(self, event: DocumentRefused, at: ProvenEvent) -> None:
        """By an inspector of the panel, of what was filed, once a group."""
        item = labels.site(event.site)
        self._require_oracle(event.organisation, event.site, item, at)
        number = (event.site, event.sequence, event.document)
        self._require_filed(number, item)
        refusers = self.refused.setdefault(number, [])
        self._require_first(event.organisation, refusers, item)
        refusers.append(event.organisation)

    def _excuse(self, event: LateFilingExcused, at: ProvenEvent) -> None:
        if event.event_id in self.events:
            item = labels.site_event(event.event_id)
            self.usable(event.event_id, item, at).excused = True

    def _attest_withdrawal(self, event: WithdrawalAttested, at: ProvenEvent) -> None:
        history = self.events.get(event.event_id)
        if history is None:
            return
        item, withdrawal = labels.site_event(event.event_id), event.withdrawal
        _require_id(item, event.event_id, withdrawal)
        _require_digest(item, event.digest, withdrawal_digest(withdrawal))
        self._require_oracle(event.organisation, withdrawal.site, item, at)
        before = history.withdrew(event.digest)
        self._require_first(event.organisation, before, item)
        declared = (withdrawal.site, withdrawal.sequence, withdrawal.declaration)
        self._require_voice(event.organisation, declared, before, item, at)
        history.withdrawals.append(AttestationRecord(event.organisation, event.digest, 0, at.order))
        history.declared[event.digest] = withdrawal
        voices = self._voices(history.withdrew(event.digest), withdrawal.site, item)
        _require_number(item, event.digest, event.attestations, len(voices))
        if self._is_quorum(len(voices)):
            history.agreed_at.setdefault(event.digest, at.time)

    def _withdraw(self, event: EventWithdrawn, at: ProvenEvent) -> None:
        history = self.events.get(event.event_id)
        if history is None:
            return
        item = labels.site_event(event.event_id)
        if event.digest not in history.agreed_at:
            voices = self._voices(history.withdrew(event.digest), event.site, item)
            raise self._too_few(item, len(voices))
        self._require_consent(history, event, item, at)
        standing = history.standing
        stood = standing is not None and standing.statement.document == event.document
        used = stood and standing is not None and standing.used is not None
        _require_same(item, "used", event.used, used)
        history.withdrawn_documents.append(event)
        if stood and standing is not None:
            given = history.declared[event.digest].inputs
            if not used:
                _require_same(item, "inputs", given, standing.statement.inputs)
            standing.withdrawn = event

    def _require_oracle(self, organisation: bytes, site: bytes, item: str, at: ProvenEvent) -> None:
        self._members.require_organisation(organisation, Role.ORACLE, item, at)
        self._sites.require_independent(site, organisation, item)

    def _require_first(self, organisation: bytes, before: Iterable[bytes], item: str) -> None:
        """That none of its ownership group attested before: a quorum is of groups."""
        groups = {self._members.group_of(one, item) for one in before}
        if self._members.group_of(organisation, item) in groups:
            raise AttestationRepeated(item=item, organisation=hex_of(organisation))

    def _voices(self, organisations: Iterable[bytes], site: bytes, item: str) -> set[bytes]:
        """Ownership groups of now, but that of the site's operator: who was merged is one."""
        groups = {self._members.group_of(one, item) for one in organisations}
        return {one for one in groups if one != self._sites.operators_group(site, item)}

    def _is_quorum(self, voices: int) -> bool:
        return 0 < self._settings.quorum <= voices

    def _too_few(self, item: str, voices: int) -> HistoryRefused:
        if self._settings.quorum == 0:
            return QuorumUnknown(item=item)
        return AttestationsTooFew(item=item, actual=voices, required=self._settings.quorum)

    def _require_filed(self, number: Numbered, item: str) -> int:
        """When the operator filed the document."""
        filed_at = self._filed.get(number)
        if filed_at is None:
            raise DocumentNotFiled(item=item, document=hex_of(number[-1]))
        return filed_at

    def _require_consent(
        self, history: SiteEventHistory, event: EventWithdrawn, item: str, at: ProvenEvent
    ) -> None:
        """The site filed its declaration, or was silent for 14 days after the quorum."""
        decided_at = history.agreed_at[event.digest] + CONSENT_TERM
        if at.time < decided_at:
            sequence = history.declared[event.digest].sequence
            self._require_filed((event.site, sequence, event.declaration), item)

    def _require_voice(
        self,
        organisation: bytes,
        number: Numbered,
        before: Sequence[bytes],
        item: str,
        at: ProvenEvent,
    ) -> None:
        """That its group is on the panel, or speaks in the place of one that was silent too long.

        Where the council named nobody it is not known who else inspects: the contract alone saw
        whose turn it was. before: organisations that spoke for it.
        """
        group = self._members.group_of(organisation, item)
        refusers = {self._members.group_of(one, item) for one in self.refused.get(number, ())}
        panel = self._sites.panels.get(number[0])
        if panel is None or group in refusers:
            return
        attested = self._voices(before, number[0], item)
        refused = self._voices(self.refused.get(number, ()), number[0], item) - attested
        spoke, refusals = refused | attested, len(refused.intersection(panel))
        filed_at = self._filed.get(number)
        waited = filed_at is not None and at.time >= filed_at + ANSWER_TERM
        drawn = waited and self._settings.quorum + refusals <= len(panel)
        seated = group in panel or (drawn and not spoke.issuperset(panel))
        if not seated or (waited and len(spoke) >= len(panel)):
            raise AttesterNotOnPanel(item=item, organisation=hex_of(organisation))

    def _require_open(
        self, history: SiteEventHistory, statement: SiteEvent, item: str, at: ProvenEvent
    ) -> None:
        """Nothing stands yet, or what stands was withdrawn unused and a later revision follows."""
        if any(gone.document == statement.document for gone in history.withdrawn_documents):
            document = hex_of(statement.document)
            raise WithdrawnBeforeUse(item=item, document=document, block=at.block)
        standing = history.standing
        if standing is None:
            return
        replaceable = standing.withdrawn is not None and standing.used is None
        later = statement.revision > standing.statement.revision
        if not replaceable or not later or standing.statement.kind == EventKind.MEASUREMENT:
            raise StatementMismatch(
                item=item,
                field="revision",
                actual=standing.statement.revision,
                expected=statement.revision,
            )


def _require_going_in(record: LotRecord, statement: SiteEvent, item: str, at: ProvenEvent) -> None:
    """Of the metal, and active; disputed where it is measured, in products where they end."""
    lot, kind, nature = hex_of(record.id), statement.kind, record.nature
    if nature.element != statement.element:
        raise InputsOfAnother(item=item, lot=lot, reason="is of another metal")
    record.require_going(at)
    if record.state_at(at.time) is not WANTED.get(kind, LotState.ACTIVE):
        raise LotNotFree(
            item=record.item, state=record.state.name, until=record.until, block=at.block
        )
    if kind == EventKind.END_OF_LIFE and nature.material != statement.unit_material:
        raise InputsOfAnother(item=item, lot=lot, reason="is of another material")
    if nature.is_stock and kind != EventKind.PROCESSING:
        raise StockBound(item=record.item, reason=f"{item} names it")


def _require_period(item: str, statement: SiteEvent, since: int) -> None:
    length = statement.to - statement.from_
    if since and not 0 < length <= PERIOD_MAX:
        raise PeriodInvalid(item=item, actual=length, limit=PERIOD_MAX)


def _filed_as(statement: SiteEvent) -> Numbered:
    return (statement.site, statement.sequence, statement.document)


def _require_id(item: str, actual: bytes, stated: SiteEvent | Withdrawal) -> None:
    expected = hash_static(stated.site, stated.sequence, stated.element)
    if actual != expected:
        raise EventIdMismatch(item=item, expected=hex_of(expected))


def _require_digest(item: str, actual: bytes, expected: bytes) -> None:
    if actual != expected:
        raise DigestMismatch(item=item, expected=hex_of(expected), actual=hex_of(actual))


def _require_number(item: str, digest: bytes, actual: int, expected: int) -> None:
    if actual != expected:
        raise AttestationMissing(item=item, expected=expected, digest=hex_of(digest), actual=actual)


def _require_same(item: str, field_: str, actual: object, expected: object) -> None:
    if actual != expected:
        raise StatementMismatch(
            item=item, field=field_, actual=readable(actual), expected=readable(expected)
        )
