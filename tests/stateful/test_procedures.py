"""Procedures of docs/governance.md, by several organisations on one chain."""

from dataclasses import replace

import pytest

from lodetrace.contracts.enums import LotState, ReasonCode, Role
from lodetrace.contracts.reasons import coded
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.contracts.structs import ZERO32, Call
from lodetrace.keys.account_consent import sign_consent
from lodetrace.keys.member_keys import MemberKeys, development_signing_key
from lodetrace.member.births import file_birth
from lodetrace.member.holds import hold
from lodetrace.member.inbox import accept
from lodetrace.member.offers import offer
from lodetrace.member.reasons import code_reason
from lodetrace.member.rotation import rotate_signer
from lodetrace.member.session import MemberSession
from lodetrace.onchain.council_act import CouncilAct
from lodetrace.onchain.reads import Reads
from lodetrace.onchain.voices import voices
from lodetrace.transactions.outbox import Outbox
from lodetrace.transactions.sender import Sender
from tests.stateful.paths import DAY, birth_order, born, handed_over, offered
from tests.support.consortium import PEOPLE, SEATS, Consortium, word

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
    early = voices(consortium.contracts())
    assert set(early.later) == {word("group of mine")}
    assert word("group of mine") not in early.with_role(Role.RISK)
    consortium.wait(7 * DAY)
    counted = voices(consortium.contracts())
    assert counted.later == {}
    assert word("group of mine") in counted.with_role(Role.RISK)
    with pytest.raises(ContractRefused, match="which has the metal"):
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


def test_joining(consortium: Consortium) -> None:
    """A trader is registered, buys at once, and takes a seat; one new group in a month."""
    newcomer = opened(consortium, "newcomer", MemberKeys.for_development(NEWCOMER))
    joins = ("newcomer", "group of newcomer", Role.TRADER)
    with pytest.raises(ContractRefused, match="signs for no active member"):
        newcomer.reads.account_of(newcomer.account)
    register(consortium, *joins, newcomer.keys)
    lot = born(consortium).lot
    offer(consortium.member("mine"), [lot], newcomer.account, consortium.now() + DAY)
    accept(newcomer, [lot])
    assert newcomer.reads.lot(lot).account == newcomer.account
    consortium.council("Council", "grantSeat", newcomer.account)
    assert groups_that_sit(consortium) == len(SEATS) + 1
    with pytest.raises(ContractRefused, match="cannot enter the council before"):
        consortium.council("Council", "grantSeat", consortium.account("refinery"))
    consortium.wait(30 * DAY)
    consortium.council("Council", "grantSeat", consortium.account("refinery"))


def test_an_employee_comes_and_leaves(consortium: Consortium) -> None:
    """His account is added with his consent; his key goes to a successor; his account ends."""
    mine = consortium.member("mine")
    clerk = opened(consortium, "clerk", MemberKeys.for_development(NEWCOMER))
    add_account(consortium, mine, clerk.keys, Role.TRADER)
    lot = born(consortium).lot
    offer(mine, [lot], clerk.account, consortium.now() + DAY)
    accept(clerk, [lot])
    followed = replace(clerk.keys, next_signing_key=development_signing_key(SUCCESSOR))
    former, successor = clerk.keys, rotate_signer(reopened(consortium, "clerk", followed), kept)
    with pytest.raises(ContractRefused, match="signs for no active member"):
        offer(reopened(consortium, "clerk", former), [lot], mine.account, consortium.now() + DAY)
    clerk = reopened(consortium, "clerk", successor)
    offer(clerk, [lot], mine.account, consortium.now() + DAY)
    accept(mine, [lot])
    mine.send("remove", "Members", "removeAccount", clerk.account)
    with pytest.raises(ContractRefused, match="signs for no active member"):
        clerk.send("after", "Custody", "cancel", [lot])
    after_hearing(consortium, "Members", "restoreAccount", clerk.account)
    assert clerk.reads.account_of(clerk.keys.signer) == clerk.account


def test_another_admin(consortium: Consortium) -> None:
    """Who was admin adds no account any more, and has no more than he was given."""
    mine = consortium.member("mine")
    deputy = opened(consortium, "deputy", MemberKeys.for_development(NEWCOMER))
    add_account(consortium, mine, deputy.keys, Role.TRADER)
    after_hearing(consortium, "Members", "setAdmin", word("mine"), deputy.account)
    third = MemberKeys.for_development(SUCCESSOR)
    with pytest.raises(ContractRefused) as refused:
        add_account(consortium, mine, third, Role.TRADER)
    assert refused.value.name == "NotAdmin"
    add_account(consortium, deputy, third, Role.TRADER | Role.OPERATOR)


def test_leaving(consortium: Consortium) -> None:
    """It sells its lots, closes its site and is suspended; its history stays."""
    lot, unused = born(consortium).lot, birth_order(consortium)
    handed_over(consortium, "mine", "refinery", [lot])
    consortium.council("Sites", "close", word("mine"))
    with pytest.raises(ContractRefused) as closed:
        file_birth(consortium.member("mine"), unused)
    assert closed.value.name == "SiteInactive"
    consortium.council("Members", "suspend", word("mine"), coded(ReasonCode.BY_REQUEST))
    with pytest.raises(ContractRefused, match="is no active member"):
        offered(consortium, "refinery", "mine", [lot])
    reads = Reads(consortium.contracts())
    assert reads.lot(lot).state is LotState.ACTIVE
    assert reads.site(word("mine")).operator == word("mine")
    assert reads.account(consortium.account("mine")).organisation == word("mine")


