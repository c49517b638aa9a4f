"""Attacks: bundles thinned out so that something unwelcome is not in them, and else in order.

Each was accepted under format 1, which asked for the counters that the shown story relied on. Here
whole rows are asked for, which the head determines; the forger keeps every node that could serve.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from lodetrace.audit.bundle import Bundle, BundleSubject
from lodetrace.audit.errors import BundleRefused, NodeUnused, RowIncomplete, StateRefused
from lodetrace.audit.evidence import establish
from lodetrace.audit.replay.findings import FindingCode, findings_of
from lodetrace.audit.replay.history import replay
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import (
    CertificateStatus,
    EventKind,
    Material,
    RowKind,
    RunKind,
    Scheme,
)
from lodetrace.contracts.structs import ZERO32, Row
from tests.support.audit_world import DAY, WHY, World, word
from tests.support.proven_world import chain_of
from tests.support.synthetic_chain import Chain


@pytest.fixture
def world() -> World:
    return World.founded()


def proven(world: World, subject: bytes, kind: BundleSubject) -> tuple[Chain, Bundle]:
    chain = chain_of(world.chain.events)
    return chain, chain.bundle(subject, kind=kind)


def thinned(chain: Chain, bundle: Bundle, *gone: type[ev.Event]) -> Bundle:
    """Without the entries of some types."""
    places = {one.entry.place for one in chain.entries if isinstance(one.event, gone)}
    kept = tuple(entry for entry in bundle.entries if entry.place not in places)
    assert len(kept) < len(bundle.entries), "nothing was dropped"
    return replace(bundle, entries=kept)


def without_rows(chain: Chain, bundle: Bundle, rows: Iterable[Row]) -> Bundle:
    """Without rows, and without the nodes that only they need."""
    gone = set(rows)
    kept = chain.closure(bundle.subject).rows
    assert gone <= kept.keys()
    left = {row: found for row, found in kept.items() if row not in gone}
    places = {shown.entry.place for found in left.values() for shown in found}
    entries = tuple(entry for entry in bundle.entries if entry.place in places)
    return replace(bundle, entries=entries, nodes=chain.nodes_of(left))


def codes(chain: Chain, bundle: Bundle) -> set[FindingCode]:
    """What the whole bundle tells."""
    story = replay(establish(bundle.encode(), chain.anchor()))
    return {finding.code for finding in findings_of(story)}


def require_refused(chain: Chain, bundle: Bundle, *errors: type[BundleRefused]) -> BundleRefused:
    with pytest.raises(errors) as refusal:
        establish(bundle.encode(), chain.anchor())
    return refusal.value


def revoked(world: World) -> bytes:
    """A credit went through the refinery under a certificate that was revoked since."""
    world.tx(ev.CreditRuleSet(1, 1 << Scheme.IRMA | 1 << Scheme.RMI_RMAP, True))
    world.certify("refinery-rmap", "refinery", Scheme.RMI_RMAP)
    world.chain.next(3 * DAY)
    lot = world.birth()
    world.hand_over(lot, "beta")
    (salt,) = world.run(RunKind.PROCESS, [lot], [(Material.SULPHATE, 1)])
    early = world.chain.time - 5 * DAY
    world.set_status("refinery-rmap", "refinery", CertificateStatus.SUSPENDED, early)
    return salt


def test_a_revocation_hidden_by_leaving_out_the_rule_that_asks_for_it(world: World) -> None:
    """Without the rule no certificate was asked, so its counter was not required."""
    chain, bundle = proven(world, revoked(world), BundleSubject.LOT)
    assert FindingCode.CREDIT_REVOKED in codes(chain, bundle)
    hidden = thinned(chain, bundle, ev.CertificateStatusSet, ev.CreditRuleSet)
    require_refused(chain, hidden, RowIncomplete)
    certificate = Row(RowKind.CERTIFICATE, world.papers["refinery-rmap"])
    for rows in ([certificate], [certificate, Row(RowKind.SETTINGS, ZERO32)]):
        require_refused(chain, without_rows(chain, bundle, rows), StateRefused, RowIncomplete)


def test_what_followed_in_the_head_block(world: World) -> None:
    """A counter that was stated early in a block hid what came later in the same block."""
    lot = world.birth()
    world.offer(lot, "beta")
    world.chain.emit(ev.OrganisationSuspended(word("alpha"), 3, WHY))
    chain = chain_of(world.chain.events)
    last = chain.entries[-1].entry
    assert last.block == chain.entries[-2].entry.block
    bundle = chain.bundle(lot)
    assert FindingCode.MEMBER_SUSPENDED in codes(chain, bundle)
    require_refused(chain, thinned(chain, bundle, ev.OrganisationSuspended), RowIncomplete)


def test_a_certificate_that_only_findings_and_policies_ask_about(world: World) -> None:
    """Completeness was asked for before they asked."""
    world.certify("mine-iso", "mine", Scheme.RMI_RMAP)
    world.chain.next(3 * DAY)
    lot = world.birth()
    early = world.chain.time - 4 * DAY
    world.set_status("mine-iso", "mine", CertificateStatus.SUSPENDED, early)
    chain, bundle = proven(world, lot, BundleSubject.LOT)
    second = Row(RowKind.CERTIFICATE, world.papers["mine-iso"])
    require_refused(chain, without_rows(chain, bundle, [second]), StateRefused, RowIncomplete)
    require_refused(chain, thinned(chain, bundle, ev.CertificateStatusSet), RowIncomplete)


def price_outside(world: World) -> bytes:
    lot, record = world.birth(), world.price_record()
    world.offer(lot, "beta")
    world.check_price(lot, record, "beta", inside=False)
    return lot


def withdrawal_pending(world: World) -> bytes:
    stated = world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    world.withdraw(stated, "oracle one", stands=False)
    return lot


def document_refused(world: World) -> bytes:
    stated = world.stated("mine", EventKind.BIRTH)
    said = stated.statement
    world.file(stated)
    world.tx(ev.DocumentRefused(said.site, said.document, word("oracle three"), said.sequence, WHY))
    return world.birth(world.attest(stated))


def quorum_raised(world: World) -> bytes:
    lot = world.birth()
    world.tx(ev.QuorumSet(3))
    return lot


def lot_held(world: World) -> bytes:
    lot = world.birth()
    world.hold(lot)
    return lot


HIDDEN = [
    (price_outside, ev.PriceChecked, FindingCode.PRICE_OUTSIDE),
    (withdrawal_pending, ev.WithdrawalAttested, FindingCode.WITHDRAWAL_PENDING),
    (document_refused, ev.DocumentRefused, FindingCode.DOCUMENT_REFUSED),
    (quorum_raised, ev.QuorumSet, FindingCode.QUORUM_RAISED),
    (lot_held, ev.HoldPlaced, FindingCode.LOT_HELD),
]


@pytest.mark.parametrize(("happens", "gone", "code"), HIDDEN, ids=[code for _, _, code in HIDDEN])
def test_a_finding_without_a_counter_of_its_own(
    world: World, happens: Callable[[World], bytes], gone: type[ev.Event], code: FindingCode
) -> None:
    """Absence is an entry that is not there: whoever leaves one out is refused."""
    chain, bundle = proven(world, happens(world), BundleSubject.LOT)
    assert code in codes(chain, bundle)
    require_refused(chain, thinned(chain, bundle, gone), RowIncomplete)


def test_each_row_left_out(world: World) -> None:
    """With the nodes that only it needs: what is left asks for it all the same."""
    chain, bundle = proven(world, withdrawal_pending(world), BundleSubject.LOT)
    for row in chain.closure(bundle.subject).rows:
        less = without_rows(chain, bundle, [row])
        if less == bundle:  # it shares every entry and node with others
            continue
        require_refused(chain, less, StateRefused, RowIncomplete, NodeUnused)
