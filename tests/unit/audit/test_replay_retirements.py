"""Retirements in the replay: what the contracts refuse is refused, what they say must follow."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from lodetrace.audit.replay.attestations import InputsOfAnother
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.history import replay
from lodetrace.audit.replay.lots import LotEnded, LotNotFree, NotHolder
from lodetrace.audit.replay.members import MemberInactive
from lodetrace.audit.replay.natures import TimeMismatch
from lodetrace.audit.replay.retirements import (
    ProductNotOfMaker,
    RunIncomplete,
    UnitsNotInProduct,
    UnitsNotKept,
)
from lodetrace.audit.replay.roots import RootMismatch
from lodetrace.audit.replay.run_materials import MaterialMismatch, UnitsMismatch
from lodetrace.audit.replay.run_rules import BeforeParent, RuleMismatch
from lodetrace.audit.replay.runs import InputsNotNamed, OutputMismatch, RunOfAnother
from lodetrace.audit.replay.site_statements import AttestedInvalid
from lodetrace.audit.replay.sites import NotDismantler
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import LotState, Material, Role, RunKind, SubjectKind
from lodetrace.contracts.structs import Made
from tests.support.audit_world import (
    DAY,
    MANUFACTURING,
    POST_CONSUMER,
    World,
    address,
    altered,
    events_of,
    scoped,
    word,
)
from tests.unit.audit.refusals import refused

CAR, OTHER = scoped("beta", "car"), scoped("beta", "other car")


@pytest.fixture
def world() -> World:
    return World.founded()


@pytest.fixture
def packs(world: World) -> bytes:
    """Four packs of beta's, one in a car and two in another."""
    lot = world.birth()
    world.hand_over(lot, "beta")
    (packs,) = world.run(RunKind.PROCESS, [lot], [(Material.PACK, 4)])
    for name, units in (("car", 1), ("other car", 2)):
        product = world.declare(name)
        world.assign(product, packs, units)
        world.seal(product)
    return packs


def test_a_unit_leaves_its_series(world: World, packs: bytes) -> None:
    retired, rest = world.retire(packs, kept=2)
    book = replay(world.evidence(retired)).replay.book
    assert book.lots[packs].state is LotState.CONSUMED
    assert book.lots[retired].nature.young
    book = replay(world.evidence(rest)).replay.book
    assert (book.lots[rest].state, book.lots[rest].assigned) == (LotState.ASSIGNED, 2)


def test_the_rest_is_retired_in_its_turn(world: World, packs: bytes) -> None:
    _, rest = world.retire(packs, kept=2)
    retired, last = world.retire(rest, 2, product=OTHER)
    assert replay(world.evidence(retired))
    assert replay(world.evidence(last)).replay.book.lots[last].state is LotState.ACTIVE


def test_the_product_of_another_unit_is_as_it_was(world: World, packs: bytes) -> None:
    world.total(OTHER, 1, scale=2)
    world.retire(packs, kept=2)
    assert replay(world.evidence(OTHER, product=True))


@pytest.mark.parametrize(("days", "grants"), [(0, MANUFACTURING), (181, POST_CONSUMER)])
def test_what_is_recovered_is_credited_by_its_age(
    world: World, packs: bytes, days: int, grants: int
) -> None:
    """A pack of a car that was sealed yesterday is manufacturing waste."""
    world.certify("refinery-recycled", "refinery", 8, days=700)
    world.chain.next(days * DAY + 60)
    retired, _ = world.retire(packs, kept=2)
    world.determine("port", start=world.chain.time - 10 * DAY)
    for wrong in (MANUFACTURING, POST_CONSUMER):
        if wrong != grants:
            (out,) = world.run(RunKind.RECOVER, [retired], [(Material.SULPHATE, 1)], grants=wrong)
            refused(RuleMismatch, world.evidence(out))


