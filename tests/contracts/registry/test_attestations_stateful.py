"""Four oracle nodes, three a quorum: lying, silent, contradicting themselves and each other."""

from brownie import chain
from brownie.exceptions import VirtualMachineError
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.contracts.conftest import COBALT, DAY, MINE, QUORUM
from tests.contracts.lots.making import MASS_BALANCE
from tests.contracts.machines import ChainMachine, attempt, run
from tests.contracts.people import spoken, word
from tests.contracts.values import plain

BIRTH = 1
events, revisions = st.integers(1, 2), st.integers(0, 2)
LIAR = 3  # the fourth node says anything; the others say what the site's revision says


class AttestationMachine(ChainMachine):
    """Two events of one site. The model keeps who said what, and what stands."""

    def __init__(self, attestations, lot_book, nodes, user, file):
        super().__init__()
        self.attestations, self.lot_book = attestations, lot_book
        self.nodes, self.user, self.file = nodes, user, file
        self.end = chain.time() - DAY
        self.said = {}  # (event, revision, node) -> value
        self.standing = {}  # event -> (revision, value)
        self.used = set()
        self.declared = set()  # (event, revision, node)
        self.withdrawn = set()  # (event, revision)

    @rule(node=st.integers(0, 2), event=events, revision=revisions)
    def honest_node_attests(self, node, event, revision):
        self._attest(node, event, revision, self._truth(event, revision))

    @rule(event=events, revision=revisions, lie=st.integers(0, 3))
    def liar_attests(self, event, revision, lie):
        self._attest(LIAR, event, revision, 1_000 + lie if lie else self._truth(event, revision))

    @rule(event=events)
    def use(self, event):
        """As a rule contract does: it asks what stands, and marks it in the book."""
        usable = event in self.standing and event not in self.used
        usable = usable and (event, self.standing[event][0]) not in self.withdrawn
        try:
            self.attestations.usable(self._id(event), BIRTH)
        except VirtualMachineError:
            assert not usable
            return
        assert usable
        self.lot_book.useEvent(MINE, event, COBALT, {"from": self.user})
        self.used.add(event)

    @rule(node=st.integers(0, 3), event=events, revision=revisions)
    def node_withdraws(self, node, event, revision):
        """Any node may: what it withdraws alone stays."""
        refused = (event, revision) in self.withdrawn or (event, revision, node) in self.declared
        self.file(MINE, event, word("wrong"))
        declared = (word("wrong"), spoken("incorrect_data"), [])
        given = (MINE, event, COBALT, self._document(event, revision), *declared)
        tx = attempt(self.attestations.withdraw, given, {"from": self.nodes[node]})
        assert (tx is None) == refused
        if tx is None:
            return
        self.declared.add((event, revision, node))
        ends = len([n for n in range(4) if (event, revision, n) in self.declared]) >= QUORUM
        assert ("EventWithdrawn" in tx.events) == ends
        if ends:
            self.withdrawn.add((event, revision))
            stood = event in self.standing and self.standing[event][0] == revision
            assert tx.events["EventWithdrawn"]["used"] == (stood and event in self.used)

    @invariant()
    def what_stands_was_said_by_a_quorum(self):
        for event in (1, 2):
            found = self.attestations.standingOf(self._id(event))
            if event not in self.standing:
                assert found[11] == 0
                continue
            revision, value = self.standing[event]
            assert (found[6], int(plain(found[2]), 16)) == (revision, value)
            assert found[13] == ((event, revision) in self.withdrawn)

    @invariant()
    def a_lie_never_stands(self):
        for event, (revision, value) in self.standing.items():
            assert value == self._truth(event, revision)

    def _attest(self, node, event, revision, value):
        self.file(MINE, event, self._document(event, revision))
        refused = (event, revision, node) in self.said or (event, revision) in self.withdrawn
        refused = refused or not self._is_open(event, revision)
        statement = self._statement(event, revision, value)
        tx = attempt(self.attestations.attest, statement, {"from": self.nodes[node]})
        assert (tx is None) == refused
        if tx is None:
            return
        self.said[event, revision, node] = value
        supporters = len(self._supporters(event, revision, value))
        assert tx.events["Attested"]["attestations"] == supporters
        stands = supporters >= QUORUM
        assert ("EventStanding" in tx.events) == stands
        if stands:
            self.standing[event] = (revision, value)

    def _is_open(self, event, revision):
        """Nothing stands, or what stands was withdrawn unused and this is a later revision."""
        if event not in self.standing:
            return True
        old = self.standing[event][0]
        return (event, old) in self.withdrawn and event not in self.used and revision > old

    def _supporters(self, event, revision, value):
        return [n for n in range(4) if self.said.get((event, revision, n)) == value]

    def _truth(self, event, revision):
        return 10 * event + revision + 1

    def _id(self, event):
        return self.attestations.eventIdOf(MINE, event, COBALT)

    def _statement(self, event, revision, value):
        times = (self.end - 1_000, self.end)
        document = self._document(event, revision)
        what = (COBALT, *times, document, f"0x{value:064x}")
        return (
            *(MINE, event, revision, BIRTH, *what),
            *([COBALT], MASS_BALANCE, 0, False, word("batches"), [], 0),
        )

    def _document(self, event, revision):
        return word(f"document {event} {revision}")


def test_attestations_agree_with_the_model(attestations, lot_book, nodes, governor, file):
    run(lambda: AttestationMachine(attestations, lot_book, nodes, governor, file), runs=20)
