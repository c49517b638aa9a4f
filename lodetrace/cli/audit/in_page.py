"""What verify.html asks of Python: `lodetrace audit verify`, with every answer as JSON.

The page (verifier/) starts lodetrace-verify.pyz in the browser, puts the reader's files into a
folder of its memory, and calls a Desk. Nothing is judged here or in the page.
"""

import json
from collections.abc import Callable
from contextlib import chdir
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lodetrace.audit.budgets import MOST_FILE
from lodetrace.audit.verify import STEPS
from lodetrace.cli.audit.files import LARGEST_DOCUMENT
from lodetrace.cli.audit.verification import Asked, given_files, time_of
from lodetrace.errors import LodetraceError, StorageError
from lodetrace.problems import problem_of
from lodetrace.text import visible
from lodetrace.version import SOFTWARE

if TYPE_CHECKING:
    from lodetrace.audit.evidence import Passed
    from lodetrace.audit.verify import Examination

Tell = Callable[[str], None]
"""Takes a JSON text."""


class MemoryTooSmall(StorageError):
    """The browser gives a page so much memory and no more."""

    template = "the browser has too little memory for these files"
    advice = "Close other tabs and try again, or verify them with lodetrace-verify.pyz."


def about() -> str:
    """What the page says before any file is there. most: bytes of a file that are read; what has
    more is refused by that."""
    own = LARGEST_DOCUMENT + 1
    most = {"bundle": MOST_FILE + 1, "anchor": own, "policy": own, "names": own}
    return json.dumps({"software": SOFTWARE, "steps": STEPS, "most": most})


class Desk:
    """One verification after the other; the last one's reports can be had."""

    def __init__(self, tell: Tell) -> None:
        self._tell: Final = tell
        self._examined: Examination | None = None
        self._names: dict[str, str] = {}

    def verify(self, folder: str, now: str) -> str:
        """Judges the files bundle, anchor, policy and names of a folder, the last two if there.

        now: "" for this machine's clock. Tells each step as it passes; the answer has the page
        and the document of `--json`, or a problem.
        """
        self._examined = None
        try:
            with chdir(folder):
                return json.dumps(self._verified(now))
        except LodetraceError as error:
            return json.dumps({"problem": _visible(problem_of(error))})
        except MemoryError:
            return json.dumps({"problem": problem_of(MemoryTooSmall())})

    def _verified(self, now: str) -> dict[str, Any]:
        from lodetrace.audit.report.document import document_of
        from lodetrace.audit.report.page import page_of
        from zk_circuits.batch_verify import batch_verify

        policy, names = Path("policy"), Path("names")
        asked = Asked(
            Path("bundle"),
            Path("anchor"),
            policy if policy.exists() else None,
            names if names.exists() else None,
        )
        time = time_of(now or None)
        given = given_files(asked)
        examined = given.examined(time, self._passed, batch_verify)
        self._examined, self._names = examined, given.names
        page = page_of(examined, given.names, most_rows=None)
        shown = {**asdict(page), "mark": page.mark.value}
        return {"page": shown, "document": document_of(examined)}

    def _passed(self, step: "Passed") -> None:
        from lodetrace.audit.report import wording

        line = {"number": step.number, "title": step.title, "text": step.checked}
        self._tell(json.dumps(_visible({**line, "counts": wording.counts(step.counts)})))

    def report(self) -> str:
        """As `--out report.html` writes it."""
        from lodetrace.audit.report.html import html_of
        from lodetrace.audit.report.page import page_of

        assert self._examined is not None
        return html_of(page_of(self._examined, self._names))

    def paper(self, engagement: str, prepared_by: str) -> str:
        """As `--report paper.html` writes it."""
        from lodetrace.audit.paper.html import html_of
        from lodetrace.audit.paper.paper import Engagement, paper_of

        assert self._examined is not None
        engaged = Engagement(engagement, prepared_by)
        return html_of(paper_of(self._examined, engaged, self._names))


def _visible(told: dict[str, Any]) -> dict[str, Any]:
    """Texts without signs that hide or turn others; values are left to machines."""
    return {name: visible(one) if isinstance(one, str) else one for name, one in told.items()}