Change = Callable[[Made], Made]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda made: replace(made, young=False), OutputMismatch),
        (lambda made: replace(made, root=99), RootMismatch),
        (lambda made: replace(made, index=3), OutputMismatch),
        (lambda made: replace(made, reworked=True), OutputMismatch),
    ],
)
def test_what_retired_is_as_its_series_and_its_age_say(
    world: World, packs: bytes, change: Change, error: type[HistoryRefused]
) -> None:
    retired, _ = world.retire(packs, kept=2, change=change)
    refused(error, world.evidence(retired))


def test_a_mark_that_is_not_carried_on(world: World, packs: bytes) -> None:
    retired, _ = world.retire(packs, kept=2)
    clean = world.run(
        RunKind.REBOOK,
        [retired],
        [(Material.RETIRED, 1)],
        change=lambda made: replace(made, young=False),
    )
    refused(OutputMismatch, world.evidence(clean[0]))


def test_a_time_of_another_day(world: World, packs: bytes) -> None:
    retired, _ = world.retire(packs, kept=2, change=lambda made: replace(made, time=made.time + 1))
    refused(TimeMismatch, world.evidence(retired))


# whose, and how many


def test_more_than_the_product_has(world: World, packs: bytes) -> None:
    retired, _ = world.retire(packs, 2, kept=1)
    refused(UnitsNotInProduct, world.evidence(retired))


def test_twice_with_the_same_product(world: World, packs: bytes) -> None:
    _, rest = world.retire(packs, kept=2)
    again, _ = world.retire(rest)
    refused(UnitsNotInProduct, world.evidence(again))


def test_with_a_product_that_is_open(world: World, packs: bytes) -> None:
    third = world.declare("third")
    world.assign(third, packs, 1)
    retired, _ = world.retire(packs, product=third, kept=3)
    refused(ProductNotOfMaker, world.evidence(retired))


def test_with_a_product_of_another_maker(world: World, packs: bytes) -> None:
    theirs = world.declare("theirs", "gamma")
    world.assign(theirs, packs, 1)
    world.seal(theirs)
    retired, _ = world.retire(packs, product=theirs, kept=3)
    refused(ProductNotOfMaker, world.evidence(retired))


def test_with_a_product_that_nobody_declared(world: World, packs: bytes) -> None:
    world.assign(word("nothing"), packs, 1)
    retired, _ = world.retire(packs, product=word("nothing"), kept=3)
    refused(ProductNotOfMaker, world.evidence(retired))


def test_of_a_product_that_the_lot_is_not_in(world: World, packs: bytes) -> None:
    another = world.declare("another")
    world.seal(another)
    retired, _ = world.retire(packs, product=another, kept=2)
    refused(RunIncomplete, world.evidence(retired))


def test_by_another_than_the_holder(world: World, packs: bytes) -> None:
    retired, _ = world.retire(packs, owner="gamma", kept=2)
    refused(NotHolder, world.evidence(retired))


def test_by_a_suspended_maker(world: World, packs: bytes) -> None:
    stated = world.dismantle(packs)
    world.suspend("beta")
    retired, _ = world.retire(packs, stated=stated, kept=2)
    refused(MemberInactive, world.evidence(retired))


def test_of_a_lot_in_no_product(world: World) -> None:
    lot = world.birth()
    world.hand_over(lot, "beta")
    (packs,) = world.run(RunKind.PROCESS, [lot], [(Material.PACK, 4)])
    retired, _ = world.retire(packs)
    refused(LotNotFree, world.evidence(retired))


def test_out_of_products_twice(world: World, packs: bytes) -> None:
    """A second event that looked at the lot before: it has ended."""
    first, second = world.dismantle(packs), world.dismantle(packs)
    world.retire(packs, stated=first, kept=2)
    retired, _ = world.retire(packs, stated=second, product=OTHER, kept=1)
    refused(LotEnded, world.evidence(retired))


@pytest.mark.parametrize("kept", [1, 3])
def test_more_or_fewer_units_stay_in_products(world: World, packs: bytes, kept: int) -> None:
    _, rest = world.retire(packs, kept=kept)
    refused(UnitsNotKept, world.evidence(rest))


