# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""Gas of each act, equal to the committed snapshot; see snapshot.py for how to write it anew.

Acts are measured with the generated verifiers and real proofs, times and ids are fixed. The
yardstick is OpenZeppelin's ERC-1155: a transfer to an account that holds none of the token yet.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from lodetrace.contracts.enums import RowKind
from tests.contracts.conftest import COBALT, DAY, MINE, REFINERY
from tests.contracts.gas.snapshot import committed, gas_of, keep
from tests.contracts.lots.clock import latest
from tests.contracts.lots.making import (
    BIRTH,
    CHARGE,
    END_OF_LIFE,
    HYDROXIDE,
    LOSS,
    MASS_BALANCE,
    NO_PROOF,
    PACK,
    PROCESS,
    PROCESSING,
    REBOOK,
    RECEIVED,
    RETIRED,
    ROOT,
    SULPHATE,
    birth,
    field_word,
    new_lot,
    run_request,
    sealed,
    site_event,
)
from tests.contracts.lots.proven.requests import by_id
from tests.contracts.people import ZERO_WORD, spoken, word
from tests.contracts.rights import coded
from tests.contracts.scoped_ids import scoped_of
from tests.support.whole_module import all_run

MANY = 100
METAL = 10**8
EVENTS = {PROCESS: PROCESSING, LOSS: LOSS}
CAHRA_RULE = 1 << 36


@pytest.fixture(scope="module")
def measured(request: pytest.FixtureRequest) -> Iterator[dict[str, int]]:
    """Collects what the tests of this module measure: all of them, all that is committed."""
    found: dict[str, int] = {}
    yield found
    keep(found)
    if all_run(request):
        assert found.keys() == committed().keys(), "nothing else is in the snapshot"


@pytest.fixture
def note(measured: dict[str, int]) -> Any:
    """Notes the gas of an act, and compares it with the snapshot at the end of the test."""
    noted: dict[str, int] = {}

    def add(name: str, tx: Any, proof: Any = None) -> None:
        noted[name] = gas_of(tx, proof)

    yield add
    measured.update(noted)
    keep(measured)
    found = committed()
    assert noted == {name: found.get(name) for name in noted}


@pytest.fixture(scope="module")
def begun(journal, governor):
    """Begins the row of a lot, as its birth does: whoever writes a row first pays for its word."""
    with coded(governor) as code:
        journal.setWriter(governor, 1 << RowKind.LOT, code, {"from": governor})
    return lambda lot: journal.note(RowKind.LOT, lot, word("birth"), True, {"from": governor})


@pytest.fixture
def held(lot_book, begun, governor, miner):
    """A lot that the miner holds, of a root of its own, and sold once."""
    roots = iter(range(ROOT, ROOT + 2 * MANY))

    def make(name):
        lot = field_word(name)
        lot_book.create(*new_lot(lot, miner, root=next(roots)), {"from": governor})
        begun(lot)
        return lot

    return make


def test_yardstick(Yardstick, governor, miner, refiner, note):
    token = governor.deploy(Yardstick)
    token.mint(miner, 1, 10, {"from": governor})
    sent = token.safeTransferFrom(miner, refiner, 1, 1, b"", {"from": miner})
    note("ERC-1155 transfer to a new holder", sent)


@pytest.fixture(scope="module")
def expiry():
    """Of offers: as many bytes in calldata are zero, which cost less, at whatever time it runs."""
    return (latest() + 30 * DAY | 0x010100) & ~0xFF


@pytest.fixture
def known(custody, held, miner, refiner, expiry):
    """The refiner has been offered a lot before: accounts are numbered at their first offer."""
    lot = held("earlier")
    return custody.offer(lot, refiner, expiry, sealed("box"), {"from": miner})


