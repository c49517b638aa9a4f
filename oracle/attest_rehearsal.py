"""`lodetrace-oracle attest --dry-run`: what the chain would make of documents that are in order.

The same key, the same questions and the same words as the rounds of the service; nothing is sent.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.documents.statement import event_id
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.store import FILE, MemberStore
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import Reads
from lodetrace.transactions.sender import Sender
from oracle.attestable import Said, function_of
from oracle.registry import ChainRegistry
from oracle.service.event_fate import fate_of
from oracle.service.states import IntakeState
from oracle.service.submitter import LATER

IN_ORDER: Final = "in order"
"""It would be sent, or has nothing to send."""

_WORST_FIRST: Final = (
    IntakeState.REFUSED,
    IntakeState.OVERRULED,
    IntakeState.PENDING,
    IN_ORDER,
    IntakeState.ATTESTED,
    IntakeState.WITHDRAWN,
    IntakeState.STANDING,
)
"""A document is as far as the least of what it says."""


class RehearsedFate(NamedTuple):
    """What would become of a document. outcome: as `status` names it, or IN_ORDER."""

    outcome: str
    reason: str = ""


class AttestRehearsal:
    """Asks the chain as this node, which may attest."""

    def __init__(self, contracts: Contracts, sender: Sender, register: ChainRegistry) -> None:
        """Raises NotAnOracle."""
        self._contracts: Final = contracts
        self._sender: Final = sender
        self._reads: Final = Reads(contracts)
        self._register: Final = register
        self._organisation: Final = register.require_oracle(sender.signer).organisation

    def fate(self, said: list[Said]) -> RehearsedFate:
        """What would become of a document that says this; raises NodeError."""
        own = self._register.said_by(self._organisation, said)
        found = [self._one(one, one in own) for one in said]
        ranked = sorted(found, key=lambda fate: _WORST_FIRST.index(fate.outcome))
        return ranked[0] if ranked else RehearsedFate(IN_ORDER)

    def _one(self, said: Said, attested: bool) -> RehearsedFate:
        stands = fate_of(event_id(said.site, said.sequence, said.element), said, self._reads)
        if stands is not None:
            return RehearsedFate(stands.state.value, stands.reason)
        if attested:
            return RehearsedFate(IntakeState.ATTESTED)
        data = self._contracts.data("Attestations", function_of([said]), [said])
        try:
            self._sender.rehearse(self._contracts.address("Attestations"), data)
        except ContractRefused as refused:
            outcome = IntakeState.PENDING if refused.name in LATER else IntakeState.REFUSED
            return RehearsedFate(outcome, f"{refused.name}: {refused}")
        return RehearsedFate(IN_ORDER)


@contextmanager
def opened_rehearsal(
    contracts: Contracts, keys: MemberKeys, folder: Path, register: ChainRegistry
) -> Iterator[AttestRehearsal]:
    """folder: of the node's databases, which stay as they are. Raises NotAnOracle."""
    with closing(MemberStore(folder / FILE, keys, rehearsing=True)) as store:
        sender = Sender(contracts.node, store.outbox, keys.signing_key, contracts.refusals)
        yield AttestRehearsal(contracts, sender, register)
