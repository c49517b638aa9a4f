"""The page as one HTML file: no script, nothing loaded, printable on A4."""

import re
from collections.abc import Iterator
from html import escape
from typing import Final

from lodetrace.audit.report.page import Mark, Page, Section, StepLine
from lodetrace.version import SOFTWARE

COLOURS: Final = {Mark.VERIFIED: "#1b6b3a", Mark.LIMITED: "#8a5a00", Mark.REFUSED: "#a11b1b"}
SIGNS: Final = {True: "✓", False: "✗", None: "·"}

PRINTED_SIZE: Final = 6.6
"""Points of the letters on paper; everything else on the page is measured in them."""

STYLE: Final = f"""
@page {{ size: A4; margin: 11mm 13mm }}
* {{ box-sizing: border-box }}
body {{ font: 7.5pt/1.28 "DejaVu Sans", Verdana, sans-serif; color: #1c1c1c; margin: 0 auto;
  max-width: 184mm; padding: 4mm 0 }}
header {{ display: flex; justify-content: space-between; align-items: baseline;
  border-bottom: 1.4pt solid var(--mark); padding-bottom: 1.5mm }}
h1 {{ font-size: 1.33em; margin: 0; letter-spacing: .04em }}
.mark {{ background: var(--mark); color: #fff; font-weight: bold; padding: 1mm 3mm;
  border-radius: 1mm }}
.headline {{ font-size: 1.47em; font-weight: bold; margin: 2mm 0 1.5mm }}
dl {{ display: grid; grid-template-columns: auto 1fr; gap: .4mm 3mm; margin: 0 0 2mm }}
dt {{ color: #666 }} dd {{ margin: 0; overflow-wrap: anywhere }}
table {{ border-collapse: collapse; width: 100% }}
td {{ vertical-align: top; padding: .55mm 2mm .55mm 0; border-top: .4pt solid #ddd }}
td, .headline {{ overflow-wrap: anywhere }}
td.n {{ width: 5mm; color: #666; text-align: right; overflow-wrap: normal }}
td.s {{ width: 4mm; font-weight: bold }}
td.t {{ width: 32mm; font-weight: bold }} td.c {{ width: 44mm; color: #555; font-size: .9em }}
.ok {{ color: #1b6b3a }} .no {{ color: #a11b1b }} .un {{ color: #999 }}
.columns {{ columns: 2; column-gap: 6mm; margin-top: 1mm }}
section {{ break-inside: avoid-column; margin-bottom: 1.6mm }}
h2 {{ font-size: 1.07em; margin: 1.2mm 0 .4mm; color: var(--mark) }}
ul {{ margin: 0; padding-left: 3.2mm }} li {{ margin: .25mm 0; overflow-wrap: anywhere }}
footer {{ border-top: .4pt solid #999; margin-top: 2mm; padding-top: 1mm; color: #555;
  font-size: .85em; overflow-wrap: anywhere }}
@media screen and (max-width: 150mm) {{ body {{ padding: 4mm 3mm }}
  td.t {{ width: 22mm }} td.c {{ width: 24mm }} .columns {{ columns: 1 }} }}
@media print {{ body {{ padding: 0; font-size: {PRINTED_SIZE}pt; line-height: 1.22 }} }}
"""

_ID: Final = re.compile(r"0x[0-9a-fA-F]+…?")


def html_of(page: Page) -> str:
    """A whole HTML document."""
    return "\n".join(_lines(page)) + "\n"


def _lines(page: Page) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>Provenance verdict: {escape(page.mark.value.lower())}</title>"
    yield f'<meta name="generator" content="{escape(SOFTWARE)}">'
    if page.as_of is not None:
        yield f'<meta name="dcterms.created" content="{page.as_of}">'
    yield f"<style>:root {{ --mark: {COLOURS[page.mark]} }}{STYLE}</style>"
    yield "<header><h1>LODETRACE · PROVENANCE VERDICT</h1>"
    yield f'<span class="mark">{escape(page.mark.value)}</span></header>'
    yield f'<p class="headline">{escaped(page.headline)}</p>'
    facts = (f"<dt>{escaped(name)}</dt><dd>{escaped(text)}</dd>" for name, text in page.facts)
    yield f"<dl>{''.join(facts)}</dl>"
    yield f"<table>{''.join(map(_step, page.steps))}</table>"
    yield f'<div class="columns">{"".join(map(_section, page.sections))}</div>'
    yield f"<footer>{escaped(page.foot)}</footer>\n</html>"


def _step(step: StepLine) -> str:
    shade = {True: "ok", False: "no", None: "un"}[step.passed]
    return (
        f'<tr><td class="n">{step.number}</td><td class="s {shade}">{SIGNS[step.passed]}</td>'
        f'<td class="t">{escaped(step.title)}</td><td>{escaped(step.text)}</td>'
        f'<td class="c">{escaped(step.counts)}</td></tr>'
    )


def _section(section: Section) -> str:
    rows = "".join(
        f"<li>{f'<b>{escaped(lead)}</b> ' if lead else ''}{escaped(text)}</li>"
        for lead, text in section.rows
    )
    return f"<section><h2>{escaped(section.title)}</h2><ul>{rows}</ul></section>"


def escaped(text: str) -> str:
    """Escaped; an id keeps its direction beside a name that is written from right to left."""
    return _ID.sub(r"<bdi>\g<0></bdi>", escape(text))
