"""Random hand-overs, disputes, holds and time, beside a model in Python that says what is right."""

from collections import Counter
from copy import deepcopy
from random import Random
from typing import Any

import pytest
from brownie import chain, web3
from brownie.exceptions import TransactionError
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.contracts.lots import clock
from tests.contracts.lots.making import LONG_AGO, PACK, RECEIVED, sealed
from tests.contracts.lots.models.custody import (
    AUDITOR,
    DAY,
    DECIDES_AS,
    GROUPS,
    RISK,
    CustodyModel,
    Matter,
    ModelLot,
)
from tests.contracts.machines import ChainMachine, attempt, run
from tests.contracts.people import PEOPLE, Role, spoken, word
from tests.contracts.values import plain

NOBODY = "0x" + "0" * 40
REASON = spoken("reason")
TRADERS = ("miner", "refiner", "cell_maker")
HOLDERS = ("observer", "auditor", "sister", "rival")
PAIR = 1
"""Number of the root of nickel and cobalt."""
LOTS = {
    "alone": ModelLot("miner", held_since=LONG_AGO, root=2),
    "other": ModelLot("miner", held_since=LONG_AGO, root=3),
    "nickel": ModelLot("miner", PAIR, "nickel", 10, LONG_AGO),
    "cobalt": ModelLot("miner", PAIR, "cobalt", 10, LONG_AGO),
    "little nickel": ModelLot("miner", PAIR, "nickel", 3, LONG_AGO),
    "little cobalt": ModelLot("miner", PAIR, "cobalt", 3, LONG_AGO),
}
ELEMENTS = {"": 27, "cobalt": 27, "nickel": 28}
NAMES = tuple(LOTS)
# what fits together, and with it parts of the batch, lots twice, lots in between
WHOLE = (
    ["alone"], ["other"], ["nickel", "cobalt"], ["cobalt", "nickel", "alone"],
    ["little nickel", "little cobalt"], ["nickel", "little nickel", "cobalt", "little cobalt"],
)  # fmt: skip
HANDFULS = (
    *WHOLE, ["nickel"], ["nickel", "other", "cobalt"], ["alone", "alone"], ["other", "alone"],
    ["nickel", "little cobalt"], ["cobalt", "little cobalt"],
    ["nickel", "cobalt", "little nickel"], ["nickel", "cobalt", "other", "little cobalt"],
)  # fmt: skip
# how often each act is tried: what parties do, and what anybody may try
ACTS = {
    "offer": 8, "accept": 5, "answer": 4, "cancel": 1, "disclose": 1, "hold": 2, "decide": 4,
    "offer_anything": 2, "accept_anything": 2, "answer_anything": 2, "pass_days": 2, "name": 2,
    "unname": 1,
}  # fmt: skip
WEIGHTED = [name for name, weight in ACTS.items() for _ in range(weight)]


