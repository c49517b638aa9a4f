"""Attacks through the pool: two acts about one thing in one block, in both orders.

Whichever comes first, exactly one of two acts that exclude one another takes effect; the other is
refused by its name, and the books are those of the model that did the two in that order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lodetrace.contracts.scoped_ids import scoped_id
from tests.model.protocol_2.book import BookedLot, Material, State
from tests.model.protocol_2.events import EventKind, SiteStatement
from tests.model.protocol_2.runs import Wanted
from tests.model.protocol_2.terms import DAY
from tests.model.runs import Model
from tests.model_tests.protocol_2.cast import INSPECTORS, TONNE, born, processing, sold, stand
from tests.stateful.protocol.chain import address, sent, word
from tests.stateful.protocol.played import Played, foresee
from tests.stateful.protocol.pool import Rival, race, rival

pytestmark = pytest.mark.chain

Pair = Callable[[Played], tuple[Rival, Rival]]


def accept_or_cancel(played: Played) -> tuple[Rival, Rival]:
    lot = offered(played)
    return rival("trade.accept", "refinery", lot), rival("trade.cancel", "mine", lot)


def dispute_or_cancel(played: Played) -> tuple[Rival, Rival]:
    lot = offered(played)
    return rival("trade.dispute", "refinery", lot), rival("trade.cancel", "mine", lot)


def suspend_or_accept(played: Played) -> tuple[Rival, Rival]:
    """The seller is suspended while its goods are on their way."""
    lot = offered(played)
    return rival("members.set_active", "mine", False), rival("trade.accept", "refinery", lot)


def freeze_or_offer(played: Played) -> tuple[Rival, Rival]:
    """The first judge has proposed; the second one's word and the offer are in the pool."""
    lot, group = held(played), "group of refinery"
    freezing = sent("ortega", "Members", "freeze", word(group))
    freeze = rival("members.freeze", group, "padma", "ortega", transaction=freezing)
    assert played.stage.chain.mine([replace(freezing, sender="padma")], next_second(played)) == [
        None
    ]
    return freeze, offer_of(played, "refinery", lot.name)


def attest_or_offer(played: Played) -> tuple[Rival, Rival]:
    """The quorum's last word names the lot; its holder would rather sell it."""
    lot = held(played)
    statement = nearly_standing(played, lot)
    return rival("events.attest", "quarz", statement), offer_of(played, "refinery", lot.name)


def attest_or_rebook(played: Played) -> tuple[Rival, Rival]:
    lot = held(played)
    statement = nearly_standing(played, lot)
    return rival("events.attest", "quarz", statement), halves_of(lot)


def attest_or_attest(played: Played) -> tuple[Rival, Rival]:
    """Two documents of one plant say that the same lot went in."""
    lot = held(played)
    first, second = nearly_standing(played, lot), nearly_standing(played, lot)
    return rival("events.attest", "quarz", first), rival("events.attest", "quarz", second)


def rebook_or_offer(played: Played) -> tuple[Rival, Rival]:
    lot = held(played)
    return halves_of(lot), offer_of(played, "refinery", lot.name)


def assign_or_offer(played: Played) -> tuple[Rival, Rival]:
    """Packs go into a car, or to somebody else who puts them into his."""
    packs, begun = (series(played, state) for state in (State.ACTIVE, State.ASSIGNED))
    played.products.assign("maker", "van", begun, 1)
    return rival("products.assign", "maker", "van", packs, 1), offer_of(played, "maker", packs)


def run_or_run(played: Played) -> tuple[Rival, Rival]:
    """One event, two lots of sulphate."""
    statement = stand(played, processing(played, "plant", [held(played)]))
    return run_of(statement, "one"), run_of(statement, "other")


def run_or_withdraw(played: Played) -> tuple[Rival, Rival]:
    """Inspectors who would rather not have seen it, and the run of what they saw."""
    statement = stand(played, processing(played, "plant", [held(played)]))
    played.network.events.honest.clear()
    judges = list(INSPECTORS[:3])
    foreseen_by = played.stage.events_withdraw(None, statement.key, "refinery", judges)
    *before, last = foreseen_by
    assert played.stage.chain.mine(before, next_second(played)) == [None, None, None]
    withdrawal = rival("events.withdraw", statement.key, "refinery", judges, transaction=last)
    return run_of(statement, "sulphate"), withdrawal


def settle_or_accept(played: Played) -> tuple[Rival, Rival]:
    """The buyer takes the lot as it is while the seller carries the settlement out."""
    lot = offered(played)
    measured(played, lot)
    settle = rival("trade.settle", "mine", lot, "settled", TONNE - 10**6)
    return settle, rival("trade.accept", "refinery", lot)


def settle_or_settle(played: Played) -> tuple[Rival, Rival]:
    """Seven days after the approval seller and buyer may."""
    lot = offered(played)
    measured(played, lot)
    played.wait(8 * DAY)
    settles = [
        rival("trade.settle", by, lot, f"settled by {by}", TONNE - 10**6)
        for by in ("mine", "refinery")
    ]
    return settles[0], settles[1]


