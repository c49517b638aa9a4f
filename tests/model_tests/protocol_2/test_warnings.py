"""What one group alone says against a place, far back, lapses unless a second group joins."""

from __future__ import annotations

import pytest

from tests.model.protocol_2.network import Network
from tests.model.protocol_2.terms import DAY
from tests.model_tests.protocol_2.cast import cast


def warned(*by: str, back: int = 40, apart: int = 1) -> tuple[Network, tuple[int, int]]:
    """A cleared place, warned of by these in turn, and a day of the warning; 40 days pass."""
    network = cast()
    start = network.ground.now - back * DAY
    for name in by:
        network.facts.determine("plain", name, ["group of mine"], start, start + 20 * DAY, False)
        network.wait(apart * DAY)
    network.wait(40 * DAY)
    return network, (start, start + DAY)


@pytest.mark.parametrize(
    ("by", "back", "apart", "stands"),
    [
        (["sly"], 40, 1, False),
        (["sly"], 29, 1, True),
        (["sly", "tarn"], 40, 1, True),
        (["sly", "sly"], 40, 1, False),
        (["sly", "tarn"], 40, 31, False),
    ],
)
def test_a_warning(by: list[str], back: int, apart: int, stands: bool) -> None:
    network, day = warned(*by, back=back, apart=apart)
    assert network.facts.is_cahra("plain", *day, network.ground.now) is stands
