"""As of when a verdict speaks, how old it is, and how far its anchor is still to be trusted.

A holder chooses the last block of his bundle, and keys of validators leak with the years. What says
how things stood is the word of witnesses, and how long ago that was is for the reader's clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lodetrace.audit.anchor import Consensus
from lodetrace.audit.heads import AHEAD
from lodetrace.audit.replay.history import Replay, ReplayedHistory
from lodetrace.audit.witnessed import Vouched, vouched
from lodetrace.text import DAY_SECONDS

MAX_AGE: Final = 30 * DAY_SECONDS
TRUSTING_PERIOD: Final = 180 * DAY_SECONDS
"""Seconds, where the policy says nothing: what is older is told in the headline."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """When things stood as the bundle shows them, and what that is worth.

    head_time: of the last block. now: by the reader's clock, None where nobody said. anchor_time:
    of the anchor's block, None on a chain whose blocks nobody seals.
    """

    vouched: Vouched
    head_time: int
    now: int | None
    anchor_time: int | None

    @property
    def witnessed(self) -> bool:
        """Whether enough groups vouch for the head."""
        return self.vouched.as_of is not None

    @property
    def time(self) -> int:
        """When enough witnesses had seen the head; else the time that the block itself says."""
        found = self.vouched.as_of
        return self.head_time if found is None else found

    @property
    def age(self) -> int | None:
        """Seconds since, by the reader's clock."""
        return None if self.now is None else self.now - self.time

    @property
    def anchor_age(self) -> int | None:
        """Seconds since the anchor's block, where its validators' keys are what is trusted."""
        if self.now is None or self.anchor_time is None:
            return None
        return self.now - self.anchor_time

    def rests_on_old_keys(self, period: int) -> bool:
        """Whether nothing but seals under an anchor of longer ago vouches for the head.

        What enough of its witnesses signed needs no trust in the keys of its validators.
        """
        return not self.witnessed and self.anchor_age is not None and self.anchor_age > period

    def limits(self) -> Iterator[str]:
        """What a reader has to see first, where his policy does not refuse it."""
        have = len(self.vouched.groups)
        if not self.witnessed and not have:
            yield "no witness vouches for its last block"
        elif not self.witnessed:
            yield f"{have} of {self.vouched.needed} groups that are needed vouch for its last block"
        elif self.anchor_time is not None and not self.vouched.outside:
            yield "nobody from outside the validators is known to vouch for its last block"
        if self.age is not None and self.age > MAX_AGE:
            yield f"it is more than {MAX_AGE // DAY_SECONDS} days old"
        if self.age is not None and self.age < -AHEAD:
            yield "it is dated ahead of this clock"
        if self.rests_on_old_keys(TRUSTING_PERIOD):
            yield f"the trust anchor is more than {TRUSTING_PERIOD // DAY_SECONDS} days old"


def as_of(story: ReplayedHistory, needed: int | None, now: int | None) -> AsOf:
    """Of a story that holds. needed: groups, where the policy asks for more than a majority."""
    evidence = story.replay.evidence
    anchor, head = evidence.anchor, evidence.head
    sealed = anchor.consensus is Consensus.QBFT
    return AsOf(
        vouched=vouched(
            anchor,
            evidence.witnessed,
            head.time,
            _own(story),
            evidence.sealing,
            needed,
        ),
        head_time=head.time,
        now=now,
        anchor_time=anchor.header.time if sealed else None,
    )


def _own(story: ReplayedHistory) -> frozenset[bytes]:
    """Ownership groups of those who have the subject: their own word about it counts nothing.

    Nor does that of a group which they left since the anchor's block: the anchor says whose a
    witness was then, and who moves on takes it along.
    """
    replay = story.replay
    accounts = {replay.book.lots[lot].account for lot in replay.ancestry.targets}
    product = replay.products.products.get(replay.ancestry.subject.id)
    if product is not None:
        accounts.add(product.owner)
    holders = {replay.members.organisation_of(account, "the subject") for account in accounts}
    return frozenset(group for holder in holders for group in _groups(replay, holder))


def _groups(replay: Replay, organisation: bytes) -> Iterator[bytes]:
    anchored = replay.evidence.anchor.header.time
    yield replay.members.group_of(organisation, "the subject")
    for group, left in replay.members.former_groups(organisation):
        if left >= anchored:
            yield group
