"""Withdrawals: a document that its site finds wrong, by the same quorum; nothing is edited."""

import pytest

from tests.contracts.conftest import COBALT, LABORATORY, MINE, OPERATORS
from tests.contracts.consents import add_account
from tests.contracts.people import PEOPLE, ZERO_WORD, Role, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted, emitted_many, plain

pytestmark = pytest.mark.usefixtures("rows_add_up")

BIRTH, MEASUREMENT = 1, 4
EXCUSED, WITHDRAWN = 12, 13
WITHDRAWAL = "(bytes32,uint32,uint16,bytes32,bytes32,bytes32,bytes32[])"
REASON = spoken("incorrect_data")


@pytest.fixture
def withdrawal(file):
    """The mine withdraws its first document, and filed the declaration; fields may be replaced."""

    def make(**changes):
        fields = {
            "site": MINE,
            "sequence": 1,
            "element": COBALT,
            "document": word("document"),
            "declaration": word("declaration"),
            "reason": REASON,
            "inputs": [],
        }
        fields.update(changes)
        if fields["site"] in OPERATORS:
            file(fields["site"], fields["sequence"], fields["declaration"])
        return tuple(fields.values())

    return make


@pytest.fixture
def event_id(attestations):
    return attestations.eventIdOf(MINE, 1, COBALT)


@pytest.fixture
def end(attestations, nodes):
    """Three nodes attest a withdrawal; returns the last transaction."""

    def attest(withdrawal):
        return [attestations.withdraw(withdrawal, {"from": node}) for node in nodes[:3]][-1]

    return attest


@pytest.fixture
def use(attestations, lot_book, governor, event_id):
    """Makes lots of the event, as a rule contract does."""

    def used():
        attestations.usable(event_id, BIRTH)
        return lot_book.useEvent(MINE, 1, COBALT, {"from": governor})

    return used


def organisation(number):
    return PEOPLE[f"node_{number}"].organisation


def withdrawn(tx, event_id, digest, used, document="document"):
    emitted(
        tx,
        "EventWithdrawn",
        eventId=event_id,
        site=MINE,
        document=word(document),
        digest=digest,
        declaration=word("declaration"),
        reason=REASON,
        used=used,
    )


# --- by a quorum


def test_document_is_withdrawn_at_quorum(
    attestations, statement, stand, withdrawal, nodes, event_id
):
    stand(statement())
    given = withdrawal()
    digest = attestations.withdrawalDigestOf(given)
    for count, node in enumerate(nodes[:3], start=1):
        assert attestations.isWithdrawn(event_id, word("document")) is False
        tx = attestations.withdraw(given, {"from": node})
        emitted(
            tx,
            "WithdrawalAttested",
            eventId=event_id,
            organisation=organisation(count),
            digest=digest,
            attestations=count,
            withdrawal=given,
        )
    withdrawn(tx, event_id, digest, used=False)
    assert attestations.isWithdrawn(event_id, word("document")) is True
    assert attestations.standingOf(event_id)[WITHDRAWN] is True


def test_digest(attestations, withdrawal, web3):
    given = withdrawal()
    words = tuple(bytes.fromhex(v[2:]) if isinstance(v, str) else v for v in given)
    expected = bytes(web3.keccak(web3.codec.encode([WITHDRAWAL], [words])))
    assert plain(attestations.withdrawalDigestOf(given)) == plain(expected)


@pytest.mark.parametrize("field", range(7))
def test_digest_covers_every_field(attestations, withdrawal, field):
    given = list(withdrawal())
    digest = attestations.withdrawalDigestOf(given)
    number = given[field] + 1 if isinstance(given[field], int) else [word("lot")]
    given[field] = word("other") if isinstance(given[field], str) else number
    assert attestations.withdrawalDigestOf(given) != digest


