"""Runs, trees of runs, and what a run must not do."""

import random
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from lodetrace.contracts.enums import (
    CustodyModel,
    EventKind,
    LotState,
    Material,
    ReasonCode,
    RunKind,
)
from lodetrace.contracts.reasons import coded
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.contracts.structs import RunRequest
from lodetrace.errors import StatementRefused
from lodetrace.keys.sealed_opening import seal_opening
from lodetrace.member.births import file_birth
from lodetrace.member.lots import LotOfAnother, LotsRepeated, LotUnknown, held_lots, view_lot
from lodetrace.member.measured import MetalInDiffers, MetalNotBooked, MetalOutExceeds
from lodetrace.member.merge_trees import SplitInexact, merge, rehearse_tree, split
from lodetrace.member.offers import offer
from lodetrace.member.prover import NO_PROOF
from lodetrace.member.run_plan import (
    EventMissing,
    InputsDiffer,
    RunOrder,
    RunPlan,
    TooManyLots,
    Wanted,
    plan,
)
from lodetrace.member.runs import LotsUsedOtherwise, process, rebook, rehearse, run
from lodetrace.member.session import MemberSession
from lodetrace.member.site_events import EventKindWrong, EventNotStanding
from tests.conftest import ROOT
from tests.stateful.paths import TONNE, birth_order, born, handed_over
from tests.support.consortium import PEOPLE, Consortium, compiled, word
from zk_circuits.balance import RunMeasurement
from zk_circuits.commitment import Opening
from zk_circuits.ctx import run_ctx
from zk_circuits.statements import RunStatement

pytestmark = pytest.mark.chain

KG = 10**6
MASS_BALANCE = CustodyModel.MASS_BALANCE


def at_refinery(consortium: Consortium, metal: int = 6 * TONNE, site: str = "mine") -> bytes:
    lot = born(consortium, metal, site).lot
    handed_over(consortium, site, "refinery", [lot])
    return lot


def refining(
    consortium: Consortium, lots: list[bytes], measured: RunMeasurement, site: str = "refinery"
) -> tuple[bytes, Opening]:
    """An event of a site that names the lots in increasing order."""
    kind = EventKind.RECOVERY if site == "recycler" else EventKind.PROCESSING
    return consortium.attest(site, kind, measured, inputs=sorted(lots))


def test_a_blend_of_many_lots(consortium: Consortium) -> None:
    """Responsible and other metal, six lots into one, under mass balance."""
    lots = [at_refinery(consortium, (at + 1) * TONNE) for at in range(4)]
    lots += [at_refinery(consortium, 5 * TONNE, "other_mine") for _ in range(2)]
    refinery = consortium.member("refinery")
    merged = merge(refinery, lots, MASS_BALANCE)
    assert merge(refinery, lots, MASS_BALANCE) == merged, "again, the same lot"
    opening = view_lot(refinery, merged).opening
    assert opening is not None
    assert opening.lot.metal == 20 * TONNE
    assert opening.lot.credits[0] == 10 * TONNE, "the mine's; the other one is not certified"
    assert opening.lot.cahra == 10 * TONNE, "the other mine's place is a CAHRA"
    assert [view.id for view in held_lots(refinery)] == [merged]
    parts = [
        Wanted(10 * TONNE, Material.HYDROXIDE),
        Wanted(10 * TONNE, Material.HYDROXIDE),
    ]
    done = rebook(refinery, [merged], parts)
    assert [output.opening.lot.credits[0] for output in done.outputs] == [5 * TONNE] * 2
    lots = tuple(output.lot for output in done.outputs)
    freely = ((10 * TONNE, 0, 0, 0), (0, 0, 0, 0))
    order = RunOrder(RunKind.REBOOK, lots, tuple(parts), MASS_BALANCE, credits=freely)
    with pytest.raises(StatementRefused):
        run(refinery, order)


def test_a_rehearsal_asks_the_chain_and_changes_nothing(consortium: Consortium) -> None:
    """What the amounts allow and the contract does not: a model that improves."""
    lot = at_refinery(consortium)
    refinery = consortium.member("refinery")
    whole = (Wanted(6 * TONNE, Material.HYDROXIDE),)
    before = refinery.contracts.node.transaction_count(refinery.keys.signer)
    better = RunOrder(RunKind.REBOOK, (lot,), whole, CustodyModel.IDENTITY_PRESERVED)
    with pytest.raises(ContractRefused) as refused:
        rehearse(refinery, better)
    assert refused.value.name == "ModelStrengthened"
    allowed = replace(better, model=CustodyModel.SEGREGATED)
    assert rehearse(refinery, allowed).in_band
    assert refinery.contracts.node.transaction_count(refinery.keys.signer) == before
    assert view_lot(refinery, lot).state is LotState.ACTIVE


