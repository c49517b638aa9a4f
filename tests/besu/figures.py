"""What was measured in this run, printed at its end."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Figures:
    rows: list[tuple[str, str]] = field(default_factory=list)

    def add(self, what: str, figure: object) -> None:
        self.rows.append((what, str(figure)))

    @contextmanager
    def seconds(self, what: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.add(what, f"{time.monotonic() - started:.0f} s")


FIGURES = Figures()


def table(figures: Figures) -> str:
    width = max(len(what) for what, _ in figures.rows)
    return "\n".join(f"{what:<{width}}  {figure}" for what, figure in figures.rows)
