"""ctx, computed by contract and specification alike."""

import pytest

from tests.contracts.conftest import COBALT
from tests.contracts.lots.making import (
    MASS_BALANCE,
    NO_PROOF,
    PACK,
    PROCESS,
    REBOOK,
    SEGREGATED,
    birth,
    field_word,
    run_request,
)
from tests.contracts.people import ZERO_WORD, word


@pytest.fixture
def frame(web3, miner):
    """Chain id, contract and account of a ctx."""
    return lambda contract: (web3.eth.chain_id, contract.address, miner.address)


def test_ctx_is_that_of_the_specification(origins, runs, claims, prover, hold, frame, miner):
    lot = hold(prover.lot(COBALT, 1))
    request = birth(word("event"), lot.id, count=3, material=PACK, model=MASS_BALANCE)
    assert origins.ctxOf(miner, request) == prover.ctx(
        "origin", "origin", frame(origins), event_key=request[0], output=request[1], count=3,
        material=PACK, model=MASS_BALANCE, box=request[5],
    )  # fmt: skip
    for kind, width, circuit in ((REBOOK, 2, "rebook2"), (REBOOK, 3, "run4"), (PROCESS, 2, "run4")):
        outputs = [(field_word(str(index)), index + 1, PACK) for index in range(width)]
        event = word("event") if kind == PROCESS else ZERO_WORD
        run = run_request(kind, [lot.id], outputs, event=event)
        assert runs.ctxOf(miner, run) == prover.ctx(
            "run", circuit, frame(runs), run_kind=kind, event_key=event,
            input_ids=[lot.id], outputs=[made[0] for made in outputs],
            counts=[made[1] for made in outputs], materials=[PACK] * width, model=SEGREGATED,
            boxes=run[6],
        )  # fmt: skip
    total = (word("car"), COBALT, 3, 4, 5, field_word("previous"), field_word("total"), NO_PROOF)
    assert claims.totalCtxOf(miner, total) == prover.ctx(
        "total", "total", frame(claims), product_id=total[0], first_part=3, part_count=4, scale=5,
        previous_total=total[5], total=total[6],
    )  # fmt: skip
    claim = (lot.id, 1, 6, 500_000, NO_PROOF)
    assert claims.claimCtxOf(miner, claim) == prover.ctx(
        "claim", "claim", frame(claims), subject=lot.id, subject_kind=1, measure=1, credit_mask=6,
        threshold=500_000,
    )  # fmt: skip
