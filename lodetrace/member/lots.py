"""Lots as a member sees them: what the chain says, and the amounts that the vault opens."""

from collections.abc import Sequence
from dataclasses import dataclass

from lodetrace.contracts.enums import LotState
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.contracts.structs import HoldOnLot, Lot
from lodetrace.errors import InputError, NotFound, Refused
from lodetrace.member.batches import batch_of, companions, in_batches
from lodetrace.member.session import MemberSession
from lodetrace.text import hex_of
from zk_circuits.commitment import Opening
from zk_circuits.tags import Tag


class LotUnknown(NotFound):
    """An id that no lot has."""

    template = "lot {lot} does not exist"
    advice = "Check the id and the network; `lodetrace lot list` shows your lots."


class LotOfAnother(Refused):
    """A lot that somebody else holds."""

    template = "lot {lot} is held by {holder}, not by {account}"
    advice = "Only its holder disposes of a lot."


class LotsRepeated(InputError):
    """The same lot named twice, or no lot at all."""

    template = "{count} lots were named, {distinct} of them different"
    advice = "Name each lot once, and at least one."


class ViewingKeyDiffers(Refused):
    """The chain has another viewing key for this account than the keystore."""

    template = "the viewing key of {account} is {actual} on chain, {expected} in the keystore"
    advice = "Finish or take back the rotation first: what is sealed now could not be opened."


@dataclass(frozen=True, slots=True)
class LotView:
    """One lot. opening is None where this member cannot open it. state and on_hold: as of now.

    hold: on its root, in the hands of a group; the last one, where none is in force.
    """

    id: bytes
    lot: Lot
    state: LotState
    hold: HoldOnLot
    on_hold: bool
    commitment: bytes
    opening: Opening | None

    @property
    def metal(self) -> int | None:
        """mg of metal, if known."""
        return None if self.opening is None else self.opening.lot.metal


def view_lot(member: MemberSession, lot_id: bytes) -> LotView:
    """A lot of anybody's; raises LotUnknown."""
    try:
        lot, hold = member.reads.held(lot_id)
    except ContractRefused as refused:
        if refused.name != "LotUnknown":
            raise
        raise LotUnknown(lot=hex_of(lot_id)) from refused
    commitment = lot_id if lot.revision == 0 else member.reads.commitment(lot_id)
    opening = member.vault.opening(commitment)
    ends = lot.until or hold.until
    now = member.now() if ends else 0  # where nothing ends by itself, the time does not matter
    on_hold = hold.until != 0 and hold.in_force(now) and not lot.state.is_final
    return LotView(lot_id, lot, lot.state_at(now), hold, on_hold, commitment, opening)


def held_lot(member: MemberSession, lot_id: bytes) -> LotView:
    """A lot that this account holds; raises LotUnknown or LotOfAnother."""
    view = view_lot(member, lot_id)
    if view.lot.account != member.account:
        raise LotOfAnother(lot=hex_of(lot_id), holder=view.lot.account, account=member.account)
    return view


def own_lot(member: MemberSession, lot_id: bytes) -> tuple[LotView, Opening]:
    """As held_lot, with its opening; raises OpeningMissing, too."""
    view = held_lot(member, lot_id)
    return view, member.vault.require(view.commitment, lot_id)


def held_lots(member: MemberSession, ended: bool = False) -> list[LotView]:
    """Lots of this account that the vault opens, oldest first; with `ended` also those used up."""
    found = []
    for subject in member.vault.subjects():
        lot = member.reads.lot(subject)
        if lot.state is LotState.NONE or lot.account != member.account:
            continue
        if ended or not lot.state.is_final:
            found.append(view_lot(member, subject))
    return sorted(found, key=lambda view: (view.lot.born_at, view.id))


def batch_lots(member: MemberSession, lot_ids: Sequence[bytes]) -> list[bytes]:
    """These lots and what makes their physical batches whole of this account's, in batches.

    Lots of one batch stand next to each other, as Custody wants them.
    """
    named = {lot_id: view_lot(member, lot_id).lot for lot_id in distinct(lot_ids)}
    roots = {batch.root for lot in named.values() if (batch := batch_of(lot)) is not None}
    if roots:
        elements = {root: member.reads.elements_of(root) for root in roots}
        free = (view for view in held_lots(member) if view.state is LotState.ACTIVE)
        others = {view.id: view.lot for view in free}
        named |= {lot_id: others[lot_id] for lot_id in companions(named, others, elements)}
    return in_batches(named)


def distinct(lot_ids: Sequence[bytes]) -> list[bytes]:
    """The ids as given; raises LotsRepeated unless each is named once, and at least one is."""
    different = len(set(lot_ids))
    if not different or different != len(lot_ids):
        raise LotsRepeated(count=len(lot_ids), distinct=different)
    return list(lot_ids)


def word_of(commitment: int) -> bytes:
    """A commitment as the chain has it."""
    return commitment.to_bytes(32, "big")


def lot_tag(element: int) -> Tag:
    """Tag of a lot of this metal."""
    return Tag(element)


def own_viewing_key(member: MemberSession) -> bytes:
    """Public viewing key that copies for oneself are sealed to; raises ViewingKeyDiffers."""
    actual = member.reads.account(member.account).viewing_key
    expected = member.keys.viewing_key.public
    if actual != expected:
        raise ViewingKeyDiffers(
            account=member.account, actual=hex_of(actual), expected=hex_of(expected)
        )
    return expected
