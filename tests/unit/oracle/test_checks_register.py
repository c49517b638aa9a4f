"""Who may state what, of which site: each refusal by its own rule."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lodetrace.contracts.enums import Role
from lodetrace.contracts.structs import Site
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.secp256k1 import Signature
from oracle.checks import Signer
from oracle.examination import OracleNode
from oracle.history import ACCEPTED, DocumentHistory
from tests.unit.oracle.test_epcis import put
from tests.unit.oracle.village import Village, rules
from zk_circuits.keccak import keccak256

MINE = "mwinda-mine"


def test_unknown_site(village: Village, node: OracleNode, tmp_path: Path) -> None:
    raw = village.unsigned("mwinda-mine-M01")
    nowhere = {"id": "https://id.gs1.org/414/9521234999990"}
    put("bizLocation", value=nowhere)(raw)
    report = node.examine(village.sign(raw, tmp_path / "d", by=MINE), village)
    assert rules(report) == ["site-unknown"]


def test_a_site_that_another_operates(village: Village, node: OracleNode, tmp_path: Path) -> None:
    raw = village.unsigned("mwinda-mine-M01")
    report = node.examine(village.sign(raw, tmp_path / "d", by="lukusa-mine"), village)
    assert rules(report) == ["signer-not-operator"]


def test_a_signature_over_another_site(village: Village, node: OracleNode, tmp_path: Path) -> None:
    """The envelope names a site of the signer, the document speaks of somebody else's."""
    signed = SignedDocument.read(village.signed_path("lukusa-mine-L01"))
    keys = village.keys_of(MINE)
    own = keccak256(village.by_label[MINE]["identifier"].encode())
    forged = replace(signed, site=own, signer=keys.account)
    forged = replace(forged, signature=Signature.make(forged.signed, keys.signing_key))
    path = tmp_path / "forged.json"
    path.write_text(forged.to_json(), "utf-8")
    assert rules(node.examine(path, village)) == ["site-mismatch"]


class Altered(Village):
    """The register with one answer changed."""

    site_edit: Callable[[Site], Site] = staticmethod(lambda site: site)
    signer_edit: Callable[[Signer | None], Signer | None] = staticmethod(lambda signer: signer)

    def site(self, site: bytes) -> Site | None:
        found = super().site(site)
        return None if found is None else self.site_edit(found)

    def signer(self, address: str) -> Signer | None:
        return self.signer_edit(super().signer(address))


@pytest.mark.parametrize(
    ("rule", "site_edit"),
    [
        ("site-closed", lambda site: replace(site, active=False)),
        ("site-undeclared", lambda site: replace(site, capacity=b"\x01" * 32)),
        ("site-undeclared", lambda site: replace(site, place=b"\x01" * 32)),
        ("material-not-at-site", lambda site: replace(site, materials=())),
        ("element-not-at-site", lambda site: replace(site, elements=())),
    ],
)
def test_what_the_register_says_of_the_site(
    rule: str, site_edit: Callable[[Site], Site], cobalt: Path, node: OracleNode
) -> None:
    register = Altered(cobalt)
    register.site_edit = site_edit
    assert rules(node.examine(register.signed_path("mwinda-mine-M01"), register)) == [rule]


@pytest.mark.parametrize(
    ("rule", "signer_edit"),
    [
        ("signer-unknown", lambda signer: None),
        ("signer-not-operator", lambda signer: Signer(signer.organisation, Role.TRADER)),
        ("signer-not-operator", lambda signer: Signer(b"\x01" * 32, signer.roles)),
    ],
    ids=["suspended", "role", "organisation"],
)
def test_what_the_register_says_of_the_signer(
    rule: str, signer_edit: Callable[[Any], Signer | None], cobalt: Path, node: OracleNode
) -> None:
    register = Altered(cobalt)
    register.signer_edit = signer_edit
    assert rules(node.examine(register.signed_path("mwinda-mine-M01"), register)) == [rule]


@pytest.mark.parametrize(
    ("role", "expected"), [(Role.LABORATORY, []), (Role.OPERATOR, ["signer-not-operator"])]
)
def test_a_laboratory_signs_with_a_role_of_its_own(
    role: Role, expected: list[str], cobalt: Path, node: OracleNode
) -> None:
    register = Altered(cobalt)
    register.signer_edit = lambda signer: Signer(signer.organisation, role)
    report = node.examine(register.signed_path("delfland-measurement-L12"), register)
    assert rules(report) == expected


def test_kind_of_another_site(village: Village, node: OracleNode, tmp_path: Path) -> None:
    raw = village.unsigned("schelde-R01")
    put("bizLocation", value={"id": village.by_label["saimaa-refinery"]["identifier"]})(raw)
    report = node.examine(village.sign(raw, tmp_path / "d", by="saimaa-refinery"), village)
    assert rules(report) == ["kind-not-at-site"]


def test_an_acceptance_stays_on_record(
    cobalt: Path, node: OracleNode, history: DocumentHistory
) -> None:
    """What was attested counts for capacity, also after its signer was suspended."""
    register = Altered(cobalt)
    path = register.signed_path("mwinda-mine-M01")
    report = node.examine(path, register)
    assert rules(report) == []
    register.signer_edit = lambda signer: None
    assert rules(node.examine(path, register)) == ["signer-unknown"]
    assert report.document is not None
    assert history.outcome_of(report.document) == ACCEPTED
