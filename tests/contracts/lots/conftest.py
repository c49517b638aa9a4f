# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""The lot contracts over the registry, with verifiers that answer what they are told.

The governor is also a writer of the book: tests make the lots that they need directly. Modules
that test proofs replace the fixture `verifiers`.
"""

from typing import Any

import pytest

from tests.contracts.conftest import (
    DAY,
    DISMANTLER,
    LUALABA,
    MINE,
    PLANT,
    RECYCLING_PLANT,
    REFINERY,
    SATAKUNTA,
    site_details,
)
from tests.contracts.lots.clock import wait
from tests.contracts.lots.making import (
    BIRTH,
    CHARGE,
    END_OF_LIFE,
    HYDROXIDE,
    IN_PROCESS,
    MASS_BALANCE,
    METAL,
    PACK,
    PROCESS,
    PROCESSING,
    REBOOK,
    RECOVER,
    RECOVERY,
    RETIRED,
    SULPHATE,
    WITHOUT_END,
    field_word,
    new_lot,
    output,
    run_request,
    sealed,
    site_event,
)
from tests.contracts.lots.running import LOT_FIELDS
from tests.contracts.people import PEOPLE, ZERO_ADDRESS, word
from tests.contracts.rights import let_note, let_write
from tests.contracts.scoped_ids import scoped
from tests.contracts.values import plain


@pytest.fixture(scope="module")
def answering(AnsweringVerifier: Any, governor: Any) -> Any:
    """The verifier of all circuits at once that answers yes, until it is told otherwise."""
    return governor.deploy(AnsweringVerifier)


@pytest.fixture(scope="module")
def verifiers(answering: Any) -> dict[str, Any]:
    """Circuit to verifier."""
    return dict.fromkeys(("origin", "rebook2", "run4", "total", "claim"), answering)


@pytest.fixture(scope="module")
def admit(lot_book: Any, journal: Any, governor: Any) -> Any:
    """Lets a contract write the book, and note what it says."""

    def admitted(contract: Any) -> Any:
        let_write(lot_book, contract, governor)
        let_note(journal, contract, governor)
        return contract

    return admitted


@pytest.fixture(scope="module")
def custody(
    Custody: Any,
    members: Any,
    lot_book: Any,
    attestations: Any,
    places: Any,
    governor: Any,
    admit: Any,
) -> Any:
    """Custody, a writer of the book."""
    return admit(governor.deploy(Custody, members, lot_book, attestations, places))


@pytest.fixture(scope="module")
def origins(
    Origins: Any,
    members: Any,
    sites: Any,
    attestations: Any,
    gates: Any,
    lot_book: Any,
    verifiers: dict[str, Any],
    governor: Any,
    admit: Any,
) -> Any:
    """Origins, a writer of the book."""
    arguments = (members, sites, attestations, gates, lot_book, verifiers["origin"])
    return admit(governor.deploy(Origins, *arguments))


@pytest.fixture(scope="module")
def runs(
    Runs: Any,
    members: Any,
    sites: Any,
    attestations: Any,
    gates: Any,
    places: Any,
    lot_book: Any,
    custody: Any,
    settings_contract: Any,
    verifiers: dict[str, Any],
    governor: Any,
    admit: Any,
) -> Any:
    """Runs, a writer of the book."""
    registry = (members, sites, attestations, gates, places)
    proofs = (verifiers["rebook2"], verifiers["run4"])
    return admit(governor.deploy(Runs, *registry, lot_book, custody, settings_contract, *proofs))


@pytest.fixture(scope="module")
def holds(Holds: Any, members: Any, lot_book: Any, governor: Any, admit: Any) -> Any:
    """Holds, a writer of the book."""
    return admit(governor.deploy(Holds, governor, members, lot_book))


@pytest.fixture(scope="module")
def products(
    Products: Any,
    members: Any,
    lot_book: Any,
    attestations: Any,
    verifiers: dict[str, Any],
    governor: Any,
    admit: Any,
) -> Any:
    """Products, a writer of the book."""
    arguments = (members, lot_book, attestations, verifiers["rebook2"])
    return admit(governor.deploy(Products, *arguments))


@pytest.fixture(scope="module")
def claims(
    Claims: Any,
    members: Any,
    lot_book: Any,
    products: Any,
    verifiers: dict[str, Any],
    deploy_noted: Any,
    governor: Any,
) -> Any:
    """Claims with a grid of 1 % for shares, 0.5 kg/kg for emissions, 1 g for metal per unit."""
    proofs = (verifiers["total"], verifiers["claim"])
    arguments = (governor, members, lot_book, products, *proofs, ZERO_ADDRESS)
    deployed = deploy_noted(Claims, *arguments)
    deployed.setGrid(1, 10_000, 1_000_000, {"from": governor})
    deployed.setGrid(2, 10_000, 1_000_000, {"from": governor})
    deployed.setGrid(3, 500_000, 1_000_000_000, {"from": governor})
    deployed.setGrid(4, 500_000, 1_000_000_000, {"from": governor})
    deployed.setGrid(5, 1_000, 10_000_000_000, {"from": governor})
    return deployed


@pytest.fixture
def make_lot(lot_book: Any, governor: Any) -> Any:
    """Writes a lot into the book: `make_lot("name", account, root=…)`; returns its id."""

    def make(name: str, account: Any, **changes: Any) -> str:
        lot = field_word(name)
        lot_book.create(*new_lot(lot, account, **changes), {"from": governor})
        return lot

    return make


@pytest.fixture
def now() -> int:
    """The chain's time when the test begins."""
    return wait(1)


