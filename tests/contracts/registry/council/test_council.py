# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""Council: acts of ownership groups, with a delay; those that change the constitution."""

import re

import brownie
import pytest
from brownie import chain

from tests.contracts.people import ZERO_WORD, Role, spoken, word
from tests.contracts.registry.council.acts import call, carry, decided, pass_time, proposed
from tests.contracts.registry.council.conftest import (
    DELAY,
    EAST,
    FAR,
    NORTH,
    SALT,
    SOUTH,
    WEST,
)
from tests.contracts.reverts import refusal, reverts, reverts_with_time
from tests.contracts.values import emitted, emitted_many, plain

LONG_DELAY = 2 * DELAY
DAY = 86_400
HEARING, TERM, NEW_GROUP_PAUSE = 7 * DAY, 120 * DAY, 30 * DAY
OTHER_SALT = word("other salt")
ZERO = "0x" + "0" * 40
LONGEST = 30 * DAY


def resolution():
    """Calls of an ordinary act that changes nothing."""
    return []


def set_delay(council, seconds):
    return [call(council.setDelay, seconds)]


def take(council, seat):
    return [call(council.takeSeat, seat)]


def grant(council, seat):
    return [call(council.grantSeat, seat)]


def state(council, act_id):
    """approvals, executableAt and executed."""
    act = council.actOf(act_id).dict()
    return act["approvals"], act["executableAt"], act["executed"]


# --- founding


def test_founding(council, seats):
    emitted(council.tx, "DelaySet", delay=DELAY)
    groups = (NORTH, NORTH, SOUTH, EAST, WEST)
    granted = list(zip(seats.values(), groups, strict=True))
    assert emitted_many(council.tx, "SeatGranted") == [
        {"seat": plain(seat), "group": group} for seat, group in granted
    ]
    assert council.groupCount() == 4
    assert council.approvalsNeeded() == 3
    assert council.constitutionalApprovalsNeeded(ZERO_WORD) == 3
    assert council.pauseVotesNeeded() == 2
    assert council.delay() == DELAY
    assert council.members() == ZERO
    assert plain(council.groupOf(seats["bob"])) == NORTH
    assert plain(council.groupOf(council)) == ZERO_WORD


@pytest.mark.parametrize(
    ("groups", "count"), [([], 0), ([NORTH, NORTH], 1), ([NORTH, SOUTH, EAST, EAST], 3)]
)
def test_founding_needs_four_groups(Council, accounts, stranger, groups, count):
    with reverts("TooFewGroups", count, 4):
        stranger.deploy(Council, accounts[: len(groups)], groups, DELAY)


def test_founding_lists_have_one_length(Council, accounts, stranger):
    with reverts("LengthMismatch", 3, 2):
        stranger.deploy(Council, accounts[:3], [NORTH, SOUTH], DELAY)


def test_founding_seats_are_valid(Council, ada, bob, stranger):
    with reverts("SeatInvalid", ZERO, SOUTH):
        stranger.deploy(Council, [ada, ZERO], [NORTH, SOUTH], DELAY)
    with reverts("SeatInvalid", bob, ZERO_WORD):
        stranger.deploy(Council, [ada, bob], [NORTH, ZERO_WORD], DELAY)
    with reverts("AlreadySeated", ada):
        stranger.deploy(Council, [ada, ada], [NORTH, SOUTH], DELAY)


def test_founding_delay_and_seats_are_bounded(Council, accounts, stranger):
    four, groups = accounts[:4], [NORTH, SOUTH, EAST, WEST]
    with reverts("DelayTooLong", LONGEST + 1, LONGEST):
        stranger.deploy(Council, four, groups, LONGEST + 1)
    assert stranger.deploy(Council, four, groups, LONGEST).delay() == LONGEST
    many = [f"0x{0xACC0000000000000000000000000000000000000 + i:040x}" for i in range(33)]
    with reverts("TooManySeats", 32):
        stranger.deploy(Council, many, [NORTH] * 33, DELAY)


# --- an act's way


