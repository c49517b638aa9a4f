"""Disputed lots as those see them who may settle them: holder, buyer and umpire."""

from lodetrace.contracts.events import LotOffered, OpeningDisclosed
from lodetrace.errors import KeysError, Refused
from lodetrace.keys.sealed_opening import open_sealed
from lodetrace.member.lots import LotView, view_lot
from lodetrace.member.session import MemberSession
from zk_circuits.commitment import Opening


def disputed_lot(member: MemberSession, lot_id: bytes) -> tuple[LotView, Opening]:
    """A lot of anybody's with its opening: from the vault, else from what was sealed to this
    account by an offer or a disclosure.

    Raises LotUnknown or OpeningMissing.
    """
    view = view_lot(member, lot_id)
    found = view.opening or _sealed_to_us(member, view)
    return view, found or member.vault.require(view.commitment, lot_id)


def _sealed_to_us(member: MemberSession, view: LotView) -> Opening | None:
    contracts, keys = member.contracts, member.keys.viewing_keys
    word = int.from_bytes(view.commitment, "big")
    offered = contracts.happened(LotOffered, lot=view.id, to=member.account)
    told = contracts.happened(OpeningDisclosed, lot=view.id, to=member.account)
    boxes = [one.sealed_to_receiver for one in offered] + [one.sealed_to_reader for one in told]
    for box in reversed(boxes):
        try:
            return open_sealed(box, keys, word, view.lot.element)
        except (KeysError, Refused):
            continue
    return None
