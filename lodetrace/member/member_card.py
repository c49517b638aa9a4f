"""A member's card: the name by which an account wants to be known, signed by it.

A signature says who asks to be called so, not that he may: whoever imports a card compares the
name with what he knows of the account's organisation.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from lodetrace.eip712 import Domain, StructType, TypedData
from lodetrace.errors import InputError
from lodetrace.member.names import require_name
from lodetrace.secp256k1 import Signature, SignatureInvalid, SigningKey
from lodetrace.strict_json import parse, read_bytes
from lodetrace.text import parse_address

FORMAT: Final = "lodetrace-card/1"
CARD: Final = StructType("MemberCard", (("string", "name"), ("address", "account")))


class CardMalformed(InputError):
    """A document that is no card."""

    template = "that is no member's card: {reason}"
    advice = "Ask the member for the file that `lodetrace book card` wrote."


@dataclass(frozen=True, slots=True)
class MemberCard:
    """domain: of the network whose account it is."""

    name: str
    account: str
    domain: Domain
    signature: Signature

    @classmethod
    def sign(cls, name: str, account: str, domain: Domain, key: SigningKey) -> Self:
        """The card of one's own account; raises NameRefused."""
        name = require_name(name)
        return cls(name, account, domain, Signature.make(_typed(name, account, domain), key))

    @classmethod
    def read(cls, path: Path, domain: Domain) -> Self:
        """That of a file; raises as `of`, DocumentMissing or DocumentUnreadable."""
        content = read_bytes(path)
        try:
            raw = parse(content)
        except InputError as error:
            raise CardMalformed(reason=error) from error
        return cls.of(raw, domain)

    @classmethod
    def of(cls, raw: Mapping[str, Any], domain: Domain) -> Self:
        """A card for this network, not yet its signer; raises CardMalformed or NameRefused."""
        if raw.get("format") != FORMAT:
            raise CardMalformed(reason=f"its format is not {FORMAT}")
        here = {"chainId": domain.chain_id, "directory": domain.verifying_contract}
        for name, value in here.items():
            if str(raw.get(name)).lower() != str(value).lower():
                raise CardMalformed(reason=f"its {name} is {raw.get(name)}, here it is {value}")
        try:
            signature, account = Signature.parse(raw["signature"]), parse_address(raw["account"])
            return cls(require_name(str(raw["name"])), account, domain, signature)
        except (KeyError, SignatureInvalid) as error:
            raise CardMalformed(reason=error) from error

    def require_signer(self, signer: str) -> None:
        """Raises SignatureInvalid unless this very card was signed by the account's signer."""
        self.signature.require_signer(_typed(self.name, self.account, self.domain), signer)

    def to_json(self) -> str:
        """For whoever wants to know the account by its name."""
        raw = {
            "format": FORMAT,
            "name": self.name,
            "account": self.account,
            "chainId": self.domain.chain_id,
            "directory": self.domain.verifying_contract,
            "signature": str(self.signature),
        }
        return json.dumps(raw, indent=2, ensure_ascii=False) + "\n"


def _typed(name: str, account: str, domain: Domain) -> TypedData:
    return TypedData((CARD,), domain, {"name": name, "account": account})
