"""Determinations of places: conflict-affected and high-risk, as known at each moment."""

from collections.abc import Sequence
from typing import Final

from lodetrace.audit.closure import Closure
from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay.bitemporal import Fact, Known, holds
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.labels import place as label
from lodetrace.audit.replay.members import Members
from lodetrace.audit.replay.settings import Settings
from lodetrace.contracts.enums import FOREVER, Role, RowKind
from lodetrace.contracts.events import DeterminationExcused, PlaceDetermined
from lodetrace.contracts.structs import NOBODY, Determination, Row
from lodetrace.text import hex_of

AHEAD_MAX: Final = 30 * 24 * 3600
ALONE_MAX: Final = 30 * 24 * 3600
"""Seconds that one group alone goes back for good, and that it stands alone if it goes further."""


class DeterminationTooEarly(HistoryRefused):
    """A determination of a time that lies more than 30 days ahead."""

    template = "step {step}, {item}: it was determined from {start} on as early as {time}"


class DeterminationReachesBack(HistoryRefused):
    """A determination that counts for more of the past than the rules allow."""

    template = "step {step}, {item}: it counts since {since}, by the rules since {expected}"


class SecondGroupMissing(HistoryRefused):
    """A determination for a place that one ownership group alone made."""

    template = "step {step}, {item}: one ownership group alone found no criterion met"


class DeterminationLapsesOtherwise(HistoryRefused):
    """A determination that counts for longer, or shorter, than the rules allow."""

    template = "step {step}, {item}: it lapses at {lapses}, by the rules at {expected}"


class DeterminationNotExcusable(HistoryRefused):
    """An excuse of a determination that is not shown, or speaks against the place."""

    template = "step {step}, {item}: no favourable determination {number} is shown to be excused"


class PlaceNotDetermined(HistoryRefused):
    """New metal moved while nobody had determined its birthplace."""

    template = "step {step}, {item}: birthplace {place} had no valid determination at block {block}"


class Places:
    """Places; `relied` are those that the story asks about."""

    def __init__(self, closure: Closure, members: Members, settings: Settings) -> None:
        self._closure: Final = closure
        self._members: Final = members
        self._settings: Final = settings
        self.facts: Final[dict[bytes, list[Fact]]] = {}
        self.documents: Final[dict[bytes, set[bytes]]] = {}
        self.relied: Final[set[bytes]] = set()

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {PlaceDetermined: self._determine, DeterminationExcused: self._excuse}

    def is_cahra(self, place: bytes, start: int, end: int, known: Known) -> bool:
        """False only if determinations cover the whole time and none finds a criterion met."""
        return start > end or not holds(self._facts_of(place), start, end, known)

    def is_determined(self, place: bytes, time: int) -> bool:
        """Whether a determination shown so far, of either outcome, is valid at the time."""
        return any(fact.from_ <= time <= fact.to for fact in self._facts_of(place))

    def require_determined(self, place: bytes | None, item: str, at: ProvenEvent) -> None:
        """Raises PlaceNotDetermined; nothing is required of metal that was sold."""
        if place is not None and not self.is_determined(place, at.time):
            raise PlaceNotDetermined(item=item, place=hex_of(place), block=at.block)

    def _facts_of(self, place: bytes) -> Sequence[Fact]:
        self._closure.row(Row(RowKind.PLACE, place))
        self.relied.add(place)
        return self.facts.get(place, ())

    def _determine(self, event: PlaceDetermined, at: ProvenEvent) -> None:
        found, item = event.determination, label(event.place)
        if found.from_ > at.time + AHEAD_MAX:
            raise DeterminationTooEarly(item=item, start=found.from_, time=at.time)
        criteria = found.conflict | found.governance << 1 | found.human_rights << 2
        groups = self._groups(event, criteria, item, at)
        self._require_since(found, criteria, item, at)
        speaker = self._members.organisation_of(event.by, item)
        lapses = self._lapses(event.place, found, criteria, speaker, at)
        if found.lapses_at != lapses:
            raise DeterminationLapsesOtherwise(item=item, lapses=found.lapses_at, expected=lapses)
        times = (found.from_, found.to, at.time, found.since)
        fact = Fact(*times, at.order, criteria == 0, criteria, lapses, groups, speaker)
        self.facts.setdefault(event.place, []).append(fact)
        self.documents.setdefault(event.place, set()).add(found.document)

    def _groups(
        self, event: PlaceDetermined, criteria: int, item: str, at: ProvenEvent
    ) -> tuple[bytes, ...]:
        """Whose word it is: two groups' where it speaks for the place."""
        voices = (event.by,) if criteria else (event.by, event.proposer)
        for account in voices:
            if account == NOBODY:
                raise SecondGroupMissing(item=item)
            self._members.require(account, Role.RISK, item, at)
        groups = tuple(self._members.group_of_account(account, item) for account in voices)
        if len(set(groups)) < len(voices):
            raise SecondGroupMissing(item=item)
        return groups

    def _require_since(
        self, found: Determination, criteria: int, item: str, at: ProvenEvent
    ) -> None:
        back = at.time - self._settings.recording_window
        expected = found.from_ if criteria else max(found.from_, back)
        if found.since != expected:
            raise DeterminationReachesBack(item=item, since=found.since, expected=expected)

    def _lapses(
        self,
        place: bytes,
        found: Determination,
        criteria: int,
        speaker: bytes,
        at: ProvenEvent,
    ) -> int:
        """One group alone that goes far back against a place: 30 days later, if none joins.

        Whether another one did is asked of the groups of now.
        """
        if not criteria or at.time <= found.from_ + ALONE_MAX:
            return FOREVER
        joins = any(
            not fact.positive
            and fact.lapses_at >= at.time
            and fact.from_ <= found.from_
            and fact.to >= found.to
            and not self._one_voice(fact, speaker, place)
            for fact in self.facts.get(place, ())
        )
        return FOREVER if joins else at.time + ALONE_MAX

    def _one_voice(self, fact: Fact, speaker: bytes, place: bytes) -> bool:
        said_by = fact.organisation
        return said_by is None or self._members.one_voice(said_by, speaker, label(place))

    def _excuse(self, event: DeterminationExcused, at: ProvenEvent) -> None:
        """It was recorded late: until now it bridges silence from its beginning on."""
        facts = self.facts.get(event.place, [])
        known = 0 < event.number <= len(facts) and facts[event.number - 1].positive
        if not known:
            raise DeterminationNotExcusable(item=label(event.place), number=event.number)
        fact = facts[event.number - 1]
        until = min(fact.to, at.time)
        times = (fact.from_, until, at.time, fact.from_)
        facts.append(Fact(*times, at.order, True, fact.detail, FOREVER, fact.groups))
