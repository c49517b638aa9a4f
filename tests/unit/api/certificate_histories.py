"""Random histories of a site's certificates around one of its events.

Each is told twice: as events of a chain, for the gateway and the auditor, and to the model of the
contract tests. Several things happen in one block, and blocks share a second, as on a chain that
makes a block for each transaction.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from api.indexer.chain_event import ChainEvent
from lodetrace.audit.steps import ProvenEvent
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import (
    CertificateStatus,
    CustodyModel,
    EventKind,
    Role,
    Scheme,
    SubjectKind,
)
from lodetrace.contracts.structs import SiteEvent
from lodetrace.node.client import NodeHeader
from tests.contracts.registry.models import bitemporal as model
from tests.support.audit_world import COBALT, Stated, World, address, scoped, word
from tests.unit.api.scripted_chain import born, run

BASE = 1_780_000_000
"""After everything that founds the world; the times of a history count from here."""

UNIT = 900
"""Seconds of a moment: the hour after a recording is four of them."""

WINDOW = 15 * UNIT
"""What is recorded may reach back so far."""

BEGIN, END = BASE + 20 * UNIT, BASE + 40 * UNIT
"""Of the site's event."""

MINE = word("mine")
FOUNDING = (ev.OrganisationRegistered, ev.AccountAdded, ev.AccreditationSet, ev.RolesSet)
NAMES = ("one", "other")
CERTIFIERS = ("certifier", "assessor")
"""Of two ownership groups; the first issues, the second takes over."""

GRACE = 12 * UNIT
"""Short, so that histories of moments reach beyond it."""


@dataclass
class CertificateHistory:
    """known: as the model has the certificates; asked: the same when the gates were asked.

    numbers: of the last event about each.

    use: what asked the gates, if lots were made of the event.
    """

    world: World = field(default_factory=World.founded)
    known: dict[str, model.Certificate] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    asked: dict[str, model.Certificate] = field(default_factory=dict)
    use: ProvenEvent | None = None
    certifiers: dict[str, model.Certifier] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.world.member(CERTIFIERS[1], Role.CERTIFIER)
        self.certifiers = {name: model.Certifier(name, [(0, True)]) for name in CERTIFIERS}
        commitment = (7).to_bytes(32, "big")
        what = (EventKind.BIRTH, COBALT, BEGIN, END, word("document"), commitment)
        more = ((COBALT,), CustodyModel.MASS_BALANCE, 0, False, word("batches"), ())
        said = SiteEvent(MINE, 1, 0, *what, *more)
        self.stated: Stated = self.world.restated(said)
        self.world.chain.next(BASE - self.world.chain.time)
        self.world.chain.emit(ev.RecordingWindowSet(WINDOW))
        standing = ev.EventStanding(self.stated.id, MINE, self.stated.digest, said)
        self.world.chain.emit(standing)

    @property
    def ids(self) -> dict[bytes, str]:
        """Names of its certificates by id."""
        return {scoped(CERTIFIERS[0], name): name for name in self.known}

    @property
    def now(self) -> int:
        return self.world.chain.time

    def issue(self, name: str, validity: tuple[int, int]) -> None:
        """Once; nothing happens to a certificate before."""
        first, last = (BASE + moment * UNIT for moment in validity)
        if name in self.known or first >= last or not self._certifies(CERTIFIERS[0]):
            return
        others, by = list(self.known.values()), self.certifiers[CERTIFIERS[0]]
        new = model.issued(others, (Scheme.IRMA, 0), (first, last), self.now, WINDOW, by)
        paper = (new.words[0].since, address(by.name), word("paper"), word(name))
        id_ = scoped(by.name, name)
        self.world.chain.emit(
            ev.CertificateIssued(id_, MINE, 1, Scheme.IRMA, 0, first, last, *paper)
        )
        self.known[name] = new
        self.numbers[name] = 1

    def set_status(self, name: str, effective: int) -> None:
        """The other one of InForce, from now on or later, and Suspended, at any time up to now."""
        if name not in self.known:
            return
        certificate = self.known[name]
        back = not certificate.words[-1].positive
        status = CertificateStatus.IN_FORCE if back else CertificateStatus.SUSPENDED
        since = (max if back else min)(self.now, BASE + effective * UNIT)
        if not self._certifies(certificate.certifier) or since < certificate.vouchers[-1][0]:
            return
        self.numbers[name] += 1
        named = (
            scoped(CERTIFIERS[0], name),
            MINE,
            self.numbers[name],
            status,
            since,
            self.now,
            word("why"),
        )
        self.world.chain.emit(ev.CertificateStatusSet(*named))
        certificate.set_status(back, since, self.now)

    def excuse(self, name: str) -> None:
        """Of its late recording: once, and before another status."""
        if name not in self.known or len(self.known[name].words) > 1:
            return
        self.numbers[name] += 1
        id_ = scoped(CERTIFIERS[0], name)
        self.world.chain.emit(ev.CertificateExcused(id_, MINE, self.numbers[name]))
        first = self.known[name].first
        self.known[name].words.append(model.Word(True, first, self.now, self.now, first))

    def turn(self, certifier: str) -> None:
        """He loses the accreditation for the scheme, or is given it back."""
        org, back = word(certifier), not self._certifies(certifier)
        number = self.world.chain.count(SubjectKind.MEMBER, org)
        self.world.chain.emit(ev.AccreditationSet(org, number, back << Scheme.IRMA))
        self.certifiers[certifier].changes.append((self.now, back))

    def take_over(self, name: str, by: str) -> None:
        """Within the grace of whoever vouches."""
        certificate = self.known.get(name)
        if certificate is None or certificate.certifier == by or not self._certifies(by):
            return
        silent = certificate.is_silent(self.now, self.now)
        if self._certifies(certificate.certifier) or silent:
            return
        self.numbers[name] += 1
        named = (scoped(CERTIFIERS[0], name), MINE, self.numbers[name])
        self.world.chain.emit(ev.CertificateTakenOver(*named, address(by), word("findings")))
        certificate.vouchers.append((self.now, self.certifiers[by]))

    def _certifies(self, certifier: str) -> bool:
        return bool(self.certifiers[certifier].certifies(self.now, self.now))

    def make_lots(self, *, by_run: bool) -> None:
        """Once, by a birth or by a run; an event stands at its end at the earliest."""
        if self.use is not None:
            return
        if self.now < END:
            self.world.chain.next(END - self.now)
        made = run(8) if by_run else born(7, 0)
        self.use = self.world.chain.emit(replace(made, event_id=self.stated.id))
        self.asked = deepcopy(self.known)

    def told(self) -> "CertificateHistory":
        """With the gates as they would be asked after its end, if nobody asked."""
        if self.use is None:
            self.asked = deepcopy(self.known)
        return self


