"""That all openings of a statement are of one element: the circuit has one tag for all of them."""

from collections.abc import Iterable

from zk_circuits.commitment import Opening
from zk_circuits.statement_judge import Judge
from zk_circuits.tags import TagType


def require_one_element(judge: Judge, expected: int, openings: Iterable[Opening]) -> None:
    """Refuses an opening whose tag of a lot is another one."""
    for opening in openings:
        tag = opening.tag.of(TagType.LOT).word
        judge.require(tag == expected, "all tags name one element", tag=tag, expected_tag=expected)