def test_a_rehearsed_tree_asks_the_chain_and_finds_what_was_made(consortium: Consortium) -> None:
    lots = [at_refinery(consortium) for _ in range(5)]
    refinery = consortium.member("refinery")
    before = refinery.contracts.node.transaction_count(refinery.keys.signer)
    halves = [Wanted(15 * TONNE, Material.HYDROXIDE)] * 2
    whole = [Wanted(30 * TONNE, Material.HYDROXIDE)]
    with pytest.raises(ContractRefused) as refused:
        rehearse_tree(refinery, lots, whole, CustodyModel.IDENTITY_PRESERVED)
    assert refused.value.name == "ModelStrengthened"
    assert rehearse_tree(refinery, lots, halves, MASS_BALANCE) is None
    assert refinery.contracts.node.transaction_count(refinery.keys.signer) == before

    merged = merge(refinery, lots, MASS_BALANCE)
    assert rehearse_tree(refinery, lots, whole, MASS_BALANCE) == [merged]
    assert rehearse_tree(refinery, lots, halves, MASS_BALANCE) is None
    made = split(refinery, merged, halves)
    assert rehearse_tree(refinery, lots, halves, MASS_BALANCE) == made
    with pytest.raises(LotsUsedOtherwise):
        rehearse_tree(refinery, lots, whole, CustodyModel.SEGREGATED)


@pytest.mark.parametrize("alone", range(5))
def test_a_rehearsed_tree_asks_about_every_lot(consortium: Consortium, alone: int) -> None:
    """Also about the one that comes in only with the second run."""
    lots = sorted(at_refinery(consortium) for _ in range(5))
    refinery = consortium.member("refinery")
    offer(refinery, [lots[alone]], consortium.account("mine"), refinery.now() + 86_400)
    whole = [Wanted(30 * TONNE, Material.HYDROXIDE)]
    with pytest.raises(ContractRefused):
        rehearse_tree(refinery, lots, whole, MASS_BALANCE)


def test_a_split_into_many_lots(consortium: Consortium) -> None:
    lot = at_refinery(consortium)
    refinery = consortium.member("refinery")
    parts = [Wanted(at * TONNE // 10, Material.HYDROXIDE) for at in (5, 15, 10, 10, 20)]
    made = split(refinery, lot, parts)
    assert split(refinery, lot, parts) == made
    metals = [view_lot(refinery, one).metal for one in made]
    assert metals == [part.metal for part in parts]
    with pytest.raises(SplitInexact):
        split(refinery, lot, parts[:-1])


def victim(
    consortium: Consortium, lots: list[bytes], steps: int
) -> subprocess.CompletedProcess[str]:
    record = consortium.home / "deployment.json"
    consortium.deployment.save(record)
    folder = consortium.home / "refinery"
    words = [consortium.node.url, str(consortium.node.chain_id), str(record), str(compiled()),
             str(folder), str(PEOPLE["refinery"][0]), str(steps)]  # fmt: skip
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.stateful.member_victim",
            *words,
            *(lot.hex() for lot in lots),
        ],
        cwd=ROOT,
        check=False,
        timeout=300,
        capture_output=True,
        text=True,
    )


def test_a_tree_resumes_after_kills(consortium: Consortium) -> None:
    lots = [at_refinery(consortium, (at + 1) * TONNE) for at in range(5)]
    sent = consortium.node.transaction_count(consortium.account("refinery"), "latest")
    consortium.close()
    chance = random.Random("tree of runs")
    kills = 0
    while (done := victim(consortium, lots, chance.randint(1, 8))).returncode:
        assert done.returncode == -signal.SIGKILL, done.stderr
        kills += 1
        assert kills < 20
    merged = bytes.fromhex(done.stdout.strip())
    refinery = consortium.member("refinery")
    assert view_lot(refinery, merged).metal == 15 * TONNE
    assert [view.id for view in held_lots(refinery)] == [merged]
    count = consortium.node.transaction_count(consortium.account("refinery"), "latest")
    assert count - sent == 2, "two runs, each sent once"
    assert kills > 0


def test_a_loss_outside_the_band_is_born_held(consortium: Consortium) -> None:
    lot = at_refinery(consortium)
    measured = RunMeasurement(3 * TONNE, (6 * TONNE,), 1)
    event_id, event = refining(consortium, [lot], measured)
    wanted = [Wanted(3 * TONNE, Material.SULPHATE)]
    refinery = consortium.member("refinery")
    done = process(refinery, event_id, event, wanted, CustodyModel.SEGREGATED)
    assert not done.in_band
    assert done.outputs[0].held
    assert view_lot(refinery, done.outputs[0].lot).state is LotState.HELD


