"""Attack: of two lots of equal weight, one was fed and the other is consumed.

The scale cannot tell them apart: booked metal equals measured metal. The names can.
"""

from tests.contracts.conftest import REFINERY
from tests.contracts.lots.making import PROCESSING
from tests.contracts.reverts import reverts


def test_the_lot_that_was_fed_is_the_lot_that_is_consumed(process, lots, stand):
    fed, other = lots(2)
    event = stand(PROCESSING, site=REFINERY, inputs=[fed])
    with reverts("InputsNotNamed", event):
        process([other], event=event)
    process([fed], event=event)


def test_nor_is_the_other_one_taken_beside_it(process, lots, stand):
    fed, other = lots(2)
    event = stand(PROCESSING, site=REFINERY, inputs=[fed])
    with reverts("InputsNotNamed", event):
        process([fed, other], event=event)


def test_two_events_do_not_swap_their_lots(process, lots, stand):
    """Each has an event of its own, and each event its own lot."""
    first, second = lots(2)
    events = [stand(PROCESSING, site=REFINERY, inputs=[lot]) for lot in (first, second)]
    with reverts("InputsNotNamed", events[0]):
        process([second], event=events[0])
