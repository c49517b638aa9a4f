"""The page as a PDF of one A4 sheet, drawn by reportlab (extra `pdf`)."""

from collections.abc import Iterable
from html import escape
from io import BytesIO
from typing import Any, Final

from lodetrace.audit.report.html import COLOURS
from lodetrace.audit.report.page import Page, Section, StepLine
from lodetrace.errors import SettingsError
from lodetrace.version import SOFTWARE

MARGIN: Final = 34
"""Points."""

GREY: Final = "#555555"


class PdfExtraMissing(SettingsError):
    """The library that draws PDF files is not installed."""

    template = "reportlab is not installed"
    advice = "Install lodetrace[pdf], or print the HTML page."


def pdf_of(page: Page) -> bytes:
    """One page, whatever is on it: what has no room is drawn smaller. Raises PdfExtraMissing."""
    try:
        from reportlab.lib.pagesizes import A4
        from reportlab.pdfgen.canvas import Canvas
        from reportlab.platypus import KeepInFrame
    except ImportError as error:
        raise PdfExtraMissing from error
    drawn = BytesIO()
    # invariant: the same page makes the same bytes
    canvas = Canvas(drawn, pagesize=A4, invariant=True)
    canvas.setTitle("Provenance verdict")
    canvas.setCreator(SOFTWARE)
    width, height = A4[0] - 2 * MARGIN, A4[1] - 2 * MARGIN
    frame = KeepInFrame(width, height, _story(page, width), mode="shrink")
    frame.canv = canvas
    _, used = frame.wrap(width, height)
    frame.drawOn(canvas, MARGIN, A4[1] - MARGIN - used)
    canvas.showPage()
    canvas.save()
    return drawn.getvalue()


def _story(page: Page, width: float) -> list[Any]:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import HRFlowable, Spacer, Table, TableStyle

    mark = COLOURS[page.mark]
    head = Table(
        [[_text("<b>LODETRACE · PROVENANCE VERDICT</b>", 10), _text(_mark(page), 9, "#ffffff")]],
        colWidths=[width - 150, 150],
    )
    head.setStyle(TableStyle([("BACKGROUND", (1, 0), (1, 0), HexColor(mark))]))
    return [
        head,
        HRFlowable(width="100%", thickness=1.2, color=HexColor(mark), spaceAfter=4),
        _text(f"<b>{_safe(page.headline)}</b>", 12),
        Spacer(1, 3),
        _facts(page, width),
        Spacer(1, 3),
        _steps(page.steps, width),
        Spacer(1, 4),
        _columns(page.sections, mark, width),
        HRFlowable(width="100%", thickness=0.4, color=HexColor(GREY), spaceBefore=3),
        _text(_safe(page.foot), 6.2, GREY),
    ]


def _facts(page: Page, width: float) -> Any:
    from reportlab.platypus import Table

    rows = [(_text(_safe(name), 7.6, GREY), _text(_safe(text), 7.6)) for name, text in page.facts]
    return Table(rows, colWidths=[68, width - 68], style=_TIGHT)


def _steps(steps: Iterable[StepLine], width: float) -> Any:
    from reportlab.platypus import Table

    shades = {True: "#1b6b3a", False: "#a11b1b", None: "#999999"}
    rows = [
        (
            _text(str(step.number), 7.6, GREY),
            _text(_sign(step.passed), 7.6, shades[step.passed]),
            _text(f"<b>{_safe(step.title)}</b>", 7.6),
            _text(_safe(step.text), 7.6),
            _text(_safe(step.counts), 6.8, GREY),
        )
        for step in steps
    ]
    lines = [*_TIGHT, ("LINEABOVE", (0, 0), (-1, -1), 0.3, "#dddddd")]
    return Table(rows, colWidths=[18, 18, 88, width - 244, 120], style=lines)


def _columns(sections: tuple[Section, ...], mark: str, width: float) -> Any:
    """Two columns of about the same length."""
    from reportlab.platypus import Table

    weights = [_weight(section) for section in sections]
    left: list[Any] = []
    right: list[Any] = []
    taken = 0
    for section, weight in zip(sections, weights, strict=True):
        column = left if taken * 2 < sum(weights) else right
        taken += weight
        column.append(_text(f"<b>{_safe(section.title)}</b>", 8.4, mark, above=3))
        column += [_text(_row(lead, text), 7.2, indent=6) for lead, text in section.rows]
    half = width / 2
    return Table([[left, right]], colWidths=[half, half], style=_TIGHT)


def _weight(section: Section) -> int:
    return 120 + sum(60 + len(lead) + len(text) for lead, text in section.rows)


def _row(lead: str, text: str) -> str:
    bold = f"<b>{_safe(lead)}</b> " if lead else ""
    return f"• {bold}{_safe(text)}"


def _text(
    markup: str,
    size: float,
    colour: str = "#1c1c1c",
    above: int = 0,
    indent: int = 0,
) -> Any:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        "said",
        fontName="Helvetica",
        fontSize=size,
        leading=size * 1.22,
        textColor=colour,
        spaceBefore=above,
        leftIndent=indent,
        firstLineIndent=-indent,
        splitLongWords=True,
    )
    return Paragraph(markup, style)


def _mark(page: Page) -> str:
    return f"<b>{_safe(page.mark.value)}</b>"


def _sign(passed: bool | None) -> str:
    """In letters: the signs of the HTML page are in no font that every PDF reader has."""
    return {True: "<b>ok</b>", False: "<b>no</b>", None: "-"}[passed]


def _safe(text: str) -> str:
    """Escaped, and without signs that the standard fonts of PDF lack."""
    return escape(text.replace("…", "..."), quote=False)


_TIGHT: Final = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 6),
    ("TOPPADDING", (0, 0), (-1, -1), 1),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
]
