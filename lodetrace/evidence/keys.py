"""Which verifying keys a bundle needs: those that the chain checked its proofs with.

A proof's ctx holds the hash of its key, so the key is known by trying those at hand: the chain may
have had several for one circuit.
"""

from pathlib import Path
from typing import Final

from lodetrace.audit.evidence import Evidence, ProvenEvent
from lodetrace.audit.statements.event_index import ShownEvents
from lodetrace.audit.statements.recorded import statement_of
from lodetrace.audit.statements.statement import ProofStatement
from lodetrace.contracts.events import (
    ClaimRecorded,
    LotBorn,
    PriceChecked,
    RunRecorded,
    TotalRecorded,
)
from lodetrace.evidence.errors import KeyNotAtHand
from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.ctx import ProofContext, verifying_key_hash
from zk_circuits.verifying_key import VerifyingKey

SUFFIX: Final = ".vkey.json"
Proven: Final = LotBorn | RunRecorded | TotalRecorded | ClaimRecorded | PriceChecked
"""Events with a proof."""


def installed_keys() -> Path:
    """The folder of all sets of keys that came with this installation."""
    return ZkArtifacts.of_checkout().keys.parent


class Keys:
    """The verifying keys of a folder and those below it, by hash."""

    def __init__(self, folder: Path) -> None:
        self.folder: Final = folder
        found = [VerifyingKey.load(path) for path in sorted(folder.rglob(f"*{SUFFIX}"))]
        self._keys: Final = {verifying_key_hash(key): key for key in found}

    def used(self, evidence: Evidence) -> tuple[tuple[int, ...], ...]:
        """Words of the keys that reproduce the ctx of every proof, by their hash.

        Raises KeyNotAtHand.
        """
        shown = ShownEvents(evidence.events)
        used: set[bytes] = set()
        for proven in evidence.events:
            statement = statement_of(shown, proven)
            if statement is not None:
                used.add(self._key(evidence.chain_id, proven, statement, used))
        return tuple(self._keys[hash_].words() for hash_ in sorted(used))

    def _key(
        self, chain_id: int, proven: ProvenEvent, statement: ProofStatement, used: set[bytes]
    ) -> bytes:
        event = proven.event
        assert isinstance(event, Proven)
        for hash_ in dict.fromkeys((*used, *self._keys)):
            frame = ProofContext(chain_id, proven.address, hash_, event.account)
            if statement.ctx(frame) == event.public_signals[statement.ctx_at]:
                return hash_
        raise KeyNotAtHand(folder=self.folder, block=proven.block, circuit=statement.circuit)
