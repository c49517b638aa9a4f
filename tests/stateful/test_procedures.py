"""Procedures of docs/governance.md, by several organisations on one chain."""

import pytest

from lodetrace.contracts.enums import ReasonCode
from lodetrace.contracts.reasons import coded
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.keys.member_keys import development_signing_key
from lodetrace.member.births import file_birth
from lodetrace.member.holds import hold
from lodetrace.member.reasons import code_reason
from lodetrace.transactions.outbox import Outbox
from lodetrace.transactions.sender import Sender
from tests.stateful.paths import DAY, birth_order, born, handed_over, offered
from tests.support.consortium import SEATS, Consortium, word

pytestmark = pytest.mark.chain

REASON = code_reason("weight differs")


def after_hearing(consortium: Consortium, contract: str, function: str, *arguments: object) -> None:
    """A constitutional act that affects a member, who is heard for 7 days."""
    with pytest.raises(ContractRefused) as early:
        consortium.council(contract, function, *arguments)
    assert early.value.name == "ActTooEarly"
    consortium.wait(7 * DAY)
    consortium.council(contract, function, *arguments)


def test_sold_plant(consortium: Consortium) -> None:
    """The new operator works it once it has accepted; the old one until then."""
    after_hearing(consortium, "Sites", "proposeTransfer", word("mine"), word("other_mine"))
    born(consortium)  # of the old operator
    buyer = consortium.member("other_mine")
    buyer.send("take over", "Sites", "acceptTransfer", word("mine"))
    order = birth_order(consortium)
    with pytest.raises(ContractRefused, match="does not operate"):
        file_birth(consortium.member("mine"), order)
    assert file_birth(buyer, order).lot


def test_merger(consortium: Consortium) -> None:
    """A judge that was bought decides no more about its owner's metal."""
    lot = born(consortium).lot
    bought = (word("risk"), word("group of mine"), consortium.now())
    with pytest.raises(ContractRefused, match="would both trade or make metal and judge it"):
        after_hearing(consortium, "Members", "setGroup", *bought)
    consortium.council("Members", "setRoles", word("mine"), 0)  # it gives its business up
    consortium.council("Members", "setGroup", *bought)
    with pytest.raises(ContractRefused, match=r"the role risk of .* counts from"):
        hold(consortium.member("risk"), lot, REASON)
    consortium.wait(7 * DAY)
    with pytest.raises(ContractRefused, match="belongs to the ownership group that holds"):
        hold(consortium.member("risk"), lot, REASON)
    hold(consortium.member("auditor"), lot, REASON)


def test_expulsion(consortium: Consortium) -> None:
    """Frozen at once by two judges, then suspended by an act."""
    lot = born(consortium).lot
    group = word("group of mine")
    for judge in ("risk", "auditor"):
        consortium.member(judge).send("freeze", "Members", "freeze", group)
    with pytest.raises(ContractRefused, match="is frozen until"):
        offered(consortium, "mine", "refinery", [lot])
    consortium.council("Members", "suspend", word("mine"), coded(ReasonCode.RULES_BROKEN))
    consortium.wait(8 * DAY)
    with pytest.raises(ContractRefused, match="signs for no active member"):
        offered(consortium, "mine", "refinery", [lot])


def test_emergency_pause(consortium: Consortium) -> None:
    """Two of four groups: births wait for three days, custody goes on."""
    lot = born(consortium).lot
    contracts = consortium.contracts()
    outbox = Outbox(consortium.home / "guardian.sqlite")
    for index in SEATS[:2]:
        key = development_signing_key(index)
        sender = Sender(consortium.node, outbox, key, contracts.refusals)
        data = contracts.data("Council", "votePause")
        sender.send("pause", contracts.address("Council"), data)
    outbox.close()
    with pytest.raises(ContractRefused, match="paused births, runs and claims"):
        born(consortium)
    handed_over(consortium, "mine", "refinery", [lot])
    consortium.wait(3 * DAY)
    assert born(consortium).lot
