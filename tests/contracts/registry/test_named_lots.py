"""Events name the lots that went in: those wait for the run, and for nothing else."""

import pytest
from eth_abi import encode
from eth_utils import keccak

from tests.contracts.conftest import COBALT, DAY, LABORATORY, MINE, REFINERY
from tests.contracts.consents import add_account
from tests.contracts.lots.clock import mine_at, pass_time
from tests.contracts.lots.making import (
    ACTIVE,
    ASSIGNED,
    CONSUMED,
    HELD,
    LOSS,
    LOST,
    MEASUREMENT,
    NAMED,
    NICKEL,
    OFFERED,
    PROCESSING,
    RECOVERY,
    REWORK,
    field_word,
    in_order,
)
from tests.contracts.people import PEOPLE, ZERO_WORD, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted_many, plain

pytestmark = pytest.mark.usefixtures("rows_add_up")

NAMED_TERM = 180 * DAY
INPUTS_HASH = 3


@pytest.fixture
def lots(make_lot, refiner):
    """Two lots of the refiner, in order."""
    return in_order(make_lot(name, refiner) for name in ("first", "second"))


@pytest.fixture
def event_id(attestations):
    return attestations.eventIdOf(REFINERY, 1, COBALT)


@pytest.fixture
def taken_back(attestations, nodes, file):
    """A quorum withdraws the refinery's first document; returns the last transaction."""

    def withdraw(inputs, document="document"):
        file(REFINERY, 1, word("declaration"))
        given = (
            *(REFINERY, 1, COBALT, word(document), word("declaration")),
            *(spoken("incorrect_data"), inputs),
        )
        return [attestations.withdraw(given, {"from": node}) for node in nodes[:3]][-1]

    return withdraw


def state_of(lot_book, lot):
    return tuple(plain(lot_book.lotOf(lot))[index] for index in (1, 3, 4))


def names(tx, event):
    return [(found["lot"], found["sequence"]) for found in emitted_many(tx, event)]


# --- naming


@pytest.mark.parametrize("kind", [PROCESSING, RECOVERY, REWORK, LOSS])
def test_the_lots_of_an_event_wait_for_its_run(
    attestations, lot_book, lots, processing, stand, event_id, kind
):
    tx = stand(processing(lots, kind=kind))
    until = tx.timestamp + NAMED_TERM
    assert emitted_many(tx, "LotNamed") == [
        {"lot": lot, "eventId": plain(event_id), "sequence": 2, "until": until} for lot in lots
    ]
    assert {state_of(lot_book, lot) for lot in lots} == {(NAMED, 2, until)}
    words = [bytes.fromhex(lot[2:]) for lot in lots]
    expected = plain(bytes(keccak(encode(["bytes32[]"], [words]))))
    assert plain(attestations.standingOf(event_id)[INPUTS_HASH]) == expected


def test_nothing_is_named_before_the_quorum(attestations, lot_book, lots, processing, nodes):
    for node in nodes[:2]:
        attestations.attest(processing(lots), {"from": node})
    assert state_of(lot_book, lots[0]) == (ACTIVE, 1, 0)


@pytest.mark.parametrize("state", [OFFERED, HELD, NAMED, ASSIGNED, CONSUMED, LOST])
def test_a_lot_that_is_bound_or_gone_is_not_named(
    attestations, lot_book, make_lot, processing, nodes, refiner, miner, governor, chain, state
):
    """The last inspector's attestation is refused: the event does not stand."""
    until, by = chain.time() + DAY, {"from": governor}
    lot = make_lot("lot", refiner, held_until=until if state == HELD else 0)
    if state == OFFERED:
        lot_book.offer(lot, refiner, miner, until, by)
    elif state == HELD:
        assert state_of(lot_book, lot)[0] == HELD
    elif state == ASSIGNED:
        until = 0
        lot_book.assign(lot, refiner, 1, by)
    else:
        lot_book.name(lot, until, by)
    if state in (CONSUMED, LOST):
        until = 0
        lot_book.takeNamed(lot, refiner, state, by)
    given = processing([lot])
    for node in nodes[:2]:
        attestations.attest(given, {"from": node})
    with reverts("LotNotFree", lot, state, until):
        attestations.attest(given, {"from": nodes[2]})
    assert attestations.standingOf(attestations.eventIdOf(REFINERY, 1, COBALT))[11] == 0


def test_what_has_lapsed_does_not_bind(
    attestations, lot_book, make_lot, processing, stand, refiner, miner, governor, chain
):
    lot, until = make_lot("lot", refiner), chain.time() + DAY
    lot_book.offer(lot, refiner, miner, until, {"from": governor})
    given = processing([lot])
    pass_time(until)
    stand(given)
    assert state_of(lot_book, lot)[0] == NAMED
    assert lot_book.offerOf(lot)[1] == "0x" + "0" * 40


def test_an_unknown_lot_is_not_named(processing, stand):
    with reverts("LotUnknown", field_word("nowhere")):
        stand(processing([field_word("nowhere")]))


