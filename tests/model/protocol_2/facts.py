"""Certificates and determinations: what was said, about which time, and when it was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tests.model.protocol_2.ground import Ground
from tests.model.protocol_2.members import FOR_EVER, Members, Role
from tests.model.protocol_2.rules import ActRule
from tests.model.protocol_2.terms import (
    CERTIFICATE_TERM,
    DETERMINATION_AHEAD,
    DETERMINATION_TERM,
    LAG,
    RENEWAL_WINDOW,
    SUSPICION_ALONE,
    WINDOW,
)


@dataclass(frozen=True)
class Fact:
    """A word about the seconds start … end (both included), recorded at one second.

    since: from when a favourable word may speak, by the window in force when it was recorded.
    lapses: after this second an unfavourable word that nobody joined counts no longer.
    by: the group that warns.
    """

    start: int
    end: int
    recorded_at: int
    favourable: bool
    since: int
    lapses: int | None = None
    by: str = ""

    def speaks_of(self, time: int) -> bool:
        """Whether it may decide about that time at all."""
        return (self.since if self.favourable else self.start) <= time <= self.end

    def stands(self, known_at: int) -> bool:
        alone = self.lapses is not None and known_at > self.lapses
        return self.recorded_at <= known_at and not alone


def recorded(
    start: int,
    end: int,
    at: int,
    favourable: bool,
    lapses: int | None = None,
    window: int = WINDOW,
    silent_from: int = 0,
) -> Fact:
    """A fact as the register stores it. silent_from: nothing spoke against the subject since."""
    return Fact(start, end, at, favourable, max(start, at - window, silent_from), lapses)


def is_favourable(ground: Ground, facts: Sequence[Fact], time: int, known_at: int) -> bool:
    """Whether the facts known at `known_at` speak for the subject at `time`.

    A favourable word counts if it was recorded by then. Recorded later, within the window, it
    bridges silence but never an unfavourable word.
    """
    bridged = False
    known = [fact for fact in facts if fact.stands(known_at) and fact.start <= time <= fact.end]
    if known and not ground.enforces(ActRule.RECORDED_BY_THEN):
        return known[-1].favourable
    for fact in reversed([fact for fact in known if fact.speaks_of(time)]):
        if not fact.favourable:
            return False
        if fact.recorded_at + LAG <= time:
            return True
        bridged = True
    return bridged


@dataclass(frozen=True)
class History:
    """Facts of one source, and the seconds (first and last) at which nobody vouches for it."""

    facts: tuple[Fact, ...]
    silences: tuple[tuple[int, int], ...] = ()

    def speaks_for(self, ground: Ground, time: int, known_at: int) -> bool:
        silent = any(first <= time <= last for first, last in self.silences)
        return not silent and is_favourable(ground, self.facts, time, known_at)

    def edges(self) -> set[int]:
        """Where the answer may change."""
        found: set[int] = set()
        for fact in self.facts:
            found |= {fact.start, fact.since, fact.end + 1, fact.recorded_at + LAG}
        for first, last in self.silences:
            found |= {first, last + 1}
        return found


def is_open(
    ground: Ground, histories: Sequence[History], start: int, end: int, known_at: int
) -> bool:
    """Whether at each second of start … end at least one history speaks for the subject."""
    edges = {start}.union(*(history.edges() for history in histories))
    return all(
        any(history.speaks_for(ground, time, known_at) for history in histories)
        for time in edges
        if start <= time <= end
    )


@dataclass
class Certificate:
    """A site's certificate for one credit. vouchers: who vouches from which second on, in order."""

    site: str
    credit: int
    issuer: str
    start: int
    end: int
    facts: list[Fact] = field(default_factory=list)
    vouchers: list[tuple[int, str]] = field(default_factory=list)

    @property
    def certifier(self) -> str:
        """Who vouches for it now."""
        return self.vouchers[-1][1] if self.vouchers else self.issuer

    def voucher(self, time: int, known_at: int) -> str:
        """Who vouches at a second."""
        heard = [name for since, name in self.vouchers if since <= min(time, known_at)]
        return heard[-1] if heard else self.issuer

    def silent_from(self, now: int) -> int:
        """The first second after all that it said against the site until now."""
        if all(fact.favourable for fact in self.facts):
            return 0
        last = self.facts[-1]
        return min(now, last.start if last.favourable else self.end + 1)

    def is_renewed_by(self, by: str, credit: int, term: tuple[int, int], now: int) -> bool:
        """Whether it ran to its end, and its certifier lets another one go on without a gap."""
        same = (self.certifier, self.credit) == (by, credit) and len(self.facts) == 1
        return same and self.end < min(now, term[1]) and term[0] <= self.end + 1


