"""Periods of continuous sites, and the stock that goes from one to the next."""

from dataclasses import replace

import pytest

from lodetrace.audit.replay.attestations import PeriodInvalid
from lodetrace.audit.replay.findings import FindingCode, findings_of
from lodetrace.audit.replay.history import replay
from lodetrace.audit.replay.lots import StockBound
from lodetrace.audit.replay.periods import PeriodGap, StockNotNamed
from lodetrace.audit.replay.run_materials import MaterialMismatch, MaterialNotAdvanced
from lodetrace.audit.replay.run_rules import BeforeParent, RuleMismatch
from lodetrace.audit.verdict import claims_shown
from lodetrace.contracts.enums import CustodyModel, EventKind, Material, RunKind
from tests.support.audit_world import ALL_GATES, CAHRA, DAY, Stated, World, address
from tests.unit.audit.refusals import refused

SALT, STOCK = (Material.SULPHATE, 1), (Material.IN_PROCESS, 1)
MONTH = 30 * DAY
MASS_BALANCE_PERIOD = FindingCode.MASS_BALANCE_PERIOD


@pytest.fixture
def world() -> World:
    """With a continuous plant beside the sites with batches."""
    world = World.founded()
    makes = [Material.HYDROXIDE, Material.SULPHATE, Material.METAL]
    world.site("tanks", "beta", "port", makes, continuous=True)
    return world


def ore(world: World, **words: object) -> bytes:
    lot = world.birth(**words)
    world.hand_over(lot, "beta")
    return lot


def period(world: World, inputs: list[bytes], start: int, end: int, **words: object) -> Stated:
    """A statement of the plant, once its time is over."""
    world.chain.next(max(60, end + 60 - world.chain.time))
    said = world.stated("tanks", EventKind.PROCESSING, inputs=inputs, **words)
    timed = replace(said.statement, from_=start, to=end)
    return world.attest(world.restated(timed))


def close(world: World, stated: Stated, *outputs: tuple[Material, int], **words: object) -> list:
    inputs = stated.statement.inputs
    return world.run(RunKind.PROCESS, inputs, outputs, stated=stated, site="tanks", **words)


@pytest.fixture
def begin(world: World) -> int:
    return world.chain.time


@pytest.fixture
def stock(world: World, begin: int) -> bytes:
    """What lies in the plant after its first month."""
    first = period(world, [ore(world)], begin, begin + MONTH)
    return close(world, first, SALT, STOCK)[1]


def test_two_months(world: World, begin: int, stock: bytes) -> None:
    lot = ore(world)
    second = period(world, [lot, stock], begin + MONTH, begin + 2 * MONTH)
    (salt,) = close(world, second, SALT)
    story = replay(world.evidence(salt)).replay
    assert len(story.runs.runs) == 2
    nature = story.book.lots[stock].nature
    assert (nature.ranked, nature.age) == (Material.ORE, 0)


@pytest.mark.parametrize("late", [-DAY, 1])
def test_a_month_that_does_not_begin_when_the_last_one_ended(
    world: World, begin: int, stock: bytes, late: int
) -> None:
    start = begin + MONTH + late
    (salt,) = close(world, period(world, [stock], start, start + MONTH), SALT)
    refused(PeriodGap, world.evidence(salt))


def test_after_an_act_a_period_begins_later(world: World, begin: int, stock: bytes) -> None:
    for continuous in (False, True):
        world.set_continuous("tanks", continuous)
    start = begin + 3 * MONTH
    (salt,) = close(world, period(world, [stock], start, start + MONTH), SALT)
    replay(world.evidence(salt))


@pytest.mark.parametrize("days", [0, 32])
def test_a_period_takes_time_and_at_most_31_days(world: World, begin: int, days: int) -> None:
    stated = period(world, [ore(world)], begin, begin + days * DAY)
    (salt,) = close(world, stated, SALT)
    refused(PeriodInvalid, world.evidence(salt))


def test_what_was_made_in_the_period_goes_in(world: World, begin: int) -> None:
    world.chain.next(10 * DAY)
    lot = ore(world)
    (salt,) = close(world, period(world, [lot], begin, begin + MONTH), SALT)
    replay(world.evidence(salt))


def test_what_was_made_after_it_does_not(world: World, begin: int) -> None:
    world.chain.next(MONTH)
    lot = ore(world)
    (salt,) = close(world, period(world, [lot], begin, begin + MONTH - 2 * DAY), SALT)
    refused(BeforeParent, world.evidence(salt))


def test_stock_that_the_next_month_forgot(world: World, begin: int) -> None:
    """Both months stand in the past of what is made of their products."""
    first = close(world, period(world, [ore(world)], begin, begin + MONTH), SALT, STOCK)[0]
    second = period(world, [ore(world)], begin + MONTH, begin + 2 * MONTH)
    (other,) = close(world, second, SALT)
    (metal,) = world.run(RunKind.PROCESS, [first, other], [(Material.PACK, 1)])
    refused(StockNotNamed, world.evidence(metal))


def test_stock_in_another_plant(world: World, stock: bytes) -> None:
    (salt,) = world.run(RunKind.PROCESS, [stock], [SALT])
    refused(StockBound, world.evidence(salt))


@pytest.mark.parametrize("kind", [RunKind.LOSS, RunKind.REWORK])
def test_stock_in_another_event(world: World, stock: bytes, kind: RunKind) -> None:
    (left,) = world.run(kind, [stock], [STOCK], site="tanks")
    refused(StockBound, world.evidence(left))