def test_a_lot_of_another_metal_is_not_named(make_lot, processing, stand, refiner):
    lot = make_lot("nickel", refiner, element=NICKEL)
    with reverts("ElementMismatch", lot, COBALT, NICKEL):
        stand(processing([lot]))


def test_another_account_of_the_operator_may_hold_it(
    lot_book, members, make_lot, processing, stand, refiner, accounts
):
    add_account(members, accounts[21], 3, word("key"), refiner)
    lot = make_lot("lot", accounts[21])
    stand(processing([lot]))
    assert state_of(lot_book, lot)[0] == NAMED


# --- freeing


def test_a_withdrawal_frees_the_lots(lot_book, lots, processing, stand, taken_back, event_id):
    stand(processing(lots))
    tx = taken_back(lots)
    assert emitted_many(tx, "LotUnnamed") == [
        {"lot": lot, "eventId": plain(event_id), "sequence": 3} for lot in lots
    ]
    assert {state_of(lot_book, lot) for lot in lots} == {(ACTIVE, 3, 0)}


def test_a_withdrawal_names_the_lots_of_the_event(
    attestations, lot_book, lots, processing, stand, taken_back, event_id
):
    stand(processing(lots))
    for wrong in ([], lots[:1], lots[::-1], [*lots, field_word("another")]):
        with reverts("WithdrawalInvalid", event_id):
            taken_back(wrong)
    assert attestations.isWithdrawn(event_id, word("document")) is False
    assert {state_of(lot_book, lot)[0] for lot in lots} == {NAMED}


def test_freed_lots_are_named_by_the_corrected_document(
    lot_book, lots, processing, stand, taken_back
):
    stand(processing(lots))
    taken_back(lots)
    stand(processing(lots[:1], revision=1, document=word("corrected")))
    assert [state_of(lot_book, lot)[0] for lot in lots] == [NAMED, ACTIVE]


def test_what_was_used_frees_nothing(
    attestations, lot_book, lots, processing, stand, taken_back, refiner, governor
):
    """Its lots have ended: whatever list the declaration gives."""
    stand(processing(lots))
    lot_book.useEvent(REFINERY, 1, COBALT, {"from": governor})
    for lot in lots:
        lot_book.takeNamed(lot, refiner, CONSUMED, {"from": governor})
    tx = taken_back([])
    assert "LotUnnamed" not in tx.events
    assert tx.events["EventWithdrawn"]["used"] is True


def test_a_withdrawal_after_the_term_leaves_the_lots_alone(
    attestations, lot_book, lots, processing, stand, taken_back
):
    """They were free before, and another event may name them by then."""
    end = stand(processing(lots)).timestamp + NAMED_TERM
    pass_time(end)
    stand(processing(lots, sequence=2, document=word("another")))
    assert "LotUnnamed" not in taken_back(lots).events
    assert {state_of(lot_book, lot)[0] for lot in lots} == {NAMED}


# --- lapsing


def test_an_event_lapses_and_its_lots_are_free(
    attestations, lot_book, lots, processing, stand, event_id, refiner
):
    end = stand(processing(lots)).timestamp + NAMED_TERM
    mine_at(end)
    attestations.usable(event_id, PROCESSING)
    with reverts("LotNotFree", lots[0], NAMED, end):
        lot_book.requireFree(lots[0], refiner)
    mine_at(end + 1)
    with reverts("EventLapsed", event_id, end):
        attestations.usable(event_id, PROCESSING)
    lot_book.requireFree(lots[0], refiner)


def test_a_lapsed_event_is_not_excused(attestations, statement, stand, governor):
    tx = stand(statement())
    end = tx.timestamp + NAMED_TERM
    pass_time(end)
    key = plain(tx.events["EventStanding"]["eventId"])
    with reverts("EventLapsed", key, end):
        attestations.excuseLateFiling(key, {"from": governor})


# --- measurements


@pytest.fixture
def disputed(lot_book, make_lot, miner, refiner, governor, chain):
    """A lot of the miner about which the refiner disputes, until tomorrow."""
    lot, until = make_lot("disputed", miner), chain.time() + DAY
    lot_book.offer(lot, miner, refiner, until, {"from": governor})
    lot_book.dispute(lot, until, {"from": governor})
    return lot


def measured(statement, lot, **changes):
    return statement(kind=MEASUREMENT, site=LABORATORY, inputs=[lot], **changes)


def test_a_measurement_leaves_its_lot_alone(lot_book, disputed, statement, stand):
    before = plain(lot_book.lotOf(disputed))
    tx = stand(measured(statement, disputed))
    assert "LotNamed" not in tx.events
    assert plain(lot_book.lotOf(disputed)) == before


def test_a_lot_that_nobody_disputes_is_not_measured(make_lot, statement, stand, miner):
    lot = make_lot("lot", miner)
    with reverts("NotMeasurable", lot):
        stand(measured(statement, lot))


def test_a_dispute_that_has_lapsed_is_not_measured(lot_book, disputed, statement, stand):
    given = measured(statement, disputed)
    pass_time(lot_book.lotOf(disputed)[4])
    with reverts("NotMeasurable", disputed):
        stand(given)