PAIRS: tuple[tuple[Pair, str | None, str | None], ...] = (
    (accept_or_cancel, "NotOffered", "NotOffered"),
    (dispute_or_cancel, "AlreadyDisputed", "NotOffered"),
    (suspend_or_accept, "SenderInactive", None),
    (freeze_or_offer, "SignerFrozen", None),
    (attest_or_offer, "LotNotFree", "LotNotFree"),
    (attest_or_rebook, "LotNotFree", "LotNotFree"),
    (attest_or_attest, "LotNotFree", "LotNotFree"),
    (rebook_or_offer, "LotNotFree", "LotNotFree"),
    (assign_or_offer, "LotNotFree", "LotNotFree"),
    (run_or_run, "AlreadyUsed", "AlreadyUsed"),
    (run_or_withdraw, None, "AlreadyWithdrawn"),
    (settle_or_accept, "NotOffered", "SettlementNotApproved"),
    (settle_or_settle, "SettlementNotApproved", "SettlementNotApproved"),
)
"""Why the second act is refused after the first, and the first after the second.

None: both take effect. A suspension or freeze undoes no hand-over; who withdraws what was used
flags what was made of it, and frees nothing.
"""


@pytest.mark.parametrize("swapped", [False, True], ids=["first", "second"])
@pytest.mark.parametrize(
    ("pair", "after_first", "after_second"), PAIRS, ids=lambda one: getattr(one, "__name__", "")
)
def test_the_one_that_comes_first_takes_effect(
    played: Played, pair: Pair, after_first: str | None, after_second: str | None, swapped: bool
) -> None:
    one, other = pair(played)
    if swapped:
        assert race(played, other, one) == (None, after_second)
    else:
        assert race(played, one, other) == (None, after_first)


@pytest.mark.parametrize("swapped", [False, True])
def test_a_label_from_the_pool_takes_no_product(played: Played, swapped: bool) -> None:
    """Whoever sees the maker's declaration in the pool declares a product of his own, no more."""
    played.members.set_roles("trader", played.network.members.organisations["maker"].roles)
    label = word("a new car")
    declared = [sent(by, "Products", "declare", label) for by in ("maker", "trader")]
    if swapped:
        declared.reverse()
    assert played.stage.chain.mine(declared, next_second(played)) == [None, None]
    for by in ("maker", "trader"):
        product = scoped_id(address(by), label)
        assert played.stage.chain.reads.product_owner(product) == address(by)


@pytest.mark.parametrize("swapped", [False, True])
def test_a_dispute_ends_once(played: Played, swapped: bool) -> None:
    """What the laboratory found decides which end it has, not who comes first."""
    lot = offered(played)
    measured(played, lot)
    settle = played.stage.trade_settle
    given = ("mine", lot, "settled", TONNE - 10**6)
    foreseen = foresee(played.network, lambda network: network.trade.settle, given, {})
    transactions = [
        *settle(foreseen, *given),
        sent("trader", "Custody", "endDispute", played.stage.ids[lot]),
    ]
    order = transactions[::-1] if swapped else transactions
    outcomes = dict(
        zip(
            (one.function for one in order),
            played.stage.chain.mine(order, next_second(played)),
            strict=True,
        )
    )
    assert outcomes["run"] is None
    assert outcomes["endDispute"] is not None
    assert outcomes["endDispute"].name == "NotSettled"


def held(played: Played) -> BookedLot:
    """A tonne that the refinery bought two days ago."""
    lot = sold(played, born(played, "pit", TONNE), "refinery")
    played.wait(2 * DAY)
    return lot


def offered(played: Played) -> str:
    """A tonne that the mine offers to the refinery."""
    lot = born(played, "pit", TONNE)
    played.trade.offer("mine", lot.name, "refinery", played.ground.now + 80 * DAY)
    return lot.name


def nearly_standing(played: Played, lot: BookedLot) -> SiteStatement:
    """A document about the lot that two inspectors have attested."""
    return stand(played, processing(played, "plant", [lot]), INSPECTORS[:2])


def measured(played: Played, lot: str) -> None:
    """The buyer disputes, the laboratory finds a kilogram less, and the umpire approves that."""
    played.trade.dispute("refinery", lot)
    (pile,) = played.network.book.lots[lot].piles
    now, found = played.ground.now, TONNE - 10**6
    statement = SiteStatement(
        "bench", 500, EventKind.MEASUREMENT, now, now, inputs=(lot,), metal_in=(found,),
        product=found, made=found, fed=(((pile, found),),),
    )  # fmt: skip
    stand(played, statement)
    played.trade.approve("laboratory", lot, statement.key)


def offer_of(played: Played, by: str, lot: str) -> Rival:
    return rival("trade.offer", by, lot, "recycler", played.ground.now + 10 * DAY)


def halves_of(lot: BookedLot) -> Rival:
    halves = [Wanted(f"half {n} of {lot.name}", TONNE // 2, lot.material) for n in (1, 2)]
    return rival("runs.rebook", lot.holder, [lot.name], halves, lot.model)


def run_of(statement: SiteStatement, made: str) -> Rival:
    wanted = [Wanted(made, statement.product, Material.SULPHATE)]
    given = ("refinery", statement.key, statement.inputs, wanted, Model.MASS_BALANCE)
    return rival("runs.process", *given)


def series(played: Played, state: State) -> str:
    """Packs of the maker's in this state."""
    packs = [lot for lot in played.book.standing() if lot.material is Material.PACK]
    return next(lot.name for lot in packs if lot.state is state)


def next_second(played: Played) -> int:
    played.wait(1)
    return played.ground.now
