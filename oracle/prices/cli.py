"""`lodetrace-oracle prices …`: the daily work of submitters, analysts and the manager."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, rows
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.errors import ExitCode, InputError, Refused
from lodetrace.text import hex_of
from oracle.prices import cli_publish, cli_today, cli_view
from oracle.prices.cli_session import (
    ANALYSTS,
    COBALT,
    MANAGER,
    PROGRAM,
    SUBMITTERS,
    Book,
    Commodity,
    Day,
    FileUnusable,
    Reason,
    Staff,
    app,
    desk_of,
    now,
    person,
    read_day,
    require_writable,
    write,
)
from oracle.prices.decisions import Choice

if TYPE_CHECKING:
    from oracle.prices.desk import PriceDesk
    from oracle.prices.record import PriceRecord

__all__ = ["app"]

OTHERS: Final = (cli_publish, cli_today, cli_view)
"""Modules that add their commands to `lodetrace-oracle prices`."""


@command(app, "sign", f"{PROGRAM} sign offer.json --out offer.signed.json", asks=True, writes=True,
         panel=SUBMITTERS)  # fmt: skip
def sign(
    cli: CommandContext,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A submission as JSON.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The signed file, for the desk.")],
) -> Answer:
    """Sign a submission with the account that the desk has registered.

    Shows what the submission says, and asks.
    """
    from lodetrace.strict_json import parse, read_bytes
    from oracle.prices.signed_submission import SignedSubmission
    from oracle.prices.submission_view import submission_rows

    content = read_bytes(file)
    try:
        raw = parse(content)
    except InputError as error:
        raise FileUnusable(path=file, reason=error) from error
    signed = SignedSubmission.sign(raw, cli.settings.network.chain_id, cli.keys.signing_key)
    hash_ = hex_of(signed.submission.hash)
    require_writable(out)
    cli.terminal.confirm("Sign this?", submission_rows(signed.submission, signed.unit))
    cli.about_to("sign the submission", submission=hash_, file=str(out))
    write(out, signed.to_json())
    return Answer({"submission": hash_, "file": str(out)}, [f"{hash_}\n{out}"])


@command(app, "submit", f"{PROGRAM} submit incoming/*.json", keys=False, writes=True,
         panel=ANALYSTS)  # fmt: skip
def submit(
    cli: CommandContext,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Signed submissions.")],
    book: Book = None,
    commodity: Commodity = COBALT,
) -> Answer:
    """Take signed submissions into the book; nothing that is in it ever leaves it.

    Ends with exit code 5 when one is refused; the others are taken all the same.
    """
    with desk_of(cli, book, commodity) as desk:
        taken = [_taken(desk, path) for path in files]
    lines = [(one["file"], one["outcome"], one["submission"] or one["reason"]) for one in taken]
    refused = any(one["outcome"] == "refused" for one in taken)
    return Answer(
        {"submissions": taken},
        [rows(("file", "outcome", "submission or reason"), lines)],
        ExitCode.REFUSED if refused else ExitCode.OK,
    )


@command(app, "assess", f"{PROGRAM} assess 2026-11-20 --staff staff.yaml", writes=True,
         panel=ANALYSTS)  # fmt: skip
def assess(
    cli: CommandContext, day: Day, staff: Staff, book: Book = None, commodity: Commodity = COBALT
) -> Answer:
    """Prepare the day's assessment in your name; two analysts have to."""
    from oracle.prices.sheet import document, sheet

    with desk_of(cli, book, commodity) as desk:
        found = desk.prepare(read_day(day), person(cli, staff, day), now())
        analysts = sorted((desk.prepared(read_day(day)) or (b"", set()))[1])
    said = f"prepared by {', '.join(analysts)}"
    return Answer({**document(found), "preparedBy": analysts}, [*sheet(found), said])


