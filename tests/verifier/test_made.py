"""What `make verifier` writes: the same bytes again, Pyodide as it is published, and licences."""

import re
import zlib
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

import pytest

from lodetrace.version import VERSION
from tests.unit.setup_steps import run, step

pytestmark = pytest.mark.slow


def carried(page: str, name: str) -> bytes:
    """What an element of the page holds, unpacked by another library than packed it."""
    found = re.search(rf'<script type="text/plain" id="data-{name}">([^<]*)</script>', page)
    assert found is not None, name
    return zlib.decompress(b64decode(found[1]), wbits=-15)


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return (folder / "verify.html").read_text("utf-8")


def test_the_same_checkout_makes_the_same_bytes(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another place, hour and time zone."""
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    again = step("verifier").build(tmp_path)
    assert again.name == made.name == f"lodetrace-verifier-{VERSION}.zip"
    assert again.read_bytes() == made.read_bytes()
    assert [one.name for one in tmp_path.iterdir()] == [again.name]


def test_it_weighs_no_more_than_a_page_may(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    making = step("verifier")
    assert made.stat().st_size <= making.BUDGET
    monkeypatch.setattr(making, "BUDGET", 1_000)
    with pytest.raises(making.TooLarge):
        making.build(tmp_path)


def test_pyodide_and_the_verifier_are_carried_as_they_are(
    folder: Path, page: str, tmp_path: Path
) -> None:
    making = step("verifier")
    published = {name: (making.PYODIDE / name).read_bytes() for name in making.CARRIED}
    worker = carried(page, "worker")
    assert published["pyodide.asm.mjs"] in worker
    assert published["pyodide.js"] in worker
    assert carried(page, "wasm") == published["pyodide.asm.wasm"]
    assert carried(page, "library") == published["python_stdlib.zip"]
    archive = carried(page, "archive")
    assert archive == step("archive").build(tmp_path).read_bytes()
    assert f'<code class="sum">{sha256(archive).hexdigest()}</code>' in page


def test_the_sums_are_those_of_the_files(folder: Path) -> None:
    making = step("verifier")
    sums = dict(
        reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines()
    )
    assert sums["verify.html"] == sha256((folder / "verify.html").read_bytes()).hexdigest()
    for name in making.CARRIED:
        assert sums[f"pyodide/{name}"] == sha256((making.PYODIDE / name).read_bytes()).hexdigest()


def test_its_policy_forbids_every_connection(page: str) -> None:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert found is not None
    rules = dict(rule.split(" ", 1) for rule in found[1].split("; "))
    assert (rules["default-src"], rules["connect-src"]) == ("'none'", "'none'")
    assert "unsafe-inline" not in found[1]
    assert "'unsafe-eval'" not in found[1]
    assert not re.search(r'\b(?:src|href|action)="(?!data:)', page)


def test_licences_and_source_come_along(folder: Path) -> None:
    """The notice names the release that is inside; texts are whole."""
    making = step("verifier")
    notice = (folder / "NOTICE.md").read_text("utf-8")
    version = re.search(r'"version": "([^"]+)"', (making.PYODIDE / "package.json").read_text())
    assert version is not None
    assert f"Pyodide {version[1]}" in notice
    assert f"https://github.com/pyodide/pyodide/tree/{version[1]}" in notice
    for name, beginning in (
        ("licences/MPL-2.0.txt", "Mozilla Public License Version 2.0"),
        ("licences/PSF-2.0.txt", "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2"),
        ("LICENSE", "Apache License"),
    ):
        assert beginning in (folder / name).read_text("utf-8")


def test_without_its_tools_it_says_how_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    making = step("verifier")
    monkeypatch.setattr(making, "PYODIDE", tmp_path / "pyodide")
    with pytest.raises(making.NotInstalled, match="make verifier"):
        making.build(tmp_path)


def test_the_sources_are_scripts() -> None:
    """Read by the Node of this machine: the page's own text has no build step that would."""
    sources = step("verifier").SOURCES
    for name in ("page.js", "worker.js", "pack.mjs"):
        done = run("node", "--check", sources / name)
        assert done.returncode == 0, done.stderr
