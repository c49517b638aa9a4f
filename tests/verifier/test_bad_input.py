"""What readers give a page by mistake, or by malice: a sentence each, and the page goes on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lodetrace.audit.bundle import MAGIC
from tests.support.required import of_long_lane
from tests.unit.audit.tampering.bombs import zeros_to_the_limit
from tests.verifier.page import NOW, STORY, OpenedPage

pytestmark = pytest.mark.slow

starts_once_more = of_long_lane("PAGE_LONG")
"""Python in a browser, 8 seconds of CPU each time."""

BUNDLE, ANCHOR = STORY / "sulphate.bundle", STORY / "anchor.json"
MEBIBYTE = 1 << 20


def refusal(page: OpenedPage, bundle: Path, anchor: Path = ANCHOR) -> tuple[int, str]:
    """Step and error of the verdict."""
    shown = page.verify(bundle, anchor)
    assert shown.mark == "REFUSED", shown
    assert shown.document is not None
    found = shown.document["refusal"]
    assert found["advice"] in page.page.inner_text("#verdict")
    return found["step"], found["code"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda file: file[: len(file) // 2], None),
        (lambda file: b"", "FileMalformed"),
        (lambda file: b'{"format": "lodetrace-verdict/1"}', "FileMalformed"),
        (lambda file: MAGIC + b"\x7f\xff" + file[len(MAGIC) + 2 :], "VersionUnknown"),
        (lambda file: MAGIC + b"\0\1" + file[len(MAGIC) + 2 :], "VersionOutdated"),
        (lambda file: zeros_to_the_limit(), None),
    ],
    ids=["truncated", "empty", "json", "later version", "earlier version", "zeros"],
)
def test_a_file_that_is_no_bundle_is_refused_at_step_1(
    opened: OpenedPage, tmp_path: Path, change: Callable[[bytes], bytes], code: str | None
) -> None:
    file = tmp_path / "odd.bundle"
    file.write_bytes(change(BUNDLE.read_bytes()))
    step, found = refusal(opened, file)
    assert step == 1
    assert code is None or found == code


def test_an_anchor_of_another_chain_is_refused(opened: OpenedPage, tmp_path: Path) -> None:
    other = json.loads(ANCHOR.read_text("utf-8"))
    other["chain_id"] += 1
    file = tmp_path / "other.json"
    file.write_text(json.dumps(other), "utf-8")
    step, _ = refusal(opened, BUNDLE, file)
    assert step <= 6


def test_more_than_a_bundle_may_have_is_said_soon(opened: OpenedPage, tmp_path: Path) -> None:
    """128 MiB, of which half is read."""
    file = tmp_path / "large.bundle"
    with file.open("wb") as content:
        content.truncate(128 * MEBIBYTE)
    shown = opened.verify(file, ANCHOR)
    assert shown.problem is not None
    assert "has more than 67108864 bytes (AuditFileTooLarge)." in shown.problem
    assert "check the path" in shown.problem.lower()


@pytest.mark.parametrize(
    ("role", "content", "said"),
    [
        ("anchor", b"no JSON", "AnchorUnreadable"),
        ("anchor", b'{"format": "lodetrace-policy/1"}', "AnchorUnreadable"),
        ("policy", b"\xff\xfe", "PolicyUnreadable"),
        ("names", b"[]", "NamesMalformed"),
    ],
)
def test_a_file_of_the_reader_that_is_none_is_told_in_words(
    opened: OpenedPage, tmp_path: Path, role: str, content: bytes, said: str
) -> None:
    file = tmp_path / "mine.json"
    file.write_bytes(content)
    opened.give(bundle=BUNDLE, anchor=ANCHOR, policy=None, names=None)
    opened.give(**{role: file})
    opened.page.fill("#now", NOW)
    opened.page.click("#verify")
    shown = opened.shown()
    opened.give(policy=None, names=None)
    assert shown.problem is not None
    assert shown.problem.startswith("mine.json: ")
    assert f"({said})" in shown.problem
    assert not opened.page.is_visible("#verdict")


def test_a_time_that_is_none_is_told(opened: OpenedPage) -> None:
    shown = opened.verify(BUNDLE, ANCHOR, now="tomorrow")
    assert shown.problem is not None
    assert "'tomorrow' is no time like 2026-11-01T00:00:00Z (NowMalformed)" in shown.problem


def test_dropped_files_find_their_fields(opened: OpenedPage) -> None:
    """By what they say they are; one that says nothing is asked about."""
    opened.give(bundle=None, anchor=None)
    opened.page.evaluate(
        """([anchor]) => {
            const given = new DataTransfer();
            given.items.add(new File(["LODETRACE-BUNDLE"], "car.bundle"));
            given.items.add(new File([anchor], "from-the-regulator.json"));
            given.items.add(new File(['{"0x2f": "Mwinda"}'], "names.json"));
            document.body.dispatchEvent(new DragEvent("drop",
                { dataTransfer: given, bubbles: true, cancelable: true }));
        }""",
        [ANCHOR.read_text("utf-8")],
    )
    opened.page.locator("#problem", has_text="names.json is neither").wait_for()
    names = {
        role: opened.page.evaluate(f"document.getElementById('{role}').files[0]?.name ?? null")
        for role in ("bundle", "anchor", "policy", "names")
    }
    assert names == {
        "bundle": "car.bundle", "anchor": "from-the-regulator.json", "policy": None, "names": None,
    }  # fmt: skip
    assert opened.page.is_enabled("#verify")


@starts_once_more
def test_a_verifier_that_ends_is_told_and_started_again(
    chromium: Any, folder: Path, tmp_path: Path
) -> None:
    """By a file on which Pyodide itself fails, without a word, and by the reader's Stop."""
    page = OpenedPage.at((folder / "verify.html").as_uri(), chromium)
    deep = tmp_path / "deep.json"
    deep.write_bytes(b"[" * 100_000)
    shown = page.verify(BUNDLE, deep)
    assert shown.problem is not None
    assert "nested more deeply than a browser can follow" in shown.problem
    page.ready()
    page.page.clock.install()
    page.page.workers[-1].evaluate("self.onmessage = null")
    page.give(anchor=ANCHOR)
    page.page.click("#verify")
    page.page.clock.fast_forward("02:05")
    page.page.locator("#problem", has_text="No step has passed for two minutes.").wait_for()
    page.page.keyboard.press("Enter")  # Stop has the focus
    said = page.page.inner_text("#problem")
    assert "Stopped: nothing is known about the bundle." in said
    page.ready()
    assert refusal(page, ANCHOR) == (1, "FileMalformed")
    page.page.context.close()


@starts_once_more
def test_a_damaged_page_does_not_start(folder: Path, chromium: Any, tmp_path: Path) -> None:
    """One sign of the archive is another: the page sees that its sum is not the one it names."""
    text = (folder / "verify.html").read_text("utf-8")
    sum_of = text.index('class="sum">') + len('class="sum">')
    other = "0" if text[sum_of] != "0" else "1"
    file = tmp_path / "verify.html"
    file.write_text(text[:sum_of] + other + text[sum_of + 1 :], "utf-8")
    page = chromium.new_page()
    page.goto(file.as_uri())
    page.locator("#problem", has_text="the archive in this page has the SHA-256").wait_for(
        timeout=240_000
    )
    assert not page.is_enabled("#verify")
    page.close()
