"""Each context of GS1 is its own file, known by its digest; what is not at hand is said."""

import hashlib
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from epcis_event_hash_generator import hash_generator, json_to_py

from lodetrace.documents.contexts import CONTEXTS, PACKAGED, ContextCopies, ContextMissing
from lodetrace.documents.epcis import ContextRefused, EpcisDocument
from lodetrace.documents.event_hash import _type_first, identities, loader_of
from lodetrace.documents.profile import check_before_signing
from lodetrace.strict_json import parse
from tests.unit.oracle.village import event_of

BASE = "https://ref.gs1.org/standards/epcis"
OLD, NEW, CURRENT = (
    f"{BASE}/2.0.0/epcis-context.jsonld",
    f"{BASE}/2.0.1/epcis-context.jsonld",
    f"{BASE}/epcis-context.jsonld",
)


def version_2_0_1() -> bytes:
    """2.0.0 with the one prefix that 2.0.1 corrects; its digest is that of GS1's file."""
    old = files("epcis_event_hash_generator") / f"{CONTEXTS[OLD]}.jsonld"
    return old.read_bytes().replace(
        b'"gs1": "https://gs1.org/voc/"', b'"gs1": "https://ref.gs1.org/voc/"'
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An operator's folder with a copy, under a name of his."""
    (tmp_path / "from GS1.jsonld").write_bytes(version_2_0_1())
    (tmp_path / "broken.jsonld").write_bytes(b"{")
    return tmp_path


@pytest.fixture
def document(cobalt: Path) -> dict[str, Any]:
    return parse((cobalt / "documents" / "mwinda-mine-M01.jsonld").read_bytes())


def with_context(document: dict[str, Any], context: str, **words: Any) -> dict[str, Any]:
    document["@context"] = [context, document["@context"][1]]
    event_of(document).update(words)
    return document


def test_the_package_brings_two_and_says_which_are_missing(folder: Path) -> None:
    assert PACKAGED.missing() == [CURRENT, NEW]
    assert ContextCopies(folder).missing() == []


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_copy_is_the_file_of_its_digest(context: str, folder: Path) -> None:
    found = ContextCopies(folder).of(context)
    sources = [*files("epcis_event_hash_generator").iterdir(), *folder.iterdir()]
    [content] = {
        one.read_bytes()
        for one in sources
        if one.is_file() and hashlib.sha256(one.read_bytes()).hexdigest() == CONTEXTS[context]
    }
    assert found == json.loads(content)
    assert found["@context"]["gs1"] == (
        "https://ref.gs1.org/voc/" if context in (NEW, CURRENT) else "https://gs1.org/voc/"
    )


@pytest.mark.parametrize("context", [NEW, CURRENT])
def test_another_version_never_stands_in(
    context: str, tmp_path: Path, document: dict[str, Any]
) -> None:
    old = files("epcis_event_hash_generator") / f"{CONTEXTS[OLD]}.jsonld"
    (tmp_path / "epcis-2.0.1.jsonld").write_bytes(old.read_bytes())
    (tmp_path / "almost.jsonld").write_bytes(version_2_0_1() + b"\n")
    with pytest.raises(ContextMissing) as caught:
        identities(with_context(document, context), ContextCopies(tmp_path))
    assert caught.value.values["digest"] == CONTEXTS[context]


@pytest.mark.parametrize("context", [NEW, CURRENT])
def test_a_document_of_the_newer_version_is_read_and_hashed(
    context: str, folder: Path, document: dict[str, Any]
) -> None:
    [before] = identities(document)
    newer = with_context(document, context)
    assert EpcisDocument.of(newer).events
    check_before_signing(newer, PACKAGED)
    assert identities(newer, ContextCopies(folder)) == [before], "without words of gs1: the same"


def test_its_hash_is_what_the_package_says_with_that_file(
    folder: Path, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of words whose prefix is another one in each version."""
    sensor = {"sensorElementList": [{"sensorReport": [{"type": "gs1:Temperature", "value": 2}]}]}
    newer = with_context(document, CURRENT, **sensor)
    copies = ContextCopies(folder)
    monkeypatch.setattr(json_to_py.jsonld, "_default_document_loader", loader_of(copies))
    json_to_py._namespaces.clear()
    alone = {"@context": newer["@context"], "epcisBody": newer["epcisBody"]}
    events = json_to_py.event_list_from_epcis_document_str(_type_first(alone))
    assert [one.hash for one in identities(newer, copies)] == (
        hash_generator.epcis_hashes_from_events(events)
    )


def test_documents_of_the_unversioned_context_that_others_wrote(shared_dir: Path) -> None:
    folder = shared_dir / "cases" / "02-gs1-context-without-version"
    paths = sorted(folder.glob("*.jsonld"))
    assert len(paths) == 2
    for path in paths:
        check_before_signing(parse(path.read_bytes()), PACKAGED)


@pytest.mark.parametrize(
    ("word", "address"),
    [("gs1", "https://ref.gs1.org/voc/"), ("eventTime", "https://a.example/time")],
)
def test_a_protected_word_has_its_own_sentence(
    document: dict[str, Any], word: str, address: str
) -> None:
    document["@context"].append({word: address})
    with pytest.raises(ContextRefused, match=f"{word} is a word of GS1's context"):
        identities(document)


def test_a_protected_word_may_be_bound_to_what_it_means(document: dict[str, Any]) -> None:
    [before] = identities(document)
    document["@context"].append({"gs1": "https://gs1.org/voc/"})
    assert identities(document) == [before]
