"""A text that an Ethereum account signs as such (EIP-191, version 0x45): no transaction is one."""

from dataclasses import dataclass
from typing import Final

from zk_circuits.keccak import keccak256

_BEGINNING: Final = b"\x19Ethereum Signed Message:\n"


@dataclass(frozen=True, slots=True)
class PersonalMessage:
    """Something that is signed, as lodetrace.secp256k1 takes it."""

    text: str

    def digest(self) -> bytes:
        """The 32 bytes that are signed."""
        content = self.text.encode()
        return keccak256(_BEGINNING + str(len(content)).encode() + content)
