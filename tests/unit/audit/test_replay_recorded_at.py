"""Facts count from when they were recorded: good news that comes late repairs nothing."""

from dataclasses import replace

import pytest

from lodetrace.audit.replay.births import GatesMismatch
from lodetrace.audit.replay.certificates import CertificateNotExcusable, CertificateReachesBack
from lodetrace.audit.replay.history import replay
from lodetrace.audit.replay.places import DeterminationNotExcusable, DeterminationReachesBack
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import CertificateStatus, EventKind, Material, Role, Scheme
from tests.support.audit_world import (
    CAHRA,
    DAY,
    MANUFACTURING,
    POST_CONSUMER,
    RESPONSIBLE,
    START,
    Stated,
    World,
    altered,
)
from tests.unit.audit.refusals import refused

RECYCLED = POST_CONSUMER | MANUFACTURING


@pytest.fixture
def world() -> World:
    return World.founded()


@pytest.fixture
def lot(world: World) -> bytes:
    return world.birth()


def certified_after(world: World, days: int) -> Stated:
    """An event, and a certificate of recycled content that is recorded so much later."""
    stated = world.event("mine", EventKind.BIRTH)
    world.chain.next(days * DAY)
    world.certify("late", "mine", Scheme.RECYCLED_CONTENT)
    return stated


# The window


def test_a_certificate_recorded_within_the_window_opens(world: World) -> None:
    stated = certified_after(world, days=5)
    assert replay(world.evidence(world.birth(stated, gates=RESPONSIBLE | RECYCLED)))


def test_a_certificate_recorded_after_the_window_opens_nothing(world: World) -> None:
    stated = certified_after(world, days=8)
    lot = world.birth(stated, gates=RESPONSIBLE | RECYCLED)
    refused(GatesMismatch, world.evidence(lot))


def test_a_longer_window_reaches_further_back(world: World) -> None:
    world.set_window(20 * DAY)
    stated = certified_after(world, days=8)
    evidence = world.evidence(world.birth(stated, gates=RESPONSIBLE | RECYCLED))
    assert replay(evidence)
    withheld = altered(evidence, ev.RecordingWindowSet, window=7 * DAY)
    refused(CertificateReachesBack, withheld)


def test_a_certificate_that_says_it_counts_for_more_of_the_past(world: World, lot: bytes) -> None:
    world.certify("late", "mine", Scheme.IRMA, since=world.chain.time - 8 * DAY)
    refused(CertificateReachesBack, world.evidence(lot))


# Certificates beside others


def test_a_certificate_that_erases_the_suspension_of_another(world: World) -> None:
    """A certifier suspends one, and issues another for the suspended days."""
    world.set_status("mine-irma", "mine", CertificateStatus.SUSPENDED)
    world.chain.next(3 * DAY)
    stated = world.event("mine", EventKind.BIRTH)
    world.certify("another", "mine", Scheme.IRMA)
    assert replay(world.evidence(world.birth(stated, gates=0)))
    world.certify("third", "mine", Scheme.IRMA, since=stated.statement.from_)
    refused(CertificateReachesBack, world.evidence(world.birth()))


def test_a_certificate_for_days_of_a_suspension_that_has_ended(world: World) -> None:
    world.set_status("mine-irma", "mine", CertificateStatus.SUSPENDED)
    world.chain.next(2 * DAY)
    world.set_status("mine-irma", "mine", CertificateStatus.IN_FORCE)
    again = world.chain.time
    world.chain.next(DAY)
    stated = world.stated("mine", EventKind.BIRTH, ago=2 * DAY, hours=1)
    lot = world.birth(world.attest(stated), gates=0)
    world.certify("another", "mine", Scheme.IRMA, since=again)
    assert replay(world.evidence(lot))
    world.certify("third", "mine", Scheme.IRMA, since=again - 1)
    refused(CertificateReachesBack, world.evidence(lot))


@pytest.mark.parametrize(
    ("gap", "scheme", "certifier", "renews"),
    [
        (0, Scheme.IRMA, "certifier", True),
        (1, Scheme.IRMA, "certifier", False),
        (0, Scheme.RMI_RMAP, "certifier", False),
        (0, Scheme.IRMA, "second certifier", False),
    ],
)
def test_a_renewal_reaches_back_to_the_end_of_what_it_renews(
    world: World, lot: bytes, gap: int, scheme: Scheme, certifier: str, renews: bool
) -> None:
    """60 days late: by the certifier of the certificate that ran to its end, and nobody else."""
    world.member("second certifier", Role.CERTIFIER)
    start = START - 50 * DAY + 365 * DAY + 1 + gap
    world.chain.next(start + 60 * DAY - world.chain.time)
    world.certify("next", "mine", scheme, start=start, since=start, certifier=certifier)
    evidence = world.evidence(lot)
    if renews:
        assert replay(evidence)
    else:
        refused(CertificateReachesBack, evidence)


