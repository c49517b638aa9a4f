"""Acts that a rule refuses by itself: one for each rule that no attack is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.model.protocol_2.book import Material
from tests.model.protocol_2.events import EventKind, SiteStatement
from tests.model.protocol_2.members import Role
from tests.model.protocol_2.network import Network
from tests.model.protocol_2.rules import ActRule as R
from tests.model.protocol_2.runs import Wanted
from tests.model.protocol_2.terms import DAY
from tests.model.runs import Model
from tests.model_tests.protocol_2.cast import (
    INSPECTORS,
    NEWCOMERS,
    TONNE,
    YEAR,
    born,
    period,
    processing,
    run,
    sold,
    stand,
)

Act = Callable[[Network], object]


def suspended_trader(network: Network) -> None:
    lot = born(network, "pit", TONNE)
    network.members.set_active("mine", False)
    network.trade.offer("mine", lot.name, "trader", network.ground.now + DAY)


def frozen_group(network: Network) -> None:
    lot = born(network, "pit", TONNE)
    network.members.freeze("group of mine", "ortega", "padma")
    network.trade.offer("mine", lot.name, "trader", network.ground.now + DAY)


def frozen_again(network: Network) -> None:
    network.members.freeze("group of mine", "ortega", "padma")
    network.wait(30 * DAY)
    network.members.freeze("group of mine", "quarz", "rhone")


def seated(network: Network, *more: str) -> None:
    network.council.seats = {"north", "south", "east", "west", *more}


def approved(network: Network, name: str, *groups: str, **kind: Any) -> None:
    """Proposed by the first, approved by the others, and old enough."""
    network.council.propose(name, groups[0], **kind)
    for group in groups[1:]:
        network.council.approve(name, group)
    network.wait(8 * DAY)


def born_in_a_pause(network: Network) -> None:
    seated(network)
    for group in ("north", "south"):
        network.council.vote_pause(group)
    born(network, "pit", TONNE)


def paused_again(network: Network) -> None:
    seated(network)
    for days in (5, 0):
        for group in ("north", "south"):
            network.council.vote_pause(group)
        network.wait(days * DAY)


def vote_of_a_stranger(network: Network) -> None:
    seated(network)
    network.council.vote_pause("far")


def half_decides(network: Network) -> None:
    seated(network)
    approved(network, "act", "north", "south")
    network.council.execute("act")


def constitution_by_the_majority(network: Network) -> None:
    """Three of five are the majority; two thirds are four."""
    seated(network, "far")
    approved(network, "quorum", "north", "south", "east", constitutional=True)
    network.council.execute("quorum")


def the_affected_votes(network: Network) -> None:
    seated(network, "far")
    takes: dict[str, Any] = {"constitutional": True, "affected": ["far"]}
    approved(network, "take", "north", "south", "far", **takes)
    network.council.execute("take")


def unheard(network: Network) -> None:
    seated(network, "far")
    takes: dict[str, Any] = {"constitutional": True, "affected": ["far"]}
    network.council.propose("take", "north", **takes)
    for group in ("south", "east"):
        network.council.approve("take", group)
    network.wait(3 * DAY)
    network.council.leave("take", "far")


def years_later(network: Network) -> None:
    seated(network)
    approved(network, "act", "north", "south", "east")
    network.wait(YEAR)
    network.council.execute("act")


def decided_by_others(network: Network) -> None:
    """The council grew meanwhile; the same three are its majority still."""
    seated(network)
    approved(network, "act", "north", "south", "east")
    approved(network, "enter", "north", "south", "east", constitutional=True)
    network.council.enter("enter", "far")
    network.council.execute("act")


def revoked_and_regained(network: Network) -> None:
    seated(network)
    approved(network, "act", "north", "south", "east")
    network.council.revoke("act", "north")
    network.council.approve("act", "west")
    network.council.execute("act")


def half_throws_half_out(network: Network) -> None:
    seated(network, "far", "off")
    takes: dict[str, Any] = {"constitutional": True, "affected": ["far", "off"]}
    network.council.propose("purge", "north", **takes)


def three_left(network: Network) -> None:
    seated(network)
    takes: dict[str, Any] = {"constitutional": True, "affected": ["west"]}
    approved(network, "take", "north", "south", "east", **takes)
    network.council.leave("take", "west")


def friends_by_the_dozen(network: Network) -> None:
    seated(network)
    for friend, voices in (("far", 3), ("off", 4)):
        groups = ("north", "south", "east", "west")[:voices]
        approved(network, friend, *groups, constitutional=True)
        network.council.enter(friend, friend)


def trader_who_operates(network: Network) -> None:
    network.events.file("trader", processing(network, "plant", []))


def judge_of_yesterday(network: Network) -> None:
    network.members.join("novice", "group of novice", {Role.CERTIFIER})
    network.wait(DAY)
    now = network.ground.now
    network.facts.certify("new", "novice", "pit", "mine", 0, now, now + YEAR)


def certificate_for_ever(network: Network) -> None:
    now = network.ground.now
    network.facts.certify("long", "ortega", "pit", "mine", 0, now, now + 34_000 * YEAR)


def certified_for_a_scheme_of_others(network: Network) -> None:
    network.members.accredit("ortega", (1, 2))
    now = network.ground.now
    network.facts.certify("other", "ortega", "pit", "mine", 0, now, now + YEAR)


def taken_from_who_stands(network: Network) -> None:
    network.facts.take_over("pit 0", "padma", "mine")


def taken_over_to_harm(network: Network) -> None:
    """A certifier in a rival's pay takes over, to suspend the whole past."""
    network.members.accredit("ortega", ())
    network.wait(DAY)
    network.facts.take_over("pit 0", "padma", "mine")
    network.facts.suspend("pit 0", "padma", network.ground.now - 2 * DAY)


