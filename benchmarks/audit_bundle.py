"""A bundle of 10,000 events: time beside the bare cryptography it needs, size beside raw JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat

from benchmarks.long_ancestry import LongAncestry, long_ancestry
from benchmarks.measurement import BenchmarkResult, MeasureUnit, Reference
from benchmarks.stage import BenchmarkStage
from benchmarks.stopwatch import medians
from lodetrace.audit.closure import Closure
from lodetrace.audit.evidence import establish
from lodetrace.audit.rows import Entry
from lodetrace.audit.statements.recorded import recorded_proofs
from lodetrace.audit.verify import verify
from lodetrace.chain.qbft import extra_data_of, sealed_hash
from lodetrace.chain.strict_rlp import encode
from lodetrace.text import hex_of
from zk_circuits.batch_verify import batch_verify
from zk_circuits.keccak import keccak256
from zk_circuits.proof import Proof
from zk_circuits.verifying_key import VerifyingKey

ROUNDS = 3
STEP_BYTES = 192
"""That a word is hashed of."""
STEPS = 2
TIME_AIM = 1.25
SIZE_AIM = 0.3
BARE = "recoveries, keccak and one batch of pairings"
RAW = "raw JSON of the events"


def measure(stage: BenchmarkStage) -> list[BenchmarkResult]:
    """All ten steps with the default policy, beside what nobody can leave out."""
    ancestry = long_ancestry()
    file = ancestry.bundle.encode()
    stage.step()
    whole = f"verify a bundle of {ancestry.events:,} events"
    needed = _needed(ancestry, file)
    times = medians(
        {whole: lambda: verify(file, ancestry.anchor), BARE: lambda: _bare(needed)}, ROUNDS
    )
    stage.step()
    raw = Reference(RAW, round(_json_size(ancestry) / ancestry.events))
    size = round(len(file) / ancestry.events)
    return [
        BenchmarkResult(
            whole, times[whole], MeasureUnit.SECONDS, Reference(BARE, times[BARE]), TIME_AIM
        ),
        BenchmarkResult("a bundle's bytes per event", size, MeasureUnit.BYTES, raw, SIZE_AIM),
    ]


@dataclass(frozen=True, slots=True)
class Needed:
    """What has to be computed, whoever verifies. seals: with what they sign."""

    seals: list[tuple[bytes, bytes]]
    hashed: list[bytes]
    proofs: list[tuple[VerifyingKey, Proof]]


def _needed(ancestry: LongAncestry, file: bytes) -> Needed:
    bundle = ancestry.bundle
    seals = [
        (sealed_hash(header), seal)
        for header in bundle.headers
        for seal in extra_data_of(header).seals
    ]
    headers = [encode(header.fields) for header in bundle.headers]
    evidence = establish(file, ancestry.anchor)
    proofs = recorded_proofs(evidence)
    return Needed(
        seals,
        # a header has two hashes: its own, and the sealed one
        [*bundle.nodes, *headers, *headers, *_folded(evidence.closure)],
        [(recorded.key, recorded.proof) for recorded in proofs],
    )


def _folded(closure: Closure) -> Iterator[bytes]:
    """The digest of each entry, and a step of each row that it is in."""
    for shown in closure.entries:
        yield b"".join((*shown.entry.topics, shown.entry.data))
    for row in closure.rows.values():
        yield from repeat(bytes(STEP_BYTES), len(row))


def _bare(needed: Needed) -> None:
    from coincurve import PublicKey

    for message, seal in needed.seals:
        PublicKey.from_signature_and_message(seal, message, hasher=None)
    for item in needed.hashed:
        keccak256(item)
    batch_verify(needed.proofs)


def _json_size(ancestry: LongAncestry) -> int:
    """Bytes of the logs as a node answers eth_getLogs, without a space in them."""
    shown = [_log_json(entry, index) for index, entry in enumerate(ancestry.bundle.entries)]
    return len(json.dumps(shown, separators=(",", ":")))


def _log_json(entry: Entry, index: int) -> dict[str, object]:
    block_hash = hex_of(keccak256(entry.block.to_bytes(8, "big")))
    return {
        "address": hex_of(entry.writer),
        "blockHash": block_hash,
        "blockNumber": hex(entry.block),
        "data": hex_of(entry.data),
        "logIndex": hex(index % 16),
        "removed": False,
        "topics": [hex_of(topic) for topic in entry.topics],
        "transactionHash": hex_of(keccak256(entry.place.to_bytes(8, "big"))),
        "transactionIndex": "0x0",
    }
