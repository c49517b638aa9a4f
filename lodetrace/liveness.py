"""Can a network still decide? Which acts have enough ownership groups, and which hang on one.

Independence is counted by ownership group, so a network needs enough of them: the subject of an
act never takes part in it, and a group that is away must not stop everybody. Pure: the voices of
a network go in, a line for each act comes out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from lodetrace.contracts.enums import Role, scheme_names

LEAST_GROUPS: Final = 6
"""Ownership groups of the least network: three that do business and three that judge."""
LEAST_JUDGES: Final = 3
LEAST_COUNCIL: Final = 4
CONSTITUTIONAL_LEAST: Final = 3
"""Groups that a constitutional act takes at least (Council.sol)."""

BUSINESS: Final = Role.OPERATOR | Role.TRADER | Role.MAKER
JUDGING: Final = Role.ORACLE | Role.RISK | Role.AUDITOR

Slots = tuple[Role, ...]
"""Deciders of one act: each slot takes a group of its own that has one of these roles."""


class Margin(StrEnum):
    """What is left for the subject that has the fewest judges."""

    SPARE = "ok"
    NONE_SPARE = "no spare"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Panel:
    """Groups whose word counts at an open site. own: the group that operates it."""

    site: bytes
    own: bytes
    groups: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Voices:
    """Who may speak. groups: roles of the active organisations of each ownership group.

    site_operators: groups that operate a site which is open. council: groups that sit.
    certifiers: schemes that each group may certify now, bit s for scheme s. later: groups with
    judging roles that do not count yet, and are not among those of groups; from when on, seconds
    since 1970. panels: of the open sites. inspectors: groups that may attest now, those that have
    been inspectors for longest first. laboratories: groups that operate an open one.
    """

    groups: Mapping[bytes, Role]
    site_operators: frozenset[bytes]
    council: frozenset[bytes]
    quorum: int
    certifiers: Mapping[bytes, int] = field(default_factory=dict)
    later: Mapping[bytes, int] = field(default_factory=dict)
    panels: tuple[Panel, ...] = ()
    inspectors: tuple[bytes, ...] = ()
    laboratories: frozenset[bytes] = frozenset()

    def with_role(self, role: Role) -> frozenset[bytes]:
        """Groups with at least one of these roles."""
        return frozenset(group for group, roles in self.groups.items() if roles & role)

    @property
    def judges(self) -> frozenset[bytes]:
        """Groups that judge and do no business."""
        return self.with_role(JUDGING) - self.with_role(BUSINESS)


@dataclass(frozen=True, slots=True)
class Liveness:
    """One act: groups that it needs, and those it has for the subject that has the fewest."""

    act: str
    needed: int
    available: int
    margin: Margin


@dataclass(frozen=True, slots=True)
class Act:
    """What groups decide about another one. ways: each is enough."""

    name: str
    ways: Callable[[Voices], Sequence[Slots]]
    subjects: Callable[[Voices], frozenset[bytes]]

    def judges(self, voices: Voices) -> list[dict[bytes, Role]]:
        """For each subject the other groups with one of the roles; without any, all of them."""
        role = Role(0)
        for slot in (slot for way in self.ways(voices) for slot in way):
            role |= slot
        able = {group: roles for group, roles in voices.groups.items() if roles & role}
        return [
            {group: roles for group, roles in able.items() if group != subject}
            for subject in self.subjects(voices) or {b""}
        ]


def liveness(voices: Voices) -> list[Liveness]:
    """A line for each act; the council's last."""
    return [*(_judged(act, voices) for act in ACTS), *_schemes(voices), *_council(voices)]


def shortfalls(voices: Voices) -> list[str]:
    """What keeps the network below the least one, in words; empty where nothing does."""
    counted = (
        ("ownership groups", len(voices.groups), LEAST_GROUPS),
        ("groups that judge and do no business", len(voices.judges), LEAST_JUDGES),
        ("groups on the council", len(voices.council), LEAST_COUNCIL),
    )
    return [f"{there} {what}, at least {least}" for what, there, least in counted if there < least]


def _quorum(voices: Voices) -> Sequence[Slots]:
    return ((Role.ORACLE,) * voices.quorum,)


def _of_operators(voices: Voices) -> frozenset[bytes]:
    return voices.site_operators


