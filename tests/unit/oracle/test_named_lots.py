"""Named lots: an honest document passes, and each attack is refused by its own name."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lodetrace.contracts.enums import LotState, Material, RunKind
from lodetrace.contracts.structs import HoldOnLot
from lodetrace.documents.event_hash import EventIdentity
from lodetrace.documents.signed_document import SignedDocument, sign_document
from lodetrace.documents.statement import SiteStatement, event_id
from lodetrace.plausibility.stated import Severity
from lodetrace.strict_json import parse
from oracle.examination import OracleNode
from oracle.history import ACCEPTED, DocumentHistory
from tests.unit.oracle.booked_lots import standing
from tests.unit.oracle.test_checks import SAIMAA, learn
from tests.unit.oracle.village import Edit, Village, event_of, rules

SITE = "saimaa-refinery"
CONTAINERS = ("M25", "M26", "M27", "M28")


def entry(document: dict[str, Any], place: int) -> dict[str, Any]:
    """A named lot of an unsigned document."""
    found = event_of(document)["lodetrace:lots"][place]
    assert isinstance(found, dict)
    return found


class Inspection:
    """A node that has seen the four containers of Saimaa, and what it finds in a document."""

    def __init__(self, village: Village, node: OracleNode, folder: Path) -> None:
        self.village, self.node, self.folder = village, node, folder
        self.account = village.accounts["saimaa"]
        learn(village, node, *SAIMAA)

    def lot(self, label: str) -> bytes:
        return bytes.fromhex(self.village.ids[label][2:])

    def found(
        self, edit: Edit, severity: Severity = Severity.REFUSAL, *, sequence: int = 900
    ) -> list[str]:
        raw = self.village.unsigned("saimaa-refining")
        edit(raw)
        path = self.folder / f"{sequence}.json"
        self.village.sign(raw, path, by=SITE, sequence=sequence)
        return sorted(set(rules(self.node.examine(path, self.village), severity)))

    def name(self, *labels_and_batches: tuple[bytes, tuple[str, ...]]) -> Edit:
        """An edit that names these lots, with the containers in each."""

        def edit(raw: dict[str, Any]) -> None:
            batches = {
                one["epcClass"][-3:]: one["epcClass"] for one in event_of(raw)["inputQuantityList"]
            }
            event_of(raw)["lodetrace:lots"] = [
                {
                    "lodetrace:element": "Co",
                    "lodetrace:lot": f"0x{lot.hex()}",
                    "lodetrace:epcClass": [batches[name] for name in names],
                }
                for lot, names in labels_and_batches
            ]

        return edit

    def rest(self, *labels: str) -> list[tuple[bytes, tuple[str, ...]]]:
        return [(self.lot(label), (label,)) for label in labels]


@pytest.fixture
def inspection(village: Village, node: OracleNode, tmp_path: Path) -> Inspection:
    return Inspection(village, node, tmp_path)


def honest(document: dict[str, Any]) -> None:
    """No edit."""


def test_the_honest_document(inspection: Inspection) -> None:
    assert inspection.found(honest) == []
    assert inspection.found(honest, Severity.FLAG) == []


def test_a_lot_that_nobody_made(inspection: Inspection) -> None:
    edit = inspection.name((bytes(31) + b"\7", ("M25",)), *inspection.rest("M26", "M27", "M28"))
    assert inspection.found(edit) == ["named-unknown"]


def test_a_lot_of_another_metal(inspection: Inspection) -> None:
    lot = inspection.lot("M25")
    origins = inspection.village.lots.known
    origins[lot] = replace(origins[lot], element=28)
    assert "named-element" in inspection.found(honest)


def test_a_lot_twice_in_one_document(inspection: Inspection) -> None:
    edit = inspection.name(
        (inspection.lot("M25"), ("M25",)),
        (inspection.lot("M25"), ("M26",)),
        *inspection.rest("M27", "M28"),
    )
    assert "named-twice" in inspection.found(edit)


def test_a_lot_in_two_documents(inspection: Inspection, history: DocumentHistory) -> None:
    """Unless the site takes the first back, or its event lapses unused."""

    def another(document: dict[str, Any]) -> None:
        event = event_of(document)
        event["eventTime"] = "2026-03-19T09:00:00+02:00"
        event["outputQuantityList"][0]["epcClass"] += "-again"
        event["ilmd"]["lodetrace:analysis"][0]["lodetrace:epcClass"] += "-again"

    assert inspection.found(honest) == []
    assert inspection.found(another, sequence=901) == ["batch-overused", "named-twice"]
    lots, [(_, site, sequence), *_] = (
        inspection.village.lots,
        history.naming(_other(inspection), inspection.lot("M25")),
    )
    lots.standings[event_id(site, sequence, 27)] = standing(since=1)
    assert inspection.found(another, sequence=901) == []


def test_a_corrected_document_frees_what_it_left_out(
    inspection: Inspection, village: Village, node: OracleNode, tmp_path: Path
) -> None:
    """Its next revision names other lots, so another document may name this one."""
    learn(village, node, "mwinda-mine-M01")
    lot = inspection.lot("M01")
    village.lots.views[lot] = replace(village.lots.views[lot], account=inspection.account)
    assert inspection.found(honest) == []
    signed = SignedDocument.read(tmp_path / "900.json")
    assert inspection.found(honest, sequence=902) == [
        "batch-overused", "batch-reused", "event-repeated", "named-twice",
    ]  # fmt: skip
    raw = village.unsigned("mwinda-mine-M02")
    corrected = sign_document(
        parse(json.dumps(raw).encode()),
        sequence=900,
        revision=1,
        domain=signed.domain,
        private_key=village.keys_of(SITE).signing_key,
        salt_secret=bytes(32),
    )
    history: DocumentHistory = node._history
    later = replace(corrected, site=signed.site, sequence=900, revision=1)
    statement = SiteStatement.of(later.document)
    history.remember(later, EventIdentity("ni:///other", None), statement, None, ACCEPTED, ())
    assert history.naming(replace(signed, sequence=902), inspection.lot("M25")) == []


def _other(inspection: Inspection) -> Any:
    return SignedDocument.read(inspection.folder / "901.json")


def test_a_lot_that_another_event_has_named(inspection: Inspection) -> None:
    lots, lot = inspection.village.lots, inspection.lot("M27")
    lots.set_state(lot, LotState.NAMED)
    assert inspection.found(honest) == ["named-twice"]
    lots.set_state(lot, LotState.NAMED, until=1)
    assert inspection.found(honest) == [], "that event has lapsed"


@pytest.mark.parametrize("state", [LotState.OFFERED, LotState.HELD, LotState.CONSUMED])
def test_a_lot_that_is_not_free(inspection: Inspection, state: LotState) -> None:
    inspection.village.lots.set_state(inspection.lot("M27"), state)
    assert inspection.found(honest) == ["named-not-held"]


def test_a_lot_on_hold(inspection: Inspection) -> None:
    lots, lot = inspection.village.lots, inspection.lot("M27")
    lots.holds[lot] = HoldOnLot(b"group", lots.time)
    assert inspection.found(honest) == ["named-not-held"]
    lots.holds[lot] = HoldOnLot(b"group", lots.time - 1)
    assert inspection.found(honest) == []


def test_a_lot_in_the_hands_of_others(inspection: Inspection) -> None:
    lots, lot = inspection.village.lots, inspection.lot("M27")
    lots.views[lot] = replace(lots.views[lot], account=inspection.village.accounts["mwinda"])
    assert inspection.found(honest) == ["named-not-held"]


def test_what_stands_is_not_judged_by_what_it_did(inspection: Inspection) -> None:
    """A node that comes late sees the lots named, or consumed, by this very event."""
    from lodetrace.documents.signed_document import SignedDocument

    assert inspection.found(honest) == []
    signed = SignedDocument.read(inspection.folder / "900.json")
    lots = inspection.village.lots
    lots.documents_of[event_id(signed.site, 900, 27)] = signed.hash
    for label in CONTAINERS:
        lots.set_state(inspection.lot(label), LotState.CONSUMED)
    assert inspection.found(honest) == []


def test_weights_swapped_between_lots(inspection: Inspection) -> None:
    """The ratio swap: what was fed of one is laid to the other."""
    edit = inspection.name(
        (inspection.lot("M25"), ("M26",)),
        (inspection.lot("M26"), ("M25",)),
        *inspection.rest("M27", "M28"),
    )
    assert inspection.found(edit) == ["batch-not-seen"]


def test_another_lot_of_the_same_weight(inspection: Inspection) -> None:
    """The later purchase: M01 is named where M25 went in."""
    village = inspection.village
    learn(village, inspection.node, "mwinda-mine-M01")
    lot = inspection.lot("M01")
    village.lots.views[lot] = replace(village.lots.views[lot], account=inspection.account)
    edit = inspection.name((lot, ("M25",)), *inspection.rest("M26", "M27", "M28"))
    assert inspection.found(edit) == ["batch-not-seen"]


def test_a_batch_of_nobody(inspection: Inspection) -> None:
    """Metal beside what is named would be booked as if it were of the named lots."""

    def edit(document: dict[str, Any]) -> None:
        event = event_of(document)
        for name in ("inputQuantityList", "lodetrace:inputAnalysis"):
            event[name].append({**event[name][0]})
        event["inputQuantityList"][-1]["epcClass"] = _strange(
            event["inputQuantityList"][0]["epcClass"]
        )
        event["lodetrace:inputAnalysis"][-1]["lodetrace:epcClass"] = event["inputQuantityList"][-1][
            "epcClass"
        ]

    found = inspection.found(edit)
    assert "weight-by-input" in found

    def laid(document: dict[str, Any]) -> None:
        edit(document)
        batches = entry(document, 0)["lodetrace:epcClass"]
        batches.append(_strange(batches[0]))

    assert "batch-not-seen" in inspection.found(laid)


def _strange(batch: str) -> str:
    return batch.replace("/10/M25", "/10/STRANGE")


def test_a_batch_in_two_lots(inspection: Inspection) -> None:
    edit = inspection.name(
        (inspection.lot("M25"), ("M25", "M26")), *inspection.rest("M26", "M27", "M28")
    )
    assert inspection.found(edit) == ["batch-not-seen", "weight-by-input"]


def test_goods_that_never_arrived(village: Village, node: OracleNode) -> None:
    learn(village, node, *SAIMAA[:4])
    report = node.examine(village.signed_path("saimaa-refining"), village)
    assert set(rules(report)) == {"not-received"}
    assert report.is_early, "the paper may still come"


def test_what_the_operator_made_itself_is_not_received(village: Village, node: OracleNode) -> None:
    learn(village, node, *SAIMAA)
    village.lots.handed_over.clear()
    assert rules(node.examine(village.signed_path("saimaa-refining"), village)) == []


def charge(inspection: Inspection, *inputs: bytes) -> bytes:
    """A charge of Saimaa's."""
    lot = bytes(31) + b"\x77"
    inspection.village.lots.make(
        RunKind.CHARGE, {lot: Material.HYDROXIDE}, inputs, account=inspection.account
    )
    return lot