def test_scrap_comes_back_as_recycled_metal(consortium: Consortium) -> None:
    lot = at_refinery(consortium)
    half = TONNE // 2
    measured = RunMeasurement(5 * TONNE + half, (6 * TONNE,), 1, scrap=half)
    event_id, event = refining(consortium, [lot], measured)
    wanted = [Wanted(5 * TONNE + half, Material.SULPHATE), Wanted(half, Material.SCRAP)]
    refinery, model = consortium.member("refinery"), CustodyModel.CONTROLLED_BLENDING
    scrap = process(refinery, event_id, event, wanted, model).outputs[1].lot
    handed_over(consortium, "refinery", "recycler", [scrap])
    event_id, event = refining(consortium, [scrap], RunMeasurement(half, (half,), 1), "recycler")
    recycler = consortium.member("recycler")
    wanted = [Wanted(half, Material.SULPHATE)]
    order = RunOrder(RunKind.RECOVER, (scrap,), tuple(wanted), model, event_id, event)
    done = run(recycler, order)
    assert done.outputs[0].opening.lot.credits[2] == half
    assert run(recycler, order) == done


def test_bad_runs_change_nothing(consortium: Consortium) -> None:
    lot, other = at_refinery(consortium), at_refinery(consortium)
    refinery, model = consortium.member("refinery"), CustodyModel.SEGREGATED
    event_id, event = refining(consortium, [lot], RunMeasurement(6 * TONNE, (6 * TONNE,), 1))
    good = [Wanted(6 * TONNE, Material.SULPHATE)]
    sent = consortium.node.transaction_count(refinery.account, "latest")
    with pytest.raises(MetalOutExceeds):
        process(refinery, event_id, event, [Wanted(7 * TONNE, Material.SULPHATE)], model)
    with pytest.raises(MetalNotBooked, match=r"have 5 t, 6 t came out"):
        process(refinery, event_id, event, [Wanted(5 * TONNE, Material.SULPHATE)], model)
    with pytest.raises(StatementRefused, match="an output has metal"):
        process(refinery, event_id, event, [*good, Wanted(0, Material.SULPHATE)], model)
    with pytest.raises(StatementRefused, match="all metal is booked, and no more"):
        rebook(refinery, [other], [Wanted(5 * TONNE, Material.HYDROXIDE)])
    with pytest.raises(ContractRefused, match="cannot be identity preserved"):
        process(refinery, event_id, event, good, CustodyModel.IDENTITY_PRESERVED)
    with pytest.raises(ContractRefused, match="does not make metal"):
        process(refinery, event_id, event, [replace(good[0], material=Material.METAL)], model)
    with pytest.raises(ContractRefused, match="is sulphate, expected is hydroxide"):
        rebook(refinery, [other], good)
    with pytest.raises(ContractRefused, match="cannot have 2 units"):
        process(refinery, event_id, event, [replace(good[0], count=2)], model)
    with pytest.raises(EventKindWrong):
        run(refinery, RunOrder(RunKind.RECOVER, (lot,), tuple(good), model, event_id, event))
    with pytest.raises(InputsDiffer, match="went in, not"):
        run(refinery, RunOrder(RunKind.PROCESS, (other,), tuple(good), model, event_id, event))
    with pytest.raises(EventNotStanding):
        process(refinery, word("nothing"), event, good, model)
    with pytest.raises(ContractRefused, match="is named until"):
        rebook(refinery, [lot])
    with pytest.raises(LotsRepeated):
        rebook(refinery, [lot, lot])
    with pytest.raises(LotUnknown):
        rebook(refinery, [word("nothing")])
    with pytest.raises(LotOfAnother):
        rebook(consortium.member("mine"), [lot])
    with pytest.raises(TooManyLots):
        RunOrder(RunKind.REBOOK, tuple(bytes([at]) * 32 for at in range(5)), tuple(good), model)
    with pytest.raises(EventMissing):
        RunOrder(RunKind.PROCESS, (lot,), tuple(good), model)
    with pytest.raises(EventMissing):
        RunOrder(RunKind.REBOOK, (lot,), tuple(good), model, event_id, event)
    assert consortium.node.transaction_count(refinery.account, "latest") == sent
    assert view_lot(refinery, lot).state is LotState.NAMED