@pytest.mark.parametrize("kind", [RunKind.REBOOK, RunKind.CHARGE])
def test_stock_on_paper(world: World, stock: bytes, kind: RunKind) -> None:
    (left,) = world.run(kind, [stock], [STOCK])
    refused(StockBound, world.evidence(left))


def test_stock_that_is_offered(world: World, stock: bytes) -> None:
    world.hand_over(stock, "gamma")
    refused(StockBound, world.evidence(stock))


def test_stock_goes_with_its_plant(world: World, begin: int, stock: bytes) -> None:
    world.propose_transfer("tanks", "gamma")
    world.transfer("tanks", "gamma")
    feed = world.birth()
    world.hand_over(feed, "gamma")
    stated = period(world, sorted([feed, stock]), begin + MONTH, begin + 2 * MONTH)
    (salt,) = close(world, stated, SALT, account="gamma")
    assert replay(world.evidence(salt)).replay.book.lots[salt].account == address("gamma")


@pytest.mark.parametrize("outputs", [[SALT, STOCK, STOCK], [STOCK, STOCK]])
def test_two_stocks_of_one_month(world: World, begin: int, outputs: list) -> None:
    made = close(world, period(world, [ore(world)], begin, begin + MONTH), *outputs)
    refused(MaterialMismatch, world.evidence(made[0]))


def test_stock_of_a_site_with_batches(world: World) -> None:
    made = world.run(RunKind.PROCESS, [ore(world)], [SALT, STOCK])
    refused(MaterialMismatch, world.evidence(made[0]))


def test_stock_by_another_model_than_mass_balance(world: World, begin: int) -> None:
    blend = CustodyModel.CONTROLLED_BLENDING
    world.certify("tanks-coc", "tanks", 9)
    world.chain.next(2 * DAY)
    start = world.chain.time
    lot = ore(world, model=blend)
    stated = period(world, [lot], start, start + MONTH, model=blend)
    made = close(world, stated, SALT, STOCK, model=blend)
    refused(MaterialMismatch, world.evidence(made[0]))


def test_a_material_that_went_round(world: World, begin: int) -> None:
    salt = world.run(RunKind.PROCESS, [ore(world)], [SALT])[0]
    start = world.chain.time
    (stock,) = close(world, period(world, [salt], start, start + MONTH), STOCK)
    again = period(world, [stock], start + MONTH, start + 2 * MONTH)
    (round_,) = close(world, again, SALT)
    refused(MaterialNotAdvanced, world.evidence(round_))


@pytest.mark.parametrize(("gates", "holds"), [(0, True), (ALL_GATES, False)])
@pytest.mark.parametrize("joined", [False, True])
def test_credit_of_more_than_a_year(world: World, gates: int, holds: bool, joined: bool) -> None:
    """Joined with new metal on paper it is no younger."""
    inputs = [ore(world)]
    world.chain.next(366 * DAY)
    world.determine("upland", start=world.chain.time - DAY)
    start = world.chain.time
    inputs.append(ore(world, gates=CAHRA))
    if joined:
        inputs = world.run(RunKind.REBOOK, inputs, [(Material.ORE, 1)])
        age = replay(world.evidence(inputs[0])).replay.book.lots[inputs[0]].nature.age
        assert age == 367
    (salt,) = close(world, period(world, inputs, start, start + MONTH), SALT, gates=gates)
    if holds:
        replay(world.evidence(salt))
    else:
        refused(RuleMismatch, world.evidence(salt))


def test_a_month_that_leaves_stock_shares_credits_by_metal(world: World, begin: int) -> None:
    stated = period(world, [ore(world)], begin, begin + MONTH)
    made = close(world, stated, SALT, STOCK, flip=1 << 128)
    refused(RuleMismatch, world.evidence(made[0]))


def test_stock_of_another_site_event_is_not_taken(world: World, begin: int, stock: bytes) -> None:
    world.site("more tanks", "beta", "port", [Material.SULPHATE], continuous=True)
    world.chain.next(2 * DAY)
    stated = world.event("more tanks", EventKind.PROCESSING, inputs=[stock], ago=30)
    (salt,) = world.run(RunKind.PROCESS, [stock], [SALT], stated=stated, site="more tanks")
    refused(StockBound, world.evidence(salt))


def test_what_rests_on_a_period_says_so(world: World, begin: int, stock: bytes) -> None:
    (salt,) = close(world, period(world, [stock], begin + MONTH, begin + 2 * MONTH), SALT)
    claim = world.claim(salt, threshold=0)
    story = replay(world.evidence(salt))
    (finding,) = [one for one in findings_of(story) if one.code is MASS_BALANCE_PERIOD]
    assert finding.reaches == {salt, stock}
    assert "2 runs of it: mass balance, period of up to 31 days" in finding.text
    (shown,) = claims_shown(story)
    assert (shown.id, shown.says) == (
        claim,
        "at least 0 % responsible (mass balance, period of up to 31 days)",
    )


def test_what_rests_on_batches_does_not(world: World) -> None:
    (salt,) = world.run(RunKind.PROCESS, [ore(world)], [SALT])
    world.claim(salt, threshold=0)
    story = replay(world.evidence(salt))
    assert MASS_BALANCE_PERIOD not in {one.code for one in findings_of(story)}
    assert [shown.says for shown in claims_shown(story)] == ["at least 0 % responsible"]
