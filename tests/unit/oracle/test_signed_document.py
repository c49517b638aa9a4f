"""The file of a signed document: exact fields, the right chain, the right signer."""

import json
from pathlib import Path
from typing import Any

import pytest

from lodetrace.canonical_json import document_hash
from lodetrace.documents.epcis import EpcisInvalid
from lodetrace.documents.signed_document import (
    EnvelopeInvalid,
    SignedDocument,
    filed_number,
    sign_document,
)
from lodetrace.documents.signed_number import site_domain
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.secp256k1 import SignatureInvalid
from lodetrace.strict_json import parse
from oracle.examination import OracleNode
from tests.unit.oracle.village import CHAIN_ID, DIRECTORY, DOMAIN, Village, event_of
from zk_circuits.keccak import keccak256

LABEL = "mwinda-mine-M01"


@pytest.fixture
def envelope(village: Village) -> dict[str, Any]:
    return parse(village.signed_path(LABEL).read_bytes())


def test_an_unsigned_document_is_called_so() -> None:
    with pytest.raises(EnvelopeInvalid, match="is not signed"):
        SignedDocument.of({"@context": [], "type": "EPCISDocument"})


def test_a_signed_document_of_the_story(village: Village) -> None:
    signed = SignedDocument.read(village.signed_path(LABEL))
    assert signed.verify(DOMAIN) == MemberKeys.for_development(0).account
    assert signed.site == keccak256(b"https://id.gs1.org/414/9521234000013")
    assert (signed.sequence, signed.revision) == (1, 0)
    assert signed.hash == document_hash(signed.document.raw)


def test_the_file_survives_other_spacing(village: Village) -> None:
    path = village.signed_path(LABEL)
    respaced = json.dumps(json.loads(path.read_bytes()), indent=4)
    assert ": 20035," in respaced
    again = SignedDocument.of(parse(respaced.replace(": 20035,", ": 2.003500e4,").encode()))
    assert again.hash == SignedDocument.read(path).hash
    again.verify(DOMAIN)


def test_signing_again_makes_the_same_file(village: Village, tmp_path: Path) -> None:
    first = village.sign(village.unsigned(LABEL), tmp_path / "1", by="mwinda-mine")
    second = village.sign(village.unsigned(LABEL), tmp_path / "2", by="mwinda-mine")
    assert first.read_bytes() == second.read_bytes()


def test_salts_of_two_numbers_differ(village: Village, tmp_path: Path) -> None:
    raw = village.unsigned(LABEL)
    paths = [
        village.sign(raw, tmp_path / str(number), by="mwinda-mine", sequence=number)
        for number in (1, 2)
    ]
    one, two = (SignedDocument.read(path) for path in paths)
    assert one.document.raw["lodetrace:salt"] != two.document.raw["lodetrace:salt"]
    assert one.hash != two.hash, "the same figures cannot be told from the hash on chain"


def test_a_filed_document_is_found_by_its_hash_and_no_other(
    village: Village, tmp_path: Path
) -> None:
    """Where the register of numbers is gone, the chain still knows them."""
    raw, keys = village.unsigned(LABEL), village.keys_of("mwinda-mine")
    signed = SignedDocument.read(village.sign(raw, tmp_path / "7", by="mwinda-mine", sequence=7))
    filed = [(9, keccak256(b"another")), (7, signed.hash), (5, signed.hash)]
    found = (raw, signed.site, filed, keys.salt_secret)
    assert filed_number(*found) == 7, "5 has another salt"
    changed = {**raw, "creationDate": "2026-01-06T13:00:01+02:00"}
    assert filed_number(changed, *found[1:]) is None
    assert (
        filed_number(raw, signed.site, filed, village.keys_of("saimaa-refinery").salt_secret)
        is None
    )
    assert filed_number(raw, signed.site, [], keys.salt_secret) is None


def test_another_chain(village: Village, tmp_path: Path) -> None:
    path = village.sign(
        village.unsigned(LABEL), tmp_path / "d", by="mwinda-mine", domain=site_domain(1, DIRECTORY)
    )
    with pytest.raises(SignatureInvalid, match="chain 1, this is chain 1337"):
        SignedDocument.read(path).verify(DOMAIN)


