"""The working paper: what stands on it, whatever it is written as."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lodetrace.audit.paper.assessment import Assessment, Framework, Severity, assessment
from lodetrace.audit.paper.populations import Population, populations
from lodetrace.audit.replay.findings import Finding
from lodetrace.audit.report.page import Names, Page, page_of
from lodetrace.audit.verify import Examination
from lodetrace.text import counted, hex_of, iso_time, visible

_ID: Final = re.compile(r"0x[0-9a-fA-F]{64}|0x[0-9a-fA-F]{40}")

SIGNERS: Final = ("Prepared by", "Reviewed by", "Approved by")


@dataclass(frozen=True, slots=True)
class Engagement:
    """Of the reader: what the paper is for, and who prepares it; empty lines are filled by hand."""

    name: str = ""
    prepared_by: str = ""


@dataclass(frozen=True, slots=True)
class GradedFinding:
    """number: F1 … in the paper. reaches: lots, by their numbers in their population."""

    number: int
    severity: Severity
    code: str
    about: str
    text: str
    procedure: str
    bears_on: tuple[str, ...]
    reaches: str

    @property
    def name(self) -> str:
        """ "F3"."""
        return f"F{self.number}"


@dataclass(frozen=True, slots=True)
class Asked:
    """One requirement of a framework. populations: with their sizes; findings: "F1, F4–F9"."""

    id: str
    asks: str
    shows: str
    populations: str
    findings: str
    left: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """A framework, and where the evidence stands in it."""

    framework: Framework
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """page: the verdict. Findings and populations are empty where no story was established."""

    engagement: Engagement
    page: Page
    assessment: Assessment
    findings: tuple[GradedFinding, ...]
    map: tuple[Mapped, ...]
    populations: tuple[Population, ...]
    as_of: str | None
    bundle: str

    @property
    def has_story(self) -> bool:
        """Whether nine steps passed: else there is nothing to sample."""
        return bool(self.populations)

    def count(self, severity: Severity) -> int:
        """How many findings are of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def texts(self) -> Iterator[str]:
        """Every text of others on it."""
        yield from (self.engagement.name, self.engagement.prepared_by)
        yield from self.page.texts
        for finding in self.findings:
            yield from (finding.about, finding.text)
        for population in self.populations:
            yield from (cell for row in population.rows for cell in row if isinstance(cell, str))


def paper_of(examined: Examination, engagement: Engagement, names: Names | None = None) -> Paper:
    """The paper of an examination; nothing on it is cut, and nothing moves or turns a line."""
    given = {key.lower(): _line(name) for key, name in (names or {}).items()}
    grades, told, shown = assessment(), examined.told, _shower(given)
    sheets: tuple[Population, ...] = ()
    findings: tuple[GradedFinding, ...] = ()
    if told is not None:
        sheets = populations(told.story, given)
        findings = tuple(_graded(told.findings, grades, shown, _numbers(sheets)))
    return Paper(
        engagement=Engagement(_line(engagement.name), _line(engagement.prepared_by)),
        page=page_of(examined, names, most_rows=None),
        assessment=grades,
        findings=findings,
        map=tuple(_mapped(grades, findings, sheets)),
        populations=sheets,
        as_of=None if told is None else iso_time(told.story.replay.evidence.head.time),
        bundle=hex_of(examined.file_hash),
    )


def _shower(given: Mapping[str, str]) -> Callable[[str], str]:
    """Puts the reader's names before ids, which stay whole."""

    def name(found: re.Match[str]) -> str:
        id_ = found[0]
        return f"“{given[id_.lower()]}” {id_}" if id_.lower() in given else id_

    return lambda text: visible(_ID.sub(name, text), keep="\n")


def _line(text: str) -> str:
    return visible(text, keep="")


def _numbers(sheets: Sequence[Population]) -> dict[str, int]:
    """Lots by id, and their numbers."""
    (lots,) = (sheet for sheet in sheets if sheet.name == "lots")
    return {str(row[0]): number for number, row in enumerate(lots.rows, 1)}


def _graded(
    found: Sequence[Finding],
    grades: Assessment,
    shown: Callable[[str], str],
    numbers: Mapping[str, int],
) -> Iterator[GradedFinding]:
    """The gravest first; of one severity in the verdict's order."""
    order = list(Severity)
    ranked = sorted(found, key=lambda one: order.index(grades.grades[one.code].severity))
    for number, finding in enumerate(ranked, 1):
        grade = grades.grades[finding.code]
        yield GradedFinding(
            number=number,
            severity=grade.severity,
            code=finding.code.value.replace("_", " "),
            about=shown(finding.about),
            text=shown(finding.text),
            procedure=grade.procedure,
            bears_on=grade.bears_on,
            reaches=_reach(sorted(numbers[hex_of(lot)] for lot in finding.reaches)),
        )


def _mapped(
    grades: Assessment, findings: Sequence[GradedFinding], sheets: Sequence[Population]
) -> Iterator[Mapped]:
    sizes = {sheet.name: len(sheet.rows) for sheet in sheets}
    for framework in grades.frameworks:
        asked = (
            Asked(
                id=one.id,
                asks=one.asks,
                shows=one.shows,
                populations=", ".join(f"{name} ({sizes.get(name, 0)})" for name in one.shown_by),
                findings=_ranges([f.number for f in findings if one.id in f.bears_on], "F"),
                left=one.left,
            )
            for one in framework.requirements
        )
        yield Mapped(framework, tuple(asked))


def _reach(lots: Sequence[int]) -> str:
    """ "12 lots: 3, 7–17"."""
    return f"{counted(len(lots), 'lots')}: {_ranges(lots)}" if lots else ""


def _ranges(numbers: Sequence[int], letter: str = "") -> str:
    """ "F1, F4–F9" of increasing numbers."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][-1] == number - 1:
            found[-1].append(number)
        else:
            found.append([number])
    said = (
        f"{letter}{one[0]}" if len(one) == 1 else f"{letter}{one[0]}–{letter}{one[-1]}"
        for one in found
    )
    return ", ".join(said)
