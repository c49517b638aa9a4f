"""Acts of the council: proposed, approved by the seats and executed, in steps that resume."""

from collections.abc import Sequence
from typing import Final

from lodetrace.contracts.abi_codec import encode_arguments
from lodetrace.contracts.events import ActApproved
from lodetrace.contracts.structs import Call
from lodetrace.onchain.reads import Reads
from lodetrace.transactions.sender import Sender
from zk_circuits.keccak import keccak256


class CouncilAct:
    """One act of the council, from its proposal to its execution, in steps that resume."""

    def __init__(
        self, reads: Reads, senders: Sequence[Sender], calls: Sequence[Call], salt: bytes
    ) -> None:
        """senders: of seats in different ownership groups, the proposer first."""
        self._reads: Final = reads
        self._contracts: Final = reads.contracts
        self._senders: Final = senders
        self._calls: Final = list(calls)
        self._salt: Final = salt
        propose = self._contracts.artifacts["Council"].entry("function", "propose")
        self.act_id: Final = keccak256(encode_arguments(propose, [self._calls, salt]))

    def carry(self) -> None:
        """Proposes, approves until it is decided, executes; what is done is not done again."""
        if self._reads.act(self.act_id).expires_at == 0:
            self._send(0, "propose", self._calls, self._salt)
        for seat in range(1, len(self._senders)):
            undecided = self._reads.act(self.act_id).executable_at == 0
            if undecided and not self._has_approved(seat):
                self._send(seat, "approve", self.act_id)
        act = self._reads.act(self.act_id)
        if act.executable_at == 0 and act.approvals >= act.needed:  # another council decided it
            self._send(0, "decide", self.act_id)
        if not self._reads.act(self.act_id).executed:
            self._send(0, "execute", self._calls, self._salt)

    def _has_approved(self, seat: int) -> bool:
        address = self._senders[seat].signer
        return bool(self._contracts.happened(ActApproved, act_id=self.act_id, seat=address))

    def _send(self, seat: int, function: str, *arguments: object) -> None:
        data = self._contracts.data("Council", function, *arguments)
        purpose = f"act:{function}:{self.act_id.hex()}"
        self._senders[seat].send(purpose, self._contracts.address("Council"), data)
