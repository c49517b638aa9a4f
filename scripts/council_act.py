"""An act of the council from its proposal to its execution, in steps that resume."""

from collections.abc import Sequence
from typing import Any, Final

from brownie import chain
from eth_utils import keccak

from lodetrace.errors import Refused
from lodetrace.text import hex_of, parse_hex
from scripts.refusal import refusal_of

Call = tuple[str, str]
"""Address and call data."""

SELECTOR_BYTES: Final = 4


class MajorityMissing(Refused):
    """The seats whose keys are here are too few for the act."""

    template = "act {act}: {approvals} groups approved, {needed} are needed"
    advice = "Let further seats approve the act, then run the script again; it resumes."


class ActNotDue(Refused):
    """The delay between decision and execution has not passed."""

    template = "act {act} is decided and can be executed from {due} on (chain time {now})"
    advice = "Run the script again then; it resumes."


def call(method: Any, *arguments: Any) -> Call:
    """A call of a contract's method, for an act."""
    return (method._address, method.encode_input(*arguments))


class Governance:
    """The council and the seats whose keys are here; those of one ownership group count once."""

    def __init__(self, council: Any, seats: Sequence[Any]) -> None:
        self._council = council
        self._seats = list(seats)

    def carry(self, purpose: str, calls: Sequence[Call]) -> None:
        """Carries an act that may be wanted more than once over the years.

        Raises MajorityMissing, ActNotDue, or VirtualMachineError where a call of it fails.
        """
        number = 1
        while not self.carry_once(calls, _salt(purpose, number)):
            number += 1

    def carry_once(self, calls: Sequence[Call], salt: bytes) -> bool:
        """Proposes, approves until it is decided, executes; what is done is not done again.

        False where it was executed before.
        """
        act_id = self._id_of(calls, salt)
        act = self._act(act_id)
        if act["executed"]:
            return False
        if act["executableAt"] == 0:
            self._vote(act_id, calls, salt, proposed=act["expiresAt"] != 0)
            act = self._decided(act_id)
        self._require_due(act_id, act)
        self._council.execute(calls, salt, {"from": self._seats[0]})
        return True

    def _vote(self, act_id: bytes, calls: Sequence[Call], salt: bytes, *, proposed: bool) -> None:
        """Seat after seat, until it is decided.

        What an act has is asked before and after, not in between: a node counts its approvals
        through the council's grants each time, and the receipts say the same.
        """
        for seat in self._seats:
            if not proposed:
                receipt, proposed = self._council.propose(calls, salt, {"from": seat}), True
            elif refusal_of(self._council.approve, act_id, {"from": seat}) == "GroupHasApproved":
                continue
            else:
                receipt = self._council.approve(act_id, {"from": seat})
            if "ActDecided" in receipt.events:
                break

    def _decided(self, act_id: bytes) -> Any:
        """An act that a council decided which sat otherwise is decided anew."""
        act = self._act(act_id)
        if act["executableAt"] == 0 and act["approvals"] >= act["needed"]:
            self._council.decide(act_id, {"from": self._seats[0]})
            return self._act(act_id)
        return act

    def _require_due(self, act_id: bytes, act: Any) -> None:
        due = act["executableAt"]
        if due == 0:
            found = {name: act[name] for name in ("approvals", "needed")}
            raise MajorityMissing(act=hex_of(act_id), **found)
        # The last block may be old on a quiet chain, and the chain may run behind this clock.
        now = max(chain[-1].timestamp, chain.time())
        if due > now:
            raise ActNotDue(act=hex_of(act_id), due=due, now=now)

    def _id_of(self, calls: Sequence[Call], salt: bytes) -> bytes:
        """As the contract computes it: the hash of the arguments."""
        data = parse_hex(self._council.propose.encode_input(calls, salt))
        return bytes(keccak(data[SELECTOR_BYTES:]))

    def _act(self, act_id: bytes) -> Any:
        return self._council.actOf(act_id).dict()


def _salt(purpose: str, number: int) -> bytes:
    return keccak(text=f"{purpose}/{number}")
