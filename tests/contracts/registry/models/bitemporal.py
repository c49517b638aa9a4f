"""What was so at a time, as known at another: by definition, second by second.

Judge of Certificates and Places. It shares nothing with the contracts: no sweep, no stretches.
A question about an interval is asked at every second at which an answer can change.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

Known = Callable[[bool, int], bool]
"""Whether something counts that speaks for (True) or against the subject, recorded at a time."""


def known_until(time: int) -> Known:
    """Everything recorded until then."""
    return lambda _positive, recorded: recorded <= time


def known_at_gate(event_end: int, now: int, *, excused: bool) -> Known:
    """What speaks for the site in time, what speaks against it by now."""
    return lambda positive, recorded: recorded <= (event_end if positive and not excused else now)


@dataclass(frozen=True)
class Entry:
    """One status of a certificate."""

    positive: bool
    effective: int
    recorded: int


@dataclass
class Certificate:
    """entries in the order of recording, the first InForce from `first` on."""

    scheme: int
    element: int
    first: int
    last: int
    recorded: int
    entries: list[Entry] = field(default_factory=list)

    def covers(self, time: int, known: Known) -> bool:
        if not known(True, self.recorded) or not self.first <= time <= self.last:
            return False
        heard = [e for e in self.entries if known(e.positive, e.recorded) and e.effective <= time]
        return bool(heard) and heard[-1].positive

    def edges(self) -> Iterator[int]:
        yield from (self.first, self.last + 1)
        yield from (entry.effective for entry in self.entries)


@dataclass(frozen=True)
class Determination:
    """One finding about a place; clear when no criterion is met."""

    first: int
    last: int
    recorded: int
    clear: bool


def certified(
    certificates: Iterable[Certificate],
    schemes: set[int],
    element: int,
    first: int,
    last: int,
    known: Known,
) -> bool:
    """Whether some certificate covers each second."""
    answering = [c for c in certificates if c.scheme in schemes and c.element in (0, element)]
    edges = [edge for certificate in answering for edge in certificate.edges()]
    return first <= last and all(
        any(certificate.covers(time, known) for certificate in answering)
        for time in seconds_that_matter(first, last, edges)
    )


def cahra(determinations: Iterable[Determination], first: int, last: int, known: Known) -> bool:
    """Whether in some second the last recorded finding is not clear, or there is none."""
    heard = [d for d in determinations if known(d.clear, d.recorded)]
    edges = [edge for d in heard for edge in (d.first, d.last + 1)]
    if first > last:
        return True
    for time in seconds_that_matter(first, last, edges):
        speaking = [d for d in heard if d.first <= time <= d.last]
        if not speaking or not speaking[-1].clear:
            return True
    return False


def seconds_that_matter(first: int, last: int, edges: Iterable[int]) -> set[int]:
    """Between two of them nothing changes."""
    return {first, last, *(edge for edge in edges if first <= edge <= last)}