@dataclass
class FactBook:
    """All certificates and determinations of a network."""

    ground: Ground
    members: Members
    certificates: dict[str, Certificate] = field(default_factory=dict)
    places: dict[str, list[Fact]] = field(default_factory=dict)
    _proposals: dict[tuple[str, int, int], str] = field(default_factory=dict)

    def certify(
        self, name: str, by: str, site: str, operator: str, credit: int, start: int, end: int
    ) -> None:
        """A certifier of another group issues a certificate for at most three years."""
        operating = self.members.group(operator)
        judge = self.members.judging(by, Role.CERTIFIER, [operating])
        self._require_accredited(by, credit)
        term = end - start
        self.ground.require(0 < term <= CERTIFICATE_TERM, ActRule.TERM_LIMITED, seconds=term)
        fact = self._certified(site, by, credit, (start, end))
        self.certificates[name] = Certificate(site, credit, by, start, end, [fact])
        self.members.decided("certificate", [operating], [judge.group], 1)

    def take_over(self, name: str, by: str, operator: str) -> None:
        """Another certifier vouches, of another group, within the grace of the one before."""
        certificate, now = self.certificates[name], self.ground.now
        before, operating = certificate.certifier, self.members.group(operator)
        judge = self.members.judging(by, Role.CERTIFIER, [operating, self.members.group(before)])
        self._require_accredited(by, certificate.credit)
        stands = self.members.certifies(before, certificate.credit)
        silent = any(first <= now <= last for first, last in self._silences(certificate, now))
        self.ground.require(not stands and not silent, ActRule.ORPHANED, certificate=name)
        certificate.vouchers.append((now, by))
        self.members.decided("certificate", [operating], [judge.group], 1)

    def suspend(self, name: str, by: str, effective: int) -> None:
        """From `effective` on, which may lie in the past: bad news counts at once."""
        certificate = self._of(name, by, effective)
        own = not certificate.vouchers or effective >= certificate.vouchers[-1][0]
        self.ground.require(own, ActRule.OWN_TIME, effective=effective)
        certificate.facts.append(recorded(effective, certificate.end, self.ground.now, False))

    def reinstate(self, name: str, by: str, effective: int) -> None:
        """In force again, never from an earlier time than now."""
        certificate = self._of(name, by, self.ground.now)
        self._require_accredited(by, certificate.credit)
        back = effective >= self.ground.now
        self.ground.require(back, ActRule.NEVER_BACK, effective=effective, now=self.ground.now)
        certificate.facts.append(recorded(effective, certificate.end, self.ground.now, True))

    def determine(
        self, place: str, by: str, subjects: Iterable[str], start: int, end: int, favourable: bool
    ) -> None:
        """One group warns; to clear a place takes a second one, of yet another group."""
        subjects = list(subjects)
        key = (place, start, end)
        first = self._proposals.get(key)
        judge = self.members.judging(by, Role.RISK, subjects, [first] if first else [])
        term, ahead = end - start, start - self.ground.now
        self.ground.require(0 < term <= DETERMINATION_TERM, ActRule.TERM_LIMITED, seconds=term)
        self.ground.require(ahead <= DETERMINATION_AHEAD, ActRule.NOT_AHEAD, seconds=ahead)
        if not favourable:
            self._warn(place, judge.group, start, end)
        elif first is None and self.ground.enforces(ActRule.TWO_GROUPS):
            self._proposals[key] = judge.group
        else:
            self._clear(place, start, end)
            self._proposals.pop(key, None)
            self.members.decided(
                "determination", subjects, [*filter(None, [first]), judge.group], 2
            )

    def is_certified(self, site: str, credit: int, start: int, end: int, known_at: int) -> bool:
        histories = [
            History(tuple(one.facts), tuple(self._silences(one, known_at)))
            for one in self.certificates.values()
            if (one.site, one.credit) == (site, credit)
        ]
        return is_open(self.ground, histories, start, end, known_at)

    def is_cahra(self, place: str, start: int, end: int, known_at: int) -> bool:
        """Silence counts as a conflict-affected or high-risk area."""
        history = History(tuple(self.places.get(place, ())))
        return not is_open(self.ground, [history], start, end, known_at)

    def _silences(self, certificate: Certificate, known_at: int) -> Iterator[tuple[int, int]]:
        """Seconds at which whoever vouches for a certificate certifies no longer."""
        if not self.ground.enforces(ActRule.PAPERS_END):
            return
        known = [(since, name) for since, name in certificate.vouchers if since <= known_at]
        starts = [(0, certificate.issuer), *known]
        ends = [*(since - 1 for since, _ in known), FOR_EVER]
        for (since, name), end in zip(starts, ends, strict=True):
            for first, last in self.members.silences(name, certificate.credit, known_at):
                if max(first, since) <= min(last, end):
                    yield max(first, since), min(last, end)

    def _require_accredited(self, by: str, credit: int) -> None:
        able = self.members.certifies(by, credit)
        self.ground.require(able, ActRule.ACCREDITED, member=by, credit=credit)

    def _certified(self, site: str, by: str, credit: int, term: tuple[int, int]) -> Fact:
        """What a new certificate says, beside the others of its site."""
        now = self.ground.now
        others = [one for one in self.certificates.values() if one.site == site]
        renews = any(one.is_renewed_by(by, credit, term, now) for one in others)
        window = RENEWAL_WINDOW if renews else WINDOW
        silent = max((one.silent_from(now) for one in others), default=0)
        if not self.ground.enforces(ActRule.BRIDGES_SILENCE):
            silent = 0
        return recorded(*term, now, True, window=window, silent_from=silent)

    def _warn(self, place: str, by: str, start: int, end: int) -> None:
        """Far back, one group warns for a while; a second one that says the same, for good."""
        now = self.ground.now
        facts = self.places.setdefault(place, [])
        joins = any(
            not fact.favourable
            and fact.by != by
            and fact.stands(now)
            and fact.start <= start
            and end <= fact.end
            for fact in facts
        )
        alone = now - start > SUSPICION_ALONE and not joins
        lapses = now + SUSPICION_ALONE if alone else None
        facts.append(replace(recorded(start, end, now, False, lapses), by=by))

    def _clear(self, place: str, start: int, end: int) -> None:
        fact = recorded(start, end, self.ground.now, True)
        self.places.setdefault(place, []).append(fact)

    def _of(self, name: str, by: str, effective: int) -> Certificate:
        certificate = self.certificates[name]
        self.members.acting(by, Role.CERTIFIER)
        self.ground.require(certificate.certifier == by, ActRule.ROLE_HELD, certificate=name)
        ahead = effective - self.ground.now
        self.ground.require(ahead <= 0, ActRule.NOT_AHEAD, seconds=ahead)
        return certificate
