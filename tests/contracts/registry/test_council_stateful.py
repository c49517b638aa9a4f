# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""Council under random seats, acts and times, against the council by definition."""

from brownie import chain
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.contracts.machines import ChainMachine, attempt, run
from tests.contracts.people import word
from tests.contracts.registry.models.seats import Act, Seat, Seats
from tests.contracts.values import plain

DELAY = 600
GROUPS = [word(f"group {name}") for name in ("north", "south", "east", "west")]
FOUNDERS = ((0, 0), (1, 0), (2, 1), (3, 2))  # person, group

persons = st.integers(0, 5)
picks = st.integers(0, 50)
# Seats that an act grants (a group) or takes (none).
wanted_seats = st.dictionaries(
    persons, st.one_of(st.none(), st.integers(0, 3)), min_size=1, max_size=2
)


class CouncilMachine(ChainMachine):
    """Six people of up to four groups; acts grant and take their seats."""

    def __init__(self, council, accounts):
        super().__init__()
        self.council, self.accounts = council, accounts
        self.people = [plain(account) for account in accounts[:6]]
        seated = [Seat(self.people[person], GROUPS[group]) for person, group in FOUNDERS]
        self.model = Seats(DELAY, seated)
        self.calls = {}
        self.salt = 0

    @rule(person=persons, wanted=wanted_seats)
    def propose(self, person, wanted):
        self.salt += 1
        seats = {self.people[i]: None if g is None else GROUPS[g] for i, g in wanted.items()}
        calls, salt = [self._call(*seat) for seat in seats.items()], word(f"salt {self.salt}")
        tx = self._try(self.council.propose, person, calls, salt)
        seated = self.model.seat(self.people[person]) is not None
        assert (tx is not None) == seated
        if tx is None:
            return
        act_id, act = plain(tx.return_value), Act(seats)
        self.model.acts[act_id], self.calls[act_id] = act, (calls, salt)
        self.model.approve(self.people[person], act, tx.timestamp)

    @precondition(lambda self: self.model.acts)
    @rule(person=persons, pick=picks)
    def approve(self, person, pick):
        act_id, act = self._pick(pick)
        tx = self._try(self.council.approve, person, act_id)
        assert (tx is not None) == self.model.may_approve(self.people[person], act)
        if tx is not None:
            self.model.approve(self.people[person], act, tx.timestamp)

    @precondition(lambda self: self.model.acts)
    @rule(person=persons, pick=picks)
    def execute(self, person, pick):
        act_id, act = self._pick(pick)
        after = self.model.outcome(act)
        decided = self.model.decided(act) and not act.executed
        tx = self._try(self.council.execute, person, *self.calls[act_id])
        due = decided and act.due is not None and (tx or chain[-1]).timestamp >= act.due
        assert (tx is not None) == bool(due and after is not None)
        if tx is not None:
            act.executed, self.model.seated = True, after

    @rule(seconds=st.sampled_from([1, DELAY // 2, DELAY + 1]))
    def wait(self, seconds):
        chain.sleep(seconds)
        chain.mine()

    @invariant()
    def seats_agree(self):
        for person in self.people:
            seat = self.model.seat(person)
            expected = seat.group if seat else "0x" + "0" * 64
            assert plain(self.council.groupOf(person)) == expected
        assert self.council.groupCount() == len(self.model.groups()) >= 2
        assert self.council.approvalsNeeded() == self.model.needed()

    @invariant()
    def acts_agree(self):
        for act_id, act in self.model.acts.items():
            approvals, due, executed = self.council.actOf(act_id)
            assert (approvals, executed) == (len(self.model.standing(act)), act.executed)
            if not executed:
                assert due == (act.due if self.model.decided(act) else 0)

    def _pick(self, pick):
        acts = list(self.model.acts.items())
        return acts[pick % len(acts)]

    def _call(self, address, group):
        method = self.council.takeSeat if group is None else self.council.grantSeat
        arguments = (address,) if group is None else (address, group)
        return (self.council.address, method.encode_input(*arguments))

    def _try(self, method, person, *arguments):
        return attempt(method, *arguments, {"from": self.accounts[person]})


def test_council_agrees_with_its_definition(accounts, Council, stranger):
    council = stranger.deploy(
        Council,
        [accounts[person] for person, _ in FOUNDERS],
        [GROUPS[group] for _, group in FOUNDERS],
        DELAY,
    )
    run(lambda: CouncilMachine(council, accounts))