def test_units_of_another_number_than_the_product_loses(world: World, packs: bytes) -> None:
    retired, _ = world.retire(packs, told=2, kept=2)
    refused(UnitsMismatch, world.evidence(retired))


def test_units_of_another_number_than_were_attested(world: World, packs: bytes) -> None:
    stated = world.dismantle(packs, 2)
    retired, _ = world.retire(packs, stated=stated, kept=2)
    refused(UnitsMismatch, world.evidence(retired))


# by what


def test_told_by_another_contract(world: World, packs: bytes) -> None:
    retired, _ = world.retire(packs, kept=2, by="Runs")
    refused(RunOfAnother, world.evidence(retired))


def test_under_an_event_about_another_lot(world: World, packs: bytes) -> None:
    other = world.birth()
    world.hand_over(other, "beta")
    (others,) = world.run(RunKind.PROCESS, [other], [(Material.PACK, 4)])
    world.assign(CAR, others, 1)
    stated = world.dismantle(others)
    retired, _ = world.retire(packs, stated=stated, kept=2)
    refused(InputsNotNamed, world.evidence(retired))


def test_at_a_site_that_dismantles_nothing(world: World, packs: bytes) -> None:
    stated = world.dismantle(packs, site="refinery")
    retired, _ = world.retire(packs, stated=stated, kept=2)
    refused(NotDismantler, world.evidence(retired))


def test_dismantled_before_it_was_made(world: World, packs: bytes) -> None:
    stated = world.dismantle(packs, hours=24 * 9)
    retired, _ = world.retire(packs, stated=stated, kept=2)
    refused(BeforeParent, world.evidence(retired))


@pytest.mark.parametrize(
    "said", [{"units": 0}, {"unit_material": 0}, {"unit_material": Material.CATHODE}]
)
def test_a_statement_that_says_too_little(world: World, packs: bytes, said: dict[str, int]) -> None:
    stated = world.dismantle(packs, **said)
    retired, _ = world.retire(packs, stated=stated, kept=2)
    refused(AttestedInvalid, world.evidence(retired))


def test_a_statement_about_another_material(world: World, packs: bytes) -> None:
    stated = world.dismantle(packs, unit_material=Material.CELL)
    retired, _ = world.retire(packs, stated=stated, kept=2)
    refused(InputsOfAnother, world.evidence(retired))


@pytest.mark.parametrize("material", [Material.PACK, Material.SCRAP])
def test_into_something_else(world: World, packs: bytes, material: Material) -> None:
    """The rule word says neither: it counts units, and a pack has some as a retired product has."""
    retired, _ = world.retire(packs, kept=2)
    evidence = world.evidence(retired)
    run = events_of(evidence, ev.RunRecorded)[-1]
    assert isinstance(run, ev.RunRecorded)
    outputs = (replace(run.outputs[0], material=material), *run.outputs[1:])
    made = replace(run.made, material=material)
    refused(MaterialMismatch, altered(evidence, ev.RunRecorded, -1, outputs=outputs, made=made))


def test_a_free_lot_that_is_told_as_retired(world: World, packs: bytes) -> None:
    evidence = world.evidence(world.retire(packs, kept=2)[0])
    kept = [s for s in evidence.events if not isinstance(s.event, ev.UnitsAssigned)]
    refused(LotNotFree, replace(evidence, events=tuple(kept)))


def test_an_event_that_locks_lots_of_two_accounts(world: World) -> None:
    """Only one account could run it."""
    number = world.chain.count(SubjectKind.MEMBER, word("beta"))
    roles = Role.TRADER | Role.OPERATOR
    world.tx(ev.AccountAdded(address("beta's yard"), word("beta"), number, roles, word("key")))
    lots = [world.birth() for _ in range(2)]
    for lot, account in zip(lots, ("beta", "beta's yard"), strict=True):
        world.hand_over(lot, account)
    (out,) = world.run(RunKind.PROCESS, lots, [(Material.SULPHATE, 1)])
    refused(InputsOfAnother, world.evidence(out))
