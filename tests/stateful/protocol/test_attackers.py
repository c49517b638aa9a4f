"""Attackers' histories on the contracts, with real commitments and proofs, step by step equal.

The strategy of tests/strategies/attackers.py plays on model and contracts at once: each step that
the model accepts is accepted, each that it refuses is refused by an error that says a broken rule,
and after each step the lots are the same. What only one side asks is in refusals.py.
"""

from __future__ import annotations

from copy import deepcopy
from random import Random, SystemRandom

import pytest

from tests.model.protocol_2.rules import ActRefused, ActRule
from tests.model.protocol_2.terms import DAY
from tests.model_tests.profile import LONG, RANDOM
from tests.stateful.protocol.played import Played, Tally
from tests.stateful.protocol.refusals import STRICTER
from tests.strategies.attackers import ATTEMPTS, NothingToAttempt

pytestmark = pytest.mark.chain

KINDS = sorted(set(ATTEMPTS), key=lambda act: act.__name__)
LENGTH = 24
"""Attempts of one history. The first is of each kind in turn, so that none is left out."""
HISTORIES = 50
FOLDED = 5
"""Of so many histories one is folded: every row of the Journal adds up to its word."""
BLOCKS = 10 if LONG else 1
FIRST = SystemRandom().randrange(10**6) if RANDOM else 0
"""Of the seeds; the failing one is named."""

ACCEPTED = (
    *("members.join", "members.set_roles", "members.accredit", "members.freeze"),
    *("members.move", "members.set_active", "members.pause"),
    *("events.transfer", "events.set_continuous"),
    *("facts.certify", "facts.suspend", "facts.determine"),
    *("book.hold", "events.file", "events.attest"),
    *("runs.birth", "runs.process", "runs.rebook", "runs.nothing_found"),
    *("trade.offer", "trade.accept", "trade.cancel", "trade.dispute", "trade.approve"),
    *("trade.settle", "products.assign", "products.seal", "products.retire", "upgrade"),
)
REFUSED = (
    *("members.freeze", "facts.reinstate", "facts.determine"),
    *("events.file", "events.attest", "events.withdraw"),
    *("runs.birth", "runs.process", "runs.rebook", "runs.write_off"),
    *("trade.offer", "trade.accept", "trade.dispute", "trade.settle"),
    *("products.assign", "products.retire"),
)
"""Acts that have to occur among the histories of a block, so that it says something."""


@pytest.mark.parametrize("block", range(BLOCKS))
def test_the_contracts_do_what_the_model_does(
    stocked: Played, block: int, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = Tally()
    first = FIRST + block * HISTORIES
    for seed in range(first, first + HISTORIES):
        play(stocked, seed, tally)
    with capsys.disabled():
        print(f"\n{tally.table()}\n")
    assert [act for act in ACCEPTED if not tally.accepted[act]] == []
    refused = {act for act, *_ in tally.refused}
    assert [act for act in REFUSED if act not in refused] == []


def play(stocked: Played, seed: int, tally: Tally) -> None:
    """One history from the stocked network on, which is then as it was."""
    snapshot = stocked.stage.chain.snapshot()
    try:
        play_on(stocked, seed, tally)
    finally:
        stocked.stage.chain.revert(snapshot)


def play_on(stocked: Played, seed: int, tally: Tally) -> None:
    """The attempts of one history, and what stands after them."""
    played = Played(stocked.stage.copied(deepcopy(stocked.network)), tally)
    random = Random(seed)
    acts = [KINDS[seed % len(KINDS)], *random.choices(ATTEMPTS, k=LENGTH - 1)]
    for place, act in enumerate(acts):
        played.wait(1)
        try:
            act(played, Random(random.randrange(2**32)))
        except (ActRefused, NothingToAttempt):
            continue
        except Exception as error:
            error.add_note(f"history {seed}, attempt {place}: {act.__name__}")
            raise
    played.compare()
    if seed % FOLDED == 0:
        played.stage.chain.require_rows()


def test_what_the_contracts_ask_beyond_the_model_is_listed_by_name(stocked: Played) -> None:
    """No error stands in the list of what is stricter that no contract has."""
    known = {
        entry["name"]
        for name in stocked.stage.chain.contracts.deployment.contracts
        for entry in stocked.stage.chain.contracts.artifacts[name].entries("error")
    }
    assert {error for errors in STRICTER.values() for error in errors} <= known


def test_a_hold_is_decided_alike_on_both(played: Played) -> None:
    """Placed, renewed by another group, released by two more; nothing of it moves meanwhile."""
    lot = next(one for one in played.network.book.standing() if one.holder == "refinery")
    group, expiry = played.network.members.group("refinery"), played.ground.now + 30 * DAY
    hold, release = played.book.hold, played.book.release
    hold("ortega", lot.root, group)
    with pytest.raises(ActRefused, match=ActRule.HOLD_FREE):
        played.trade.offer("refinery", lot.name, "maker", expiry)
    with pytest.raises(ActRefused, match=ActRule.JUDGE_ANOTHER_GROUP):
        hold("ortega", lot.root, group)
    hold("padma", lot.root, group)
    with pytest.raises(ActRefused, match=ActRule.JUDGE_ANOTHER_GROUP):
        release(lot.root, group, "quarz", "quarz")
    played.wait(20 * DAY)
    played.compare()
    release(lot.root, group, "quarz", "rhone")
    played.trade.offer("refinery", lot.name, "maker", expiry)
    with pytest.raises(NothingToAttempt):
        release(lot.root, group, "sly", "tarn")
    assert played.tally.stricter["book.release", "HoldNotInForce"] == 1
    played.compare()