def determined_in_advance(network: Network) -> None:
    start = network.ground.now + 400 * DAY
    network.facts.determine("front", "ortega", ["group of mine"], start, start + YEAR, False)


def site_of_another(network: Network) -> None:
    statement = processing(network, "plant", [])
    network.events.file("mine", statement)


def work_of_tomorrow(network: Network) -> None:
    lot = sold(network, born(network, "pit", TONNE), "refinery")
    statement = processing(network, "plant", [lot])
    stand(network, replace(statement, end=network.ground.now + DAY))


def five_inputs(network: Network) -> None:
    lots = [sold(network, born(network, "pit", TONNE), "refinery") for _ in range(5)]
    network.wait(2 * DAY)
    stand(network, processing(network, "plant", lots))


def stated_twice(network: Network) -> None:
    lot = sold(network, born(network, "pit", TONNE), "refinery")
    network.wait(2 * DAY)
    statement = stand(network, processing(network, "plant", [lot]))
    network.events.attest(INSPECTORS[3], replace(statement, carbon=0))


def lot_of_another(network: Network) -> None:
    lot = born(network, "pit", TONNE)
    network.trade.offer("trader", lot.name, "refinery", network.ground.now + DAY)


def withdrawn_without_the_site(network: Network) -> None:
    statement = SiteStatement(
        "pit", 300, EventKind.BIRTH, network.ground.now - DAY, network.ground.now,
        product=TONNE, made=TONNE,
    )  # fmt: skip
    stand(network, statement)
    network.events.withdraw(statement.key, "trader", list(INSPECTORS[:3]))


def drawn_for_the_dawdlers(network: Network) -> None:
    """After ten days two are drawn for two that were silent; a third newcomer is not."""
    statement = SiteStatement(
        "pit", 300, EventKind.BIRTH, network.ground.now - DAY, network.ground.now,
        product=TONNE, made=TONNE,
    )  # fmt: skip
    network.events.file("mine", statement)
    for name in INSPECTORS[:2]:
        network.events.attest(name, statement)
    network.wait(10 * DAY)
    drawn = [f"group of {name}" for name in NEWCOMERS[:2]]
    assert network.events.drawn(statement) == drawn
    network.events.attest(NEWCOMERS[2], statement)


def withdrawn_though_true(network: Network) -> None:
    statement = SiteStatement(
        "pit", 300, EventKind.BIRTH, network.ground.now - DAY, network.ground.now,
        product=TONNE, made=TONNE,
    )  # fmt: skip
    stand(network, statement)
    network.events.withdraw(statement.key, "mine", list(INSPECTORS[:3]))


def more_than_was_weighed(network: Network) -> None:
    statement = SiteStatement(
        "pit", 300, EventKind.BIRTH, network.ground.now - DAY, network.ground.now,
        product=2 * TONNE, made=TONNE,
    )  # fmt: skip
    stand(network, statement)