def test_custody(custody, held, known, miner, refiner, expiry, note):
    note("first offer to an account", known)
    for name in ("accept", "reject", "cancel", "dispute"):
        lot = held(name)
        offered = custody.offer(lot, refiner, expiry, sealed("box"), {"from": miner})
        if name == "accept":
            note("offer", offered)
            note("accept", custody.accept(lot, 2, {"from": refiner}))
        elif name == "cancel":
            note("cancel", custody.cancel([lot], {"from": miner}))
        else:
            said = (spoken("reason"),) if name == "reject" else (RECEIVED, spoken("reason"))
            note(name, getattr(custody, name)([lot], *said, {"from": refiner}))
    note("disclose", custody.disclose(lot, refiner, sealed("box"), {"from": miner}))


def test_custody_of_many(custody, held, known, miner, refiner, expiry, note):
    lots = [held(str(index)) for index in range(MANY)]
    boxes = [sealed(lot) for lot in lots]
    note(f"offer {MANY} at once", custody.offerMany(lots, refiner, expiry, boxes, {"from": miner}))
    note(f"accept {MANY} at once", custody.acceptMany(lots, [2] * MANY, {"from": refiner}))


@pytest.mark.parametrize("size", [0, 1, 4])
def test_attestation(attestations, lot_book, begun, governor, refiner, nodes, file, note, size):
    """At a quorum of three, for an event that names so many lots."""
    lots = [field_word(f"input {index}") for index in range(size)]
    for lot in lots:
        lot_book.create(*new_lot(lot, refiner), {"from": governor})
        begun(lot)
    kind, site = (PROCESSING, REFINERY) if size else (BIRTH, MINE)
    statement = site_event(site, latest() - DAY, kind, inputs=lots)
    file(site, statement[1], statement[7])
    first, _, last = (attestations.attest(statement, {"from": node}) for node in nodes[:3])
    note(f"attest, {size} lots", first)
    note(f"attest at quorum, {size} lots", last)


def test_birth(origins, prover, stand, miner, note):
    metal = 10**9
    event, lot = prover.birth(COBALT, metal, 7), prover.lot(COBALT, metal, 7, cahra=metal)
    request = birth(stand(commitment=event.id), lot.id)
    ctx, rule = origins.ctxOf(miner, request), request[2] | CAHRA_RULE
    proof = prover.prove("origin", ctx=ctx, rule=rule, event=event, lot=lot)
    note("birth", origins.birth((*request[:6], proof), {"from": miner}), proof)


@pytest.fixture
def booked(lot_book, begun, prover, governor, refiner):
    """So many lots of 100 kg, each of a root of its own or all of one, as runs name them."""

    def make(size, one_root):
        lots = [prover.lot(COBALT, METAL) for _ in range(size)]
        for place, lot in enumerate(lots):
            root = ROOT if one_root else ROOT + place
            lot_book.create(*new_lot(lot.id, refiner, root=root), {"from": governor})
            begun(lot.id)
        return by_id(lots)

    return make


@pytest.fixture
def proven(runs, prover, booked, stand, refiner):
    """A proven run of a number of lots of 100 kg into as many, or into one charge."""

    def make(kind, size):
        at_site = kind in (PROCESS, LOSS)
        lost = 10**6 if at_site else 0
        inputs = booked(size, one_root=kind in (REBOOK, LOSS))
        outputs = [prover.lot(COBALT, METAL - lost) for _ in range(size)]
        if kind == CHARGE:
            outputs = [prover.lot(COBALT, size * METAL)]
        material, opened, event = HYDROXIDE, None, ZERO_WORD
        ids = [lot.id for lot in inputs]
        if at_site:
            opened = prover.event(COBALT, size * (METAL - lost), [METAL] * size)
            said = {"inputs": ids, "commitment": opened.id}
            event = stand(EVENTS[kind], site=REFINERY, **said)
            material = SULPHATE if kind == PROCESS else HYDROXIDE
        made = [(lot.id, 1, material) for lot in outputs]
        request = run_request(kind, ids, made, event=event, model=MASS_BALANCE)
        fields = {"ctx": runs.ctxOf(refiner, request), "rule": runs.ruleOf(request)}
        proof = prover.prove("run", inputs=inputs, outputs=outputs, event=opened, **fields)
        return (*request[:7], proof), proof

    return make


