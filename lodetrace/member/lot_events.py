"""Offers of many lots and their acceptances, asked for at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from lodetrace.contracts.events import LotAccepted, LotOffered, Recorded
from lodetrace.member.session import MemberSession

AT_ONCE: Final = 100
"""Lots in one question: nodes limit the topics of a filter."""


def by_lot(
    member: MemberSession,
    cls: type[LotOffered | LotAccepted],
    lots: Sequence[bytes],
    to: str | None = None,
) -> Mapping[bytes, list[Recorded]]:
    """Events of one type, by lot, each list in the order of the chain. to: None for anybody."""
    found: defaultdict[bytes, list[Recorded]] = defaultdict(list)
    for start in range(0, len(lots), AT_ONCE):
        named = list(lots[start : start + AT_ONCE])
        for recorded in member.contracts.events(cls, lot=named, to=to):
            if isinstance(recorded.event, cls):
                found[recorded.event.lot].append(recorded)
    return found