def test_a_measurement_is_of_the_metal(disputed, statement, stand):
    with reverts("ElementMismatch", disputed, NICKEL, COBALT):
        stand(measured(statement, disputed, element=NICKEL))


def test_a_laboratory_does_not_measure_its_own_groups_lot(
    lot_book, make_lot, statement, stand, umpire, refiner, governor, chain
):
    lot, until = make_lot("own", umpire), chain.time() + DAY
    lot_book.offer(lot, umpire, refiner, until, {"from": governor})
    lot_book.dispute(lot, until, {"from": governor})
    with reverts("NotMeasurable", lot):
        stand(measured(statement, lot))


# --- on hold


@pytest.fixture
def on_hold(lot_book, governor, chain):
    """Numbers the root of the lots, and holds it in the refiner's hands; returns what binds."""
    root = lot_book.rootOfDocument.call(word("site"), 1, 0, {"from": governor})
    lot_book.rootOfDocument(word("site"), 1, 0, {"from": governor})

    def hold(until):
        lot_book.setHold(root, PEOPLE["refiner"].group, until, {"from": governor})
        return root, PEOPLE["refiner"].group, until

    return root, hold


def test_a_lot_on_hold_is_not_named(
    attestations, make_lot, on_hold, processing, nodes, refiner, chain
):
    """The last inspector's attestation is refused, until the hold has passed."""
    root, hold = on_hold
    lot, until = make_lot("lot", refiner, root=root), chain.time() + DAY
    given, binding = processing([lot]), hold(until)
    for node in nodes[:2]:
        attestations.attest(given, {"from": node})
    with reverts("LotOnHold", lot, *binding):
        attestations.attest(given, {"from": nodes[2]})
    pass_time(until)
    attestations.attest(given, {"from": nodes[2]})


def test_a_hold_stops_the_run_and_leaves_the_name(
    lot_book, make_lot, on_hold, processing, stand, governor, refiner
):
    root, hold = on_hold
    lot = make_lot("lot", refiner, root=root)
    until = stand(processing([lot])).timestamp + NAMED_TERM
    binding = hold(until - 100 * DAY)
    assert state_of(lot_book, lot) == (NAMED, 2, until)
    with reverts("LotOnHold", lot, *binding):
        lot_book.takeNamed(lot, refiner, CONSUMED, {"from": governor})
    pass_time(until - 100 * DAY)
    lot_book.takeNamed(lot, refiner, CONSUMED, {"from": governor})


def test_a_hold_outlives_the_name(
    lot_book, make_lot, on_hold, processing, stand, taken_back, refiner
):
    """And does not keep an event from being withdrawn."""
    root, hold = on_hold
    lot = make_lot("lot", refiner, root=root)
    until = stand(processing([lot])).timestamp + NAMED_TERM
    binding = hold(until)
    taken_back([lot])
    assert state_of(lot_book, lot) == (ACTIVE, 3, 0)
    with reverts("LotOnHold", lot, *binding):
        lot_book.requireFree(lot, refiner)


# --- filing


def test_the_operator_files_a_document(attestations, refiner):
    tx = attestations.file(REFINERY, 7, word("document"), {"from": refiner})
    assert emitted_many(tx, "Filed") == [
        {
            "site": REFINERY, "document": word("document"), "account": plain(refiner), "sequence": 7
        }
    ]  # fmt: skip
    assert attestations.filedAt(REFINERY, 7, word("document")) == tx.timestamp
    assert attestations.filedAt(REFINERY, 8, word("document")) == 0
    assert attestations.filedAt(REFINERY, 7, word("another")) == 0


def test_only_the_first_filing_counts(attestations, refiner):
    at = attestations.file(REFINERY, 7, word("document"), {"from": refiner}).timestamp
    with reverts("AlreadyFiled", REFINERY, 7, word("document"), at):
        attestations.file(REFINERY, 7, word("document"), {"from": refiner})


def test_documents_are_filed_together_or_not_at_all(attestations, refiner):
    documents = [(REFINERY, number, word(f"document {number}")) for number in (7, 8)]
    tx = attestations.fileMany(documents, {"from": refiner})
    assert [(one["sequence"], one["document"]) for one in emitted_many(tx, "Filed")] == [
        (number, plain(document)) for _, number, document in documents
    ]
    again = [(REFINERY, 9, word("document 9")), documents[0]]
    with reverts("AlreadyFiled", *documents[0], tx.timestamp):
        attestations.fileMany(again, {"from": refiner})
    assert attestations.filedAt(*again[0]) == 0
    with reverts("NotOperator", MINE, PEOPLE["refiner"].organisation):
        attestations.fileMany([(MINE, 1, word("document"))], {"from": refiner})


def test_only_the_operator_files(attestations, miner, stranger):
    with reverts("NotOperator", REFINERY, PEOPLE["miner"].organisation):
        attestations.file(REFINERY, 7, word("document"), {"from": miner})
    with reverts("NotActive", stranger):
        attestations.file(REFINERY, 7, word("document"), {"from": stranger})
    with reverts("SiteUnknown", ZERO_WORD):
        attestations.file(ZERO_WORD, 7, word("document"), {"from": miner})