def test_act_from_proposal_to_execution(council, ada, cleo, dan, stranger):
    calls = resolution()
    act_id = council.actIdOf(calls, SALT)

    tx = council.propose(calls, SALT, {"from": ada})
    emitted(
        tx,
        "ActProposed",
        actId=act_id,
        seat=ada,
        calls=calls,
        salt=SALT,
        constitutional=False,
        affected=ZERO_WORD,
        expiresAt=tx.timestamp + TERM,
    )
    emitted(tx, "ActApproved", actId=act_id, seat=ada, group=NORTH, approvals=1)
    assert "ActDecided" not in tx.events
    assert plain(tx.return_value) == plain(act_id)
    assert state(council, act_id) == (1, 0, False)

    council.approve(act_id, {"from": cleo})
    approved = council.approve(act_id, {"from": dan})
    due = approved.timestamp + DELAY
    emitted(approved, "ActApproved", actId=act_id, seat=dan, group=EAST, approvals=3)
    emitted(approved, "ActDecided", actId=act_id, executableAt=due)
    assert state(council, act_id) == (3, due, False)

    pass_time(DELAY)
    executed = council.execute(calls, SALT, {"from": stranger})  # anyone
    emitted(executed, "ActExecuted", actId=act_id)
    assert state(council, act_id) == (3, due, True)


def test_act_id_names_calls_and_salt(council, web3):
    calls = set_delay(council, 60)
    encoded = web3.codec.encode(
        ["(address,bytes)[]", "bytes32"],
        [[(calls[0][0], bytes.fromhex(calls[0][1][2:]))], bytes.fromhex(SALT[2:])],
    )
    assert plain(council.actIdOf(calls, SALT)) == plain(bytes(web3.keccak(encoded)))
    assert council.actIdOf(calls, SALT) != council.actIdOf(calls, OTHER_SALT)


def test_only_seats_propose_approve_and_revoke(council, ada, stranger):
    with reverts("NotSeated", stranger):
        council.propose([], SALT, {"from": stranger})
    act_id = council.propose([], SALT, {"from": ada}).return_value
    for method in (council.approve, council.revoke):
        with reverts("NotSeated", stranger):
            method(act_id, {"from": stranger})


def test_act_is_proposed_once(council, ada, cleo):
    act_id = council.propose([], SALT, {"from": ada}).return_value
    with reverts("ActExists", act_id):
        council.propose([], SALT, {"from": cleo})


def test_unknown_act(council, ada):
    act_id = council.actIdOf([], SALT)
    for refused in (
        lambda: council.approve(act_id, {"from": ada}),
        lambda: council.revoke(act_id, {"from": ada}),
        lambda: council.decide(act_id, {"from": ada}),
        lambda: council.objectTo(act_id, SALT, {"from": ada}),
        lambda: council.execute([], SALT, {"from": ada}),
    ):
        with reverts("ActUnknown", act_id):
            refused()
    assert state(council, act_id) == (0, 0, False)


def test_two_seats_of_a_group_count_once(council, ada, bob):
    act_id = council.propose([], SALT, {"from": ada}).return_value
    for seat in (bob, ada):
        with reverts("GroupHasApproved", act_id, NORTH):
            council.approve(act_id, {"from": seat})
    with reverts("ActUndecided", act_id, 1, 3):
        council.execute([], SALT, {"from": ada})


def test_act_waits_for_its_delay(council, ada, cleo, dan):
    act_id = proposed(council, [], SALT, ada, cleo, dan)
    due = chain[-1].timestamp + DELAY
    for seconds in (0, DELAY - 60):
        pass_time(seconds)
        with reverts_with_time("ActTooEarly", act_id, due):
            council.execute([], SALT, {"from": ada})
    pass_time(60)
    council.execute([], SALT, {"from": ada})


def test_act_executes_once(council, ada, cleo, dan, eve):
    carry(council, [], ada, cleo, dan)
    act_id = council.actIdOf([], SALT)
    with reverts("ActAlreadyExecuted", act_id):
        council.execute([], SALT, {"from": ada})
    with reverts("ActAlreadyExecuted", act_id):
        council.approve(act_id, {"from": eve})
    carry(council, [], ada, cleo, dan, salt=OTHER_SALT)  # the same calls again, as another act


