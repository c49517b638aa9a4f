"""The version: every program says it, the same one in every place."""

import re
import subprocess
import sys

import pytest

from lodetrace.version import SOFTWARE, VERSION
from tests.unit.setup_steps import ROOT


@pytest.mark.parametrize(
    ("module", "program"),
    [
        ("lodetrace", "lodetrace"),
        ("oracle", "lodetrace-oracle"),
        ("api", "lodetrace-gateway"),
    ],
)
def test_every_program_says_its_version(module: str, program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, "--version"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{program} {VERSION}\n", "")


def test_the_version_is_one_that_sorts() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)
    assert f"lodetrace {VERSION}" == SOFTWARE


def test_the_version_is_told_once_and_has_a_place_in_the_changelog() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    headings = re.findall(r"^## \[(.+?)\]", changes, re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert VERSION in headings[1:] or headings == ["Unreleased"]
