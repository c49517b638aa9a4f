"""The working paper as tagged PDF (PDF/UA-1), printed by WeasyPrint (extra `pdf`)."""

from typing import Final

from lodetrace.audit.paper.html import html_of
from lodetrace.audit.paper.paper import Paper
from lodetrace.audit.report.pdf import drawn, laid_out

VARIANT: Final = "pdf/ua-1"


def pdf_of(paper: Paper) -> bytes:
    """As many sheets as it takes; raises PdfExtraMissing, GlyphMissing.

    The same paper, fonts and libraries make the same bytes.
    """
    return drawn(laid_out(html_of(paper)), paper.texts, pdf_variant=VARIANT)
