"""What a world recorded, on a chain that proves it."""

from collections.abc import Sequence

from lodetrace.audit.steps import ProvenEvent
from lodetrace.contracts.journal import rows_of
from tests.support.synthetic_chain import Chain


def chain_of(events: Sequence[ProvenEvent]) -> Chain:
    """What a world recorded, noted where and when it was, under one head behind all of it."""
    chain = Chain()
    for shown in events:
        if rows_of(shown.event):
            chain.note(shown.event, shown.address, block=shown.block, time=shown.time)
    chain.seal(number=events[-1].block + 1, time=events[-1].time + 1)
    return chain
