# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""Council: acts of the majority of ownership groups, with a delay."""

import pytest
from brownie import chain

from tests.contracts.people import ZERO_WORD, word
from tests.contracts.reverts import refusal, reverts, reverts_with_time
from tests.contracts.values import emitted, emitted_many, plain

DELAY = 3_600
SALT, OTHER_SALT = word("salt"), word("other salt")
NORTH, SOUTH, EAST, WEST = (word(f"group {name}") for name in ("north", "south", "east", "west"))
ZERO = "0x" + "0" * 40
LONGEST = 30 * 86_400


@pytest.fixture(scope="module")
def seats(accounts):
    """ada and bob of one group, cleo and dan of two others."""
    return dict(zip(("ada", "bob", "cleo", "dan"), accounts[:4], strict=True))


@pytest.fixture(scope="module")
def council(Council, seats, stranger):
    groups = [NORTH, NORTH, SOUTH, EAST]
    return stranger.deploy(Council, list(seats.values()), groups, DELAY)


@pytest.fixture
def ada(seats):
    return seats["ada"]


@pytest.fixture
def bob(seats):
    return seats["bob"]


@pytest.fixture
def cleo(seats):
    return seats["cleo"]


@pytest.fixture
def dan(seats):
    return seats["dan"]


def set_delay(council, seconds):
    return [(council.address, council.setDelay.encode_input(seconds))]


def take(council, seat):
    return [(council.address, council.takeSeat.encode_input(seat))]


def grant(council, seat, group):
    return [(council.address, council.grantSeat.encode_input(seat, group))]


def decided(council, calls, salt, *voters):
    """Proposed by the first, approved by the others, and old enough."""
    act_id = council.propose(calls, salt, {"from": voters[0]}).return_value
    for voter in voters[1:]:
        council.approve(act_id, {"from": voter})
    pass_time(council.delay())
    return act_id


def pass_time(seconds):
    chain.sleep(seconds + 1)
    chain.mine()


def carry(council, calls, *voters, salt=SALT):
    decided(council, calls, salt, *voters)
    return council.execute(calls, salt, {"from": voters[0]})


# --- founding


def test_founding(council, seats):
    emitted(council.tx, "DelaySet", delay=DELAY)
    granted = [(seats["ada"], NORTH), (seats["bob"], NORTH), (seats["cleo"], SOUTH)]
    granted.append((seats["dan"], EAST))
    assert emitted_many(council.tx, "SeatGranted") == [
        {"seat": plain(seat), "group": group} for seat, group in granted
    ]
    assert council.groupCount() == 3
    assert council.approvalsNeeded() == 2
    assert council.delay() == DELAY
    assert plain(council.groupOf(seats["bob"])) == NORTH
    assert plain(council.groupOf(council)) == ZERO_WORD


@pytest.mark.parametrize(("groups", "count"), [([], 0), ([NORTH, NORTH], 1)])
def test_founding_needs_two_groups(Council, accounts, stranger, groups, count):
    with reverts("TooFewGroups", count):
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


def test_founding_delay_is_bounded(Council, ada, bob, stranger):
    with reverts("DelayTooLong", LONGEST + 1, LONGEST):
        stranger.deploy(Council, [ada, bob], [NORTH, SOUTH], LONGEST + 1)
    assert stranger.deploy(Council, [ada, bob], [NORTH, SOUTH], LONGEST).delay() == LONGEST


# --- an act's way


