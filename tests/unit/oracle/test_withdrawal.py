"""A site withdraws its document: what nodes take for a withdrawal, and what they ask of it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lodetrace.contracts.enums import ReasonCode
from lodetrace.contracts.reasons import coded
from lodetrace.documents.epcis import EpcisInvalid
from lodetrace.documents.event_hash import identities
from lodetrace.documents.signed_document import SignedDocument, sign_document
from lodetrace.documents.statement import SiteStatement
from lodetrace.documents.withdrawal import (
    DeclarationInvalid,
    Withdrawn,
    declare_wrong,
    is_withdrawal,
)
from lodetrace.errors import InputError
from lodetrace.plausibility.stated import Severity
from lodetrace.secp256k1 import SignatureInvalid
from lodetrace.strict_json import parse
from oracle.examination import FileReport, OracleNode
from oracle.history import ACCEPTED, REFUSED, DocumentHistory
from tests.unit.oracle.village import NOW, Village, event_of, rules

MINE = "mwinda-mine"
LABEL = f"{MINE}-M01"
DAY = 86_400


class Office:
    """Signs withdrawals of the story's documents, and shows them to a node."""

    def __init__(self, village: Village, node: OracleNode, folder: Path) -> None:
        self.village, self.node, self.folder = village, node, folder

    def original(self, label: str = LABEL) -> SignedDocument:
        return SignedDocument.read(self.village.signed_path(label))

    def withdrawal(self, label: str = LABEL, **changes: Any) -> SignedDocument:
        signed = self.original(label)
        asked = {"reason": "incorrect_data", "declared": NOW - DAY, "by": MINE, **changes}
        key = self.village.keys_of(asked.pop("by")).signing_key
        return declare_wrong(signed, private_key=key, **asked)

    def examine(self, signed: SignedDocument) -> FileReport:
        path = self.folder / f"{signed.hash.hex()}.json"
        path.write_text(signed.to_json(), "utf-8")
        return self.node.examine(path, self.village)


@pytest.fixture
def office(village: Village, node: OracleNode, tmp_path: Path) -> Office:
    return Office(village, node, tmp_path)


def test_a_withdrawal_names_what_it_withdraws(office: Office, history: DocumentHistory) -> None:
    original = office.original()
    office.examine(original)
    withdrawal = office.withdrawal()
    report = office.examine(withdrawal)
    assert report.findings == ()
    assert report.events == ()
    [said] = report.withdrawals
    assert (said.site, said.sequence) == (original.site, original.sequence)
    assert (said.document, said.declaration) == (original.hash, withdrawal.hash)
    assert said.reason == coded(ReasonCode.INCORRECT_DATA)
    assert history.outcome_of(withdrawal.hash) == ACCEPTED
    assert history.withdrawal_of(original.hash) == withdrawal.hash


def test_every_metal_of_a_document_is_withdrawn(office: Office) -> None:
    label = "odra-precursor-1"
    withdrawal = office.withdrawal(label, by="odra-precursor")
    found = Withdrawn.of(withdrawal)
    assert [one.element for one in found.withdrawals] == [25, 27, 28]
    assert {one.document for one in found.withdrawals} == {office.original(label).hash}


def test_its_hash_pair_differs_from_the_original_in_the_declaration(office: Office) -> None:
    [original] = identities(office.original().document.raw)
    [withdrawn] = identities(office.withdrawal().document.raw)
    assert original.hash == withdrawn.hash
    assert (original.error, withdrawn.error is None) == (None, False)


def test_evidence_is_withdrawn_among_members_only(office: Office) -> None:
    label = "mwinda-shipping-M05"
    report = office.examine(office.withdrawal(label))
    assert (rules(report), report.withdrawals) == ([], ())


def test_what_was_not_seen_is_flagged_and_withdrawn_all_the_same(office: Office) -> None:
    report = office.examine(office.withdrawal())
    assert rules(report) == []
    assert rules(report, Severity.FLAG) == ["withdrawn-unknown"]
    assert report.withdrawals


def test_a_withdrawn_document_is_not_attested_afterwards(office: Office) -> None:
    office.examine(office.withdrawal())
    assert rules(office.examine(office.original())) == ["document-withdrawn"]


def test_a_withdrawn_document_counts_for_nothing_more(
    office: Office, history: DocumentHistory
) -> None:
    original = office.original()
    statement = SiteStatement.of(original.document)
    lot = statement.outputs[0].epc_class
    office.examine(original)
    other = replace(original, sequence=999)
    window = (statement.to - 1, statement.to)
    assert history.made_between(other, "Co", *window) == statement.metal_out("Co")
    assert [one.withdrawn for one in history.parents([lot])] == [False]
    office.examine(office.withdrawal())
    assert history.made_between(other, "Co", *window) == 0
    assert [one.withdrawn for one in history.parents([lot])] == [True]


