"""An act of the council from its proposal to its execution, in steps that resume."""

from collections.abc import Sequence
from typing import Any

from brownie import chain
from eth_utils import keccak

from lodetrace.errors import Refused
from scripts.refusal import refusal_of

Call = tuple[str, str]
"""Address and call data."""


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
        while self._executed(calls, _salt(purpose, number)):
            number += 1
        self.carry_once(calls, _salt(purpose, number))

    def carry_once(self, calls: Sequence[Call], salt: bytes) -> None:
        """Proposes, approves until it is decided, executes; what is done is not done again."""
        if self._executed(calls, salt):
            return
        act_id = self._council.actIdOf(calls, salt)
        for seat in self._seats:
            if self._act(act_id)["executableAt"] == 0:
                self._approve(act_id, calls, salt, seat)
        self._decide(act_id)
        self._require_due(act_id)
        self._council.execute(calls, salt, {"from": self._seats[0]})

    def _approve(self, act_id: Any, calls: Sequence[Call], salt: bytes, seat: Any) -> None:
        if self._act(act_id)["expiresAt"] == 0:
            self._council.propose(calls, salt, {"from": seat})
        elif refusal_of(self._council.approve, act_id, {"from": seat}) != "GroupHasApproved":
            self._council.approve(act_id, {"from": seat})

    def _decide(self, act_id: Any) -> None:
        """An act that a council decided which sat otherwise is decided anew."""
        act = self._act(act_id)
        if act["executableAt"] == 0 and act["approvals"] >= act["needed"]:
            self._council.decide(act_id, {"from": self._seats[0]})

    def _require_due(self, act_id: Any) -> None:
        act = self._act(act_id)
        due = act["executableAt"]
        if due == 0:
            raise MajorityMissing(act=act_id, approvals=act["approvals"], needed=act["needed"])
        # The last block may be old on a quiet chain, and the chain may run behind this clock.
        now = max(chain[-1].timestamp, chain.time())
        if due > now:
            raise ActNotDue(act=act_id, due=due, now=now)

    def _executed(self, calls: Sequence[Call], salt: bytes) -> bool:
        return bool(self._act(self._council.actIdOf(calls, salt))["executed"])

    def _act(self, act_id: Any) -> Any:
        return self._council.actOf(act_id).dict()


def _salt(purpose: str, number: int) -> bytes:
    return keccak(text=f"{purpose}/{number}")
