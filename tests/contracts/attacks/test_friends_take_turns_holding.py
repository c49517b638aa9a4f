"""Two judges who are friends hold a competitor's lots in turns, T, Q, T, Q, for years."""

import pytest

from tests.contracts.conftest import DAY
from tests.contracts.lots.clock import pass_time
from tests.contracts.people import PEOPLE, spoken
from tests.contracts.reverts import reverts

REASON = spoken("weights do not agree")


def organisation(name):
    return PEOPLE[name].organisation


@pytest.fixture
def held_by_both(holds, of_lot, observer, auditor):
    """Held for 14 days by one, for 90 more by the other; when it ends."""
    holds.hold(*of_lot, REASON, {"from": observer})
    return holds.renew(*of_lot, {"from": auditor}).events["HoldRenewed"]["until"]


def test_they_do_not_renew_in_turns(holds, of_lot, held_by_both, observer):
    pass_time(held_by_both - DAY)
    with reverts("SecondRoleRequired", organisation("observer")):
        holds.renew(*of_lot, {"from": observer})


@pytest.mark.parametrize("name", ["observer", "auditor"])
@pytest.mark.parametrize("days", [1, 89])
def test_they_do_not_hold_again_after_104_days(request, holds, of_lot, held_by_both, name, days):
    pass_time(held_by_both + days * DAY)
    with reverts("SecondRoleRequired", organisation(name)):
        holds.hold(*of_lot, REASON, {"from": request.getfixturevalue(name)})


def test_who_held_alone_does_not_prolong_a_friends_hold(holds, of_lot, observer, auditor):
    until = holds.hold(*of_lot, REASON, {"from": observer}).events["HoldPlaced"]["until"]
    pass_time(until + DAY)
    holds.hold(*of_lot, REASON, {"from": auditor})
    with reverts("SecondRoleRequired", organisation("observer")):
        holds.renew(*of_lot, {"from": observer})