def test_another_deployment_on_the_same_chain(village: Village, tmp_path: Path) -> None:
    """Attack: what a site signed for one network gives birth to the metal again in a second one."""
    second = site_domain(CHAIN_ID, "0x" + "d2" * 20)
    path = village.sign(village.unsigned(LABEL), tmp_path / "d", by="mwinda-mine", domain=second)
    with pytest.raises(SignatureInvalid, match=f"Directory {second.verifying_contract}, here"):
        SignedDocument.read(path).verify(DOMAIN)


def test_an_inspector_of_the_second_deployment_refuses_it(
    village: Village, node: OracleNode
) -> None:
    second = Village(village.folder, domain=site_domain(CHAIN_ID, "0x" + "d2" * 20))
    report = node.examine(village.signed_path(LABEL), second)
    assert isinstance(report.error, SignatureInvalid)
    assert report.events == ()
    assert node.examine(village.signed_path(LABEL), village).events


def test_an_address_counts_in_any_spelling() -> None:
    assert site_domain(1, DIRECTORY.lower()) == site_domain(1, DIRECTORY)


@pytest.mark.parametrize(
    "what", ["document", "sequence", "revision", "chainId", "directory", "signer", "site"]
)
def test_one_changed_field_breaks_the_signature(envelope: dict[str, Any], what: str) -> None:
    if what == "document":
        event_of(envelope["document"])["quantityList"][0]["quantity"] += 1
    elif what == "signer":
        envelope["signer"] = MemberKeys.for_development(1).account
    elif what == "directory":
        envelope["directory"] = "0x" + "d2" * 20
    elif what == "site":
        envelope["site"] = "0x" + "11" * 32
    else:
        envelope[what] += 1
    changed = SignedDocument.of(envelope)
    with pytest.raises(SignatureInvalid):
        changed.verify(changed.domain)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("document", []),
        ("site", "mwinda-mine"),
        ("site", "0x11"),
        ("site", None),
        ("sequence", "1"),
        ("sequence", 0),
        ("sequence", 1.5),
        ("sequence", 2**32),
        ("revision", -1),
        ("revision", 16),
        ("chainId", True),
        ("directory", "0x11"),
        ("directory", None),
        ("signer", "mwinda"),
        ("signer", None),
    ],
)
def test_a_field_that_is_none(envelope: dict[str, Any], name: str, value: Any) -> None:
    envelope[name] = parse(json.dumps({"v": value}).encode())["v"]
    with pytest.raises(EnvelopeInvalid) as caught:
        SignedDocument.of(envelope)
    assert caught.value.values["name"] == name


def test_missing_and_unknown_fields(envelope: dict[str, Any]) -> None:
    with pytest.raises(EnvelopeInvalid, match="note"):
        SignedDocument.of({**envelope, "note": "trust me"})
    del envelope["revision"]
    with pytest.raises(EnvelopeInvalid, match="revision"):
        SignedDocument.of(envelope)


def test_an_unsigned_document_is_no_envelope(cobalt: Path) -> None:
    with pytest.raises(EnvelopeInvalid):
        SignedDocument.read(cobalt / "documents" / f"{LABEL}.jsonld")


def _sign(raw: dict[str, Any], salt_secret: bytes = b"s" * 32) -> SignedDocument:
    keys = MemberKeys.for_development(0)
    return sign_document(
        parse(json.dumps(raw).encode()),
        sequence=1,
        domain=DOMAIN,
        private_key=keys.signing_key,
        salt_secret=salt_secret,
    )


def test_what_cannot_be_signed(village: Village) -> None:
    raw = village.unsigned(LABEL)
    with pytest.raises(EnvelopeInvalid, match="16 bytes"):
        _sign(raw, salt_secret=b"short")
    two = village.unsigned(LABEL)
    two["epcisBody"]["eventList"] *= 2
    with pytest.raises(EpcisInvalid, match="2 events"):
        _sign(two)
    del event_of(raw)["bizLocation"]
    with pytest.raises(EpcisInvalid, match="bizLocation"):
        _sign(raw)