def part_lost(network: Network) -> None:
    """A theft of one half, while the other half of the same batch is not looked at."""
    lot = sold(network, born(network, "pit", 2 * TONNE), "refinery")
    halves = [Wanted(f"half {n}", TONNE, Material.HYDROXIDE) for n in (1, 2)]
    half, _ = network.runs.rebook("refinery", [lot.name], halves, lot.model)
    network.wait(2 * DAY)
    statement = processing(network, "plant", [half], kind=EventKind.LOSS)
    stand(network, replace(statement, product=0, made=0))


def born_of_nothing(network: Network) -> None:
    network.runs.birth("mine", "pit#999", "lot", Material.HYDROXIDE)


def worked_before_it_was_made(network: Network) -> None:
    lot = sold(network, born(network, "pit", TONNE), "refinery")
    event = stand(network, processing(network, "plant", [lot]))
    run(network, event, Material.SULPHATE)


def made_out_of_nothing(network: Network) -> None:
    lot = born(network, "pit", TONNE)
    wanted = [Wanted("more", TONNE + 1, Material.HYDROXIDE)]
    network.runs.rebook("mine", [lot.name], wanted, lot.model)


def sulphate_by_rebook(network: Network) -> None:
    lot = born(network, "pit", TONNE)
    wanted = [Wanted("sulphate", TONNE, Material.SULPHATE)]
    network.runs.rebook("mine", [lot.name], wanted, lot.model)


def back_to_hydroxide(network: Network) -> None:
    lot = _sulphate(network)
    event = stand(network, processing(network, "plant", [lot]))
    run(network, event, Material.HYDROXIDE)


def reworked_again(network: Network) -> None:
    lot = _sulphate(network)
    for _ in range(2):
        event = stand(network, processing(network, "plant", [lot], kind=EventKind.REWORK))
        (lot,) = run(network, event, Material.SULPHATE)
        network.wait(2 * DAY)


def model_of_ones_own(network: Network) -> None:
    """A plant without a chain-of-custody certificate calls its blend segregated."""
    lot = sold(network, born(network, "tunnel", TONNE), "recycler")
    network.facts.suspend("yard -1", "ortega", network.ground.now - 50 * DAY)
    network.wait(2 * DAY)
    stand(network, processing(network, "yard", [lot], model=Model.SEGREGATED))


def better_than_its_inputs(network: Network) -> None:
    lot = _sulphate(network)
    wanted = [Wanted("better", TONNE, Material.SULPHATE)]
    network.runs.rebook("refinery", [lot.name], wanted, Model.SEGREGATED)


def charge_that_is_sold(network: Network) -> None:
    lots = [sold(network, born(network, site, TONNE), "refinery") for site in ("pit", "tunnel")]
    wanted = [Wanted("charge", 2 * TONNE, Material.HYDROXIDE)]
    names = [lot.name for lot in lots]
    network.runs.rebook("refinery", names, wanted, Model.SEGREGATED, charge=True)
    network.trade.offer("refinery", "charge", "trader", network.ground.now + DAY)


def sold_at_once(network: Network) -> None:
    """A lot of two roots leaves before anybody could hold one of them."""
    lots = [sold(network, born(network, site, TONNE), "refinery") for site in ("pit", "tunnel")]
    wanted = [Wanted("account", 2 * TONNE, Material.HYDROXIDE)]
    network.runs.rebook("refinery", [lot.name for lot in lots], wanted, Model.MASS_BALANCE)
    network.trade.offer("refinery", "account", "trader", network.ground.now + DAY)


def offered_for_a_year(network: Network) -> None:
    lot = born(network, "pit", TONNE)
    network.trade.offer("mine", lot.name, "trader", network.ground.now + YEAR)


def quarter_at_once(network: Network) -> None:
    lot = sold(network, born(network, "pit", TONNE), "refinery")
    network.wait(2 * DAY)
    stand(network, period(network, [lot], days=92))


def accepted_by_a_third(network: Network) -> None:
    lot = born(network, "pit", TONNE)
    network.trade.offer("mine", lot.name, "refinery", network.ground.now + DAY)
    network.trade.accept("trader", lot.name)


def held_lot_sold(network: Network) -> None:
    """Rebooked in the block of the hold: the parts have the same root."""
    lot = born(network, "pit", TONNE)
    network.book.hold("ortega", lot.root, "group of mine")
    network.runs.rebook("mine", [lot.name], [Wanted("x", TONNE, lot.material)], lot.model)


def settled_without_a_dispute(network: Network) -> None:
    lot = born(network, "pit", TONNE)
    network.trade.settle("mine", lot.name, "settled", TONNE)


