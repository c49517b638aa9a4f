"""Sealed openings from the chain, into the vault."""

from lodetrace.keys.sealed_opening import open_sealed
from lodetrace.member.session import MemberSession
from zk_circuits.commitment import Opening


def own_copy(member: MemberSession, lot: bytes, element: int, sealed: bytes) -> Opening:
    """The opening of a lot at its making: from the vault, else from the copy on chain.

    Raises BoxUnreadable, OpeningMalformed or OpeningOfAnother.
    """
    known = member.vault.opening(lot)
    return known if known is not None else store_sealed(member, lot, lot, element, sealed)


def store_sealed(
    member: MemberSession, lot: bytes, commitment: bytes, element: int, sealed: bytes
) -> Opening:
    """Decrypts, checks against the commitment, commits to the vault; raises as own_copy."""
    word = int.from_bytes(commitment, "big")
    opening = open_sealed(sealed, member.keys.viewing_keys, word, element)
    member.vault.put(lot, opening)
    return opening
