"""A key that signs in, and the message that it signs, laid out by hand (EIP-4361)."""

from dataclasses import dataclass

from lodetrace.keys.member_keys import address_of
from lodetrace.personal_message import PersonalMessage
from lodetrace.secp256k1 import Signature
from lodetrace.text import iso_time
from zk_circuits.keccak import keccak256


@dataclass(frozen=True)
class Wallet:
    """A signing key."""

    key: bytes

    @classmethod
    def named(cls, name: str) -> "Wallet":
        return cls(keccak256(name.encode()))

    @property
    def address(self) -> str:
        return address_of(self.key)

    def sign(self, text: str) -> str:
        return str(Signature.make(PersonalMessage(text), self.key))


def message(address: str, nonce: str, now: int, **said: str) -> str:
    """said: other values of domain, uri, chain or issued; `more`: lines after the last one."""
    domain = said.get("domain", "127.0.0.1:8000")
    return "\n".join(
        (
            f"{domain} wants you to sign in with your Ethereum account:",
            address,
            "",
            "Read what members read.",
            "",
            f"URI: {said.get('uri', 'http://127.0.0.1:8000/session')}",
            "Version: 1",
            f"Chain ID: {said.get('chain', '1337')}",
            f"Nonce: {nonce}",
            f"Issued At: {said.get('issued', iso_time(now))}{said.get('more', '')}",
        )
    )
