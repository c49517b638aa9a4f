# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""Real proofs against the generated verifiers: what is true passes, for its sender alone."""

from collections.abc import Iterator
from typing import Any

import brownie
import pytest

from tests.contracts.conftest import COBALT, DAY, MINE, REFINERY
from tests.contracts.lots.clock import wait
from tests.contracts.lots.making import (
    ACTIVE,
    CONSUMED,
    FIELD,
    HELD,
    HYDROXIDE,
    IDENTITY_PRESERVED,
    MASS_BALANCE,
    MEASUREMENT,
    NO_PROOF,
    PACK,
    PROCESS,
    PROCESSING,
    REBOOK,
    SEGREGATED,
    SETTLE,
    SULPHATE,
    birth,
    field_word,
    new_lot,
    number,
    run_request,
    sealed,
)
from tests.contracts.people import ZERO_WORD, word
from tests.contracts.proofs.prover import Prover
from tests.contracts.reverts import reverts
from tests.contracts.values import plain

CAHRA_BIT = 1 << 5
IRMA = 2


def refused(circuit: str) -> Any:
    return reverts("ProofRefused", "0x" + circuit.encode().ljust(32, b"\0").hex())


def with_field(request: tuple[Any, ...], index: int, value: Any) -> tuple[Any, ...]:
    return (*request[:index], value, *request[index + 1 :])


def joined(box: Any) -> str:
    """The 160 bytes of a SealedOpening."""
    return "0x" + "".join(part[2:] for part in box[0])


@pytest.fixture(scope="module")
def verifiers(
    OriginVerifier: Any,
    Run2Verifier: Any,
    Run4Verifier: Any,
    TotalVerifier: Any,
    ClaimVerifier: Any,
    governor: Any,
) -> dict[str, Any]:
    """The generated verifiers, in place of the one that answers what it is told."""
    contracts = (OriginVerifier, Run2Verifier, Run4Verifier, TotalVerifier, ClaimVerifier)
    names = ("origin", "run2", "run4", "total", "claim")
    deployed = (governor.deploy(contract) for contract in contracts)
    return dict(zip(names, deployed, strict=True))


@pytest.fixture(scope="module")
def prover() -> Iterator[Prover]:
    """Commits and proves in the main environment."""
    made = Prover()
    yield made
    made.close()


@pytest.fixture
def frame(web3, miner):
    """Chain id, contract and account of a ctx."""
    return lambda contract: (web3.eth.chain_id, contract.address, miner.address)


# --- origin


@pytest.fixture
def ore(prover):
    """A birth of 1 t of cobalt, 5 kg CO2e a kg, 400 kg of it of kind 1; its lot at a CAHRA."""
    metal, carbon = 10**9, 5 * 10**9
    event = prover.event(COBALT, metal, carbon, attested=(4 * 10**8, 0, 0, 0, 0))
    return event, prover.lot(COBALT, metal, carbon, cahra=metal)


@pytest.fixture
def prove_birth(origins, prover, miner):
    """The request with its proof."""

    def prove(event_id, event, lot, gates=CAHRA_BIT, account=miner, **changes):
        request = birth(event_id, lot.id, **changes)
        ctx = origins.ctxOf(account, request)
        proof = prover.prove("origin", ctx=ctx, gates=gates, event=event, lot=lot)
        return with_field(request, 6, proof)

    return prove


def test_birth(origins, lot_book, stand, prove_birth, ore, miner):
    event, lot = ore
    request = prove_birth(stand(commitment=event.id), event, lot)
    origins.birth(request, {"from": miner})
    assert lot_book.commitmentOf(lot.id) == lot.id


def test_birth_with_its_credit(
    origins, certificates, certifier, determine, prover, prove_birth, stand, miner, now
):
    determine(now - DAY, now + DAY)
    validity = (now - DAY, now + DAY)
    certificates.issue(word("c"), MINE, IRMA, 0, *validity, word("document"), {"from": certifier})
    end = wait(100)
    attested = (4 * 10**8, 0, 0, 0, 0)
    event = prover.event(COBALT, 10**9, 7, attested=attested)
    lot = prover.lot(COBALT, 10**9, 7, credits=attested)
    interval = {"from": end - 20, "to": end}
    request = prove_birth(stand(commitment=event.id, **interval), event, lot, gates=1)
    tx = origins.birth(request, {"from": miner})
    assert tx.events["LotBorn"]["gates"] == 1


