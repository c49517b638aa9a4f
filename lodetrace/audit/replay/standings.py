"""Standings: that the state of the chain says of each site event what the shown events say."""

from collections.abc import Mapping

from lodetrace.audit.evidence import ProvenStanding
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.attestations import Attestations, SiteEventHistory
from lodetrace.audit.replay.errors import HistoryRefused


class StandingContradicted(HistoryRefused):
    """The state of the chain says otherwise than the shown events: one was withheld."""

    template = (
        "step {step}, {item}: the chain holds {what} as {actual}, "
        "the shown events make it {expected}"
    )


def require_standings(
    attestations: Attestations, standings: Mapping[bytes, ProvenStanding], head: int
) -> frozenset[bytes]:
    """Site events whose standing at the head is proven, and agrees with the shown events."""
    at_head = set()
    for event_id, history in attestations.events.items():
        standing = standings.get(event_id)
        if standing is None:
            continue
        _require_shown(event_id, history, standing)
        if standing.block == head:
            _require_agreeing(event_id, history, standing)
            at_head.add(event_id)
    return frozenset(at_head)


def _require_shown(event_id: bytes, history: SiteEventHistory, proven: ProvenStanding) -> None:
    """What the chain held at any block is shown: a use, or a withdrawal, is never undone."""
    was_used = history.standing is not None and history.standing.used is not None
    was_withdrawn = bool(history.withdrawn_documents)
    for name, actual, shown in (
        ("used", proven.used, was_used),
        ("withdrawn", proven.withdrawn, was_withdrawn),
    ):
        if actual and not shown:
            _contradict(event_id, name, actual, shown)


def _require_agreeing(event_id: bytes, history: SiteEventHistory, proven: ProvenStanding) -> None:
    """At the head, the chain holds what the shown events make."""
    shown = history.standing
    expected = {
        "used": shown is not None and shown.used is not None,
        "excused": shown is not None and shown.excused,
        "withdrawn": shown is not None and shown.withdrawn is not None,
    }
    for name, value in expected.items():
        if getattr(proven, name) != value:
            _contradict(event_id, name, getattr(proven, name), value)


def _contradict(event_id: bytes, name: str, actual: bool, expected: bool) -> None:
    raise StandingContradicted(
        item=labels.site_event(event_id), what=name, actual=actual, expected=expected
    )
