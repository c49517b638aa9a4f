"""Certificates, Places and Gates against a judge that asks second by second."""

from dataclasses import dataclass

import pytest
from brownie import chain
from brownie.test import given
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.contracts.conftest import COBALT, DAY, LUALABA, MINE, NICKEL
from tests.contracts.machines import REPEATABLE
from tests.contracts.people import PEOPLE, ZERO_WORD, spoken, word
from tests.contracts.registry.models import bitemporal as judge
from tests.contracts.scoped_ids import scoped_of

IRMA, RMAP, ICMM = 2, 1, 3
SOURCED = 1
RECOGNISED = {RMAP, IRMA}
IN_FORCE, SUSPENDED, WITHDRAWN = 1, 2, 3
HOUR = 3_600

# Times of the history, in hours before (-) and after the moment it begins to be recorded. Coarse,
# so that edges meet each other often.
hours = st.integers(min_value=-8, max_value=8)


@dataclass(frozen=True)
class Issue:
    scheme: int
    element: int
    first: int
    length: int


@dataclass(frozen=True)
class Change:
    """Of a certificate issued before, by its position (modulo).

    effective: hours before the history's zero, or as many after the recording, where the
    certificate is in force again.
    """

    position: int
    status: int
    effective: int


@dataclass(frozen=True)
class Finding:
    first: int
    length: int
    clear: bool


@dataclass(frozen=True)
class Window:
    """Hours by which what is recorded from now on may reach back."""

    hours: int


issues = st.builds(
    Issue,
    scheme=st.sampled_from([RMAP, IRMA, ICMM]),
    element=st.sampled_from([0, 0, COBALT, NICKEL]),
    first=hours,
    length=st.integers(2, 16),
)
changes = st.builds(
    Change,
    position=st.integers(0, 3),
    status=st.sampled_from([IN_FORCE, SUSPENDED, SUSPENDED, WITHDRAWN]),
    effective=st.integers(-8, 0),
)
findings = st.builds(Finding, first=hours, length=st.integers(1, 10), clear=st.booleans())
windows = st.builds(Window, hours=st.integers(0, 8))


def histories(*further):
    """An issue first, so that changes have something to change."""
    return st.builds(
        lambda first, rest: [first, *rest], issues, st.lists(st.one_of(*further), max_size=7)
    )


