"""Which withdrawn site events the metal of a lot comes from, as the chain tells it."""

from collections.abc import Sequence

from lodetrace.contracts.events import EventWithdrawn, LotBorn, LotConsumed, LotMade, RunRecorded
from lodetrace.member.offers import Warned
from lodetrace.member.session import MemberSession
from lodetrace.text import hex_of


def withdrawn_events(member: MemberSession, lot: bytes) -> list[bytes]:
    """Events behind a lot or its ancestors whose documents were withdrawn after their use.

    One request where no used document was ever withdrawn, else some for each generation.
    """
    flagged = {one.event_id for one in member.contracts.happened(EventWithdrawn) if one.used}
    found: set[bytes] = set()
    seen: set[bytes] = set()
    frontier = [lot] if flagged else []
    while frontier:
        seen.update(frontier)
        events, parents = _behind(member, frontier)
        found |= events & flagged
        frontier = sorted(parents - seen)
    return sorted(found)


def withdrawal_warnings(member: MemberSession, lot: bytes) -> list[Warned]:
    """What to think about before this lot changes hands."""
    return [
        Warned(
            "withdrawn-origin",
            lot,
            f"its metal comes from event {hex_of(event)}, whose document its site withdrew",
        )
        for event in withdrawn_events(member, lot)
    ]


def _behind(member: MemberSession, lots: Sequence[bytes]) -> tuple[set[bytes], set[bytes]]:
    """Events that bore the lots or fed the runs that made them, and the lots those consumed."""
    contracts = member.contracts
    events = {one.event_id for one in contracts.happened(LotBorn, lot=list(lots))}
    runs = sorted({one.run_id for one in contracts.happened(LotMade, lot=list(lots))})
    if not runs:
        return events, set()
    events |= {one.event_id for one in contracts.happened(RunRecorded, run_id=runs)}
    return events, {one.lot for one in contracts.happened(LotConsumed, run_id=runs)}
