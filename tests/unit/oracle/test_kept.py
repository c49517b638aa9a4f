"""What a node keeps of a document: all of what a member signed, of anything else hardly a trace.

And of two documents that a site signed under one number: both signatures, which prove it.
"""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lodetrace.documents.signed_document import sign_document
from lodetrace.documents.signed_number import SignedNumber, site_domain
from lodetrace.errors import ExitCode
from lodetrace.secp256k1 import Signature
from lodetrace.strict_json import MAX_BYTES, parse
from lodetrace.text import hex_of, parse_hex
from oracle.cli import _answer, _report
from oracle.examination import FileReport, OracleNode
from oracle.service.intake import Intake
from oracle.service.overview import overview
from oracle.service.reports import EventReports
from oracle.service.states import IntakeState
from oracle.service.store import Store
from oracle.service_commands import _document, _shown
from tests.unit.oracle.village import DOMAIN, Village, event_of

MINE, OTHER = "mwinda-mine", "saimaa-refinery"
STRANGER = b"\x07" * 32
STUCK_AFTER = 1 << 40


class Desk:
    """A node's intake and examinations, one document after the other."""

    def __init__(self, folder: Path, store: Store, village: Village, node: OracleNode) -> None:
        self.folder, self.store, self.village, self.node = folder, store, village, node
        self.intake, self.reports = Intake(store), EventReports(store)

    def take(self, content: bytes) -> FileReport:
        self.intake.accept(content, "http", "a.json")
        [waiting] = self.intake.due(1 << 33, 9)
        report = self.node.judge(Path("a.json"), waiting.content, self.village)
        self.reports.settle(waiting, report, ())
        return report

    def rows(self) -> list[tuple[str, bytes | None, str]]:
        return self.store.rows("SELECT state, content, reason FROM intake ORDER BY id")


@pytest.fixture
def desk(tmp_path: Path, village: Village, node: OracleNode) -> Iterator[Desk]:
    with Store(tmp_path / "node") as store:
        yield Desk(tmp_path / "node", store, village, node)


def signed(village: Village, lot: str, key: bytes | None = None, **others: Any) -> bytes:
    """A birth of the story, edited by its keyword arguments and signed as number 900."""
    raw = village.unsigned(f"{MINE}-{lot}")
    event_of(raw)["quantityList"][0].update(others)
    keys = village.keys_of(MINE)
    found = sign_document(
        parse(json.dumps(raw).encode()), sequence=900, domain=DOMAIN,
        private_key=key or keys.signing_key, salt_secret=keys.salt_secret,
    )  # fmt: skip
    return found.to_json().encode()


def unsigned(village: Village) -> bytes:
    return json.dumps(village.unsigned(f"{MINE}-M01")).encode()


