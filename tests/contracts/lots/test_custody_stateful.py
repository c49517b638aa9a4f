"""Random hand-overs, disputes, holds and time, beside a model in Python that says what is right."""

from typing import Any

import pytest
from brownie import chain, web3
from brownie.exceptions import TransactionError
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.contracts.lots import clock
from tests.contracts.lots.making import batch, sealed
from tests.contracts.lots.models.custody import DAY, CustodyModel, ModelLot
from tests.contracts.machines import ChainMachine, attempt, run
from tests.contracts.people import word
from tests.contracts.values import plain

ANSWERS = ("reject", "dispute", "cancel", "disclose")
NOBODY = "0x" + "0" * 40
REASON = word("reason")
TRADERS = ("miner", "refiner", "cell_maker")
LOTS = ("alone", "other", "nickel", "cobalt")
PAIR = batch("pair")  # nickel and cobalt

traders, holders = st.sampled_from(TRADERS), st.sampled_from(("observer", "auditor"))
lots = st.sampled_from(LOTS)
# what fits together, and with it parts of the batch, lots twice, lots in between
WHOLE = (["alone"], ["other"], ["nickel", "cobalt"], ["cobalt", "nickel", "alone"])
HANDFULS = (
    *WHOLE, ["nickel"], ["nickel", "other", "cobalt"], ["alone", "alone"], ["other", "alone"]
)  # fmt: skip


