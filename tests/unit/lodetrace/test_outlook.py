"""Which bodies still decide while a group is away, one is hostile, or both."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from lodetrace.contracts.enums import Role
from lodetrace.liveness import Panel, Voices
from lodetrace.outlook import Outcome, Outlook, outlooks

NOW, DRAWN, NEVER = Outcome.NOW, Outcome.DRAWN, Outcome.NEVER
BUSINESS = Role.OPERATOR | Role.TRADER
SERVICE = Role.ORACLE | Role.RISK | Role.AUDITOR | Role.CERTIFIER | Role.UMPIRE
CONSTITUTIONAL = "decide a constitutional act about a seated group"


def network(
    service: int, *, council: int = 4, quorum: int = 3, laboratories: int = 1, silent: int = 0
) -> Voices:
    """Three groups that do business, the first of them at two sites, and some that judge.

    silent: so many of the longest serving inspectors, which are on the panel, attest nothing now.
    """
    judges = tuple(bytes([100 + number]) for number in range(service))
    groups = {bytes([number]): BUSINESS for number in range(3)}
    groups |= dict.fromkeys(judges[silent:], SERVICE)
    measuring = tuple(bytes([200 + number]) for number in range(laboratories))
    groups |= dict.fromkeys(measuring, Role.LABORATORY)
    sites = (bytes([10]), bytes([11]))
    return Voices(
        groups,
        frozenset({bytes([0])}),
        frozenset(list(groups)[:council]),
        quorum,
        panels=tuple(Panel(site, bytes([0]), judges[: quorum + 1]) for site in sites),
        inspectors=judges[silent:],
        laboratories=frozenset(measuring),
    )


def outlook(voices: Voices, body: str) -> Outlook:
    (found,) = (one for one in outlooks(voices) if one.body == body)
    return found


def said(one: Outlook) -> Sequence[Outcome]:
    return (one.away, one.hostile, one.both)


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        (2, (NEVER, NEVER, NEVER)),
        (3, (NEVER, NEVER, NEVER)),
        (4, (NOW, NOW, NEVER)),
        (5, (NOW, NOW, DRAWN)),
        (6, (NOW, NOW, DRAWN)),
    ],
    ids=str,
)
def test_a_panel_of_a_quorum_and_one_to_spare(service: int, expected: Sequence[Outcome]) -> None:
    """With a fifth inspector, which is drawn in the place of one that is silent."""
    found = outlook(network(service), "attest at 2 sites")
    assert said(found) == expected
    assert (found.needed, found.sites) == (3, (bytes([10]), bytes([11])))
    assert found.groups == tuple(bytes([100 + number]) for number in range(min(service, 4)))


def test_an_inspector_that_cannot_speak_is_as_one_that_is_away() -> None:
    assert said(outlook(network(4, silent=1), "attest at 2 sites")) == (NEVER, NEVER, NEVER)
    assert said(outlook(network(6, silent=1), "attest at 2 sites")) == (DRAWN, DRAWN, NEVER)


def test_a_panel_that_has_answered_calls_nobody_in() -> None:
    """At a quorum of four of four there is no seat to spare: a refusal is the answer."""
    voices = network(9, quorum=4)
    panel = Panel(bytes([10]), bytes([0]), voices.inspectors[:4])
    narrow = replace(voices, panels=(panel,))
    assert said(outlook(narrow, "attest at 1 site")) == (DRAWN, NEVER, NEVER)


def test_the_operators_own_group_is_drawn_for_nobody() -> None:
    voices = network(5, silent=1)
    fifth = voices.inspectors[3]
    panels = tuple(Panel(one.site, fifth, one.groups) for one in voices.panels)
    own = replace(voices, panels=panels)
    assert (
        said(outlook(own, "attest at 2 sites"))
        == (NEVER, NEVER, NEVER)
        != said(outlook(voices, "attest at 2 sites"))
    )


def test_sites_with_other_panels_have_lines_of_their_own() -> None:
    voices = network(6)
    first, second = voices.panels
    other = Panel(second.site, second.own, voices.inspectors[2:])
    told = outlooks(replace(voices, panels=(first, other)))
    assert [one.sites for one in told if one.body == "attest at 1 site"] == [
        (first.site,),
        (second.site,),
    ]


@pytest.mark.parametrize(
    ("body", "service", "expected"),
    [
        ("determine that a place is no CAHRA", 3, (NOW, NOW, NEVER)),
        ("determine that a place is no CAHRA", 4, (NOW, NOW, NOW)),
        ("release a hold", 2, (NEVER, NEVER, NEVER)),
        ("release a hold", 4, (NOW, NOW, NOW)),
        ("renew a hold beyond 104 days", 4, (NOW, NOW, NEVER)),
        ("settle a dispute", 1, (NEVER, NEVER, NEVER)),
        ("freeze a group", 5, (NOW, NOW, NOW)),
        ("freeze a group", 4, (NOW, NOW, NEVER)),
    ],
)
def test_judges(body: str, service: int, expected: Sequence[Outcome]) -> None:
    """Whoever is hostile does not consent, and that is all it can do."""
    found = outlook(network(service), body)
    assert said(found) == expected
    assert len(found.groups) == service


@pytest.mark.parametrize(
    ("laboratories", "expected"),
    [(0, (NEVER,) * 3), (1, (NEVER,) * 3), (2, (NOW, NOW, NEVER)), (3, (NOW,) * 3)],
)
def test_laboratories(laboratories: int, expected: Sequence[Outcome]) -> None:
    found = outlook(network(3, laboratories=laboratories), "measure a disputed lot")
    assert said(found) == expected


@pytest.mark.parametrize(
    ("council", "ordinary", "constitutional"),
    [
        (3, (NOW, NOW, NEVER), (NEVER, NEVER, NEVER)),
        (4, (NOW, NOW, NEVER), (NEVER, NEVER, NEVER)),
        (5, (NOW, NOW, NOW), (NOW, NOW, NEVER)),
        (6, (NOW, NOW, NOW), (NOW, NOW, NEVER)),
        (7, (NOW, NOW, NOW), (NOW, NOW, NOW)),
    ],
)
def test_the_council(
    council: int, ordinary: Sequence[Outcome], constitutional: Sequence[Outcome]
) -> None:
    """A seat that is away counts among those that could approve."""
    voices = network(4, council=council)
    assert said(outlook(voices, "decide an act")) == ordinary
    assert said(outlook(voices, CONSTITUTIONAL)) == constitutional
