"""A short cut of the cobalt story, for tests that play it many times.

The same data and the same player; only fewer containers: one segregated run with a claim, one
dispute with its settlement, a birth of recycled metal and a split.
"""

import shutil
from pathlib import Path
from typing import Any

import yaml

STEPS = (
    "suspend-lukusa",
    "attest-containers",
    "birth-mwinda",
    "birth-lukusa",
    "offer-mwinda-saimaa",
    "offer-lukusa-dongfan",
    "accept-saimaa",
    "attest-recycled",
    "birth-recycled",
    "offer-R01",
    "dispute-L12",
    "accept-R01",
    "attest-L12",
    "approve-L12",
    "settle-L12",
    "offer-L12",
    "accept-L12",
    "attest-saimaa",
    "refine-segregated",
    "claim-SM-A",
    "offer-SM-A",
    "accept-SM-A",
    "split-R01",
)
CONTAINERS = ("M25", "M26", "M27", "M28", "L12")


def write_short_story(source: Path, target: Path) -> Path:
    """Copies the story's folder with the steps above."""
    shutil.copytree(source, target)
    story = yaml.safe_load((source / "story.yaml").read_text("utf-8"))
    kept = [_cut(step) for step in story["steps"] if step["id"] in STEPS]
    assert [step["id"] for step in kept] == list(STEPS)
    story["steps"] = kept
    story["car"] = {}
    (target / "story.yaml").write_text(yaml.safe_dump(story, sort_keys=False), "utf-8")
    return target


def _cut(step: dict[str, Any]) -> dict[str, Any]:
    if step["id"] == "attest-containers":
        kept = [name for name in step["documents"] if name.rsplit("-", 1)[1] in CONTAINERS]
        return {**step, "documents": kept}
    if step["do"] == "birth":
        kept = [lot for lot in step["lots"] if lot["lot"] in (*CONTAINERS, "R01")]
        return {**step, "lots": kept}
    if step["id"] == "offer-lukusa-dongfan":
        return {**step, "lots": ["L12"]}
    return step
