"""Attack: one lot is said to have gone into two events, and its metal is booked twice."""

import pytest

from tests.contracts.conftest import DAY, REFINERY
from tests.contracts.lots.clock import pass_time
from tests.contracts.lots.making import NAMED, PROCESSING, RECOVERY, REWORK, field_word, site_event
from tests.contracts.people import spoken, word
from tests.contracts.reverts import reverts


@pytest.fixture
def named(lots, stand):
    """A lot that waits for the run of an event, and the event."""
    (lot,) = lots(1)
    return lot, stand(PROCESSING, site=REFINERY, inputs=[lot])


@pytest.mark.parametrize("kind", [PROCESSING, RECOVERY, REWORK])
def test_a_second_event_does_not_stand(lot_book, named, stand, kind):
    lot, _ = named
    until = lot_book.lotOf(lot)[4]
    with reverts("LotNotFree", lot, NAMED, until):
        stand(kind, site=REFINERY, inputs=[lot])


def test_nor_with_other_lots_beside_it(lot_book, named, make_lot, stand, refiner):
    lot, _ = named
    other = make_lot("other", refiner)
    until = lot_book.lotOf(lot)[4]
    with reverts("LotNotFree", lot, NAMED, until):
        stand(PROCESSING, site=REFINERY, inputs=[lot, other])


def test_what_lost_the_race_stands_for_nothing(attestations, lots, nodes, file, now):
    """Both are one attestation away from the quorum; the second one stays there."""
    (lot,) = lots(1)
    first, second = (
        site_event(REFINERY, now - DAY, PROCESSING, inputs=[lot], sequence=sequence)
        for sequence in (1, 2)
    )
    for sequence in (1, 2):
        file(REFINERY, sequence, first[7])
    for node in nodes[:2]:
        attestations.attest(first, {"from": node})
        attestations.attest(second, {"from": node})
    attestations.attest(first, {"from": nodes[2]})
    for node in nodes[2:]:
        with reverts("LotNotFree", lot, NAMED, attestations_until(attestations, first)):
            attestations.attest(second, {"from": node})


def attestations_until(attestations, statement):
    """When the lots of a statement that stands are free again."""
    event = attestations.eventIdOf(statement[0], statement[1], statement[4])
    return attestations.standingOf(event)[11] + 180 * DAY


def test_its_metal_is_booked_once(lot_book, named, process, stand):
    lot, event = named
    process([lot], event=event)
    with reverts("LotNotFree", lot, 6, 0):
        stand(PROCESSING, site=REFINERY, inputs=[lot])


def test_after_a_withdrawal_another_event_may_name_it(
    attestations, lot_book, named, nodes, process, stand, file
):
    lot, event = named
    site, document, _, _, _, sequence = attestations.standingOf(event)[:6]
    reason = (word("declaration"), spoken("not that lot"))
    file(site, sequence, word("declaration"))
    for node in nodes[:3]:
        attestations.withdraw((site, sequence, 27, document, *reason, [lot]), {"from": node})
    again = stand(PROCESSING, site=REFINERY, inputs=[lot], document=word("right"))
    process([lot], event=again)
    with reverts("AlreadyWithdrawn", event, document):
        process([lot], event=event)
    assert lot_book.holderOf(field_word("sulphate")) != "0x" + "0" * 40


def test_of_two_events_after_a_lapse_only_the_second_has_it(attestations, named, process, stand):
    """The first one's term is over before the second can name the lot."""
    lot, event = named
    end = attestations.standingOf(event)[11] + 180 * DAY
    pass_time(end)
    again = stand(PROCESSING, site=REFINERY, inputs=[lot], document=word("again"))
    with reverts("EventLapsed", event, end):
        process([lot], event=event)
    process([lot], event=again)