def test_a_charge_of_whole_lots(inspection: Inspection) -> None:
    lot = charge(inspection, *(inspection.lot(label) for label in CONTAINERS))
    assert inspection.found(inspection.name((lot, CONTAINERS))) == []
    left_out = inspection.name((lot, CONTAINERS[:3]))
    found = inspection.found(left_out, sequence=901)
    assert found == [
        "batch-not-seen", "batch-overused", "batch-reused", "named-twice", "weight-by-input",
    ]  # fmt: skip


def test_a_part_hides_in_a_charge(inspection: Inspection) -> None:
    """How much of M25 is in it, nobody could tell: parts are named by themselves."""
    lots, half, rest = inspection.village.lots, bytes(31) + b"\x21", bytes(31) + b"\x22"
    lots.make(
        RunKind.REBOOK,
        {half: Material.HYDROXIDE, rest: Material.HYDROXIDE},
        [inspection.lot("M25")],
        account=inspection.account,
    )
    lot = charge(inspection, half, *(inspection.lot(label) for label in CONTAINERS[1:]))
    assert inspection.found(inspection.name((lot, CONTAINERS))) == ["part-in-charge"]
    for label in CONTAINERS[1:]:
        lots.set_state(inspection.lot(label), LotState.ACTIVE)
    lots.set_state(half, LotState.ACTIVE)
    plain = inspection.name((half, ("M25",)), *inspection.rest("M26", "M27", "M28"))
    assert inspection.found(plain) == []


