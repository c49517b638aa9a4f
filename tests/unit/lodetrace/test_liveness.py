"""Which networks can still decide: the least one, one below it, and the story's."""

from collections.abc import Mapping
from itertools import permutations
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lodetrace.contracts.enums import Role, Scheme
from lodetrace.liveness import Margin, Slots, Voices, _filled, liveness, shortfalls

BUSINESS = Role.OPERATOR | Role.TRADER
SERVICE = Role.ORACLE | Role.RISK | Role.AUDITOR | Role.CERTIFIER | Role.UMPIRE


def network(business: int, service: int, council: int, quorum: int = 3) -> Voices:
    groups = {bytes([n]): BUSINESS for n in range(business)}
    groups |= {bytes([100 + n]): SERVICE for n in range(service)}
    operators = frozenset(group for group, roles in groups.items() if roles & Role.OPERATOR)
    return Voices(groups, operators, frozenset(list(groups)[:council]), quorum)


def margins(voices: Voices) -> Mapping[str, Margin]:
    return {one.act: one.margin for one in liveness(voices)}


def test_the_least_network_decides_everything_with_nothing_to_spare_for_a_quorum() -> None:
    found = margins(network(3, 3, 4))
    assert Margin.IMPOSSIBLE not in found.values()
    assert found["attest or withdraw an event"] is Margin.NONE_SPARE
    assert found["renew a hold beyond 104 days"] is Margin.NONE_SPARE
    assert found["freeze a group"] is Margin.NONE_SPARE, "of one of the three that judge"
    assert found["release a hold"] is Margin.SPARE
    assert found["decide a constitutional act about a seated group"] is Margin.NONE_SPARE
    assert shortfalls(network(3, 3, 4)) == []


def test_two_service_groups_attest_nothing() -> None:
    found = margins(network(3, 2, 4))
    assert found["attest or withdraw an event"] is Margin.IMPOSSIBLE
    assert found["renew a hold beyond 104 days"] is Margin.IMPOSSIBLE
    assert found["determine that a place is no CAHRA"] is Margin.NONE_SPARE
    assert found["freeze a group"] is Margin.IMPOSSIBLE
    assert shortfalls(network(3, 2, 4)) == [
        "5 ownership groups, at least 6",
        "2 groups that judge and do no business, at least 3",
    ]


def test_a_seventh_group_survives_an_absence() -> None:
    assert set(margins(network(3, 4, 5)).values()) == {Margin.SPARE}


def test_a_council_of_three_changes_no_constitution() -> None:
    voices = network(3, 3, 3)
    found = margins(voices)
    assert found["decide a constitutional act about a seated group"] is Margin.IMPOSSIBLE
    assert shortfalls(voices) == ["3 groups on the council, at least 4"]


def test_the_own_group_of_a_site_is_no_voice_there() -> None:
    """An inspector's group that runs a site: one voice fewer for its site, and the worst counts."""
    groups = {bytes([n]): Role.ORACLE for n in range(3)} | {b"z": BUSINESS}
    judged = liveness(Voices(groups, frozenset({b"z"}), frozenset(groups), 3))
    own = liveness(Voices(groups, frozenset({b"z", bytes([0])}), frozenset(groups), 3))
    assert (judged[0].margin, judged[0].available) == (Margin.NONE_SPARE, 3)
    assert (own[0].margin, own[0].available) == (Margin.IMPOSSIBLE, 2)


def test_the_story_decides_everything(root: Path) -> None:
    members = yaml.safe_load((root / "examples/cobalt/members.yaml").read_text())["members"]
    groups: dict[bytes, Role] = {}
    for one in members:
        roles = Role(0)
        for name in one["roles"]:
            roles |= Role[name]
        group = one["group"].encode()
        groups[group] = groups.get(group, Role(0)) | roles
    council = frozenset(one["group"].encode() for one in members if one["seat"])
    operators = frozenset(group for group, roles in groups.items() if roles & Role.OPERATOR)
    voices = Voices(groups, operators, council, 3)
    assert Margin.IMPOSSIBLE not in margins(voices).values()
    assert shortfalls(voices) == []


@given(
    st.lists(st.sampled_from([Role.RISK, Role.AUDITOR, Role.RISK | Role.AUDITOR]), max_size=4),
    st.dictionaries(
        st.binary(min_size=1, max_size=1),
        st.sampled_from([Role.RISK, Role.AUDITOR, Role.ORACLE, Role.RISK | Role.AUDITOR]),
        max_size=5,
    ),
)
def test_slots_are_filled_wherever_some_order_of_groups_fills_them(
    slots: list[Role], judges: dict[bytes, Role]
) -> None:
    way: Slots = tuple(slots)
    by_trying = any(
        all(judges[group] & slot for group, slot in zip(order, way, strict=True))
        for order in permutations(judges, len(way))
    )
    assert _filled(way, judges) is by_trying


@pytest.mark.parametrize("quorum", [1, 2, 3, 4])
def test_a_quorum_needs_so_many_groups(quorum: int) -> None:
    (attest, *_) = liveness(network(3, 4, 4, quorum))
    assert attest.needed == quorum


def test_schemes_are_counted_by_the_groups_that_may_certify_them() -> None:
    groups = {bytes([number]): Role.CERTIFIER for number in range(3)}
    irma, rmap, circular = 1 << Scheme.IRMA, 1 << Scheme.RMI_RMAP, 1 << Scheme.RECYCLED_CONTENT
    certifiers = {bytes([0]): irma | rmap | circular, bytes([1]): irma, bytes([2]): 0}
    own = frozenset({bytes([1])})
    found = {
        one.act: (one.needed, one.available, one.margin)
        for operators in (frozenset({b"z"}), own)
        for one in liveness(Voices(groups, operators, frozenset(groups), 3, certifiers))
        if one.act.startswith("certify ") and one.act != "certify a site"
    }
    assert found == {
        "certify RMI RMAP, RECYCLED CONTENT": (1, 1, Margin.NONE_SPARE),
        "certify IRMA": (1, 2, Margin.SPARE),
        "certify RMI RMAP, IRMA, RECYCLED CONTENT": (1, 1, Margin.NONE_SPARE),
    }
