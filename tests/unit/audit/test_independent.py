"""Another implementation, on packages of others, judges bundles as ours does.

tests/independent reads the format anew in JavaScript, with @ethereumjs/rlp, @ethereumjs/mpt and
@ethereumjs/util: steps 1 to 6, with tables of rows and needs of its own.
"""

import json
import random
import shutil
from base64 import b64decode
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import frame, open_frame
from lodetrace.audit.errors import BundleRefused
from lodetrace.audit.evidence import establish
from lodetrace.audit.header_chain import link
from lodetrace.audit.packing import pack
from lodetrace.audit.seals import finality_of
from tests.support.required import absent
from tests.unit.audit.independent import Question, ask, said
from tests.unit.audit.make_vectors import TARGET
from tests.unit.audit.test_besu_vectors import anchor_of, bundle_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def node() -> None:
    """The other implementation is in JavaScript."""
    if shutil.which("node") is None:
        absent("node is not installed")


MUTATED = (
    "a validator added", "three of four witnesses signed", "the rows of a lot", "a long row",
    "entries of several contracts",
)  # fmt: skip
MUTATIONS = 120
"""Of each of those."""


def stored() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Group, anchor and case of every vector."""
    found = []
    for path in sorted(TARGET.glob("*.json")):
        group = json.loads(path.read_text("utf-8"))
        found += [(path.stem, group["anchors"][one["anchor"]], one) for one in group["cases"]]
    return found


def question(anchor: dict[str, Any], case: dict[str, Any]) -> Question:
    return Question(b64decode(case["file"]), anchor, case["full_header_chain"])


def test_every_vector_is_judged_alike() -> None:
    cases = stored()
    answers = ask([question(anchor, case) for _, anchor, case in cases])
    differing = [
        (group, case["name"], answer)
        for (group, _, case), answer in zip(cases, answers, strict=True)
        if ("refused" in answer) != ("refused" in case)
    ]
    assert differing == []
    assert Counter("refused" in answer for answer in answers)[True] > 120


@pytest.mark.parametrize("name", [case["name"] for _, _, case in stored() if "accepted" in case])
def test_valid_vectors_prove_the_same(name: str) -> None:
    ((_, anchor, case),) = [one for one in stored() if one[2]["name"] == name]
    (answer,) = ask([question(anchor, case)])
    file, full = b64decode(case["file"]), case["full_header_chain"]
    evidence = establish(file, Anchor.from_json(anchor), full_header_chain=full)
    for key, value in said(evidence).items():
        assert answer["found"][key] == value, key


def test_real_besu_blocks_prove_the_same(shared_dir: Path) -> None:
    """Seals of real validators, two changes of the set."""
    folder = shared_dir / "vectors" / "besu-qbft"
    vectors = {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    anchor, file = anchor_of(vectors), bundle_of(vectors).encode()
    blind = anchor_of(vectors, others_voted=False)
    answer, refused = ask(
        [Question(file, one.to_json(), headers_only=True) for one in (anchor, blind)]
    )
    blocks = link(bundle_of(vectors), anchor, full=False)
    finality = finality_of(blocks, anchor, full=False)
    assert answer["found"] == {
        "hashes": ["0x" + block.hash.hex() for block in blocks],
        "seals": finality.seals,
        "changes": finality.set_changes,
    }
    assert refused["refused"] == "a change without a majority"


@pytest.mark.parametrize("name", MUTATED)
def test_mutated_bundles_are_judged_alike(name: str) -> None:
    """With the packing and the checksum repaired, so that it is the content that is judged."""
    ((_, anchor_json, case),) = [one for one in stored() if one[2]["name"] == name]
    anchor = Anchor.from_json(anchor_json)
    content, seeded = open_frame(b64decode(case["file"])), random.Random(name)
    files = [mutated(content, seeded) for _ in range(MUTATIONS)]
    answers = ask([Question(file, anchor_json) for file in files])
    for number, (file, answer) in enumerate(zip(files, answers, strict=True)):
        try:
            establish(file, anchor)
            step = None
        except BundleRefused as refusal:
            step = refusal.step
        assert ("refused" in answer) == (step is not None), (number, step, answer)


def mutated(content: bytes, seeded: random.Random) -> bytes:
    """A bit, a byte or a stretch of the content changed, left out or said twice."""
    at, length = seeded.randrange(len(content)), seeded.choice((1, 1, 1, 20, 32, 65))
    part = content[at : at + length]
    other = seeded.choice(
        (
            bytes([part[0] ^ 1 << seeded.randrange(8)]) + part[1:],
            seeded.randbytes(len(part)),
            bytes(len(part)),
            b"",
            part + part,
        )
    )
    changed = content[:at] + other + content[at + length :]
    return frame(changed, pack(changed))
