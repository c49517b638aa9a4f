"""Real proofs for what a made world records: of just the signals that the rules ask for.

Under keys whose trapdoor is known. Whoever verifies them does the same work as for any proof.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from lodetrace.audit.rows import ShownEntry
from lodetrace.audit.statements.event_index import ShownEvents
from lodetrace.audit.statements.recorded import statement_of
from lodetrace.audit.steps import ProvenEvent
from lodetrace.contracts.enums import RunKind
from lodetrace.contracts.events import (
    ClaimRecorded,
    Event,
    LotBorn,
    PriceChecked,
    RunRecorded,
    TotalRecorded,
)
from lodetrace.contracts.structs import ZERO32
from tests.support.synthetic_chain import CHAIN_ID
from tests.support.trapdoor import TrapdoorKey
from zk_circuits.ctx import ProofContext

SIGNALS: Final = {
    "origin": 5, "rebook2": 7, "run4": 13, "total": 24, "claim": 4, "price_in_range": 5,
}  # fmt: skip
KEYS: Final = {
    circuit: TrapdoorKey(signals, seed) for seed, (circuit, signals) in enumerate(SIGNALS.items())
}


def proven_events(events: Sequence[ProvenEvent]) -> list[ProvenEvent]:
    """The same, with the public signals and the proof of each act that has one."""
    shown = ShownEvents(events)
    return [_proven(shown, one) for one in events]


def _proven(shown: ShownEvents, at: ProvenEvent) -> ProvenEvent:
    statement = statement_of(shown, at)
    if statement is None:
        return at
    event: Any = at.event
    key = KEYS[statement.circuit]
    ctx = statement.ctx(ProofContext(CHAIN_ID, at.address, key.hash, event.account))
    signals = tuple(statement.signals(ctx).values())
    proof = key.prove(signals)
    return replace(at, event=replace(event, public_signals=signals, proof=proof))


def keys_of(entries: Iterable[ShownEntry]) -> tuple[tuple[int, ...], ...]:
    """Words of the keys that the proofs of entries need, as a bundle has them."""
    needed = {circuit for one in entries if (circuit := _circuit(one.event)) is not None}
    keys = sorted((KEYS[circuit] for circuit in needed), key=lambda key: key.hash)
    return tuple(tuple(key.key.words()) for key in keys)


def _circuit(event: Event) -> str | None:
    match event:
        case LotBorn():
            return "origin"
        case RunRecorded():
            narrow = max(len(event.inputs), len(event.outputs)) <= 2
            on_paper = event.event_id == ZERO32 or event.kind == RunKind.END_OF_LIFE
            return "rebook2" if on_paper and narrow else "run4"
        case TotalRecorded():
            return "total"
        case ClaimRecorded():
            return "claim"
        case PriceChecked():
            return "price_in_range"
    return None
