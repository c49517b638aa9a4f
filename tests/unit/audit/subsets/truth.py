"""What the whole chain says against a subject: derived from all its events, not from a bundle.

Independent of the replay and of the closure: each kind of finding is looked for in every event of
the chain, by what the rules say of it, in the simplest way that can be right. Certificates and
determinations are judged by the model of the protocol (tests/model/protocol_2/facts.py). It imports
nothing of the verifier but the names of findings and of what they are about.

It claims no more than it is sure of: where the verifier says of a subject what is not looked for
here (who ceased to certify within the grace, one scheme alone, a hold that came along from another
group), the replay over all rows of the chain is the measure.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar

from lodetrace.audit.bundle import BundleSubject, Subject
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.findings import FindingCode
from lodetrace.audit.rows import ShownEntry
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import (
    FOREVER,
    CertificateStatus,
    CustodyModel,
    RunKind,
)
from lodetrace.contracts.structs import ZERO32, SiteEvent
from tests.model.protocol_2.facts import Fact, History, is_open
from tests.model.protocol_2.ground import Ground

DAY: Final = 24 * 3600
CREDITS: Final = (1, 2, 3, 4)
CAHRA: Final = 1 << len(CREDITS)
"""Of the gates of a birth."""

E = TypeVar("E", bound=ev.Event)
About = tuple[FindingCode, str | None]
"""A finding; None where its words count several things."""


@dataclass(frozen=True)
class Truth:
    """A subject before the whole chain. entries: all; head: time of the last block."""

    subject: Subject
    entries: tuple[ShownEntry, ...]
    head: int

    @property
    def findings(self) -> frozenset[About]:
        """All that is known here."""
        ways: tuple[Callable[[], Iterator[About]], ...] = (
            self._words_of_sites, self._certificates, self._places, self._holds, self._disputes,
            self._acts, self._members, self._standing,
        )  # fmt: skip
        return frozenset(found for way in ways for found in way())

    @cached_property
    def claims(self) -> frozenset[bytes]:
        """What is claimed of the lots of the story, or of totals of the product."""
        totals = {one.total for one, _ in self.all(ev.TotalRecorded) if self._is_of(one.product)}
        about = self.lots | totals
        return frozenset(
            one.claim_id for one, _ in self.all(ev.ClaimRecorded) if one.subject in about
        )

    def _is_of(self, product: bytes) -> bool:
        return self.subject.kind is BundleSubject.PRODUCT and product == self.subject.id

    # the story

    def all(self, kind: type[E]) -> list[tuple[E, ShownEntry]]:
        """Events of a kind, in their order."""
        return [(one.event, one) for one in self.entries if isinstance(one.event, kind)]

    @cached_property
    def made(self) -> dict[bytes, ev.LotBorn | ev.RunRecorded]:
        """What made each lot of the chain."""
        found: dict[bytes, ev.LotBorn | ev.RunRecorded] = {}
        for born, _ in self.all(ev.LotBorn):
            found[born.lot] = born
        for run, _ in self.all(ev.RunRecorded):
            found.update((output.id, run) for output in run.outputs)
        return found

    @cached_property
    def targets(self) -> set[bytes]:
        """The subject's own lots."""
        if self.subject.kind is BundleSubject.LOT:
            return {self.subject.id}
        assigned = [one for one, _ in self.all(ev.UnitsAssigned)]
        return {one.lot for one in assigned if one.product == self.subject.id}

    @cached_property
    def lots(self) -> set[bytes]:
        """These, and what they were made of."""
        found: set[bytes] = set()
        todo = list(self.targets)
        while todo:
            lot = todo.pop()
            if lot not in found:
                found.add(lot)
                making = self.made[lot]
                todo += making.inputs if isinstance(making, ev.RunRecorded) else ()
        return found

    @cached_property
    def births(self) -> list[ev.LotBorn]:
        """Of these lots."""
        making = (self.made[lot] for lot in sorted(self.lots))
        return [one for one in making if isinstance(one, ev.LotBorn)]

    @cached_property
    def runs(self) -> list[ev.RunRecorded]:
        """That made these lots."""
        making = {lot: self.made[lot] for lot in self.lots}
        found = {one.run_id: one for one in making.values() if isinstance(one, ev.RunRecorded)}
        return [found[run] for run in sorted(found)]

    @cached_property
    def stated(self) -> dict[bytes, ev.EventStanding]:
        """Site events that made these lots, as they stand."""
        used = {one.event_id for one in (*self.births, *self.runs)} - {ZERO32}
        return {one.event_id: one for one, _ in self.all(ev.EventStanding) if one.event_id in used}

    # what was said of them

    def _words_of_sites(self) -> Iterator[About]:
        yield from self._withdrawals()
        yield from self._statements()
        yield from self._filings()

    def _withdrawals(self) -> Iterator[About]:
        withdrawn = {(one.event_id, one.digest) for one, _ in self.all(ev.EventWithdrawn)}
        for event in {event for event, _ in withdrawn} & self.stated.keys():
            yield FindingCode.EVENT_WITHDRAWN, labels.site_event(event)
        for given, _ in self.all(ev.WithdrawalAttested):
            if given.event_id in self.stated and (given.event_id, given.digest) not in withdrawn:
                yield FindingCode.WITHDRAWAL_PENDING, labels.site_event(given.event_id)

    def _statements(self) -> Iterator[About]:
        for given, _ in self.all(ev.Attested):
            stands = self.stated.get(given.event_id)
            same = stands is not None and given.digest == stands.digest
            if stands is not None and not same and given.revision == stands.statement.revision:
                yield FindingCode.STATEMENTS_CONFLICT, labels.site_event(given.event_id)

    def _filings(self) -> Iterator[About]:
        for refused, _ in self.all(ev.DocumentRefused):
            for event, stands in self.stated.items():
                said = stands.statement
                about = (said.site, said.sequence, said.document)
                if about == (refused.site, refused.sequence, refused.document):
                    yield FindingCode.DOCUMENT_REFUSED, labels.site_event(event)
        for born in self.births:
            said = self.stated[born.event_id].statement
            times = [
                shown.entry.time
                for one, shown in self.all(ev.Filed)
                if (one.site, one.sequence, one.document)
                == (said.site, said.sequence, said.document)
            ]
            if min(times) > said.to + 30 * DAY:
                yield FindingCode.FILED_LATE, labels.site_event(born.event_id)

    # certificates and places, by the model of the protocol

    def _certificates(self) -> Iterator[About]:
        """Credits let in that no certificate of any recognised scheme bears out by now."""
        for born in self.births:
            said = self.stated[born.event_id].statement
            for credit in CREDITS:
                if born.gates >> credit - 1 & 1 and not self._covered(said, credit):
                    yield FindingCode.CREDIT_REVOKED, labels.site(said.site)

    def _covered(self, said: SiteEvent, credit: int) -> bool:
        ever = [one.schemes for one, _ in self.all(ev.CreditRuleSet) if one.credit == credit]
        histories = [
            self._history(one, shown.entry.time)
            for one, shown in self.all(ev.CertificateIssued)
            if one.site == said.site
            and one.element in (0, said.element)
            and any(mask >> one.scheme & 1 for mask in ever)
        ]
        return is_open(Ground(), histories, said.from_, said.to, self.head)

    def _history(self, issued: ev.CertificateIssued, time: int) -> History:
        """As if its certifier certified for ever; what was excused counts from its beginning."""
        end, excused = (
            issued.valid_to,
            {one.certificate for one, _ in self.all(ev.CertificateExcused)},
        )
        since = issued.valid_from if issued.certificate in excused else issued.since
        facts = [Fact(issued.valid_from, end, time, True, since)]
        for shown in self.entries:
            event = shown.event
            if not isinstance(event, ev.CertificateStatusSet | ev.CertificateWithdrawn):
                continue
            if event.certificate == issued.certificate:
                status = getattr(event, "status", CertificateStatus.WITHDRAWN)
                good = status == CertificateStatus.IN_FORCE
                begins = event.effective_from
                facts.append(Fact(begins, end, event.recorded_at, good, begins))
        return History(tuple(facts))

    def _places(self) -> Iterator[About]:
        for born in self.births:
            said = self.stated[born.event_id].statement
            place = self._place_of(said.site)
            facts, now = self._determined(place), self.head
            if born.gates & CAHRA:
                yield FindingCode.ORIGIN_IN_CAHRA, labels.place(place)
            elif not is_open(Ground(), [History(facts)], said.from_, said.to, now):
                yield FindingCode.CAHRA_FOUND_LATER, labels.place(place)
            if not any(one.start <= now <= one.end for one in facts):
                yield FindingCode.DETERMINATION_EXPIRED, labels.place(place)

    def _place_of(self, site: bytes) -> bytes:
        return next(one.details.place for one, _ in self.all(ev.SiteRegistered) if one.site == site)

    def _determined(self, place: bytes) -> tuple[Fact, ...]:
        own = [one.determination for one, _ in self.all(ev.PlaceDetermined) if one.place == place]
        excused = {one.number for one, _ in self.all(ev.DeterminationExcused) if one.place == place}
        return tuple(
            Fact(
                start=one.from_,
                end=one.to,
                recorded_at=one.recorded_at,
                favourable=not (one.conflict or one.governance or one.human_rights),
                since=one.from_ if number in excused else one.since,
                lapses=None if one.lapses_at == FOREVER else one.lapses_at,
            )
            for number, one in enumerate(own, 1)
        )

    # lots

    @cached_property
    def ended(self) -> set[bytes]:
        """Lots of the chain that a run took, or that were lost."""
        taken = {lot for run, _ in self.all(ev.RunRecorded) for lot in run.inputs}
        return taken | {one.lot for one, _ in self.all(ev.LotLost)}

    def _holder(self, lot: bytes, place: int | None = None) -> str | None:
        """Whose it is after an entry; None before it is made."""
        holder = None
        for shown in self.entries:
            if place is not None and shown.entry.place > place:
                break
            event = shown.event
            if isinstance(event, ev.LotBorn) and event.lot == lot:
                holder = event.account
            elif isinstance(event, ev.RunRecorded) and lot in {one.id for one in event.outputs}:
                holder = event.holder
            elif isinstance(event, ev.LotAccepted) and event.lot == lot:
                holder = event.to
        return holder

    def _organisation(self, account: str) -> bytes:
        added = [one for one, _ in self.all(ev.AccountAdded) if one.account == account]
        return added[0].organisation

    def _group(self, organisation: bytes, place: int | None = None) -> bytes:
        joined = [
            one.event.group
            for one in self.entries
            if isinstance(one.event, ev.OrganisationRegistered | ev.GroupSet)
            and one.event.organisation == organisation
            and (place is None or one.entry.place <= place)
        ]
        return joined[-1]

    def _root(self, lot: bytes) -> int:
        making = self.made[lot]
        return making.root if isinstance(making, ev.LotBorn) else making.made.root

    def _holds(self) -> Iterator[About]:
        for lot in self.lots:
            now, before = self._held(lot)
            if now and lot not in self.ended:
                yield FindingCode.LOT_HELD, labels.lot(lot)
            elif before:
                yield FindingCode.HELD_BEFORE, labels.lot(lot)

    def _held(self, lot: bytes) -> tuple[bool, bool]:
        """Whether it is held at the head, and whether it ever was while it was somebody's."""
        making = self.made[lot]
        born_held = isinstance(making, ev.RunRecorded) and making.made.held
        free = ev.LotReleased | ev.LotReleasedByAct
        released = any(isinstance(s.event, free) and s.event.lot == lot for s in self.entries)
        now, before = born_held and not released, born_held
        last: ev.HoldPlaced | ev.HoldRenewed | None = None
        ends = [s.entry.place for s in self.entries if self._ends(s.event, lot)]
        for shown in self.entries:
            event = shown.event
            if not isinstance(event, ev.HoldPlaced | ev.HoldRenewed | ev.HoldReleased):
                continue
            if event.root != self._root(lot):
                continue
            holder = self._holder(lot, shown.entry.place)
            alive = holder is not None and (not ends or shown.entry.place < ends[0])
            if isinstance(event, ev.HoldReleased):
                last = None
            elif alive and self._group(self._organisation(holder or "")) == event.group:
                last, before = event, True
        held_now = last is not None and last.until >= self.head
        return now or held_now, before

    @staticmethod
    def _ends(event: ev.Event, lot: bytes) -> bool:
        took = isinstance(event, ev.RunRecorded) and lot in event.inputs
        return took or (isinstance(event, ev.LotLost) and event.lot == lot)

    def _disputes(self) -> Iterator[About]:
        for lot in self.lots:
            until, ever, settled = 0, False, False
            for shown in self.entries:
                event = shown.event
                if isinstance(event, ev.LotDisputed | ev.SettlementApproved) and event.lot == lot:
                    until, ever = event.until, True
                    settled |= isinstance(event, ev.SettlementApproved)
                ended = isinstance(event, ev.DisputeEnded) and event.lot == lot
                if ended or self._ends(event, lot):
                    until = 0
            if until >= self.head:
                yield FindingCode.LOT_DISPUTED, labels.lot(lot)
            elif ever:
                yield FindingCode.DISPUTED_BEFORE, labels.lot(lot)
            if settled and lot in self.ended:
                yield FindingCode.SETTLED, labels.lot(lot)

    def _acts(self) -> Iterator[About]:
        for check, _ in self.all(ev.PriceChecked):
            if check.lot in self.lots and not check.inside:
                yield FindingCode.PRICE_OUTSIDE, labels.lot(check.lot)
        for run in self.runs:
            if run.kind == RunKind.LOSS:
                yield FindingCode.LOSS_IN_PAST, labels.run(run.run_id)
            stands = self.stated.get(run.event_id)
            if stands is not None and self._is_continuous(stands):
                yield FindingCode.MASS_BALANCE_PERIOD, labels.site(stands.site)

    def _is_continuous(self, stands: ev.EventStanding) -> bool:
        """Whether its site was, when it stood."""
        found = False
        for shown in self.entries:
            event = shown.event
            if event is stands:
                break
            if isinstance(event, ev.SiteRegistered) and event.site == stands.site:
                found = event.details.continuous
            elif isinstance(event, ev.ContinuousSet) and event.site == stands.site:
                found = event.continuous
        return found

    # who took part, and how it stands at the head

    @cached_property
    def parties(self) -> set[bytes]:
        """Organisations that had a lot, worked a site that made one, or attested that it did."""
        accounts = {one.account for one in (*self.births, *self.runs)}
        for moved, _ in self.all(ev.LotAccepted):
            if moved.lot in self.lots:
                accounts |= {moved.from_, moved.to}
        sites = {one.site for one in self.stated.values()}
        operators = {one.operator for one, _ in self.all(ev.SiteRegistered) if one.site in sites}
        attested = {
            one.organisation
            for one, _ in self.all(ev.Attested)
            if one.event_id in self.stated and one.digest == self.stated[one.event_id].digest
        }
        return {self._organisation(one) for one in accounts} | operators | attested

    def _members(self) -> Iterator[About]:
        for organisation in self.parties:
            active = True
            for shown in self.entries:
                event = shown.event
                if getattr(event, "organisation", None) != organisation:
                    continue
                if isinstance(event, ev.OrganisationSuspended | ev.OrganisationReinstated):
                    active = isinstance(event, ev.OrganisationReinstated)
                elif isinstance(event, ev.GroupSet) and event.effective_from < shown.entry.time:
                    yield FindingCode.GROUP_TOLD_LATE, labels.organisation(organisation)
            if not active:
                yield FindingCode.MEMBER_SUSPENDED, labels.organisation(organisation)
        for site in {one.site for one in self.stated.values()}:
            changes = [
                one.event
                for one in self.entries
                if isinstance(one.event, ev.SiteClosed | ev.SiteReopened) and one.event.site == site
            ]
            if changes and isinstance(changes[-1], ev.SiteClosed):
                yield FindingCode.SITE_CLOSED, labels.site(site)

    def _standing(self) -> Iterator[About]:
        quorum = self.all(ev.QuorumSet)[-1][0].quorum
        for event, stands in self.stated.items():
            same = {
                one.organisation
                for one, _ in self.all(ev.Attested)
                if (one.event_id, one.digest) == (event, stands.digest)
            }
            if len(same) < quorum:
                yield FindingCode.QUORUM_RAISED, None
        sealed = {one.product for one, _ in self.all(ev.ProductSealed)}
        if self.subject.kind is BundleSubject.PRODUCT and self.subject.id not in sealed:
            yield FindingCode.PRODUCT_OPEN, labels.product(self.subject.id)
        if self.subject.id in self.ended:
            yield FindingCode.SUBJECT_ENDED, labels.lot(self.subject.id)
        for lot in self.targets:
            making = self.made[lot]
            model = making.model if isinstance(making, ev.LotBorn) else making.made.model
            if model == CustodyModel.MASS_BALANCE:
                yield FindingCode.MASS_BALANCE, None
