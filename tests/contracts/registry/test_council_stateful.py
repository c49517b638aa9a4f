# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""Council under random seats, keys, suspensions, acts and times, against its definition."""

from brownie import chain
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.contracts.machines import ChainMachine, attempt, run
from tests.contracts.people import spoken, word
from tests.contracts.registry.models.seats import DAY, TERM, Act, Seat, Seats
from tests.contracts.rights import let_note
from tests.contracts.values import plain

DELAY = 600
GROUPS = [word(f"group {name}") for name in ("north", "south", "east", "west", "far", "off")]
OF_PERSON = (0, 0, 1, 2, 3, 4, 5, 1)  # group of each person
FOUNDERS, SPARE = 5, 20
NOBODY = "0x" + "0" * 64

persons = st.integers(0, len(OF_PERSON) - 1)
picks = st.integers(0, 50)
# Seats that an act grants (true) or takes; none of them: an ordinary act.
wanted_changes = st.dictionaries(persons, st.booleans(), max_size=2)
WAITS = [1, DELAY // 2, 2 * DELAY + 1, 7 * DAY + 1, 31 * DAY, TERM + 1]


class CouncilMachine(ChainMachine):
    """Eight people of six groups; acts grant and take their seats.

    Their organisations are suspended and reinstated, and they replace their keys.
    """

    def __init__(self, council, members, accounts, registrar):
        super().__init__()
        self.council, self.accounts = council, accounts
        self.members, self.registrar = members, registrar
        self.keys = list(accounts[: len(OF_PERSON)])
        self.spare = list(accounts[SPARE:])
        self.dead = []
        self.people = [plain(account) for account in accounts[: len(OF_PERSON)]]
        register = {self.people[person]: GROUPS[group] for person, group in enumerate(OF_PERSON)}
        seated = [Seat(address, register[address]) for address in self.people[:FOUNDERS]]
        self.model = Seats(DELAY, register, seated)
        self.calls = {}
        self.salt = 0

    @rule(person=persons, wanted=wanted_changes)
    def propose(self, person, wanted):
        self.salt += 1
        changes = {self.people[i]: grants for i, grants in wanted.items()}
        calls, salt = [self._call(*change) for change in changes.items()], word(f"s {self.salt}")
        affected = self.model.affected_by(changes)
        tx = self._try(self.council.propose, person, calls, salt)
        speaks = self.model.speaks(self.model.seat(self.people[person]))
        allowed = speaks and len(affected) < 2
        assert (tx is not None) == allowed
        if tx is None:
            return
        group = affected.pop() if affected else None
        act = Act(changes, group, tx.timestamp + TERM)
        act_id = plain(tx.return_value)
        self.model.acts[act_id], self.calls[act_id] = act, (calls, salt)
        self.model.approve(self.people[person], act, tx.timestamp)

    @precondition(lambda self: self.model.acts)
    @rule(person=persons, pick=picks)
    def approve(self, person, pick):
        act_id, act = self._pick(pick)
        tx = self._try(self.council.approve, person, act_id)
        assert (tx is not None) == self.model.may_approve(self.people[person], act, _now(tx))
        if tx is not None:
            self.model.approve(self.people[person], act, tx.timestamp)

    @precondition(lambda self: self.model.acts)
    @rule(person=persons, pick=picks)
    def revoke(self, person, pick):
        act_id, act = self._pick(pick)
        tx = self._try(self.council.revoke, person, act_id)
        assert (tx is not None) == self.model.may_revoke(self.people[person], act, _now(tx))
        if tx is not None:
            self.model.revoke(self.people[person], act)

    @precondition(lambda self: self.model.acts)
    @rule(person=persons, pick=picks)
    def decide(self, person, pick):
        act_id, act = self._pick(pick)
        tx = self._try(self.council.decide, person, act_id)
        open_ = self.model.has_majority(act) and not self.model.decided(act)
        assert (tx is not None) == (open_ and self.model.pending(act, _now(tx)))
        if tx is not None:
            self.model.decide(act, tx.timestamp)

    @precondition(lambda self: self.model.acts)
    @rule(person=persons, pick=picks)
    def execute(self, person, pick):
        act_id, act = self._pick(pick)
        tx = self._try(self.council.execute, person, *self.calls[act_id])
        now = _now(tx)
        after = self.model.outcome(act, now)
        due = self.model.decided(act) and act.due is not None and now >= act.due
        expected = due and self.model.pending(act, now) and after is not None
        assert (tx is not None) == expected
        if tx is not None:
            self.model.execute(act, after, now)

    @rule(seconds=st.sampled_from(WAITS))
    def wait(self, seconds):
        chain.sleep(seconds)
        chain.mine()

    @rule(person=persons)
    def suspend_or_reinstate(self, person):
        """As an act does; what such an act takes is in other tests."""
        organisation, address = word(f"organisation {person}"), self.people[person]
        sender = {"from": self.registrar}
        if address in self.model.suspended:
            self.members.reinstate(organisation, sender)
        else:
            self.members.suspend(organisation, spoken("reason"), sender)
        self.model.suspended ^= {address}

    @precondition(lambda self: self.spare)
    @rule(person=persons)
    def replace_the_key(self, person):
        new = self.spare.pop()
        self.members.replaceSigner(self.people[person], new, {"from": self.registrar})
        self.dead.append(self.keys[person])
        self.keys[person] = new

    @precondition(lambda self: self.dead)
    @rule(pick=picks)
    def a_dead_key_proposes_nothing(self, pick):
        self.salt += 1
        sender = {"from": self.dead[pick % len(self.dead)]}
        assert attempt(self.council.propose, [], word(f"s {self.salt}"), sender) is None

    @invariant()
    def seats_agree(self):
        for person, key in zip(self.people, self.keys, strict=True):
            seat = self.model.seat(person)
            speaks = self.model.speaks(seat)
            assert plain(self.council.groupOf(person)) == (seat.group if speaks else NOBODY)
            assert plain(self.council.seatOf(key)) == (person if seat else NOBODY[:42])
        assert self.council.groupCount() == len(self.model.groups())
        assert self.council.approvalsNeeded() == max(3, len(self.model.groups()) // 2 + 1)
        assert len({seat.group for seat in self.model.seated}) >= 4

    @invariant()
    def acts_agree(self):
        for act_id, act in self.model.acts.items():
            found = self.council.actOf(act_id).dict()
            assert found["approvals"] == len(self.model.standing(act))
            assert found["needed"] == self.model.needed(act)
            assert found["executed"] == act.executed
            if not act.executed:
                due = act.due if self.model.decided(act) else 0
                assert found["executableAt"] == due

    def _pick(self, pick):
        acts = list(self.model.acts.items())
        return acts[pick % len(acts)]

    def _call(self, address, grants):
        method = self.council.grantSeat if grants else self.council.takeSeat
        return (self.council.address, method.encode_input(address))

    def _try(self, method, person, *arguments):
        return attempt(method, *arguments, {"from": self.keys[person]})


def _now(tx):
    return (tx or chain[-1]).timestamp


def test_council_agrees_with_its_definition(accounts, Council, Members, Journal, stranger):
    council = stranger.deploy(
        Council, accounts[:FOUNDERS], [GROUPS[group] for group in OF_PERSON[:FOUNDERS]], DELAY
    )
    journal = stranger.deploy(Journal, stranger)
    members = stranger.deploy(Members, stranger, journal)
    let_note(journal, members, stranger)
    for person, group in enumerate(OF_PERSON):
        arguments = (word(f"organisation {person}"), GROUPS[group], 1, word("p"))
        members.register(*arguments, accounts[person], word("key"), {"from": stranger})
    calls = [(council.address, council.nameMembers.encode_input(members))]
    for person in (0, 2, 3):
        method = council.propose if person == 0 else council.approve
        given = (calls, word("name")) if person == 0 else (council.actIdOf(calls, word("name")),)
        method(*given, {"from": accounts[person]})
    chain.sleep(2 * DELAY + 1)
    council.execute(calls, word("name"), {"from": stranger})
    run(lambda: CouncilMachine(council, members, accounts, stranger))
