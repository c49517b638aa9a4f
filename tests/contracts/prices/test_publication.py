"""Publication: two accounts, one record a day, corrections beside what they correct."""

import pytest

from tests.contracts.people import PEOPLE, ZERO_WORD, Role, word
from tests.contracts.prices.conftest import (
    BOX,
    CARRIED,
    COMMODITY,
    CORRECTED,
    DELAYED,
    METHOD,
    NORMAL,
    sealed,
)
from tests.contracts.reverts import reverts, reverts_with_time
from tests.contracts.values import emitted, emitted_many, plain

pytestmark = pytest.mark.usefixtures("rows_add_up")


@pytest.fixture
def prepare(prices, price_reporter, manager):
    return lambda made, who=price_reporter, releaser=manager: prices.prepare(
        made, releaser, BOX, {"from": who}
    )


@pytest.fixture
def release(prices, manager):
    return lambda made, who=manager: prices.release(made, {"from": who})


# --- two accounts


@pytest.mark.parametrize("status", [NORMAL, CARRIED, DELAYED])
def test_one_prepares_and_the_other_releases(
    prices, prepare, release, publication, price_reporter, manager, today, web3, status
):
    made = publication(status=status)
    types = "(bytes32,uint32,uint8,bytes32,bytes32,bytes32,bytes32,bytes32)"
    values = [bytes.fromhex(v[2:]) if isinstance(v, str) else v for v in made]
    record = plain(web3.keccak(web3.codec.encode([types], [values])))
    tx = prepare(made)
    assert plain(tx.return_value) == record == plain(prices.recordIdOf(made))
    emitted(
        tx, "PricePrepared", record=record, commodity=COMMODITY, releaser=manager, sequence=3,
        preparer=price_reporter, publication=made, sealedToReleaser=BOX,
    )  # fmt: skip
    assert prices.releaserOf(record) == manager
    assert prices.currentOf(COMMODITY, today) == ZERO_WORD
    with reverts("PriceUnknown", record):
        prices.priceOf(record)
    tx = release(made)
    emitted(
        tx, "PriceReleased", record=record, commodity=COMMODITY, day=today, sequence=4,
        releaser=manager, publication=made,
    )  # fmt: skip
    assert plain(prices.priceOf(record)) == plain((made, tx.timestamp, ZERO_WORD))
    assert prices.currentOf(COMMODITY, today) == record
    assert prices.sequenceOf(COMMODITY) == 4


def test_nobody_releases_what_he_prepared(prepare, release, prices, publication, price_reporter):
    made = publication()
    record = plain(prices.recordIdOf(made))
    with reverts("ReleaserInvalid", record, price_reporter):
        prepare(made, releaser=price_reporter)


def test_releaser_is_of_the_administrator_and_active(prepare, prices, publication, miner, stranger):
    made = publication()
    for who in (miner, stranger):
        with reverts("ReleaserInvalid", plain(prices.recordIdOf(made)), who):
            prepare(made, releaser=who)


def test_only_the_named_account_releases(prepare, release, prices, publication, price_reporter,
                                         manager):  # fmt: skip
    made = publication()
    record = plain(prices.recordIdOf(made))
    with reverts("NotReleaser", record, manager, "0x" + "0" * 40):
        release(made)
    prepare(made)
    with reverts("NotReleaser", record, price_reporter, manager):
        release(made, price_reporter)
    changed = publication(commitment=word("another commitment"))
    with reverts("NotReleaser", plain(prices.recordIdOf(changed)), manager, "0x" + "0" * 40):
        release(changed)


def test_prepared_again_the_last_named_counts(prepare, release, prices, publication,
                                              price_reporter, manager):  # fmt: skip
    made = publication()
    prepare(made)
    prepare(made, manager, price_reporter)
    with reverts("NotReleaser", plain(prices.recordIdOf(made)), manager, price_reporter):
        release(made)
    release(made, price_reporter)


def test_only_price_administrators_publish(prepare, release, publication, miner, stranger):
    made = publication()
    for call in (lambda who: prepare(made, who), lambda who: release(made, who)):
        with reverts("RoleMissing", miner, Role.PRICE_ADMINISTRATOR, PEOPLE["miner"].roles):
            call(miner)
        with reverts("NotActive", stranger):
            call(stranger)


def test_an_administrator_publishes_his_own_commodity(
    prepare, prices, publication, members, governor, price_reporter
):
    other = word("somebody else's")
    prices.registerCommodity(other, PEOPLE["miner"].organisation, 27, 3, {"from": governor})
    prices.noticeMethodology(other, METHOD, 0, {"from": governor})
    with reverts("NotAdministrator", other, price_reporter):
        prepare(publication(commodity=other))
    with reverts("CommodityUnknown", word("nothing")):
        prepare(publication(commodity=word("nothing")))