def test_act_from_proposal_to_execution(council, ada, cleo, stranger):
    calls = set_delay(council, 60)
    act_id = council.actIdOf(calls, SALT)

    proposed = council.propose(calls, SALT, {"from": ada})
    emitted(proposed, "ActProposed", actId=act_id, seat=ada, calls=calls, salt=SALT)
    emitted(proposed, "ActApproved", actId=act_id, seat=ada, group=NORTH, approvals=1)
    assert "ActDecided" not in proposed.events
    assert plain(proposed.return_value) == plain(act_id)
    assert plain(council.actOf(act_id)) == (1, 0, False)

    approved = council.approve(act_id, {"from": cleo})
    due = approved.timestamp + DELAY
    emitted(approved, "ActApproved", actId=act_id, seat=cleo, group=SOUTH, approvals=2)
    emitted(approved, "ActDecided", actId=act_id, executableAt=due)
    assert plain(council.actOf(act_id)) == (2, due, False)

    pass_time(DELAY)
    executed = council.execute(calls, SALT, {"from": stranger})  # anyone
    emitted(executed, "ActExecuted", actId=act_id)
    emitted(executed, "DelaySet", delay=60)
    assert plain(council.actOf(act_id)) == (2, due, True)
    assert council.delay() == 60


def test_act_id_names_calls_and_salt(council, web3):
    calls = set_delay(council, 60)
    encoded = web3.codec.encode(
        ["(address,bytes)[]", "bytes32"],
        [[(calls[0][0], bytes.fromhex(calls[0][1][2:]))], bytes.fromhex(SALT[2:])],
    )
    assert plain(council.actIdOf(calls, SALT)) == plain(bytes(web3.keccak(encoded)))
    assert council.actIdOf(calls, SALT) != council.actIdOf(calls, OTHER_SALT)


def test_only_seats_propose_and_approve(council, ada, stranger):
    calls = set_delay(council, 60)
    with reverts("NotSeated", stranger):
        council.propose(calls, SALT, {"from": stranger})
    act_id = council.propose(calls, SALT, {"from": ada}).return_value
    with reverts("NotSeated", stranger):
        council.approve(act_id, {"from": stranger})


def test_act_is_proposed_once(council, ada, cleo):
    calls = set_delay(council, 60)
    act_id = council.propose(calls, SALT, {"from": ada}).return_value
    with reverts("ActExists", act_id):
        council.propose(calls, SALT, {"from": cleo})


def test_unknown_act(council, ada):
    calls = set_delay(council, 60)
    act_id = council.actIdOf(calls, SALT)
    with reverts("ActUnknown", act_id):
        council.approve(act_id, {"from": ada})
    with reverts("ActUnknown", act_id):
        council.execute(calls, SALT, {"from": ada})
    assert plain(council.actOf(act_id)) == (0, 0, False)


def test_two_seats_of_a_group_count_once(council, ada, bob):
    calls = set_delay(council, 60)
    act_id = council.propose(calls, SALT, {"from": ada}).return_value
    with reverts("GroupHasApproved", act_id, NORTH):
        council.approve(act_id, {"from": bob})
    with reverts("GroupHasApproved", act_id, NORTH):
        council.approve(act_id, {"from": ada})
    with reverts("ActUndecided", act_id, 1, 2):
        council.execute(calls, SALT, {"from": ada})


def test_act_waits_for_its_delay(council, ada, cleo):
    calls = set_delay(council, 60)
    act_id = council.propose(calls, SALT, {"from": ada}).return_value
    due = council.approve(act_id, {"from": cleo}).timestamp + DELAY
    for seconds in (0, DELAY - 60):
        pass_time(seconds)
        with reverts_with_time("ActTooEarly", act_id, due):
            council.execute(calls, SALT, {"from": ada})
    pass_time(60)
    council.execute(calls, SALT, {"from": ada})


def test_act_executes_once(council, ada, cleo, dan):
    calls = set_delay(council, 60)
    carry(council, calls, ada, cleo)
    act_id = council.actIdOf(calls, SALT)
    with reverts("ActAlreadyExecuted", act_id):
        council.execute(calls, SALT, {"from": ada})
    with reverts("ActAlreadyExecuted", act_id):
        council.approve(act_id, {"from": dan})
    carry(council, calls, ada, cleo, salt=OTHER_SALT)  # the same calls again, as another act


