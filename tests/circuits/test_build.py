"""Compiling and unpacking: what is up to date stays, what does not fit is refused."""

import lzma
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from tests.circuits.programs import WORKSHOP, copied
from zk_circuits import build
from zk_circuits.build import CIRCUITS, BuildFailed, Workshop
from zk_circuits.field import R
from zk_circuits.r1cs_header import R1csHeader, R1csMalformed


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """A workshop of its own, with the circuit `claim` built."""
    for folder in ("zk_circuits/keys/development", "build/zk/claim"):
        shutil.copytree(WORKSHOP.root / folder, tmp_path / folder)
    return copied(tmp_path)


def test_second_build_does_nothing(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    def compiles(*_: object) -> None:
        raise AssertionError("it compiles again")

    monkeypatch.setattr(build, "run_circom", compiles)
    assert build.is_compiled(workshop, "claim")
    assert not build.unpack_key(workshop, "claim")


def test_change_of_a_template_is_seen(workshop: Workshop) -> None:
    template = workshop.root / "zk_circuits" / "circuits" / "amount.circom"
    template.write_text(template.read_text("utf-8") + "// another line\n", "utf-8")
    assert not build.is_compiled(workshop, "claim")


def test_compiling_again_gives_the_same_bytes(workshop: Workshop) -> None:
    before = {name: built(workshop, name) for name in ("claim.r1cs", "claim_js/claim.wasm")}
    shutil.rmtree(workshop.folder("claim"))
    build.compile_circuit(workshop, "claim")
    assert before == {name: built(workshop, name) for name in before}
    assert build.unpack_key(workshop, "claim")


def built(workshop: Workshop, name: str) -> bytes:
    return (workshop.folder("claim") / name).read_bytes()


def test_circuit_that_does_not_compile_keeps_the_last_build(workshop: Workshop) -> None:
    before = built(workshop, "claim.r1cs")
    source = workshop.root / workshop.source("claim")
    source.write_text("component main = Nothing();\n", "utf-8")
    with pytest.raises(BuildFailed, match="claim"):
        build.compile_circuit(workshop, "claim")
    assert built(workshop, "claim.r1cs") == before
    assert not list(workshop.folder("claim").parent.glob(".claim-*"))


def test_circuit_above_the_limit_is_refused(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "CONSTRAINT_LIMIT", 1000)
    with pytest.raises(BuildFailed, match="constraints"):
        build.compile_circuit(workshop, "claim")


def test_key_of_other_constraints_is_refused(workshop: Workshop) -> None:
    (workshop.folder("claim") / "development.stamp").unlink()
    workshop.r1cs("claim").write_bytes(WORKSHOP.r1cs("origin").read_bytes())
    with pytest.raises(BuildFailed, match="other constraints"):
        build.unpack_key(workshop, "claim")


def test_key_that_the_manifest_does_not_know_is_refused(workshop: Workshop) -> None:
    (workshop.folder("claim") / "development.stamp").unlink()
    (workshop.proving_key("claim")).unlink()
    (workshop.keys / "claim.zkey.xz").write_bytes(lzma.compress(b"another key"))
    with pytest.raises(BuildFailed, match="manifest"):
        build.unpack_key(workshop, "claim")
    assert not (workshop.proving_key("claim")).exists()


def header(prime: int = R, magic: bytes = b"r1cs", version: int = 1, section: int = 1) -> bytes:
    content = struct.pack("<I", 32) + prime.to_bytes(32, "little")
    content += struct.pack("<IIIIQI", 10, 1, 2, 3, 20, 7)
    return struct.pack("<4sIIIQ", magic, version, 1, section, len(content)) + content


def test_header_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.r1cs"
    path.write_bytes(header())
    assert R1csHeader.load(path) == R1csHeader(wires=10, public=3, constraints=7)


@pytest.mark.parametrize(
    "blob",
    [header(prime=R - 2), header(magic=b"wtns"), header(version=2), header(section=2)],
    ids=["another field", "another file", "another version", "no header"],
)
def test_header_of_something_else_is_refused(blob: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.r1cs"
    path.write_bytes(blob)
    with pytest.raises(R1csMalformed):
        R1csHeader.load(path)


def test_command_prints_the_table_of_all_circuits_with_python_alone() -> None:
    """In a new clone no package is installed yet while it runs: -S leaves them all out."""
    command = [sys.executable, "-S", "-m", "zk_circuits.build"]
    ended = subprocess.run(command, cwd=WORKSHOP.root, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    heading, *rows = ended.stdout.splitlines()[-len(CIRCUITS) - 1 :]
    assert heading.split() == ["circuit", "constraints", "of", "2^14", "public", "inputs", "wires"]
    assert [row.split()[0] for row in rows] == list(CIRCUITS)


def test_command_says_what_failed_and_what_to_do(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (workshop.root / workshop.source("origin")).write_text("nothing", "utf-8")
    monkeypatch.setattr(build.Workshop, "of_checkout", lambda: workshop)
    with pytest.raises(SystemExit) as ended:
        build.main()
    assert ended.value.code == 1
    printed = capsys.readouterr().err
    assert "origin" in printed
    assert BuildFailed.advice in " ".join(printed.split())
