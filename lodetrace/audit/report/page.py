"""The printable page: what stands on it, whatever it is drawn with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from lodetrace.audit.bundle import BundleSubject
from lodetrace.audit.policy import PolicyRefused
from lodetrace.audit.report import wording
from lodetrace.audit.verdict import Verdict
from lodetrace.audit.verify import STEPS, Examination
from lodetrace.text import hex_of, iso_time, say_ago, visible
from lodetrace.version import SOFTWARE

MOST_ROWS: Final = 8
"""Rows of a section that may be cut short; the others are counted, and stand in JSON."""


NOT_PROVEN_HERE: Final = "Not proven"
FINDINGS: Final = "Findings"
STANDS_ON: Final = "What the verdict stands on"
DEMANDS_UNMET: Final = "Demands of the policy that are not met"
WHOLE: Final = (NOT_PROVEN_HERE, FINDINGS, STANDS_ON)
"""Sections that are never cut short."""


class Mark(Enum):
    """How the page ends: the colour and the word in its head."""

    VERIFIED = "VERIFIED"
    LIMITED = "VERIFIED, WITH LIMITS"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of the ten. passed: None for a step that was not reached."""

    number: int
    title: str
    passed: bool | None
    text: str
    counts: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with lines: a bold beginning, and the rest."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the page. as_of: when things stood so; None for a refusal."""

    mark: Mark
    headline: str
    facts: tuple[tuple[str, str], ...]
    steps: tuple[StepLine, ...]
    sections: tuple[Section, ...]
    foot: str
    as_of: str | None = None

    @property
    def texts(self) -> Iterator[str]:
        """Every text on it, from top to bottom."""
        yield self.headline
        for name, text in self.facts:
            yield from (name, text)
        for step in self.steps:
            yield from (step.title, step.text, step.counts)
        for section in self.sections:
            yield section.title
            for lead, text in section.rows:
                yield from (lead, text)
        yield self.foot


Names = Mapping[str, str]
"""Names that the reader gives to ids and accounts (0x…); they are no evidence."""


def page_of(
    examined: Examination, names: Names | None = None, most_rows: int | None = MOST_ROWS
) -> Page:
    """The page of an examination. most_rows: of a section; None for all, however many.

    Whatever it is drawn with: names and quotations move no cursor and turn no direction.
    """
    return _shown(_page_of(examined, names, most_rows))


def _page_of(examined: Examination, names: Names | None, most_rows: int | None) -> Page:
    given = {key.lower(): name for key, name in (names or {}).items()}
    verdict = examined.verdict
    foot = (
        f"Bundle keccak256 {hex_of(examined.file_hash)}, {examined.file_size} bytes. "
        f"Judged by {SOFTWARE}, offline (lodetrace audit verify); whoever has the bundle and the "
        "trust anchor can repeat it."
    )
    if given:
        foot += " Names are the reader's own and no evidence."
    if verdict is None:
        return _refused(examined, foot)
    sections = tuple(
        Section(section.title, _cut(section.rows, None if section.title in WHOLE else most_rows))
        for section in _sections(examined, verdict, given)
        if section.rows
    )
    return Page(
        mark=Mark.LIMITED if verdict.limits else Mark.VERIFIED,
        headline=verdict.headline,
        facts=_facts(verdict),
        steps=tuple(_steps(examined)),
        sections=sections,
        foot=foot,
        as_of=iso_time(verdict.as_of.time),
    )


def _shown(page: Page) -> Page:
    """The page with everything on it visible."""
    steps = (replace(step, text=_line(step.text), counts=_line(step.counts)) for step in page.steps)
    sections = (replace(section, rows=_lines(section.rows)) for section in page.sections)
    return replace(
        page,
        headline=_line(page.headline),
        facts=_lines(page.facts),
        steps=tuple(steps),
        sections=tuple(sections),
    )