def test_a_part_as_it_was_delivered_is_whole(inspection: Inspection) -> None:
    """The buyer weighs what comes: how the seller cut it is the seller's matter."""
    lots, half, rest = inspection.village.lots, bytes(31) + b"\x21", bytes(31) + b"\x22"
    lots.handed_over.discard(inspection.lot("M25"))
    mwinda = inspection.village.accounts["mwinda"]
    lots.make(
        RunKind.REBOOK,
        {half: Material.HYDROXIDE, rest: Material.HYDROXIDE},
        [inspection.lot("M25")],
        account=mwinda,
    )
    lots.hand_over(half, inspection.account)
    lot = charge(inspection, half, *(inspection.lot(label) for label in CONTAINERS[1:]))
    assert inspection.found(inspection.name((lot, CONTAINERS))) == []


def test_of_a_mixed_lot_not_every_batch_has_to_go_in(inspection: Inspection) -> None:
    """Under mass balance a mixed lot is an account; what goes in is one of its batches."""
    lots, mixed = inspection.village.lots, bytes(31) + b"\x33"
    lots.make(
        RunKind.REBOOK,
        {mixed: Material.HYDROXIDE},
        [inspection.lot("M25"), inspection.lot("M26")],
        account=inspection.account,
        mixed=True,
    )

    def fewer(document: dict[str, Any]) -> None:
        event = event_of(document)
        for name in ("inputQuantityList", "lodetrace:inputAnalysis"):
            del event[name][1]
        output = event["outputQuantityList"][0]
        output["quantity"] = int(output["quantity"] * 3 / 4)
        inspection.name((mixed, ("M25",)), *inspection.rest("M27", "M28"))(document)

    assert inspection.found(fewer) == []