# --- one record a day


def test_a_day_has_one_first_record(prices, publish, prepare, publication, today):
    record = publish()
    for status in (NORMAL, CARRIED, DELAYED):
        with reverts("DayPublished", COMMODITY, today, record):
            prepare(publication(status=status, commitment=word("again")))
    publish(day=today - 1)
    assert prices.currentOf(COMMODITY, today) == record


def test_second_of_two_prepared_is_refused(prepare, release, publication, prices, today):
    first, second = publication(), publication(commitment=word("second"))
    prepare(first)
    prepare(second)
    release(first)
    with reverts("DayPublished", COMMODITY, today, plain(prices.recordIdOf(first))):
        release(second)


def test_a_correction_stands_beside_what_it_corrects(prices, publish, today):
    first = publish()
    before = plain(prices.priceOf(first))
    second = publish(status=CORRECTED, corrects=first, commitment=word("corrected"))
    third = publish(status=CORRECTED, corrects=second, commitment=word("once more"))
    assert plain(prices.priceOf(first)) == (*before[:2], second)
    assert plain(prices.priceOf(second))[2] == third
    assert plain(prices.priceOf(third))[2] == ZERO_WORD
    assert prices.currentOf(COMMODITY, today) == third


def test_a_correction_names_the_last_word(prices, publish, prepare, publication, today):
    with reverts("CorrectionInvalid", ZERO_WORD, ZERO_WORD):
        prepare(publication(status=CORRECTED))
    with reverts("CorrectionInvalid", word("nothing"), ZERO_WORD):
        prepare(publication(status=CORRECTED, corrects=word("nothing")))
    with reverts("CorrectionInvalid", word("nothing"), ZERO_WORD):
        prepare(publication(status=NORMAL, corrects=word("nothing")))
    other = publish(day=today - 1)
    first = publish()
    for wrong in (ZERO_WORD, other, word("nothing")):
        with reverts("CorrectionInvalid", wrong, first):
            prepare(publication(status=CORRECTED, corrects=wrong))


@pytest.mark.parametrize(
    "missing", [{"commitment": ZERO_WORD}, {"document": ZERO_WORD}, {"assessment": ZERO_WORD},
                {"status": 0}],
)  # fmt: skip
def test_a_publication_is_whole(prepare, prices, publication, missing):
    made = publication(**missing)
    with reverts("PublicationInvalid", plain(prices.recordIdOf(made))):
        prepare(made)


def test_a_day_has_begun(prepare, publication, today):
    with reverts_with_time("DayInFuture", today + 1):
        prepare(publication(day=today + 1))


# --- subscribers


def test_subscribers_get_the_opening(prices, publish, miner, refiner, manager):
    record = publish()
    boxes = [sealed("one"), sealed("two")]
    tx = prices.deliver(record, [miner, refiner], boxes, {"from": manager})
    found = emitted_many(tx, "OpeningDelivered")
    assert [one["subscriber"] for one in found] == [plain(miner), plain(refiner)]
    assert [one["sealedToSubscriber"] for one in found] == [plain(box) for box in boxes]
    assert [one["sequence"] for one in found] == [5, 6]


def test_only_the_administrator_delivers(prices, publish, miner):
    record = publish()
    with reverts("RoleMissing", miner, Role.PRICE_ADMINISTRATOR, PEOPLE["miner"].roles):
        prices.deliver(record, [miner], [BOX], {"from": miner})


def test_only_released_openings_are_delivered(
    prices, prepare, publication, miner, stranger, price_reporter, publish
):
    made = publication()
    prepare(made)
    record = plain(prices.recordIdOf(made))
    with reverts("PriceUnknown", record):
        prices.deliver(record, [miner], [BOX], {"from": price_reporter})
    record = publish()
    with reverts("BoxCount", 1, 2):
        prices.deliver(record, [miner], [BOX, BOX], {"from": price_reporter})
    with reverts("SubscriberInactive", stranger):
        prices.deliver(record, [stranger], [BOX], {"from": price_reporter})


def test_boxes_of_another_form_are_refused(
    prices, publication, publish, miner, manager, price_reporter
):
    old = "0x" + "00" * 160
    with reverts("SealedBoxInvalid", 0, 160):
        prices.prepare(publication(), manager, old, {"from": price_reporter})
    record = publish()
    with reverts("SealedBoxInvalid", 0, 160):
        prices.deliver(record, [miner, manager], [BOX, old], {"from": price_reporter})