def _lines(rows: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((_line(lead), _line(text)) for lead, text in rows)


def _line(text: str) -> str:
    return visible(text, keep="")


def _facts(verdict: Verdict) -> tuple[tuple[str, str], ...]:
    kind = "Lot" if verdict.subject.kind is BundleSubject.LOT else "Product"
    sealed = f"{verdict.finality.seals} seals checked"
    return (
        (kind, hex_of(verdict.subject.id)),
        ("Chain", f"{verdict.chain_id}, genesis {hex_of(verdict.genesis)}"),
        ("Trust anchor", f"block {verdict.anchor_block}, {hex_of(verdict.anchor_hash)}"),
        ("As of", f"{_as_of(verdict)}, block {verdict.head_block}"),
        ("Witnesses", _witnesses(verdict)),
        ("Finality", sealed if verdict.finality.sealed else "not proven (development chain)"),
    )


def _as_of(verdict: Verdict) -> str:
    """The time, how long ago that is, and by which clock."""
    found = verdict.as_of
    said = iso_time(found.time)
    if found.now is None or found.age is None:
        return said
    ago = f"{say_ago(found.age)} before" if found.age >= 0 else "later than"
    return f"{said}, {ago} {iso_time(found.now)}"


def _witnesses(verdict: Verdict) -> str:
    found = verdict.as_of.vouched
    if not found.groups:
        return "none of the last block"
    said = f"{len(found.groups)} groups of {found.needed} needed vouch for the last block"
    return f"{said}, {found.outside} of them outside the validators"


def _read(examined: Examination) -> Iterator[tuple[str, str]]:
    """The files: whoever has the same ones gets the same verdict."""
    for name, digest in examined.digests.items():
        yield name, f"SHA-256 {digest.hex()}"


def _stands_on(verdict: Verdict, names: Names) -> Iterator[tuple[str, str]]:
    """What the reader believed before he read, and what proofs were held against."""
    found = verdict.stands_on
    signers = ", ".join(_named(hex_of(one), names) for one in found.co_signers)
    yield "trust anchor", f"digest {hex_of(found.anchor)}; co-signed by {signers or 'nobody'}"
    contracts = ", ".join(f"{name} {one.version}" for name, one in found.contracts.items())
    yield "contracts", f"{contracts or 'none'}; address and code of each are in the digest"
    for key in found.keys:
        ceremony = "not among those that everybody knows"
        if key.circuit is not None:
            ceremony = f"of a development ceremony ({key.circuit}): everybody can forge under it"
        yield f"key {wording.short(key.hash)}", ceremony
    for file in found.files:
        yield f"file {file.name}", f"version {file.version}, {hex_of(file.hash)}"


def _steps(examined: Examination) -> Iterator[StepLine]:
    """All ten: those that passed, the one that did not, those that were not reached."""
    for passed in examined.steps:
        yield StepLine(
            passed.number, passed.title, True, passed.checked, wording.counts(passed.counts)
        )
    refusal = examined.refusal
    if refusal is None:
        return
    for number in range(len(examined.steps) + 1, len(STEPS) + 1):
        failed = number == refusal.step
        text = wording.shortened(str(refusal)) if failed else "not reached"
        yield StepLine(number, STEPS[number - 1], False if failed else None, text, "")


def _refused(examined: Examination, foot: str) -> Page:
    refusal = examined.refusal
    assert refusal is not None
    sections = []
    if isinstance(refusal, PolicyRefused):
        rows = tuple(("", wording.shortened(text)) for text in refusal.unmet)
        sections.append(Section(DEMANDS_UNMET, rows))
    sections.append(Section("What to do", (("", refusal.advice),)))
    if examined.digests:
        sections.append(Section("What was read", tuple(_read(examined))))
    return Page(
        mark=Mark.REFUSED,
        headline=f"This bundle is refused at step {refusal.step} of 10: {refusal.code}.",
        facts=(("Item", refusal.item), ("Error", refusal.code)),
        steps=tuple(_steps(examined)),
        sections=tuple(sections),
        foot=foot,
    )


def _sections(examined: Examination, verdict: Verdict, names: Names) -> Iterator[Section]:
    yield Section("What was verified", tuple(_verified(verdict)))
    yield Section("Proven claims", tuple(_claims(verdict)))
    yield Section("The subject's lots", tuple(_lots(verdict, names)))
    yield Section(FINDINGS, tuple(_findings(verdict)))
    yield Section("Opened amounts and documents", tuple(_disclosed(verdict)))
    yield Section("Only asserted, and by whom", tuple(_asserted(verdict, names)))
    yield Section(STANDS_ON, (*_read(examined), *_stands_on(verdict, names)))
    yield Section(NOT_PROVEN_HERE, tuple(("", text) for text in verdict.not_proven))
    yield Section("Policy", (("", _policy(verdict)),))


def _verified(verdict: Verdict) -> Iterator[tuple[str, str]]:
    found = {noun: count for noun, count in verdict.counts.items() if count}
    yield "", wording.counts(found)


def _claims(verdict: Verdict) -> Iterator[tuple[str, str]]:
    for claim in sorted(verdict.claims, key=lambda claim: not claim.whole):
        about = "the whole subject" if claim.whole else f"lot {wording.short(claim.subject)}"
        yield f"{claim.says} ({wording.metal(claim.element)})", f"of {about}"


def _lots(verdict: Verdict, names: Names) -> Iterator[tuple[str, str]]:
    for lot in verdict.lots:
        units = f", {lot.count} units" if lot.count > 1 else ""
        text = (
            f"{wording.metal(lot.element)} as {wording.material(lot.material)}{units}; "
            f"{lot.model}; {lot.state}; held by {_named(hex_of(lot.organisation), names)}"
        )
        yield wording.short(lot.id), text


def _findings(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """All of them: what is said alike of several stands once, with each that it is said of."""
    alike: dict[tuple[str, str], list[str]] = {}
    for finding in verdict.findings:
        said = (finding.code.value.replace("_", " "), wording.shortened(finding.text))
        alike.setdefault(said, []).append(wording.shortened(finding.about))
    for (code, text), about in alike.items():
        yield code if len(about) == 1 else f"{code} ({len(about)})", f"{', '.join(about)}: {text}"


def _disclosed(verdict: Verdict) -> Iterator[tuple[str, str]]:
    for opening in verdict.openings:
        amounts = ", ".join(f"{noun} {text}" for noun, text in wording.amounts(opening).items())
        yield wording.shortened(opening.about), amounts
    for document in verdict.documents:
        about = wording.shortened(", ".join(document.about))
        yield f"document {wording.short(document.hash)}", f"{document.size} bytes, named by {about}"


def _asserted(verdict: Verdict, names: Names) -> Iterator[tuple[str, str]]:
    by: dict[str, list[str]] = {}
    for asserted in verdict.asserted:
        by.setdefault(asserted.by, []).append(f"{asserted.what} ({asserted.count})")
    for party, whats in by.items():
        yield _named(party, names), "; ".join(whats)


def _policy(verdict: Verdict) -> str:
    return "; ".join(f"{noun}: {text}" for noun, text in verdict.policy.demands.items())


def _named(text: str, names: Names) -> str:
    """A given name with the beginning of its id; a bare id or word as it is."""
    name = names.get(text.lower())
    if name is not None:
        return f"{name} ({wording.short(text)})"
    return wording.shortened(text)


def _cut(rows: tuple[tuple[str, str], ...], most: int | None) -> tuple[tuple[str, str], ...]:
    if most is None or len(rows) <= most:
        return rows
    left = len(rows) - most
    return (*rows[:most], ("", f"… and {left} more, in the JSON report"))
