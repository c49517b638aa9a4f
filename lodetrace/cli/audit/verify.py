"""`lodetrace audit verify`: the ten steps over a bundle, without any network."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer
from lodetrace.cli.audit.export import audit
from lodetrace.cli.audit.files import (
    read_bundle,
    read_names,
    read_own,
    require_writable,
    write_file,
)
from lodetrace.cli.audit.view import examination_view, step_row
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.errors import ExitCode, InputError, SettingsError
from lodetrace.text import TextMalformed, iso_time, parse_iso_time

if TYPE_CHECKING:
    from lodetrace.audit.evidence import Passed
    from lodetrace.audit.statements.judging import Verifier
    from lodetrace.audit.verify import Examination

REPORTS: Final = (".html", ".pdf")


class ReportKindUnknown(InputError):
    """A report whose file name does not say what it is to be."""

    template = "{path}: a report ends with .html or .pdf"
    advice = "Name the file so; --json gives the same for machines."
    exit_code = ExitCode.USAGE


class NowMalformed(InputError):
    """A time that is none."""

    template = "--now {text!r} is no time like 2026-11-01T00:00:00Z"
    advice = "Give date and time in UTC, or leave it out: then the clock of this machine counts."
    exit_code = ExitCode.USAGE


class FastVerifierMissing(SettingsError):
    """The optional program that checks proofs faster is not installed."""

    template = "groth16py is not installed"
    advice = "Leave --fast out: the same is checked, more slowly. Or install groth16py (GPL-3.0)."


@command(
    audit,
    "verify",
    "lodetrace audit verify car.bundle --trust anchor.json",
    "lodetrace audit verify car.bundle --trust anchor.json --policy ours.json --out car.html",
    "lodetrace audit verify car.bundle --trust anchor.json --now 2026-11-01T00:00:00Z --json",
    keys=False,
    writes=True,
)
def verify(
    cli: CommandContext,
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The file, from anybody.")],
    trust: Annotated[
        Path,
        typer.Option("--trust", metavar="ANCHOR", help="From whom you trust, not with the bundle."),
    ],
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What you demand; docs/audit-policy.md.")
    ] = None,
    names: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Your names for ids and accounts: JSON, id to name."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page: FILE.html or FILE.pdf.")
    ] = None,
    fast: Annotated[
        bool, typer.Option("--fast", help="Check proofs with groth16py, if it is installed.")
    ] = False,
    now: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="What time it is (UTC); by this machine's clock else."),
    ] = None,
) -> Answer:
    """Verify offline where a lot or product comes from; asks no node, no gateway, nobody.

    Each of ten steps is said as it passes. Ends with 0 if all do, with 5 if one does not: then
    the bundle proves nothing.
    """
    from lodetrace.audit.anchor import Anchor
    from lodetrace.audit.policy import DEFAULT
    from lodetrace.audit.policy_file import load_policy
    from lodetrace.audit.report.document import document_of
    from lodetrace.audit.report.pdf import require_printer
    from lodetrace.audit.verify import examine

    if out is not None and out.suffix not in REPORTS:
        raise ReportKindUnknown(path=out)
    if out is not None:
        require_writable(out)
        if out.suffix == ".pdf":
            require_printer()
    time = _time(now)
    anchor = Anchor.load(trust)
    demanded = DEFAULT if policy is None else load_policy(policy)
    given = read_names(names) if names is not None else {}
    read = {"anchor": trust, "policy": policy, "names": names}
    own = {name: read_own(path) for name, path in read.items() if path is not None}
    file = read_bundle(bundle)
    cli.terminal.note(f"It is {iso_time(time)}{'' if now else ', by the clock of this machine'}.")
    with cli.work("verifying") as work:

        def passed(step: "Passed") -> None:
            cli.terminal.note(step_row(step))
            work.step(f"step {step.number + 1}")

        examined = examine(
            file,
            anchor,
            demanded,
            now=time,
            read=own,
            observe=passed,
            verifier=_verifier(fast),
        )
    if out is not None and not cli.dry_run:
        write_file(out, _report(examined, out.suffix, given))
    code = ExitCode.OK if examined.verdict is not None else ExitCode.REFUSED
    return Answer(document_of(examined), examination_view(examined, given), code)


def _time(now: str | None) -> int:
    """Seconds since 1970; raises NowMalformed."""
    import time

    if now is None:
        return int(time.time())
    try:
        return parse_iso_time(now)
    except TextMalformed as error:
        raise NowMalformed(text=now) from error


def _verifier(fast: bool) -> "Verifier":
    """The program's own, of Python alone; groth16py where that is asked for."""
    from importlib.util import find_spec

    from zk_circuits.batch_on_cores import batch_verify_on_cores
    from zk_circuits.fast_verify import fast_batch_verify

    if fast and find_spec("groth16py") is None:
        raise FastVerifierMissing
    return fast_batch_verify if fast else batch_verify_on_cores


def _report(examined: "Examination", suffix: str, names: dict[str, str]) -> bytes:
    from lodetrace.audit.report.html import html_of
    from lodetrace.audit.report.page import page_of
    from lodetrace.audit.report.pdf import pdf_of

    page = page_of(examined, names)
    return html_of(page).encode() if suffix == ".html" else pdf_of(page)