def test_further_approval_does_not_restart_the_delay(council, ada, cleo, dan, eve):
    act_id = decided(council, [], SALT, ada, cleo, dan)
    due = state(council, act_id)[1]
    tx = council.approve(act_id, {"from": eve})
    assert "ActDecided" not in tx.events
    assert state(council, act_id) == (4, due, False)
    council.execute([], SALT, {"from": ada})


def test_all_calls_succeed_or_none(council, ada, cleo, dan):
    calls = set_delay(council, 60) + set_delay(council, LONGEST + 1)
    act_id = decided(council, calls, SALT, ada, cleo, dan)
    inner = refusal(council, "DelayTooLong", LONGEST + 1, LONGEST)
    with reverts("CallFailed", 1, council, inner):
        council.execute(calls, SALT, {"from": ada})
    assert council.delay() == DELAY
    assert state(council, act_id)[2] is False


def test_call_to_an_address_without_code_fails(council, ada, cleo, dan, stranger):
    calls = [(stranger.address, "0x12345678")]
    decided(council, calls, SALT, ada, cleo, dan)
    with reverts("CallFailed", 0, stranger, b""):
        council.execute(calls, SALT, {"from": ada})


# --- expiry, revocation, decisions anew


def test_act_expires(council, ada, cleo, dan):
    """Else an act that was forgotten is carried out years later, by anybody."""
    act_id = decided(council, [], SALT, ada, cleo, dan)
    expiry = council.actOf(act_id)[3]
    pass_time(expiry - chain[-1].timestamp)
    for refused in (
        lambda: council.execute([], SALT, {"from": ada}),
        lambda: council.approve(act_id, {"from": ada}),
        lambda: council.revoke(act_id, {"from": ada}),
        lambda: council.decide(act_id, {"from": ada}),
    ):
        with reverts_with_time("ActExpired", act_id, expiry):
            refused()
    with reverts("ActExists", act_id):  # and does not come back
        council.propose([], SALT, {"from": ada})


def test_revoked_approval_is_lost_and_regained_with_a_new_delay(council, ada, bob, cleo, dan):
    act_id = decided(council, [], SALT, ada, cleo, dan)
    tx = council.revoke(act_id, {"from": bob})  # of the group, by its other seat
    emitted(tx, "ApprovalRevoked", actId=act_id, seat=bob, group=NORTH, approvals=2)
    with reverts("ActUndecided", act_id, 2, 3):
        council.execute([], SALT, {"from": dan})
    with reverts("NotApproved", act_id, NORTH):
        council.revoke(act_id, {"from": ada})

    due = council.approve(act_id, {"from": ada}).timestamp + DELAY
    with reverts_with_time("ActTooEarly", act_id, due):
        council.execute([], SALT, {"from": dan})
    pass_time(DELAY)
    council.execute([], SALT, {"from": dan})


def test_revocation_that_leaves_a_majority_keeps_the_decision(council, ada, cleo, dan, eve):
    act_id = decided(council, [], SALT, ada, cleo, dan, eve)
    due = state(council, act_id)[1]
    council.revoke(act_id, {"from": eve})
    assert state(council, act_id) == (3, due, False)
    council.execute([], SALT, {"from": ada})


def test_decision_is_of_those_who_sat(named, registered, ada, cleo, dan, eve, stranger):
    """A majority that is lost as the council grows, and regained as it shrinks, waits anew."""
    registered(stranger, FAR)
    act_id = decided(named, [], SALT, ada, cleo, dan)
    carry(named, grant(named, stranger), ada, cleo, dan, salt=OTHER_SALT)
    assert state(named, act_id) == (3, 0, False)  # three of five, as before
    with reverts("DecisionOutdated", act_id):
        named.execute([], SALT, {"from": ada})

    tx = named.decide(act_id, {"from": stranger})  # anyone
    emitted(tx, "ActDecided", actId=act_id, executableAt=tx.timestamp + DELAY)
    with reverts("ActIsDecided", act_id, tx.timestamp + DELAY):
        named.decide(act_id, {"from": stranger})
    with reverts_with_time("ActTooEarly", act_id, tx.timestamp + DELAY):
        named.execute([], SALT, {"from": ada})
    pass_time(DELAY)
    named.execute([], SALT, {"from": ada})


