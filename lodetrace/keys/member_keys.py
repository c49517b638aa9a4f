"""The keys of one account, in memory."""

import secrets
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Final, Self

from lodetrace.errors import KeysError
from lodetrace.keys.viewing import BoxKey, ViewingKey
from lodetrace.secp256k1 import SigningKey
from zk_circuits.salts import NONCE_BYTES, Secret, keyed_hash

SECRET_BYTES: Final = 32
_VAULT_DOMAIN: Final = b"lodetrace/vault/1"
_DEVELOPMENT_DOMAIN: Final = b"lodetrace/development/"


class DevelopmentKeyRefused(KeysError):
    """A key that everybody knows, on a network where something is at stake."""

    template = "the keys of {account} are development keys, {network} is no development network"
    advice = "Make keys of your own: lodetrace keys new."


class SecretMalformed(KeysError):
    """A signing key or salt secret that is none."""

    template = "{name} is unusable: {reason}"
    advice = "Restore the keystore from its backup."


@dataclass(frozen=True)
class MemberKeys:
    """Everything secret of one account.

    account: its stable address; the signer's address differs after a rotation. salt_secret: of
    the vault, of products' ids and of documents' salts, for good. epoch_secrets: what lots' salts
    are derived from, one an epoch, the newest last; earlier ones finish what they began. next_…:
    made and stored before a rotation is sent, so that no crash loses them. former: earlier viewing
    keys, newest first. development: derived from the mnemonic that everybody knows.

    Any of them may lie in the agent, which is asked for what is done with it (agent/keys.py).
    """

    account: str
    signing_key: SigningKey = field(repr=False)
    viewing_key: BoxKey = field(repr=False)
    salt_secret: Secret = field(repr=False)
    epoch_secrets: tuple[Secret, ...] = field(repr=False)
    development: bool = False
    next_signing_key: bytes | None = field(default=None, repr=False)
    next_viewing_key: BoxKey | None = field(default=None, repr=False)
    former: tuple[BoxKey, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        for secret in (self.salt_secret, *self.epoch_secrets):
            if len(secret) < SECRET_BYTES:
                raise SecretMalformed(name="salt secret", reason=f"{len(secret)} bytes")
        if not self.epoch_secrets:
            raise SecretMalformed(name="salt secret", reason="no epoch has one")

    @classmethod
    def generate(cls) -> Self:
        """Fresh keys for a new account, from the operating system's random source."""
        signing_key = new_signing_key()
        return cls(
            account=address_of(signing_key),
            signing_key=signing_key,
            viewing_key=ViewingKey.generate(),
            salt_secret=secrets.token_bytes(SECRET_BYTES),
            epoch_secrets=(secrets.token_bytes(SECRET_BYTES),),
        )

    @classmethod
    def for_development(cls, index: int) -> Self:
        """Keys of account `index` of the development mnemonic; worth nothing, by design."""
        signing_key = development_signing_key(index)
        return cls(
            account=address_of(signing_key),
            signing_key=signing_key,
            viewing_key=ViewingKey(_derived(signing_key, b"viewing")),
            salt_secret=_derived(signing_key, b"salt"),
            epoch_secrets=(_derived(signing_key, b"epoch 1"),),
            development=True,
        )

    @cached_property
    def signer(self) -> str:
        """Checksummed address of the signing key."""
        return address_of(self.signing_key)

    @property
    def viewing_keys(self) -> tuple[BoxKey, ...]:
        """All keys that may open a box, the most likely first."""
        upcoming = () if self.next_viewing_key is None else (self.next_viewing_key,)
        return (self.viewing_key, *upcoming, *self.former)

    @property
    def epoch(self) -> int:
        """The epoch of salts, from 1, that new lots are made in."""
        return len(self.epoch_secrets)

    def epoch_secret(self, epoch: int) -> Secret | None:
        """The secret of an epoch; None of one that began after this keystore was backed up."""
        return self.epoch_secrets[epoch - 1] if 1 <= epoch <= self.epoch else None

    def nonce(self, anchor: bytes) -> bytes:
        """For the salts of what is made of an anchor: random.

        Development keys hide nothing, because everybody knows their secrets. Theirs follows from
        the anchor, so that a story has the same ids whenever it is told.
        """
        if not self.development:
            return secrets.token_bytes(NONCE_BYTES)
        return keyed_hash(self.epoch_secrets[-1], anchor)[:NONCE_BYTES]

    def with_new_epoch(self) -> "MemberKeys":
        """The same keys in a new epoch of salts; of development keys the next secret is known."""
        fresh = secrets.token_bytes(SECRET_BYTES)
        if self.development:
            name = f"epoch {self.epoch + 1}".encode()
            fresh = keyed_hash(self.salt_secret, _DEVELOPMENT_DOMAIN + name)
        return replace(self, epoch_secrets=(*self.epoch_secrets, fresh))

    @property
    def vault_key(self) -> bytes:
        """Key of the vault's encryption at rest; it outlives rotations."""
        return keyed_hash(self.salt_secret, _VAULT_DOMAIN)

    def require_allowed(self, network: str, *, development: bool) -> None:
        """Raises DevelopmentKeyRefused where development keys have no place."""
        if self.development and not development:
            raise DevelopmentKeyRefused(account=self.account, network=network)

    def with_former(self, former: tuple[BoxKey, ...]) -> "MemberKeys":
        """The same keys with earlier viewing keys found again."""
        return replace(self, former=former)


def new_signing_key() -> bytes:
    """A fresh secp256k1 key."""
    from coincurve import PrivateKey

    return PrivateKey().secret


def address_of(signing_key: SigningKey) -> str:
    """Checksummed address; raises SecretMalformed."""
    if not isinstance(signing_key, bytes):
        return signing_key.address
    from eth_account import Account

    try:
        return str(Account.from_key(signing_key).address)
    except ValueError as error:
        raise SecretMalformed(name="signing key", reason="it is no secp256k1 key") from error


@cache
def development_signing_key(index: int) -> bytes:
    """Key of m/44'/60'/0'/0/index of the development mnemonic.

    Kept: the mnemonic's own derivation is slow on purpose, and everybody knows what comes of it.
    """
    from eth_account import Account

    from lodetrace.development import DEVELOPMENT_MNEMONIC

    Account.enable_unaudited_hdwallet_features()  # nothing but development keys comes from it
    path = f"m/44'/60'/0'/0/{index}"
    return bytes(Account.from_mnemonic(DEVELOPMENT_MNEMONIC, account_path=path).key)


def _derived(signing_key: bytes, name: bytes) -> bytes:
    return keyed_hash(signing_key, _DEVELOPMENT_DOMAIN + name)
