"""A rehearsal (--dry-run): everything that comes before a change is done, the change is not.

Whoever is about to send or write raises Rehearsed instead, with what it would have been.
"""

from collections.abc import Mapping


class Rehearsed(Exception):
    """All checks passed. act: what would come now, as in "would ACT"; details: for JSON."""

    def __init__(self, act: str, details: Mapping[str, object]) -> None:
        super().__init__(act)
        self.act = act
        self.details = details
