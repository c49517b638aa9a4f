"""The page as a PDF of one A4 sheet: the HTML page, printed by WeasyPrint (extra `pdf`)."""

import unicodedata
from collections.abc import Iterable
from contextlib import redirect_stdout
from io import StringIO
from typing import Any, Final

from lodetrace.audit.report.html import PRINTED_SIZE, html_of
from lodetrace.audit.report.page import Page
from lodetrace.errors import SettingsError
from lodetrace.text import code_point

SMALLEST: Final = 4.2
"""Points of the letters below which nothing is drawn; the rest then goes on further sheets."""
STEP: Final = 0.4

MOST_NAMED: Final = 5
"""Characters in one refusal; the others are counted."""

VERSION: Final = "1.4"
"""Of PDF: the last whose dates and creator are plain text, whatever reads them."""


class PdfExtraMissing(SettingsError):
    """The library that draws PDF files is not installed."""

    template = "WeasyPrint cannot be used: {reason}"
    advice = (
        "Install the wheel with its extra, pip install 'FILE.whl[pdf]', and the library Pango"
        " (Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0). Or write"
        " the HTML page, which needs nothing."
    )


class GlyphMissing(SettingsError):
    """A character that would be a box on paper, where no two could be told apart."""

    template = "no installed font has {characters}; found in {text!r}"
    advice = (
        "Install a font of that script (Debian: fonts-noto-core, fonts-noto-cjk), or write the HTML"
        " page, which each reader shows with fonts of his own. No PDF was written."
    )


def require_printer() -> None:
    """Whether pages can be drawn here at all; raises PdfExtraMissing."""
    try:
        with redirect_stdout(StringIO()):  # where a library is absent its banner goes there
            import weasyprint  # noqa: F401
    except (ImportError, OSError) as error:
        raise PdfExtraMissing(reason=str(error).partition("\n")[0]) from error


def pdf_of(page: Page) -> bytes:
    """One sheet where that can be read: what has no room is drawn smaller, down to SMALLEST.

    The same page, fonts and libraries make the same bytes. Raises PdfExtraMissing, GlyphMissing.
    """
    size, source = PRINTED_SIZE, html_of(page)
    while True:
        document = laid_out(source, f"body {{ font-size: {size:.1f}pt }}")
        if len(document.pages) == 1 or size - STEP < SMALLEST:
            return drawn(document, page.texts, pdf_version=VERSION)
        size -= STEP


def laid_out(html: str, style: str = "") -> Any:
    """The sheets of a page, which loads nothing; raises PdfExtraMissing."""
    require_printer()
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    # the page loads nothing, and nothing could make it
    source = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=()))
    return source.render(stylesheets=[CSS(string=style)])


def drawn(document: Any, texts: Iterable[str], **options: str) -> bytes:
    """The bytes of a file; raises GlyphMissing for what would be a box, found in `texts`."""
    found: bytes = document.write_pdf(**options)
    # what Pango found no glyph for, by code point
    missing = {code for font in document.fonts.values() for code in font.missing}
    if missing:
        raise _refusal(texts, map(chr, sorted(missing)))
    return found


def _refusal(texts: Iterable[str], missing: Iterable[str]) -> GlyphMissing:
    found = list(missing)
    text = next((one for one in texts if not set(found).isdisjoint(one)), "")
    named = ", ".join(map(_named, found[:MOST_NAMED]))
    left = len(found) - MOST_NAMED
    return GlyphMissing(characters=f"{named} and {left} more" if left > 0 else named, text=text)


def _named(character: str) -> str:
    from fontTools.unicodedata import script, script_name

    name = unicodedata.name(character, "without a name")
    written = script_name(script(character))
    return f"{character} ({code_point(character)} {name}, script {written})"
