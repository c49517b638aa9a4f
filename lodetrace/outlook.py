"""Who decides what, and who still can when one group is away, one is hostile, or both.

Whoever is away says nothing; whoever is hostile refuses what it may refuse. Which groups these are
nobody knows beforehand, so the worst ones count. Pure: the voices of a network go in, a line for
each body comes out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import permutations
from typing import Final

from lodetrace.contracts.enums import Role
from lodetrace.liveness import ACTS, Act, Panel, Voices, constitutional, is_possible
from lodetrace.text import counted


class Outcome(StrEnum):
    """Whether it is decided. The best comes first."""

    NOW = "now"
    DRAWN = "10 days"
    NEVER = "no"


@dataclass(frozen=True, slots=True)
class Outlook:
    """A body. groups: that may speak in it now. sites: that a panel is of.

    away, hostile: with any one of them missing. both: with one away and another one hostile.
    """

    body: str
    needed: int
    groups: tuple[bytes, ...]
    sites: tuple[bytes, ...]
    away: Outcome
    hostile: Outcome
    both: Outcome


Missing = tuple[frozenset[bytes], frozenset[bytes]]
"""Groups that are away, and groups that are hostile."""
Verdict = Callable[[Missing], Outcome]

NOBODY: Final = frozenset[bytes]()
ATTEST: Final = 0
"""The place among the acts of what panels decide, each for its sites."""


def outlooks(voices: Voices) -> list[Outlook]:
    """Panels first, then judges and laboratories, then the council."""
    judged = [_judged(act, voices) for act in ACTS[ATTEST + 1 :]]
    return [*_panels(voices), *judged, _laboratories(voices), *_council(voices)]


def _panels(voices: Voices) -> Iterator[Outlook]:
    """One line for all sites that the same groups speak for, and the same are drawn for."""
    alike: dict[tuple[tuple[bytes, ...], tuple[bytes, ...]], list[Panel]] = defaultdict(list)
    for panel in voices.panels:
        spoken = (*panel.groups, panel.own)
        drawn = tuple(group for group in voices.inspectors if group not in spoken)
        alike[panel.groups, drawn].append(panel)
    for (groups, others), panels in alike.items():
        speaking = tuple(group for group in groups if group in voices.inspectors)
        body = f"attest at {counted(len(panels), 'sites')}"
        yield _outlook(
            body,
            voices.quorum,
            speaking,
            _of_panel(voices.quorum, groups, speaking, others),
            sites=tuple(panel.site for panel in panels),
            spare=others,
        )


def _of_panel(
    quorum: int, groups: tuple[bytes, ...], speaking: tuple[bytes, ...], others: tuple[bytes, ...]
) -> Verdict:
    """Whoever is silent for 10 days is replaced by the next inspector, unless the panel refused."""

    def verdict(missing: Missing) -> Outcome:
        away, hostile = missing
        attest = [group for group in speaking if group not in away | hostile]
        if len(attest) >= quorum:
            return Outcome.NOW
        refusals = len(hostile.intersection(speaking))
        silent = len(groups) - len(attest) - refusals
        drawn = [group for group in others[:silent] if group not in away | hostile]
        answered = refusals + quorum > len(groups)
        replaced = not answered and len(attest) + len(drawn) >= quorum
        return Outcome.DRAWN if replaced else Outcome.NEVER

    return verdict


def _judged(act: Act, voices: Voices) -> Outlook:
    """A hostile judge is one that does not consent: nobody refuses in another's name."""
    ways, cases = act.ways(voices), act.judges(voices)

    def verdict(missing: Missing) -> Outcome:
        away, hostile = missing
        left = (
            {group: roles for group, roles in judges.items() if group not in away | hostile}
            for judges in cases
        )
        return _now(all(is_possible(ways, judges) for judges in left))

    groups = tuple(sorted(set().union(*cases)))
    return _outlook(act.name, len(ways[0]), groups, verdict)


def _laboratories(voices: Voices) -> Outlook:
    able = voices.laboratories & voices.with_role(Role.LABORATORY)
    return _enough("measure a disputed lot", 1, able)


def _council(voices: Voices) -> Iterable[Outlook]:
    """Who is away or hostile keeps the seat, so it counts among those that could approve."""
    seated = len(voices.council)
    yield _enough("decide an act", seated // 2 + 1, voices.council)
    others = max(seated - 1, 0)
    name = "decide a constitutional act about a seated group"
    yield _enough(name, constitutional(others), voices.council, affected=1)


def _enough(body: str, needed: int, groups: frozenset[bytes], affected: int = 0) -> Outlook:
    def verdict(missing: Missing) -> Outcome:
        away, hostile = missing
        return _now(len(groups - away - hostile) - affected >= needed)

    return _outlook(body, needed, tuple(sorted(groups)), verdict)


def _outlook(
    body: str,
    needed: int,
    groups: tuple[bytes, ...],
    verdict: Verdict,
    sites: tuple[bytes, ...] = (),
    spare: tuple[bytes, ...] = (),
) -> Outlook:
    """spare: groups that are missed only once others are."""
    all_ = (*groups, *spare)
    one = [frozenset({group}) for group in all_]
    away: list[Missing] = [(group, NOBODY) for group in one]
    hostile: list[Missing] = [(NOBODY, group) for group in one]
    return Outlook(
        body,
        needed,
        groups,
        sites,
        away=_worst(verdict, away),
        hostile=_worst(verdict, hostile),
        both=_worst(verdict, [*away, *hostile, *permutations(one, 2)]),
    )


def _worst(verdict: Verdict, cases: Iterable[Missing]) -> Outcome:
    """No better than with everybody there: of nobody, nobody is missing."""
    order = list(Outcome)
    found = [verdict((NOBODY, NOBODY)), *(verdict(case) for case in cases)]
    return max(found, key=order.index)


def _now(possible: bool) -> Outcome:
    return Outcome.NOW if possible else Outcome.NEVER