@pytest.mark.parametrize(
    ("index", "value"),
    [
        (1, field_word("another lot")),
        (4, IDENTITY_PRESERVED),
        (5, sealed("another box")),
    ],
)
def test_a_birth_is_proven_as_it_is(origins, stand, prove_birth, ore, miner, index, value):
    event, lot = ore
    request = prove_birth(stand(commitment=event.id), event, lot)
    with refused("origin"):
        origins.birth(with_field(request, index, value), {"from": miner})


@pytest.mark.parametrize("words", [(0,) * 8, (1, 2, *[1] * 6)])
def test_what_is_no_proof_is_refused(origins, stand, prove_birth, ore, miner, words):
    event, lot = ore
    request = prove_birth(stand(commitment=event.id), event, lot)
    with brownie.reverts():
        origins.birth(with_field(request, 6, (words,)), {"from": miner})


def test_a_copied_birth_is_refused_and_the_original_passes(
    origins, members, stand, prove_birth, ore, miner, accounts
):
    """Another account of the same operator sends the same proof."""
    members.addAccount(accounts[30], 0b11, word("viewing key"), {"from": miner})
    event, lot = ore
    request = prove_birth(stand(commitment=event.id), event, lot)
    with refused("origin"):
        origins.birth(request, {"from": accounts[30]})
    origins.birth(request, {"from": miner})


def test_a_birth_of_another_event_is_refused(origins, stand, prove_birth, ore, miner):
    event, lot = ore
    request = prove_birth(stand(commitment=event.id), event, lot)
    twin = stand(commitment=event.id)
    with refused("origin"):
        origins.birth(with_field(request, 0, twin), {"from": miner})


def test_a_birth_for_another_contract_is_refused(
    Origins, origins, members, sites, attestations, gates, lot_book, verifiers, governor, admit,
    stand, prove_birth, ore, miner,
):  # fmt: skip
    arguments = (members, sites, attestations, gates, lot_book, verifiers["origin"])
    other = admit(governor.deploy(Origins, *arguments), uses_events=True)
    event, lot = ore
    request = prove_birth(stand(commitment=event.id), event, lot)
    with refused("origin"):
        other.birth(request, {"from": miner})


def test_gates_that_closed_since_are_not_passed(
    origins, stand, prove_birth, ore, determine, miner, now
):
    """Proven as outside any CAHRA, which nobody has determined."""
    event, lot = ore
    request = prove_birth(stand(commitment=event.id), event, lot)
    determine(now - 3 * DAY, now)
    with refused("origin"):
        origins.birth(request, {"from": miner})


def test_signals_beyond_the_field_are_refused(origins, stand, prove_birth, ore, miner):
    event, lot = ore
    request = prove_birth(stand(commitment=event.id), event, lot)
    beyond = f"0x{number(lot.id) + FIELD:064x}"
    with refused("origin"):
        origins.birth(with_field(request, 1, beyond), {"from": miner})


# --- run


@pytest.fixture
def hold(lot_book, governor, miner):
    """Writes the lot of an opening into the book."""

    def write(opening, account=miner, **changes):
        lot_book.create(*new_lot(opening.id, account, **changes), {"from": governor})
        return opening

    return write


@pytest.fixture
def prove_run(runs, prover, miner):
    """The request with its proof; `opened` is what the event's commitment opens to."""

    def prove(kind, inputs, outputs, account=miner, opened=None, material=HYDROXIDE, **changes):
        ordered = sorted(inputs, key=lambda opening: number(opening.id))
        made = [(opening.id, 1, material) for opening in outputs]
        request = run_request(kind, [opening.id for opening in ordered], made, **changes)
        fields = {"ctx": runs.ctxOf(account, request), "rule": runs.ruleOf(request)}
        proof = prover.prove("run", inputs=ordered, outputs=outputs, event=opened, **fields)
        return with_field(request, 7, proof)

    return prove


