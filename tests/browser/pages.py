"""A page of the explorer in a real browser, and everything that a test holds against it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

AXE: Final = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"

OVERLAPS: Final = """() => {
  const boxes = [...document.querySelectorAll('h1, h2, p, li, td, th, dt, dd, button, input, select, summary, header a, .tabs a, .card, .map .box rect:not(.edge)')]
    .filter((one) => one.checkVisibility() && !one.closest('.unseen'))
    .map((one) => ({ one, box: one.getBoundingClientRect() })).filter(({ box }) => box.width > 1 && box.height > 1);
  const found = [];
  boxes.forEach(({ one, box }, at) => {
    for (const { one: other, box: next } of boxes.slice(at + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      const wide = Math.min(box.right, next.right) - Math.max(box.left, next.left);
      const tall = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top);
      if (wide > 1.5 && tall > 1.5) found.push(`${one.tagName} ${one.textContent.slice(0, 40)} | ${other.tagName} ${other.textContent.slice(0, 40)}`);
    }
  });
  return found.slice(0, 5);
}"""
"""Pairs of boxes that lie on each other, though neither is in the other."""

OUTSIDE: Final = """() => {
  const wide = document.documentElement.scrollWidth, text = [...document.querySelectorAll('.map .box')].flatMap((box) => {
    const rect = box.querySelector('rect').getBoundingClientRect();
    return [...box.querySelectorAll('text')].filter((one) => one.getBoundingClientRect().right > rect.right + 1).map((one) => one.textContent);
  });
  return [...(wide > innerWidth ? [`the page is ${wide} pixels wide on ${innerWidth}`] : []), ...text];
}"""
"""What is wider than its place: the page on its screen, a text in its box of the map."""


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
        found: list[str] = self.page.evaluate(OVERLAPS)
        return found

    def outside(self) -> list[str]:
        found: list[str] = self.page.evaluate(OUTSIDE)
        return found

    def unreadable(self, only: str | None = None) -> list[str]:
        """Serious findings of axe, of one rule or of all; the browser puts its script beside the
        page's policy."""
        if not self.page.evaluate("() => 'axe' in globalThis"):
            self.page.evaluate(AXE.read_text("utf-8"))
        asked = {"resultTypes": ["violations"], **({"runOnly": [only]} if only else {})}
        found = self.page.evaluate("(asked) => axe.run(document, asked)", asked)
        return [
            f"{one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0]['failureSummary'][:200]}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]


def named(names: Sequence[tuple[str, str]]) -> str:
    """A script that fills the reader's address book before the page starts."""
    book = json.dumps(json.dumps(dict(names)))
    return f"localStorage.setItem('lodetrace.names', {book})"
