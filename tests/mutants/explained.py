"""Survivors that may be: explained.yaml, read strictly, and held against what survived."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from lodetrace.errors import InputError
from lodetrace.strict_yaml import read_yaml

FILE: Final = Path(__file__).with_name("explained.yaml")


class ExplanationMalformed(InputError):
    """The file says what nothing reads, or leaves out what is needed."""

    template = "{path}: {reason}"
    advice = "Each entry has a guard and a reason."


def read_explained(path: Path = FILE) -> dict[str, str]:
    """Reasons by guard; raises ExplanationMalformed."""
    found: dict[str, str] = {}
    for entry in read_yaml(path, ExplanationMalformed).elements():
        said = entry.section(("guard", "reason"))
        guard = said["guard"].text()
        if guard in found:
            said["guard"].refuse(f"{guard!r} is explained again")
        found[guard] = said["reason"].text().strip()
    return found


def contradictions(
    explained: Iterable[str], existing: Iterable[str], survivors: Sequence[str], tried: set[str]
) -> list[str]:
    """What makes a run fail. existing: all guards there are. tried: those of this run."""
    explained = set(explained)
    return [
        *(f"survives: {name}" for name in survivors if name not in explained),
        *(
            f"explained, but a test kills it: {name}"
            for name in sorted(explained & tried - set(survivors))
        ),
        *(f"explained, but gone: {name}" for name in sorted(explained - set(existing))),
    ]