def test_further_approval_does_not_restart_the_delay(council, ada, cleo, dan):
    calls = set_delay(council, 60)
    act_id = decided(council, calls, SALT, ada, cleo)
    due = council.actOf(act_id)[1]
    tx = council.approve(act_id, {"from": dan})
    assert "ActDecided" not in tx.events
    assert plain(council.actOf(act_id)) == (3, due, False)
    council.execute(calls, SALT, {"from": ada})


def test_all_calls_succeed_or_none(council, ada, cleo, bob):
    calls = set_delay(council, 60) + grant(council, bob, WEST)
    decided(council, calls, SALT, ada, cleo)
    with reverts("CallFailed", 1, council, refusal(council, "AlreadySeated", bob.address)):
        council.execute(calls, SALT, {"from": ada})
    assert council.delay() == DELAY
    assert plain(council.actOf(council.actIdOf(calls, SALT)))[2] is False


def test_call_to_an_address_without_code_fails(council, ada, cleo, stranger):
    calls = [(stranger.address, "0x12345678")]
    decided(council, calls, SALT, ada, cleo)
    with reverts("CallFailed", 0, stranger, b""):
        council.execute(calls, SALT, {"from": ada})


def test_act_without_calls_is_a_resolution(council, ada, cleo):
    tx = carry(council, [], ada, cleo)
    emitted(tx, "ActExecuted", actId=council.actIdOf([], SALT))


# --- seats and delay


def test_only_the_council_governs_itself(council, ada, bob):
    for call in (
        lambda: council.grantSeat(bob, WEST, {"from": ada}),
        lambda: council.takeSeat(bob, {"from": ada}),
        lambda: council.setDelay(0, {"from": ada}),
    ):
        with reverts("OnlyCouncil", ada):
            call()


def test_seat_is_granted_and_taken(council, ada, cleo, stranger):
    granted = carry(council, grant(council, stranger, WEST), ada, cleo)
    emitted(granted, "SeatGranted", seat=stranger, group=WEST)
    assert council.groupCount() == 4
    assert council.approvalsNeeded() == 3

    taken = carry(council, take(council, stranger), ada, cleo, stranger)
    emitted(taken, "SeatTaken", seat=stranger, group=WEST)
    assert council.groupCount() == 3
    assert plain(council.groupOf(stranger)) == ZERO_WORD
    with reverts("NotSeated", stranger):
        council.propose([], SALT, {"from": stranger})


def test_another_seat_makes_no_other_group(council, ada, cleo, stranger):
    granted = carry(council, grant(council, stranger, NORTH), ada, cleo)
    emitted(granted, "SeatGranted", seat=stranger, group=NORTH)
    assert council.groupCount() == 3
    act_id = council.propose([], SALT, {"from": ada}).return_value
    with reverts("GroupHasApproved", act_id, NORTH):
        council.approve(act_id, {"from": stranger})


def test_group_stays_while_it_has_a_seat(council, bob, ada, cleo):
    carry(council, take(council, bob), ada, cleo)
    assert council.groupCount() == 3
    carry(council, take(council, ada), ada, cleo)
    assert council.groupCount() == 2


def test_two_groups_remain(council, ada, cleo, dan):
    carry(council, take(council, dan), ada, cleo)
    calls = take(council, cleo)
    decided(council, calls, SALT, ada, cleo)
    with reverts("CallFailed", 0, council, refusal(council, "TooFewGroups", 1)):
        council.execute(calls, SALT, {"from": ada})


