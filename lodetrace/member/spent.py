"""What became of a lot that is asked for again."""

from collections.abc import Iterable

from lodetrace.contracts.enums import LotState
from lodetrace.contracts.events import LotConsumed, LotLost, LotMade, UnitsAssigned
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.contracts.structs import Lot
from lodetrace.errors import Refused
from lodetrace.onchain.contracts import Contracts
from lodetrace.text import hex_of

_SAID_OF_SPENT = ("LotNotFree", "LotEnded", "StateInvalid")
"""Refusals of the contracts that a spent lot may be behind, and others too."""


class LotSpent(Refused):
    """A lot that is used up, lost or built in."""

    template = "lot {lot} {end}"
    advice = "Name another lot: `lodetrace lot show` tells all that happened to this one."


def require_unspent(contracts: Contracts, lot_id: bytes, lot: Lot) -> None:
    """Raises LotSpent, which says which run used the lot and what it made."""
    end = _end(contracts, lot_id, lot.state) if lot.state.is_final else None
    if end is not None:
        raise LotSpent(lot=hex_of(lot_id), end=end)


def told_of_spent(contracts: Contracts, refused: ContractRefused) -> Refused:
    """The refusal, or a better one where it is that a lot is spent."""
    lot_id, state = refused.arguments.get("id"), refused.arguments.get("state")
    if refused.name in _SAID_OF_SPENT and isinstance(lot_id, bytes):
        end = _end(contracts, lot_id, state) if isinstance(state, LotState) else None
        if end is not None:
            return LotSpent(lot=hex_of(lot_id), end=end)
    return refused


def used_up(contracts: Contracts, lot_id: bytes) -> str:
    """By which run a lot was used up, and what that made."""
    for used in contracts.happened(LotConsumed, lot=lot_id):
        made = contracts.happened(LotMade, run_id=used.run_id)
        return f"was used up by run {hex_of(used.run_id)}, which made {_named(made)}"
    return "was used up"


def _end(contracts: Contracts, lot_id: bytes, state: LotState) -> str | None:
    """How a lot ended; None where it did not."""
    match state:
        case LotState.CONSUMED:
            return used_up(contracts, lot_id)
        case LotState.LOST:
            for gone in contracts.happened(LotLost, lot=lot_id):
                return f"is lost: nothing was left of it by event {hex_of(gone.event_id)}"
            return "is lost"
        case LotState.ASSIGNED:
            products = {one.product for one in contracts.happened(UnitsAssigned, lot=lot_id)}
            return f"is in product {', '.join(map(hex_of, sorted(products)))}"
    return None


def _named(made: Iterable[LotMade]) -> str:
    return ", ".join(hex_of(one.lot) for one in made) or "no lot"
