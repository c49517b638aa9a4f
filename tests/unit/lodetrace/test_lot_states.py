"""When a lot's state ends by itself: the boundaries of contracts/types/Holding.sol."""

import pytest

from lodetrace.contracts.enums import FOREVER, LotState

UNTIL = 1_772_323_200

LAPSING = {LotState.OFFERED, LotState.HELD, LotState.DISPUTED, LotState.NAMED}
FINAL = {LotState.CONSUMED, LotState.LOST}


@pytest.mark.parametrize("state", LotState)
def test_every_state_is_told_apart(state: LotState) -> None:
    assert state.lapses is (state in LAPSING)
    assert state.is_final is (state in FINAL)


@pytest.mark.parametrize("state", LotState)
@pytest.mark.parametrize(
    ("until", "time", "passed"),
    [
        (UNTIL, 0, False),
        (UNTIL, UNTIL - 1, False),
        (UNTIL, UNTIL, False),
        (UNTIL, UNTIL + 1, True),
        (0, 0, False),
        (0, 1, True),
        (FOREVER, FOREVER, False),
    ],
)
def test_what_ends_by_itself_has_ended_after_until(
    state: LotState, until: int, time: int, passed: bool
) -> None:
    expected = LotState.ACTIVE if passed and state in LAPSING else state
    assert state.at(until, time) is expected