def test_the_corrected_revision_is_in_order(
    office: Office, village: Village, tmp_path: Path
) -> None:
    office.examine(office.original())
    office.examine(office.withdrawal())
    raw = village.unsigned(LABEL)
    event_of(raw)["quantityList"][0]["quantity"] -= 900
    keys = village.keys_of(MINE)
    corrected = sign_document(
        parse(json.dumps(raw).encode()),
        sequence=office.original().sequence,
        revision=1,
        domain=village.domain,
        private_key=keys.signing_key,
        salt_secret=keys.salt_secret,
    )
    report = office.examine(corrected)
    assert report.findings == ()
    assert report.events[0].event.revision == 1


def test_a_lot_made_of_a_withdrawn_one_is_flagged(office: Office) -> None:
    label = "delfland-measurement-L12"
    office.examine(office.original("lukusa-mine-L12"))
    office.examine(office.withdrawal("lukusa-mine-L12", by="lukusa-mine"))
    report = office.examine(office.original(label))
    assert (rules(report), rules(report, Severity.FLAG)) == ([], ["parent-withdrawn"])


def test_two_declarations_are_both_attested(office: Office) -> None:
    """One node sees one first, another the other: neither blocks."""
    first = office.withdrawal()
    second = office.withdrawal(reason="did_not_occur")
    assert first.hash != second.hash
    for signed in (first, second):
        report = office.examine(signed)
        assert rules(report) == []
        assert report.withdrawals[0].declaration == signed.hash


def test_another_operator_withdraws_nothing(office: Office, history: DocumentHistory) -> None:
    withdrawal = office.withdrawal(by="lukusa-mine")
    report = office.examine(withdrawal)
    assert rules(report) == ["signer-not-operator"]
    assert report.withdrawals == ()
    assert history.outcome_of(withdrawal.hash) == REFUSED
    assert history.withdrawal_of(office.original().hash) is None


@pytest.mark.parametrize(
    ("declared", "rule"),
    [(NOW + 1, "declared-in-future"), (1_767_225_600, "declared-before-event")],
)
def test_a_declaration_has_its_time(office: Office, declared: int, rule: str) -> None:
    assert rules(office.examine(office.withdrawal(declared=declared))) == [rule]


def test_a_closed_site_withdraws(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    original = office.village.site

    def closed(site: bytes) -> Any:
        found = original(site)
        return None if found is None else replace(found, active=False)

    monkeypatch.setattr(office.village, "site", closed)
    assert rules(office.examine(office.withdrawal())) == []
    assert "site-closed" in rules(office.examine(office.original(f"{MINE}-M02")))


@pytest.mark.parametrize("reason", ["remorse", "", "incorrect-data"])
def test_reasons_are_those_of_the_standard(office: Office, reason: str) -> None:
    with pytest.raises(DeclarationInvalid):
        office.withdrawal(reason=reason)


def test_a_withdrawal_is_not_withdrawn(office: Office, village: Village) -> None:
    key = village.keys_of(MINE).signing_key
    with pytest.raises(DeclarationInvalid):
        declare_wrong(office.withdrawal(), reason="incorrect_data", declared=NOW, private_key=key)


def test_a_changed_withdrawal_is_another_document(office: Office) -> None:
    """Whoever edits more than the declaration withdraws something that nobody attested."""
    withdrawal = office.withdrawal()
    raw = json.loads(withdrawal.to_json())
    event_of(raw["document"])["quantityList"][0]["quantity"] += 1
    changed = SignedDocument.of(parse(json.dumps(raw).encode()))
    with pytest.raises(SignatureInvalid):
        changed.verify(changed.domain)
    assert Withdrawn.of(changed).document != office.original().hash


@pytest.mark.parametrize("declaration", [None, [], "wrong", {}, {"reason": "incorrect_data"}])
def test_a_malformed_declaration_is_refused(office: Office, declaration: Any) -> None:
    raw = json.loads(office.withdrawal().to_json())
    event_of(raw["document"])["errorDeclaration"] = declaration
    with pytest.raises((EpcisInvalid, InputError)):
        SignedDocument.of(parse(json.dumps(raw).encode()))


def test_a_statement_is_no_withdrawal(office: Office) -> None:
    assert not is_withdrawal(office.original())
    with pytest.raises(DeclarationInvalid):
        Withdrawn.of(office.original())