relaxed = settings(
    max_examples=20,
    deadline=None,
    derandomize=REPEATABLE,
    print_blob=True,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


@dataclass
class Clock:
    """The history's zero; recording takes an hour a step."""

    zero: int

    def at(self, hour: int) -> int:
        return self.zero + hour * HOUR

    def ahead(self, hours: int) -> int:
        """Full hours after the chain's time, the next one at least."""
        return self.at((chain.time() - self.zero) // HOUR + 1 + hours)


@pytest.fixture
def on_chain(
    certificates, places, settings_contract, certifier, observer, second_observer, governor
):
    """Records a step on chain; returns the time of its block, or None where it is refused."""

    def issue(step, clock, label):
        first, last = clock.at(step.first), clock.at(step.first + step.length) - 1
        return certificates.issue(
            label, MINE, step.scheme, step.element, first, last, word("d"), {"from": certifier}
        ).timestamp

    def change(step, effective, id_):
        return certificates.setStatus(
            id_, step.status, effective, spoken("r"), {"from": certifier}
        ).timestamp

    def find(step, clock):
        first, last = clock.at(step.first), clock.at(step.first + step.length) - 1
        said = (LUALABA, first, last, not step.clear, False, False, word("d"))
        if step.clear:
            places.determine(*said, {"from": second_observer})
        return places.determine(*said, {"from": observer}).timestamp

    def reach(seconds):
        settings_contract.setRecordingWindow(seconds, {"from": governor})

    return {"issue": issue, "change": change, "find": find, "reach": reach}


def begins(step, clock):
    """What speaks for a site never reaches back, what speaks against it may."""
    back = -step.effective
    return clock.ahead(back) if step.status == IN_FORCE else clock.at(-back)


def allowed(certificate, status, effective):
    """The contract's transitions, which test_certificates.py tests one by one."""
    current, since = certificate.statuses[-1]
    if status == current:
        return effective < since
    return current != WITHDRAWN


def _id(position):
    return scoped_of("certifier", word(f"c {position}"))


class History:
    """The same steps for the judge and on chain."""

    def __init__(self, on_chain):
        self.on_chain = on_chain
        self.clock = Clock(chain.time() - chain.time() % HOUR)
        self.certificates = []
        self.determinations = []
        self.recorded = []
        self.window = 7 * DAY

    def edges(self):
        """Where answers change; at least the history's zero."""
        yield self.clock.zero
        for certificate in self.certificates:
            yield from certificate.edges()
        for finding in self.determinations:
            yield from finding.edges()
        yield from self.recorded

    def play(self, step):
        chain.sleep(HOUR)
        acts = {
            Issue: self.issue, Change: self.change, Finding: self.find, Window: self.reach,
        }  # fmt: skip
        acts[type(step)](step)

    def reach(self, step):
        self.window = step.hours * HOUR
        self.on_chain["reach"](self.window)

    def issue(self, step):
        time = self.on_chain["issue"](step, self.clock, word(f"c {len(self.certificates)}"))
        first = self.clock.at(step.first)
        validity = (first, first + step.length * HOUR - 1)
        kind = (step.scheme, step.element)
        certificate = judge.issued(self.certificates, kind, validity, time, self.window)
        certificate.statuses = [(IN_FORCE, first)]
        self.certificates.append(certificate)
        self.recorded.append(time)

    def change(self, step):
        if not self.certificates:
            return
        position = step.position % len(self.certificates)
        certificate, effective = self.certificates[position], begins(step, self.clock)
        if not allowed(certificate, step.status, effective):
            return
        time = self.on_chain["change"](step, effective, _id(position))
        certificate.set_status(step.status == IN_FORCE, effective, time)
        certificate.statuses.append((step.status, effective))
        self.recorded.append(time)

    def find(self, step):
        time = self.on_chain["find"](step, self.clock)
        first = self.clock.at(step.first)
        last = first + step.length * HOUR - 1
        found = judge.determined(step.clear, first, last, time, self.window)
        self.determinations.append(found)
        self.recorded.append(time)


def intervals(data, history):
    """From and to at, just before or just after edges of the history; some the wrong way round."""
    near = st.sampled_from([-1, 0, 1])
    edges = st.sampled_from(sorted(history.edges()))
    first, last = data.draw(edges) + data.draw(near), data.draw(edges) + data.draw(near)
    turned = data.draw(st.integers(0, 9)) == 0
    return (max(first, last), min(first, last)) if turned else (min(first, last), max(first, last))


@given(steps=histories(issues, changes, changes, windows), data=st.data())
@relaxed
def test_certificates(certificates, on_chain, steps, data):
    history = History(on_chain)
    for step in steps:
        history.play(step)
    chain.mine()
    now = chain[-1].timestamp
    for _ in range(12):
        first, last = intervals(data, history)
        element = data.draw(st.sampled_from([COBALT, NICKEL]))
        known_at = data.draw(st.sampled_from([0, now, *history.recorded])) + data.draw(
            st.sampled_from([-1, 0, 0])
        )
        question = (MINE, element, SOURCED, first, last)
        of_judge = (history.certificates, RECOGNISED, element, first, last)

        expected = judge.certified(*of_judge, max(known_at, 0))
        assert certificates.inForceAt(*question, max(known_at, 0)) == expected


@given(days=st.lists(st.integers(1, 130), min_size=1, max_size=6), data=st.data())
@relaxed
def test_vouching(members, certifier, governor, days, data):
    """A certifier that is suspended and reinstated, so many days after each other."""
    organisation = PEOPLE["certifier"].organisation
    by_judge = judge.Certifier("certifier", [(chain[-1].timestamp, True)])
    for turn, gap in enumerate(days):
        chain.sleep(gap * DAY)
        suspends = turn % 2 == 0
        act = members.suspend if suspends else members.reinstate
        arguments = (organisation, spoken("reason")) if suspends else (organisation,)
        tx = act(*arguments, {"from": governor})
        by_judge.changes.append((tx.timestamp, not suspends))
    recorded = [when for when, _ in by_judge.changes]
    edges = sorted(by_judge.edges())
    for _ in range(20):
        time = data.draw(st.sampled_from(edges)) + data.draw(st.sampled_from([-1, 0, 1]))
        known = data.draw(st.sampled_from(recorded)) + data.draw(st.sampled_from([-1, 0, DAY]))
        vouched, until = members.vouches(certifier, IRMA, time, known)
        assert vouched == (not by_judge.is_silent(time, known))
        if vouched:
            within = [edge for edge in edges if time <= edge <= until]
            assert not any(by_judge.is_silent(edge, known) for edge in within)
            assert until == 2**40 - 1 or by_judge.is_silent(until + 1, known)


@given(
    steps=st.lists(st.one_of(findings, findings, windows), min_size=2, max_size=8), data=st.data()
)
@relaxed
def test_places(places, on_chain, steps, data):
    history = History(on_chain)
    for step in steps:
        history.play(step)
    for _ in range(12):
        first, last = intervals(data, history)
        known_at = data.draw(st.sampled_from([0, *history.recorded, history.clock.at(1_000)]))
        expected = judge.cahra(history.determinations, first, last, known_at)
        assert places.isCahra(LUALABA, first, last, known_at, ZERO_WORD) == expected
        valid = any(d.first <= first <= d.last for d in history.determinations)
        assert places.isDetermined(LUALABA, first) == valid


@given(steps=histories(issues, changes, findings, windows), data=st.data())
@relaxed
def test_gates(gates, on_chain, steps, data):
    """Births under random histories: credit 1 and the place, filed in time or late."""
    history = History(on_chain)
    for step in steps:
        history.play(step)
    chain.mine()
    now = chain[-1].timestamp
    for _ in range(12):
        first, last = intervals(data, history)
        excused, late = data.draw(st.booleans()), data.draw(st.booleans())
        filed = last + 30 * DAY + late
        standing = (
            *(MINE, word("d"), word("c"), word("inputs"), 0),
            *(1, 0, 1, COBALT, max(first, 0), last, filed),
            *(excused, False, 0, 0, False, 0, 0),
        )
        credit = judge.certified(history.certificates, RECOGNISED, COBALT, first, last, now) and (
            excused or not late
        )
        place = judge.cahra(history.determinations, first, last, now)
        assert gates.atBirth(standing) == (1 if credit else 0) | (16 if place else 0)