class HistoryChain:
    """The chain of a history, as the indexer reads it: members, and what came after BASE."""

    chain_id, genesis, first_block = 1, "0x" + "11" * 32, 1

    def __init__(self, history: CertificateHistory) -> None:
        self._chain = history.world.chain
        self._events = [
            one for one in self._chain.events if one.time >= BASE or isinstance(one.event, FOUNDING)
        ]

    def head(self) -> int:
        return self._chain.block

    def block(self, number: int) -> NodeHeader:
        hashes = (f"0x{number + 1:064x}", f"0x{number:064x}")
        return NodeHeader(number, *hashes, self._chain.time, 0, 30_000_000)

    def events(self, first: int, last: int) -> Sequence[ChainEvent]:
        return [
            ChainEvent(
                one.event, one.contract, one.block, one.place, one.time, f"0x{one.block:064x}"
            )
            for one in self._events
            if first <= one.block <= last
        ]


moments = st.integers(0, 60)
starts = st.sampled_from([0, 30, 41])
"""Before the site's event, during it and after it."""

validities = st.sampled_from([(0, 60), (0, 60), (20, 40), (0, 39), (21, 60)])
"""Most of them cover the event."""

acts = st.one_of(
    st.tuples(st.just("issue"), st.just(NAMES[1]), validities),
    st.tuples(st.just("set_status"), st.sampled_from([*NAMES, NAMES[0]]), moments),
    st.tuples(st.just("excuse"), st.sampled_from(NAMES)),
    st.tuples(st.just("turn"), st.sampled_from([*CERTIFIERS, CERTIFIERS[0]])),
    st.tuples(st.just("take_over"), st.sampled_from(NAMES), st.sampled_from(CERTIFIERS[::-1])),
)
parts = st.lists(st.tuples(st.sampled_from([None, 1, 15]), acts), max_size=5)
"""Moments to the next block, None for this one, and what happens there."""


@st.composite
def histories(draw: st.DrawFn) -> CertificateHistory:
    """Up to the question of the gates, if lots are made, and after it."""
    history = CertificateHistory()
    history.world.chain.next(draw(starts) * UNIT)
    history.issue(NAMES[0], draw(validities))
    _go_on(history, draw(parts))
    lots = draw(st.sampled_from(["none", "born", "made"]))
    if lots != "none":
        history.make_lots(by_run=lots == "made")
    _go_on(history, draw(parts))
    return history.told()


def _go_on(history: CertificateHistory, drawn: list[Any]) -> None:
    for gap, (act, *words) in drawn:
        if gap is not None:
            history.world.chain.next(gap * UNIT)
        getattr(history, act)(*words)
