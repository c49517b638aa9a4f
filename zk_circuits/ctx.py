"""ctx: one number that ties a proof to its chain, contract, sender and act (SPEC section 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from zk_circuits.abi import Address, Word, address, encode, key_hash, uint, uints, word32, words32
from zk_circuits.keccak import keccak256
from zk_circuits.verifying_key import VerifyingKey

ORIGIN_KIND: Final = b"lodetrace/origin/2"
RUN_KIND: Final = b"lodetrace/run/2"
TOTAL_KIND: Final = b"lodetrace/total/2"
CLAIM_KIND: Final = b"lodetrace/claim/2"
PRICE_KIND: Final = b"lodetrace/price/1"


class ClaimSubject(IntEnum):
    """What a claim speaks of."""

    LOT = 1
    TOTAL = 2


@dataclass(frozen=True, slots=True)
class ProofContext:
    """Where and by whom a proof is used.

    contract: the address that computes ctx; account: the sender's stable account (Members).
    """

    chain_id: int
    contract: Address
    verifying_key_hash: bytes
    account: Address

    def ctx(self, kind: bytes, body: bytes) -> int:
        """`uint256(keccak256(preimage)) >> 8` of SPEC section 4; `body` is 32 bytes."""
        preimage = encode(
            [
                keccak256(kind),
                uint("chain id", self.chain_id, 256),
                address("contract", self.contract),
                word32("verifying key hash", self.verifying_key_hash),
                address("account", self.account),
                word32("body", body),
            ]
        )
        return int.from_bytes(keccak256(preimage), "big") >> 8


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
    """ctx of a run. The arrays are as long as the call's, without empty slots.

    event_key is 0 for a rebook; boxes: the sealed openings, in the order of the outputs.
    """
    return recorded_run_ctx(
        frame,
        run_kind=run_kind,
        event_key=event_key,
        input_ids=input_ids,
        outputs=outputs,
        counts=counts,
        materials=materials,
        model=model,
        boxes=boxes_hash(boxes),
    )


def recorded_run_ctx(
    frame: ProofContext,
    *,
    run_kind: int,
    event_key: Word,
    input_ids: Sequence[Word],
    outputs: Sequence[Word],
    counts: Sequence[int],
    materials: Sequence[int],
    model: int,
    boxes: bytes,
) -> int:
    """As run_ctx, by what the record of a run says. boxes: boxes_hash of the sealed openings."""
    body = encode(
        [
            uint("run kind", run_kind, 8),
            word32("event key", event_key),
            words32("input ids", input_ids),
            words32("outputs", outputs),
            uints("counts", counts, 32),
            uints("materials", materials, 16),
            uint("model", model, 8),
            boxes,
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


def price_ctx(
    frame: ProofContext,
    *,
    record: Word,
    lot: Word,
    offer: int,
    seller: Address,
    buyer: Address,
    price: Word,
    inside: int,
    ciphertext: bytes,
) -> int:
    """ctx of a price check. record: id of the day's price; offer: sequence that names the offer.

    price: the settlement price's commitment; ciphertext: its opening for the other party.
    """
    body = encode(
        [
            word32("record", record),
            word32("lot", lot),
            uint("offer", offer, 32),
            address("seller", seller),
            address("buyer", buyer),
            word32("price", price),
            uint("inside", inside, 1),
            keccak256(ciphertext),
        ]
    )
    return frame.ctx(PRICE_KIND, keccak256(body))


def verifying_key_hash(vkey: VerifyingKey) -> bytes:
    """Hash of the key's words, in the order of SPEC section 4."""
    return key_hash(vkey.words())