@pytest.mark.parametrize(
    ("method", "arguments", "error", "values"),
    [
        ("takeSeat", ["stranger"], "NotSeated", ["stranger"]),
        ("grantSeat", ["bob", WEST], "AlreadySeated", ["bob"]),
        ("grantSeat", [ZERO, WEST], "SeatInvalid", [ZERO, WEST]),
        ("grantSeat", ["stranger", ZERO_WORD], "SeatInvalid", ["stranger", ZERO_WORD]),
        ("setDelay", [LONGEST + 1], "DelayTooLong", [LONGEST + 1, LONGEST]),
    ],
)
def test_invalid_acts_on_itself(council, seats, stranger, method, arguments, error, values):
    named = {**seats, "stranger": stranger}
    arguments = [named.get(value, value) for value in arguments]
    values = [getattr(named.get(value, value), "address", value) for value in values]
    calls = [(council.address, getattr(council, method).encode_input(*arguments))]
    decided(council, calls, SALT, seats["ada"], seats["cleo"])
    with reverts("CallFailed", 0, council, refusal(council, error, *values)):
        council.execute(calls, SALT, {"from": stranger})


# --- approvals that fall with their seat


def test_approval_falls_with_its_seat(council, ada, bob, cleo, dan, stranger):
    calls = set_delay(council, 60)
    act_id = decided(council, calls, SALT, bob, cleo)
    carry(council, take(council, bob), ada, cleo, salt=OTHER_SALT)

    assert plain(council.actOf(act_id)) == (1, 0, False)
    with reverts("ActUndecided", act_id, 1, 2):
        council.execute(calls, SALT, {"from": stranger})

    tx = council.approve(act_id, {"from": ada})  # the group again, by its other seat: a new delay
    emitted(tx, "ActDecided", actId=act_id, executableAt=tx.timestamp + DELAY)
    with reverts_with_time("ActTooEarly", act_id, tx.timestamp + DELAY):
        council.execute(calls, SALT, {"from": stranger})
    pass_time(DELAY)
    council.execute(calls, SALT, {"from": stranger})


def test_approval_does_not_revive_with_a_new_grant(council, ada, bob, cleo, dan):
    calls = set_delay(council, 60)
    act_id = council.propose(calls, SALT, {"from": bob}).return_value
    carry(council, take(council, bob), ada, cleo, salt=OTHER_SALT)
    carry(council, grant(council, bob, WEST), ada, cleo, salt=OTHER_SALT)
    assert plain(council.actOf(act_id)) == (0, 0, False)
    tx = council.approve(act_id, {"from": bob})
    emitted(tx, "ActApproved", actId=act_id, seat=bob, group=WEST, approvals=1)


def test_majority_follows_the_groups(council, ada, cleo, dan, stranger):
    """An act that was decided by two of three groups needs three of four."""
    calls = set_delay(council, 60)
    act_id = decided(council, calls, SALT, ada, cleo)
    carry(council, grant(council, stranger, WEST), ada, dan, salt=OTHER_SALT)
    with reverts("ActUndecided", act_id, 2, 3):
        council.execute(calls, SALT, {"from": ada})
    tx = council.approve(act_id, {"from": stranger})
    emitted(tx, "ActDecided", actId=act_id, executableAt=tx.timestamp + DELAY)


def test_act_that_shrinking_made_sufficient_is_decided_by_the_next_approval(
    council, ada, cleo, dan, stranger, accounts
):
    carry(council, grant(council, stranger, WEST), ada, cleo, salt=OTHER_SALT)
    carry(council, grant(council, accounts[18], word("group 5")), ada, cleo, dan, salt=OTHER_SALT)
    calls = set_delay(council, 60)
    act_id = council.propose(calls, SALT, {"from": ada}).return_value
    council.approve(act_id, {"from": cleo})  # two of five
    for seat in (accounts[18], stranger):
        carry(council, take(council, seat), ada, cleo, dan, salt=word(f"take {seat}"))
    assert plain(council.actOf(act_id)) == (2, 0, False)  # two of three, but no deciding approval
    with reverts("ActUndecided", act_id, 2, 2):
        council.execute(calls, SALT, {"from": ada})
    tx = council.approve(act_id, {"from": dan})
    emitted(tx, "ActDecided", actId=act_id, executableAt=tx.timestamp + DELAY)
