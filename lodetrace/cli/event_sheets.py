"""`lodetrace event template` and `import`: a sheet of weighings becomes signed documents."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from lodetrace.cli.answer import Answer, rows
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.event import event
from lodetrace.cli.sheet_options import (
    Dates_,
    Decimal_,
    Offset,
    SheetExists,
    SheetName,
    day_first_of,
    sheet_errors,
    sign_of,
)
from lodetrace.errors import ExitCode, InputError
from lodetrace.text import counted

if TYPE_CHECKING:
    from lodetrace.cli.sheet_preview import Prepared
    from lodetrace.sheets.table import Table

COLUMNS: Final = (
    "row", "number>", "batch", "seals", "wet mass>", "moisture>", "assay", "metal>",
    "kg CO2e per kg>", "rules",
)  # fmt: skip


class Kind(StrEnum):
    """What the documents of a sheet state."""

    BIRTH = "birth"
    OUTSIDE = "outside"
    PROCESSING = "processing"
    RECOVERY = "recovery"
    REWORK = "rework"
    LOSS = "loss"
    SHIPPING = "shipping"
    RECEIVING = "receiving"


class SiteMalformed(InputError):
    """Neither a GLN nor an identifier of a site."""

    template = "{text!r} names no site"
    advice = "Give its GLN of 13 digits, or the identifier that its documents name it by."


@command(
    event,
    "template",
    "lodetrace event template birth --out containers.xlsx",
    "lodetrace event template processing --out runs.csv",
    keys=False,
    writes=True,
)
def template(
    cli: CommandContext,
    kind: Annotated[Kind, typer.Argument(help="What the documents state.")],
    out: Annotated[Path, typer.Option(help="File to write: .xlsx, or .csv.")],
) -> Answer:
    """Write an empty sheet with the columns of a kind of document, for `import`."""
    from lodetrace.atomic_file import require_place
    from lodetrace.sheets.site_documents import headings_of
    from lodetrace.sheets.template import require_kind, write_template

    headings = headings_of(kind)
    with sheet_errors(out):
        if out.exists():
            raise SheetExists(path=out)
        require_place(out)
        require_kind(out)
        cli.about_to("write the template", file=str(out), kind=kind)
        write_template(out, headings)
    document = {"file": str(out), "kind": kind, "columns": list(headings.known)}
    needed = ", ".join(headings.required)
    return Answer(document, [f"Wrote {out}. Every row needs: {needed}."])


@command(
    event,
    "import",
    "lodetrace event import containers.xlsx --site 9521234000013 --offset +02:00",
    "lodetrace event import runs.csv --kind processing --site 9521234000044 --dry-run",
    asks=True,
    writes=True,
)
def import_(
    cli: CommandContext,
    sheet: Annotated[Path, typer.Argument(metavar="SHEET", help="File: .xlsx, or .csv.")],
    site: Annotated[str, typer.Option(help="GLN of your site, or its identifier.")],
    kind: Annotated[Kind, typer.Option(help="What the documents state.")] = Kind.BIRTH,
    out: Annotated[Path, typer.Option(help="Folder for the signed documents.")] = Path("signed"),
    offset: Offset = None,
    name: SheetName = None,
    decimal: Decimal_ = None,
    dates: Dates_ = None,
    first: Annotated[
        int, typer.Option(min=1, metavar="N", help="Take no number of the site below this one.")
    ] = 1,
) -> Answer:
    """Make, check and sign a document of each row of a sheet, after one preview; nothing is sent.

    Documents get the next free numbers of the site. A row that fails is listed and stops no other
    one; the command then ends with exit code 3. The same sheet again signs nothing twice, also
    after a crash: it writes the files that are missing.
    """
    from lodetrace.cli.sheet_preview import prepare, preview_row
    from lodetrace.sheets.site_documents import headings_of
    from lodetrace.sheets.table import read_table

    headings = headings_of(kind)
    table = read_table(
        sheet, headings, sheet=name, decimal=sign_of(decimal), day_first=day_first_of(dates)
    )
    with cli.member() as member:
        with cli.work("checking"):
            prepared = prepare(cli, member, table, kind, site_identifier(site), offset, first)
            prepared.require_place(out)
        found = _document(prepared, table, out)
        cli.terminal.note(*(f"Read: {one}." for one in table.remarks))
        lines = [preview_row(one) for one in prepared.signed]
        if lines:
            cli.terminal.note(rows(COLUMNS, lines, str(sheet)))
        failed = _failed(prepared)
        cli.terminal.note(*failed)
        new = [one for one in prepared.signed if one.is_new]
        if new:
            cli.terminal.confirm(f"Sign {counted(len(new), 'documents')}?")
        if new or not _all_written(prepared, out):
            cli.about_to(f"sign {counted(len(new), 'documents')}", **found)
            prepared.write(out)
    repeated = len(prepared.signed) - len(new)
    said = f"Signed {counted(len(new), 'documents')} in {out}"
    said += f"; {counted(repeated, 'documents')} had been signed before." if repeated else "."
    return Answer(found, [said], ExitCode.INPUT if failed else ExitCode.OK)


def _failed(prepared: "Prepared") -> list[Any]:
    lines = [(", ".join(map(str, fault.rows)), fault.reason) for fault in prepared.faults]
    return [rows(("row", "why it was not signed"), lines, "Left out")] if lines else []


def _all_written(prepared: "Prepared", out: Path) -> bool:
    return all((out / one.file_name).exists() for one in prepared.signed)


def _document(prepared: "Prepared", table: "Table", out: Path) -> dict[str, Any]:
    from lodetrace.text import hex_of

    documents = [
        {
            "rows": list(one.rows),
            "file": str(out / one.file_name),
            "document": hex_of(one.signed.hash),
            "sequence": one.signed.sequence,
            "new": one.is_new,
            "findings": [str(finding) for finding in one.findings],
        }
        for one in prepared.signed
    ]
    failed = [{"rows": list(one.rows), "reason": one.reason} for one in prepared.faults]
    return {"documents": documents, "failed": failed, "read": list(table.remarks)}


def site_identifier(text: str) -> str:
    """The identifier of a site, as it is written or of its GLN; raises SiteMalformed."""
    typed = text.strip()
    if typed.isascii() and typed.isdigit() and len(typed) == len("9521234000013"):
        return f"https://id.gs1.org/414/{typed}"
    if typed.lower().startswith(("http://", "https://", "urn:")):
        return typed
    raise SiteMalformed(text=text[:80])
