"""`lodetrace-oracle prices …`: the daily work of submitters, analysts and the manager."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, rows
from lodetrace.cli.cli import Cli
from lodetrace.cli.command import command, group
from lodetrace.errors import ExitCode, InputError, Refused
from oracle.prices.cli_session import FileUnusable, day_of, desk_of, now, person, plot, write
from oracle.prices.decisions import Choice

if TYPE_CHECKING:
    from oracle.prices.desk import Desk
    from oracle.prices.record import PriceRecord

app: Final = group("prices", "Daily price ranges: from signed submissions to a released record.")

PROGRAM: Final = "lodetrace-oracle prices"
SUBMITTERS, ANALYSTS, MANAGER, ANYBODY = "Submitters", "Analysts", "Manager", "Anybody at the desk"

Day = Annotated[str, typer.Argument(metavar="DAY", help="Trading day, like 2026-11-20.")]
Book = Annotated[
    Path | None,
    typer.Option(
        "--book",
        envvar="LODETRACE_PRICE_BOOK",
        metavar="FILE",
        help="The desk's book; prices.sqlite in LODETRACE_HOME by default.",
    ),
]
Staff = Annotated[
    Path,
    typer.Option(
        "--staff",
        envvar="LODETRACE_PRICE_STAFF",
        metavar="FILE",
        help="Who is analyst, who is manager (like examples/prices/staff.yaml).",
    ),
]
Commodity = Annotated[str, typer.Option(metavar="NAME", help="Which commodity's desk.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; it is kept for ever.")]
Svg = Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Write the plot there.")]
COBALT: Final = "cobalt-sulphate"


@command(app, "sign", f"{PROGRAM} sign offer.json --out offer.signed.json", panel=SUBMITTERS)
def sign(
    cli: Cli,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A submission as JSON.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The signed file, for the desk.")],
) -> Answer:
    """Sign a submission with the account that the desk has registered."""
    from lodetrace.documents.strict_json import parse, read_bytes
    from oracle.prices.signed_submission import SignedSubmission

    raw = parse(read_bytes(file))
    signed = SignedSubmission.sign(raw, cli.settings.network.chain_id, cli.keys.signing_key)
    write(out, signed.to_json())
    hash_ = "0x" + signed.submission.hash.hex()
    return Answer({"submission": hash_, "file": str(out)}, [f"{hash_}\n{out}"])


@command(app, "submit", f"{PROGRAM} submit incoming/*.json", keys=False, panel=ANALYSTS)
def submit(
    cli: Cli,
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


@command(app, "assess", f"{PROGRAM} assess 2026-11-20 --staff staff.yaml", panel=ANALYSTS)
def assess(
    cli: Cli, day: Day, staff: Staff, book: Book = None, commodity: Commodity = COBALT
) -> Answer:
    """Prepare the day's assessment in your name; two analysts have to."""
    from oracle.prices.sheet import document, sheet

    with desk_of(cli, book, commodity) as desk:
        found = desk.prepare(day_of(day), person(cli, staff, day), now())
        analysts = sorted((desk.prepared(day_of(day)) or (b"", set()))[1])
    said = f"prepared by {', '.join(analysts)}"
    return Answer({**document(found), "preparedBy": analysts}, [*sheet(found), said])


