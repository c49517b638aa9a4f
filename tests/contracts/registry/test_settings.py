"""Settings: how long metal may come after the event that it went into."""

import pytest

from tests.contracts.conftest import DAY
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted

pytestmark = pytest.mark.usefixtures("rows_add_up")

HOUR = 3_600


def test_the_grace_is_three_days_at_first(settings_contract):
    assert settings_contract.grace() == 72 * HOUR


@pytest.mark.parametrize("grace", [0, 14 * DAY])
def test_the_council_sets_the_grace(settings_contract, governor, grace):
    tx = settings_contract.setGrace(grace, {"from": governor})
    emitted(tx, "GraceSet", grace=grace)
    assert settings_contract.grace() == grace
    assert settings_contract.recordingWindow() == 7 * DAY


def test_the_grace_is_bounded(settings_contract, governor):
    with reverts("GraceTooLong", 14 * DAY + 1, 14 * DAY):
        settings_contract.setGrace(14 * DAY + 1, {"from": governor})


def test_only_the_council_sets_it(settings_contract, stranger):
    with reverts("OnlyCouncil", stranger):
        settings_contract.setGrace(0, {"from": stranger})
