"""The working paper as a workbook, a sheet for each population, by XlsxWriter (extra `xlsx`).

Every cell is text or a whole number: whatever a member called himself, no program takes it for a
formula, a link or a date.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from lodetrace.audit.paper.assessment import Severity
from lodetrace.audit.paper.paper import SIGNERS, GradedFinding, Paper
from lodetrace.audit.paper.populations import Cell, Column
from lodetrace.errors import InputError, SettingsError
from lodetrace.text import parse_iso_time

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

LONGEST_CELL: Final = 32_767
"""Units of UTF-16 in a cell, by the format: a letter beyond the first plane is two."""
MOST_ROWS: Final = 1_048_575
"""Rows of a sheet under its heads."""

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""With which a spreadsheet takes what somebody types, or a file of plain text, for a formula."""

AS_WRITTEN: Final = dict.fromkeys(
    ("strings_to_formulas", "strings_to_numbers", "strings_to_urls"), False
)
"""No text is looked into."""

PART: Final = 2.25
"""Signs in a part of a column's width: a time in one line, an id in two."""
LINE_HEIGHT: Final = 13.5
"""Points of a line. Not every program makes rows as high as what is wrapped in them."""
HIGHEST: Final = 409
"""Points of a row, by the format."""

WITHOUT_STORY: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""Date of a workbook about a bundle that proves nothing, not even a time."""


class XlsxExtraMissing(SettingsError):
    """The library that writes workbooks is not installed."""

    template = "XlsxWriter is not installed"
    advice = (
        "Install the wheel with its extra: pip install 'FILE.whl[xlsx]'. Or write the HTML paper,"
        " which needs nothing."
    )


class SheetTooSmall(InputError):
    """More than a workbook holds."""

    template = "a workbook has no room for {what}: {actual}, at most {limit}"
    advice = "Write the paper as HTML or PDF, where nothing is cut."


def require_writer() -> None:
    """Whether workbooks can be written here at all; raises XlsxExtraMissing."""
    try:
        import xlsxwriter  # noqa: F401
    except ImportError as error:
        raise XlsxExtraMissing from error


def xlsx_of(paper: Paper) -> bytes:
    """The bytes of a workbook; one paper makes the same. Raises XlsxExtraMissing, SheetTooSmall."""
    require_writer()
    from xlsxwriter import Workbook

    made = BytesIO()
    with Workbook(made, {"in_memory": True, **AS_WRITTEN}) as workbook:
        created = WITHOUT_STORY
        if paper.as_of is not None:
            created = datetime.fromtimestamp(parse_iso_time(paper.as_of), UTC)
        workbook.set_properties({
            "title": "Working paper: provenance of a lot or product",
            "subject": paper.engagement.name,
            "author": paper.engagement.prepared_by,
            "comments": paper.page.foot,
            "created": created.replace(tzinfo=None),
        })  # fmt: skip
        writer = _Writer(workbook)
        _cover(writer, paper)
        if paper.has_story:
            _findings(writer, paper)
            _frameworks(writer, paper)
            for population in paper.populations:
                rows = ((number, *row, "") for number, row in enumerate(population.rows, 1))
                columns = (Column("no.", 5), *population.columns, Column("tested", 12))
                writer.sheet(population.name.capitalize(), columns, rows, population.about)
    return made.getvalue()


def _cover(writer: "_Writer", paper: Paper) -> None:
    page = paper.page
    signers = [(role, "") for role in SIGNERS]
    signers[0] = (SIGNERS[0], paper.engagement.prepared_by)
    rows: list[tuple[Cell, ...]] = [
        ("Verdict", page.mark.value),
        ("", page.headline),
        ("Engagement", paper.engagement.name),
        *signers,
        ("Signatures, dates", ""),
        ("Conclusion", ""),
        *page.facts,
        ("Bundle, keccak256", paper.bundle),
        ("Graded by", f"version {paper.assessment.version}, as of {paper.assessment.date}"),
    ]
    if paper.has_story:
        means = paper.assessment.severities
        rows += [
            (f"Findings, {one.value}", f"{paper.count(one)}: {means[one]}") for one in Severity
        ]
    for step in page.steps:
        passed = {True: "passed", False: "FAILED", None: "not reached"}[step.passed]
        rows.append((f"Step {step.number}: {step.title}", f"{passed}: {step.text} {step.counts}"))
    for section in page.sections:
        if section.title != "Findings":
            rows += [(section.title, f"{lead} {text}".strip()) for lead, text in section.rows]
    rows.append(("", page.foot))
    writer.sheet("Verdict and sign-off", (Column("what", 12), Column("says", 45)), rows)


def _findings(writer: "_Writer", paper: Paper) -> None:
    columns = (
        Column("no.", 3),
        Column("severity", 5),
        Column("finding", 9),
        Column("about", 16),
        Column("found", 20),
        Column("procedure", 22),
        Column("bears on", 9),
        Column("reaches", 10),
        Column("result", 14),
        Column("initials, date", 8),
    )
    writer.sheet("Findings", columns, map(_finding, paper.findings))


def _finding(one: GradedFinding) -> tuple[Cell, ...]:
    bears_on = ", ".join(one.bears_on)
    graded = (one.name, one.severity.value, one.code, one.about, one.text, one.procedure)
    return (*graded, bears_on, one.reaches, "", "")


def _frameworks(writer: "_Writer", paper: Paper) -> None:
    columns = (
        Column("framework", 10),
        Column("requirement", 7),
        Column("asks", 18),
        Column("this evidence shows", 20),
        Column("populations", 12),
        Column("findings", 7),
        Column("left to do", 16),
        Column("source", 16),
    )
    rows = (
        (
            mapped.framework.title,
            one.id,
            one.asks,
            one.shows,
            one.populations,
            one.findings or "none",
            one.left,
            f"{mapped.framework.source}; {mapped.framework.published}",
        )
        for mapped in paper.map
        for one in mapped.asked
    )
    writer.sheet("Frameworks", columns, rows, paper.assessment.note)


class _Writer:
    """Sheets of one form: what it is, heads that stay in sight, rows."""

    def __init__(self, workbook: "Workbook") -> None:
        whole = {"text_wrap": True, "valign": "top"}
        self._workbook: Final = workbook
        self._head: Final = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self._text: Final = workbook.add_format({**whole, "num_format": "@"})
        # kept as text also where somebody edits the cell
        self._quoted: Final = workbook.add_format({**whole, "quote_prefix": True})
        self._number: Final = workbook.add_format({**whole, "num_format": "0"})

    def sheet(
        self,
        title: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Cell]],
        about: str = "",
    ) -> None:
        """A sheet with its rows; about: stands over the heads."""
        sheet = self._workbook.add_worksheet(title)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        first = 0
        if about:
            sheet.merge_range(0, 0, 0, len(columns) - 1, about, self._text)
            sheet.set_row(0, _height([about], [sum(column.width for column in columns)]))
            first = 1
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width * PART)
            sheet.write_string(
                first, place, column.title[:1].upper() + column.title[1:], self._head
            )
        sheet.freeze_panes(first + 1, 1)
        sheet.repeat_rows(first)
        last = first
        for last, row in enumerate(rows, first + 1):
            if last > MOST_ROWS:
                raise SheetTooSmall(what=f"the rows of {title}", actual=last, limit=MOST_ROWS)
            sheet.set_row(last, _height(row, [column.width for column in columns]))
            for place, value in enumerate(row):
                self._cell(sheet, last, place, value)
        sheet.autofilter(first, 0, last, len(columns) - 1)

    def _cell(self, sheet: Any, row: int, place: int, value: Cell) -> None:
        if isinstance(value, int):
            sheet.write_number(row, place, value, self._number)
            return
        length = len(value.encode("utf-16-le")) // 2
        if length > LONGEST_CELL:
            raise SheetTooSmall(what="a text", actual=length, limit=LONGEST_CELL)
        if value.startswith("<r>") and value.endswith("</r>"):
            # the library takes such a text for markup of its own, unless it comes in pieces
            sheet.write_rich_string(row, place, *value[:2], value[2:], self._text)
            return
        kept = self._quoted if value.startswith(FORMULA_STARTS) else self._text
        sheet.write_string(row, place, value, kept)


def _height(row: Sequence[Cell], widths: Sequence[int]) -> float:
    """Points in which the longest cell has room, as far as the format goes."""
    lines = max(
        sum(1 + len(line) // int(PART * width) for line in str(value).split("\n"))
        for value, width in zip(row, widths, strict=True)
    )
    return min(HIGHEST, 2 + LINE_HEIGHT * lines)
