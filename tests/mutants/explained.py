"""Survivors that may be: explained.yaml, read strictly, and held against what survived."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

FILE: Final = Path(__file__).with_name("explained.yaml")


class ExplanationMalformed(Exception):
    """The file says what nothing reads, or leaves out what is needed."""


class _NoKeyTwice(yaml.SafeLoader):
    """YAML lets the last of two equal keys win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise ExplanationMalformed(f"{node.start_mark}: {key!r} stands there twice")
        return super().construct_mapping(node, deep)


def read_explained(path: Path = FILE) -> dict[str, str]:
    """Reasons by guard; raises ExplanationMalformed."""
    try:
        # a safe loader, with a rule more
        document = yaml.load(path.read_text("utf-8"), _NoKeyTwice)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ExplanationMalformed(f"{path}: {error}") from error
    if not isinstance(document, list):
        raise ExplanationMalformed(f"{path}: a list is expected")
    found: dict[str, str] = {}
    for number, entry in enumerate(document, 1):
        if not isinstance(entry, dict) or set(entry) != {"guard", "reason"}:
            raise ExplanationMalformed(f"{path}: entry {number} has not just guard and reason")
        guard, reason = entry["guard"], entry["reason"]
        for text in (guard, reason):
            if not isinstance(text, str) or not text.strip():
                raise ExplanationMalformed(f"{path}: entry {number} has an empty text, or none")
        if guard in found:
            raise ExplanationMalformed(f"{path}: entry {number} explains {guard!r} again")
        found[guard] = reason.strip()
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