def test_what_has_no_majority_is_not_decided(council, ada, cleo):
    act_id = proposed(council, [], SALT, ada, cleo)
    with reverts("ActUndecided", act_id, 2, 3):
        council.decide(act_id, {"from": ada})


def test_approval_falls_with_its_seat(named, ada, bob, cleo, dan, eve):
    act_id = decided(named, [], SALT, bob, cleo, dan)
    carry(named, take(named, bob), cleo, dan, eve, salt=OTHER_SALT)
    assert state(named, act_id) == (2, 0, False)
    with reverts("ActUndecided", act_id, 2, 3):
        named.execute([], SALT, {"from": ada})
    tx = named.approve(act_id, {"from": ada})  # the group again, by its other seat: a new delay
    emitted(tx, "ActDecided", actId=act_id, executableAt=tx.timestamp + DELAY)


def test_approval_does_not_revive_with_a_new_grant(named, registered, bob, cleo, dan, eve):
    registered(bob, NORTH)
    act_id = named.propose([], SALT, {"from": bob}).return_value
    carry(named, take(named, bob), cleo, dan, eve, salt=OTHER_SALT)
    carry(named, grant(named, bob), cleo, dan, eve, salt=OTHER_SALT)
    assert state(named, act_id) == (0, 0, False)
    tx = named.approve(act_id, {"from": bob})
    emitted(tx, "ActApproved", actId=act_id, seat=bob, group=NORTH, approvals=1)


# --- constitutional acts


def test_constitutional_act_takes_two_thirds_and_twice_the_delay(
    named, registered, ada, cleo, dan, eve, stranger
):
    registered(stranger, FAR)
    carry(named, grant(named, stranger), ada, cleo, dan)
    assert named.groupCount() == 5
    assert named.approvalsNeeded() == 3
    assert named.constitutionalApprovalsNeeded(ZERO_WORD) == 4
    calls = set_delay(named, 60)
    act_id = proposed(named, calls, OTHER_SALT, ada, cleo, dan)
    with reverts("ActUndecided", act_id, 3, 4):
        named.execute(calls, OTHER_SALT, {"from": ada})
    tx = named.approve(act_id, {"from": eve})
    emitted(tx, "ActDecided", actId=act_id, executableAt=tx.timestamp + LONG_DELAY)
    pass_time(LONG_DELAY)
    named.execute(calls, OTHER_SALT, {"from": ada})
    assert named.delay() == 60


@pytest.mark.parametrize(
    ("contract", "method", "arguments"),
    [
        ("LotBook", "setWriter", (ZERO, SALT)),
        ("Journal", "setWriter", (ZERO, 1, SALT)),
        ("Directory", "register", (SALT, ZERO)),
        ("Directory", "registerHash", (SALT, SALT)),
        ("Settings", "setQuorum", (3,)),
        ("Sites", "setPanel", (SALT, [])),
        ("Certificates", "setCreditRule", (1, 2, False)),
    ],
)
def test_rights_are_constitutional(
    request, council, members, stranger, contract, method, arguments, ada
):
    factory = request.getfixturevalue(contract)
    others = {"LotBook": 1, "Settings": 1, "Sites": 2, "Certificates": 3}
    deployed = stranger.deploy(factory, council, *([members] * others.get(contract, 0)))
    calls = [call(getattr(deployed, method), *arguments)]
    act_id = council.propose(calls, SALT, {"from": ada}).return_value
    assert council.actOf(act_id)[4] is True


def test_call_without_a_whole_selector_is_an_ordinary_one(council, ada):
    act_id = council.propose([(council.address, "0x12")], SALT, {"from": ada}).return_value
    assert council.actOf(act_id)[4] is False


