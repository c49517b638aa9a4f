"""Guards of the replay that stand behind others: each refuses what only it can refuse.

Found by `make mutants`: a guard that is a call is executed by every history and refuses none of
them. Each history here is sound but for one thing.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from lodetrace.audit.evidence import Evidence
from lodetrace.audit.replay.ancestry import ancestry_of
from lodetrace.audit.replay.attestations import AttestationMissing, EventIdMismatch
from lodetrace.audit.replay.history import replay
from lodetrace.audit.replay.holds import HoldInvalid
from lodetrace.audit.replay.lots import LotBook, LotMadeTwice, NotHolder
from lodetrace.audit.replay.members import MemberInactive, RoleMissing
from lodetrace.audit.replay.natures import ElementMismatch
from lodetrace.audit.replay.places import PlaceNotDetermined
from lodetrace.audit.replay.prices import PriceCheckInvalid
from lodetrace.audit.replay.run_materials import CountInvalid, MaterialMismatch
from lodetrace.audit.replay.sites import SiteInactive
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import CertificateStatus, EventKind, Material, RunKind, SubjectKind
from tests.support.audit_world import DAY, World, address, altered, hashed, scoped, word
from tests.unit.audit.refusals import refused

NICKEL = 28


@pytest.fixture
def world() -> World:
    return World.founded()


@pytest.fixture
def lot(world: World) -> bytes:
    """A lot of ore that alpha holds."""
    return world.birth()


@pytest.fixture
def packs(world: World, lot: bytes) -> bytes:
    """Four packs that beta holds."""
    world.hand_over(lot, "beta")
    return world.run(RunKind.PROCESS, [lot], [(Material.PACK, 4)])[0]


# Whoever was suspended does nothing. Only one event of each history is of a suspended member.

Act = Callable[[World, bytes], None]


def _cancel(world: World, lot: bytes) -> None:
    world.offer(lot, "beta")
    world.suspend("alpha")
    world.cancel(lot)


def _claim(world: World, lot: bytes) -> None:
    world.suspend("alpha")
    world.claim(lot, owner="alpha")


def _check_price(world: World, lot: bytes) -> None:
    record = world.price_record()
    world.offer(lot, "beta")
    world.suspend("beta")
    world.check_price(lot, record, "beta")


def _set_status(world: World, lot: bytes) -> None:
    world.suspend("certifier")
    world.set_status("mine-irma", "mine", CertificateStatus.SUSPENDED)


@pytest.mark.parametrize("act", [_cancel, _claim, _check_price, _set_status])
def test_a_suspended_member_does_not_act_on_a_lot(world: World, lot: bytes, act: Act) -> None:
    act(world, lot)
    refused(MemberInactive, world.evidence(lot))


def _assign(world: World, packs: bytes) -> None:
    product = world.declare()
    world.suspend("beta")
    world.assign(product, packs, 1)


def _seal(world: World, packs: bytes) -> None:
    product = world.declare()
    world.assign(product, packs, 1)
    world.suspend("beta")
    world.seal(product)


def _total(world: World, packs: bytes) -> None:
    product = world.declare()
    world.assign(product, packs, 4)
    world.suspend("beta")
    world.total(product, 1, complete=False)


@pytest.mark.parametrize("act", [_assign, _seal, _total])
def test_a_suspended_maker_does_not_go_on_with_a_product(
    world: World, packs: bytes, act: Act
) -> None:
    act(world, packs)
    refused(MemberInactive, world.evidence(scoped("beta", "car"), product=True))


def test_a_product_declared_by_somebody_who_makes_none(world: World) -> None:
    product = world.declare(owner="risk")
    refused(RoleMissing, world.evidence(product, product=True))


# Withdrawals


@pytest.fixture
def withdrawal(world: World) -> tuple[Evidence, ev.WithdrawalAttested]:
    """Of a document that is in use; and the first attestation of it."""
    stated = world.event("mine", EventKind.BIRTH)
    lot = world.birth(stated)
    world.withdraw(stated)
    evidence = world.evidence(lot)
    assert replay(evidence)
    attested = [
        shown.event for shown in evidence.events if isinstance(shown.event, ev.WithdrawalAttested)
    ]
    return evidence, attested[0]


def test_a_withdrawal_of_another_events_document(
    withdrawal: tuple[Evidence, ev.WithdrawalAttested],
) -> None:
    evidence, attested = withdrawal
    other = replace(attested.withdrawal, sequence=attested.withdrawal.sequence + 1)
    digest = hashed(
        ["bytes32", "uint32", "uint16", "bytes32", "bytes32", "bytes32"],
        [other.site, other.sequence, other.element, other.document, other.declaration,
         other.reason],
    )  # fmt: skip
    changed = altered(evidence, ev.WithdrawalAttested, 0, withdrawal=other, digest=digest)
    refused(EventIdMismatch, changed)


def test_an_attested_withdrawal_that_is_counted_wrong(
    withdrawal: tuple[Evidence, ev.WithdrawalAttested],
) -> None:
    evidence, _ = withdrawal
    found = refused(AttestationMissing, altered(evidence, ev.WithdrawalAttested, 1, attestations=3))
    assert (found.values["expected"], found.values["actual"]) == (2, 3)


# Custody and holds


def test_new_metal_is_not_accepted_after_its_determination_expired(
    world: World, lot: bytes
) -> None:
    world.chain.next(150 * DAY)
    world.offer(lot, "beta", days=90)
    world.chain.next(60 * DAY)
    world.accept(lot)
    refused(PlaceNotDetermined, world.evidence(lot))


def test_a_renewal_longer_than_90_days(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.renew(lot)
    later = world.chain.time + 91 * DAY
    refused(HoldInvalid, altered(world.evidence(lot), ev.HoldRenewed, 0, until=later))


def test_a_release_after_the_hold_had_ended(world: World, lot: bytes) -> None:
    world.hold(lot)
    world.propose_release(lot, "risk")
    world.chain.next(15 * DAY)
    world.confirm_release(lot, "auditor")
    refused(HoldInvalid, world.evidence(lot))


def test_an_attestation_while_the_site_was_closed(world: World) -> None:
    """It works again when the lot is born."""
    world.close("mine")
    stated = world.event("mine", EventKind.BIRTH)
    site = word("mine")
    world.tx(ev.SiteReopened(site, world.chain.count(SubjectKind.SITE, site)))
    refused(SiteInactive, world.evidence(world.birth(stated)))


def test_new_metal_is_not_offered_after_its_determination_expired(world: World, lot: bytes) -> None:
    world.chain.next(400 * DAY)
    world.offer(lot, "beta")
    refused(PlaceNotDetermined, world.evidence(lot))


def test_a_release_proposed_of_what_is_not_held(world: World, lot: bytes) -> None:
    world.propose_release(lot, "risk")
    refused(HoldInvalid, world.evidence(lot))


# Prices: each word of a check that has to be that of the offer or of the record


def checked(world: World, lot: bytes) -> Evidence:
    record = world.price_record()
    world.offer(lot, "beta")
    world.check_price(lot, record, "beta")
    evidence = world.evidence(lot)
    assert replay(evidence)
    return evidence


def transfer_of(evidence: Evidence) -> ev.PriceChecked:
    return next(
        shown.event for shown in evidence.events if isinstance(shown.event, ev.PriceChecked)
    )


@pytest.mark.parametrize(
    ("what", "wrong"),
    [("seller", address("gamma")), ("buyer", address("gamma")), ("offer", 77)],
)
def test_a_price_check_of_another_transfer(
    world: World, lot: bytes, what: str, wrong: object
) -> None:
    evidence = checked(world, lot)
    transfer = replace(transfer_of(evidence).transfer, **{what: wrong})
    # a party of the altered transfer checks: whether it is one is asked afterwards
    account = address("alpha" if what == "buyer" else "beta")
    words = [lot, transfer.offer, account, word("price day")]
    check_id = hashed(["bytes32", "uint32", "address", "bytes32"], words)
    changed = altered(
        evidence, ev.PriceChecked, 0, transfer=transfer, account=account, check_id=check_id
    )
    assert refused(PriceCheckInvalid, changed).values["what"] == what


def test_a_price_check_whose_id_is_not_that_of_its_words(world: World, lot: bytes) -> None:
    changed = altered(checked(world, lot), ev.PriceChecked, 0, check_id=word("another"))
    assert refused(PriceCheckInvalid, changed).values["what"] == "id"


def test_a_price_of_another_metal(world: World, lot: bytes) -> None:
    changed = altered(checked(world, lot), ev.CommodityRegistered, 0, element=NICKEL)
    assert refused(PriceCheckInvalid, changed).values["what"] == "element"


# Products


def test_a_part_of_another_metal_than_its_lot(world: World, packs: bytes) -> None:
    product = world.declare()
    world.assign(product, packs, 1)
    evidence = world.evidence(product, product=True)
    refused(ElementMismatch, altered(evidence, ev.UnitsAssigned, 0, element=NICKEL))


def test_units_of_a_lot_that_another_assigned_before(world: World, packs: bytes) -> None:
    world.assign(word("a bus of beta"), packs, 1)
    car = world.declare(owner="gamma")
    world.assign(car, packs, 1)
    refused(NotHolder, world.evidence(car, product=True))


# Runs


def test_a_run_that_makes_two_units_of_what_comes_in_none(world: World, lot: bytes) -> None:
    world.hand_over(lot, "beta")
    (made,) = world.run(RunKind.PROCESS, [lot], [(Material.SULPHATE, 2)])
    refused(CountInvalid, world.evidence(made))


def test_two_materials_in_one_rebook(world: World, lot: bytes) -> None:
    """The output keeps that of the first input."""
    hydroxide = world.birth(material=Material.HYDROXIDE)
    material = Material.ORE if lot < hydroxide else Material.HYDROXIDE
    inputs = [lot, hydroxide]
    (made,) = world.run(RunKind.REBOOK, inputs, [(material, 1)], account="alpha")
    refused(MaterialMismatch, world.evidence(made))


def test_new_metal_of_a_place_that_nobody_determined_is_mixed_in(world: World) -> None:
    """The birthplace of the first input goes on with the output, the others end here."""
    world.site("pit", "alpha", "nowhere", [Material.ORE])
    names = sorted(("one", "two"), key=word)
    known = world.birth(name=names[0])
    unknown = world.birth(world.event("pit", EventKind.BIRTH), name=names[1], gates=16)
    (made,) = world.run(RunKind.REBOOK, [known, unknown], [(Material.ORE, 1)], account="alpha")
    refused(PlaceNotDetermined, world.evidence(made))


# Two guards against one thing: each alone refuses a lot that is made twice


def made_twice(world: World, lot: bytes) -> Evidence:
    evidence = world.evidence(lot)
    born = next(shown for shown in evidence.events if isinstance(shown.event, ev.LotBorn))
    again = replace(born, block=born.block + 1)
    return replace(evidence, events=(*evidence.events, again))


def test_the_ancestry_of_a_lot_that_is_born_twice(world: World, lot: bytes) -> None:
    evidence = made_twice(world, lot)
    with pytest.raises(LotMadeTwice):
        ancestry_of(evidence.subject, evidence.closure, evidence.events)


def test_the_book_of_a_lot_that_is_born_twice(world: World, lot: bytes) -> None:
    told = replay(world.evidence(lot)).replay
    record = told.book.lots[lot]
    book = LotBook(told.evidence.closure, frozenset({lot}), told.members)
    book.create(record, held=False)
    with pytest.raises(LotMadeTwice):
        book.create(record, held=False)
