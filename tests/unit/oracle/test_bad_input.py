"""Files that are no documents: an error with its values, and an unchanged history."""

from pathlib import Path

import pytest

from lodetrace.strict_json import MAX_BYTES
from oracle.examination import OracleNode
from oracle.history import DocumentHistory
from tests.unit.oracle.village import Village

LABEL = "mwinda-mine-M01"


@pytest.mark.parametrize(
    ("error", "damage"),
    [
        ("DocumentMalformed", lambda data: data[: len(data) // 2]),
        ("DocumentMalformed", lambda data: b""),
        ("DocumentMalformed", lambda data: data.replace(b"{", b"[", 1)),
        ("DocumentMalformed", lambda data: b"\x1f\x8b" + data),
        ("DocumentTooLarge", lambda data: data + b" " * MAX_BYTES),
        ("DocumentTooLarge", lambda data: b"[" * 500_000),
        ("KeyDuplicated", lambda data: data.replace(b'"sequence"', b'"site": 1, "sequence"')),
        ("NumberRefused", lambda data: data.replace(b"20035", b"20035.12345678901")),
        ("EnvelopeInvalid", lambda data: data.replace(b'"signer"', b'"sinner"')),
        ("SignatureInvalid", lambda data: data.replace(b"20035", b"20036")),
        ("SignatureInvalid", lambda data: data.replace(b"1337", b"31337")),
        ("ContextRefused", lambda data: data.replace(b"ref.gs1.org/standards", b"ref.gs1.org/x")),
        ("EpcisInvalid", lambda data: data.replace(b'"ObjectEvent"', b'"SubjectEvent"')),
    ],
)
def test_refused_and_nothing_kept(
    error: str, damage: object, village: Village, node: OracleNode, tmp_path: Path,
    history: DocumentHistory,
) -> None:  # fmt: skip
    path = tmp_path / "document.json"
    path.write_bytes(damage(village.signed_path(LABEL).read_bytes()))  # type: ignore[operator]
    report = node.examine(path, village)
    assert report.error is not None
    assert report.error.code == error
    assert report.error.advice
    assert report.refusals[0].startswith(f"{error}: ")
    assert report.events == ()
    assert history._rows("SELECT count(*) FROM documents", ()) == [(0,)]


def test_a_hundred_megabytes(node: OracleNode, village: Village, tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(100 << 20)
    report = node.examine(path, village)
    assert report.error is not None
    assert report.error.code == "DocumentTooLarge"