def test_only_independent_oracle_nodes_attest(attestations, withdrawal, miner, stranger, affiliate):
    with reverts("RoleMissing", miner, Role.ORACLE, PEOPLE["miner"].roles):
        attestations.withdraw(withdrawal(), {"from": miner})
    with reverts("NotActive", stranger):
        attestations.withdrawMany([], {"from": stranger})
    with reverts("NotIndependent", LABORATORY, PEOPLE["affiliate"].organisation):
        attestations.withdraw(withdrawal(site=LABORATORY), {"from": affiliate})
    with reverts("SiteUnknown", word("nowhere")):
        attestations.withdraw(withdrawal(site=word("nowhere")), {"from": affiliate})


def test_a_closed_site_withdraws(attestations, sites, governor, withdrawal, end, event_id):
    sites.close(MINE, {"from": governor})
    end(withdrawal())
    assert attestations.isWithdrawn(event_id, word("document")) is True


def test_organisation_attests_a_withdrawal_once(
    attestations, members, withdrawal, node_1, accounts, event_id
):
    given = withdrawal()
    attestations.withdraw(given, {"from": node_1})
    digest = attestations.withdrawalDigestOf(given)
    error = ("WithdrawalAlreadyAttested", event_id, digest, organisation(1))
    with reverts(*error):
        attestations.withdraw(given, {"from": node_1})
    add_account(members, accounts[20], Role.ORACLE, word("key"), node_1)
    with reverts(*error):  # nor by another account
        attestations.withdraw(given, {"from": accounts[20]})


@pytest.mark.parametrize(
    "changes",
    [
        {"sequence": 0},
        {"document": ZERO_WORD},
        {"declaration": ZERO_WORD},
        {"declaration": word("document")},
    ],
)
def test_withdrawal_is_complete(attestations, withdrawal, node_1, changes):
    given = withdrawal(**changes)
    with reverts("WithdrawalInvalid", attestations.eventIdOf(MINE, given[1], COBALT)):
        attestations.withdraw(given, {"from": node_1})


def test_many_are_all_or_none(attestations, withdrawal, node_1):
    good, bad = withdrawal(), withdrawal(sequence=0)
    with reverts("WithdrawalInvalid", attestations.eventIdOf(MINE, 0, COBALT)):
        attestations.withdrawMany([good, bad], {"from": node_1})
    elements = [withdrawal(element=element) for element in (25, 27, 28)]
    tx = attestations.withdrawMany(elements, {"from": node_1})
    said = [
        (one["withdrawal"], one["attestations"]) for one in emitted_many(tx, "WithdrawalAttested")
    ]
    assert said == [(one, 1) for one in plain(elements)]


# --- conflicts


def test_two_declarations_stay_visible_and_block_nobody(
    attestations, withdrawal, nodes, end, event_id
):
    """Two nodes saw another declaration than the others: each attests both, one counts."""
    first, second = withdrawal(), withdrawal(declaration=word("another"))
    for node, given in zip(nodes, (first, first, second, second), strict=True):
        attestations.withdraw(given, {"from": node})
    assert attestations.isWithdrawn(event_id, word("document")) is False
    tx = attestations.withdraw(first, {"from": nodes[2]})
    withdrawn(tx, event_id, attestations.withdrawalDigestOf(first), used=False)
    with reverts("AlreadyWithdrawn", event_id, word("document")):
        attestations.withdraw(second, {"from": nodes[0]})


def test_a_minority_withdraws_nothing(
    attestations, statement, stand, withdrawal, nodes, use, event_id
):
    stand(statement())
    for node in nodes[:2]:
        attestations.withdraw(withdrawal(), {"from": node})
    assert attestations.standingOf(event_id)[WITHDRAWN] is False
    use()


def test_a_lie_about_another_document_ends_nothing(
    attestations, statement, stand, withdrawal, end, use, event_id
):
    stand(statement())
    end(withdrawal(document=word("never attested")))
    assert attestations.standingOf(event_id)[WITHDRAWN] is False
    use()


def test_a_lie_about_another_document_does_not_flag_what_was_used(
    attestations, statement, stand, withdrawal, end, use, event_id
):
    stand(statement())
    use()
    given = withdrawal(document=word("never attested"))
    digest = attestations.withdrawalDigestOf(given)
    withdrawn(end(given), event_id, digest, used=False, document="never attested")