@pytest.fixture
def split(prover, hold):
    """A lot of 1 t and its halves."""
    whole = hold(prover.lot(COBALT, 10**9, 3, 10**6))
    halves = [prover.lot(COBALT, 5 * 10**8, 2, 5 * 10**5) for _ in range(2)]
    return whole, halves


@pytest.fixture
def plant(prover, hold, refiner):
    """Four lots of 250 kg, what is made of them, by lost ppm, and the event that attests it."""

    def make(lost):
        inputs = [
            hold(prover.lot(COBALT, 250 * 10**6, 10**6, 250 * 10**6), refiner) for _ in "abcd"
        ]
        part = 250 * (10**6 - lost)
        outputs = [prover.lot(COBALT, part, 1_150_000, part) for _ in "abcd"]
        return inputs, outputs, prover.event(COBALT, 4 * part, 600_000, 1_002 * 10**6)

    return make


def test_rebook(runs, lot_book, split, prove_run, miner):
    whole, halves = split
    runs.run(prove_run(REBOOK, [whole], halves), {"from": miner})
    assert lot_book.lotOf(whole.id)[1] == CONSUMED
    assert {lot_book.lotOf(half.id)[1] for half in halves} == {ACTIVE}


@pytest.mark.parametrize(("lost", "state"), [(10_000, ACTIVE), (50_000, HELD)])
def test_process_four_lots_into_four(runs, lot_book, stand, plant, prove_run, refiner, lost, state):
    """The refinery's band ends at 4 %; booked and measured metal in differ by 0.2 %."""
    inputs, outputs, opened = plant(lost)
    event = stand(PROCESSING, site=REFINERY, commitment=opened.id)
    given = {"event": event, "in_band": state == ACTIVE, "model": MASS_BALANCE}
    request = prove_run(PROCESS, inputs, outputs, refiner, opened, SULPHATE, **given)
    runs.run(request, {"from": refiner})
    assert {lot_book.lotOf(lot.id)[1] for lot in outputs} == {state}


@pytest.mark.parametrize("in_band", [True, False])
def test_whether_the_loss_is_in_band_is_no_choice(runs, stand, plant, prove_run, refiner, in_band):
    inputs, outputs, opened = plant(50_000 if in_band else 10_000)
    event = stand(PROCESSING, site=REFINERY, commitment=opened.id)
    request = prove_run(
        PROCESS, inputs, outputs, refiner, opened, SULPHATE, event=event, in_band=in_band
    )
    with refused("run4"):
        runs.run(request, {"from": refiner})


def test_a_band_that_changed_since(runs, sites, stand, plant, prove_run, refiner, governor):
    inputs, outputs, opened = plant(10_000)
    event = stand(PROCESSING, site=REFINERY, commitment=opened.id)
    request = prove_run(PROCESS, inputs, outputs, refiner, opened, SULPHATE, event=event)
    sites.setBand(REFINERY, 5_000, 0, 9_999, {"from": governor})
    with refused("run4"):
        runs.run(request, {"from": refiner})


@pytest.mark.parametrize("index", [3, 4, 6])
def test_a_run_is_proven_as_it_is(runs, split, prove_run, miner, index):
    """Other outputs, another model, other boxes."""
    whole, halves = split
    request = prove_run(REBOOK, [whole], halves)
    changed = {3: request[3][::-1], 4: MASS_BALANCE, 6: request[6][::-1]}
    with refused("run2"):
        runs.run(with_field(request, index, changed[index]), {"from": miner})


def test_a_run_over_another_lot_is_refused(runs, prover, hold, split, prove_run, miner):
    whole, halves = split
    request = prove_run(REBOOK, [whole], halves)
    twin = hold(prover.lot(COBALT, 10**9, 3, 10**6))
    with refused("run2"):
        runs.run(with_field(request, 2, [twin.id]), {"from": miner})