@command(
    app,
    "decide",
    f'{PROGRAM} decide 2026-11-20 rate --rate "1.2 %" --source exchange --reason daily',
    f'{PROGRAM} decide 2026-11-20 exclude --submission 0x5f… --reason "sales campaign"',
    panel=ANALYSTS,
)
def decide(
    cli: Cli,
    day: Day,
    choice: Annotated[Choice, typer.Argument(help="What is decided.")],
    reason: Reason,
    staff: Staff,
    rate: Annotated[str | None, typer.Option(help="Bank acceptance rate a year, 1.2 %.")] = None,
    source: Annotated[str | None, typer.Option(help="Where it comes from.")] = None,
    submission: Annotated[str | None, typer.Option(help="Hash of a submission.")] = None,
    low: Annotated[str | None, typer.Option(help="In the methodology's unit.")] = None,
    high: Annotated[str | None, typer.Option(help="In the methodology's unit.")] = None,
    least: Annotated[str | None, typer.Option(help="Usual least volume, 10 t.")] = None,
    most: Annotated[str | None, typer.Option(help="Usual most volume, 200 t.")] = None,
    book: Book = None,
    commodity: Commodity = COBALT,
) -> Answer:
    """Record a judgement with its reason: it becomes part of the assessment, visibly.

    rate, exclude and cross-validate are the analysts', volumes and delay the manager's.
    """
    from lodetrace.units import parse_metal, parse_share
    from oracle.prices.decisions import Decision
    from oracle.prices.methodology import methodology_on

    unit = methodology_on(commodity, day_of(day)).unit
    given = {
        "rate": None if rate is None else parse_share(rate),
        "source": source,
        "submission": submission,
        "low": None if low is None else unit.parse(low),
        "high": None if high is None else unit.parse(high),
        "least": None if least is None else parse_metal(least),
        "most": None if most is None else parse_metal(most),
    }
    values = {name: value for name, value in given.items() if value is not None}
    who = person(cli, staff, day)
    decision = Decision(
        commodity, day_of(day), choice, who.account, who.role, now(), reason, values
    )
    with desk_of(cli, book, commodity) as desk:
        desk.decide(decision, who)
    return Answer({**decision.to_json(), "decision": "0x" + decision.hash.hex()},
                  [f"{choice} recorded for {day}: {reason}"])  # fmt: skip


@command(app, "release", f"{PROGRAM} release 2026-11-20", asks=True, panel=MANAGER)
def release(
    cli: Cli, day: Day, staff: Staff, book: Book = None, commodity: Commodity = COBALT
) -> Answer:
    """Release what two analysts prepared: the day's record."""
    who = person(cli, staff, day)
    with desk_of(cli, book, commodity) as desk:
        _confirm(cli, desk, day_of(day), "Release this range?")
        return _released(desk.release(day_of(day), who, now()))


@command(
    app, "correct", f'{PROGRAM} correct 2026-11-20 --reason "mistyped"', asks=True, panel=MANAGER
)
def correct(
    cli: Cli,
    day: Day,
    reason: Reason,
    staff: Staff,
    book: Book = None,
    commodity: Commodity = COBALT,
) -> Answer:
    """Release a correction that two analysts prepared: a new record, the old one stays."""
    who = person(cli, staff, day)
    with desk_of(cli, book, commodity) as desk:
        _confirm(cli, desk, day_of(day), "Correct the range of that day to this one?")
        return _released(desk.correct(day_of(day), who, now(), reason))


@command(
    app, "show", f"{PROGRAM} show 2026-11-20", f"{PROGRAM} show --svg month.svg", keys=False,
    panel=ANYBODY,
)  # fmt: skip
def show(
    cli: Cli,
    day: Annotated[str | None, typer.Argument(metavar="[DAY]", help="A trading day.")] = None,
    svg: Svg = None,
    book: Book = None,
    commodity: Commodity = COBALT,
) -> Answer:
    """The sheet of a day as the book has it now, or the last 30 ranges and a plot."""
    from oracle.prices.sheet import document, record_document, record_table, sheet

    with desk_of(cli, book, commodity) as desk:
        if day is not None:
            found = desk.assess(day_of(day))
            return Answer(document(found), sheet(found))
        records = desk.records()
    plotted = plot(_standing(records)[-30:], f"{commodity}, as released", svg)
    listed = {"records": [record_document(one) for one in records]}
    return Answer(listed, [*plotted, record_table(records[-30:])])


@command(app, "replay", f"{PROGRAM} replay 2026-11-20", keys=False, panel=ANYBODY)
def replay(
    cli: Cli,
    day: Annotated[str | None, typer.Argument(metavar="[DAY]", help="All days if absent.")] = None,
    book: Book = None,
    commodity: Commodity = COBALT,
) -> Answer:
    """Assess stored inputs anew and compare to the fen, signatures and hashes included."""
    from oracle.prices.sheet import record_document, record_table

    with desk_of(cli, book, commodity) as desk:
        records = [one for one in desk.records() if day is None or one.day == day_of(day)]
        if day is not None and not records:
            desk.require_standing(day_of(day))
        for record in records:
            desk.replay(record)
    said = f"{len(records)} records replayed, every one the same"
    return Answer(
        {"replayed": [record_document(one) for one in records]}, [record_table(records), said]
    )