def _of_business(voices: Voices) -> frozenset[bytes]:
    return voices.with_role(BUSINESS)


def _of_all(voices: Voices) -> frozenset[bytes]:
    return frozenset(voices.groups)


def _fixed(*ways: Slots) -> Callable[[Voices], Sequence[Slots]]:
    return lambda voices: ways


ACTS: Final = (
    Act("attest or withdraw an event", _quorum, _of_operators),
    Act("determine that a place is no CAHRA", _fixed((Role.RISK,) * 2), _of_operators),
    Act("certify a site", _fixed((Role.CERTIFIER,)), _of_operators),
    Act("release a hold", _fixed((Role.RISK, Role.AUDITOR)), _of_business),
    Act(
        "renew a hold beyond 104 days",
        _fixed(
            (Role.RISK, Role.AUDITOR, Role.RISK),
            (Role.AUDITOR, Role.RISK, Role.AUDITOR),
        ),
        _of_business,
    ),
    Act("freeze a group", _fixed((Role.RISK | Role.AUDITOR,) * 2), _of_all),
    Act("settle a dispute", _fixed((Role.UMPIRE,)), _of_business),
)


def _judged(act: Act, voices: Voices) -> Liveness:
    """By the subject with the worst outlook; a network without any is judged as a whole."""
    ways = act.ways(voices)
    return _worst(
        [
            Liveness(act.name, len(ways[0]), len(judges), _margin(ways, judges))
            for judges in act.judges(voices)
        ]
    )


def _margin(ways: Sequence[Slots], judges: Mapping[bytes, Role]) -> Margin:
    if not is_possible(ways, judges):
        return Margin.IMPOSSIBLE
    for away in judges:
        rest = {group: roles for group, roles in judges.items() if group != away}
        if not is_possible(ways, rest):
            return Margin.NONE_SPARE
    return Margin.SPARE


def is_possible(ways: Sequence[Slots], judges: Mapping[bytes, Role]) -> bool:
    """Whether these groups fill one of the ways."""
    return any(_filled(way, judges) for way in ways)


def _filled(slots: Slots, judges: Mapping[bytes, Role]) -> bool:
    """Whether each slot finds a group of its own (augmenting paths)."""
    taken: dict[bytes, int] = {}

    def seat(slot: int, tried: set[bytes]) -> bool:
        for group, roles in judges.items():
            if roles & slots[slot] and group not in tried:
                tried.add(group)
                if group not in taken or seat(taken[group], tried):
                    taken[group] = slot
                    return True
        return False

    return all(seat(slot, set()) for slot in range(len(slots)))


def _schemes(voices: Voices) -> Iterable[Liveness]:
    """Schemes that somebody is accredited for; those with as many certifiers in one line.

    Who hangs on one certifier has nobody to take its certificates over.
    """
    by_count: dict[int, int] = defaultdict(int)
    for number in range(64):
        groups = {group for group, schemes in voices.certifiers.items() if schemes >> number & 1}
        if groups:
            subjects = voices.site_operators or {b""}
            by_count[min(len(groups - {subject}) for subject in subjects)] |= 1 << number
    for available, schemes in sorted(by_count.items()):
        act = f"certify {', '.join(scheme_names(schemes))}"
        yield Liveness(act, 1, available, _counted(1, available))


def _council(voices: Voices) -> Iterable[Liveness]:
    seated = len(voices.council)
    majority = seated // 2 + 1
    yield Liveness("decide an act", majority, seated, _counted(majority, seated))
    others = max(seated - 1, 0)
    needed = constitutional(others)
    margin = _counted(needed, others)
    yield Liveness("decide a constitutional act about a seated group", needed, others, margin)


def constitutional(groups: int) -> int:
    """Groups that a constitutional act takes, of those on the council that it does not affect."""
    return max(-(-2 * groups // 3), CONSTITUTIONAL_LEAST)


def _counted(needed: int, available: int) -> Margin:
    if available < needed:
        return Margin.IMPOSSIBLE
    return Margin.SPARE if available > needed else Margin.NONE_SPARE


def _worst(found: Sequence[Liveness]) -> Liveness:
    order = list(Margin)
    return max(found, key=lambda one: (order.index(one.margin), -one.available))
