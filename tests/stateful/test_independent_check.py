"""A bundle from a real chain with real proofs: judged by ours, and by programs of others.

@ethereumjs packages read its headers, rows and state (tests/independent), snarkjs its proofs.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import BundleSubject, Subject
from lodetrace.audit.errors import BundleRefused, ProofRefused
from lodetrace.audit.evidence import Evidence, establish
from lodetrace.audit.statements.judging import require_proofs, require_signals
from lodetrace.audit.statements.recorded import RecordedProof, recorded_proofs
from lodetrace.contracts.enums import CustodyModel, EventKind, Material, Measure, RowKind
from lodetrace.devchain import GANACHE, running
from lodetrace.evidence.anchors import first_anchor
from lodetrace.evidence.export import Order, export
from lodetrace.evidence.keys import Keys, installed_keys
from lodetrace.member.claims import ClaimOrder, claim
from lodetrace.member.merge_trees import split
from lodetrace.member.products import assign, declare, seal
from lodetrace.member.run_plan import Wanted
from lodetrace.member.runs import process
from lodetrace.member.totals import total
from lodetrace.node.client import Node
from lodetrace.settings import Network
from tests.circuits.programs import run_snarkjs
from tests.stateful.paths import born, handed_over
from tests.support.consortium import COBALT, Consortium, found
from tests.support.snarkjs_proof import snarkjs_documents
from tests.unit.audit.independent import Question, ask, said
from zk_circuits.balance import RunMeasurement
from zk_circuits.proof import Proof
from zk_circuits.schema import Credit

pytestmark = [pytest.mark.chain, pytest.mark.slow]

KILO = 10**6  # mg


@dataclass(frozen=True)
class Exported:
    """A product's bundle; its reader has the file and the anchor."""

    file: bytes
    anchor: Anchor

    @property
    def evidence(self) -> Evidence:
        return establish(self.file, self.anchor)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A car of one pack of six, made of two blended lots, on Ganache; the chain is stopped then."""
    with running(GANACHE) as chain, Node(chain.url, chain.chain_id) as node:
        network = Network("embedded", "ganache", chain.url, chain.chain_id, True)
        consortium = found(node, network, tmp_path_factory.mktemp("independent"))
        car = _car(consortium)
        contracts = consortium.contracts()
        anchor = first_anchor(node, contracts.deployment)
        order = Order(Subject(BundleSubject.PRODUCT, car), anchor, node.head())
        bundle = export(contracts, order, Keys(installed_keys()))
        consortium.close()
    return Exported(bundle.encode(), anchor)


def _car(consortium: Consortium) -> bytes:
    """Two births, a blend (run4), a split (rebook2), a product with its total and two claims."""
    lots = [born(consortium, metal).lot for metal in (40 * KILO, 20 * KILO)]
    handed_over(consortium, "mine", "pack_maker", lots)
    amounts = {lots[0]: 40 * KILO, lots[1]: 20 * KILO}
    named = sorted(lots)
    measured = RunMeasurement(60 * KILO, tuple(amounts[one] for one in named), 7, units=12)
    event_id, event = consortium.attest(
        "pack_line", EventKind.PROCESSING, measured, inputs=named, unit_material=Material.PACK
    )
    maker, wanted = consortium.member("pack_maker"), [Wanted(60 * KILO, Material.PACK, 12)]
    blended = process(maker, event_id, event, wanted, CustodyModel.SEGREGATED)
    parts = [Wanted(30 * KILO, Material.PACK, 6) for _ in range(2)]
    packs = split(maker, blended.outputs[0].lot, parts)
    lot = packs[0]
    handed_over(consortium, "pack_maker", "car_maker", packs)
    owner = consortium.member("car_maker")
    car = declare(owner, "a car")
    assign(owner, car, lot, 1)
    seal(owner, car)
    whole = total(owner, car, COBALT)
    claim(owner, ClaimOrder(lot, Measure.CREDIT_SHARE, 1_000_000, (Credit.RESPONSIBLE,)))
    claim(owner, ClaimOrder(whole.total, Measure.CAHRA_SHARE, 0))
    return car


@pytest.fixture(scope="module")
def proofs(exported: Exported) -> tuple[RecordedProof, ...]:
    return recorded_proofs(exported.evidence)


def test_every_proof_of_the_chain_holds_and_says_what_its_events_say(
    proofs: tuple[RecordedProof, ...],
) -> None:
    circuits = [proof.circuit for proof in proofs]
    assert sorted(circuits) == ["claim", "claim", "origin", "origin", "rebook2", "run4", "total"]
    require_proofs(proofs)
    require_signals(proofs)


def test_other_packages_find_the_same_headers_rows_and_events(exported: Exported) -> None:
    (answer,) = ask([Question(exported.file, exported.anchor.to_json())])
    for key, value in said(exported.evidence).items():
        assert answer["found"][key] == value, key
    kinds = {kind for kind, _, _ in answer["found"]["rows"]}
    assert kinds >= {RowKind.LOT, RowKind.EVENT, RowKind.SITE, RowKind.TOTAL, RowKind.GROUP}


def test_other_packages_miss_each_entry(exported: Exported) -> None:
    """Every single one that is left out leaves a row that is not whole."""
    entries = exported.evidence.bundle.entries
    bundle = exported.evidence.bundle
    thinned = [
        replace(bundle, entries=entries[:at] + entries[at + 1 :]).encode()
        for at in range(len(entries))
    ]
    answers = ask([Question(file, exported.anchor.to_json()) for file in thinned])
    assert all("refused" in answer for answer in answers)
    for file in thinned:
        with pytest.raises(BundleRefused):
            establish(file, exported.anchor)


def test_snarkjs_judges_every_proof_as_ours_does(
    proofs: tuple[RecordedProof, ...], tmp_path: Path
) -> None:
    for recorded in proofs:
        assert "OK!" in snarkjs_says(recorded, recorded.proof, tmp_path)
    recorded = proofs[0]
    signals = (*recorded.proof.public[:-1], recorded.proof.public[-1] ^ 1)
    forged = replace(recorded.proof, public=signals)
    assert "Invalid proof" in snarkjs_says(recorded, forged, tmp_path)
    with pytest.raises(ProofRefused):
        require_proofs([replace(recorded, proof=forged)])


def snarkjs_says(recorded: RecordedProof, proof: Proof, folder: Path) -> str:
    """Of a proof under the key that the bundle shows for it."""
    document, public = snarkjs_documents(proof)
    parts = {"key": recorded.key.to_json(), "public": public, "proof": document}
    for name, part in parts.items():
        (folder / f"{name}.json").write_text(json.dumps(part), "utf-8")
    paths = [folder / f"{name}.json" for name in parts]
    return run_snarkjs("groth16", "verify", *paths)[1]
