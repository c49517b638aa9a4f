"""Every recorded proof of the evidence beside what it has to say, and the key it was made under."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lodetrace.audit.errors import (
    KeyNotOfTheChain,
    KeyUnused,
    ProofRefused,
    StatementMalformed,
    refusing,
)
from lodetrace.audit.evidence import Evidence, ProvenEvent
from lodetrace.audit.statements.births import birth_statement
from lodetrace.audit.statements.claims import claim_statement
from lodetrace.audit.statements.event_index import ShownEvents, item_of
from lodetrace.audit.statements.prices import check_statement
from lodetrace.audit.statements.runs import run_statement
from lodetrace.audit.statements.statement import ProofStatement, Signals
from lodetrace.audit.statements.totals import total_statement
from lodetrace.contracts.events import (
    ClaimRecorded,
    LotBorn,
    PriceChecked,
    RunRecorded,
    TotalRecorded,
)
from lodetrace.text import hex_of
from zk_circuits.ctx import ProofContext
from zk_circuits.proof import Proof
from zk_circuits.verifying_key import VerifyingKey


@dataclass(frozen=True, slots=True)
class RecordedProof:
    """A proof, and the key whose hash its ctx was made with.

    what: how errors name it. proof: with the signals that were recorded.
    """

    what: str
    at: ProvenEvent
    circuit: str
    key: VerifyingKey
    proof: Proof
    statement: ProofStatement

    def expected(self) -> Signals:
        """What the events say that the signals are, for the ctx that the key was chosen by.

        Raises ValueMissing or StatementMalformed.
        """
        with refusing(StatementMalformed, self.what):
            return self.statement.signals(self.proof.public[self.statement.ctx_at])


def recorded_proofs(evidence: Evidence) -> tuple[RecordedProof, ...]:
    """All of them, in the order of the chain: the first half of step 7.

    Raises KeyNotOfTheChain, KeyUnused, ProofRefused, StatementMalformed or ValueMissing.
    """
    shown, keys = ShownEvents(evidence.events), _Keys(evidence)
    found = []
    for proven in evidence.events:
        statement = statement_of(shown, proven)
        if statement is not None:
            found.append(_recorded(proven, statement, keys))
    keys.require_all_used()
    return tuple(found)


def statement_of(shown: ShownEvents, at: ProvenEvent) -> ProofStatement | None:
    """None for an event without a proof."""
    match at.event:
        case LotBorn() as event:
            return birth_statement(shown, at, event)
        case RunRecorded() as event:
            return run_statement(shown, at, event)
        case TotalRecorded() as event:
            return total_statement(shown, at, event)
        case ClaimRecorded() as event:
            return claim_statement(shown, at, event)
        case PriceChecked() as event:
            return check_statement(shown, at, event)
    return None


def _recorded(at: ProvenEvent, statement: ProofStatement, keys: "_Keys") -> RecordedProof:
    event, what = at.event, item_of(at)
    assert isinstance(event, LotBorn | RunRecorded | TotalRecorded | ClaimRecorded | PriceChecked)
    with refusing(ProofRefused, what):
        proof = Proof(event.proof.words, event.public_signals)
    if len(proof.public) <= statement.ctx_at:
        raise ProofRefused(item=what, reason=f"it has {len(proof.public)} public signals")
    key = keys.reproducing(at, statement, event.account, proof.public[statement.ctx_at])
    return RecordedProof(what, at, statement.circuit, key, proof, statement)


class _Keys:
    """The keys of the bundle; the last one of a circuit is tried first."""

    def __init__(self, evidence: Evidence) -> None:
        self._chain_id: Final = evidence.chain_id
        self._keys: Final[Mapping[bytes, VerifyingKey]] = evidence.keys
        self._latest: Final[dict[str, bytes]] = {}
        self._used: Final[set[bytes]] = set()

    def reproducing(
        self, at: ProvenEvent, statement: ProofStatement, account: str, ctx: int
    ) -> VerifyingKey:
        """The key whose hash, with the act, makes this ctx; raises KeyNotOfTheChain."""
        latest = self._latest.get(statement.circuit)
        for key_hash in [*([latest] if latest else []), *self._keys]:
            frame = ProofContext(self._chain_id, at.address, key_hash, account)
            with refusing(StatementMalformed, item_of(at)):
                found = statement.ctx(frame) == ctx
            if found:
                self._latest[statement.circuit] = key_hash
                self._used.add(key_hash)
                return self._keys[key_hash]
        raise KeyNotOfTheChain(item=item_of(at), keys=len(self._keys), ctx=ctx)

    def require_all_used(self) -> None:
        """Raises KeyUnused."""
        for key_hash in self._keys:
            if key_hash not in self._used:
                raise KeyUnused(item=f"verifying key {hex_of(key_hash)}")