@pytest.fixture
def stand(attestations: Any, nodes: list[Any], file: Any, now: int) -> Any:
    """Three nodes attest a filed event, by default a birth of cobalt at the mine: its id."""
    used = iter(range(1, 1_000))

    def attest(kind: int = BIRTH, site: str = MINE, **changes: Any) -> str:
        changes = {"sequence": next(used), **changes}
        statement = site_event(site, now - DAY, kind, **changes)
        file(statement[0], statement[1], statement[7])
        for node in nodes[:3]:
            attestations.attest(statement, {"from": node})
        return str(attestations.eventIdOf(statement[0], statement[1], statement[4]))

    return attest


@pytest.fixture
def determine(places: Any, observer: Any, second_observer: Any) -> Any:
    """Two groups determine a place for a time, no criterion met."""

    def record(start: int, end: int, place: str = LUALABA) -> None:
        nothing = (False, False, False)
        for who in (second_observer, observer):
            places.determine(place, start, end, *nothing, word("method"), {"from": who})

    return record


@pytest.fixture
def lots(make_lot: Any, refiner: Any) -> Any:
    """Hydroxide that the refiner holds: `lots(3)`."""
    return lambda size, **changes: [
        make_lot(f"input {index}", refiner, **changes) for index in range(size)
    ]


@pytest.fixture
def process(runs: Any, stand: Any, refiner: Any) -> Any:
    """Processes at the refinery into sulphate, by mass balance."""

    def call(
        inputs: Any,
        outputs: Any = None,
        event: Any = None,
        site: str = REFINERY,
        who: Any = refiner,
        **changes: Any,
    ) -> Any:
        said = {name: changes.pop(name) for name in ("unit_material",) if name in changes}
        event = event or stand(PROCESSING, site=site, inputs=inputs, **said)
        outputs = outputs or [output("sulphate", material=SULPHATE)]
        changes = {"model": MASS_BALANCE, **changes}
        return runs.run(
            run_request(PROCESS, inputs, outputs, event=event, **changes), {"from": who}
        )

    return call


@pytest.fixture
def plant(sites: Any, governor: Any) -> str:
    """A continuous refinery of the refiner, for hydroxide to sulphate or metal."""
    details = site_details("refiner", SATAKUNTA, 3, [HYDROXIDE, SULPHATE, METAL], True)
    sites.register(PLANT, details, {"from": governor})
    return PLANT


@pytest.fixture
def period(plant: str, stand: Any, now: int) -> Any:
    """Three nodes attest a period of the plant, from one day to another; returns its id.

    Days are counted from 500 days before the test.
    """

    def attest(begin: int, end: int, inputs: Any, **changes: Any) -> str:
        times = {"from": now + (begin - 500) * DAY, "to": now + (end - 500) * DAY}
        return stand(PROCESSING, site=plant, inputs=inputs, **{**times, **changes})

    return attest


@pytest.fixture
def close(runs: Any, refiner: Any) -> Any:
    """Books a period: sulphate, and stock that stays in the plant, by their names."""

    def call(
        event: str, inputs: Any, made: str, stock: str = "", who: Any = refiner, **changes: Any
    ) -> Any:
        outputs = [output(made, material=SULPHATE)] if made else []
        outputs += [output(stock, material=IN_PROCESS)] if stock else []
        changes = {"model": MASS_BALANCE, **changes}
        request = run_request(PROCESS, inputs, outputs, event=event, **changes)
        return runs.run(request, {"from": who})

    return call


@pytest.fixture
def rebook(runs: Any, refiner: Any) -> Any:
    """Books the refiner's lots anew."""

    def call(inputs: Any, outputs: Any = None, who: Any = refiner, **changes: Any) -> Any:
        return runs.run(
            run_request(REBOOK, inputs, outputs or [output("a")], **changes), {"from": who}
        )

    return call