def test_padding_mints_nothing(runs, prover, split, prove_run, miner):
    """A third output that the proof does not know, and one that it knows left out."""
    whole, halves = split
    request = prove_run(REBOOK, [whole], halves)
    left_out = with_field(with_field(request, 3, request[3][:1]), 6, request[6][:1])
    with refused("run2"):
        runs.run(left_out, {"from": miner})
    more = prover.lot(COBALT, 1)
    outputs = [*request[3], (more.id, 1, HYDROXIDE)]
    added = with_field(with_field(request, 3, outputs), 6, [*request[6], sealed("more")])
    with refused("run4"):
        runs.run(added, {"from": miner})


def test_a_copied_run_is_refused_and_the_original_passes(
    runs, lot_book, split, prove_run, refiner, miner, governor
):
    """The lot has changed hands, its new holder sends the proof of the old one."""
    whole, halves = split
    request = prove_run(REBOOK, [whole], halves)
    for sender, receiver, number_ in ((miner, refiner, 2), (refiner, miner, 4)):
        lot_book.offer(whole.id, sender, receiver, 2**39, {"from": governor})
        lot_book.accept(whole.id, receiver, number_, {"from": governor})
        if receiver == refiner:
            with refused("run2"):
                runs.run(request, {"from": refiner})
    runs.run(request, {"from": miner})


def test_a_restated_lot_counts_as_restated(
    runs, lot_book, prover, split, prove_run, miner, governor
):
    whole, halves = split
    request = prove_run(REBOOK, [whole], halves)
    lot_book.restate(whole.id, prover.lot(COBALT, 10**9).id, {"from": governor})
    with refused("run2"):
        runs.run(request, {"from": miner})


def test_settlement_books_what_was_measured(
    runs, custody, lot_book, stand, prover, hold, prove_run, miner, refiner, umpire, now
):
    """The umpire finds 990 of 1,000 kg; the event says nothing of metal that went in."""
    lot = hold(prover.lot(COBALT, 10**9, 4 * 10**9, 10**9))
    custody.offer(lot.id, refiner, now + DAY, sealed("box"), {"from": miner})
    custody.dispute([lot.id], word("short"), {"from": refiner})
    found = 990 * 10**6
    opened = prover.event(COBALT, found)
    event = stand(MEASUREMENT, site=REFINERY, commitment=opened.id)
    custody.approveSettlement(lot.id, event, {"from": umpire})
    settled = prover.lot(COBALT, found, 4 * 10**9, found)
    request = prove_run(SETTLE, [lot], [settled], opened=opened, event=event)
    runs.run(request, {"from": miner})
    assert plain(lot_book.lotOf(settled.id))[:2] == (plain(miner), ACTIVE)


# --- total and claim


@pytest.fixture
def car(products, prover, hold, car_maker):
    """A car of 3 of 12 packs and of a lot of its own; 60 % of the packs' cobalt bears credit 1."""
    packs = hold(
        prover.lot(COBALT, 120 * 10**6, 10**9, 12 * 10**6, credits=(72 * 10**6, 0, 0, 0, 0)),
        car_maker, count=12, material=PACK,
    )  # fmt: skip
    lot = hold(prover.lot(COBALT, 10**6, 10**6), car_maker)
    product = word("car")
    products.declare(product, {"from": car_maker})
    products.assign(product, packs.id, 3, {"from": car_maker})
    products.assign(product, lot.id, 1, {"from": car_maker})
    products.seal(product, {"from": car_maker})
    return product, packs, lot


@pytest.fixture
def total(claims, prover, car, car_maker):
    """The request for the car's total, with its opening; scale 12."""
    product, packs, lot = car
    weighed = [3 * a + 12 * b for a, b in zip(packs.slots, lot.slots, strict=True)]
    opening = prover.total(COBALT, *weighed[:3], credits=tuple(weighed[4:]))
    request = (product, COBALT, 0, 2, 12, ZERO_WORD, opening.id, NO_PROOF)
    ctx = claims.totalCtxOf(car_maker, request)
    proof = prover.prove("total", ctx=ctx, parts=[packs, lot], weights=[3, 12], total=opening)
    return with_field(request, 7, proof), opening