class Custody(ChainMachine):
    """Acts are tried on chain and in the model. `contracts`, `people` and `ids` are by name."""

    contracts: dict[str, Any]
    people: dict[str, Any]
    ids: dict[str, str]

    def __init__(self) -> None:
        super().__init__()
        self.model = CustodyModel(deepcopy(LOTS))

    @rule(name=st.sampled_from(WEIGHTED), rng=st.randoms(use_true_random=False))
    def act(self, name: str, rng: Random) -> None:
        """One act; whatever it needs it draws from Hypothesis, which shrinks that, too."""
        getattr(self, f"_{name}")(rng)

    @invariant()
    def chain_and_model_agree(self) -> None:
        for name, expected in self.model.lots.items():
            found = plain(self.contracts["lot_book"].lotOf(self.ids[name]))
            holder = plain(self.people[expected.holder])
            bound = (expected.state, 0, expected.sequence, expected.until, expected.held_since)
            assert found[:6] == (holder, *bound), name

    @invariant()
    def offers_agree(self) -> None:
        for name, expected in self.model.lots.items():
            found = plain(self.contracts["custody"].offerOf(self.ids[name]))[:2]
            receiver = plain(self.people[expected.receiver]) if expected.receiver else NOBODY
            assert found == (receiver, expected.offered_at), name

    @invariant()
    def holds_agree(self) -> None:
        book, holds = self.contracts["lot_book"], self.contracts["holds"]
        for on, expected in self.model.holds.items():
            root, group = _matter(on)
            assert plain(book.holdOf(root, group))[1] == expected.until, on
            assert holds.sequenceOf(book.holdKeyOf(root, group)) == expected.sequence, on

    @invariant()
    def nobody_has_more_of_one_metal(self) -> None:
        for trader in TRADERS:
            units = Counter[str]()
            for lot in self.model.lots.values():
                units[lot.metal] += lot.count if lot.holder == trader else 0
            assert units["nickel"] == units["cobalt"]

    def _offer(self, rng: Random) -> None:
        names = rng.choice(WHOLE)
        sender = self.model.lots[names[0]].holder
        receiver = rng.choice([name for name in TRADERS if name != sender])
        self._try_offer(names, sender, receiver, rng.randint(1, 40) * DAY)

    def _accept(self, rng: Random) -> None:
        name = rng.choice(self.model.offers() or NAMES)
        names = next(whole for whole in rng.sample(WHOLE, len(WHOLE)) if name in whole)
        numbers = [self.model.lots[each].offered_at for each in names]
        self._try_accept(names, numbers, self.model.lots[name].receiver or "miner")

    def _answer(self, rng: Random) -> None:
        name = rng.choice(self.model.offers() or NAMES)
        act = rng.choice(("reject", "dispute", "dispute"))
        self._try_answer(name, self.model.lots[name].receiver or "miner", act)

    def _cancel(self, rng: Random) -> None:
        name = rng.choice(self.model.offers() or NAMES)
        self._try("custody", "cancel", name, self.model.lots[name].holder, listed=True)

    def _disclose(self, rng: Random) -> None:
        name = rng.choice(NAMES)
        who = rng.choice((self.model.lots[name].holder, *TRADERS))
        further = (self.people["auditor"], sealed(name))
        self._try("custody", "disclose", name, who, *further)

    def _hold(self, rng: Random) -> None:
        self._try_decision("hold", rng.choice(NAMES), rng.choice(HOLDERS), REASON)

    def _decide(self, rng: Random) -> None:
        act = rng.choice(("renew", "release", "release"))
        self._try_decision(act, rng.choice(self.model.held() or NAMES), rng.choice(HOLDERS))

    def _name(self, rng: Random) -> None:
        """As Attestations does, once an event stands."""
        name, until = rng.choice(NAMES), clock.latest() + rng.randint(20, 180) * DAY
        tx = self._send("lot_book", "name", "governor", self.ids[name], until)
        self._same(tx, self.model.name(name, until, _time(tx)))

    def _unname(self, rng: Random) -> None:
        """As Attestations does, once an event was withdrawn."""
        name = rng.choice(self.model.names(clock.latest()) or NAMES)
        tx = self._send("lot_book", "unname", "governor", self.ids[name])
        self._same(tx, self.model.unname(name, _time(tx)))

    def _offer_anything(self, rng: Random) -> None:
        sender, receiver = rng.choice(TRADERS), rng.choice(TRADERS)
        self._try_offer(rng.choice(HANDFULS), sender, receiver, rng.choice((0, DAY, 91 * DAY)))

    def _accept_anything(self, rng: Random) -> None:
        names = rng.choice(HANDFULS)
        numbers = [max(0, self.model.lots[name].offered_at - rng.choice((0, 1))) for name in names]
        self._try_accept(names, numbers, rng.choice(TRADERS))

    def _answer_anything(self, rng: Random) -> None:
        name, who = rng.choice(NAMES), rng.choice(TRADERS)
        if rng.random() < 0.3:
            self._try("custody", "cancel", name, who, listed=True)
        else:
            self._try_answer(name, who, rng.choice(("reject", "dispute")))

    def _pass_days(self, rng: Random) -> None:
        # never a whole number of days, after which offers and holds end
        clock.wait(rng.randint(1, 35) * DAY + 433 * 60)

    def _try_offer(self, names: list[str], sender: str, receiver: str, time: int) -> None:
        expiry, chosen = clock.latest() + time, [self.ids[name] for name in names]
        boxes, to = [sealed(lot) for lot in chosen], self.people[receiver]
        tx = self._send("custody", "offerMany", sender, chosen, to, expiry, boxes)
        self._same(tx, self.model.offer(names, sender, receiver, expiry, _time(tx)))

    def _try_accept(self, names: list[str], numbers: list[int], who: str) -> None:
        chosen = [self.ids[name] for name in names]
        if len(names) == 1:
            tx = self._send("custody", "accept", who, chosen[0], numbers[0])
        else:
            tx = self._send("custody", "acceptMany", who, chosen, numbers)
        self._same(tx, self.model.accept(names, numbers, who, _time(tx)))

    def _try_answer(self, name: str, who: str, act: str) -> None:
        said = (RECEIVED, REASON) if act == "dispute" else (REASON,)
        self._try("custody", act, name, who, *said, listed=True)

    def _try_decision(self, act: str, name: str, who: str, *further: Any) -> None:
        on = self.model.matter(name)
        tx = self._send("holds", act, who, *_matter(on), *further)
        self._same(tx, getattr(self.model, act)(on, who, _time(tx)))

    def _try(
        self, contract: str, act: str, name: str, who: str, *further: Any, listed: bool = False
    ) -> None:
        lot = [self.ids[name]] if listed else self.ids[name]
        tx = self._send(contract, act, who, lot, *further)
        self._same(tx, getattr(self.model, act)(name, who, _time(tx)))

    def _send(self, contract: str, act: str, who: str, *arguments: Any) -> Any:
        """The transaction, or None where the contract refuses it."""
        try:
            method = getattr(self.contracts[contract], act)
            return attempt(method, *arguments, {"from": self.people[who]})
        except TransactionError as unseen:
            # Brownie asked for a mined transaction before anvil told of it: not dropped
            hash_ = str(unseen).rsplit(maxsplit=1)[-1]
            receipt = web3.eth.wait_for_transaction_receipt(hash_, timeout=10)
            return chain.get_transaction(hash_) if receipt["status"] else None

    def _same(self, tx: Any, allowed: bool) -> None:
        assert (tx is not None) == allowed


