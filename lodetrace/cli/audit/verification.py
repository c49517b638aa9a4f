"""What `lodetrace audit verify` does, whoever read its options: typer, or the one-file verifier."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lodetrace.cli.answer import Answer
from lodetrace.cli.audit.files import (
    read_bundle,
    read_names,
    read_own,
    require_writable,
    write_file,
)
from lodetrace.cli.audit.view import examination_view, step_row
from lodetrace.errors import ExitCode, InputError
from lodetrace.text import TextMalformed, iso_time, parse_iso_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lodetrace.audit.anchor import Anchor
    from lodetrace.audit.evidence import Observer, Passed
    from lodetrace.audit.policy import Policy
    from lodetrace.audit.statements.judging import Verifier
    from lodetrace.audit.verify import Examination
    from lodetrace.cli.terminal import Terminal

PAGES: Final = (".html", ".pdf")
PAPERS: Final = (*PAGES, ".xlsx")


class ReportKindUnknown(InputError):
    """A report whose file name does not say what it is to be."""

    template = "{path}: a report ends with {endings}"
    advice = "Name the file so; --json gives the same for machines."
    exit_code = ExitCode.USAGE


class PaperNotAsked(InputError):
    """What stands on a working paper, and no paper."""

    template = "{option} says what stands on a working paper, and none is asked for"
    advice = "Add --report paper.html (or .pdf, .xlsx)."
    exit_code = ExitCode.USAGE


class OneFileForBoth(InputError):
    """Page and working paper of one name: the second would replace the first."""

    template = "{path} is asked for twice, by --out and by --report"
    advice = "Name two files: the verdict's page and the working paper."
    exit_code = ExitCode.USAGE


class NowMalformed(InputError):
    """A time that is none."""

    template = "--now {text!r} is no time like 2026-11-01T00:00:00Z"
    advice = "Give date and time in UTC, or leave it out: then the clock of this machine counts."
    exit_code = ExitCode.USAGE


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of one verification; what is None was not given.

    out: of the verdict on one page. report: of the working paper, with engagement and prepared_by.
    now: in place of this machine's clock.
    """

    bundle: Path
    trust: Path
    policy: Path | None = None
    names: Path | None = None
    out: Path | None = None
    report: Path | None = None
    engagement: str | None = None
    prepared_by: str | None = None
    now: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """The files of one verification, read. own: those of the reader, as they are."""

    bundle: bytes
    anchor: "Anchor"
    policy: "Policy"
    names: dict[str, str]
    own: dict[str, bytes]

    def examined(self, now: int, observe: "Observer", verifier: "Verifier") -> "Examination":
        """What the ten steps find."""
        from lodetrace.audit.verify import examine

        return examine(
            self.bundle,
            self.anchor,
            self.policy,
            now=now,
            read=self.own,
            observe=observe,
            verifier=verifier,
        )


def verification(terminal: "Terminal", asked: Asked, verifier: "Verifier") -> Answer:
    """The ten steps, each said as it passes, the files that were asked for, and the answer."""
    from lodetrace.audit.report.document import document_of

    _require_files(asked)
    time = time_of(asked.now)
    given = given_files(asked)
    clock = "" if asked.now else ", by the clock of this machine"
    terminal.note(f"It is {iso_time(time)}{clock}.")
    with terminal.work("verifying") as work:

        def passed(step: "Passed") -> None:
            terminal.note(step_row(step))
            work.step(f"step {step.number + 1}")

        examined = given.examined(time, passed, verifier)
        work.step("writing")
        for path, content in _files(examined, asked, given.names):
            if not terminal.dry_run:
                write_file(path, content)
    code = ExitCode.OK if examined.verdict is not None else ExitCode.REFUSED
    return Answer(document_of(examined), examination_view(examined, given.names), code)


def given_files(asked: Asked) -> Given:
    """All that is read, before anything is verified; raises the error of the first bad file."""
    from lodetrace.audit.anchor import Anchor
    from lodetrace.audit.policy import DEFAULT
    from lodetrace.audit.policy_file import load_policy

    anchor = Anchor.load(asked.trust)
    demanded = DEFAULT if asked.policy is None else load_policy(asked.policy)
    names = read_names(asked.names) if asked.names is not None else {}
    read = {"anchor": asked.trust, "policy": asked.policy, "names": asked.names}
    own = {name: read_own(path) for name, path in read.items() if path is not None}
    return Given(read_bundle(asked.bundle), anchor, demanded, names, own)


def time_of(now: str | None) -> int:
    """Seconds since 1970; raises NowMalformed."""
    import time

    if now is None:
        return int(time.time())
    try:
        return parse_iso_time(now)
    except TextMalformed as error:
        raise NowMalformed(text=now) from error


def _require_sense(asked: Asked) -> None:
    """Raises PaperNotAsked or OneFileForBoth."""
    out, report = asked.out, asked.report
    if out is not None and report is not None and out.absolute() == report.absolute():
        raise OneFileForBoth(path=out)
    for option in ("engagement", "prepared_by"):
        if report is None and getattr(asked, option) is not None:
            raise PaperNotAsked(option=f"--{option.replace('_', '-')}")


def _require_files(asked: Asked) -> None:
    """That what is asked for can be written here, before anything is verified."""
    from lodetrace.audit.paper.xlsx import require_writer
    from lodetrace.audit.report.pdf import require_printer

    _require_sense(asked)
    for path, endings in ((asked.out, PAGES), (asked.report, PAPERS)):
        if path is None:
            continue
        if path.suffix not in endings:
            *some, last = endings
            raise ReportKindUnknown(path=path, endings=f"{', '.join(some)} or {last}")
        require_writable(path)
        if path.suffix == ".pdf":
            require_printer()
        if path.suffix == ".xlsx":
            require_writer()


def _files(
    examined: "Examination", asked: Asked, names: dict[str, str]
) -> "Iterator[tuple[Path, bytes]]":
    """Paths, and what stands there."""
    if asked.out is not None:
        yield asked.out, _page(examined, asked.out.suffix, names)
    if asked.report is not None:
        yield asked.report, _paper(examined, asked, asked.report.suffix, names)


def _page(examined: "Examination", suffix: str, names: dict[str, str]) -> bytes:
    from lodetrace.audit.report.html import html_of
    from lodetrace.audit.report.page import page_of
    from lodetrace.audit.report.pdf import pdf_of

    page = page_of(examined, names)
    return html_of(page).encode() if suffix == ".html" else pdf_of(page)


def _paper(examined: "Examination", asked: Asked, suffix: str, names: dict[str, str]) -> bytes:
    from lodetrace.audit.paper.html import html_of
    from lodetrace.audit.paper.paper import Engagement, paper_of
    from lodetrace.audit.paper.pdf import pdf_of
    from lodetrace.audit.paper.xlsx import xlsx_of

    engagement = Engagement(asked.engagement or "", asked.prepared_by or "")
    paper = paper_of(examined, engagement, names)
    if suffix == ".xlsx":
        return xlsx_of(paper)
    return pdf_of(paper) if suffix == ".pdf" else html_of(paper).encode()
