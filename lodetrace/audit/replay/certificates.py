"""Certificates and credit rules: what covered a site, when, and as known when."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lodetrace.audit.closure import Closure
from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.bitemporal import STRETCH_LIMIT, Fact, Known
from lodetrace.audit.replay.certificate_status import Issuer, StatusHistory
from lodetrace.audit.replay.declared_ids import require_scoped
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.members import Members
from lodetrace.audit.replay.settings import Settings
from lodetrace.audit.replay.sites import Sites
from lodetrace.contracts.enums import CertificateStatus, Role, RowKind, scheme_name
from lodetrace.contracts.events import (
    CertificateExcused,
    CertificateIssued,
    CertificateStatusSet,
    CertificateTakenOver,
    CertificateWithdrawn,
    CreditRuleSet,
    ModelRuleSet,
)
from lodetrace.contracts.structs import CreditRule, Row
from lodetrace.text import hex_of

TERM_MAX: Final = 1_098 * 24 * 3600
"""Three years, in seconds."""
RENEWAL_WINDOW: Final = 90 * 24 * 3600
"""How far a certificate reaches back that goes on after one that ran to its end, in seconds."""
NO_RULE: Final = CreditRule(schemes=0, pass_gated=False)
"""Without a rule a credit's gate is closed at births, and it passes at runs."""


class CertificateUnknown(HistoryRefused):
    """A status of a certificate that nothing shown issues."""

    template = "step {step}, {item}: nothing shown issues this certificate"


class CertificateRepeated(HistoryRefused):
    """A certificate that is issued twice."""

    template = "step {step}, {item}: it is issued twice"


class NotAccredited(HistoryRefused):
    """A certifier without accreditation for the scheme."""

    template = (
        "step {step}, {item}: organisation {organisation} was not accredited for {scheme} "
        "at block {block}"
    )


class CertifierStands(HistoryRefused):
    """A certificate taken over from a certifier who certified on."""

    template = "step {step}, {item}: it was taken over while its certifier certified"


class GraceOver(HistoryRefused):
    """A certificate taken over when the grace was over."""

    template = "step {step}, {item}: it was taken over after the grace, which ended at {ended}"


class CertifiersAreSisters(HistoryRefused):
    """A certificate taken over within the ownership group that lost it."""

    template = "step {step}, {item}: it was taken over by the ownership group of its certifier"


class EffectiveBeforeTakeOver(HistoryRefused):
    """A status for the time before its certifier took the certificate over."""

    template = (
        "step {step}, {item}: a status from {effective_from} on, "
        "of a certifier who took it over at {since}"
    )


class TermTooLong(HistoryRefused):
    """A certificate for more than three years."""

    template = "step {step}, {item}: its term from {valid_from} to {valid_to} exceeds 1,098 days"


class CertificateReachesBack(HistoryRefused):
    """A certificate that counts for more of the past than the rules allow."""

    template = "step {step}, {item}: it counts since {since}, by the rules since {expected}"


class CertificateNotExcusable(HistoryRefused):
    """An excuse of a certificate whose status had changed."""

    template = "step {step}, {item}: it was excused after its status had changed"


class StatusReachesBack(HistoryRefused):
    """A status that speaks for a site, and for the time before it was recorded."""

    template = "step {step}, {item}: in force from {effective_from}, recorded at {recorded_at}"


class StatusInvalid(HistoryRefused):
    """A status that cannot follow the one before, or lies in the future."""

    template = "step {step}, {item}: status {actual} from {effective_from} cannot follow {previous}"


@dataclass(frozen=True, slots=True)
class CertificateRecord:
    """One certificate with its whole history. issued: the event that the chain recorded.

    taken_over: who vouches since when, in order.
    """

    issued: CertificateIssued
    statuses: StatusHistory
    taken_over: list[tuple[str, int]] = field(default_factory=list)

    @property
    def id(self) -> bytes:
        """Of its issuer's account and number."""
        return self.issued.certificate

    @property
    def certifier(self) -> str:
        """The account that vouches for it now."""
        return self.taken_over[-1][0] if self.taken_over else self.issued.certifier

    @property
    def vouched_since(self) -> int:
        """When it was taken over last; 0 where its issuer vouches."""
        return self.taken_over[-1][1] if self.taken_over else 0

    def answers(self, time: int, question: "CertificateQuestion") -> bool:
        """Whether it is of a recognised scheme and in scope, valid then and recorded in time."""
        issued = self.issued
        if not question.schemes >> issued.scheme & 1:
            return False
        if issued.element not in (0, question.element):
            return False
        return self.statuses.is_valid_at(time, question.known)


@dataclass(frozen=True, slots=True)
class CertificateQuestion:
    """What is asked of every certificate of a site. schemes: bit s is scheme s."""

    schemes: int
    element: int
    known: Known