def test_insolvency(consortium: Consortium) -> None:
    """The administrator's key sells what is there; an offer of the old management is dead."""
    sold, left = born(consortium).lot, born(consortium).lot
    offered(consortium, "mine", "refinery", [sold])
    consortium.council("Members", "suspend", word("mine"), coded(ReasonCode.BY_REQUEST))
    with pytest.raises(ContractRefused) as at_sea:
        accept(consortium.member("refinery"), [sold])
    assert at_sea.value.name == "SenderInactive"
    administrator = replaced_signer(consortium, "mine", SUCCESSOR)
    consortium.council("Members", "reinstate", word("mine"))
    old = MemberKeys.for_development(PEOPLE["mine"][0])
    with pytest.raises(ContractRefused, match="signs for no active member"):
        offered(consortium, "mine", "refinery", [left])
    reopened(consortium, "mine", replace(old, signing_key=administrator))
    offered(consortium, "mine", "refinery", [left])
    accept(consortium.member("refinery"), [left])
    assert Reads(consortium.contracts()).lot(left).account == consortium.account("refinery")


def test_key_theft(consortium: Consortium) -> None:
    """A judge's voice is handed over in three acts that everybody sees, never in silence."""
    lot = born(consortium).lot
    risk = consortium.account("risk")
    new = MemberKeys.for_development(SUCCESSOR)
    with pytest.raises(ContractRefused, match="while its signer would be replaced"):
        after_hearing(consortium, "Members", "replaceSigner", risk, new.account)
    consortium.council("Members", "suspend", word("risk"), coded(ReasonCode.UNDER_INVESTIGATION))
    thief = consortium.member("risk")
    with pytest.raises(ContractRefused, match="signs for no active member"):
        hold(thief, lot, REASON)
    consortium.council("Members", "replaceSigner", risk, new.account)
    consortium.council("Members", "reinstate", word("risk"))
    with pytest.raises(ContractRefused, match="signs for no active member"):
        hold(thief, lot, REASON)
    theirs = replace(MemberKeys.for_development(PEOPLE["risk"][0]), signing_key=new.signing_key)
    hold(reopened(consortium, "risk", theirs), lot, REASON)


def test_expulsion_of_a_seat(consortium: Consortium) -> None:
    """Two thirds of the others decide after a week in which the member objects; then its seat."""
    auditor = consortium.member("auditor")
    consortium.council("Council", "grantSeat", auditor.account)
    expulsion = ("Members", "suspend", word("auditor"), coded(ReasonCode.RULES_BROKEN))
    with pytest.raises(ContractRefused) as early:
        consortium.council(*expulsion)
    assert early.value.name == "ActTooEarly"
    act_id = act_of(consortium, *expulsion).act_id
    words = coded(ReasonCode.REQUIREMENTS_MET)
    auditor.send("object", "Council", "objectTo", act_id, words)
    with pytest.raises(ContractRefused) as twice:
        auditor.send("object again", "Council", "objectTo", act_id, words)
    assert twice.value.name == "ObjectionExists"
    consortium.wait(7 * DAY)
    consortium.council(*expulsion)
    with pytest.raises(ContractRefused, match="signs for no active member"):
        hold(auditor, born(consortium).lot, REASON)
    after_hearing(consortium, "Council", "takeSeat", auditor.account)
    assert groups_that_sit(consortium) == len(SEATS)


NEWCOMER, SUCCESSOR = 30, 31
"""Development accounts of nobody."""


def kept(keys: MemberKeys) -> None:
    """The keystore of a test is the session."""


def opened(consortium: Consortium, name: str, keys: MemberKeys) -> MemberSession:
    """A session of a further person, closed with the consortium."""
    folder = consortium.home / name
    member = MemberSession(consortium.network, consortium.contracts(), keys, folder)
    consortium.sessions[name] = member
    return member


def reopened(consortium: Consortium, name: str, keys: MemberKeys) -> MemberSession:
    """The same account on the same disk, with other keys."""
    former = consortium.sessions.pop(name, None)
    if former is not None:
        former.store.close()
    return opened(consortium, name, keys)


def add_account(
    consortium: Consortium, admin: MemberSession, keys: MemberKeys, roles: Role
) -> None:
    contracts = consortium.contracts()
    organisation = admin.reads.account(admin.account).organisation
    consent = sign_consent(
        keys, organisation, roles, contracts.deployment.chain_id, contracts.address("Members")
    )
    added = (keys.account, roles, keys.viewing_key.public, consent.raw)
    admin.send(f"add {keys.account}", "Members", "addAccount", *added)


def register(consortium: Consortium, name: str, group: str, roles: Role, keys: MemberKeys) -> None:
    joins = (word(name), word(group), roles, ZERO32, keys.account, keys.viewing_key.public)
    consortium.council("Members", "register", *joins)


def replaced_signer(consortium: Consortium, name: str, index: int) -> bytes:
    """The key that the council named for the member's account."""
    new = MemberKeys.for_development(index)
    named = (consortium.account(name), new.account)
    after_hearing(consortium, "Members", "replaceSigner", *named)
    return new.signing_key


def groups_that_sit(consortium: Consortium) -> int:
    return int(consortium.contracts().call("Council", "groupCount")[0])


def act_of(consortium: Consortium, contract: str, function: str, *arguments: object) -> CouncilAct:
    """The act that Consortium.council carries."""
    contracts = consortium.contracts()
    call = Call(contracts.address(contract), contracts.data(contract, function, *arguments))
    return CouncilAct(Reads(contracts), [], [call], word(f"{contract}.{function}"))
