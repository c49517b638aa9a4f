"""Our own test vectors: the stored files are judged as they say, and come out of the script."""

import json
from base64 import b64decode
from typing import Any

import pytest

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.errors import BundleRefused
from lodetrace.audit.evidence import establish
from tests.unit.audit.make_vectors import TARGET, accepted, vectors, written

STORED: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted(TARGET.glob("*.json"))
}
CASES = [(group, found) for group, vectors in STORED.items() for found in vectors["cases"]]


@pytest.mark.parametrize(
    ("group", "vector"), CASES, ids=[f"{group}: {one['name']}" for group, one in CASES]
)
def test_vector(group: str, vector: dict[str, Any]) -> None:
    file = b64decode(vector["file"])
    anchor = Anchor.from_json(STORED[group]["anchors"][vector["anchor"]])
    if "accepted" in vector:
        found = accepted(establish(file, anchor, full_header_chain=vector["full_header_chain"]))
        assert found["accepted"] == vector["accepted"]
        return
    with pytest.raises(BundleRefused) as refusal:
        establish(file, anchor, full_header_chain=vector["full_header_chain"])
    assert {"step": refusal.value.step, "error": refusal.value.code} == vector["refused"]


@pytest.mark.slow
def test_vectors_come_out_of_the_script() -> None:
    """Run python -m tests.unit.audit.make_vectors after a change."""
    made = vectors()
    assert set(made) == set(STORED)
    for group, found in made.items():
        assert (TARGET / f"{group}.json").read_text("utf-8") == written(found), group


def test_there_are_a_hundred_vectors_and_most_are_hostile() -> None:
    names = [found["name"] for _, found in CASES]
    hostile = [found for _, found in CASES if "refused" in found]
    assert len(names) == len({(group, found["name"]) for group, found in CASES})
    assert len(names) >= 100
    assert len(hostile) >= 60