def test_affected_group_does_not_vote_and_is_heard(named, ada, bob, cleo, dan, eve, stranger):
    calls = take(named, bob)
    act_id = proposed(named, calls, SALT, ada, cleo, dan)  # ada's group is affected
    assert named.actOf(act_id)[6] == NORTH
    assert state(named, act_id)[0] == 2
    tx = named.approve(act_id, {"from": eve})
    due = tx.timestamp + HEARING
    emitted(tx, "ActDecided", actId=act_id, executableAt=due)

    words = spoken("bob did nothing wrong")
    with reverts("ReasonInvalid", SALT):
        named.objectTo(act_id, SALT, {"from": bob})
    with reverts("NotAffected", act_id, cleo, NORTH):
        named.objectTo(act_id, words, {"from": cleo})
    with reverts("NotAffected", act_id, stranger, NORTH):
        named.objectTo(act_id, words, {"from": stranger})
    with reverts("ReasonInvalid", word("readable by a dictionary")):
        named.objectTo(act_id, word("readable by a dictionary"), {"from": bob})
    heard = named.objectTo(act_id, words, {"from": bob})
    emitted(heard, "ObjectionRaised", actId=act_id, by=bob, group=NORTH, words=words)
    with reverts("ObjectionExists", act_id):
        named.objectTo(act_id, words, {"from": ada})

    with reverts_with_time("ActTooEarly", act_id, due):
        named.execute(calls, SALT, {"from": cleo})
    pass_time(HEARING)
    taken = named.execute(calls, SALT, {"from": cleo})
    emitted(taken, "SeatTaken", seat=bob, group=NORTH)


def test_ordinary_act_affects_nobody(council, ada):
    act_id = council.propose([], SALT, {"from": ada}).return_value
    with reverts("NotAffected", act_id, ada, ZERO_WORD):
        council.objectTo(act_id, SALT, {"from": ada})


def test_one_act_affects_one_group(council, ada, cleo, dan):
    """Else half of the council throws the other half out in one act."""
    calls = take(council, cleo) + take(council, dan)
    with reverts("ActAffectsTwoGroups", SOUTH, EAST):
        council.propose(calls, SALT, {"from": ada})


def test_member_without_a_seat_is_heard_suspended_or_not(
    named, registered, members, ada, cleo, dan, stranger, accounts
):
    organisation = registered(stranger, FAR, Role.ORACLE)
    calls = [call(members.replaceSigner, stranger, accounts[18])]
    act_id = named.propose(calls, OTHER_SALT, {"from": ada}).return_value
    assert named.actOf(act_id)[6] == FAR
    suspend = [call(members.suspend, organisation, spoken("reason"))]
    carry(named, suspend, ada, cleo, dan, salt=word("suspend"))
    words = spoken("the key is ours")
    heard = named.objectTo(act_id, words, {"from": stranger})
    emitted(heard, "ObjectionRaised", actId=act_id, by=stranger, group=FAR, words=words)


def test_member_is_heard_while_it_is_frozen(
    named, registered, members, ada, cleo, dan, eve, accounts
):
    """A freeze takes as long as the hearing: who is frozen on the day of the act objects."""
    organisation = registered(eve, WEST, Role.TRADER)
    for judge, role in ((accounts[24], Role.RISK), (accounts[25], Role.AUDITOR)):
        registered(judge, word(f"group of {judge}"), role)
    pass_time(7 * DAY)
    for judge in accounts[24:26]:
        members.freeze(WEST, {"from": judge})
    suspend = [call(members.suspend, organisation, spoken("reason"))]
    act_id = proposed(named, suspend, SALT, ada, cleo, dan)
    words = spoken("the weights were right")
    heard = named.objectTo(act_id, words, {"from": eve})
    emitted(heard, "ObjectionRaised", actId=act_id, by=eve, group=WEST, words=words)


def test_signers_cannot_be_replaced_before_members_are_named(council, members, ada):
    with reverts("MembersUnknown", ZERO):
        council.propose([call(members.replaceSigner, ada, ada)], SALT, {"from": ada})


# --- seats and delay


