"""`lodetrace event watch`: a folder of an ERP, whose documents are signed by the rules alone."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from lodetrace.cli.answer import Answer, fields
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.event import event
from lodetrace.cli.event_sheets import Kind, site_identifier
from lodetrace.cli.sheet_options import (
    Dates,
    Dates_,
    Decimal_,
    Decimals,
    Offset,
    day_first_of,
    sign_of,
)
from lodetrace.errors import ExitCode, InputError
from lodetrace.text import counted

if TYPE_CHECKING:
    from lodetrace.cli.sheet_preview import Prepared
    from lodetrace.documents.signed_document import SignedDocument
    from lodetrace.member.drop_folder import DropFolder
    from lodetrace.member.session import MemberSession
    from lodetrace.sheets.site_documents import RowFault, RowsDocument

LOOK_SECONDS: Final = 2

_Reason = tuple[tuple[int, ...], str]
"""Rows that are not signed, and why."""


class SiteMissing(InputError):
    """A sheet, and nobody said whose it is."""

    template = "a sheet needs to know its site"
    advice = "Begin again with --site."


class FolderMissing(InputError):
    """No folder is there."""

    template = "{path} is no folder"
    advice = "Make it, or check the path: none is made, as the ERP would write elsewhere."


@command(
    event,
    "watch",
    "lodetrace event watch /srv/erp --site 9521234000013 --offset +02:00 --yes",
    "lodetrace event watch /srv/erp --once --yes --json",
    asks=True,
    writes=True,
)
def watch(
    cli: CommandContext,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where documents arrive.")],
    site: Annotated[
        str | None, typer.Option(help="GLN of your site, or its identifier; for sheets.")
    ] = None,
    kind: Annotated[Kind, typer.Option(help="What the documents of sheets state.")] = Kind.BIRTH,
    offset: Offset = None,
    decimal: Decimal_ = None,
    dates: Dates_ = None,
    first: Annotated[
        int, typer.Option(min=1, metavar="N", help="Take no number of the site below this one.")
    ] = 1,
    once: Annotated[
        bool, typer.Option("--once", help="End when no file waits, instead of waiting for more.")
    ] = False,
) -> Answer:
    """Sign what a program drops into a folder: EPCIS documents (.jsonld, .json) and sheets.

    Nobody looks at them, so the rules are stricter than those of `event sign` and `event import`:
    what they would flag is refused, too. Signed documents stand in FOLDER/signed with the next free
    numbers, their files go to FOLDER/done; a file of which something is refused goes to
    FOLDER/refused with a .reason.json beside it. After a crash the same command goes on and signs
    nothing twice. Nothing is sent: `event send FOLDER/signed/*.json` does that.
    """
    from lodetrace.cli.sheet_preview import require_operated
    from lodetrace.member.drop_folder import DropFolder

    if not folder.is_dir():
        raise FolderMissing(path=folder)
    drop = DropFolder(folder)
    named = None if site is None else site_identifier(site)
    cli.terminal.confirm(f"Sign what comes into {folder}, without asking about each document?")
    told: list[dict[str, Any]] = []
    with cli.member() as member:
        if named is not None:
            require_operated(member, named)
        desk = _Desk(cli, member, drop, named, kind, offset, decimal, dates, first)
        if cli.dry_run:
            told = [desk.rehearsed(file) for file in drop.waiting()]
            cli.about_to(f"sign what waits in {counted(len(told), 'files')}", files=told)
        with drop.watching():
            for file in _arriving(drop, once):
                one = desk.worked(file)
                if one is None:
                    cli.terminal.note(f"{file.name}: it changed meanwhile, and is read again later")
                    continue
                told.append(one)
                kept, left = len(one["signed"]), len(one["refused"])
                cli.terminal.note(f"{file.name}: {kept} signed, {left} refused")
    refused = sum(bool(one["refused"]) for one in told)
    said = {
        "files": str(len(told)),
        "signed": counted(sum(len(one["signed"]) for one in told), "documents"),
        "refused": counted(refused, "files"),
    }
    return Answer({"files": told}, [fields(said)], ExitCode.INPUT if refused else ExitCode.OK)


def _arriving(drop: "DropFolder", once: bool) -> Iterator[Path]:
    while True:
        waiting = drop.waiting()
        yield from waiting
        if once and not waiting:
            return
        if not waiting:
            time.sleep(LOOK_SECONDS)


@dataclass(slots=True)
class _Desk:
    """Judges one file after the other. seen: what is signed in the folder, by file."""

    cli: CommandContext
    member: "MemberSession"
    drop: "DropFolder"
    site: str | None
    kind: Kind
    offset: str | None
    decimal: Decimals | None
    dates: Dates | None
    first: int
    seen: "dict[Path, SignedDocument]" = field(default_factory=dict)

    def rehearsed(self, file: Path) -> dict[str, Any]:
        """What would become of a file."""
        return _told(file, *self._judged(file))

    def worked(self, file: Path) -> dict[str, Any] | None:
        """Signs what is in order of a file and puts it where it belongs; what became of it.

        None, and nothing done, where the file changed or went away while it was judged.
        """
        mark = self.drop.mark(file)
        prepared, reasons = self._judged(file)
        if mark is None or self.drop.mark(file) != mark:
            return None
        if prepared is not None:
            prepared.write(self.drop.signed)
        moved = self.drop.refuse(file, reasons) if reasons else self.drop.finish(file)
        return {**_told(file, prepared, reasons), "to": str(moved)}

    def _judged(self, file: Path) -> "tuple[Prepared | None, list[_Reason]]":
        """What would be signed of a file, and what not, with the rows and the reason."""
        from lodetrace.cli.sheet_preview import number_documents
        from lodetrace.strict_json import DocumentMissing, DocumentUnreadable

        earlier = self._signed()
        try:
            made = self._documents(file)
            prepared = number_documents(
                self.cli, self.member, made, self.first, unasked=True, earlier=earlier
            )
        except (InputError, DocumentMissing, DocumentUnreadable) as error:
            return None, [((), f"{error} {error.advice}".strip())]
        return prepared, [(fault.rows, fault.reason) for fault in prepared.faults]

    def _documents(self, file: Path) -> "Iterator[RowsDocument | RowFault]":
        from lodetrace.cli.sheet_preview import sheet_documents
        from lodetrace.member.drop_folder import SHEETS
        from lodetrace.sheets.site_documents import RowsDocument, headings_of
        from lodetrace.sheets.table import read_table
        from lodetrace.strict_json import parse, read_bytes

        if file.suffix.lower() not in SHEETS:
            return iter([RowsDocument((), parse(read_bytes(file)))])
        if self.site is None:
            raise SiteMissing()
        table = read_table(
            file,
            headings_of(self.kind),
            decimal=sign_of(self.decimal),
            day_first=day_first_of(self.dates),
        )
        return sheet_documents(self.member, table, self.kind, self.site, self.offset)

    def _signed(self) -> "list[SignedDocument]":
        from lodetrace.documents.signed_document import SignedDocument
        from lodetrace.member.drop_folder import SignedFileSpoilt

        for path in self.drop.signed.glob("*.signed.json"):
            if path not in self.seen:
                try:
                    self.seen[path] = SignedDocument.read(path)
                except InputError as error:
                    raise SignedFileSpoilt(path=path, reason=error) from error
        return list(self.seen.values())


def _told(file: Path, prepared: "Prepared | None", reasons: "list[_Reason]") -> dict[str, Any]:
    """signed: names of the signed files."""
    signed = [] if prepared is None else [one.file_name for one in prepared.signed]
    refused = [{"rows": list(rows), "reason": reason} for rows, reason in reasons]
    return {"file": file.name, "signed": signed, "refused": refused}
