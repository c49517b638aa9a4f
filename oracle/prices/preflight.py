"""What `lodetrace-oracle check` says about a price desk, where this folder has one."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

from lodetrace.cli.preflight import CheckResult
from lodetrace.errors import LodetraceError
from oracle.prices.calendar_status import DUE, calendar_statuses
from oracle.prices.settings import price_calendars

CHECK = "trading days"


def desk_checks(home: Path) -> list[CheckResult]:
    """How long the calendars last; nothing where no book and no calendar is here."""
    try:
        added = price_calendars()
        book = os.environ.get("LODETRACE_PRICE_BOOK") or home / "prices.sqlite"
        if added is None and not Path(book).is_file():
            return []
        today = datetime.fromtimestamp(int(time.time()), UTC).date()
        found = calendar_statuses(today)
    except LodetraceError as error:
        return [CheckResult(CHECK, "failed", str(error), error.advice, error.exit_code)]
    return [
        CheckResult(CHECK, "warning", f"{one.words}. {one.due(today)}", DUE)
        if one.is_due
        else CheckResult(CHECK, "ok", one.words)
        for one in found
    ]