def test_only_the_council_governs_itself(council, ada, bob):
    for refused in (
        lambda: council.grantSeat(bob, {"from": ada}),
        lambda: council.takeSeat(bob, {"from": ada}),
        lambda: council.setDelay(0, {"from": ada}),
        lambda: council.nameMembers(bob, {"from": ada}),
    ):
        with reverts("OnlyCouncil", ada):
            refused()


def test_register_is_named(council, members, ada, cleo, dan):
    tx = carry(council, [call(council.nameMembers, members)], ada, cleo, dan)
    emitted(tx, "MembersNamed", members=members)
    assert council.members() == members


def test_seat_is_granted_and_taken(named, registered, members, ada, cleo, dan, eve, stranger):
    registered(stranger, FAR)
    granted = carry(named, grant(named, stranger), ada, cleo, dan)
    emitted(granted, "SeatGranted", seat=stranger, group=FAR)
    assert named.groupCount() == 5

    taken = carry(named, take(named, stranger), ada, cleo, dan, eve)
    emitted(taken, "SeatTaken", seat=stranger, group=FAR)
    assert named.groupCount() == 4
    assert plain(named.groupOf(stranger)) == ZERO_WORD
    with reverts("NotSeated", stranger):
        named.propose([], SALT, {"from": stranger})


def test_another_seat_makes_no_other_group(named, registered, ada, cleo, dan, stranger):
    registered(stranger, NORTH)
    granted = carry(named, grant(named, stranger), ada, cleo, dan)
    emitted(granted, "SeatGranted", seat=stranger, group=NORTH)
    assert named.groupCount() == 4
    act_id = named.propose([], OTHER_SALT, {"from": ada}).return_value
    with reverts("GroupHasApproved", act_id, NORTH):
        named.approve(act_id, {"from": stranger})


def test_group_stays_while_it_has_a_seat(named, bob, cleo, dan, eve):
    carry(named, take(named, bob), cleo, dan, eve)
    assert named.groupCount() == 4


def test_four_groups_remain(named, ada, cleo, dan, eve):
    calls = take(named, dan)
    decided(named, calls, SALT, ada, cleo, eve)
    with reverts("TooFewGroups", 3, 4):
        named.execute(calls, SALT, {"from": ada})


def test_one_new_group_a_month(named, registered, ada, cleo, dan, eve, stranger, accounts):
    """Else two thirds bring in friends by the dozen, and are nine tenths the day after."""
    registered(stranger, FAR)
    registered(accounts[18], word("group next"))
    carry(named, grant(named, stranger), ada, cleo, dan)
    next_at = chain[-1].timestamp + NEW_GROUP_PAUSE
    calls = grant(named, accounts[18])
    decided(named, calls, OTHER_SALT, ada, cleo, dan, eve)
    with brownie_refusal(named, "GroupTooSoon"):
        named.execute(calls, OTHER_SALT, {"from": ada})
    pass_time(next_at - chain[-1].timestamp)
    named.execute(calls, OTHER_SALT, {"from": ada})
    assert named.groupCount() == 6


def brownie_refusal(contract, error):
    """A call of an act that failed with this error, whatever its values."""
    abi = next(x for x in contract.abi if x["type"] == "error" and x["name"] == error)
    types = ",".join(field["type"] for field in abi["inputs"])
    selector = bytes(brownie.web3.keccak(text=f"{error}({types})")[:4])
    return brownie.reverts(
        revert_pattern="CallFailed: 0, .*" + re.escape(repr(selector)[2:-1]) + ".*"
    )


def test_seat_of_a_sold_organisation_is_silent(
    named, registered, members, ada, cleo, dan, eve, stranger
):
    """Its group is read from the register: a sale makes no second voice, and no further group."""
    organisation = registered(eve, WEST)
    act_id = named.propose([], SALT, {"from": eve}).return_value
    move = [call(members.setGroup, organisation, SOUTH, 0)]
    with reverts_any("TooFewGroups"):
        carry(named, move, ada, cleo, dan, salt=word("move"))
    registered(stranger, FAR)
    carry(named, grant(named, stranger), ada, cleo, dan, salt=word("grant"))
    named.decide(named.actIdOf(move, word("move")), {"from": ada})
    pass_time(HEARING)
    named.execute(move, word("move"), {"from": ada})

    assert plain(named.groupOf(eve)) == ZERO_WORD
    assert named.groupCount() == 4
    assert state(named, act_id)[0] == 0
    with reverts("SeatSilent", eve, WEST):
        named.approve(act_id, {"from": eve})


