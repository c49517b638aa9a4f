"""What `lodetrace audit verify` does, whoever read its options: typer, or the one-file verifier."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lodetrace.cli.answer import Answer
from lodetrace.cli.audit.files import read_bundle, read_names, require_writable, write_file
from lodetrace.cli.audit.view import examination_view, step_row
from lodetrace.errors import ExitCode, InputError

if TYPE_CHECKING:
    from lodetrace.audit.evidence import Passed
    from lodetrace.audit.statements.judging import Verifier
    from lodetrace.audit.verify import Examination
    from lodetrace.cli.terminal import Terminal

PAGES: Final = (".html", ".pdf")


class ReportKindUnknown(InputError):
    """A report whose file name does not say what it is to be."""

    template = "{path}: a report ends with .html or .pdf"
    advice = "Name the file so; --json gives the same for machines."
    exit_code = ExitCode.USAGE


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of one verification; what is None was not given."""

    bundle: Path
    trust: Path
    policy: Path | None = None
    names: Path | None = None
    out: Path | None = None


def verification(terminal: "Terminal", asked: Asked, verifier: "Verifier") -> Answer:
    """The ten steps, each said as it passes, the files that were asked for, and the answer."""
    from lodetrace.audit.anchor import Anchor
    from lodetrace.audit.policy import DEFAULT
    from lodetrace.audit.policy_file import load_policy
    from lodetrace.audit.report.document import document_of
    from lodetrace.audit.verify import examine

    _require_page(asked.out)
    anchor = Anchor.load(asked.trust)
    demanded = DEFAULT if asked.policy is None else load_policy(asked.policy)
    given = read_names(asked.names) if asked.names is not None else {}
    file = read_bundle(asked.bundle)
    with terminal.work("verifying") as work:

        def passed(step: "Passed") -> None:
            terminal.note(step_row(step))
            work.step(f"step {step.number + 1}")

        examined = examine(file, anchor, demanded, observe=passed, verifier=verifier)
    if asked.out is not None and not terminal.dry_run:
        write_file(asked.out, _page(examined, asked.out.suffix, given))
    code = ExitCode.OK if examined.verdict is not None else ExitCode.REFUSED
    return Answer(document_of(examined), examination_view(examined, given), code)


def _require_page(out: Path | None) -> None:
    """That a page can be written there, in the form that its name asks for."""
    from lodetrace.audit.report.pdf import require_printer

    if out is None:
        return
    if out.suffix not in PAGES:
        raise ReportKindUnknown(path=out)
    require_writable(out)
    if out.suffix == ".pdf":
        require_printer()


def _page(examined: "Examination", suffix: str, names: dict[str, str]) -> bytes:
    from lodetrace.audit.report.html import html_of
    from lodetrace.audit.report.page import page_of
    from lodetrace.audit.report.pdf import pdf_of

    page = page_of(examined, names)
    return html_of(page).encode() if suffix == ".html" else pdf_of(page)