@command(
    app,
    "decide",
    f'{PROGRAM} decide 2026-11-20 rate --rate "1.2 %" --source exchange --reason daily',
    f'{PROGRAM} decide 2026-11-20 exclude --submission 0x5f… --reason "sales campaign"',
    writes=True,
    panel=ANALYSTS,
)
def decide(
    cli: CommandContext,
    day: Day,
    choice: Annotated[Choice, typer.Argument(help="What is decided.")],
    reason: Reason,
    staff: Staff,
    rate: Annotated[str | None, typer.Option(help="Bank acceptance rate a year, 1.2 %.")] = None,
    source: Annotated[str | None, typer.Option(help="Where it comes from.")] = None,
    submission: Annotated[str | None, typer.Option(help="Its id on the sheet.")] = None,
    decision: Annotated[str | None, typer.Option(help="Id of the one that is undone.")] = None,
    low: Annotated[str | None, typer.Option(help="In the methodology's unit.")] = None,
    high: Annotated[str | None, typer.Option(help="In the methodology's unit.")] = None,
    least: Annotated[str | None, typer.Option(help="Usual least volume, 10 t.")] = None,
    most: Annotated[str | None, typer.Option(help="Usual most volume, 200 t.")] = None,
    book: Book = None,
    commodity: Commodity = COBALT,
) -> Answer:
    """Record a judgement with its reason: it becomes part of the assessment, visibly.

    rate, exclude and cross-validate are the analysts', volumes and delay the manager's; whoever may
    decide may undo.
    """
    from lodetrace.units import parse_metal, parse_share
    from oracle.prices.decisions import DeskDecision
    from oracle.prices.methodology import methodology_on

    unit = methodology_on(commodity, read_day(day)).unit
    given = {
        "rate": None if rate is None else parse_share(rate),
        "source": source,
        "decision": decision,
        "low": None if low is None else unit.parse(low),
        "high": None if high is None else unit.parse(high),
        "least": None if least is None else parse_metal(least),
        "most": None if most is None else parse_metal(most),
    }
    who = person(cli, staff, day)
    with desk_of(cli, book, commodity) as desk:
        if submission is not None:
            given["submission"] = desk.submission_called(read_day(day), submission)
        values = {name: value for name, value in given.items() if value is not None}
        decided = DeskDecision(
            commodity, read_day(day), choice, who.account, who.role, now(), reason, values
        )
        desk.decide(decided, who)
    named = hex_of(decided.hash)
    return Answer(
        {**decided.to_json(), "decision": named},
        [f"{choice} recorded for {day}: {reason}", f"decision {named}"],
    )


@command(app, "release", f"{PROGRAM} release 2026-11-20", asks=True, writes=True,
         panel=MANAGER)  # fmt: skip
def release(
    cli: CommandContext, day: Day, staff: Staff, book: Book = None, commodity: Commodity = COBALT
) -> Answer:
    """Release what two analysts prepared: the day's record."""
    who = person(cli, staff, day)
    with desk_of(cli, book, commodity) as desk:
        if desk.releasable(read_day(day), who):
            _confirm(cli, desk, read_day(day), "Release this range?")
        return _released(desk.release(read_day(day), who, now()))


@command(
    app, "correct", f'{PROGRAM} correct 2026-11-20 --reason "mistyped"', asks=True, writes=True,
    panel=MANAGER,
)  # fmt: skip
def correct(
    cli: CommandContext,
    day: Day,
    reason: Reason,
    staff: Staff,
    book: Book = None,
    commodity: Commodity = COBALT,
) -> Answer:
    """Release a correction that two analysts prepared: a new record, the old one stays."""
    who = person(cli, staff, day)
    with desk_of(cli, book, commodity) as desk:
        if desk.correctable(read_day(day), who, reason):
            _confirm(cli, desk, read_day(day), "Correct the range of that day to this one?")
        return _released(desk.correct(read_day(day), who, now(), reason), desk.outdated())


def _taken(desk: "PriceDesk", path: Path) -> dict[str, str]:
    from lodetrace.strict_json import parse, read_bytes
    from oracle.prices.signed_submission import SignedSubmission

    try:
        signed = SignedSubmission.of(parse(read_bytes(path)))
        outcome = "taken" if desk.submit(signed, now()) else "known"
    except (InputError, Refused) as error:
        return {"file": str(path), "outcome": "refused", "submission": "", "reason": str(error)}
    hash_ = hex_of(signed.submission.hash)
    return {"file": str(path), "outcome": outcome, "submission": hash_, "reason": ""}


def _confirm(cli: CommandContext, desk: "PriceDesk", day: date, question: str) -> None:
    from oracle.prices.sheet import sheet

    prepared = desk.prepared(day)
    preview = [] if prepared is None else sheet(desk.replayed(prepared[0]))
    cli.terminal.confirm(question, *preview)


def _released(record: "PriceRecord", outdated: "list[date] | None" = None) -> Answer:
    """outdated: of a correction, the days that rest on what was corrected."""
    from oracle.prices.sheet import record_document, record_table

    days = [day.isoformat() for day in outdated or []]
    rest = (
        f"These days rest on a range that was corrected since: {', '.join(days)}. Prepare and"
        " correct them, the oldest first."
    )
    said = [rest] if days else []
    return Answer({**record_document(record), "outdated": days}, [record_table([record]), *said])
