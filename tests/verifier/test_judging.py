"""verify.html judges as the command does, because it is the same program."""

import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from lodetrace.audit.bundle import open_frame
from lodetrace.chain.strict_rlp import decode, encode
from lodetrace.cli.audit.standalone import main
from tests.unit.audit.tampering.mutations import (
    at_path,
    paths,
    put,
    repaired,
    replacements,
    with_at,
)
from tests.unit.setup_steps import ROOT, run, step
from tests.verifier.page import NOW, STORY, OpenedPage

pytestmark = pytest.mark.slow

BUNDLE, ANCHOR = STORY / "sulphate.bundle", STORY / "anchor.json"
SLOWER = 8
"""Times the processor's seconds of CPython with the same modules of pure Python."""
CHANGED = int(os.environ.get("PAGE_CHANGES", "9"))
"""Items that are changed, one at a time; and a third as many bytes."""


def by_command(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    """What the one-file verifier prints with --json."""
    main([*map(str, words), "--now", NOW, "--json"])
    said = capsys.readouterr()
    found: dict[str, Any] = json.loads(said.out or said.err)
    return found


def seconds_of_browser() -> float:
    """Of the processor, in all of the browser's processes."""
    mine = psutil.Process().children(recursive=True)
    return sum(sum(one.cpu_times()[:2]) for one in mine if "chrom" in one.name())


def test_the_story_is_verified_as_by_the_command(
    opened: OpenedPage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    started, wall = seconds_of_browser(), time.monotonic()
    shown = opened.verify(BUNDLE, ANCHOR)
    in_page, waited = seconds_of_browser() - started, time.monotonic() - wall
    assert shown.mark == "VERIFIED, WITH LIMITS"
    report, paper = tmp_path / "report.html", tmp_path / "paper.html"
    words = (BUNDLE, "--trust", ANCHOR, "--out", report, "--report", paper)
    expected = by_command(capsys, *words)
    assert shown.document == expected
    assert shown.headline == expected["verdict"]["headline"]
    assert opened.page.locator("#steps .passed").count() == 10
    assert opened.page.inner_text("#said").startswith("VERIFIED, WITH LIMITS. As of")
    assert opened.saved("#save-report") == report.read_text("utf-8")
    opened.page.click("summary")
    assert opened.saved("#save-paper") == paper.read_text("utf-8")
    archive = step("archive").build(tmp_path)
    before = os.times()
    run("python3", "-I", "-S", archive, BUNDLE, "--trust", ANCHOR, "--now", NOW, "--json")
    after = os.times()
    by_python = sum(after[2:4]) - sum(before[2:4])
    print(f"\npage {in_page:.1f} s ({waited:.1f} s by the clock), CPython {by_python:.1f} s")
    assert in_page <= SLOWER * by_python


def changed_files() -> Iterator[tuple[str, bytes]]:
    """The story's bundle with one byte changed, and with one item of what it holds."""
    draw = random.Random(14)
    file = BUNDLE.read_bytes()
    for at in draw.sample(range(len(file)), CHANGED // 3):
        yield f"byte {at}", file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :]
    content = decode(open_frame(file), "content")
    for path in draw.sample([path for path in paths(content) if path], CHANGED):
        label, other = draw.choice(list(replacements(at_path(content, path))))
        yield f"{path}: {label}", repaired(encode(with_at(content, path, put(other))))


def test_a_changed_bundle_is_refused_as_by_the_command(
    opened: OpenedPage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the same error, at the same step; one bundle after the other in one page."""
    steps = Counter[int]()
    for number, (label, changed) in enumerate(changed_files()):
        file = tmp_path / f"{number}.bundle"  # a browser reads no file that changed since
        file.write_bytes(changed)
        shown = opened.verify(file, ANCHOR)
        expected = by_command(capsys, file, "--trust", ANCHOR)
        assert shown.document == expected, label
        if expected["refusal"] is None:
            continue  # an item that said what it says now
        steps[expected["refusal"]["step"]] += 1
        assert shown.mark == "REFUSED", label
        passed = opened.page.locator("#steps .passed").count()
        assert passed == len(expected["steps"]), label
    print(f"\nrefused, by step: {dict(sorted(steps.items()))}")
    assert len(steps) > 1


def test_a_policy_that_demands_more_is_refused_with_what_is_missing(
    opened: OpenedPage, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = ROOT / "examples" / "audit" / "cobalt.json"
    shown = opened.verify(BUNDLE, ANCHOR, policy)
    expected = by_command(capsys, BUNDLE, "--trust", ANCHOR, "--policy", policy)
    assert shown.mark == "REFUSED"
    assert shown.document == expected
    assert shown.document is not None
    assert shown.document["refusal"]["step"] == 10
    assert opened.page.locator("#steps .failed").count() == 1
    # the evidence holds, so there is a working paper about it
    opened.page.evaluate("document.querySelector('details').open = true")
    assert "REFUSED" in opened.saved("#save-paper")


def test_it_is_served_as_well(served: OpenedPage) -> None:
    shown = served.verify(BUNDLE, ANCHOR)
    assert (shown.mark, shown.problem) == ("VERIFIED, WITH LIMITS", None)