def measurement_of_another_lot(network: Network) -> None:
    lot, other = born(network, "pit", TONNE), born(network, "pit", TONNE)
    _disputed(network, lot.name, other.name)


def buyer_settles_at_once(network: Network) -> None:
    lot = born(network, "pit", TONNE)
    _disputed(network, lot.name, lot.name)
    network.trade.settle("refinery", lot.name, "settled", TONNE - 1)


def _disputed(network: Network, name: str, measured: str) -> None:
    network.trade.offer("mine", name, "refinery", network.ground.now + 10 * DAY)
    network.trade.dispute("refinery", name)
    metal = TONNE - 1
    (pile,) = network.book.lots[measured].piles
    statement = SiteStatement(
        "bench", 301, EventKind.MEASUREMENT, network.ground.now, network.ground.now,
        inputs=(measured,), metal_in=(metal,), product=metal, made=metal,
        fed=(((pile, metal),),),
    )  # fmt: skip
    stand(network, statement)
    network.trade.approve("laboratory", name, statement.key)


def _sulphate(network: Network):  # type: ignore[no-untyped-def]
    lot = sold(network, born(network, "pit", TONNE), "refinery")
    network.wait(2 * DAY)
    (made,) = run(network, stand(network, processing(network, "plant", [lot])), Material.SULPHATE)
    network.wait(2 * DAY)
    return made


REFUSALS: dict[R, Act] = {
    R.MEMBER_ACTIVE: suspended_trader,
    R.GROUP_FROZEN: frozen_group,
    R.FREEZE_ONCE: frozen_again,
    R.NOT_PAUSED: born_in_a_pause,
    R.PAUSE_ONCE: paused_again,
    R.SEATED: vote_of_a_stranger,
    R.ACT_MAJORITY: half_decides,
    R.ACT_WAITS: unheard,
    R.ACT_TERM: years_later,
    R.DECISION_CURRENT: decided_by_others,
    R.ONE_AFFECTED: half_throws_half_out,
    R.FOUR_GROUPS: three_left,
    R.GROUP_A_MONTH: friends_by_the_dozen,
    R.ROLE_HELD: trader_who_operates,
    R.JUDGE_SEASONED: judge_of_yesterday,
    R.TERM_LIMITED: certificate_for_ever,
    R.ACCREDITED: certified_for_a_scheme_of_others,
    R.ORPHANED: taken_from_who_stands,
    R.OWN_TIME: taken_over_to_harm,
    R.NOT_AHEAD: determined_in_advance,
    R.SITE_OPERATOR: site_of_another,
    R.EVENT_TIMES: work_of_tomorrow,
    R.PERIOD_TERM: quarter_at_once,
    R.INPUTS_NAMED: five_inputs,
    R.EVENT_OPEN: stated_twice,
    R.HOLDER: lot_of_another,
    R.OPERATOR_CONSENTS: withdrawn_without_the_site,
    R.WITHDRAWS_ERRORS: withdrawn_though_true,
    R.WEIGHT_OUT: more_than_was_weighed,
    R.LOSS_NAMES_PART: part_lost,
    R.EVENT_STANDS: born_of_nothing,
    R.MADE_BEFORE: worked_before_it_was_made,
    R.KEEPS_METAL: made_out_of_nothing,
    R.ONE_MATERIAL: sulphate_by_rebook,
    R.MATERIAL_ADVANCES: back_to_hydroxide,
    R.REWORK_ONCE: reworked_again,
    R.MODEL_ATTESTED: model_of_ones_own,
    R.MODEL_NEVER_IMPROVES: better_than_its_inputs,
    R.CHARGE_WHOLE: charge_that_is_sold,
    R.MIXED_RESTS: sold_at_once,
    R.OFFER_TERM: offered_for_a_year,
    R.OFFER_OPEN: accepted_by_a_third,
    R.HOLD_FREE: held_lot_sold,
    R.DISPUTE_OPEN: settled_without_a_dispute,
    R.MEASURES_THE_LOT: measurement_of_another_lot,
    R.SETTLER: buyer_settles_at_once,
}

FURTHER: tuple[tuple[R, Act], ...] = (
    (R.ACT_MAJORITY, constitution_by_the_majority),
    (R.ACT_MAJORITY, the_affected_votes),
    (R.ACT_WAITS, revoked_and_regained),
    (R.ON_THE_PANEL, drawn_for_the_dawdlers),
)
"""Other ways to break rules that are named above."""