def test_what_was_suspended_is_not_renewed(world: World, lot: bytes) -> None:
    world.set_status("mine-irma", "mine", CertificateStatus.SUSPENDED)
    start = START - 50 * DAY + 365 * DAY + 1
    world.chain.next(start + 60 * DAY - world.chain.time)
    world.certify("next", "mine", Scheme.IRMA, start=start, since=start)
    refused(CertificateReachesBack, world.evidence(lot))


def test_a_certificate_that_was_brought_forward_twice(world: World, lot: bytes) -> None:
    """The contract no longer looks at what each of three statuses said."""
    start = world.chain.time + 60 * DAY
    world.certify("next", "mine", Scheme.RMI_RMAP, start=start, since=start)
    for days in (40, 5):
        since = world.chain.time + days * DAY
        world.set_status("next", "mine", CertificateStatus.IN_FORCE, since)
    world.chain.next(6 * DAY)
    world.certify("other", "mine", Scheme.IRMA, since=since)
    replay(world.evidence(lot))


# Excuses


def test_a_certificate_recorded_late_opens_when_the_council_excused_it(world: World) -> None:
    stated = certified_after(world, days=8)
    world.excuse_certificate("late", "mine")
    assert replay(world.evidence(world.birth(stated, gates=RESPONSIBLE | RECYCLED)))


def test_an_excuse_erases_no_suspension(world: World) -> None:
    stated = certified_after(world, days=8)
    world.excuse_certificate("late", "mine")
    world.set_status("late", "mine", CertificateStatus.SUSPENDED, START)
    assert replay(world.evidence(world.birth(stated)))


def test_an_excuse_after_a_change_of_status(world: World, lot: bytes) -> None:
    world.set_status("mine-irma", "mine", CertificateStatus.SUSPENDED)
    world.excuse_certificate("mine-irma", "mine")
    refused(CertificateNotExcusable, world.evidence(lot))


def test_an_excuse_says_nothing_against_the_site(world: World, lot: bytes) -> None:
    """Of a certificate that begins tomorrow; another one still reaches back by the window."""
    world.certify("ahead", "mine", Scheme.IRMA, start=world.chain.time + DAY)
    world.excuse_certificate("ahead", "mine")
    world.chain.next(3 * DAY)
    world.certify("other", "mine", Scheme.RMI_RMAP)
    assert replay(world.evidence(lot))


# Places


def test_a_place_cleared_after_the_window_is_a_cahra_at_the_event(world: World) -> None:
    world.site("far mine", "alpha", "far away", [Material.ORE])
    stated = world.event("far mine", EventKind.BIRTH)
    world.chain.next(8 * DAY)
    world.determine("far away")
    assert replay(world.evidence(world.birth(stated, gates=CAHRA)))
    world.excuse_determination("far away")
    other = world.stated("far mine", EventKind.BIRTH, ago=8 * DAY)
    assert replay(world.evidence(world.birth(world.attest(other), gates=0)))


def test_a_place_cleared_within_the_window_is_none(world: World) -> None:
    world.site("far mine", "alpha", "far away", [Material.ORE])
    stated = world.event("far mine", EventKind.BIRTH)
    world.chain.next(5 * DAY)
    world.determine("far away")
    assert replay(world.evidence(world.birth(stated, gates=0)))


def test_good_news_erases_no_bad_news_of_the_window(world: World) -> None:
    world.site("far mine", "alpha", "far away", [Material.ORE])
    stated = world.event("far mine", EventKind.BIRTH)
    world.determine("far away", conflict=True)
    world.determine("far away")
    assert replay(world.evidence(world.birth(stated, gates=CAHRA)))


@pytest.mark.parametrize("conflict", [False, True])
def test_a_determination_that_says_it_counts_for_other_times(
    world: World, lot: bytes, conflict: bool
) -> None:
    world.determine("upland", conflict=conflict)
    evidence = world.evidence(lot)
    (*_, said) = [it.event for it in evidence.events if isinstance(it.event, ev.PlaceDetermined)]
    other = replace(said.determination, since=said.determination.since - 1)
    refused(
        DeterminationReachesBack, altered(evidence, ev.PlaceDetermined, -1, determination=other)
    )


@pytest.mark.parametrize("number", [0, 2, 3])
def test_an_excuse_of_what_speaks_against_a_place_or_is_not_there(
    world: World, lot: bytes, number: int
) -> None:
    world.determine("upland", conflict=True)
    world.excuse_determination("upland", number)
    refused(DeterminationNotExcusable, world.evidence(lot))
