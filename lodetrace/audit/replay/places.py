"""Determinations of places: conflict-affected and high-risk, as known at each moment."""

from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay.bitemporal import Fact, Known, holds
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.labels import place as label
from lodetrace.audit.replay.settings import Settings
from lodetrace.contracts.events import DeterminationExcused, PlaceDetermined
from lodetrace.text import hex_of

AHEAD_MAX: Final = 30 * 24 * 3600


class DeterminationTooEarly(HistoryRefused):
    """A determination of a time that lies more than 30 days ahead."""

    template = "step {step}, {item}: it was determined from {start} on as early as {time}"


class DeterminationReachesBack(HistoryRefused):
    """A determination that counts for more of the past than the rules allow."""

    template = "step {step}, {item}: it counts since {since}, by the rules since {expected}"


class DeterminationNotExcusable(HistoryRefused):
    """An excuse of a determination that is not shown, or speaks against the place."""

    template = "step {step}, {item}: no favourable determination {number} is shown to be excused"


class PlaceNotDetermined(HistoryRefused):
    """New metal moved while nobody had determined its birthplace."""

    template = "step {step}, {item}: birthplace {place} had no valid determination at block {block}"


class Places:
    """What is shown of places; `relied` are those that the story asks about."""

    def __init__(self, settings: Settings) -> None:
        self._settings: Final = settings
        self.facts: Final[dict[bytes, list[Fact]]] = {}
        self.documents: Final[dict[bytes, set[bytes]]] = {}
        self.relied: Final[set[bytes]] = set()

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {PlaceDetermined: self._determine, DeterminationExcused: self._excuse}

    def is_cahra(self, place: bytes, start: int, end: int, known: Known) -> bool:
        """False only if determinations cover the whole time and none finds a criterion met."""
        self.relied.add(place)
        return start > end or not holds(self.facts.get(place, ()), start, end, known)

    def is_determined(self, place: bytes, time: int) -> bool:
        """Whether a determination shown so far, of either outcome, is valid at the time."""
        self.relied.add(place)
        return any(fact.from_ <= time <= fact.to for fact in self.facts.get(place, ()))

    def require_determined(self, place: bytes | None, item: str, at: ProvenEvent) -> None:
        """Raises PlaceNotDetermined; nothing is required of metal that was sold."""
        if place is not None and not self.is_determined(place, at.time):
            raise PlaceNotDetermined(item=item, place=hex_of(place), block=at.block)

    def _determine(self, event: PlaceDetermined, at: ProvenEvent) -> None:
        if event.from_ > at.time + AHEAD_MAX:
            raise DeterminationTooEarly(item=label(event.place), start=event.from_, time=at.time)
        criteria = event.conflict | event.governance << 1 | event.human_rights << 2
        back = at.time - self._settings.recording_window
        expected = event.from_ if criteria else max(event.from_, back)
        if event.since != expected:
            raise DeterminationReachesBack(
                item=label(event.place), since=event.since, expected=expected
            )
        times = (event.from_, event.to, at.time, event.since)
        self.facts.setdefault(event.place, []).append(
            Fact(*times, at.place, criteria == 0, criteria)
        )
        self.documents.setdefault(event.place, set()).add(event.document)

    def _excuse(self, event: DeterminationExcused, at: ProvenEvent) -> None:
        """It was recorded late: until now it bridges silence from its beginning on."""
        facts = self.facts.get(event.place, [])
        known = 0 < event.number <= len(facts) and facts[event.number - 1].positive
        if not known:
            raise DeterminationNotExcusable(item=label(event.place), number=event.number)
        fact = facts[event.number - 1]
        until = min(fact.to, at.time)
        facts.append(Fact(fact.from_, until, at.time, fact.from_, at.place, True, fact.detail))