# --- before and after use


def test_withdrawn_event_is_not_used(
    attestations, governor, statement, stand, withdrawal, end, use, event_id
):
    stand(statement())
    end(withdrawal())
    with reverts("AlreadyWithdrawn", event_id, word("document")):
        use()
    with reverts("AlreadyWithdrawn", event_id, word("document")):
        attestations.excuseLateFiling(event_id, {"from": governor})


def test_withdrawn_before_it_stands_never_stands(
    attestations, statement, stand, withdrawal, end, nodes, event_id
):
    attestations.attest(statement(), {"from": nodes[3]})
    end(withdrawal())
    with reverts("AlreadyWithdrawn", event_id, word("document")):
        attestations.attest(statement(), {"from": nodes[0]})
    stand(statement(revision=1, document=word("corrected")))
    assert plain(attestations.standingOf(event_id)[1]) == plain(word("corrected"))


def test_use_is_not_undone_but_flagged(
    attestations, statement, stand, withdrawal, end, nodes, use, event_id
):
    stand(statement())
    use()
    before = list(plain(attestations.standingOf(event_id)))
    tx = end(withdrawal())
    withdrawn(tx, event_id, attestations.withdrawalDigestOf(withdrawal()), used=True)
    before[WITHDRAWN] = True
    assert list(plain(attestations.standingOf(event_id))) == before, "nothing else is edited"
    with reverts("AlreadyUsed", event_id):
        use()
    with reverts("AlreadyStanding", event_id):  # no correction replaces what made lots
        later = statement(revision=1, document=word("corrected"))
        attestations.attest(later, {"from": nodes[0]})


# --- the corrected document


def test_a_later_revision_replaces_what_was_withdrawn_unused(
    attestations, governor, statement, stand, withdrawal, end, nodes, use, event_id
):
    stand(statement(revision=1))
    attestations.excuseLateFiling(event_id, {"from": governor})
    end(withdrawal())
    for revision in (0, 1):
        with reverts("RevisionNotLater", event_id, revision, 1):
            given = statement(revision=revision, document=word("corrected"))
            attestations.attest(given, {"from": nodes[3]})
    corrected = statement(revision=2, document=word("corrected"), commitment=f"0x{8:064x}")
    tx = stand(corrected)
    assert len(emitted_many(tx, "EventStanding")) == 1
    standing = attestations.standingOf(event_id)
    assert plain(standing[1]) == plain(word("corrected"))
    assert standing[6] == 2
    excused, withdrawn = standing[EXCUSED], standing[WITHDRAWN]
    assert (excused, withdrawn) == (False, False), "the excuse was for the old one"
    use()
    assert attestations.isWithdrawn(event_id, word("document")) is True


def test_the_same_document_does_not_come_back(
    attestations, statement, stand, withdrawal, end, nodes, event_id
):
    stand(statement())
    end(withdrawal())
    with reverts("AlreadyWithdrawn", event_id, word("document")):
        attestations.attest(statement(revision=1), {"from": nodes[0]})


def test_a_measurement_is_not_replaced(
    attestations,
    lot_book,
    make_lot,
    statement,
    stand,
    withdrawal,
    end,
    nodes,
    event_id,
    miner,
    refiner,
    governor,
    chain,
):
    """An umpire may have approved a settlement by its event id."""
    lot, until = make_lot("lot", refiner), chain.time() + 86_400
    lot_book.offer(lot, refiner, miner, until, {"from": governor})
    lot_book.dispute(lot, until, {"from": governor})
    before = plain(lot_book.lotOf(lot))
    stand(statement(kind=MEASUREMENT, inputs=[lot]))
    end(withdrawal(inputs=[lot]))
    assert plain(lot_book.lotOf(lot)) == before
    with reverts("AlreadyStanding", event_id):
        given = statement(kind=MEASUREMENT, revision=1, document=word("corrected"), inputs=[lot])
        attestations.attest(given, {"from": nodes[0]})