@pytest.fixture
def charge(runs: Any, refiner: Any) -> Any:
    """Makes a charge of the refiner's lots."""

    def call(inputs: Any, made: Any = None, **changes: Any) -> Any:
        request = run_request(CHARGE, inputs, [made or output("charge")], **changes)
        return runs.run(request, {"from": refiner})

    return call


@pytest.fixture
def recover(runs: Any, stand: Any, recycler: Any) -> Any:
    """Recovers at the recycling plant into sulphate, by mass balance."""

    def call(inputs: Any, outputs: Any = None, event: Any = None, **changes: Any) -> Any:
        event = event or stand(RECOVERY, site=RECYCLING_PLANT, inputs=inputs)
        outputs = outputs or [output("recovered", material=SULPHATE)]
        changes = {"model": MASS_BALANCE, **changes}
        request = run_request(RECOVER, inputs, outputs, event=event, **changes)
        return runs.run(request, {"from": recycler})

    return call


@pytest.fixture
def series(products: Any, make_lot: Any, car_maker: Any) -> Any:
    """A series in products: `series({label: 1, other_label: 2})` of ten packs; returns its id.

    The products are declared under their labels, and sealed unless told otherwise.
    """

    def make(
        cars: dict[str, int], name: str = "packs", is_sealed: bool = True, **changes: Any
    ) -> str:
        lot = make_lot(name, car_maker, **{"count": 10, "material": PACK, **changes})
        for label, units in cars.items():
            car = scoped(car_maker, label)
            if products.ownerOf(car) == ZERO_ADDRESS:
                products.declare(label, {"from": car_maker})
            products.assign(car, lot, units, {"from": car_maker})
            if is_sealed:
                products.seal(car, {"from": car_maker})
        return lot

    return make


@pytest.fixture
def dismantle(stand: Any) -> Any:
    """An attested end of life of units of a lot, at the dismantler's; returns its id."""

    def attest(lot: str, units: int = 1, **changes: Any) -> str:
        said = {"site": DISMANTLER, "inputs": [lot], "units": units, "unit_material": PACK}
        return str(stand(END_OF_LIFE, **{**said, **changes}))

    return attest


@pytest.fixture
def retire(products: Any, dismantle: Any, car_maker: Any) -> Any:
    """Retires units of a series of ten with a product; `left` go on as the rest."""

    def call(
        car: str,
        lot: str,
        units: int = 1,
        left: int = 9,
        event: Any = None,
        outputs: Any = None,
        who: Any = car_maker,
        name: str = "",
        **changes: Any,
    ) -> Any:
        event = event or dismantle(lot, units)
        rest = [output(f"rest{name}", left, PACK)] if left else []
        outputs = outputs or [output(f"retired{name}", units, RETIRED), *rest]
        request = run_request(END_OF_LIFE, [lot], outputs, event=event, **changes)
        return products.retire(car, request, {"from": who})

    return call


@pytest.fixture
def write(lot_book, governor):
    """A write; returns what the call would have answered."""

    def call(name, *arguments):
        method = getattr(lot_book, name)
        answer = method.call(*arguments, {"from": governor})
        method(*arguments, {"from": governor})
        return plain(answer)

    return call


@pytest.fixture
def lot_of(lot_book):
    """A lot of the book, by the names of its fields."""

    def fields(lot):
        return dict(zip(LOT_FIELDS, plain(lot_book.lotOf(lot)), strict=True))

    return fields


@pytest.fixture
def expiry(now):
    return now + DAY


@pytest.fixture
def root(write):
    """A root that the book has numbered, so that it can be held."""
    return write("rootOfDocument", word("document of the lot"), 1, 0)


@pytest.fixture
def lot(make_lot, root, miner):
    return make_lot("lot", miner, root=root)


@pytest.fixture
def of_lot(lot, root):
    """What a hold on the lot is on: its root, in the hands of the miner's group."""
    return root, PEOPLE["miner"].group


@pytest.fixture
def place_hold(lot_book, members, governor):
    """A hold on a lot's root and holder, written into the book; returns what it is on."""

    def place(lot, until=WITHOUT_END):
        found = plain(lot_book.lotOf(lot))
        on = found[14], plain(members.groupOfAccount(found[0]))[0]
        lot_book.setHold(*on, until, {"from": governor})
        return on

    return place


@pytest.fixture
def offered(custody, lot, miner, refiner, expiry):
    """The lot, offered by the miner to the refiner at sequence 2."""
    custody.offer(lot, refiner, expiry, sealed("box"), {"from": miner})
    return lot


@pytest.fixture
def state_of(lot_book):
    def read(lot):
        account, state, _, sequence, until = plain(lot_book.lotOf(lot))[:5]
        return account, state, sequence, until

    return read