class Certificates:
    """Certificates of the story's sites; `relied` are those that the story asks about."""

    def __init__(
        self, closure: Closure, members: Members, sites: Sites, settings: Settings
    ) -> None:
        self._closure: Final = closure
        self._members: Final = members
        self._sites: Final = sites
        self._settings: Final = settings
        self.certificates: Final[dict[bytes, CertificateRecord]] = {}
        self.rules: Final[dict[int, CreditRule]] = {}
        self._model_rules: Final[dict[int, int]] = {}
        self.relied: Final[set[bytes]] = set()
        self._of_site: Final[dict[bytes, list[CertificateRecord]]] = {}

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {
            CertificateIssued: self._issue,
            CertificateStatusSet: self._set_status,
            CertificateTakenOver: self._take_over,
            CertificateWithdrawn: self._withdraw,
            CertificateExcused: self._excuse,
            CreditRuleSet: self._set_rule,
            ModelRuleSet: self._set_model_rule,
        }

    def rule(self, credit: int) -> CreditRule:
        """Which schemes the consortium recognises for a credit now."""
        return self.rules.get(credit, NO_RULE)

    def model_rule(self, model: int) -> int:
        """Which schemes prove a model, a bit each; none without a rule."""
        return self._model_rules.get(model, 0)

    def covering(
        self, site: bytes, start: int, end: int, question: CertificateQuestion
    ) -> tuple[CertificateRecord, ...] | None:
        """Certificates that together cover start … end without a gap; None if they do not."""
        if start > end or not question.schemes:
            return None
        time, pieces = start, []
        for _ in range(STRETCH_LIMIT):
            piece, until = self._longest(site, time, question)
            if piece is None:
                return None
            pieces.append(piece)
            if until >= end:
                return tuple(pieces)
            time = until + 1
        return None

    def _longest(
        self, site: bytes, time: int, question: CertificateQuestion
    ) -> tuple[CertificateRecord | None, int]:
        """The longest stretch from `time` on that a single certificate covers."""
        found, longest = None, 0
        for certificate in self._answering(site, time, question):
            self._closure.row(Row(RowKind.CERTIFICATE, certificate.id))
            self.relied.add(certificate.id)
            in_force, until = certificate.statuses.in_force_from(time, question.known)
            if in_force and until >= longest:
                found, longest = certificate, until
        return found, longest

    def _answering(
        self, site: bytes, time: int, question: CertificateQuestion
    ) -> Iterator[CertificateRecord]:
        self._closure.row(Row(RowKind.SITE, site))
        for certificate in self._of_site.get(site, ()):
            if certificate.answers(time, question):
                yield certificate

    def _issue(self, event: CertificateIssued, at_: ProvenEvent) -> None:
        item = labels.certificate(event.certificate)
        if event.certificate in self.certificates:
            raise CertificateRepeated(item=item)
        require_scoped(event.certificate, event.certifier, event.label, item)
        self._require_accredited(event.certifier, event.site, event.scheme, item, at_)
        if event.valid_to - event.valid_from > TERM_MAX:
            raise TermTooLong(item=item, valid_from=event.valid_from, valid_to=event.valid_to)
        expected = self._since(event, at_.time)
        if event.since != expected:
            raise CertificateReachesBack(item=item, since=event.since, expected=expected)
        validity = (event.valid_from, event.valid_to)
        accreditations = self._members.accreditations_of(event.certifier, item)
        issuer = Issuer(event.scheme, accreditations)
        statuses = StatusHistory.issued(issuer, validity, event.since, at_.time, at_.order)
        certificate = CertificateRecord(event, statuses)
        self.certificates[event.certificate] = certificate
        self._of_site.setdefault(event.site, []).append(certificate)

    def _since(self, event: CertificateIssued, time: int) -> int:
        """From when on a certificate may count that is recorded now."""
        window, since = self._settings.recording_window, event.valid_from
        for other in self._of_site.get(event.site, ()):
            if len(other.statuses.facts) > 1:
                since = max(since, other.statuses.after_against(time))
            elif _is_renewed(other, event, time):
                window = RENEWAL_WINDOW
        return max(since, time - window)

    def _require_accredited(
        self, account: str, site: bytes, scheme: int, item: str, at_: ProvenEvent
    ) -> None:
        """A certifier for the scheme, who is of another group than the site's operator."""
        certifier = self._members.require(account, Role.CERTIFIER, item, at_)
        self._sites.require_independent(site, certifier, item)
        if not self._members.accreditations_of(account, item).certifies(scheme):
            raise NotAccredited(
                item=item,
                organisation=hex_of(certifier),
                scheme=scheme_name(scheme),
                block=at_.block,
            )

    def _take_over(self, event: CertificateTakenOver, at_: ProvenEvent) -> None:
        item = labels.certificate(event.certificate)
        certificate = self._known(event.certificate, event.site, item)
        scheme, certifier = certificate.issued.scheme, certificate.certifier
        self._require_accredited(event.certifier, event.site, scheme, item, at_)
        before = self._members.accreditations_of(certifier, item)
        if before.certifies(scheme):
            raise CertifierStands(item=item)
        lapse = next(iter(before.lapses(scheme, Known(at_.time, at_.order))[-1:]), None)
        if lapse is not None and lapse.grace_ends <= at_.time:
            raise GraceOver(item=item, ended=lapse.grace_ends)
        groups = {self._members.group_of_account(one, item) for one in (certifier, event.certifier)}
        if len(groups) == 1:
            raise CertifiersAreSisters(item=item)
        certificate.taken_over.append((event.certifier, at_.time))
        accreditations = self._members.accreditations_of(event.certifier, item)
        certificate.statuses.take_over(accreditations, at_.time, at_.order)

    def _withdraw(self, event: CertificateWithdrawn, at_: ProvenEvent) -> None:
        """By the council, for cause."""
        item = labels.certificate(event.certificate)
        certificate = self._known(event.certificate, event.site, item)
        statuses = certificate.statuses
        change = _Change(CertificateStatus.WITHDRAWN, event.effective_from, event.recorded_at)
        _require_transition(statuses.facts[-1], change, at_, item)
        statuses.add(CertificateStatus.WITHDRAWN, event.effective_from, at_.time, at_.order)

    def _excuse(self, event: CertificateExcused, at_: ProvenEvent) -> None:
        item = labels.certificate(event.certificate)
        certificate = self._known(event.certificate, event.site, item)
        if len(certificate.statuses.facts) > 1:
            raise CertificateNotExcusable(item=item)
        certificate.statuses.excuse(at_.time, at_.order)

    def _known(self, certificate: bytes, site: bytes, item: str) -> CertificateRecord:
        found = self.certificates.get(certificate)
        if found is None or found.issued.site != site:
            raise CertificateUnknown(item=item)
        return found

    def _set_status(self, event: CertificateStatusSet, at_: ProvenEvent) -> None:
        item = labels.certificate(event.certificate)
        certificate = self._known(event.certificate, event.site, item)
        certifier, scheme = certificate.certifier, certificate.issued.scheme
        self._members.require(certifier, Role.CERTIFIER, item, at_)
        if event.status == CertificateStatus.IN_FORCE:
            self._require_accredited(certifier, event.site, scheme, item, at_)
        _require_dated(event, at_, item)
        if event.effective_from < certificate.vouched_since:
            since, told = certificate.vouched_since, event.effective_from
            raise EffectiveBeforeTakeOver(item=item, effective_from=told, since=since)
        change = _Change(event.status, event.effective_from, event.recorded_at)
        _require_transition(certificate.statuses.facts[-1], change, at_, item)
        certificate.statuses.add(event.status, event.effective_from, at_.time, at_.order)

    def _set_rule(self, event: CreditRuleSet, at_: ProvenEvent) -> None:
        self.rules[event.credit] = CreditRule(event.schemes, event.pass_gated)

    def _set_model_rule(self, event: ModelRuleSet, at_: ProvenEvent) -> None:
        self._model_rules[event.model] = event.schemes