def reverts_any(error):
    return brownie.reverts(revert_pattern=f"{error}: .*")


def test_sale_of_any_organisation_has_acts_decided_anew(
    named, registered, members, ada, cleo, dan, stranger
):
    organisation = registered(stranger, FAR)
    act_id = decided(named, [], SALT, ada, cleo, dan)
    move = [call(members.setGroup, organisation, word("group buyer"), 0)]
    carry(named, move, ada, cleo, dan, salt=OTHER_SALT)
    with reverts("DecisionOutdated", act_id):
        named.execute([], SALT, {"from": ada})


@pytest.mark.parametrize(
    ("method", "arguments", "error", "values"),
    [
        ("takeSeat", ["stranger"], "NotSeated", ["stranger"]),
        ("grantSeat", ["bob"], "MembersUnknown", [ZERO]),
        ("nameMembers", ["stranger"], "MembersUnknown", ["stranger"]),
        ("setDelay", [LONGEST + 1], "DelayTooLong", [LONGEST + 1, LONGEST]),
    ],
)
def test_invalid_acts_on_itself(council, seats, stranger, method, arguments, error, values):
    people = {**seats, "stranger": stranger}
    arguments = [people.get(value, value) for value in arguments]
    values = [getattr(people.get(value, value), "address", value) for value in values]
    calls = [call(getattr(council, method), *arguments)]
    decided(council, calls, SALT, *(seats[name] for name in ("ada", "cleo", "dan", "eve")))
    with reverts("CallFailed", 0, council, refusal(council, error, *values)):
        council.execute(calls, SALT, {"from": stranger})


def test_seat_is_granted_to_a_members_account_once(named, registered, ada, cleo, dan, bob):
    registered(bob, NORTH)
    calls = grant(named, bob)
    decided(named, calls, SALT, ada, cleo, dan)
    with reverts("CallFailed", 0, named, refusal(named, "AlreadySeated", bob.address)):
        named.execute(calls, SALT, {"from": ada})


def test_stranger_gets_no_seat(named, members, ada, cleo, dan, stranger):
    calls = grant(named, stranger)
    decided(named, calls, SALT, ada, cleo, dan)
    inner = refusal(members, "OrganisationUnknown", ZERO_WORD)
    with reverts("CallFailed", 0, named, inner):
        named.execute(calls, SALT, {"from": ada})


# --- the guardian pause


def test_third_of_the_groups_pauses_at_once(named, members, ada, bob, cleo, stranger):
    with reverts("NotSeated", stranger):
        named.votePause({"from": stranger})
    first = named.votePause({"from": ada})
    emitted(first, "PauseVoted", seat=ada, group=NORTH, votes=1, needed=2)
    again = named.votePause({"from": bob})  # the same group
    emitted(again, "PauseVoted", seat=bob, group=NORTH, votes=1, needed=2)
    assert members.pausedUntil() == 0

    tx = named.votePause({"from": cleo})
    emitted(tx, "PauseVoted", seat=cleo, group=SOUTH, votes=2, needed=2)
    emitted(tx, "Paused", until=tx.timestamp + 3 * DAY)
    with reverts("PauseInForce", members.pausedUntil()):
        members.requireRunning()
    pass_time(3 * DAY)
    members.requireRunning()


def test_votes_for_a_pause_last_a_day(named, members, ada, cleo):
    named.votePause({"from": ada})
    pass_time(DAY + 1)
    tx = named.votePause({"from": cleo})
    emitted(tx, "PauseVoted", seat=cleo, group=SOUTH, votes=1, needed=2)
    assert members.pausedUntil() == 0


def test_pause_needs_a_register(council, ada):
    with reverts("MembersUnknown", ZERO):
        council.votePause({"from": ada})
