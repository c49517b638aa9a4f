"""ctx of format 2 (SPEC 2, section 4)."""

from collections.abc import Sequence
from typing import Final

from zk_circuits.abi import Word, encode, uint, uints, word32, words32
from zk_circuits.ctx import ProofContext
from zk_circuits.keccak import keccak256

ORIGIN_KIND: Final = b"lodetrace/origin/2"
RUN_KIND: Final = b"lodetrace/run/2"
TOTAL_KIND: Final = b"lodetrace/total/2"
CLAIM_KIND: Final = b"lodetrace/claim/2"


def boxes_hash(boxes: Sequence[bytes]) -> bytes:
    """keccak256 of the hashes of sealed boxes, each of any length, in the outputs' order."""
    return keccak256(b"".join(map(keccak256, boxes)))


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


def run_ctx(
    frame: ProofContext,
    *,
    run_kind: int,
    event_key: Word,
    input_ids: Sequence[Word],
    outputs: Sequence[Word],
    counts: Sequence[int],
    materials: Sequence[int],
    model: int,
    boxes: Sequence[bytes],
) -> int:
    """ctx of a run or a rebook. The arrays are as long as the call's, without empty slots.

    event_key is 0 for a rebook.
    """
    body = encode(
        [
            uint("run kind", run_kind, 8),
            word32("event key", event_key),
            words32("input ids", input_ids),
            words32("outputs", outputs),
            uints("counts", counts, 32),
            uints("materials", materials, 16),
            uint("model", model, 8),
            boxes_hash(boxes),
        ]
    )
    return frame.ctx(RUN_KIND, keccak256(body))


def total_ctx(
    frame: ProofContext,
    *,
    product_id: Word,
    first_part: int,
    part_count: int,
    scale: int,
    previous_total: Word,
    total: Word,
) -> int:
    """ctx of a total. previous_total is 0 for the first of a chain."""
    body = encode(
        [
            word32("product id", product_id),
            uint("first part", first_part, 32),
            uint("part count", part_count, 32),
            uint("scale", scale, 32),
            word32("previous total", previous_total),
            word32("total", total),
        ]
    )
    return frame.ctx(TOTAL_KIND, keccak256(body))


def claim_ctx(
    frame: ProofContext,
    *,
    subject: Word,
    subject_kind: int,
    measure: int,
    credit_mask: int,
    threshold: int,
) -> int:
    """ctx of a claim. subject: the id of the lot or total; threshold in the measure's unit."""
    body = encode(
        [
            word32("subject", subject),
            uint("subject kind", subject_kind, 8),
            uint("measure", measure, 8),
            uint("credit mask", credit_mask, 8),
            uint("threshold", threshold, 64),
        ]
    )
    return frame.ctx(CLAIM_KIND, keccak256(body))
