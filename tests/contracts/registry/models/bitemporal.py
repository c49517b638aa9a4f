"""What was so at a time, as known at another: by definition, second by second.

Judge of Certificates and Places. It shares nothing with the contracts: no sweep, no stretches.
A question about an interval is asked at every second at which an answer can change.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

LAG = 3_600
RENEWAL_WINDOW = 90 * 86_400
GRACE = 90 * 86_400


@dataclass(frozen=True)
class Word:
    """Something said for (positive) or against a subject; last: None without end.

    since: from when on a positive word may bridge silence.
    """

    positive: bool
    first: int
    last: int | None
    recorded: int
    since: int

    def speaks_of(self, time: int) -> bool:
        begins = self.since if self.positive else self.first
        return begins <= time and (self.last is None or time <= self.last)

    def edges(self) -> Iterator[int]:
        yield from (self.first, self.since, self.recorded + LAG)
        if self.last is not None:
            yield self.last + 1


def favourable(words: Iterable[Word], time: int, known_at: int) -> bool:
    """words: in the order of their recording. The last one counts; a late one bridges silence."""
    heard = [w for w in words if w.recorded <= known_at and w.speaks_of(time)]
    against = [index for index, w in enumerate(heard) if not w.positive]
    after = heard[against[-1] + 1 :] if against else heard
    if against:
        return any(w.recorded + LAG <= time for w in after)
    return bool(after)


@dataclass
class Certifier:
    """changes: when he began (True) and ceased to certify, in order."""

    name: str
    changes: list[tuple[int, bool]] = field(default_factory=list)

    def certifies(self, time: int, known_at: int) -> bool | None:
        """None before he ever did."""
        heard = [what for when, what in self.changes if when <= min(time, known_at)]
        return heard[-1] if True in heard else None

    def is_silent(self, time: int, known_at: int) -> bool:
        """He ceased to certify, and neither within the grace nor later began again by then."""
        if self.certifies(time, known_at) is not False:
            return False
        ceased = time
        for when, what in reversed(self.changes):
            if when <= min(time, known_at):
                if what:
                    break
                ceased = when
        return time >= ceased + GRACE

    def edges(self) -> Iterator[int]:
        for when, _ in self.changes:
            yield from (when, when + GRACE)


@dataclass
class Certificate:
    """words: its statuses in the order of recording, the first InForce from `first` on.

    vouchers: who vouches for it since when, its issuer first; without any, everybody.
    """

    scheme: int
    element: int
    first: int
    last: int
    recorded: int
    words: list[Word] = field(default_factory=list)
    vouchers: list[tuple[int, Certifier]] = field(default_factory=list)

    @property
    def certifier(self) -> str:
        return self.vouchers[-1][1].name if self.vouchers else ""

    def covers(self, time: int, known_at: int) -> bool:
        if self.recorded > known_at or not self.first <= time <= self.last:
            return False
        return favourable(self.words, time, known_at) and not self.is_silent(time, known_at)

    def is_silent(self, time: int, known_at: int) -> bool:
        """Whoever vouches for it at a time does not."""
        heard = [one for since, one in self.vouchers if since <= min(time, known_at)]
        return bool(heard) and heard[-1].is_silent(time, known_at)

    def edges(self) -> Iterator[int]:
        yield from (self.first, self.last + 1)
        for since, one in self.vouchers:
            yield from (since, *one.edges())
        for word in self.words:
            yield from word.edges()

    def set_status(self, positive: bool, effective: int, recorded: int) -> None:
        self.words.append(Word(positive, effective, None, recorded, effective))

    def after_against(self, now: int) -> int:
        """The first second after all that was said against the site, now at the latest."""
        if all(word.positive for word in self.words):
            return 0
        last = self.words[-1]
        return min(now, last.first if last.positive else self.last + 1)

    def is_renewed_by(self, other: "Certificate") -> bool:
        """It ran to its end, and the other goes on without a gap; the certifier is the same."""
        same = (self.scheme, self.element) == (other.scheme, other.element)
        return (
            same
            and self.certifier == other.certifier
            and len(self.words) == 1
            and self.last < min(other.recorded, other.last)
            and other.first <= self.last + 1
        )


def issued(
    others: Iterable[Certificate],
    kind: tuple[int, int],
    validity: tuple[int, int],
    recorded: int,
    window: int,
    by: Certifier | None = None,
) -> Certificate:
    """A new certificate of a site that has others already. kind: scheme and element."""
    others = list(others)
    new = Certificate(*kind, *validity, recorded)
    if by is not None:
        new.vouchers.append((0, by))
    if any(other.is_renewed_by(new) for other in others):
        window = RENEWAL_WINDOW
    against = max((other.after_against(recorded) for other in others), default=0)
    since = max(new.first, recorded - window, against)
    new.words.append(Word(True, new.first, None, recorded, since))
    return new


def determined(clear: bool, first: int, last: int, recorded: int, window: int) -> Word:
    """One finding about a place; clear when no criterion is met."""
    since = max(first, recorded - window) if clear else first
    return Word(clear, first, last, recorded, since)


def certified(
    certificates: Iterable[Certificate],
    schemes: set[int],
    element: int,
    first: int,
    last: int,
    known_at: int,
) -> bool:
    """Whether some certificate covers each second."""
    answering = [c for c in certificates if c.scheme in schemes and c.element in (0, element)]
    edges = [edge for certificate in answering for edge in certificate.edges()]
    return first <= last and all(
        any(certificate.covers(time, known_at) for certificate in answering)
        for time in seconds_that_matter(first, last, edges)
    )


def cahra(determinations: Iterable[Word], first: int, last: int, known_at: int) -> bool:
    """Whether at some second the findings do not speak for the place, or there are none."""
    words = list(determinations)
    edges = [edge for word in words for edge in word.edges()]
    return first > last or not all(
        favourable(words, time, known_at) for time in seconds_that_matter(first, last, edges)
    )


def seconds_that_matter(first: int, last: int, edges: Iterable[int]) -> set[int]:
    """Between two of them nothing changes."""
    return {first, last, *(edge for edge in edges if first <= edge <= last)}