@pytest.mark.parametrize("kind", [PROCESS, REBOOK])
@pytest.mark.parametrize("size", [2, 4])
def test_run(runs, proven, refiner, note, kind, size):
    request, proof = proven(kind, size)
    name = {PROCESS: "process", REBOOK: "rebook"}[kind]
    note(f"{name} {size}x{size}", runs.run(request, {"from": refiner}), proof)


def test_charge(runs, proven, refiner, note):
    request, proof = proven(CHARGE, 4)
    note("charge of 4", runs.run(request, {"from": refiner}), proof)


def test_loss(runs, proven, booked, stand, refiner, note):
    request, proof = proven(LOSS, 1)
    note("loss", runs.run(request, {"from": refiner}), proof)
    (lot,) = (lot.id for lot in booked(1, one_root=True))
    said = {"inputs": [lot], "no_output": True, "batches": ZERO_WORD}
    event = stand(LOSS, site=REFINERY, **said)
    note("loss of everything", runs.recordLoss(event, [lot], {"from": refiner}))


def test_hold(holds, of_lot, observer, auditor, note):
    note("hold", holds.hold(*of_lot, spoken("reason"), {"from": observer}))
    note("renew a hold", holds.renew(*of_lot, {"from": auditor}))
    note("propose a release", holds.release(*of_lot, {"from": auditor}))
    note("release", holds.release(*of_lot, {"from": observer}))


def test_product_total_and_claim(
    products, claims, lot_book, begun, prover, car_maker, governor, note
):
    lot = prover.lot(COBALT, 10**6, credits=(10**6, 0, 0, 0))
    lot_book.create(*new_lot(lot.id, car_maker), {"from": governor})
    begun(lot.id)
    car = scoped_of("car_maker", word("car"))
    note("declare a product", products.declare(word("car"), {"from": car_maker}))
    note("assign units", products.assign(car, lot.id, 1, {"from": car_maker}))
    note("seal a product", products.seal(car, {"from": car_maker}))

    total = prover.total(COBALT, 10**6, credits=(10**6, 0, 0, 0))
    request = (car, COBALT, 0, 1, 1, ZERO_WORD, total.id, NO_PROOF)
    ctx = claims.totalCtxOf(car_maker, request)
    proof = prover.prove("total", ctx=ctx, parts=[lot], weights=[1], total=total)
    note(
        "record a total of one part",
        claims.recordTotal((*request[:7], proof), {"from": car_maker}),
        proof,
    )

    request = (total.id, 1, 1, 1_000_000, NO_PROOF)
    ctx = claims.claimCtxOf(car_maker, request)
    said = {"measure": 1, "threshold": 1_000_000, "credits": [1]}
    proof = prover.prove("claim", ctx=ctx, subject=total, **said)
    note("record a claim", claims.record((*request[:4], proof), {"from": car_maker}), proof)


@pytest.mark.parametrize("left", [0, 9])
def test_retirement(products, lot_book, begun, prover, dismantle, car_maker, governor, note, left):
    """A unit of a series, of which others are left or none."""
    metal = 10**6
    series = prover.lot(COBALT, metal * (1 + left), units=1 + left)
    told = new_lot(series.id, car_maker, count=1 + left, material=PACK)
    lot_book.create(*told, {"from": governor})
    begun(series.id)
    car = scoped_of("car_maker", word("car"))
    products.declare(word("car"), {"from": car_maker})
    products.assign(car, series.id, 1, {"from": car_maker})
    products.seal(car, {"from": car_maker})
    made = [prover.lot(COBALT, metal, units=1)]
    made += [prover.lot(COBALT, metal * left, units=left)] if left else []
    outputs = [
        (one.id, one.slots[3], material)
        for one, material in zip(made, (RETIRED, PACK), strict=False)
    ]
    request = run_request(END_OF_LIFE, [series.id], outputs, event=dismantle(series.id))
    fields = {"ctx": products.ctxOf(car_maker, request), "rule": products.ruleOf(request)}
    proof = prover.prove("run", inputs=[series], outputs=made, event=None, **fields)
    sent = products.retire(car, (*request[:7], proof), {"from": car_maker})
    note("retire a unit, others left" if left else "retire", sent, proof)