@pytest.fixture
def prove_claim(claims, prover, miner):
    def prove(opening, measure, mask, threshold, account=miner):
        request = (opening.id, measure, mask, threshold, NO_PROOF)
        credits = [bit + 1 for bit in range(5) if mask >> bit & 1]
        proof = prover.prove(
            "claim", ctx=claims.claimCtxOf(account, request), subject=opening, measure=measure,
            threshold=threshold, credits=credits,
        )  # fmt: skip
        return with_field(request, 4, proof)

    return prove


def test_claims_of_a_car(claims, total, prove_claim, car_maker, stranger):
    request, opening = total
    claims.recordTotal(request, {"from": car_maker})
    metal = opening.slots[0]
    share = opening.slots[4] * 10**6 // metal // 10_000 * 10_000
    for measure, mask, threshold in ((1, 1, share), (2, 0, 100_000), (3, 0, 8_500_000)):
        claim = prove_claim(opening, measure, mask, threshold, car_maker)
        claims.verify(car_maker, claim, {"from": stranger})
        claims.record(claim, {"from": car_maker})


def test_a_total_is_proven_as_it_is(claims, prover, total, car_maker):
    request, _ = total
    other = prover.total(COBALT, 1).id
    with refused("total"):
        claims.recordTotal(with_field(request, 6, other), {"from": car_maker})
    with refused("total"):
        claims.recordTotal(with_field(request, 4, 24), {"from": car_maker})


@pytest.fixture
def half(prover, hold):
    """A lot whose metal bears credit 1 by half."""
    return hold(prover.lot(COBALT, 10**6, 10**6, credits=(5 * 10**5, 0, 0, 0, 0)))


def test_claim_on_a_lot(claims, half, prove_claim, miner):
    claims.record(prove_claim(half, 1, 1, 500_000), {"from": miner})


@pytest.mark.parametrize(("index", "value"), [(2, 2), (3, 490_000), (3, 510_000)])
def test_a_claim_is_proven_as_it_is(claims, half, prove_claim, miner, index, value):
    """Another credit, another threshold: even a weaker one needs its own proof."""
    request = prove_claim(half, 1, 1, 500_000)
    with refused("claim"):
        claims.record(with_field(request, index, value), {"from": miner})


def test_a_claim_on_another_lot_is_refused(claims, half, prover, hold, prove_claim, miner):
    twin = hold(prover.lot(COBALT, 10**6, 10**6, credits=(5 * 10**5, 0, 0, 0, 0)))
    request = prove_claim(half, 1, 1, 500_000)
    with refused("claim"):
        claims.record(with_field(request, 0, twin.id), {"from": miner})


def test_a_claim_is_its_makers(claims, half, prove_claim, refiner, miner):
    request = prove_claim(half, 1, 1, 500_000)
    claims.verify(miner, request)
    with refused("claim"):
        claims.verify(refiner, request)


def test_what_is_not_so_has_no_proof(claims, half, prove_claim, miner):
    with pytest.raises(AssertionError, match="refused"):
        prove_claim(half, 1, 1, 510_000)


# --- ctx, computed twice


def test_ctx_is_that_of_the_specification(origins, runs, claims, prover, hold, frame, miner):
    lot = hold(prover.lot(COBALT, 1))
    request = birth(word("event"), lot.id, count=3, material=PACK, model=MASS_BALANCE)
    assert origins.ctxOf(miner, request) == prover.ctx(
        "origin", "origin", frame(origins), event_id=request[0], output=request[1], count=3,
        material=PACK, model=MASS_BALANCE, ciphertext=joined(request[5]),
    )  # fmt: skip
    for width, circuit in ((2, "run2"), (3, "run4")):
        outputs = [(field_word(str(index)), index + 1, PACK) for index in range(width)]
        run = run_request(PROCESS, [lot.id], outputs, event=word("event"))
        assert runs.ctxOf(miner, run) == prover.ctx(
            "run", circuit, frame(runs), run_kind=PROCESS, event_id=word("event"),
            input_ids=[lot.id], outputs=[made[0] for made in outputs],
            counts=[made[1] for made in outputs], materials=[PACK] * width, model=SEGREGATED,
            ciphertexts=[joined(box) for box in run[6]],
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
