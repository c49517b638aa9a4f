"""The last look at what rich is about to write: nothing reaches a terminal that it would obey.

Views spell foreign text before it is laid out (`lodetrace.text.visible`), so that their columns
hold. What one forgot is spelled here, at the price of its alignment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult
from rich.measure import Measurement
from rich.segment import Segment

from lodetrace.text import visible

PLAINER: Final[Mapping[str, str]] = MappingProxyType({"✓": "+", "✗": "x", "…": "~"})
"""Signs of ours, each with one as wide that every code page has."""


class ShownAsWritten(RenderHook):
    """Goes over everything that a console prints."""

    def __init__(self, console: Console) -> None:
        encoding = console.encoding
        self._plainer: Final = str.maketrans(
            {sign: plain for sign, plain in PLAINER.items() if not _has(encoding, sign)}
        )

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """As rich calls it, before each print."""
        return [_Spelled(one, self._plainer) for one in renderables]


@dataclass(frozen=True, slots=True)
class _Spelled:
    """What another would print, but for what a terminal obeys. Rich's own codes stay."""

    inner: ConsoleRenderable
    plainer: dict[int, str]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for text, style, control in console.render(self.inner, options):
            shown = text if control else visible(text).translate(self.plainer)
            yield Segment(shown, style, control)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, self.inner)


def _has(encoding: str, sign: str) -> bool:
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
