"""How findings are graded, what is done about each, and where they stand in the frameworks.

All of it is data (assessment.json), versioned and dated: law and standards change, code need not.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

from lodetrace.audit.replay.findings import FindingCode

FORMAT: Final = "lodetrace-assessment/1"


class Severity(StrEnum):
    """How much a finding takes away from a conclusion, the gravest first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a framework asks. shown_by: populations that bear on it; left: what is got elsewhere."""

    id: str
    asks: str
    shown_by: tuple[str, ...]
    shows: str
    left: str


@dataclass(frozen=True, slots=True)
class Framework:
    """A text that is assessed against. published, applies_from: days, ISO 8601."""

    name: str
    title: str
    source: str
    published: str
    requirements: tuple[Requirement, ...]
    applies_from: str | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """Of one kind of finding. bears_on: ids of requirements."""

    severity: Severity
    procedure: str
    bears_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """One version of the data. severities: what each means."""

    version: str
    date: str
    note: str
    severities: Mapping[Severity, str]
    frameworks: tuple[Framework, ...]
    grades: Mapping[FindingCode, Grade]


@cache
def assessment() -> Assessment:
    """The one that this program comes with."""
    text = files("lodetrace.audit.paper").joinpath("assessment.json").read_text("utf-8")
    return parse(json.loads(text))


def parse(raw: Mapping[str, Any]) -> Assessment:
    """Every kind of finding is graded, and nothing else is; raises ValueError or KeyError."""
    if raw["format"] != FORMAT:
        raise ValueError(f"format {raw['format']!r} is not {FORMAT!r}")
    grades = {FindingCode(code): _grade(found) for code, found in raw["findings"].items()}
    missing = set(FindingCode) - grades.keys()
    if missing:
        raise ValueError(f"not graded: {', '.join(sorted(missing))}")
    return Assessment(
        version=raw["version"],
        date=raw["date"],
        note=raw["note"],
        severities={one: raw["severities"][one] for one in Severity},
        frameworks=tuple(map(_framework, raw["frameworks"])),
        grades=grades,
    )


def _grade(raw: Mapping[str, Any]) -> Grade:
    return Grade(Severity(raw["severity"]), raw["procedure"], tuple(raw["bears_on"]))


def _framework(raw: Mapping[str, Any]) -> Framework:
    requirements = (
        Requirement(**{**one, "shown_by": tuple(one["shown_by"])}) for one in raw["requirements"]
    )
    return Framework(**{**raw, "requirements": tuple(requirements)})