@command(
    app, "submitters", f"{PROGRAM} submitters", f"{PROGRAM} submitters --enter entries.yaml",
    panel=ANYBODY,
)  # fmt: skip
def submitters(
    cli: Cli,
    enter: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Entries to add to the register.")
    ] = None,
    staff: Annotated[
        Path | None, typer.Option(envvar="LODETRACE_PRICE_STAFF", metavar="FILE", help="Staff.")
    ] = None,
    book: Book = None,
    commodity: Commodity = COBALT,
) -> Answer:
    """The register of submitters as of today; with --enter, after new entries."""
    from oracle.prices.entries_file import read_entries
    from oracle.prices.methodology import methodology_on
    from oracle.prices.sheet import register_table
    from oracle.prices.submitters import Register

    with desk_of(cli, book, commodity) as desk:
        if enter is not None:
            if staff is None:
                raise FileUnusable(path="--staff", reason="is needed to enter something")
            desk.enter(read_entries(enter), person(cli, staff, "the register"), now())
        entries = desk.entries()
    today = datetime.fromtimestamp(now(), UTC).date()
    methodology = methodology_on(commodity, today)
    found = Register(methodology, entries).on(today)
    listed = {name: {"standing": str(one.standing), "kind": one.kind, "account": one.account}
              for name, one in found.items()}  # fmt: skip
    return Answer({"submitters": listed}, [register_table(found, methodology)])


@command(app, "simulate", f"{PROGRAM} simulate --svg month.svg", keys=False, panel=ANYBODY)
def simulate(
    cli: Cli,
    days: Annotated[int, typer.Option(min=1, max=250, help="Trading days.")] = 30,
    seed: Annotated[int, typer.Option(help="The same seed, the same market.")] = 1,
    first: Annotated[str, typer.Option("--from", metavar="DAY")] = "2026-09-14",
    svg: Svg = None,
) -> Answer:
    """Assess a synthetic market and plot its ranges; nothing is stored."""
    from oracle.prices.sheet import record_document, record_table
    from oracle.prices.simulation import simulate as simulated

    found = simulated(seed, day_of(first), days)
    records = [one.record for one in found]
    listed = [{**record_document(one.record), "scenario": str(one.scenario)} for one in found]
    plotted = plot(records, f"Cobalt sulphate, synthetic market, seed {seed}", svg)
    return Answer({"seed": seed, "records": listed}, [*plotted, record_table(records)])


def _taken(desk: "Desk", path: Path) -> dict[str, str]:
    from lodetrace.documents.strict_json import parse, read_bytes
    from oracle.prices.signed_submission import SignedSubmission

    try:
        signed = SignedSubmission.of(parse(read_bytes(path)))
        outcome = "taken" if desk.submit(signed, now()) else "known"
    except (InputError, Refused) as error:
        return {"file": str(path), "outcome": "refused", "submission": "", "reason": str(error)}
    hash_ = "0x" + signed.submission.hash.hex()
    return {"file": str(path), "outcome": outcome, "submission": hash_, "reason": ""}


def _confirm(cli: Cli, desk: "Desk", day: date, question: str) -> None:
    from oracle.prices.sheet import sheet

    prepared = desk.prepared(day)
    preview = [] if prepared is None else sheet(desk.replayed(prepared[0]))
    cli.terminal.confirm(question, *preview)


def _released(record: "PriceRecord") -> Answer:
    from oracle.prices.sheet import record_document, record_table

    return Answer(record_document(record), [record_table([record])])


def _standing(records: "list[PriceRecord]") -> "list[PriceRecord]":
    last = {record.day: record for record in records}
    return [last[day] for day in sorted(last)]
