"""Viewing keys: X25519 sealed boxes, and the handover of old keys to new ones.

A sealed box is 48 bytes longer than its content; whoever makes one cannot open it again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol, Self

from lodetrace.errors import KeysError
from lodetrace.text import hex_of

KEY_BYTES: Final = 32


class ViewingKeyMalformed(KeysError):
    """Bytes that are no X25519 key."""

    template = "a viewing key has {expected} bytes, this one has {length}"
    advice = "Take the key from the member's registration on chain."


class BoxUnreadable(KeysError):
    """A sealed box that none of the keys opens."""

    template = "the sealed box of {length} bytes opens with none of {keys} viewing keys"
    advice = (
        "It was sealed to another key, or is garbage. If your viewing key was rotated, "
        "run `lodetrace keys recover` first; otherwise ask the sender to seal it again."
    )


class HandoverBroken(KeysError):
    """A handover that does not hold the key that was in force before."""

    template = "the handover of viewing key {public} holds another key than the one before"
    advice = "Openings sealed before that rotation have to be disclosed again by their senders."


class BoxKey(Protocol):
    """What opens boxes that were sealed to a public key; the private one may lie elsewhere."""

    @property
    def public(self) -> bytes:
        """The public key, as it stands in Members."""

    def open(self, box: bytes) -> bytes | None:
        """The content of a box that was sealed to this key, else None."""


@dataclass(frozen=True, slots=True)
class ViewingKey:
    """A private X25519 key of 32 bytes."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _require_key(self.secret)

    @classmethod
    def generate(cls) -> Self:
        """A fresh key from the operating system."""
        from nacl.public import PrivateKey

        return cls(bytes(PrivateKey.generate()))

    @property
    def public(self) -> bytes:
        """The public key, as it stands in Members."""
        from nacl.public import PrivateKey

        return bytes(PrivateKey(self.secret).public_key)

    def open(self, box: bytes) -> bytes | None:
        """The content of a box that was sealed to this key, else None."""
        from nacl.exceptions import CryptoError
        from nacl.public import PrivateKey, SealedBox

        try:
            return bytes(SealedBox(PrivateKey(self.secret)).decrypt(box))
        except (CryptoError, ValueError):
            return None

    def handover_to(self, public: bytes) -> bytes:
        """This key sealed to the next one: 80 bytes for Members.rotateViewingKey."""
        return seal(self.secret, public)


@dataclass(frozen=True, slots=True)
class Handover:
    """One rotation as the chain tells it: the key that came, and the one before, sealed to it."""

    public: bytes
    box: bytes


def seal(content: bytes, public: bytes) -> bytes:
    """`content` sealed to a public key; 48 bytes longer."""
    from nacl.public import PublicKey, SealedBox

    _require_key(public)
    return bytes(SealedBox(PublicKey(public)).encrypt(content))


def open_with_any(box: bytes, keys: Iterable[BoxKey]) -> bytes:
    """The content, opened by the first key that does; raises BoxUnreadable."""
    tried = 0
    for key in keys:
        content = key.open(box)
        if content is not None:
            return content
        tried += 1
    raise BoxUnreadable(length=len(box), keys=tried)


def former_keys(newest: BoxKey, handovers: Iterable[Handover]) -> list[ViewingKey]:
    """Earlier viewing keys, newest first, from an account's rotations in the chain's order.

    Each handover is opened with the key it was made for; raises HandoverBroken where one holds
    something else. Rotations after `newest` are ignored.
    """
    known = list(handovers)
    while known and known[-1].public != newest.public:
        known.pop()
    found: list[ViewingKey] = []
    key: BoxKey = newest
    for position in range(len(known) - 1, -1, -1):
        secret = key.open(known[position].box)
        before = known[position - 1].public if position else None
        if secret is None or len(secret) != KEY_BYTES:
            raise HandoverBroken(public=hex_of(known[position].public))
        former = ViewingKey(secret)
        if before not in (None, former.public):
            raise HandoverBroken(public=hex_of(known[position].public))
        found.append(former)
        key = former
    return found


def _require_key(key: bytes) -> None:
    if len(key) != KEY_BYTES:
        raise ViewingKeyMalformed(length=len(key), expected=KEY_BYTES)
