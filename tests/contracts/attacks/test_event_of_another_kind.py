"""Attack: an event of one kind is used for a run of another, whose rules are easier.

A loss has no band and a rework no scrap; a measurement is attested by a laboratory; a recovery
grants recycled credits.
"""

import pytest

from tests.contracts.conftest import RECYCLING_PLANT
from tests.contracts.lots.making import (
    HYDROXIDE,
    LOSS,
    MASS_BALANCE,
    OUTSIDE,
    PROCESS,
    PROCESSING,
    RECOVER,
    RECOVERY,
    REWORK,
    SCRAP,
    SULPHATE,
    birth,
    field_word,
    output,
    run_request,
)
from tests.contracts.reverts import reverts

NEEDED = {PROCESS: PROCESSING, RECOVER: RECOVERY, REWORK: REWORK, LOSS: LOSS}
KINDS = (PROCESSING, RECOVERY, REWORK, LOSS)


@pytest.mark.parametrize("kind", NEEDED)
@pytest.mark.parametrize("stated", KINDS)
def test_a_run_takes_its_own_kind_of_event(runs, make_lot, stand, recycler, kind, stated):
    given = {PROCESS: HYDROXIDE, RECOVER: SCRAP, REWORK: SULPHATE, LOSS: SULPHATE}[kind]
    lot = make_lot("lot", recycler, material=given)
    event = stand(stated, site=RECYCLING_PLANT, inputs=[lot])
    outputs = [output("made", material=SULPHATE)]
    request = run_request(kind, [lot], outputs, event=event, model=MASS_BALANCE)
    if NEEDED[kind] == stated:
        runs.run(request, {"from": recycler})
    else:
        with reverts("EventKindMismatch", event, NEEDED[kind], stated):
            runs.run(request, {"from": recycler})


@pytest.mark.parametrize("stated", KINDS)
def test_nothing_is_born_of_a_run(origins, make_lot, stand, recycler, stated):
    """The commitments of births and runs have types of their own, too (SPEC, section 1)."""
    lot = make_lot("lot", recycler, material=SULPHATE)
    event = stand(stated, site=RECYCLING_PLANT, inputs=[lot])
    with reverts("EventKindMismatch", event, 1, stated):
        origins.birth(birth(event, field_word("born"), material=SULPHATE), {"from": recycler})


@pytest.mark.parametrize("born", [1, OUTSIDE])
def test_nothing_is_made_under_a_birth(runs, make_lot, stand, recycler, born):
    event = stand(born, site=RECYCLING_PLANT)
    lot = make_lot("lot", recycler)
    outputs = [output("made", material=SULPHATE)]
    request = run_request(PROCESS, [lot], outputs, event=event, model=MASS_BALANCE)
    with reverts("EventKindMismatch", event, PROCESSING, born):
        runs.run(request, {"from": recycler})
