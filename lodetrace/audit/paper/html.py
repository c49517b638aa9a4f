"""The working paper as one HTML file: no script, nothing loaded; printed on A4, read on a phone."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from lodetrace.audit.paper.assessment import Severity
from lodetrace.audit.paper.paper import SIGNERS, Asked, GradedFinding, Mapped, Paper
from lodetrace.audit.paper.populations import NUMBER, WORD, Population
from lodetrace.audit.report.html import COLOURS, SIGNS, escaped
from lodetrace.audit.report.page import Section, StepLine
from lodetrace.version import SOFTWARE

SHADES: Final = {
    Severity.CRITICAL: "#8f1414",
    Severity.HIGH: "#a34700",
    Severity.MEDIUM: "#6b5b00",
    Severity.LOW: "#4a5560",
}
"""White letters on them have a contrast of at least 5 to 1."""

_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\dZ)")

RESULT: Final = "Result, initials, date"

STYLE: Final = """
@page { size: A4; margin: 16mm 14mm 15mm;
  @bottom-left { content: string(foot); font: 6.5pt "DejaVu Sans", sans-serif; color: #555 }
  @bottom-right { content: counter(page) " / " counter(pages); width: 20mm; text-align: right;
    font: 6.5pt "DejaVu Sans", sans-serif; color: #555 } }
@page wide { size: A4 landscape; margin: 14mm 12mm 14mm }
* { box-sizing: border-box }
body { font: 15px/1.45 "DejaVu Sans", Verdana, sans-serif; color: #1c1c1c; margin: 0 auto;
  max-width: 76em; padding: 1.2em }
.running { string-set: foot content(); font-size: 0; margin: 0 }
h1 { font-size: 1.5em; margin: 0 0 .2em; line-height: 1.25 }
h2 { font-size: 1.2em; margin: 1.8em 0 .5em; color: var(--mark); break-after: avoid;
  border-bottom: 1px solid var(--mark); padding-bottom: .15em }
h3 { font-size: 1em; margin: 1.2em 0 .35em; break-after: avoid }
p { margin: .35em 0 } .told { color: #555 }
td, th, dd, li, p, h1, h3 { overflow-wrap: anywhere }
.mark { display: inline-block; background: var(--mark); color: #fff; font-weight: bold;
  padding: .25em .8em; border-radius: .2em; margin: .5em 0 }
.headline { font-weight: bold; font-size: 1.1em }
dl { display: grid; grid-template-columns: 9.5em 1fr; gap: .25em .9em; margin: .7em 0 }
dt { color: #555 } dd { margin: 0 }
table { border-collapse: collapse; width: 100%; margin: .4em 0 1em; table-layout: fixed }
th { text-align: left; vertical-align: bottom; font-size: .88em; color: #333;
  border-bottom: 1px solid #777; padding: .25em .6em .25em 0 }
td { vertical-align: top; padding: .3em .6em .3em 0; border-top: 1px solid #ddd;
  white-space: pre-line }
tr { break-inside: avoid }
td.n, th.n { text-align: right; color: #555; overflow-wrap: normal }
td.i { font-weight: bold }
.sheet td { font-size: .9em }
td.box { border: 1px solid #999 }
.sign td, .sign th { border: 1px solid #999; padding: .55em .6em; height: 2.6em }
.sign th { background: #f3f3f3; vertical-align: middle }
.sign th, td.i { overflow-wrap: normal }
.severity { display: inline-block; color: #fff; font-size: .82em; font-weight: bold;
  border-radius: .2em; padding: .12em .55em; white-space: nowrap }
.todo { background: #f5f5f2; border-left: 3px solid var(--shade); padding: .45em .8em;
  margin: .3em 0 .5em }
.ok { color: #1b6b3a } .no { color: #a11b1b } .un { color: #777 }
ul { margin: .3em 0; padding-left: 1.3em } li { margin: .2em 0 }
@media screen and (max-width: 46em) {
  body { padding: .8em } .sign, .grades, .steps { table-layout: auto } .sign th { width: 1% }
  .sign td, .sign th { padding: .4em } .grades td.i { width: 1% } .steps { font-size: .85em }
  dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .5em }
  .sheet thead { position: absolute; left: -200vw }
  .sheet, .sheet tbody, .sheet tr, .sheet td { display: block; width: auto }
  .sheet tr { border-top: 2px solid #999; padding: .4em 0 } .sheet td { border: 0; padding: .1em 0 }
  .sheet td[data-of]::before { content: attr(data-of); display: block; color: #666;
    font-size: .85em }
  .sheet td.n { text-align: left; font-weight: bold } .sheet td:empty { display: none }
  .sheet td.box:empty { display: block; border: 0 } .sheet td.box::after { content: "________" }
}
@media print {
  body { font-size: 8pt; line-height: 1.32; max-width: none; padding: 0 }
  h2.new { break-before: page; margin-top: 0 } .populations { page: wide }
  .sheet td, .sheet th { font-size: 6.4pt; line-height: 1.25 } thead { display: table-header-group }
}
"""


def html_of(paper: Paper) -> str:
    """A whole HTML document."""
    return "\n".join(_lines(paper)) + "\n"


def _lines(paper: Paper) -> Iterator[str]:
    page = paper.page
    title = "Working paper: provenance of a lot or product"
    yield '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escaped(paper.engagement.name or title)}</title>"
    yield f'<meta name="generator" content="{escaped(SOFTWARE)}">'
    if paper.as_of is not None:
        yield f'<meta name="dcterms.created" content="{paper.as_of}">'
    yield f"<style>:root {{ --mark: {COLOURS[page.mark]} }}{STYLE}</style></head><body>"
    running = " · ".join(filter(None, (paper.engagement.name, f"bundle {paper.bundle}")))
    yield f'<header><p class="running" aria-hidden="true">{escaped(running)}</p><h1>{title}</h1>'
    yield f'<p class="mark">{escaped(page.mark.value)}</p>'
    yield f'<p class="headline">{escaped(page.headline)}</p></header><main>'
    yield from _cover(paper)
    yield from _findings(paper)
    yield from _frameworks(paper)
    yield from _verdict(paper)
    yield from _populations(paper)
    yield "</main></body></html>"


def _cover(paper: Paper) -> Iterator[str]:
    of = paper.assessment
    facts = (("Engagement", paper.engagement.name or "—"), *paper.page.facts)
    graded = f"version {of.version} of the grades and procedures, as of {of.date}"
    yield f"<dl>{_facts((*facts, ('Bundle, keccak256', paper.bundle), ('Graded by', graded)))}</dl>"
    yield "<h2>Sign-off</h2>"
    heads = {"": 18, "Name": 34, "Signature": 30, "Date": 18}
    yield _table("sign", heads, _signers(paper))
    yield '<p class="told">Conclusion of the engagement, on the procedures below:</p>'
    yield '<table class="sign"><tr><td style="height:5.5em"></td></tr></table>'
    yield "<h2>Findings by severity</h2>"
    if not paper.has_story:
        yield "<p>The bundle proves nothing: there are no findings and nothing to sample.</p>"
        yield from map(_section, paper.page.sections)
        return
    rows = (
        f'<tr><td class="i">{_severity(one)}</td><td class="n">{paper.count(one)}</td>'
        f"<td>{escaped(said)}</td></tr>"
        for one, said in of.severities.items()
    )
    yield _table("grades", {"Severity": 15, "No.": 6, "Means": 79}, rows)
    yield f'<p class="told">{escaped(paper.page.foot)}</p>'


def _signers(paper: Paper) -> Iterator[str]:
    for place, role in enumerate(SIGNERS):
        name = escaped(paper.engagement.prepared_by) if place == 0 else ""
        yield f'<tr><th scope="row">{role}</th><td>{name}</td><td></td><td></td></tr>'


def _findings(paper: Paper) -> Iterator[str]:
    if not paper.has_story:
        return
    yield '<h2 class="new">Findings and procedures</h2>'
    if not paper.findings:
        yield "<p>None.</p>"
    for _, alike in groupby(paper.findings, key=lambda finding: finding.code):
        yield from _kind(tuple(alike))


def _kind(alike: Sequence[GradedFinding]) -> Iterator[str]:
    """All findings of one kind: its procedure once, and each of them."""
    first = alike[0]
    number = "" if len(alike) == 1 else f" · {len(alike)} findings"
    yield f'<section style="--shade: {SHADES[first.severity]}"><h3>{_severity(first.severity)} '
    yield f"{escaped(first.code)}{number}</h3>"
    bears_on = f"<br>Bears on {escaped(', '.join(first.bears_on))}." if first.bears_on else ""
    yield f'<p class="todo"><b>Procedure.</b> {escaped(first.procedure)}{bears_on}</p>'
    heads = {"No.": 5, "About": 29, "Found": 34, "Reaches": 13, RESULT: 19}
    rows = (
        f'<tr><td class="n">{finding.name}</td>{_cell("About", finding.about)}'
        f"{_cell('Found', finding.text)}{_cell('Reaches', finding.reaches or 'no lots')}"
        f'<td class="box" data-of="{RESULT}"></td></tr>'
        for finding in alike
    )
    yield _table("sheet", heads, rows) + "</section>"


def _frameworks(paper: Paper) -> Iterator[str]:
    if not paper.has_story:
        return
    yield '<h2 class="new">Where it stands in the frameworks</h2>'
    yield f'<p class="told">{escaped(paper.assessment.note)}</p>'
    for mapped in paper.map:
        yield from _framework(mapped)


def _framework(mapped: Mapped) -> Iterator[str]:
    of = mapped.framework
    applies = f" Applies from {of.applies_from}." if of.applies_from else ""
    yield f"<h3>{escaped(of.title)}</h3>"
    yield f'<p class="told">{escaped(of.source)}; {of.published}.{applies}</p>'
    heads = {"": 10, "Asks": 26, "This evidence shows": 30, "Findings": 10, "Left to do": 24}
    yield _table("sheet", heads, (_asked(one, tuple(heads)) for one in mapped.asked))


def _asked(one: Asked, heads: Sequence[str]) -> str:
    shows = f"{one.shows}\n{one.populations}" if one.populations else one.shows
    cells = (one.asks, shows, one.findings or "none", one.left)
    said = "".join(_cell(head, text) for head, text in zip(heads[1:], cells, strict=True))
    return f'<tr><td class="i">{escaped(one.id)}</td>{said}</tr>'


def _verdict(paper: Paper) -> Iterator[str]:
    yield '<h2 class="new">What the verifier checked</h2>'
    heads = {"No.": 5, "": 4, "Step": 17, "Checked": 52, "Counts": 22}
    yield _table("steps", heads, map(_step, paper.page.steps))
    if paper.has_story:
        # the findings stand above, graded
        yield from (_section(one) for one in paper.page.sections if one.title != "Findings")


def _step(step: StepLine) -> str:
    shade = {True: "ok", False: "no", None: "un"}[step.passed]
    return (
        f'<tr><td class="n">{step.number}</td><td class="{shade}">{SIGNS[step.passed]}</td>'
        f'<td class="i">{escaped(step.title)}</td><td>{escaped(step.text)}</td>'
        f"<td>{escaped(step.counts)}</td></tr>"
    )


def _section(section: Section) -> str:
    rows = "".join(
        f"<li>{f'<b>{escaped(lead)}</b> ' if lead else ''}{escaped(text)}</li>"
        for lead, text in section.rows
    )
    return f"<h3>{escaped(section.title)}</h3><ul>{rows}</ul>"


def _populations(paper: Paper) -> Iterator[str]:
    if not paper.has_story:
        return
    yield '<div class="populations"><h2>Populations</h2>'
    yield (
        '<p class="told">Whole, each row with its number for sampling; no id is cut. The last '
        "column is for marks of what was tested.</p>"
    )
    yield from map(_population, paper.populations)
    yield "</div>"


def _population(found: Population) -> str:
    columns = [(_capital(column.title), column.width) for column in found.columns]
    heads = dict([("No.", NUMBER), *columns, ("Tested", WORD)])
    rows = (
        f'<tr><td class="n">{number}</td>'
        + "".join(_cell(head, str(cell)) for (head, _), cell in zip(columns, row, strict=True))
        + '<td class="box" data-of="Tested"></td></tr>'
        for number, row in enumerate(found.rows, 1)
    )
    title = f"{_capital(found.name)} ({len(found.rows)})"
    table = _table("sheet", heads, rows) if found.rows else "<p>None.</p>"
    return f"<h3>{escaped(title)}</h3><p>{escaped(found.about)}</p>{table}"


def _table(kind: str, heads: Mapping[str, int], rows: Iterable[str]) -> str:
    """heads: titles and widths of the columns."""
    whole = sum(heads.values())
    columns = "".join(f'<col style="width:{100 * width / whole:.2f}%">' for width in heads.values())
    head = "".join(
        f'<th scope="col"{" class=n" if one == "No." else ""}>{escaped(one)}</th>' for one in heads
    )
    return (
        f'<table class="{kind}"><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _cell(head: str, text: str) -> str:
    """A time breaks between day and hour, where it has to."""
    broken = _TIME.sub(r"\1<wbr>\2", escaped(text))
    return f'<td data-of="{escaped(head)}">{broken}</td>'


def _facts(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<dt>{escaped(name)}</dt><dd>{escaped(text)}</dd>" for name, text in pairs)


def _severity(severity: Severity) -> str:
    shade = SHADES[severity]
    return f'<span class="severity" style="background:{shade}">{severity.value.upper()}</span>'


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