def test_many_lots_are_asked_for_together(inspection: Inspection) -> None:
    """One question a generation, however many lots."""
    lot = charge(inspection, *(inspection.lot(label) for label in CONTAINERS))
    before = inspection.village.lots.asked
    inspection.found(inspection.name((lot, CONTAINERS)))
    assert inspection.village.lots.asked - before == 3, "the lot, the charge, what is in it"


def test_units_end_their_life_out_of_products_alone(
    village: Village, node: OracleNode, tmp_path: Path
) -> None:
    """What a dismantler took out has to be in products, and no more of it than is."""
    document = tmp_path / "end-of-life.json"
    raw = village.unsigned("schelde-end-of-life-1")
    village.sign(raw, document, by="schelde-dismantling", sequence=900)
    statement = SiteStatement.of(SignedDocument.read(document).document)
    ended = {"ended-not-in-product", "ended-exceeds-products"}

    def found(state: LotState, units: int) -> set[str]:
        for one in statement.named:
            village.lots.set_state(one.lot, state)
            village.lots.assigned[one.lot] = units
        return ended & set(rules(node.examine(document, village)))

    assert found(LotState.ASSIGNED, statement.units - 1) == {"ended-exceeds-products"}
    assert found(LotState.ACTIVE, statement.units) == {"ended-not-in-product"}
    assert found(LotState.ASSIGNED, statement.units) == set()
