"""Cases 10, 11 and 18: what an auditor's program prints and where its output goes."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lodetrace.errors import ExitCode
from lodetrace.text import hex_of
from tests.cases.conftest import Case, Run
from tests.cases.traded_chain import TradedChain
from tests.support.consortium import PEOPLE, ROOT, word

pytestmark = pytest.mark.chain

SIGPIPE = 141


@pytest.fixture(scope="session")
def evidence(traded_chain: TradedChain, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a bundle and the anchor of its chain."""
    folder = tmp_path_factory.mktemp("evidence")
    lot = hex_of(traded_chain.handed_over)
    for words in (
        ("audit", "checkpoint", "--out", "anchor.json"),
        ("audit", "export", "--lot", lot, "--out", "lot.bundle"),
    ):
        program(words, folder, traded_chain.environment())
    return folder


def program(
    words: tuple[str, ...], folder: Path, environment: dict[str, str]
) -> "subprocess.CompletedProcess[bytes]":
    """Runs `lodetrace words…` as a program; it has to end with 0."""
    inherited = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "lodetrace", *words]
    done = subprocess.run(
        command, cwd=folder, env=inherited, capture_output=True, check=False, timeout=120
    )
    assert done.returncode == ExitCode.OK, (words, done.stderr.decode(errors="replace"))
    return done


@pytest.fixture
def names(case: Case, evidence: Path) -> Path:
    """Invented names in several scripts, as the case has them, for the members of the chain."""
    source = (case("10") / "make_names.py").read_text("utf-8")
    [invented] = [
        ast.literal_eval(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "INVENTED"
    ]
    path = evidence / "names.json"
    found = {hex_of(word(name)): invented[at % len(invented)] for at, name in enumerate(PEOPLE)}
    path.write_text(json.dumps(found, ensure_ascii=False), "utf-8")
    return path


VERIFY = ("audit", "verify", "lot.bundle", "--trust", "anchor.json")


def test_case_10_names_in_any_script_are_in_the_pdf_or_it_is_said(
    names: Path, evidence: Path, lodetrace: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(evidence)
    done = lodetrace(*VERIFY, "--names", str(names), "--out", "r.pdf")
    pdf = (evidence / "r.pdf").read_bytes() if (evidence / "r.pdf").is_file() else b""
    embedded = b"/FontFile2" in pdf or b"/FontFile3" in pdf
    assert embedded or "PDF" in done.output


def test_case_11_a_good_verdict_is_one_whatever_the_output_can_write(
    names: Path, evidence: Path
) -> None:
    for encoding in ("cp1252", "ascii"):
        done = program((*VERIFY, "--names", str(names)), evidence, {"PYTHONIOENCODING": encoding})
        assert b"verified" in done.stdout
        assert b"Traceback" not in done.stderr


def test_case_18_a_reader_that_stops_early_makes_no_defect_of_ours(evidence: Path) -> None:
    command = [sys.executable, "-m", "lodetrace", *VERIFY]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    reader, writer = os.pipe()
    os.close(reader)  # as `head -1` leaves it, before the next line
    with subprocess.Popen(command, cwd=evidence, env=environment, stdout=writer) as process:
        os.close(writer)
        code = process.wait(timeout=120)
    assert code in (ExitCode.OK, SIGPIPE, -13)
