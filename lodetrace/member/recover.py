"""An empty disk: everything that a member may read comes back from the chain and the keys.

Old viewing keys are read from the handovers, newest first; then every sealed opening to this
account is tried: of births, runs, offers and disclosures. Garbage is reported, never kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lodetrace.contracts.enums import LotState
from lodetrace.contracts.events import (
    LotBorn,
    LotMade,
    LotOffered,
    OpeningDisclosed,
    ViewingKeyRotated,
)
from lodetrace.errors import KeysError, LodetraceError, Refused
from lodetrace.keys.sealed_opening import open_sealed
from lodetrace.keys.viewing import BoxKey, Handover, ViewingKey, former_keys
from lodetrace.member.session import MemberSession
from zk_circuits.commitment import Opening


@dataclass(frozen=True, slots=True)
class SealedCopy:
    """A sealed opening on chain, and where it comes from: born, made, offered or disclosed."""

    lot: bytes
    origin: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A copy that could not be used, and why."""

    copy: SealedCopy
    reason: LodetraceError


@dataclass(frozen=True, slots=True)
class Recovered:
    """What came back. former: earlier viewing keys, for the keystore."""

    lots: tuple[bytes, ...]
    unreadable: tuple[Unreadable, ...]
    former: tuple[ViewingKey, ...] = field(repr=False)


def recover(member: MemberSession) -> Recovered:
    """Fills the vault from the chain; again, finds the same.

    Raises HandoverBroken, NodeError or StorageError. What a lot's last state needs but nobody
    sealed to this account stays missing.
    """
    former = handed_over_keys(member)
    keys = (*member.keys.viewing_keys, *former)
    found: dict[bytes, Opening] = {}
    unreadable = []
    for copy in sealed_copies(member):
        try:
            found[copy.lot] = _open(member, copy, keys)
        except (KeysError, Refused) as reason:
            unreadable.append(Unreadable(copy, reason))
    member.vault.put_all(list(found.items()))
    useless = tuple(one for one in unreadable if one.copy.lot not in found)
    return Recovered(tuple(found), useless, tuple(former))


def handed_over_keys(member: MemberSession) -> list[ViewingKey]:
    """Earlier viewing keys of this account, newest first; raises HandoverBroken."""
    rotations = [
        Handover(rotated.viewing_key, rotated.handover)
        for rotated in member.contracts.happened(ViewingKeyRotated, account=member.account)
    ]
    return former_keys(member.keys.viewing_key, rotations)


def sealed_copies(member: MemberSession) -> Iterator[SealedCopy]:
    """Every sealed opening that was ever addressed to this account."""
    events, account = member.contracts.events, member.account
    for recorded in (
        *events(LotBorn, account=account),
        *events(LotMade, account=account),
        *events(LotOffered, to=account),
        *events(OpeningDisclosed, to=account),
    ):
        match recorded.event:
            case LotBorn() as born:
                yield SealedCopy(born.lot, "born", born.sealed_to_owner)
            case LotMade() as made:
                yield SealedCopy(made.lot, "made", made.sealed_to_owner)
            case LotOffered() as offered:
                yield SealedCopy(offered.lot, "offered", offered.sealed_to_receiver)
            case OpeningDisclosed() as disclosed:
                yield SealedCopy(disclosed.lot, "disclosed", disclosed.sealed_to_reader)


def _open(member: MemberSession, copy: SealedCopy, keys: tuple[BoxKey, ...]) -> Opening:
    lot = member.reads.lot(copy.lot)
    restated = lot.state is not LotState.NONE and lot.revision > 0
    commitment = member.reads.commitment(copy.lot) if restated else copy.lot
    return open_sealed(copy.sealed, keys, int.from_bytes(commitment, "big"), lot.element)
