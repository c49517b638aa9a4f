"""Attack: most of a lot is lost at the right moment, and its carbon with it.

What remains of a loss bears the carbon, the direct emissions and the CAHRA share of all.
"""

import pytest

from tests.contracts.conftest import COBALT, REFINERY
from tests.contracts.lots.making import LOSS, MASS_BALANCE

METAL, CARBON, DIRECT = 1_000 * 10**6, 5_000 * 10**6, 700 * 10**6


@pytest.fixture
def lose(prover, hold, stand, prove_run, refiner):
    """The proven request of a loss of two thirds; what remains bears so much."""

    def make(carbon, direct, cahra=METAL // 3, found=METAL // 3):
        lot = hold(prover.lot(COBALT, METAL, CARBON, METAL, direct=DIRECT), refiner)
        opened = prover.event(COBALT, METAL // 3, [METAL])
        rest = prover.lot(COBALT, found, carbon, cahra, direct=direct)
        event = stand(LOSS, site=REFINERY, inputs=[lot.id], commitment=opened.id)
        given = {"event": event, "model": MASS_BALANCE}
        return prove_run(LOSS, [lot], [rest], refiner, opened, **given), rest

    return make


@pytest.mark.parametrize(
    ("carbon", "direct", "cahra"),
    [
        (CARBON // 3, DIRECT // 3, METAL // 3),
        (CARBON - 1, DIRECT, METAL // 3),
        (CARBON, DIRECT - 1, METAL // 3),
        (CARBON, DIRECT, METAL // 3 - 1),
    ],
)
def test_what_remains_bears_all(lose, carbon, direct, cahra):
    with pytest.raises(AssertionError, match="refused"):
        lose(carbon, direct, cahra)


@pytest.mark.parametrize("found", [METAL // 3 - 1, METAL // 3 + 1])
def test_as_much_remains_as_was_found(lose, found):
    with pytest.raises(AssertionError, match="refused"):
        lose(CARBON, DIRECT, found, found)


def test_an_honest_loss_passes(runs, lot_book, lose, refiner):
    request, rest = lose(CARBON, DIRECT)
    runs.run(request, {"from": refiner})
    assert lot_book.lotOf(rest.id)[1] == 1