@pytest.fixture
def machine(lot_book, custody, holds, members, make_lot, accounts, governor, request):
    """The machine over these contracts and people."""
    contracts = {"lot_book": lot_book, "custody": custody, "holds": holds}
    known = (*TRADERS, "observer", "auditor", "governor")
    people = {name: request.getfixturevalue(name) for name in known}
    for index, (name, of) in enumerate(GROUPS.items(), 31):
        role = {RISK: Role.RISK, AUDITOR: Role.AUDITOR}[DECIDES_AS[name]]
        identity = (word(name), PEOPLE[of].group, role, word("profile"))
        members.register(*identity, accounts[index], word("viewing key"), {"from": governor})
        people[name] = accounts[index]
    both = 1 << ELEMENTS["cobalt"] | 1 << ELEMENTS["nickel"]
    lot_book.rootOfDocument(word("plant"), 1, both, {"from": governor})
    for sequence in (2, 3):
        lot_book.rootOfDocument(word("plant"), sequence, 0, {"from": governor})
    ids = {name: make_lot(name, people["miner"], **_traits(lot)) for name, lot in LOTS.items()}
    return type("Machine", (Custody,), {"contracts": contracts, "people": people, "ids": ids})


def test_custody_follows_the_model(machine):
    """Hypothesis keeps its first ten runs short."""
    run(machine, runs=20, steps=35)


def _traits(lot: ModelLot) -> dict[str, int]:
    """What the book is told: packs of the pair's root, or hydroxide."""
    if lot.batch == 0:
        return {"root": lot.root}
    element = ELEMENTS[lot.metal]
    return {"material": PACK, "root": lot.batch, "element": element, "count": lot.count}


def _matter(on: Matter) -> tuple[int, str]:
    """As the contracts name it."""
    return on[0], PEOPLE[on[1]].group


def _time(tx: Any) -> int:
    """Of the act's block; of the last one where the act was refused."""
    return clock.latest() if tx is None else int(tx.timestamp)
