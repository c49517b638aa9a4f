"""What an oracle node says on chain: that a site stated something, or withdrew it."""

from collections.abc import Sequence

from lodetrace.contracts.structs import SiteEvent, Withdrawal
from zk_circuits.keccak import keccak256

Said = SiteEvent | Withdrawal
"""A statement of a site, or the withdrawal of one."""


def purpose_of(batch: Sequence[Said]) -> str:
    """What a transaction is for: these very statements or withdrawals."""
    verb = "withdraw" if isinstance(batch[0], Withdrawal) else "attest"
    return f"{verb} {keccak256(b''.join(map(_digest, batch))).hex()}"


def function_of(batch: Sequence[Said]) -> str:
    """The function of Attestations that takes them; a batch is of one kind."""
    return "withdrawMany" if isinstance(batch[0], Withdrawal) else "attestMany"


def _digest(said: Said) -> bytes:
    element = said.element.to_bytes(2, "big")
    number = said.site + said.sequence.to_bytes(4, "big")
    if isinstance(said, Withdrawal):
        return number + element + said.document + said.declaration
    return number + said.revision.to_bytes(2, "big") + element + said.commitment
