"""A bundle of 10,000 events: time beside the bare cryptography it needs, size beside raw JSON."""

import json
from dataclasses import dataclass

from benchmarks.long_ancestry import LongAncestry, long_ancestry
from benchmarks.measurement import BenchmarkResult, MeasureUnit, Reference
from benchmarks.stage import BenchmarkStage
from benchmarks.stopwatch import medians
from lodetrace.audit.evidence import establish
from lodetrace.audit.statements.recorded import recorded_proofs
from lodetrace.audit.verify import verify
from lodetrace.chain.qbft import extra_data_of, sealed_hash
from lodetrace.chain.receipts import Log
from lodetrace.chain.strict_rlp import encode
from lodetrace.text import hex_of
from zk_circuits.batch_verify import batch_verify
from zk_circuits.keccak import keccak256
from zk_circuits.proof import Proof
from zk_circuits.verifying_key import VerifyingKey

ROUNDS = 3
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
    proofs = recorded_proofs(establish(file, ancestry.anchor))
    return Needed(
        seals,
        [*bundle.nodes, *headers, *headers],  # a header has two hashes: its own, and the sealed one
        [(recorded.key, recorded.proof) for recorded in proofs],
    )


def _bare(needed: Needed) -> None:
    from coincurve import PublicKey

    for message, seal in needed.seals:
        PublicKey.from_signature_and_message(seal, message, hasher=None)
    for item in needed.hashed:
        keccak256(item)
    batch_verify(needed.proofs)


def _json_size(ancestry: LongAncestry) -> int:
    """Bytes of the logs as a node answers eth_getLogs, without a space in them."""
    hashes = {header.number: keccak256(encode(header.fields)) for header in ancestry.bundle.headers}
    shown = [
        _log_json(log, number, index, hex_of(hashes[number]))
        for number, logs in ancestry.logs.items()
        for index, log in enumerate(logs)
    ]
    return len(json.dumps(shown, separators=(",", ":")))


def _log_json(log: Log, block: int, index: int, block_hash: str) -> dict[str, object]:
    return {
        "address": hex_of(log.address),
        "blockHash": block_hash,
        "blockNumber": hex(block),
        "data": hex_of(log.data),
        "logIndex": hex(index),
        "removed": False,
        "topics": [hex_of(topic) for topic in log.topics],
        "transactionHash": block_hash,  # of the same length
        "transactionIndex": "0x0",
    }
