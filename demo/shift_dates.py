"""Moves a story in time, for chains whose clock nobody can set.

Every date of the story moves by the same whole number of days, so that its last step lies within
the day before now: years, intervals and their order stay as they are. Only the runs move closer
together (demo/squeeze.py). The sites' documents are written and signed anew (demo/signing.py).
What is late by the rules stays
late: the council excuses it (demo/late_filing.py), as it would for a consortium that enters its
past.
"""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from demo.squeeze import squeeze
from demo.story import read_part, read_story
from lodetrace.text import DAY_SECONDS

DATED: Final = ("story", "figures", "places", "certificates")
"""Files of a story that hold dates."""
AS_THEY_ARE: Final = ("members.yaml", "sites.yaml", "lots.yaml", "car_tree.json")


def rebase(source: Path, target: Path) -> None:
    """Writes the moved story to `target`, unless it is there; raises StoryMalformed.

    Its documents are still to be signed, for contracts that may not be deployed yet.
    """
    if target.is_dir():
        return
    arriving = target.with_name(f"{target.name}.new")
    shutil.rmtree(arriving, ignore_errors=True)
    arriving.mkdir(parents=True)
    now = datetime.now(UTC).replace(microsecond=0)
    by = timedelta(days=days_to_move(read_story(source).steps[-1].at, now))
    for name in DATED:
        found = moved(read_part(source / f"{name}.yaml"), by)
        if name == "figures":
            squeeze(found, read_part(source / "sites.yaml")["sites"], now)
        text = yaml.safe_dump(found, sort_keys=False, allow_unicode=True)
        (arriving / f"{name}.yaml").write_text(text, "utf-8")
    for file in AS_THEY_ARE:
        if (source / file).is_file():
            shutil.copy(source / file, arriving / file)
    arriving.rename(target)


def days_to_move(last: int, now: datetime) -> int:
    """Whole days, of either sign, after which `last` lies within the day before `now`."""
    return (int(now.timestamp()) - last) // DAY_SECONDS


def moved(found: Any, by: timedelta) -> Any:
    """The same data with every date moved."""
    if isinstance(found, datetime):
        return found + by
    if isinstance(found, dict):
        return {name: moved(value, by) for name, value in found.items()}
    if isinstance(found, list):
        return [moved(value, by) for value in found]
    return found
