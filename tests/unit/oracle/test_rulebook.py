"""Rule data: versions by time, and theoretical contents that chemistry books agree with."""

import json
from pathlib import Path

import pytest

from lodetrace.plausibility.rulebook import EventBeforeRules, RulesUnusable, rulebook_at, rulebooks

NOW = 1_767_700_800  # January 2026


@pytest.mark.parametrize(
    ("substance", "element", "percent"),
    [
        ("cobalt-hydroxide", "Co", "63.4"),
        ("cobalt-sulphate-heptahydrate", "Co", "20.97"),
        ("nickel-sulphate-hexahydrate", "Ni", "22.33"),
        ("manganese-sulphate-monohydrate", "Mn", "32.51"),
        ("nmc622", "Co", "12.16"),
        ("nmc622", "Ni", "36.33"),
        ("nmc622", "Mn", "11.34"),
        ("nmc622-hydroxide", "Co", "12.81"),
        ("nmc622", "Cu", "0"),
    ],
)
def test_theoretical_content(substance: str, element: str, percent: str) -> None:
    """To the last digit given; rounded up, so that a pure substance is never refused."""
    found = rulebook_at(NOW).substances[substance].theoretical(element)
    digits = len(percent.partition(".")[2])
    assert round(found / 10_000, digits) == pytest.approx(float(percent))


def test_ways_are_the_same_in_both_directions() -> None:
    rules = rulebook_at(NOW)
    assert rules.least_transit("CD-LU", "FI-02") == rules.least_transit("FI-02", "CD-HK") > 0
    assert rules.least_transit("cd-lu", "fi-02") == rules.least_transit("CD-LU", "FI-02")
    assert rules.least_transit("PL-02", "PL-16") == 0


def test_an_event_is_judged_by_the_rules_of_its_time(root: Path, tmp_path: Path) -> None:
    data = json.loads(
        (root / "tests" / "unit" / "oracle" / "earlier_rules" / "2026-1.json").read_text("utf-8")
    )
    (tmp_path / "a.json").write_text(json.dumps(data), "utf-8")
    later = {**data, "version": "2026.2", "valid_from": "2026-07-01T00:00:00Z"}
    (tmp_path / "b.json").write_text(json.dumps(later), "utf-8")
    books = rulebooks(tmp_path)
    assert rulebook_at(NOW, books).version == "2026.1"
    assert rulebook_at(NOW + 200 * 86_400, books).version == "2026.2"
    with pytest.raises(EventBeforeRules):
        rulebook_at(0, books)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": "1", "valid_from": "x"}'])
def test_unreadable_rules(tmp_path: Path, text: str) -> None:
    (tmp_path / "broken.json").write_text(text, "utf-8")
    with pytest.raises(RulesUnusable):
        rulebooks(tmp_path)
