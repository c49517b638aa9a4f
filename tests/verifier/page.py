"""The page as a reader uses it, and everything that it asked for and got wrong."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from tests.unit.setup_steps import ROOT

STORY: Final = ROOT / "tests" / "vectors" / "story"
NOW: Final = "2026-11-01T00:00:00Z"
PATIENCE: Final = 240_000
"""Milliseconds, on a machine that does other things as well."""


@dataclass(frozen=True)
class Shown:
    """What the page says at the end. problem: what was said in place of a verdict."""

    mark: str | None
    headline: str | None
    problem: str | None
    document: dict[str, Any] | None


@dataclass
class OpenedPage:
    """errors: on the console and uncaught. asked: every address, the page's own first."""

    page: Any
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @classmethod
    def at(cls, address: str, chromium: Any, *, offline: bool = True) -> Self:
        """The page, as soon as Python has started in it."""
        context = chromium.new_context(accept_downloads=True, offline=offline)
        found = cls(context.new_page())
        found.page.set_default_timeout(PATIENCE)
        found.page.on("console", lambda message: found.errors.append(message.text))
        found.page.on("pageerror", lambda error: found.errors.append(str(error)))
        context.on("request", lambda request: found.asked.append(request.url))
        found.page.goto(address)
        found.ready()
        return found

    def ready(self) -> None:
        """Until Python has started."""
        self.page.locator("#engine", has_text="Ready").wait_for()

    def give(self, **files: Path | None) -> None:
        """Chooses files; takes back those that are None."""
        for role, path in files.items():
            self.page.set_input_files(f"#{role}", [] if path is None else path)

    def verify(
        self, bundle: Path, anchor: Path, policy: Path | None = None, now: str = NOW
    ) -> Shown:
        """Everything from the files to the end."""
        self.give(bundle=bundle, anchor=anchor, policy=policy)
        self.page.fill("#now", now)
        self.page.click("#verify")
        return self.shown()

    def shown(self) -> Shown:
        """What is said at the end of the verification that runs."""
        page = self.page
        page.locator("#verdict:not([hidden]), #problem:not([hidden])").first.wait_for()
        if page.is_visible("#problem"):
            return Shown(None, None, page.inner_text("#problem"), None)
        saved = json.loads(self.saved("#save-document"))
        return Shown(page.inner_text("#mark"), page.inner_text("#headline"), None, saved)

    def saved(self, button: str) -> str:
        """The file that a button saves."""
        with self.page.expect_download() as download:
            self.page.click(button)
        return Path(download.value.path()).read_text("utf-8")

    def close(self) -> None:
        """Nothing was asked for but the page; nothing went wrong unseen."""
        self.page.context.close()
        first, *more = [url for url in self.asked if not url.startswith(("data:", "blob:"))]
        assert first.endswith("/verify.html")
        assert not more, more
        assert not self.errors, self.errors
