"""A page of the explorer in a real browser, and everything that a test holds against it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
AXE: Final = HERE / "node_modules" / "axe-core" / "axe.min.js"


def script(name: str) -> str:
    """A function that is asked of a page."""
    return (HERE / f"{name}.js").read_text("utf-8")


@dataclass
class Seen:
    """What a page asked for, said and got wrong, from its first request on."""

    page: Any
    base: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._asked)

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.foreign.append(request.url)

    def open(self, route: str) -> None:
        """A route by its address, as a link from elsewhere leads to it."""
        self.page.goto(f"{self.base}/#/{route}")
        self.page.wait_for_selector(f"main[data-of='#/{route}']:not([aria-busy]) h1")

    def headed(self, begins: str) -> None:
        """Until the page has a heading that begins so."""
        self.page.wait_for_selector(f"main:not([aria-busy]) h1:text-matches('^{begins}')")

    def overlaps(self) -> list[str]:
        found: list[str] = self.page.evaluate(script("overlaps"))
        return found

    def outside(self) -> list[str]:
        found: list[str] = self.page.evaluate(script("outside"))
        return found

    def unreadable(self, only: str | None = None) -> list[str]:
        return unreadable(self.page, only)


def unreadable(page: Any, only: str | None = None) -> list[str]:
    """Findings of axe that are not minor, of one rule or of all; the browser puts its script
    beside the page's policy."""
    if not page.evaluate("() => 'axe' in globalThis"):
        page.evaluate(AXE.read_text("utf-8"))
    asked = {"resultTypes": ["violations"], **({"runOnly": [only]} if only else {})}
    found = page.evaluate("(asked) => axe.run(document, asked)", asked)
    grave = [one for one in found["violations"] if one["impact"] != "minor"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in grave]


def named(names: Sequence[tuple[str, str]]) -> str:
    """A script that fills the reader's address book before the page starts."""
    book = json.dumps(json.dumps(dict(names)))
    return f"localStorage.setItem('lodetrace.names', {book})"
