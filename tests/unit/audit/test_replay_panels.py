"""Attacks: events and withdrawals without a word of the site, inspectors of the site's choice."""

import pytest

from lodetrace.audit.replay.attestations import (
    AttestationRepeated,
    AttesterNotOnPanel,
    DocumentNotFiled,
)
from lodetrace.audit.replay.findings import FindingCode, findings_of
from lodetrace.audit.replay.history import replay
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import EventKind, Role, SubjectKind
from tests.support.audit_world import DAY, WHY, Stated, World, address, altered, without, word
from tests.unit.audit.refusals import refused

PANEL = ("oracle one", "oracle two", "oracle three")


@pytest.fixture
def world() -> World:
    world = World.founded()
    world.member("lenient", Role.ORACLE)
    world.member("lax", Role.ORACLE)
    return world


def name_panel(world: World, *names: str) -> None:
    site, groups = word("mine"), tuple(sorted(word(f"group {name}") for name in names))
    world.tx(ev.PanelNamed(site, world.chain.count(SubjectKind.SITE, site), groups))


def refuse(world: World, stated: Stated, name: str) -> None:
    said = stated.statement
    world.tx(ev.DocumentRefused(said.site, said.document, word(name), said.sequence, WHY))


@pytest.fixture
def stated(world: World) -> Stated:
    """Filed by the mine, whose panel the council has named."""
    name_panel(world, *PANEL)
    found = world.stated("mine", EventKind.BIRTH)
    world.file(found)
    return found


# --- the site's own word


def test_an_event_that_its_site_did_not_file(world: World) -> None:
    evidence = world.evidence(world.birth())
    replay(evidence)
    [(site, sequence, document)] = world.filed
    filing = ev.Filed(site, document, address("alpha"), sequence)
    refused(DocumentNotFiled, without(evidence, filing))


def test_the_filing_of_another_document_files_nothing(world: World) -> None:
    evidence = world.evidence(world.birth())
    refused(DocumentNotFiled, altered(evidence, ev.Filed, document=word("other")))


def test_a_withdrawal_that_its_site_did_not_file(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    world.filed.add((stated.statement.site, stated.statement.sequence, word("declaration")))
    world.withdraw(stated)
    refused(DocumentNotFiled, world.evidence(lot))


def test_the_council_concludes_for_a_silent_site_after_two_weeks(world: World) -> None:
    stated = world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    world.filed.add((stated.statement.site, stated.statement.sequence, word("declaration")))
    world.withdraw(stated, after_quorum=14 * DAY)
    story = replay(world.evidence(lot))
    assert FindingCode.EVENT_WITHDRAWN in {one.code for one in findings_of(story)}


# --- inspectors


def test_the_panel_attests(world: World, stated: Stated) -> None:
    replay(world.evidence(world.birth(world.attest(stated, "oracle one", "oracle three"))))


def test_who_is_not_on_the_panel_attests_nothing(world: World, stated: Stated) -> None:
    lot = world.birth(world.attest(stated, "oracle one", "lenient"))
    refused(AttesterNotOnPanel, world.evidence(lot))


def test_nor_withdraws(world: World, stated: Stated) -> None:
    lot = world.birth(world.attest(stated))
    world.withdraw(stated, "oracle one", "lenient")
    refused(AttesterNotOnPanel, world.evidence(lot))


def test_another_one_speaks_for_who_was_silent_for_ten_days(world: World, stated: Stated) -> None:
    world.attest(stated, "oracle one", stands=False)
    world.chain.next(10 * DAY)
    world.chain.emit(ev.Attested(stated.id, word("lenient"), stated.digest, 0, 2, stated.statement))
    replay(world.evidence(world.birth(world.attest_standing(stated))))


def test_nobody_is_drawn_where_the_panel_refused(world: World, stated: Stated) -> None:
    """Two of three refused: the third one alone is no quorum."""
    refuse(world, stated, "oracle two")
    refuse(world, stated, "oracle three")
    world.attest(stated, "oracle one", stands=False)
    world.chain.next(10 * DAY)
    world.chain.emit(ev.Attested(stated.id, word("lenient"), stated.digest, 0, 2, stated.statement))
    lot = world.birth(world.attest_standing(stated))
    refused(AttesterNotOnPanel, world.evidence(lot))


def test_a_refusal_is_told_and_its_group_may_think_better_of_it(
    world: World, stated: Stated
) -> None:
    refuse(world, stated, "oracle three")
    refuse(world, stated, "oracle two")
    lot = world.birth(world.attest(stated, "oracle one", "oracle two"))
    (found,) = (
        one
        for one in findings_of(replay(world.evidence(lot)))
        if one.code is FindingCode.DOCUMENT_REFUSED
    )
    assert found.text.startswith("2 inspectors of the site's panel refused its document")
    assert found.reaches == {lot}


def test_a_group_that_refuses_twice(world: World, stated: Stated) -> None:
    refuse(world, stated, "oracle three")
    refuse(world, stated, "oracle three")
    refused(AttestationRepeated, world.evidence(world.birth(world.attest(stated))))


def test_a_refusal_of_what_was_not_filed(world: World) -> None:
    stated = world.stated("mine", EventKind.BIRTH)
    refuse(world, stated, "oracle three")
    refused(DocumentNotFiled, world.evidence(world.birth(world.attest(stated))))
