"""Rotation: a new signer in two steps, a new viewing key with a handover, a new epoch of salts.

New keys are in the keystore before anything is sent. `save` is called whenever the keystore has
to be written; a crash at any point is finished by the same call again.
"""

from collections.abc import Callable
from dataclasses import replace

from lodetrace.contracts.events import SignerRotated, ViewingKeyRotated
from lodetrace.keys.keystore import KeysElsewhere
from lodetrace.keys.member_keys import MemberKeys, address_of, new_signing_key
from lodetrace.keys.viewing import BoxKey, ViewingKey
from lodetrace.member.session import MemberSession
from lodetrace.transactions.sender import Sender

SaveKeys = Callable[[MemberKeys], None]
"""Writes the keystore durably before it returns."""


def rotate_signer(member: MemberSession, save: SaveKeys) -> MemberKeys:
    """The old signer names a new one, the new one accepts; from then on the old one is dead.

    Returns the keys to open the next session with. On networks with a gas price the new signer
    has to be funded first. Raises ContractRefused and what Sender.send raises.
    """
    keys = member.keys
    following = keys.next_signing_key
    if following is None:
        following = new_signing_key()
        keys = replace(keys, next_signing_key=following)
        save(keys)
    signer = address_of(following)
    if member.reads.account(member.account).signer != signer:
        member.send(f"rotate:propose:{signer}", "Members", "proposeRotation", signer)
        _accept(member, following)
    rotated = replace(keys, signing_key=following, next_signing_key=None)
    save(rotated)
    return rotated


def rotate_viewing_key(member: MemberSession, save: SaveKeys) -> MemberKeys:
    """A new viewing key; the old one goes on chain sealed to it, so that nothing is lost.

    Returns the keys to open the next session with. Raises as rotate_signer.
    """
    keys = member.keys
    following: BoxKey | None = keys.next_viewing_key
    if following is None:
        following = ViewingKey.generate()
        keys = replace(keys, next_viewing_key=following)
        save(keys)
    if member.reads.account(member.account).viewing_key != following.public:
        if not isinstance(keys.viewing_key, ViewingKey):
            raise KeysElsewhere(account=keys.account)
        handover = keys.viewing_key.handover_to(following.public)
        purpose = f"rotate:viewing:{following.public.hex()}"
        member.send(purpose, "Members", "rotateViewingKey", following.public, handover)
    rotated = replace(
        keys,
        viewing_key=following,
        next_viewing_key=None,
        former=(keys.viewing_key, *keys.former),
    )
    save(rotated)
    return rotated


def rotate_salts(keys: MemberKeys, save: SaveKeys) -> MemberKeys:
    """A new epoch: lots that are made from now on have salts of a new secret. Nothing is sent.

    What was begun before is finished with the secret that it was begun with.
    """
    rotated = keys.with_new_epoch()
    save(rotated)
    return rotated


def last_rotation(member: MemberSession, signing: bool) -> int | None:
    """When the account's signing or viewing key was last replaced, in seconds since 1970."""
    kind = SignerRotated if signing else ViewingKeyRotated
    found = member.contracts.events(kind, account=member.account)
    return member.contracts.node.header(found[-1].block).time if found else None


def _accept(member: MemberSession, signing_key: bytes) -> None:
    contracts = member.contracts
    sender = Sender(contracts.node, member.outbox, signing_key, contracts.refusals)
    data = contracts.data("Members", "acceptRotation", member.account)
    sender.send(f"rotate:accept:{sender.signer}", contracts.address("Members"), data)
