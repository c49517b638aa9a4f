"""Attack: metal is written off, and the carbon and the conflict share that it bears go with it.

No account ends a lot by itself any more: an attested loss does, and what remains keeps the carbon
of all (tests/contracts/attacks/proven). What was lost wholly was attested as such.
"""

from tests.contracts.conftest import REFINERY
from tests.contracts.lots.making import LOSS, PROCESSING, field_word, output, run_request
from tests.contracts.lots.running import made
from tests.contracts.reverts import reverts


def test_no_contract_ends_a_lot_on_paper(runs, custody, products, holds, origins):
    for contract in (runs, custody, products, holds, origins):
        functions = {entry["name"] for entry in contract.abi if entry["type"] == "function"}
        assert not {name for name in functions if "write" in name.lower()}
    events = {entry["name"] for entry in runs.abi if entry["type"] == "event"}
    assert {name for name in events if name.startswith("Lot")} == {
        "LotMade",
        "LotConsumed",
        "LotLost",
    }


def test_a_loss_that_nobody_attested_is_none(runs, lots, refiner):
    unknown = "0x" + "12" * 32
    with reverts("NotStanding", unknown):
        runs.recordLoss(unknown, lots(1), {"from": refiner})


def test_an_event_of_another_kind_ends_nothing(runs, stand, lots, refiner):
    inputs = lots(1)
    event = stand(PROCESSING, site=REFINERY, inputs=inputs)
    with reverts("EventKindMismatch", event, LOSS, PROCESSING):
        runs.recordLoss(event, inputs, {"from": refiner})


def test_where_something_was_found_it_is_booked(runs, lot_book, stand, lots, refiner):
    inputs = lots(1)
    event = stand(LOSS, site=REFINERY, inputs=inputs)
    with reverts("EventWithOutput", event):
        runs.recordLoss(event, inputs, {"from": refiner})
    request = run_request(LOSS, inputs, [output("rest")], event=event, model=3)
    runs.run(request, {"from": refiner})
    assert made(lot_book, "rest")["material"] == lot_book.lotOf(inputs[0])[13]
    assert lot_book.lotOf(field_word("rest"))[1] == 1
