"""Keys that lie in the agent, as a command uses them: each asks the agent for what it would do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lodetrace.keys.member_keys import MemberKeys
from lodetrace.text import hex_of, parse_hex

Ask = Callable[..., dict[str, Any]]
"""ask(what, name=value …): the agent's answer."""


@dataclass(frozen=True, slots=True)
class SignerInAgent:
    """See DigestSigner."""

    address: str
    ask: Ask = field(repr=False, compare=False)

    def sign(self, digest: bytes) -> bytes:
        """r ‖ s ‖ v over 32 bytes."""
        return parse_hex(self.ask("sign", digest=hex_of(digest))["signature"])


@dataclass(frozen=True, slots=True)
class BoxKeyInAgent:
    """See BoxKey. number: among the keys that may open a box."""

    public: bytes
    number: int
    ask: Ask = field(repr=False, compare=False)

    def open(self, box: bytes) -> bytes | None:
        """The content of a box that was sealed to this key, else None."""
        content = self.ask("open", key=self.number, box=hex_of(box))["content"]
        return None if content is None else parse_hex(content)


@dataclass(frozen=True, slots=True)
class SecretInAgent:
    """See KeyedHash. epoch: 0 of the secret that no rotation replaces. length: in bytes."""

    epoch: int
    length: int
    ask: Ask = field(repr=False, compare=False)

    def __len__(self) -> int:
        return self.length

    def mac(self, message: bytes) -> bytes:
        """HMAC-SHA256 of a message."""
        return parse_hex(self.ask("mac", epoch=self.epoch, message=hex_of(message))["mac"])


def keys_in_agent(told: dict[str, Any], ask: Ask) -> MemberKeys:
    """told: what the agent answered to "keys"."""
    boxes = [
        BoxKeyInAgent(parse_hex(public), number, ask)
        for number, public in enumerate(told["viewing_keys"])
    ]
    upcoming = boxes[1] if told["upcoming"] else None
    epochs = enumerate(told["epochs"], 1)
    return MemberKeys(
        account=str(told["account"]),
        signing_key=SignerInAgent(str(told["signer"]), ask),
        viewing_key=boxes[0],
        salt_secret=SecretInAgent(0, int(told["salt"]), ask),
        epoch_secrets=tuple(SecretInAgent(epoch, int(length), ask) for epoch, length in epochs),
        development=bool(told["development"]),
        next_viewing_key=upcoming,
        former=tuple(boxes[1 if upcoming is None else 2 :]),
    )
