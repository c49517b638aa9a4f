"""`lodetrace-oracle prices today`: what waits at the desk, with an exit code for cron."""

from datetime import date
from typing import TYPE_CHECKING

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.errors import ExitCode
from lodetrace.text import counted
from oracle.prices.cli_session import (
    ANYBODY,
    COBALT,
    PROGRAM,
    Book,
    Commodity,
    app,
    desk_of,
    now,
)

if TYPE_CHECKING:
    from oracle.prices.today import DeskToday


@command(app, "today", f"{PROGRAM} today", keys=False, panel=ANYBODY)
def today(cli: CommandContext, book: Book = None, commodity: Commodity = COBALT) -> Answer:
    """Who has not submitted, which days have no record, who has to rectify, which list is due.

    Ends with exit code 10 while one of these but the first waits.
    """
    from oracle.prices.today import DeskToday

    with desk_of(cli, book, commodity) as desk:
        found = DeskToday.of(desk, now())
    code = ExitCode.PENDING if found.waits else ExitCode.OK
    waiting = rows(("waits", "what", "until"), list(_waiting(found)))
    shown = [fields(_summary(found)), *([waiting] if found.waits else ["nothing waits"])]
    return Answer(found.to_json(), shown, code)


def _summary(found: "DeskToday") -> dict[str, str | None]:
    if not found.is_traded:
        return {"day": f"{found.day}, no trading day"}
    state = "open" if found.record is None else f"released, {found.record.status}"
    return {
        "day": f"{found.day}, {state}",
        "submitted": ", ".join(found.spoken) or "nobody",
        "not submitted": ", ".join(found.silent) or "nobody is missing",
        "prepared by": ", ".join(found.prepared_by) or None,
    }


def _waiting(found: "DeskToday") -> list[tuple[str, str, str]]:
    lines = [("no record", str(day), "") for day in found.missing]
    lines += [("rests on a corrected day", str(day), "") for day in found.outdated]
    for one in found.rectifying:
        lines.append(("rectification", f"{one.name}: {one.reason}", _until(one.due, found.day)))
    for calendar in found.calendars:
        if calendar.is_due:
            said = calendar.due(found.day)
            lines.append(("list of holidays", said, _until(calendar.until, found.day)))
    return lines


def _until(last: date | None, today_: date) -> str:
    return "" if last is None else f"{last}, {counted((last - today_).days, 'days')}"
