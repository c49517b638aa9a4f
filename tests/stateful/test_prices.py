"""Prices with real proofs: published by two keys, opened by subscribers, settled by parties."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from api.indexer.follow import Indexer
from api.indexer.source import DeployedContracts
from api.indexer.store import open_store
from api.indexer.tables import prices
from lodetrace.contracts.enums import PriceStatus
from lodetrace.contracts.events import (
    OpeningDelivered,
    PriceChecked,
    PricePrepared,
    PriceReleased,
)
from lodetrace.contracts.price_structs import CheckRequest
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.contracts.structs import ProofWords
from lodetrace.errors import KeysError
from lodetrace.keys.sealed_price import open_range
from lodetrace.member.price_checks import (
    CheckUnknown,
    NotPartyOfOffer,
    RecordedCheck,
    check_in_python,
    check_on_chain,
    prove_settlement,
    recorded_check,
    settled_price,
)
from lodetrace.member.price_publication import (
    CorrectionOfAnother,
    PreparedDifferently,
    PriceNotPrepared,
    deliver_price,
)
from lodetrace.member.prices import (
    PriceMissing,
    RangeNotDelivered,
    opened_range,
    price_on,
    released_prices,
)
from lodetrace.trading_day import day_number, name_id
from oracle.prices.chain_publication import next_record, prepare_record, release_record
from tests.stateful.market import COMMODITY, HIGH, LOW, MANAGER, Market
from tests.stateful.paths import born, handed_over, offered
from tests.support.consortium import Consortium
from zk_circuits.price import PriceRange

pytestmark = pytest.mark.chain

BOTH = ("mine", "refinery")


@pytest.fixture
def market(consortium: Consortium) -> Market:
    return Market.opened(consortium)


@pytest.fixture
def lot(consortium: Consortium) -> bytes:
    """Hydroxide that the mine offers to the refinery."""
    made = born(consortium).lot
    offered(consortium, "mine", "refinery", [made])
    return made


# --- publication


def test_a_record_is_published_by_two_keys(market: Market) -> None:
    record = market.record()
    prepared = prepare_record(market.reporter, record, market.manager.account)
    with pytest.raises(PriceMissing):
        price_on(market.reporter, name_id(COMMODITY), day_number(record.day))
    assert release_record(market.manager, record, ()) == prepared
    (view,) = released_prices(market.manager.contracts, name_id(COMMODITY))
    assert view.record == prepared
    assert view.publication.status is PriceStatus.NORMAL
    assert view.publication.document == record.hash
    assert view.publication.assessment == record.assessment_hash
    assert price_on(market.reporter, name_id(COMMODITY), day_number(record.day)) == prepared
    assert released_prices(market.manager.contracts, name_id("nickel")) == []


def test_published_again_nothing_is_sent(market: Market) -> None:
    record = market.record()
    made = market.publish(record, BOTH)
    head = market.consortium.node.head()
    assert market.publish(record, BOTH) == made
    assert market.consortium.node.head() == head
    market.publish(record, ("mine", "refinery", "car_maker"))
    delivered = market.manager.contracts.happened(OpeningDelivered, record=made)
    assert len(delivered) == len({event.subscriber for event in delivered}) == 3


def test_a_releaser_is_named_again_after_another_one(market: Market) -> None:
    third = market.session("third", MANAGER + 1)
    market.add("third", third.keys)
    record = market.record()
    for releaser in (market.manager.account, third.account, market.manager.account):
        prepared = prepare_record(market.reporter, record, releaser)
        assert market.reporter.reads.price_releaser(prepared) == releaser
    release_record(market.manager, record, [])


def test_nobody_releases_alone(market: Market) -> None:
    record = market.record()
    with pytest.raises(PriceNotPrepared):
        release_record(market.manager, record, ())
    with pytest.raises(ContractRefused, match="cannot release"):
        prepare_record(market.reporter, record, market.reporter.account)
    prepare_record(market.reporter, record, market.manager.account)
    with pytest.raises(PriceNotPrepared):
        release_record(market.reporter, record, ())


def test_the_second_key_releases_what_was_assessed(market: Market) -> None:
    record = market.record()
    prepare_record(market.reporter, replace(record, low=LOW - 1), market.manager.account)
    assert replace(record, low=LOW - 1).hash == record.hash  # the hash tells nothing of the range
    with pytest.raises(PreparedDifferently, match="range"):
        release_record(market.manager, record, ())
    prepare_record(market.reporter, record, market.manager.account)
    release_record(market.manager, record, ())


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("step", range(1, 13))
def test_killed_at_any_step_it_is_released_and_delivered_once(market: Market, step: int) -> None:
    """Two transactions of six steps each: released, delivered."""
    record = market.record()
    prepare_record(market.reporter, record, market.manager.account)
    left = step

    def stop(_: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed

    market.close_manager()
    victim = market.session("price_manager", MANAGER, stop)
    subscribers = [market.consortium.account(name) for name in BOTH]
    with pytest.raises(Killed):
        release_record(victim, record, subscribers)
    market.close_manager()
    made = release_record(market.manager, record, subscribers)
    released = market.manager.contracts.happened(PriceReleased, record=made)
    delivered = market.manager.contracts.happened(OpeningDelivered, record=made)
    assert (len(released), len(delivered)) == (1, 2)


# --- subscribers


def test_subscribers_open_the_range(market: Market) -> None:
    made = market.publish(market.record(), BOTH)
    for name in BOTH:
        member = market.consortium.member(name)
        assert opened_range(member, made).range == PriceRange(LOW, HIGH)
    late = market.consortium.member("car_maker")
    deliver_price(market.reporter, made, opened_range(market.manager, made), [late.account])
    assert opened_range(late, made).range == PriceRange(LOW, HIGH)


def test_others_see_that_a_price_exists(market: Market) -> None:
    made = market.publish(market.record(), ("mine",))
    outsider = market.consortium.member("recycler")
    assert [view.record for view in released_prices(outsider.contracts)] == [made]
    with pytest.raises(RangeNotDelivered):
        opened_range(outsider, made)
    (delivered,) = outsider.contracts.happened(OpeningDelivered, record=made)
    commitment = released_prices(outsider.contracts)[0].publication.commitment
    with pytest.raises(KeysError):
        open_range(delivered.sealed_to_subscriber, outsider.keys.viewing_keys, commitment, 27)


def test_values_never_stand_on_chain(market: Market) -> None:
    """Neither end of the range, in any width, in any log of its publication."""
    made = market.publish(market.record(), BOTH)
    contracts = market.manager.contracts
    found = [
        *contracts.events(PricePrepared, record=made),
        *contracts.events(PriceReleased, record=made),
        *contracts.events(OpeningDelivered, record=made),
    ]
    node = market.consortium.node
    receipts = [node.receipt(one.transaction) for one in found]
    text = "".join(str(receipt.logs) for receipt in receipts if receipt is not None)
    assert len(found) == 4
    for value in (LOW, HIGH):
        assert f"{value:08x}" not in text


# --- corrections


def test_a_correction_stands_beside_what_it_corrects(market: Market) -> None:
    first = market.record()
    made = market.publish(first, ("mine",))
    second = market.record((LOW, HIGH + 100), corrects=first.hash)
    corrected = market.publish(second, ("mine",))
    views = released_prices(market.manager.contracts)
    assert [(view.record, view.corrected_by) for view in views] == [
        (made, corrected),
        (corrected, bytes(32)),
    ]
    member = market.consortium.member("mine")
    assert price_on(member, name_id(COMMODITY), day_number(first.day)) == corrected
    assert opened_range(member, made).range == PriceRange(LOW, HIGH)
    assert opened_range(member, corrected).range == PriceRange(LOW, HIGH + 100)
    with pytest.raises(CorrectionOfAnother):
        market.publish(market.record((LOW, HIGH + 200), corrects=first.hash))
    with pytest.raises(ContractRefused, match="has a price"):
        market.publish(market.record((LOW, HIGH + 300)))


def test_a_day_corrected_before_it_went_on_chain(market: Market) -> None:
    """Its records go there in their order; who got the first one gets the correction unasked."""
    first = market.record()
    second = market.record((LOW, HIGH + 100), corrects=first.hash)
    both = [first, second]
    assert next_record(market.reporter, both) == first
    market.publish(first, ("mine",))
    for member in (market.reporter, market.manager):
        assert next_record(member, both) == second
    corrected = market.publish(second)
    assert next_record(market.reporter, both) == second, "all are there"
    mine = market.consortium.member("mine")
    assert opened_range(mine, corrected).range == PriceRange(LOW, HIGH + 100)
    with pytest.raises(RangeNotDelivered):
        opened_range(market.consortium.member("refinery"), corrected)


def test_the_gateway_indexes_what_is_public(market: Market, tmp_path: Path) -> None:
    first = market.record()
    made = market.publish(first, BOTH)
    corrected = market.publish(market.record((LOW, HIGH + 1), corrects=first.hash), BOTH)
    consortium = market.consortium
    source = DeployedContracts(consortium.node, consortium.artifacts, consortium.deployment)
    engine = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    Indexer(engine, source, may_rewind=True).catch_up()
    with engine.connect() as connection:
        rows = connection.execute(select(prices).order_by(prices.c.sequence)).mappings().all()
    ids = ["0x" + record.hex() for record in (made, corrected)]
    assert [row["record"] for row in rows] == ids
    assert [(row["corrects"], row["corrected_by"]) for row in rows] == [
        (None, ids[1]),
        (ids[0], None),
    ]
    assert [row["status"] for row in rows] == [PriceStatus.NORMAL, PriceStatus.CORRECTED]
    assert rows[0]["day"] == day_number(first.day)


# --- settlement


@pytest.mark.parametrize(
    ("paid", "inside"), [(LOW - 1, False), (LOW, True), (HIGH, True), (HIGH + 1, False)]
)
def test_seller_proves_where_the_price_lies(
    market: Market, lot: bytes, paid: int, inside: bool
) -> None:
    made = market.publish(market.record(), BOTH)
    mine = market.consortium.member("mine")
    done = prove_settlement(mine, lot, made, paid)
    assert done.event.inside is inside
    assert mine.contracts.happened(PriceChecked, lot=lot) == [done.event]
    assert check_on_chain(mine.contracts, done.event).holds
    assert check_in_python(mine.contracts, mine.prover, done.event).holds
    assert prove_settlement(mine, lot, made, paid) == done
    buyer = market.consortium.member("refinery")
    assert settled_price(buyer, done.event).price == paid


def test_both_parties_prove_about_one_commitment(market: Market, lot: bytes) -> None:
    made = market.publish(market.record(), BOTH)
    mine, refinery = (market.consortium.member(name) for name in BOTH)
    sold = prove_settlement(mine, lot, made, HIGH + 1)
    bought = prove_settlement(refinery, lot, made, HIGH + 1)
    assert sold.event.price == bought.event.price
    assert sold.check_id != bought.check_id
    assert check_in_python(mine.contracts, mine.prover, bought.event).holds


def test_parties_that_disagree_are_seen_to(market: Market, lot: bytes) -> None:
    made = market.publish(market.record(), BOTH)
    mine, refinery = (market.consortium.member(name) for name in BOTH)
    sold = prove_settlement(mine, lot, made, LOW)
    bought = prove_settlement(refinery, lot, made, LOW + 1)
    assert sold.event.price != bought.event.price


def test_without_the_range_nothing_is_proven(market: Market, lot: bytes) -> None:
    made = market.publish(market.record(), ("mine",))
    with pytest.raises(RangeNotDelivered):
        prove_settlement(market.consortium.member("refinery"), lot, made, LOW)


def test_only_parties_of_an_open_offer(market: Market, consortium: Consortium, lot: bytes) -> None:
    made = market.publish(market.record(), (*BOTH, "recycler"))
    with pytest.raises(NotPartyOfOffer):
        prove_settlement(consortium.member("recycler"), lot, made, LOW)
    other = born(consortium).lot
    with pytest.raises(NotPartyOfOffer):
        prove_settlement(consortium.member("mine"), other, made, LOW)
    handed_over(consortium, "mine", "refinery", [other])
    with pytest.raises(NotPartyOfOffer):
        prove_settlement(consortium.member("mine"), other, made, LOW)


# --- a proof is of one account, offer, day and price


@pytest.fixture
def done(market: Market, lot: bytes) -> RecordedCheck:
    """The mine's check of today's price."""
    made = market.publish(market.record(), BOTH)
    return prove_settlement(market.consortium.member("mine"), lot, made, LOW)


def request_of(event: PriceChecked) -> CheckRequest:
    return CheckRequest(
        event.lot, event.record, event.price, event.inside, event.sealed_to_counterparty,
        event.proof,
    )  # fmt: skip


def test_copied_proof_is_refused(market: Market, done: RecordedCheck) -> None:
    refinery = market.consortium.member("refinery")
    with pytest.raises(ContractRefused, match="does not hold"):
        refinery.send("copied", "Prices", "check", request_of(done.event))


def test_proof_of_another_day_is_refused(market: Market, done: RecordedCheck) -> None:
    mine = market.consortium.member("mine")
    yesterday = market.today - timedelta(days=1)
    other = market.publish(market.record(day=yesterday), BOTH)
    with pytest.raises(ContractRefused, match="does not hold"):
        mine.send("other day", "Prices", "check", replace(request_of(done.event), record=other))
    assert prove_settlement(mine, done.event.lot, other, LOW).event.inside


def test_corrected_range_needs_a_new_proof(market: Market, done: RecordedCheck) -> None:
    mine, first = market.consortium.member("mine"), market.record()
    narrower = market.record((LOW + 1, HIGH), corrects=first.hash)
    corrected = market.publish(narrower, BOTH)
    with pytest.raises(ContractRefused, match="was corrected"):
        prove_settlement(
            market.consortium.member("refinery"), done.event.lot, done.event.record, LOW
        )
    assert not prove_settlement(mine, done.event.lot, corrected, LOW).event.inside
    assert check_on_chain(mine.contracts, done.event).holds  # history still verifies
    assert check_in_python(mine.contracts, mine.prover, done.event).holds


def test_python_refuses_what_was_not_proven(market: Market, done: RecordedCheck) -> None:
    mine, event = market.consortium.member("mine"), done.event
    signals = event.public_signals
    for changed in (
        replace(event, inside=False),
        replace(event, account=market.consortium.account("refinery")),
        replace(event, transfer=replace(event.transfer, offer=99)),
        replace(event, public_signals=(signals[0] + 1, *signals[1:])),
        replace(event, proof=ProofWords((1, 2, 3, 4, 5, 6, 7, 8))),
    ):
        verdict = check_in_python(mine.contracts, mine.prover, changed)
        assert not verdict.holds
        assert verdict.reason is not None
    assert not check_on_chain(mine.contracts, replace(event, inside=False)).holds
    with pytest.raises(CheckUnknown):
        recorded_check(mine.contracts, b"\1" * 32)
