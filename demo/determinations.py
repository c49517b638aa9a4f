"""Determinations of places for whoever looks around later than the story reaches.

A determination holds for 366 days at most, and a lot that has not left the place of its birth is
neither offered nor processed where none is valid. The story's end with its year; the chain goes on
with everybody's time. So its risk members say again, for a year, what they said of each place.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from demo.members import StoryMembers
from lodetrace.text import DAY_SECONDS, iso_time
from zk_circuits.keccak import keccak256

HOLDS: Final = 365 * DAY_SECONDS
CRITERIA: Final = ("conflict", "governance", "human_rights")


def renew_determinations(members: StoryMembers, now: int) -> None:
    """Determines anew each place of the story for which nothing is valid now."""
    found = members.story.part("places")
    for said in found["determinations"]:
        place = keccak256(said["place"].encode())
        if any(one.from_ <= now <= one.to for one in members.anybody().reads.determinations(place)):
            continue
        first = now - now % DAY_SECONDS
        criteria = [said[name] for name in CRITERIA]
        document = keccak256(f"{said['document']}/{iso_time(first)[:10]}".encode())
        for name in _speakers(found, said):
            purpose = f"determine:{place.hex()}:{first}"
            wanted = (place, first, first + HOLDS, *criteria, document)
            members[name].send(purpose, "Places", "determine", *wanted)


def _speakers(found: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[str]:
    """Accounts: one warns alone; where nothing speaks against a place, another one confirms."""
    yield found["actor"]
    if not any(said[name] for name in CRITERIA):
        yield found["confirmed_by"]
