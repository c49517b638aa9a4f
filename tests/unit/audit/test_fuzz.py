"""Whatever is fed to the verifier, nothing but its closed family of refusals comes out.

Files, contents, decoded events and names are changed at random. `make test-long` tries 50,000.
"""

import json
import os
from base64 import b64decode
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import frame, open_frame
from lodetrace.audit.disclosures import documents_of, opened
from lodetrace.audit.errors import BundleRefused
from lodetrace.audit.evidence import Evidence, establish
from lodetrace.audit.packing import pack
from lodetrace.audit.policy import DEFAULT, PolicyRefused
from lodetrace.audit.replay.findings import findings_of
from lodetrace.audit.replay.history import replay
from lodetrace.audit.report.document import document_of
from lodetrace.audit.report.html import html_of
from lodetrace.audit.report.page import page_of
from lodetrace.audit.statements.judging import require_signals
from lodetrace.audit.statements.recorded import recorded_proofs
from lodetrace.audit.verdict import verdict_of
from lodetrace.audit.verify import Examination, verify
from lodetrace.chain.strict_rlp import decode, encode
from lodetrace.cli.audit.files import read_names
from lodetrace.contracts.enums import RowKind
from lodetrace.errors import InputError
from lodetrace.text import hex_of
from tests.unit.audit.fuzzed_stories import changed, kinds, stories
from tests.unit.audit.make_vectors import TARGET
from tests.unit.audit.tampering.mutations import (
    at_path,
    in_order,
    paths,
    put,
    replacements,
    with_at,
)

pytestmark = pytest.mark.slow

CASES = int(os.environ.get("AUDIT_FUZZ", "1000"))
SIGNS = ("a", "é", "鈷", "\u202e", "\x1b[2J", "\ud800", "\0", "<b>", "&", "'", '"', "😀")
STORY = Path(__file__).resolve().parents[3] / "tests" / "vectors" / "story"


def unverified(proofs: object) -> None:
    """Step 7 is left out: it only refuses."""


def fuzzed(case: Callable[[Random], str], name: str, cases: int = CASES) -> Counter[str]:
    """What came of each case; a failure names the seed that brings it back."""
    found = Counter[str]()
    for number in range(cases):
        try:
            found[case(Random(f"{name} {number}"))] += 1
        except BundleRefused as refusal:
            found[refusal.code] += 1
        except Exception as error:
            raise AssertionError(f"{name} {number}: {type(error).__name__}: {error}") from error
    print(f"\n{name}: {cases} cases, {len(found)} outcomes: {dict(found.most_common(8))}")
    return found


def test_files_and_contents() -> None:
    """The file of the story and the valid vectors; contents repaired as far as they can be."""
    group = json.loads((TARGET / "valid.json").read_text("utf-8"))
    files = [
        (b64decode(case["file"]), Anchor.from_json(group["anchors"][case["anchor"]]))
        for case in group["cases"]
    ]
    contents = [(decode(open_frame(file), "content"), anchor) for file, anchor in files]
    ways = [[path for path in paths(content) if path] for content, _ in contents]

    def case(seeded: Random) -> str:
        at = seeded.randrange(len(files))
        file, anchor = files[at]
        if seeded.random() < 0.3:
            establish(_changed(file, seeded), anchor)
            return "accepted"
        content = contents[at][0]
        for _ in range(seeded.choice((1, 1, 2))):
            path = seeded.choice(ways[at])
            try:
                _, other = seeded.choice(list(replacements(at_path(content, path))))
                content = with_at(content, path, put(other))
            except (AssertionError, IndexError):
                continue  # another change took this way
        raw = encode(in_order(content))
        if seeded.random() < 0.2:
            raw = _changed(raw, seeded)
        establish(frame(raw, pack(raw)), anchor)
        return "accepted"

    assert len(fuzzed(case, "files and contents")) >= 12


def test_files_of_a_story() -> None:
    """All ten steps but the proofs, over changed bytes; a tenth of the cases, which take longer."""
    file = (STORY / "sulphate.bundle").read_bytes()
    anchor = Anchor.load(STORY / "anchor.json")
    content = open_frame(file)
    verify(file, anchor, verifier=unverified)

    def case(seeded: Random) -> str:
        raw = _changed(content, seeded)
        verify(frame(raw, pack(raw)), anchor, verifier=unverified)
        return "accepted"

    assert len(fuzzed(case, "files of a story", CASES // 10)) > 3


def test_decoded_events() -> None:
    """Changed as a chain could have written them, through all that reads them afterwards."""
    for evidence in stories()[:3]:
        examined(evidence)
    assert len(kinds()) > 40

    def case(seeded: Random) -> str:
        evidence = changed(seeded.choice(stories()), seeded)
        if evidence.keys:
            require_signals(recorded_proofs(evidence))
            return "proven"
        html_of(page_of(examined(evidence), {hex_of(evidence.subject.id): "A lot"}))
        return "accepted"

    found = fuzzed(case, "decoded events")
    assert found["accepted"] > CASES / 100
    assert len(found) > 40


def test_names(tmp_path: Path) -> None:
    """Files of names, and pages that bear them."""
    evidence = stories()[0]
    shown, path = examined(evidence), tmp_path / "names.json"
    parties = [hex_of(evidence.subject.id), *map(hex_of, evidence.closure.of(RowKind.MEMBER))]

    def case(seeded: Random) -> str:
        names = {seeded.choice([*parties, _text(seeded)]): _text(seeded) for _ in range(5)}
        raw = json.dumps(names, ensure_ascii=seeded.random() < 0.5)
        content = raw.encode("utf-8", "surrogatepass")
        path.write_bytes(_changed(content, seeded) if seeded.random() < 0.5 else content)
        try:
            found = read_names(path)
        except InputError as refusal:
            return refusal.code
        html_of(page_of(shown, found)).encode()
        return "shown"

    found = fuzzed(case, "names")
    assert found["shown"] > CASES / 4
    assert found["NamesMalformed"] > CASES / 20


def examined(evidence: Evidence) -> Examination:
    """Steps 9 and 10 and what is said of them."""
    story = replay(evidence)
    findings = findings_of(story)
    try:
        DEFAULT.require(story, findings)
        verdict = verdict_of(story, (), findings, opened(story), documents_of(story), DEFAULT)
        found = Examination(bytes(32), 1_000, (), verdict, None)
    except PolicyRefused as refusal:
        found = Examination(bytes(32), 1_000, (), None, refusal)
    json.dumps(document_of(found))
    return found


def _changed(raw: bytes, seeded: Random) -> bytes:
    at, length = seeded.randrange(len(raw)), seeded.choice((0, 1, 1, 4, 20, 32, 200))
    part = raw[at : at + length]
    other = seeded.choice(
        (
            bytes([raw[at] ^ 1 << seeded.randrange(8)]),
            seeded.randbytes(len(part)),
            bytes(len(part)),
            b"",
            part * 2,
            seeded.choice((b"\0", b"\x80", b"\xc0", b"\xff", b"\xa0", b"\xb8\x40", b"\xf9")),
        )
    )
    return raw[:at] + other + raw[at + max(len(part), 1) :]


def _text(seeded: Random) -> str:
    return "".join(seeded.choices(SIGNS, k=seeded.randrange(6)))
