"""A trust anchor moves on: by a head that its own witnesses signed while it was trusted.

Keys of validators leak with the years, and under leaked keys a branch from the anchor on can be
made with all seals. So seals alone move no anchor; the words of its witnesses do.
"""

from collections.abc import Sequence

from lodetrace.audit.anchor import Anchor, Consensus
from lodetrace.audit.as_of import TRUSTING_PERIOD
from lodetrace.audit.bundle import Bundle
from lodetrace.audit.header_chain import link
from lodetrace.audit.heads import set_digest
from lodetrace.audit.seals import finality_of
from lodetrace.audit.witnessed import cosigned, vouched
from lodetrace.chain.errors import EvidenceInvalid
from lodetrace.chain.header import Header
from lodetrace.errors import Refused
from lodetrace.text import iso_time


class AnchorNotMoved(Refused):
    """A bundle by which an anchor does not move on."""

    template = "the anchor does not move on to block {number}: {reason}"
    advice = "Take a newer anchor from whom you trust, or ask for another bundle."


def moved(
    anchor: Anchor, file: bytes, needed: int | None = None, period: int = TRUSTING_PERIOD
) -> Anchor:
    """The anchor at the head of a bundle, with the same witnesses and contracts, not yet signed.

    needed: groups of witnesses, where more than a majority is asked for. period: seconds from the
    anchor's block on in which they must have seen the head. Raises a BundleRefused of steps 1 to 3,
    or AnchorNotMoved.
    """
    bundle = Bundle.decode(file)
    blocks = link(bundle, anchor, full=False)
    finality_of(blocks, anchor, full=False)
    head = blocks[-1]
    if anchor.consensus is not Consensus.QBFT or head.number <= anchor.number:
        raise AnchorNotMoved(number=head.number, reason="only sealed, later blocks are moved to")
    after, end = _replayed(anchor, bundle.headers), anchor.header.time + period
    digest = set_digest(after.validators)
    in_time = [
        one
        for one in cosigned(bundle, anchor, head)
        if one.seen_at <= end and one.validators == digest
    ]
    found = vouched(anchor, in_time, head.header.time, needed=needed)
    if found.as_of is None:
        reason = (
            f"{len(found.groups)} groups of its witnesses saw it before {iso_time(end)}, "
            f"{found.needed} are needed"
        )
        raise AnchorNotMoved(number=head.number, reason=reason)
    return after


def _replayed(anchor: Anchor, headers: Sequence[Header]) -> Anchor:
    """With all votes that stand at the head: every header since its epoch block is needed."""
    last = headers[-1].number
    start = max(anchor.number, last - last % anchor.epoch)
    first = start + 1 if start == anchor.number else start
    shown = [header for header in headers if header.number >= first]
    if [header.number for header in shown] != list(range(first, last + 1)):
        reason = f"not every header from block {first} on is shown; `--full-headers` exports them"
        raise AnchorNotMoved(number=last, reason=reason)
    try:
        return anchor.advanced(shown)
    except EvidenceInvalid as error:
        raise AnchorNotMoved(number=last, reason=error) from error