@pytest.fixture
def machine(lot_book, custody, holds, runs, make_lot, request):  # noqa: C901 - a class of rules  # noqa: C901 - Brownie wants a machine as one class in one function
    """The machine over these contracts."""
    people = {name: request.getfixturevalue(name) for name in (*TRADERS, "observer", "auditor")}
    ids = {name: make_lot(name, people["miner"], batch=_batch_of(name)) for name in LOTS}

    class Custody(ChainMachine):
        def __init__(self) -> None:
            super().__init__()
            self.acts = 0
            self.model = CustodyModel({name: ModelLot("miner", _batch_of(name)) for name in LOTS})

        # what its parties do

        @rule(handful=st.sampled_from(WHOLE), receiver=traders, days=st.integers(1, 40))
        def offer(self, handful: list[str], receiver: str, days: int) -> None:
            sender = self.model.lots[handful[0]].holder
            others = [name for name in TRADERS if name != sender]
            to = receiver if receiver != sender else others[0]
            self.try_offer(handful, sender, to, days * DAY)

        @precondition(lambda self: self.model.offers())
        @rule(data=st.data())
        def accept(self, data: Any) -> None:
            name = data.draw(st.sampled_from(self.model.offers()))
            found = self.model.lots[name]
            names = [name] if found.batch == 0 else ["nickel", "cobalt"]
            numbers = [self.model.lots[each].offered_at for each in names]
            self.try_accept(names, numbers, found.receiver)

        @precondition(lambda self: self.model.offers())
        @rule(data=st.data(), act=st.sampled_from(("reject", "dispute", "dispute")))
        def answer(self, data: Any, act: str) -> None:
            name = data.draw(st.sampled_from(self.model.offers()))
            self.try_answer(name, self.model.lots[name].receiver, act)

        @precondition(lambda self: self.model.offers())
        @rule(data=st.data())
        def cancel(self, data: Any) -> None:
            name = data.draw(st.sampled_from(self.model.offers()))
            self.try_cancel(name, self.model.lots[name].holder)

        @rule(name=lots)
        def disclose(self, name: str) -> None:
            self.try_disclose(name, self.model.lots[name].holder)

        @precondition(lambda self: self.acts % 3 == 2)
        @rule(name=lots, who=holders)
        def hold(self, name: str, who: str) -> None:
            tx = _send(people[who], holds.hold, ids[name], REASON)
            self.same(tx, self.model.hold(name, who, self.now(tx)))

        @precondition(lambda self: self.model.held())
        @rule(data=st.data(), who=holders, act=st.sampled_from(("renew", "release", "release")))
        def decide(self, data: Any, who: str, act: str) -> None:
            name = data.draw(st.sampled_from(self.model.held()))
            tx = _send(people[who], getattr(holds, act), ids[name])
            self.same(tx, getattr(self.model, act)(name, who, self.now(tx)))

        @precondition(lambda self: self.acts > 20)
        @rule()
        def write_off(self) -> None:
            who = self.model.lots["other"].holder
            tx = _send(people[who], runs.writeOff, ids["other"], REASON)
            self.same(tx, self.model.write_off("other", who, self.now(tx)))

        # what anybody may try

        @rule(names=st.sampled_from(HANDFULS), sender=traders, receiver=traders)
        def offer_anything(self, names: list[str], sender: str, receiver: str) -> None:
            self.try_offer(names, sender, receiver, DAY)

        @rule(names=st.sampled_from(HANDFULS), who=traders, stale=st.integers(0, 2))
        def accept_anything(self, names: list[str], who: str, stale: int) -> None:
            numbers = [max(0, self.model.lots[name].offered_at - stale) for name in names]
            self.try_accept(names, numbers, who)

        @rule(name=lots, who=traders, act=st.sampled_from(ANSWERS))
        def do_anything(self, name: str, who: str, act: str) -> None:
            tried = {"cancel": self.try_cancel, "disclose": self.try_disclose}
            tried[act](name, who) if act in tried else self.try_answer(name, who, act)

        @rule(days=st.integers(1, 35))
        def pass_days(self, days: int) -> None:
            # never a whole number of days, after which offers and holds end
            clock.wait(days * DAY + 433 * 60)

        @invariant()
        def chain_and_model_agree(self) -> None:
            for name, expected in self.model.lots.items():
                account, state, _, sequence, until = plain(lot_book.lotOf(ids[name]))[:5]
                found = (account, state, sequence, until)
                holder = plain(people[expected.holder])
                assert found == (holder, expected.state, expected.sequence, expected.until), name

        @invariant()
        def offers_agree(self) -> None:
            for name, expected in self.model.lots.items():
                receiver = plain(people[expected.receiver]) if expected.receiver else NOBODY
                found = plain(custody.offerOf(ids[name]))[:2]
                assert found == (receiver, expected.offered_at), name

        @invariant()
        def batches_stay_together(self) -> None:
            assert self.model.lots["nickel"].holder == self.model.lots["cobalt"].holder

        def try_offer(self, names: list[str], sender: str, receiver: str, time: int) -> None:
            expiry, chosen = clock.latest() + time, [ids[name] for name in names]
            boxes = [sealed(lot) for lot in chosen]
            tx = _send(people[sender], custody.offerMany, chosen, people[receiver], expiry, boxes)
            self.same(tx, self.model.offer(names, sender, receiver, expiry, self.now(tx)))

        def try_accept(self, names: list[str], numbers: list[int], who: str) -> None:
            chosen = [ids[name] for name in names]
            if len(names) == 1:
                tx = _send(people[who], custody.accept, chosen[0], numbers[0])
            else:
                tx = _send(people[who], custody.acceptMany, chosen, numbers)
            self.same(tx, self.model.accept(names, numbers, who, self.now(tx)))

        def try_answer(self, name: str, who: str, act: str) -> None:
            tx = _send(people[who], getattr(custody, act), [ids[name]], REASON)
            self.same(tx, getattr(self.model, act)(name, who, self.now(tx)))

        def try_cancel(self, name: str, who: str) -> None:
            tx = _send(people[who], custody.cancel, [ids[name]])
            self.same(tx, self.model.cancel(name, who, self.now(tx)))

        def try_disclose(self, name: str, who: str) -> None:
            tx = _send(people[who], custody.disclose, ids[name], people["auditor"], sealed(name))
            self.same(tx, self.model.disclose(name, who, self.now(tx)))

        def now(self, tx: Any) -> int:
            return int(tx.timestamp) if tx is not None else clock.latest()

        def same(self, tx: Any, allowed: bool) -> None:
            self.acts += allowed
            assert (tx is not None) == allowed

    return Custody


def test_custody_follows_the_model(machine):
    """Hypothesis keeps its first ten runs short."""
    run(machine, runs=30, steps=30)


def _batch_of(name: str) -> int:
    return PAIR if name in ("nickel", "cobalt") else 0


def _send(who: Any, method: Any, *arguments: Any) -> Any:
    """The transaction, or None where the contract refuses it."""
    try:
        return attempt(method, *arguments, {"from": who})
    except TransactionError as unseen:
        # Brownie asked for a mined transaction before anvil told of it, and calls that dropped
        hash_ = str(unseen).rsplit(maxsplit=1)[-1]
        receipt = web3.eth.wait_for_transaction_receipt(hash_, timeout=10)
        return chain.get_transaction(hash_) if receipt["status"] else None