def test_each_lot_is_held_against_what_was_weighed_of_it(consortium: Consortium) -> None:
    """Attack: what is too little of one lot is too much of another; together they are right."""
    lots = sorted([at_refinery(consortium), at_refinery(consortium)])
    measured = RunMeasurement(12 * TONNE, (5 * TONNE, 7 * TONNE), 1)
    event_id, event = refining(consortium, lots, measured)
    refinery = consortium.member("refinery")
    named = f"lot 0x{lots[0].hex()} holds 6 t, the document measured 5 t of it going in: 1 t less"
    with pytest.raises(MetalInDiffers, match=named):
        process(
            refinery, event_id, event, [Wanted(12 * TONNE, Material.SULPHATE)],
            CustodyModel.SEGREGATED,
        )  # fmt: skip


def test_a_lot_and_an_event_are_used_once(consortium: Consortium) -> None:
    first = at_refinery(consortium)
    refinery, model = consortium.member("refinery"), CustodyModel.SEGREGATED
    event_id, event = refining(consortium, [first], RunMeasurement(6 * TONNE, (6 * TONNE,), 1))
    wanted = [Wanted(6 * TONNE, Material.SULPHATE)]
    done = process(refinery, event_id, event, wanted, model)
    assert process(refinery, event_id, event, wanted, model) == done
    with pytest.raises(LotsUsedOtherwise):
        rebook(refinery, [first])
    with pytest.raises(LotsUsedOtherwise):
        process(refinery, event_id, event, [replace(wanted[0], metal=5 * TONNE)], model)


def proven(member: MemberSession, planned: RunPlan) -> RunRequest:
    """An honest request, by hand."""
    key = member.keys.viewing_key.public
    boxes = tuple(seal_opening(opening, key) for opening in planned.outputs)
    request = replace(planned.request, sealed_to_owner=boxes)
    ctx = run_ctx(
        member.prover.frame("rebook2", "Runs", member.account),
        run_kind=request.kind,
        event_key=request.event_id,
        input_ids=request.inputs,
        outputs=[output.id for output in request.outputs],
        counts=[output.count for output in request.outputs],
        materials=[output.material for output in request.outputs],
        model=request.model,
        boxes=boxes,
    )
    assert ctx == member.reads.run_ctx(member.account, request), "SPEC and contract agree"
    statement = RunStatement(ctx, planned.rule, planned.inputs, planned.outputs)
    return replace(request, proof=member.prover.prove(statement))


def test_a_proof_holds_for_nothing_else(consortium: Consortium) -> None:
    lot, other = at_refinery(consortium), at_refinery(consortium)
    refinery = consortium.member("refinery")
    halves = (Wanted(2 * TONNE, Material.HYDROXIDE), Wanted(4 * TONNE, Material.HYDROXIDE))
    order = RunOrder(RunKind.REBOOK, (lot,), halves, CustodyModel.SEGREGATED)
    request = proven(refinery, plan(refinery, order))
    first, second = request.outputs
    swapped = (request.sealed_to_owner[1], request.sealed_to_owner[0])
    for refused, changed in (
        ("does not hold", replace(request, inputs=(other,))),
        ("does not hold", replace(request, model=CustodyModel.MASS_BALANCE)),
        ("does not hold", replace(request, sealed_to_owner=swapped)),
        ("does not hold", replace(request, outputs=(replace(first, id=word("x")), second))),
        ("does not hold", replace(request, proof=NO_PROOF)),
        ("two outputs are", replace(request, outputs=(first, first))),
        ("does not come after", replace(request, inputs=(lot, lot))),
        ("sealed openings for 2 outputs", replace(request, sealed_to_owner=swapped[:1])),
    ):
        with pytest.raises(ContractRefused, match=refused):
            refinery.send("forged", "Runs", "run", changed)
    with pytest.raises(ContractRefused, match="does not hold lot"):
        consortium.member("mine").send("copied", "Runs", "run", request)
    assert view_lot(refinery, lot).state is LotState.ACTIVE
    refinery.send("honest", "Runs", "run", request)
    assert view_lot(refinery, lot).state is LotState.CONSUMED


def test_a_run_is_found_again_without_a_disk(consortium: Consortium) -> None:
    lot = at_refinery(consortium)
    done = rebook(consortium.member("refinery"), [lot])
    consortium.forget("refinery")
    order = RunOrder(
        RunKind.REBOOK, (lot,), (Wanted(6 * TONNE, Material.HYDROXIDE),), CustodyModel.SEGREGATED
    )
    assert run(consortium.member("refinery"), order) == done


def test_a_suspended_member_makes_nothing(consortium: Consortium) -> None:
    order = birth_order(consortium)
    consortium.council("Members", "suspend", word("mine"), coded(ReasonCode.RULES_BROKEN))
    with pytest.raises(ContractRefused, match="signs for no active member"):
        file_birth(consortium.member("mine"), order)