GARBAGE = {
    "noise": lambda village: b"\x00" * MAX_BYTES,
    "no envelope": lambda village: b'{"a": "' + b"x" * 4_000 + b'"}',
    "not signed": unsigned,
    "signed by a stranger": lambda village: signed(village, "M01", STRANGER),
    "altered": lambda village: signed(village, "M01").replace(b"900", b"901"),
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_of_what_no_member_signed_digest_and_reason_are_kept(desk: Desk, kind: str) -> None:
    content = GARBAGE[kind](desk.village)
    for _ in range(2):  # brought again it is examined again, and kept as little
        desk.take(content)
        [(state, kept, reason)] = desk.rows()
        assert (state, kept) == (IntakeState.REFUSED, None)
        assert reason
    assert len(reason) < 1_000


def test_what_a_member_signed_is_kept_although_it_is_refused(desk: Desk) -> None:
    content = signed(desk.village, "M01", quantity=20_000_000)
    report = desk.take(content)
    assert report.refusals
    assert [row[:2] for row in desk.rows()] == [(IntakeState.REFUSED, content)]


# --- a site that contradicts itself ---------------------------------------------------------------


def proof_holds(proof: dict[str, Any]) -> bool:
    """As anybody can check it: one number, two documents, each signed by the named account."""
    number = (parse_hex(proof["site"]), proof["sequence"], proof["revision"])
    hashes = set()
    for one in proof["signed"]:
        hashes.add(one["document"])
        said = SignedNumber(*number, parse_hex(one["document"]), site_domain(proof["chainId"], proof["directory"]))
        Signature.parse(one["signature"]).require_signer(said, one["signer"])
    return len(hashes) == 2


@pytest.fixture
def contradictory(desk: Desk, caplog: pytest.LogCaptureFixture) -> Desk:
    caplog.set_level(logging.INFO, "lodetrace.oracle")
    assert not desk.take(signed(desk.village, "M01")).refusals
    report = desk.take(signed(desk.village, "M02"))
    assert report.contradicts is not None
    return desk


def test_two_documents_of_one_number_are_a_contradiction(contradictory: Desk) -> None:
    found = overview(contradictory.folder, STUCK_AFTER, 10)
    assert found.counts["contradicted"] == 1
    assert found.lines[0].state is IntakeState.CONTRADICTED, "it is shown first"
    assert "number-reused" in found.lines[0].reason
    [proof] = found.contradictions
    assert proof_holds(proof)
    assert all(content is not None for _, content, _ in contradictory.rows()), "both are kept"
    altered = {**proof, "sequence": 901}
    with pytest.raises(Exception, match="sign"):
        proof_holds(altered)


def test_a_contradiction_is_said_loudly(
    contradictory: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    [line] = [one for one in caplog.get_records("setup") if one.levelno >= logging.WARNING]
    assert "contradicted number-reused" in line.getMessage()
    found = overview(contradictory.folder, STUCK_AFTER, 10)
    assert "A site contradicts itself: site 0x" in str(_shown(found)[-1])
    assert _document(found)["contradictions"] == list(found.contradictions)


def test_a_contradiction_stays_one_when_it_is_brought_again(contradictory: Desk) -> None:
    contradictory.take(signed(contradictory.village, "M02"))
    found = overview(contradictory.folder, STUCK_AFTER, 10)
    assert found.counts["contradicted"] == 1
    [proof] = found.contradictions
    assert proof_holds(proof)


def test_nobody_else_can_make_a_site_contradict_itself(desk: Desk) -> None:
    assert not desk.take(signed(desk.village, "M01")).refusals
    other = desk.village.keys_of(OTHER).signing_key
    for key in (STRANGER, other):
        report = desk.take(signed(desk.village, "M02", key))
        assert report.refusals
        assert report.contradicts is None
    assert overview(desk.folder, STUCK_AFTER, 10).counts["contradicted"] == 0


def test_a_proof_without_the_earlier_document_says_what_is_left(contradictory: Desk) -> None:
    with contradictory.store.write() as connection:
        connection.execute("UPDATE intake SET content = NULL WHERE id = 1")
    contradictory.take(signed(contradictory.village, "M02"))
    [proof] = overview(contradictory.folder, STUCK_AFTER, 10).contradictions
    assert len(proof["signed"]) == 1


def test_a_check_of_files_says_it_as_well(desk: Desk, tmp_path: Path) -> None:
    paths = [tmp_path / lot for lot in ("M01", "M02")]
    for path in paths:
        path.write_bytes(signed(desk.village, path.name))
    reports = [_report(desk.node.examine(path, desk.village)) for path in paths]
    assert [one["outcome"] for one in reports] == ["in order", "contradicted"]
    assert _answer(reports).exit_code is ExitCode.REFUSED


def test_a_database_of_an_earlier_version_is_shown(desk: Desk) -> None:
    with desk.store.write() as connection:
        connection.execute("DROP TABLE contradictions")
    assert overview(desk.folder, STUCK_AFTER, 10).contradictions == ()
    with Store(desk.folder) as again:
        assert again.rows("SELECT count(*) FROM contradictions") == [(0,)]


def test_hashes_are_those_of_the_documents(contradictory: Desk) -> None:
    [proof] = overview(contradictory.folder, STUCK_AFTER, 10).contradictions
    kept = contradictory.store.rows("SELECT document FROM intake ORDER BY id")
    assert [one["document"] for one in proof["signed"]] == [hex_of(row[0]) for row in kept]