@dataclass(frozen=True, slots=True)
class _Change:
    """A status that somebody sets."""

    status: CertificateStatus
    effective_from: int
    recorded_at: int


def _require_transition(last: Fact, change: _Change, at_: ProvenEvent, item: str) -> None:
    """InForce and Suspended follow each other; Withdrawn is final; corrections go back."""
    corrects = change.status == last.detail and change.effective_from < last.from_
    follows = change.status != last.detail and last.detail != CertificateStatus.WITHDRAWN
    ahead = change.effective_from > at_.time and change.status != CertificateStatus.IN_FORCE
    dated = change.recorded_at == at_.time and not ahead
    if change.status == CertificateStatus.NONE or not (corrects or follows) or not dated:
        raise StatusInvalid(
            item=item,
            actual=int(change.status),
            effective_from=change.effective_from,
            previous=last.detail,
        )


def _is_renewed(other: CertificateRecord, event: CertificateIssued, time: int) -> bool:
    """Whether the other certificate ran to its end, and this one goes on without a gap."""
    same = (other.certifier, other.issued.scheme, other.issued.element)
    if same != (event.certifier, event.scheme, event.element):
        return False
    return event.valid_from - 1 <= other.issued.valid_to < min(time, event.valid_to)


def _require_dated(event: CertificateStatusSet, at_: ProvenEvent, item: str) -> None:
    """What speaks for a site never reaches back: no suspension is erased afterwards."""
    if event.status == CertificateStatus.IN_FORCE and event.effective_from < at_.time:
        raise StatusReachesBack(
            item=item, effective_from=event.effective_from, recorded_at=at_.time
        )
