"""Who works at the price desk (2.2), and their signatures under what they do."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from lodetrace.canonical_json import document_hash
from lodetrace.eip712 import Domain, StructType, TypedData
from lodetrace.errors import SettingsError
from lodetrace.secp256k1 import Signature
from lodetrace.text import ADDRESS_BYTES, TextMalformed, hex_of, parse_hex
from oracle.prices.decisions import DeskRole
from oracle.prices.errors import DeskRefused

PRICE_ACT: Final = StructType("PriceAct", (("bytes32", "act"),))
ANALYSTS: Final = 2
"""Who prepare a range; a manager releases it."""


class StaffUnusable(SettingsError):
    """A staff file that cannot be read."""

    template = "{path}: {reason}"
    advice = "Give a file like examples/prices/staff.yaml."


@dataclass(frozen=True, slots=True)
class Staff:
    """Roles by account, in lower case."""

    roles: Mapping[str, DeskRole]

    @classmethod
    def read(cls, path: Path) -> Self:
        """From YAML with the lists `analysts` and `managers`; raises StaffUnusable."""
        import yaml

        try:
            raw = yaml.safe_load(path.read_text("utf-8"))
            analysts = {_account(one): DeskRole.ANALYST for one in raw["analysts"]}
            managers = {_account(one): DeskRole.MANAGER for one in raw["managers"]}
        except TextMalformed as error:
            reason = f"accounts stand in quotes; one is none: {error}"
            raise StaffUnusable(path=path, reason=reason) from error
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise StaffUnusable(path=path, reason=repr(error)) from error
        if set(analysts) & set(managers):
            raise StaffUnusable(path=path, reason="nobody is both analyst and manager")
        return cls(analysts | managers)

    def role_of(self, account: str, day: object) -> DeskRole:
        """The person's role; raises DeskRefused."""
        role = self.roles.get(account.lower())
        if role is None:
            raise DeskRefused(day=day, reason=f"{account} does not work at this desk")
        return role


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the desk who acts now."""

    account: str
    role: DeskRole
    signing_key: bytes
    chain_id: int

    def signed(self, act: Mapping[str, Any]) -> dict[str, Any]:
        """The act with this person's signature, as it stands in the book."""
        statement = _Act(document_hash(dict(act)), self.chain_id)
        signature = Signature.make(statement, self.signing_key)
        return {"act": dict(act), "chainId": self.chain_id, "signature": str(signature)}


def _account(text: object) -> str:
    return hex_of(parse_hex(text, ADDRESS_BYTES))


def signer_of(kept: Mapping[str, Any]) -> str:
    """Who signed an act in the book; raises SignatureInvalid."""
    statement = _Act(document_hash(kept["act"]), kept["chainId"])
    return Signature.parse(kept["signature"]).signer(statement)


@dataclass(frozen=True, slots=True)
class _Act:
    """act: 32 bytes, the hash of what is done."""

    act: bytes
    chain_id: int

    def digest(self) -> bytes:
        """The 32 bytes that are signed."""
        return TypedData((PRICE_ACT,), Domain(self.chain_id), {"act": self.act}).digest()
