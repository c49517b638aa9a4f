"""ctx of format 2 (SPEC 2, section 4): a run's is that of format 1, the others have their kinds."""

from functools import partial
from typing import Final

from zk_circuits import ctx as format_1
from zk_circuits.abi import Word, encode, uint, word32
from zk_circuits.ctx import ProofContext, boxes_hash
from zk_circuits.keccak import keccak256

ORIGIN_KIND: Final = b"lodetrace/origin/2"
run_ctx: Final = format_1.run_ctx
total_ctx: Final = partial(format_1.total_ctx, kind=b"lodetrace/total/2")
claim_ctx: Final = partial(format_1.claim_ctx, kind=b"lodetrace/claim/2")


def origin_ctx(
    frame: ProofContext,
    *,
    event_key: Word,
    output: Word,
    count: int,
    material: int,
    model: int,
    box: bytes,
) -> int:
    """ctx of an origin. output: the lot's commitment; box: its sealed opening."""
    body = encode(
        [
            word32("event key", event_key),
            word32("output", output),
            uint("count", count, 32),
            uint("material", material, 16),
            uint("model", model, 8),
            boxes_hash([box]),
        ]
    )
    return frame.ctx(ORIGIN_KIND, keccak256(body))
